// `history`: what was done, when, by whom and why, from the journal; and what came to read otherwise, as far as anybody
// looked.
import type { Target } from '../core/act.ts';
import { UsageError } from '../core/errors.ts';
import { historyList } from '../core/history-list.ts';
import type { HistoryList } from '../core/history-list.ts';
import { foldJournal } from '../core/history.ts';
import type { History } from '../core/history.ts';
import { resourceOf } from '../core/kind.ts';
import type { TypeSelector } from '../core/selection.ts';
import { samplesIn, trendOf } from '../core/trend.ts';
import { changesIn } from '../core/verdict-lines.ts';
import type { VerdictLine } from '../core/verdict-lines.ts';
import type { RecordedWorkload } from '../core/verdict-record.ts';
import type { Clock, Journal } from '../engine/ports.ts';
import { painter } from '../output/colour.ts';
import { printable } from '../output/printable.ts';
import { historyTable } from '../output/history.ts';
import { json, yaml } from '../output/structured.ts';
import { trendText, trendWidth } from '../output/trend.ts';
import { last, oneOf } from './flags.ts';
import { withLateFormats } from './late-format.ts';
import type { LateFormat, PrintTemplate } from './late-format.ts';
import type { Output } from './run.ts';

const outputs = ['table', 'wide', 'json', 'yaml'] as const;

export interface HistoryOptions {
  readonly output: (typeof outputs)[number] | PrintTemplate;
  readonly headings: boolean;
  /** Milliseconds since the epoch; 0: from the beginning. */
  readonly since: number;
  readonly acts: boolean;
  readonly verdicts: boolean;
  /** Sparklines of ASCII alone. */
  readonly ascii: boolean;
}

export interface HistoryRun {
  readonly journal: Pick<Journal, 'news'>;
  /** What was seen of verdicts. */
  readonly looks: () => Promise<readonly VerdictLine[]>;
  /** The folder it lies in. */
  readonly folder: string;
  /** Null: every object. */
  readonly types: readonly TypeSelector[] | null;
  /** Empty for all namespaces. */
  readonly namespace: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly colour: boolean;
  /** Columns of the terminal; null: there is none. */
  readonly columns: number | null;
  readonly clock: Pick<Clock, 'now'>;
}

/** `since` is a duration before now, or a time. A UsageError for what is neither. */
export function historyOptions(
  argv: Readonly<Record<string, unknown>>,
  clock: Pick<Clock, 'now'>,
  parseDuration: (text: string) => number | undefined,
  late: LateFormat | null = null,
): HistoryOptions {
  const known = withLateFormats(outputs, 'templates');
  const since = last(argv['since']);
  return {
    output: late?.is === 'template' ? late.print : oneOf('output', last(argv['output']) ?? 'table', outputs, known),
    headings: argv['no-headers'] !== true,
    since: since === null ? 0 : sinceOf(since, clock.now(), parseDuration),
    // Both or neither of the two: all of it.
    acts: argv['acts'] === true || argv['verdicts'] !== true,
    verdicts: argv['verdicts'] === true || argv['acts'] !== true,
    ascii: argv['ascii'] === true,
  };
}

/** A duration before now, or a time, as ms since the epoch. A UsageError for what is neither. */
export function sinceOf(text: string, now: number, parseDuration: (text: string) => number | undefined): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return now - duration;
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (time > now) {
    throw new UsageError(
      `--since ${text} is in the future: it is ${new Date(now).toISOString()}`,
      'Write 24h, or a time that has passed; a day begins at 00:00 UTC.',
    );
  }
  if (!Number.isNaN(time)) return time;
  throw new UsageError(
    `--since ${text} is neither a duration nor a time`,
    'Write 24h, 7d, 2026-11-21 or 2026-11-21T20:00:00Z.',
  );
}

/** Prints what was done and seen, newest last. Ends with 0. */
export async function history(options: HistoryOptions, run: HistoryRun): Promise<number> {
  const folded = foldJournal(await run.journal.news());
  const lines = options.verdicts ? await run.looks() : [];
  const list = historyList(
    options.acts
      ? [...folded.records.values()].filter(({ at, order }) => isChosen(order.target, at, options, run))
      : [],
    options.acts ? folded.ignored.filter(({ at, target }) => isChosen(target, Date.parse(at), options, run)) : [],
    changesIn(lines).filter(({ at, workload }) => isChosen(withResource(workload), at, options, run)),
  );
  if (options.output === 'json') run.stdout.write(json(list));
  else if (options.output === 'yaml') run.stdout.write(yaml(list));
  else if (typeof options.output === 'function') run.stdout.write(options.output([list], options.headings));
  else {
    tellTrend(lines, options, run);
    if (list.items.length > 0) run.stdout.write(table(list.items, options, run));
    else run.stderr.write(`${printable(nothingWords(options, run))}\n`);
  }
  tellPause(folded, run);
  return 0;
}

function withResource(workload: RecordedWorkload): Target {
  return { ...workload, resource: resourceOf(workload.apiVersion, workload.kind) };
}

const week = 7 * 24 * 60 * 60 * 1000;

/** For whoever sits at a terminal: it is drawn, and no data. */
function tellTrend(lines: readonly VerdictLine[], { since, ascii }: HistoryOptions, run: HistoryRun): void {
  const { columns, types, namespace, clock, stderr, colour } = run;
  if (columns === null || types !== null) return;
  const now = clock.now();
  const samples = samplesIn(lines, { namespace, selection: '' });
  const trend = trendOf(samples, { since: since === 0 ? now - week : since, now, width: trendWidth(columns) });
  if (trend !== null) stderr.write(trendText(trend, { ascii, paint: painter(colour) }));
}

/** Of what was asked for alone: the journal may tell of more. */
function nothingWords({ since, acts, verdicts }: HistoryOptions, { namespace, types, folder }: HistoryRun): string {
  const to = types === null ? '' : ' to what is named';
  const where = namespace === '' ? '' : ` in ${namespace} namespace`;
  const when = since === 0 ? '' : ` since ${new Date(since).toISOString()}`;
  const what = acts
    ? verdicts
      ? 'Nothing was done or seen to change'
      : 'Nothing was done'
    : 'Nothing was seen to change';
  return `${what}${to}${where}${when} (${folder}).`;
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

function table(items: HistoryList['items'], { output, headings }: HistoryOptions, run: HistoryRun): string {
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
