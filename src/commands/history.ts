// `history`: what was done, when, by whom and why, from the journal alone.
import type { Target } from '../core/act.ts';
import { UsageError } from '../core/errors.ts';
import { actionRecordList, foldJournal } from '../core/history.ts';
import type { ActionRecordItem, History } from '../core/history.ts';
import type { TypeSelector } from '../core/selection.ts';
import type { Clock, Journal } from '../engine/ports.ts';
import { painter } from '../output/colour.ts';
import { printable } from '../output/printable.ts';
import { historyTable } from '../output/history.ts';
import { json, yaml } from '../output/structured.ts';
import { last, oneOf } from './flags.ts';
import type { Output } from './run.ts';

export interface HistoryOptions {
  readonly output: 'table' | 'wide' | 'json' | 'yaml';
  readonly headings: boolean;
  /** Milliseconds since the epoch; 0: from the beginning. */
  readonly since: number;
}

export interface HistoryRun {
  readonly journal: Pick<Journal, 'news'>;
  /** The folder it lies in. */
  readonly folder: string;
  /** Null: every object. */
  readonly types: readonly TypeSelector[] | null;
  /** Empty for all namespaces. */
  readonly namespace: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly colour: boolean;
}

/** `since` is a duration before now, or a time. A UsageError for what is neither. */
export function historyOptions(
  argv: Readonly<Record<string, unknown>>,
  clock: Pick<Clock, 'now'>,
  parseDuration: (text: string) => number | undefined,
): HistoryOptions {
  const since = last(argv['since']);
  return {
    output: oneOf('output', last(argv['output']) ?? 'table', ['table', 'wide', 'json', 'yaml'] as const),
    headings: argv['no-headers'] !== true,
    since: since === null ? 0 : sinceOf(since, clock.now(), parseDuration),
  };
}

/** A duration before now, or a time, as ms since the epoch. A UsageError for what is neither. */
export function sinceOf(text: string, now: number, parseDuration: (text: string) => number | undefined): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return now - duration;
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new UsageError(
    `--since ${text} is neither a duration nor a time`,
    'Write 24h, 7d, 2026-11-21 or 2026-11-21T20:00:00Z.',
  );
}

/** Prints what the journal says, newest last. Ends with 0. */
export async function history(options: HistoryOptions, run: HistoryRun): Promise<number> {
  const folded = foldJournal(await run.journal.news());
  const list = actionRecordList(
    [...folded.records.values()].filter(({ at, order }) => isChosen(order.target, at, options, run)),
    folded.ignored.filter(({ at, target }) => isChosen(target, Date.parse(at), options, run)),
  );
  if (options.output === 'json') run.stdout.write(json(list));
  else if (options.output === 'yaml') run.stdout.write(yaml(list));
  else if (list.items.length > 0) run.stdout.write(table(list.items, options, run));
  else run.stderr.write(`${printable(nothingWords(options, run))}\n`);
  tellPause(folded, run);
  return 0;
}

/** Of what was asked for alone: the journal may tell of more. */
function nothingWords({ since }: HistoryOptions, { namespace, types, folder }: HistoryRun): string {
  const to = types === null ? '' : ' to what is named';
  const where = namespace === '' ? '' : ` in ${namespace} namespace`;
  const when = since === 0 ? '' : ` since ${new Date(since).toISOString()}`;
  return `Nothing was done${to}${where}${when} (${folder}).`;
}

function isChosen(
  { resource, namespace, name }: Target,
  at: number,
  { since }: HistoryOptions,
  run: HistoryRun,
): boolean {
  if (at < since || (run.namespace !== '' && namespace !== run.namespace)) return false;
  return run.types?.some((type) => type.resource === resource && (type.name ?? name) === name) ?? true;
}

function table(items: readonly ActionRecordItem[], { output, headings }: HistoryOptions, run: HistoryRun): string {
  const withNamespace = run.namespace === '';
  return historyTable(items, { wide: output === 'wide', withNamespace, headings, paint: painter(run.colour) });
}

function tellPause({ pause }: History, { stderr }: HistoryRun): void {
  if (pause === null) return;
  const since = new Date(pause.at).toISOString();
  stderr.write(
    `nothing is done by policy since ${since}: ${pause.message}; go on with: kubectl xray enforce --confirm --resume\n`,
  );
}
