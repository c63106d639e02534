// `-o sarif`: SARIF 2.1.0, as code scanning takes it. A result for each piece of evidence of each workload's image, a rule
// for each CVE, license and missing scan. What could not be asked is a result of its own and a notification: a file
// without results says that everything was asked.
import { createHash } from 'node:crypto';
import type { Judgement } from '../../core/report.ts';
import type { Evidence, Unanswered } from '../../core/verdict.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { ContainerImage, Workload } from '../../core/workload.ts';
import { entriesOf, evidenceWords, gapsOf, pathOf, ruleOf, sparedBy } from './report.ts';
import type { Report } from './report.ts';
import { levelOf, ruleJson, rulesOf, unansweredRule } from './sarif-rules.ts';
import type { Level } from './sarif-rules.ts';

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
