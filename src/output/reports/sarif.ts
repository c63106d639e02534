// `-o sarif`: SARIF 2.1.0, as code scanning takes it. A result for each piece of evidence of each workload's image, a rule
// for each CVE, license and missing scan. What could not be asked is a result of its own and a notification: a file
// without results says that everything was asked.
import { createHash } from 'node:crypto';
import type { Judgement } from '../../core/report.ts';
import type { Severity } from '../../core/severity.ts';
import { worstOf } from '../../core/severity.ts';
import type { Evidence, Unanswered } from '../../core/verdict.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { ContainerImage, Workload } from '../../core/workload.ts';
import { entriesOf, evidenceWords, gapsOf, pathOf, ruleOf, sparedBy } from './report.ts';
import type { Report } from './report.ts';

type Level = 'error' | 'warning' | 'note';

interface Rule {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly severity: Severity | null;
  readonly cvss: number | null;
  readonly tags: readonly string[];
}

export function* sarif(report: Report): Iterable<string> {
  const { judgements, state, version, metadata } = report;
  const rules = rulesOf(judgements);
  const numbers = new Map([...rules.keys()].map((id, index) => [id, index]));
  const driver = { name: 'kubectl-xray', version, rules: [...rules.values()].map(ruleJson) };
  yield '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{\n';
  yield `"tool":${JSON.stringify({ driver })},\n`;
  yield `"automationDetails":${JSON.stringify({ id: categoryOf(report) })},\n`;
  yield `"invocations":${JSON.stringify([invocationOf(report)])},\n"columnKind":"utf16CodeUnits",\n"results":[`;
  let separator = '\n';
  for (const judgement of judgements) {
    for (const result of resultsOf(judgement, report)) {
      yield `${separator}${JSON.stringify({ ...result, ruleIndex: numbers.get(result.ruleId) })}`;
      separator = ',\n';
    }
  }
  const properties = { context: metadata.context, namespace: metadata.namespace, policy: state.policy.source };
  yield `\n],\n"properties":${JSON.stringify(properties)}}]}\n`;
}

/** Alerts of another cluster or namespace are not closed by this one. */
function categoryOf({ metadata: { context, namespace } }: Report): string {
  const place = context === '' ? 'manifests' : `${context}/${namespace === '' ? 'all-namespaces' : namespace}`;
  return `kubectl-xray/${place}/`;
}

function rulesOf(judgements: readonly Judgement[]): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  for (const { verdict } of judgements) {
    for (const evidence of verdict.conditions.flatMap((condition) => condition.evidence)) {
      const rule = ruleFrom(evidence);
      const known = rules.get(rule.id);
      rules.set(rule.id, known === undefined ? rule : worse(known, rule));
    }
    for (const { reason } of verdict.unanswered) rules.set(unansweredRule(reason).id, unansweredRule(reason));
  }
  return rules;
}

function worse(one: Rule, other: Rule): Rule {
  const worst = worstOf([one, other].flatMap(({ severity }) => (severity === null ? [] : [severity])));
  return one.severity === worst ? one : other;
}

function ruleFrom(evidence: Evidence): Rule {
  const id = ruleOf(evidence);
  switch (evidence.type) {
    case 'security': {
      const names = [...new Set([id, evidence.id, ...evidence.cves])].filter((name) => name !== '');
      const { summary, severity, cvss } = evidence;
      const title = summary.split('\n')[0] || id;
      return { id, title, summary: summary || names.join(', '), severity, cvss, tags: ['security', 'vulnerability'] };
    }
    case 'license': {
      const title = `License ${evidence.license}`;
      const summary = `The policy does not allow the license ${evidence.license}.`;
      return { id, title, summary, severity: evidence.severity, cvss: null, tags: ['license'] };
    }
    case 'unscanned': {
      const summary = `Xray knows nothing of the image (${evidence.reason}): what is in it is not known.`;
      return { id, title: `Unscanned: ${evidence.reason}`, summary, severity: null, cvss: null, tags: ['unscanned'] };
    }
    default:
      return evidence satisfies never;
  }
}

function unansweredRule(reason: Unanswered['reason']): Rule {
  const summary = `Xray could not be asked about the image, or has not finished (${reason}): this is not clean.`;
  const title = `Not answered: ${reason}`;
  return { id: `not-answered/${reason}`, title, summary, severity: null, cvss: null, tags: ['not-answered'] };
}

function ruleJson({ id, title, summary, severity, cvss, tags }: Rule) {
  const score = securitySeverity(severity, cvss);
  const scored = tags.includes('security') && score !== null ? { 'security-severity': score } : {};
  return {
    id,
    name: id,
    shortDescription: { text: title.toWellFormed().slice(0, 1000) },
    fullDescription: { text: summary.toWellFormed().slice(0, 1000) },
    help: { text: summary.toWellFormed() },
    ...(/^CVE-\d{4}-\d{4,}$/.test(id) ? { helpUri: `https://www.cve.org/CVERecord?id=${id}` } : {}),
    defaultConfiguration: { level: levelOf(severity) },
    properties: { ...scored, precision: 'very-high', tags },
  };
}

const levels: Readonly<Record<Severity, Level>> = {
  Critical: 'error',
  High: 'error',
  Medium: 'warning',
  Low: 'note',
  Information: 'note',
  Unknown: 'warning',
};

function levelOf(severity: Severity | null): Level {
  return severity === null ? 'warning' : levels[severity];
}

/** Of each severity the scores that code scanning takes for it, and the one that stands for it where there is none. */
const scores: Readonly<Record<Severity, readonly [least: number, most: number, usual: number] | null>> = {
  Critical: [9, 10, 9.5],
  High: [7, 8.9, 8],
  Medium: [4, 6.9, 5.5],
  Low: [0.1, 3.9, 2],
  Information: null,
  Unknown: null,
};

/** The CVSS score where it says what Xray's severity says: the policy goes by the severity. */
function securitySeverity(severity: Severity | null, cvss: number | null): string | null {
  const range = severity === null ? null : scores[severity];
  if (range === null) return null;
  const [least, most, usual] = range;
  return (cvss !== null && cvss >= least && cvss <= most ? cvss : usual).toFixed(1);
}

interface Result {
  readonly ruleId: string;
  readonly level: Level;
  readonly message: { readonly text: string };
  readonly locations: readonly unknown[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly unknown[];
  readonly properties: Readonly<Record<string, unknown>>;
}

function* resultsOf({ workload, verdict, decided }: Judgement, { state }: Report): Iterable<Result> {
  for (const condition of decided.conditions) {
    for (const evidence of condition.evidence) {
      const spared = sparedBy(evidence, condition, state.policy);
      const result = resultOf(workload, evidence);
      const suppression = { kind: 'external', status: 'accepted', justification: spared ?? '' };
      yield spared === null ? result : { ...result, suppressions: [suppression] };
    }
  }
  for (const missing of verdict.unanswered) yield missingResult(workload, missing);
}

function resultOf(workload: Workload, evidence: Evidence): Result {
  const entries = entriesOf(workload, evidence);
  const reference = entries[0]?.image.reference ?? evidence.image;
  const severity = evidence.type === 'unscanned' ? null : evidence.severity;
  const component = evidence.type === 'unscanned' ? '' : evidence.component;
  const ruleId = ruleOf(evidence);
  return {
    ruleId,
    level: levelOf(severity),
    message: { text: `${evidenceWords(evidence)}. Image ${reference}, run by ${pathOf(workload)}.` },
    locations: [locationOf(workload, entries)],
    partialFingerprints: fingerprints(workload, reference, ruleId, component),
    properties: { condition: evidence.type, severity, component, image: evidence.image, ...about(workload) },
  };
}

function missingResult(workload: Workload, missing: Unanswered): Result {
  const { reference, reason, cause, image } = missing;
  const ruleId = unansweredRule(reason).id;
  const why = cause === null ? reason : `${reason}: ${cause}`;
  return {
    ruleId,
    level: 'warning',
    message: {
      text: `Not answered (${why}): nothing is known of ${reference}, run by ${pathOf(workload)}, or not all of it.`,
    },
    locations: [locationOf(workload, entriesOf(workload, missing))],
    partialFingerprints: fingerprints(workload, reference, ruleId, ''),
    properties: { condition: null, severity: null, image, ...about(workload) },
  };
}

function about({ namespace, kind, name }: Workload) {
  return { namespace, kind, workload: name };
}

/** A workload has no file: its path stands for one, so that code scanning has a place to show. */
function locationOf(workload: Workload, entries: readonly ContainerImage[]) {
  const path = pathOf(workload);
  const uri = path
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
  const containers = new Map(entries.map((entry) => [`${path}/${entry.container}`, entry.image.reference]));
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    logicalLocations: [
      { name: workloadLabel(workload), fullyQualifiedName: path, kind: 'resource' },
      ...[...containers].map(([fullyQualifiedName, name]) => ({ name, fullyQualifiedName, kind: 'module' })),
    ],
  };
}

/** The same after the image was built anew: neither tag nor digest is part of it. */
function fingerprints(workload: Workload, reference: string, ruleId: string, component: string) {
  const repository = reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const parts = [workload.namespace, workload.kind, workload.name, repository, ruleId, component];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return { 'kubectlXray/v1': hash, primaryLocationLineHash: `${hash.slice(0, 16)}:1` };
}

function invocationOf(report: Report) {
  const gaps = gapsOf(report.metadata);
  return {
    executionSuccessful: !gaps.some(({ id }) => id !== 'not-evaluated'),
    endTimeUtc: report.metadata.generatedAt,
    toolExecutionNotifications: gaps.map(({ id, text }) => ({
      level: id === 'not-evaluated' ? 'warning' : 'error',
      message: { text: text.toWellFormed() },
      descriptor: { id },
    })),
  };
}
