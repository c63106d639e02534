// Runs the built program as a user does: a process of its own, in a home of its own, with nothing of the machine's
// environment. It must not know what a command prints; it only sees to it that no secret is ever among it.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export interface CliOptions {
  /** Above the scrubbed environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for stdin, which ends after it; nothing unless given. */
  readonly stdin?: string;
  /** The folder it is called in; its home unless given. */
  readonly folder?: string;
  /** What is started in place of the launcher. */
  readonly program?: string;
  /** Files below its home, by path: `xray/config/policy.yaml` lies in the configuration folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Texts that must not be printed, besides every token and password in `env`. */
  readonly secrets?: readonly string[];
}

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCli {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
}

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const launcher = join(root, 'plugin', 'kubectl-xray');

/** Runs it to its end. Throws where it printed a secret. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  return startCli(args, options).ended;
}

/** Starts it; its home is gone once it has ended. */
export function startCli(args: readonly string[], options: CliOptions = {}): StartedCli {
  const home = mkdtempSync(join(tmpdir(), 'kubectl-xray-cli-'));
  for (const [path, text] of Object.entries(options.files ?? {})) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  const env = { PATH: process.env['PATH'], HOME: home, KUBECTL_XRAY_HOME: join(home, 'xray'), ...options.env };
  const child = spawn(options.program ?? launcher, args, { env, cwd: options.folder ?? home });
  // It may end without reading all of its stdin.
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  return { child, ended: untilItEnds(child, secretsIn(options)).finally(() => rmSync(home, { recursive: true })) };
}

function secretsIn({ env = {}, secrets = [] }: CliOptions): readonly string[] {
  const named = Object.entries(env).filter(([name]) => /TOKEN|PASSWORD/.test(name) && !name.endsWith('FILE'));
  return [...secrets, ...named.map(([, value]) => value)].filter((one) => one !== '');
}

async function untilItEnds(child: ChildProcessWithoutNullStreams, secrets: readonly string[]): Promise<Ended> {
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const ended = await new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout: stdout(), stderr: stderr() }));
  });
  if (secrets.some((one) => `${ended.stdout}${ended.stderr}`.includes(one))) throw new Error('it printed a secret');
  return ended;
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString('utf8');
}
