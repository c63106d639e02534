// The explanation of a verdict for people to read, in the manner of `kubectl describe`; the same on a screen as printed.
import type { ExplainedImage, WorkloadExplanation } from './explain.ts';
import { printable } from './printable.ts';
import type { ConditionItem, EvidenceItem } from './report.ts';
import type { Finding } from './scan.ts';

type Tone = 'critical' | 'high' | 'warning' | 'dim';

/** Gives a word the look of what it means; it may leave it as it is. */
type Paint = (text: string, tone: Tone) => string;

const manyFindings = 25;

export interface Words {
  /** As the table has them. */
  readonly label: string;
  readonly conditions: string;
  /** So many findings of an image at most, with a word on the others; 25 unless said. */
  readonly most?: number;
}

export function explanationText(
  explanation: WorkloadExplanation,
  { label, conditions, most = manyFindings }: Words,
  paint: Paint,
): string {
  const { workload } = explanation;
  return [
    line('Name', label),
    line('Namespace', workload.namespace),
    line('Pods', podsText(explanation)),
    ...(workload.ownerChain === 'incomplete' ? [line('Owner', 'the chain of owners could not be read whole')] : []),
    line('Conditions', conditions),
    ...decisionLines(explanation),
    '',
    ...explanation.conditions.flatMap((condition) => conditionLines(condition, explanation, paint)),
    ...unansweredLines(explanation),
    'Images:',
    ...explanation.images.flatMap((image) => imageLines(image, most, paint)),
    '',
    ...consequenceLines(explanation),
  ]
    .map((text) => `${text}\n`)
    .join('');
}

function line(label: string, text: string): string {
  return `${`${label}:`.padEnd(13)}${printable(text)}`;
}

function podsText({ workload }: WorkloadExplanation): string {
  const { replicas } = workload;
  return replicas === null ? String(workload.pods) : `${workload.pods} (${replicas.ready}/${replicas.desired} ready)`;
}

function decisionLines(explanation: WorkloadExplanation): string[] {
  const { decision, acted, held, obstacle, managedBy } = explanation;
  const { exempt } = decision;
  const until = exempt === null ? '' : exempt.until === null ? '' : `, until ${exempt.until}`;
  const unknownSince = exempt?.by === 'gracePeriod' && exempt.until === null ? ', since-unknown' : '';
  return [
    line('Action', decision.action),
    line(
      'Rule',
      decision.rule ?? (obstacle === null ? 'nothing is called for' : `an action is called for, but ${obstacle}`),
    ),
    ...(exempt === null ? [] : [line('Exempt', `${exempt.by} (${exempt.rule}${until}${unknownSince})`)]),
    ...(managedBy === null ? [] : [line('Managed by', managedBy)]),
    ...protectionLines(explanation),
    ...(acted === null ? [] : [line('Acted', `${acted.action} at ${acted.at} by ${acted.by}`)]),
    ...(held === null ? [] : [line('Held', `by ${held.by}${held.until === '' ? '' : `, until ${held.until}`}`)]),
    line('Policy', explanation.metadata.policy ?? 'none (everything is ignore)'),
  ];
}

/** What is not acted upon needs no protection. */
function protectionLines({ protectedBy, protectionUnread, decision }: WorkloadExplanation): string[] {
  if (protectedBy !== null) return [line('Protected', protectedBy)];
  if (protectionUnread.length === 0 || decision.action === 'ignore') return [];
  return [line('Protected', `unknown: what could protect it may not be read (${protectionUnread.join(', ')})`)];
}

function conditionLines(condition: ConditionItem, { images }: WorkloadExplanation, paint: Paint): string[] {
  const findings = images.flatMap((image) => image.findings);
  const exempt = condition.exempt === null ? '' : ` (exempt: ${condition.exempt.by}, ${condition.exempt.rule})`;
  const severity = condition.severity === null ? '' : ` ${condition.severity}`;
  return [
    printable(`Condition ${condition.type}:${severity}${exempt}`),
    ...condition.evidence.map((evidence) => `  ${evidenceText(evidence, findings, paint)}`),
    '',
  ];
}

function evidenceText(evidence: EvidenceItem, findings: readonly Finding[], paint: Paint): string {
  const excepted = evidence.excepted === null ? '' : ` [${evidence.excepted}]`;
  if ('license' in evidence) {
    const by = evidence.watch === null ? 'by the policy file' : byWatch(evidence.watch, evidence.policy);
    return printable(`${evidence.license} in ${evidence.component || 'the image'}, ${by}${excepted}`);
  }
  if ('reason' in evidence) return printable(`${evidence.reason}: ${evidence.image}${excepted}`);
  const violation = evidence.watch ? `, violates ${byWatch(evidence.watch, evidence.policy ?? null)}` : '';
  const { id, component } = evidence;
  const summary = findings.find((one) => one.id === id && one.component === component)?.summary ?? '';
  return findingText({ ...evidence, summary }, paint) + printable(violation + excepted);
}

function byWatch(watch: string, policy: string | null): string {
  return policy === null ? `watch ${watch}` : `watch ${watch}, policy ${policy}`;
}

function findingText(finding: Finding, paint: Paint): string {
  const { severity, cves, id, cvss, component, fixedIn, applicability } = finding;
  const names = [...new Set([id, ...cves])].filter((name) => name !== '').join(' ');
  const fixed = fixedIn.length === 0 ? 'no fix known' : `fixed in ${fixedIn.join(', ')}`;
  const score = cvss === null ? '' : ` CVSS ${cvss}`;
  const applies = applicability === null ? '' : `, ${applicability}`;
  // What has no CVE (a malicious package, say) is told by its words alone.
  const told = cves.length === 0 && finding.summary !== '' ? `: ${finding.summary}` : '';
  const rest = `${names || '(no id)'}${score} ${component}, ${fixed}${applies}${told}`;
  return `${paint(printable(severity), toneOf(severity))} ${printable(rest)}`;
}

function toneOf(severity: Finding['severity']): Tone {
  if (severity === 'Critical') return 'critical';
  if (severity === 'High') return 'high';
  return severity === 'Medium' ? 'warning' : 'dim';
}

function unansweredLines(explanation: WorkloadExplanation): string[] {
  const { unanswered, notEvaluated } = explanation;
  const missing = unanswered.map(
    (one) => `  ${one.reference}: ${one.reason}${one.cause === null ? '' : `, ${one.cause}`}`,
  );
  const unevaluated = notEvaluated.map(
    (condition) => `  ${condition}: rests on Xray's violations, and no watch with such a policy is known to cover it`,
  );
  return [
    ...(missing.length === 0 ? [] : ['Unanswered:', ...missing, '']),
    ...(unevaluated.length === 0 ? [] : ['Not evaluated:', ...unevaluated, '']),
  ].map(printable);
}

function imageLines(image: ExplainedImage, most: number, paint: Paint): string[] {
  const marks = [image.role, ...(image.injected ? ['injected'] : []), ...(image.outdated ? ['outdated'] : [])];
  const reason = image.reason === null ? '' : ` (${image.reason}${image.cause === null ? '' : `: ${image.cause}`})`;
  const asked = image.askedAt === null ? '' : `, asked ${image.askedAt}`;
  const judged = image.judged.filter((digest) => digest !== image.digest);
  const shown = image.findings.slice(0, most);
  const more = image.findings.length - shown.length;
  const facts = [
    `  ${image.container} (${marks.join(', ')})${image.decides ? '' : ', decides nothing'}`,
    `    Reference:  ${image.reference}`,
    `    Digest:     ${image.digest ?? '<none>'} (${image.basis === 'digest' ? 'running' : image.basis})`,
    ...(judged.length === 0 ? [] : [`    Judged by:  ${judged.join(', ')}`]),
    `    Platform:   ${image.platform ?? '<unknown>'}`,
    `    Scan:       ${image.scan}${reason}${asked}`,
    `    Path:       ${image.paths.length === 0 ? '<none>' : image.paths.join(', ')}`,
    `    Licenses:   ${image.licenses.length === 0 ? '<none>' : image.licenses.join(', ')}`,
    ...watchesLines(image),
    ...image.violations.map((one) => `    Violation:  ${one.severity} ${one.id}, ${byWatch(one.watch, one.policy)}`),
  ];
  return [
    ...facts.map(printable),
    ...shown.map((finding) => `    Finding:    ${findingText(finding, paint)}`),
    ...(more > 0 ? [`    … and ${more} more findings (all of them with -o json)`] : []),
  ];
}

/** Nothing is said of watches where nothing was asked because the image itself is not known. */
function watchesLines({ scan, evaluated: { security, license } }: ExplainedImage): string[] {
  if (scan !== 'scanned' && security === 'notAsked' && license === 'notAsked') return [];
  return [`    Watches:    security ${coveredText(security)}, license ${coveredText(license)}`];
}

function coveredText(evaluated: ExplainedImage['evaluated']['security']): string {
  const words = {
    covered: 'covered',
    notCovered: 'not covered by any active watch',
    unreadable: 'unknown, watches cannot be read',
    unanswered: 'unanswered',
    notAsked: 'not asked, the policy does not rest on violations',
  };
  return words[evaluated];
}

function consequenceLines(explanation: WorkloadExplanation): string[] {
  if (explanation.consequences.length === 0) return ['No action is possible on this workload.'];
  return explanation.consequences.flatMap(({ action, does, undo }) => [
    printable(`${action}: ${does}.`),
    printable(`  Undo (${undo.grade}): ${undo.means}.`),
  ]);
}
