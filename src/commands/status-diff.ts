// `status --diff` and `--fail-on new`: what reads otherwise than before.
import { UsageError } from '../core/errors.ts';
import { gateNew } from '../core/gate-new.ts';
import type { NewMatch } from '../core/gate-new.ts';
import type { GateResult } from '../core/gate.ts';
import type { Judgement, ReportMetadata } from '../core/report.ts';
import { ageText } from '../core/rows.ts';
import type { State } from '../core/state.ts';
import { worstChangeFirst } from '../core/verdict-change.ts';
import type { VerdictChange } from '../core/verdict-change.ts';
import { verdictDiff } from '../core/verdict-diff.ts';
import { changesSince } from '../core/verdict-lines.ts';
import { lookAt } from '../core/verdict-look.ts';
import type { Evidence } from '../core/verdict.ts';
import { workloadLabel } from '../core/workload.ts';
import { painter } from '../output/colour.ts';
import { printable } from '../output/printable.ts';
import type { Report } from '../output/reports/report.ts';
import { json, nameLine, yaml } from '../output/structured.ts';
import { diffTable } from '../output/verdict-diff.ts';
import { last } from './flags.ts';
import type { Run } from './run.ts';
import type { Compared, CompareWith, NoBase } from './verdicts.ts';

export interface CompareOptions {
  /** The rows are what has changed. */
  readonly shows: boolean;
  readonly failsOnNew: boolean;
  readonly with: CompareWith;
}

/** Rows of what has changed are chosen and ordered by nothing else. */
const ofRows = ['images', 'sort-by', 'severity', 'condition', 'show-labels'] as const;

const diffOutputs = ['table', 'wide', 'json', 'yaml', 'name'] as const;

/** `--diff`, `--diff=FILE`, `--since`; null: nothing is compared. */
export function compareOptions(
  argv: Readonly<Record<string, unknown>>,
  failsOnNew: boolean,
  timeOf: (text: string) => number,
): CompareOptions | null {
  const [diff, since] = [last(argv['diff']), last(argv['since'])];
  const shows = diff !== null;
  if (!shows && !failsOnNew) {
    if (since === null) return null;
    throw new UsageError('--since says what to compare with', 'Add --diff, or --fail-on new.');
  }
  if (diff !== null && diff !== '' && since !== null) {
    throw new UsageError('--diff=FILE and --since both say what to compare with', 'Leave one of them out.');
  }
  const other = ofRows.find((flag) => shows && argv[flag] !== undefined && argv[flag] !== false);
  if (other !== undefined) {
    throw new UsageError(`--${other} is of the rows of status, and --diff has others`, `Leave --${other} out.`);
  }
  const output = last(argv['output'])?.trim().toLowerCase() ?? 'table';
  if (shows && !diffOutputs.some((one) => one === output)) {
    throw new UsageError(`--diff is not printed as ${output}`, `Use one of: ${diffOutputs.join(', ')}`);
  }
  return { shows, failsOnNew, with: withWhat(diff ?? '', since, timeOf) };
}

function withWhat(path: string, since: string | null, timeOf: (text: string) => number): CompareWith {
  if (path !== '') return { is: 'file', path };
  return since === null ? { is: 'lastRun' } : { is: 'since', since: timeOf(since) };
}

export interface SeenNow {
  readonly state: State;
  /** All workloads in scope. */
  readonly all: readonly Judgement[];
  readonly metadata: ReportMetadata;
  /** Some workloads may not have been seen at all. */
  readonly missed: boolean;
}

interface Shows {
  readonly output: string;
  readonly headings: boolean;
}

/** What goes to stdout; what it is compared with is said on stderr. */
export function diffText(compared: Compared | NoBase, { output, headings }: Shows, run: Run, seen: SeenNow): string {
  const changes = 'missing' in compared ? [] : changesFrom(compared, run, seen);
  run.stderr.write(aboutWords(compared, changes, run));
  const base = 'missing' in compared ? null : compared.about;
  const metadata = { ...seen.metadata, base };
  if (output === 'json') return json(verdictDiff(metadata, changes));
  if (output === 'yaml') return yaml(verdictDiff(metadata, changes));
  if (output === 'name') {
    return changes.map(({ workload, to }) => (to === null ? '' : nameLine(workload))).join('');
  }
  if (changes.length === 0) return '';
  const withNamespace = run.namespace === '';
  return diffTable(changes, { wide: output === 'wide', withNamespace, headings, paint: painter(run.colour) });
}

function changesFrom({ base, tellsGone }: Compared, run: Run, { state, all, missed }: SeenNow): VerdictChange[] {
  const scope = run.verdicts?.scope ?? { namespace: run.namespace, selection: '' };
  const at = run.clock.now();
  const complete = tellsGone && !missed;
  const look = lookAt(state, { at, by: 'status', scope, complete, judgements: all, chosen: all });
  return changesSince(base, look).toSorted(worstChangeFirst);
}

function aboutWords(compared: Compared | NoBase, changes: readonly VerdictChange[], run: Run): string {
  if ('missing' in compared) return printable(compared.missing) + '\n';
  const warnings = compared.warnings.map((warning) => `warning: ${printable(warning)}\n`).join('');
  const count = changes.length === 1 ? '1 workload has' : `${changes.length} workloads have`;
  const what = changes.length === 0 ? 'No change' : `${count} changed`;
  return `${warnings}${what} since ${printable(sinceWords(compared, run))}\n`;
}

function sinceWords({ about: { at, file } }: Compared, { clock }: Pick<Run, 'clock'>): string {
  const when = at === null ? '' : `${at} (${ageText(clock.now() - Date.parse(at))} ago)`;
  if (file === null) return when;
  return when === '' ? file : `${file}, ${when}`;
}

/** What a report is to tell what is new by; null: it is not to. */
export function comparedIn(compare: CompareOptions | null, compared: Compared | NoBase | null): Report['compared'] {
  if (compare?.failsOnNew !== true || compared === null) return null;
  if ('missing' in compared) return { known: null, missing: compared.missing };
  return { known: compared.base.known, missing: '' };
}

const mostMatches = 10;

export interface GatedOnNew {
  readonly result: GateResult;
  /**
   * The next run is compared with this one. What is new stays new until somebody has looked: else a pipeline that is simply
   * started again would pass, and so would one that asks for more.
   */
  readonly becomesBase: boolean;
}

/** Says what is new, or that there is nothing to compare with. */
export function gateOnNew(
  compared: Compared | NoBase,
  gated: Omit<Parameters<typeof gateNew>[0], 'before'>,
  run: Run,
): GatedOnNew {
  if ('missing' in compared) {
    run.stderr.write(`--fail-on new: ${printable(compared.missing)}\n`);
    return { result: 'incomplete', becomesBase: true };
  }
  const before = compared.base.known;
  const { result, matches } = gateNew({ ...gated, before });
  for (const match of matches.slice(0, mostMatches)) {
    run.stderr.write(`--fail-on: new since ${printable(`${sinceWords(compared, run)}: ${matchWords(match)}`)}\n`);
  }
  if (matches.length > mostMatches) run.stderr.write(`--fail-on: and ${matches.length - mostMatches} more are new\n`);
  const isNothingNew = result === 'passed' && gateNew({ ...gated, criteria: [], before }).matches.length === 0;
  return { result, becomesBase: isNothingNew };
}

const mostNamed = 5;

function matchWords({ workload, condition, evidence }: NewMatch): string {
  const names = [...new Set(evidence.map(nameOf))];
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  const shown = names.slice(0, mostNamed).join(', ');
  return `${workload.namespace}/${workloadLabel(workload)} ${condition}: ${shown}${more}`;
}

function nameOf(evidence: Evidence): string {
  switch (evidence.type) {
    case 'security':
      return `${evidence.cves[0] ?? evidence.id} (${evidence.severity})`;
    case 'license':
      return evidence.license;
    case 'unscanned':
      return `${evidence.image} (${evidence.reason})`;
    default:
      return evidence satisfies never;
  }
}
