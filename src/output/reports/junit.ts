// `-o junit`: a test case for each workload, for the pages that pipelines show of test results. What fails here is what
// `--fail-on` fails on: proven, covered by no whitelist and no exception, and with `new` not there before. What could not be asked is an error; what is
// known and let be is skipped; only what is clean has passed.
import type { DecidedCondition } from '../../core/decide.ts';
import { isCondemning } from '../../core/decide.ts';
import { standings } from '../../core/gate.ts';
import type { Criterion } from '../../core/gate.ts';
import { standingsNew } from '../../core/gate-new.ts';
import type { StandingNew } from '../../core/gate-new.ts';
import { conditionTypes } from '../../core/policy.ts';
import { conditionsText, quietWord } from '../../core/rows.ts';
import type { Judgement } from '../../core/report.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Workload } from '../../core/workload.ts';
import { entriesOf, evidenceWords, gapsOf, placeOf, sparedBy } from './report.ts';
import type { Gap, Report } from './report.ts';
import { xmlText } from './xml.ts';

const manyLines = 100;

interface Case {
  readonly classname: string;
  readonly name: string;
  readonly outcome: Outcome;
}

type Outcome =
  | { readonly is: 'passed' }
  | {
      readonly is: 'failure' | 'error' | 'skipped';
      readonly type: string;
      readonly message: string;
      readonly lines: readonly string[];
    };

export function* junit(report: Report): Iterable<string> {
  const suites = [...suitesOf(report)];
  const all = suites.flatMap(([, cases]) => cases);
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites name="kubectl-xray" ${counts(all)} time="0">\n`;
  for (const [name, cases] of suites) {
    const timestamp = report.metadata.generatedAt.slice(0, 19);
    yield `  <testsuite name="${xmlText(name)}" ${counts(cases)} time="0" timestamp="${timestamp}">\n`;
    for (const one of cases) yield caseText(one);
    yield '  </testsuite>\n';
  }
  yield '</testsuites>\n';
}

/** By namespace, and before them what is missing from the whole. */
function suitesOf(report: Report): Map<string, Case[]> {
  const { judgements, metadata } = report;
  const place = placeOf(metadata);
  const standing = standingIn(report);
  const suites = new Map<string, Case[]>();
  const missing = missingFrom(report, place);
  if (missing.length > 0) suites.set('coverage', missing);
  for (const judgement of judgements) {
    const { namespace } = judgement.workload;
    const outcome = outcomeOf(judgement, standing(judgement.workload), report);
    const one = { classname: `${place}.${namespace}`, name: workloadLabel(judgement.workload), outcome };
    const suite = suites.get(namespace);
    if (suite === undefined) suites.set(namespace, [one]);
    else suite.push(one);
  }
  return suites;
}

function standingIn({ state, criteria, circumstances, compared }: Report): (workload: Workload) => StandingNew {
  if (compared !== null) return standingsNew(state, criteria, circumstances, compared.known);
  const whatever = conditionTypes.map((condition): Criterion => ({ condition, severity: null }));
  const standing = standings(state, criteria.length > 0 ? criteria : whatever, circumstances);
  return (workload) => ({ ...standing(workload), notCompared: [] });
}

/** What keeps the whole from being known. */
function missingFrom({ metadata, compared }: Report, place: string): Case[] {
  const unread = gapsOf(metadata).filter((gap) => gap.id === 'forbidden');
  return [
    ...(unread.length > 0 ? [unreadCase(unread, place)] : []),
    ...(compared !== null && compared.known === null ? [noBaseCase(compared.missing, place)] : []),
  ];
}

function noBaseCase(message: string, place: string): Case {
  const outcome = { is: 'error', type: 'notCompared', message, lines: [] } as const;
  return { classname: place, name: 'there is something to compare with', outcome };
}

function unreadCase(missing: readonly Gap[], place: string): Case {
  const lines = missing.map(({ text }) => text);
  const message = `${lines.length} kinds of objects may not be read: what they hold is not known`;
  return {
    classname: place,
    name: 'everything can be read',
    outcome: { is: 'error', type: 'forbidden', message, lines },
  };
}

function outcomeOf(judgement: Judgement, { matched, isIncomplete, notCompared }: StandingNew, report: Report): Outcome {
  const { verdict, decided } = judgement;
  const words = conditionsText(judgement);
  if (matched.length > 0) {
    const lines = evidenceLines(judgement.workload, matched, report, (one) => one === null);
    const type = matched.map((one) => one.type).join(',');
    return { is: 'failure', type, message: `${type}: ${lines[0] ?? ''}`, lines };
  }
  // That a condition is evaluated nowhere counts where it was asked for.
  if (!verdict.settled || (isIncomplete && (report.criteria.length > 0 || report.compared !== null))) {
    const lines = [
      ...verdict.unanswered.map(
        ({ reference, reason, cause }) => `${reference}: ${reason}${cause === null ? '' : `: ${cause}`}`,
      ),
      ...verdict.notEvaluated.map((condition) => `${condition}: no watch with such a policy is known to cover it`),
      ...evidenceLines(judgement.workload, notCompared, report, (one) => one === null).map(
        (line) => `${line} [it cannot be told whether it is new]`,
      ),
    ];
    if (!isIncomplete)
      return { is: 'skipped', type: 'whitelist', message: 'whatever is missing is whitelisted', lines };
    const open = verdict.notEvaluated.length > 0 ? 'notEvaluated' : 'notCompared';
    const type = verdict.settled ? open : quietWord(verdict);
    return { is: 'error', type, message: `${words}: ${lines[0] ?? ''}`, lines };
  }
  if (decided.conditions.length === 0) return { is: 'passed' };
  const lines = evidenceLines(judgement.workload, decided.conditions, report, () => true);
  return { is: 'skipped', type: 'ignored', message: `${words}: ${lines[0] ?? ''}`, lines };
}

function evidenceLines(
  workload: Workload,
  conditions: readonly DecidedCondition[],
  { state }: Report,
  wanted: (spared: string | null) => boolean,
): string[] {
  return conditions.flatMap((condition) =>
    condition.evidence.flatMap((evidence) => {
      const spared = sparedBy(evidence, condition, state.policy);
      if (!wanted(spared)) return [];
      const references = new Set(entriesOf(workload, evidence).map(({ image }) => image.reference));
      const where = `${evidenceWords(evidence)}; ${[...references].join(', ') || evidence.image}`;
      const why = spared ?? (isCondemning(evidence, state.policy) ? null : 'the policy does not name this reason');
      return [why === null ? where : `${where} [${why}]`];
    }),
  );
}

function counts(cases: readonly Case[]): string {
  const of = (is: Outcome['is']): number => cases.filter(({ outcome }) => outcome.is === is).length;
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" skipped="${of('skipped')}"`;
}

function caseText({ classname, name, outcome }: Case): string {
  const head = `    <testcase classname="${xmlText(classname)}" name="${xmlText(name)}" time="0"`;
  if (outcome.is === 'passed') return `${head}/>\n`;
  const { is, type, message, lines } = outcome;
  const shown = lines.slice(0, manyLines);
  const more = lines.length > shown.length ? [`… and ${lines.length - shown.length} more`] : [];
  const body = [...shown, ...more].map((one) => `${xmlText(one)}\n`).join('');
  return `${head}>\n      <${is} type="${xmlText(type)}" message="${xmlText(message)}">${body}</${is}>\n    </testcase>\n`;
}
