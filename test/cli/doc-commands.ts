// Runs commands of the documentation as a newcomer does: in an empty home, with kubectl and the plugin on PATH.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { eventually } from '../control-plane/eventually.ts';
import type { DocBlock } from '../support/doc-blocks.ts';
import { type Ended, launcher, startCli } from './run-cli.ts';

export interface Desk {
  readonly home: string;
  /** Runs it to its end; one that goes on is stopped with Ctrl-C once `isEnough` of what it printed. */
  readonly run: (command: string, isEnough?: (printed: string) => boolean) => Promise<Ended>;
  readonly end: () => void;
}

export interface DeskOptions {
  /** The real one; unless given a script that calls plugins, and knows nothing else. */
  readonly kubectl?: string;
  readonly env: Readonly<Record<string, string>>;
  /** By their path in the home folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

const callsPlugins = '#!/bin/sh\n[ "$1" = xray ] && shift && exec kubectl-xray "$@"\nexit 1\n';
/** Stands for what renders manifests. */
const renders = '#!/bin/sh\nexec cat "$HOME/rendered.yaml"\n';

export function aDesk({ kubectl, env, files, secrets = [] }: DeskOptions): Desk {
  const home = mkdtempSync(join(tmpdir(), 'kubectl-xray-desk-'));
  const bin = join(home, '.local', 'bin');
  const all = {
    '.local/bin/helm': renders,
    '.local/bin/kustomize': renders,
    ...(kubectl === undefined ? { '.local/bin/kubectl': callsPlugins } : {}),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(home, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, path), text, { mode: 0o600 });
    if (path.startsWith('.local/bin/')) chmodSync(join(home, path), 0o700);
  }
  symlinkSync(launcher, join(bin, 'kubectl-xray'));
  if (kubectl !== undefined) symlinkSync(kubectl, join(bin, 'kubectl'));
  const own = { PATH: [bin, process.env['PATH']].join(delimiter), HOME: home, KUBECTL_XRAY_HOME: '', ...env };
  return {
    home,
    run: async (command, isEnough) => {
      const words = isEnough === undefined ? command : `exec ${command}`;
      const args = ['-o', 'pipefail', '-c', words];
      const { child, ended } = startCli(args, { program: 'bash', folder: home, env: own, secrets });
      if (isEnough === undefined) return ended;
      let [printed, isOver] = ['', false];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (printed += String(piece)));
      const over = ended.finally(() => (isOver = true));
      await eventually(`${command} said enough`, () => isOver || isEnough(printed), { deadline: 60_000 });
      child.kill('SIGINT');
      return over;
    },
    end: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** It is asked for nothing but what it is given: manifests, the made-up shop, files. */
export function needsCluster(command: string): boolean {
  const [, verb = '', rest = ''] = /\bkubectl xray (\S+)(.*)/.exec(command) ?? [];
  const asking = ['status', 'explain', 'where', 'watch', 'enforce', 'scaledown', 'delete', 'restore', 'ignore'];
  if ([...asking, 'history', 'doctor'].includes(verb)) return !/ -f /.test(rest);
  return verb === 'policy' && !/ --local\b| init\b/.test(rest);
}

export const acts = ({ commands }: DocBlock): boolean =>
  commands.some(({ text }) => /kubectl xray (scaledown|delete|restore|ignore|enforce .*--confirm)\b/.test(text));

/** Where a question is asked somebody says yes. */
export function answered(command: string): string {
  return /kubectl xray (scaledown|delete|restore|ignore)\b/.test(command) && !/--yes|--dry-run|-y\b/.test(command)
    ? command.replace(/(kubectl xray \S+)/, '$1 --yes')
    : command;
}

/** `--fail-on` may match, and a pipeline goes by that. */
export function codesOf(command: string): readonly number[] {
  return command.includes('--fail-on') ? [0, 10, 11] : [0];
}

/** What is to be seen of a command that goes on before it is stopped; undefined: it ends by itself. */
export function enoughOf(command: string): ((printed: string) => boolean) | undefined {
  if (/kubectl xray (demo )?watch\b/.test(command)) return (printed) => /watching /.test(printed);
  if (!/kubectl xray enforce\b/.test(command) || command.includes('--once')) return undefined;
  return (printed) => (command.includes('--confirm') ? /"effective"/ : /"wouldAct"/).test(printed);
}

/** Lines that only set the environment: what they set is given. */
export const isSetting = (command: string): boolean => command.startsWith('export ');
