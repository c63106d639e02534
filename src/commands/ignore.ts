// `ignore`: an exception for a workload, written into the policy file in force. The cluster is only read.
import { UsageError } from '../core/errors.ts';
import type { Actor } from '../core/act.ts';
import { conditionTypes } from '../core/policy.ts';
import type { Exception } from '../core/policy.ts';
import { workloadLabel } from '../core/workload.ts';
import type { Workload } from '../core/workload.ts';
import type { Journal } from '../engine/ports.ts';
import { textDiff } from '../output/diff.ts';
import { printable } from '../output/printable.ts';
import { exceptionFor, lastDay, writeDownException } from './exceptions.ts';
import type { DayReading, ExceptionWords } from './exceptions.ts';
import { dryRunOf, last, namesNeeded, oneOf } from './flags.ts';
import { reportMissing, settled } from './run.ts';
import type { Run } from './run.ts';
import { confirms } from './terminal.ts';
import type { Terminal } from './terminal.ts';

export interface IgnoreOptions extends ExceptionWords {
  readonly dryRun: boolean;
  readonly yes: boolean;
}

export type IgnoreRun = Run & {
  readonly journal: Pick<Journal, 'append'>;
  readonly identity: Actor;
  readonly terminal: Terminal;
  /** As the user named it; `text` null: it is not there yet. */
  readonly policyFile: { readonly path: string; readonly text: string | null };
  readonly startingPolicy: string;
  /** The text with one exception more; the same text where it has it. Throws a UsageError where only a hand can add it. */
  readonly addException: (text: string, exception: Exception) => string;
  /** Throws a UsageError where it cannot be written. */
  readonly writePolicy: (text: string) => Promise<void>;
};

/** Reads the flags; every mistake is a UsageError before anything is asked. */
export function ignoreOptions(
  argv: Readonly<Record<string, unknown>>,
  context: DayReading & { readonly isTerminal: boolean },
): IgnoreOptions {
  namesNeeded('ignore', argv);
  const reason = last(argv['reason'])?.trim() ?? '';
  if (reason === '') {
    throw new UsageError('ignore needs a reason', 'Write --reason "not reachable": it is kept in the policy file.');
  }
  const dryRun = dryRunOf(argv) ?? 'none';
  if (dryRun === 'server') {
    throw new UsageError('ignore changes no cluster, so that no server can try it', 'Write --dry-run=client.');
  }
  const until = last(argv['until']);
  const options = {
    covers: coversOf(argv),
    reason,
    until: until === null ? null : lastDay(until, '--until', context),
    by: last(argv['by']),
    dryRun: dryRun === 'client',
    yes: argv['yes'] === true,
  };
  if (!context.isTerminal && !options.yes && !options.dryRun) {
    const hint = 'Add --yes, or look first with --dry-run=client.';
    throw new UsageError('ignore asks before it writes, and there is no terminal to ask on', hint);
  }
  return options;
}

function coversOf(argv: Readonly<Record<string, unknown>>): Exception['covers'] {
  const [cve, license, condition] = ['cve', 'license', 'condition'].map((flag) => last(argv[flag]));
  const given = [cve, license, condition].filter((one) => one !== null && one !== undefined);
  if (given.length !== 1) {
    throw new UsageError(
      given.length === 0 ? 'what is to be ignored is not said' : 'one exception ignores one thing',
      'Write one of --cve CVE-2026-1234, --license GPL-3.0-only or --condition unscanned.',
    );
  }
  if (cve) return { cve };
  if (license) return { license };
  return { condition: oneOf('condition', condition ?? '', conditionTypes) };
}

/** Shows what is added, asks, and writes. Ends with 0, or 1 where a workload is not there or nobody agreed. */
export async function ignore(options: IgnoreOptions, run: IgnoreRun): Promise<number> {
  const state = await settled(run);
  if (reportMissing(run, state)) return 1;
  const workloads = run.engine.workloads();
  if (workloads.length === 0) {
    run.stderr.write('error: none of these is a workload that is judged\n');
    return 1;
  }
  const { policyFile, stderr, stdout } = run;
  const before = policyFile.text ?? '';
  const after = run.addException(before, exceptionFor(workloads, options, run.identity));
  if (after === before) {
    stderr.write(`${policyFile.path} has this exception already\n`);
    return 0;
  }
  stderr.write(`${policyFile.path}${before.trim() === '' ? ' (made from the starting file)' : ''}\n`);
  stdout.write(printableLines(textDiff(before.trim() === '' ? run.startingPolicy : before, after)));
  const agreed =
    options.dryRun ||
    options.yes ||
    (await confirms(run.terminal, `Write this into ${policyFile.path}?`, new AbortController().signal));
  if (!agreed) {
    stderr.write('nothing was changed\n');
    return 1;
  }
  if (!options.dryRun) {
    await run.writePolicy(after);
    await writeDown(workloads, options, run);
  }
  const mark = options.dryRun ? ' (dry run)' : '';
  for (const workload of workloads) stdout.write(`${printable(workloadLabel(workload))} ignored${mark}\n`);
  return 0;
}

/** The exception is in force already: where it cannot be written down, that is said and no more. */
async function writeDown(workloads: readonly Workload[], options: IgnoreOptions, run: IgnoreRun): Promise<void> {
  try {
    await writeDownException(workloads, options, run);
  } catch (error) {
    run.stderr.write(`warning: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
