// `status`: one row per workload, what holds of it and what the policy calls for.
import { UsageError } from '../core/errors.ts';
import type { Circumstances } from '../core/decide.ts';
import { gate, uncountedReasons } from '../core/gate.ts';
import type { Criterion } from '../core/gate.ts';
import { conditionTypes } from '../core/policy.ts';
import { wordsOfImage } from '../core/image-words.ts';
import type { State } from '../core/inventory.ts';
import { coverage, imageRows, judgeAll } from '../core/report.ts';
import type { Judgement, ReportMetadata } from '../core/report.ts';
import { conditionWords, hasSeverity, wordsOf, worstFirst } from '../core/rows.ts';
import type { ConditionWord } from '../core/rows.ts';
import { parseSeverity, severities } from '../core/severity.ts';
import type { Severity, SeverityCounts } from '../core/severity.ts';
import { painter } from '../output/colour.ts';
import { coverageLine } from '../output/coverage.ts';
import { sortBy } from '../output/sort.ts';
import type { Sort } from '../output/sort.ts';
import { json, yaml } from '../output/structured.ts';
import { uncountedLine } from '../output/uncounted.ts';
import { last, listed, oneOf } from './flags.ts';
import { imageListing, workloadListing } from './listing.ts';
import type { Listing } from './listing.ts';
import { inChunks, withLateFormats } from './late-format.ts';
import type { LateFormat } from './late-format.ts';
import { compareOptions, comparedIn, diffText, gateOnNew } from './status-diff.ts';
import type { CompareOptions, GatedOnNew, SeenNow } from './status-diff.ts';
import { baseOf, keepLook } from './verdicts.ts';
import type { Compared, NoBase } from './verdicts.ts';
import { mayHaveMissed, noResourcesIn, oldestOffline, reportMissing, reportUnjudged, settled } from './run.ts';
import type { Run } from './run.ts';

export const outputs = ['table', 'wide', 'json', 'yaml', 'name'] as const;

export interface StatusOptions {
  readonly output: (typeof outputs)[number] | LateFormat;
  readonly images: boolean;
  readonly headings: boolean;
  readonly showLabels: boolean;
  /** Null: worst first. */
  readonly sort: Sort | null;
  readonly severity: Severity | null;
  readonly conditions: readonly ConditionWord[];
  readonly failOn: readonly Criterion[];
  /** Null: with nothing. */
  readonly compare: CompareOptions | null;
}

/**
 * Reads the flags of `status`; every mistake is a UsageError before anything is asked. `late`: what `-o` asks for. `timeOf`
 * reads a duration before now, or a time, as ms since the epoch.
 */
export function statusOptions(
  argv: Readonly<Record<string, unknown>>,
  late: LateFormat | null = null,
  timeOf: (text: string) => number = Date.parse,
): StatusOptions {
  const severity = last(argv['severity']);
  const sort = last(argv['sort-by']);
  const failOn = listed(argv['fail-on']);
  return {
    output: outputOf(argv, late),
    images: argv['images'] === true,
    headings: argv['no-headers'] !== true,
    showLabels: argv['show-labels'] === true,
    sort: sort === null ? null : sortBy(sort),
    severity: severity === null ? null : severityOf('severity', severity),
    conditions: listed(argv['condition']).map((word) => oneOf('condition', word, conditionWords)),
    failOn: failOn.filter((word) => !isNew(word)).map(criterionOf),
    compare: compareOptions(argv, failOn.some(isNew), timeOf),
  };
}

function isNew(word: string): boolean {
  return word.toLowerCase() === 'new';
}

/** Runs to the end and prints. Ends with 0, 1 (a named object is not there), 10 or 11 (`--fail-on`). */
export async function status(options: StatusOptions, run: Run): Promise<number> {
  const { compare, failOn } = options;
  const compared = compare === null ? null : await baseOf(compare.with, run);
  // Read while others are waited for, so that less is to be done once everything is printed.
  const looksRead = run.verdicts?.log?.read();
  const state = await settled(run);
  await looksRead;
  const circumstances: Circumstances = { ...run.circumstances, now: run.clock.now() };
  const workloads = run.engine.workloads();
  const all = judgeAll(state, workloads, circumstances);
  const listing = chosen(all, state, options, circumstances.now);
  const notFound = reportMissing(run, state);
  const metadata: ReportMetadata = {
    context: run.context,
    namespace: run.namespace,
    generatedAt: new Date(circumstances.now).toISOString(),
    coverage: { ...coverage(all, state), workloads: listing.workloads },
  };
  const seen = { state, all, metadata, missed: mayHaveMissed(state) };
  for (const piece of written(listing, compared, options, run, seen, circumstances)) run.stdout.write(piece);
  const explained = reportUnjudged(run, state) || notFound;
  const empty = listing.rows === 0 && !explained && (options.output === 'table' || options.output === 'wide');
  if (empty) run.stderr.write(nothingFound(run, listing, all.length > 0));
  run.stderr.write(coverageLine(metadata.coverage, all.length, state.newsFaults, oldestOffline(run, all, state)));
  const gated = { state, workloads, criteria: failOn, circumstances, missed: seen.missed };
  const { result, becomesBase }: GatedOnNew =
    compare?.failsOnNew === true && compared !== null
      ? gateOnNew(compared, gated, run)
      : {
          result: gate(state, workloads, failOn, circumstances, failOn.length > 0 && seen.missed),
          becomesBase: true,
        };
  if (countsUnscanned(options)) run.stderr.write(uncountedLine(uncountedReasons(all, state.policy)));
  if (result === 'incomplete') run.stderr.write('--fail-on: nothing matched, but the answer is incomplete\n');
  await keepLook(run.verdicts, state, {
    at: circumstances.now,
    by: 'status',
    judgements: all,
    complete: !seen.missed,
    base: becomesBase,
  });
  await run.remember?.(all);
  if (notFound) return 1;
  return { matched: 10, incomplete: 11, passed: 0 }[result];
}

/** `--severity` and `--condition` choose the rows that are listed: images by what each proves itself. */
function chosen(all: readonly Judgement[], state: State, options: StatusOptions, now: number): Listing {
  const { images, severity, conditions, sort } = options;
  const isChosen = (counts: SeverityCounts, words: () => readonly ConditionWord[]): boolean =>
    (severity === null || hasSeverity(counts, severity)) &&
    (conditions.length === 0 || words().some((word) => conditions.includes(word)));
  const rows = images ? all : all.filter((one) => isChosen(one.verdict.severities, () => wordsOf(one)));
  const sorted = sort === null ? rows.toSorted(worstFirst) : sort(rows, state);
  if (!images) return workloadListing(sorted, state);
  return imageListing(
    imageRows(sorted, state).filter((row) => isChosen(row.item.severities, () => wordsOfImage(row, state, now))),
    sorted,
  );
}

function outputOf(argv: Readonly<Record<string, unknown>>, late: LateFormat | null): StatusOptions['output'] {
  if (late?.is === 'report' && argv['images'] === true && (late.format === 'sarif' || late.format === 'junit')) {
    throw new UsageError(`-o ${late.format} is about workloads, not images`, 'leave out --images, or use -o cyclonedx');
  }
  return late ?? oneOf('output', last(argv['output']) ?? 'table', outputs, withLateFormats(outputs, 'all'));
}

/** A report comes in pieces, each worth a write. */
function* written(
  listing: Listing,
  compared: Compared | NoBase | null,
  options: StatusOptions,
  run: Run,
  seen: SeenNow,
  circumstances: Circumstances,
): Iterable<string> {
  const { output, headings, compare, failOn: criteria } = options;
  const { metadata } = seen;
  if (compare?.shows === true && compared !== null && typeof output === 'string') {
    yield diffText(compared, { output, headings }, run, seen);
  } else if (typeof output === 'string') yield rendered(listing, output, options, run, metadata);
  else if (output.is === 'template') yield output.print([listing.list(metadata)], headings);
  else {
    const { noun, judgements, images } = listing;
    const about = { of: noun, judgements, images: images(), state: run.engine.getState() };
    const { version } = output;
    const failing = { criteria, compared: comparedIn(compare, compared) };
    yield* inChunks(output.write({ ...about, ...failing, metadata, circumstances, headings, version }));
  }
}

function rendered(
  listing: Listing,
  output: (typeof outputs)[number],
  options: StatusOptions,
  run: Run,
  metadata: ReportMetadata,
): string {
  const { showLabels, headings } = options;
  if (output === 'name') return listing.names();
  if (output === 'json') return json(listing.list(metadata));
  if (output === 'yaml') return yaml(listing.list(metadata));
  if (listing.rows === 0) return '';
  return listing.table({
    wide: output === 'wide',
    withNamespace: run.namespace === '',
    showLabels,
    headings,
    paint: painter(run.colour),
    now: run.clock.now(),
  });
}

function nothingFound(run: Run, { noun }: Listing, filtered: boolean): string {
  return filtered ? `No ${noun} has what --severity or --condition asks for.\n` : noResourcesIn(run);
}

/** `--fail-on new` alone is about any condition. */
function countsUnscanned({ failOn, compare }: StatusOptions): boolean {
  if (failOn.length === 0) return compare?.failsOnNew === true;
  return failOn.some(({ condition }) => condition === 'unscanned');
}

function criterionOf(word: string): Criterion {
  const [name = '', severity] = word.split('=', 2);
  const condition = oneOf('fail-on', name, conditionTypes, [...conditionTypes, 'new']);
  if (severity === undefined) return { condition, severity: null };
  if (condition !== 'security') {
    throw new UsageError(`--fail-on ${word}: only security has a severity`, `write --fail-on ${condition}`);
  }
  return { condition, severity: severityOf('fail-on', severity) };
}

function severityOf(flag: string, text: string): Severity {
  return parseSeverity(text) ?? oneOf(flag, text, severities);
}
