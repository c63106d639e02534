// `status`: one row per workload, what holds of it and what the policy calls for.
import { UsageError } from '../core/errors.ts';
import type { Circumstances } from '../core/decide.ts';
import { gate } from '../core/gate.ts';
import type { Criterion } from '../core/gate.ts';
import { conditionTypes } from '../core/policy.ts';
import { apiVersion, coverage, imageItems, judgeAll, scanOf, workloadItem } from '../core/report.ts';
import type { ImageVerdictList, Judgement, ReportMetadata, WorkloadVerdictList } from '../core/report.ts';
import { conditionWords, hasSeverity, wordsOf, worstFirst } from '../core/rows.ts';
import type { ConditionWord } from '../core/rows.ts';
import { parseSeverity, severities } from '../core/severity.ts';
import type { Severity } from '../core/severity.ts';
import { painter } from '../output/colour.ts';
import { coverageLine } from '../output/coverage.ts';
import { sortBy } from '../output/sort.ts';
import type { Sort } from '../output/sort.ts';
import { json, nameLine, yaml } from '../output/structured.ts';
import { imageTable, workloadTable } from '../output/table.ts';
import { last, listed, oneOf } from './flags.ts';
import { mayHaveMissed, reportMissing, reportUnjudged, settled } from './run.ts';
import type { Run } from './run.ts';

export const outputs = ['table', 'wide', 'json', 'yaml', 'name'] as const;

export interface StatusOptions {
  readonly output: (typeof outputs)[number];
  readonly images: boolean;
  readonly headings: boolean;
  readonly showLabels: boolean;
  /** Null: worst first. */
  readonly sort: Sort | null;
  readonly severity: Severity | null;
  readonly conditions: readonly ConditionWord[];
  readonly failOn: readonly Criterion[];
}

/** Reads the flags of `status`; every mistake is a UsageError before anything is asked. */
export function statusOptions(argv: Readonly<Record<string, unknown>>): StatusOptions {
  const severity = last(argv['severity']);
  const sort = last(argv['sort-by']);
  return {
    output: oneOf('output', last(argv['output']) ?? 'table', outputs),
    images: argv['images'] === true,
    headings: argv['no-headers'] !== true,
    showLabels: argv['show-labels'] === true,
    sort: sort === null ? null : sortBy(sort),
    severity: severity === null ? null : severityOf('severity', severity),
    conditions: listed(argv['condition']).map((word) => oneOf('condition', word, conditionWords)),
    failOn: listed(argv['fail-on']).map(criterionOf),
  };
}

/** Runs to the end and prints. Ends with 0, 1 (a named object is not there), 10 or 11 (`--fail-on`). */
export async function status(options: StatusOptions, run: Run): Promise<number> {
  const state = await settled(run);
  const circumstances: Circumstances = { ...run.circumstances, now: run.clock.now() };
  const workloads = run.engine.workloads();
  const all = judgeAll(state, workloads, circumstances);
  const shown = all.filter((one) => isChosen(one, options));
  const sorted = options.sort === null ? shown.toSorted(worstFirst) : options.sort(shown, state);
  const notFound = reportMissing(run, state);
  const metadata: ReportMetadata = {
    context: run.context,
    namespace: run.namespace,
    generatedAt: new Date(circumstances.now).toISOString(),
    coverage: { ...coverage(all, state), workloads: sorted.length },
  };
  run.stdout.write(rendered(sorted, options, run, metadata));
  const explained = reportUnjudged(run, state) || notFound;
  const empty = sorted.length === 0 && !explained && (options.output === 'table' || options.output === 'wide');
  if (empty) run.stderr.write(nothingFound(run, all.length > 0));
  run.stderr.write(coverageLine(metadata.coverage, all.length));
  if (notFound) return 1;
  if (options.failOn.length === 0) return 0;
  const result = gate(state, workloads, options.failOn, circumstances, mayHaveMissed(state));
  if (result === 'incomplete') run.stderr.write('--fail-on: nothing matched, but the answer is incomplete\n');
  return { matched: 10, incomplete: 11, passed: 0 }[result];
}

function rendered(sorted: readonly Judgement[], options: StatusOptions, run: Run, metadata: ReportMetadata): string {
  const state = run.engine.getState();
  const { output } = options;
  if (output === 'name') return sorted.map((one) => nameLine(one.workload)).join('');
  if (output === 'json' || output === 'yaml') {
    const list: WorkloadVerdictList | ImageVerdictList = options.images
      ? { apiVersion, kind: 'ImageVerdictList', metadata, items: imageItems(sorted, state) }
      : { apiVersion, kind: 'WorkloadVerdictList', metadata, items: sorted.map((one) => workloadItem(one, state)) };
    return output === 'json' ? json(list) : yaml(list);
  }
  if (sorted.length === 0) return '';
  const table = {
    wide: output === 'wide',
    withNamespace: run.namespace === '',
    showLabels: options.showLabels,
    headings: options.headings,
    paint: painter(run.colour),
    now: run.clock.now(),
  };
  return options.images ? imageTable(imageItems(sorted, state), table) : workloadTable(sorted, scanOf(state), table);
}

function isChosen(judgement: Judgement, { severity, conditions }: StatusOptions): boolean {
  if (severity !== null && !hasSeverity(judgement, severity)) return false;
  return conditions.length === 0 || wordsOf(judgement).some((word) => conditions.includes(word));
}

function nothingFound(run: Run, filtered: boolean): string {
  if (filtered) return 'No workload has what --severity or --condition asks for.\n';
  return run.namespace === '' ? 'No resources found.\n' : `No resources found in ${run.namespace} namespace.\n`;
}

function criterionOf(word: string): Criterion {
  const [name = '', severity] = word.split('=', 2);
  const condition = oneOf('fail-on', name, conditionTypes);
  if (severity === undefined) return { condition, severity: null };
  if (condition !== 'security') {
    throw new UsageError(`--fail-on ${word}: only security has a severity`, `write --fail-on ${condition}`);
  }
  return { condition, severity: severityOf('fail-on', severity) };
}

function severityOf(flag: string, text: string): Severity {
  return parseSeverity(text) ?? oneOf(flag, text, severities);
}
