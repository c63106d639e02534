// The vulnerabilities of CycloneDX: each finding once, with the images that it affects and whether it was accepted.
import { contentsOf } from '../../core/scan.ts';
import type { Finding } from '../../core/scan.ts';
import { scanOf } from '../../core/report.ts';
import type { ImageVerdictItem } from '../../core/report.ts';
import type { Severity } from '../../core/severity.ts';
import { idOf, sparedBy } from './report.ts';
import type { Report } from './report.ts';

const source = { name: 'JFrog Xray' };

interface Property {
  readonly name: string;
  readonly value: string;
}

export function property(name: string, value: string): Property {
  return { name: `kubectl-xray:${name}`, value };
}

/** Of an image among those of the report. */
export function refOf({
  reference,
  digest,
  platform,
}: Pick<ImageVerdictItem, 'reference' | 'digest' | 'platform'>): string {
  return `image:${reference}|${digest ?? ''}|${platform ?? ''}`;
}

interface Known {
  readonly finding: Finding;
  readonly accepted: string | null;
  readonly affects: Set<string>;
}

export function* vulnerabilitiesOf(report: Report): Iterable<unknown> {
  const accepted = acceptedFindings(report);
  const known = new Map<string, Known>();
  for (const { item, uses } of report.images) {
    const image = uses[0]?.entry.image;
    const scan = image === undefined ? null : scanOf(report.state)(image);
    for (const finding of scan === null ? [] : contentsOf(scan).findings) {
      const exception = accepted.get(keyOf(image?.digest ?? item.reference, finding)) ?? null;
      const key = JSON.stringify([
        idOf(finding),
        finding.component,
        exception,
        finding.applicability,
        finding.severity,
      ]);
      const same = known.get(key) ?? { finding, accepted: exception, affects: new Set() };
      same.affects.add(refOf(item));
      known.set(key, same);
    }
  }
  let number = 0;
  for (const one of known.values()) yield vulnerabilityOf(one, (number += 1));
}

function keyOf(image: string, { id, component }: Pick<Finding, 'id' | 'component'>): string {
  return `${image}\n${id}\n${component}`;
}

/** What an exception or a whitelist covers in every workload that runs it, with its words. */
function acceptedFindings({ judgements, state }: Report): Map<string, string> {
  const accepted = new Map<string, string>();
  const open = new Set<string>();
  for (const { decided } of judgements) {
    for (const condition of decided.conditions) {
      for (const evidence of condition.evidence) {
        if (evidence.type !== 'security') continue;
        const spared = sparedBy(evidence, condition, state.policy);
        const key = keyOf(evidence.image, evidence);
        if (spared === null) open.add(key);
        else accepted.set(key, spared);
      }
    }
  }
  for (const key of open) accepted.delete(key);
  return accepted;
}

const ratings: Readonly<Record<Severity, string>> = {
  Critical: 'critical',
  High: 'high',
  Medium: 'medium',
  Low: 'low',
  Information: 'info',
  Unknown: 'unknown',
};

function vulnerabilityOf({ finding, accepted, affects }: Known, number: number) {
  const id = idOf(finding);
  const others = [...new Set([finding.id, ...finding.cves])].filter((name) => name !== '' && name !== id);
  const { component, fixedIn, cvss, severity, summary } = finding;
  const analysis = analysisOf(finding, accepted);
  return {
    'bom-ref': `vulnerability:${number}`,
    id,
    source,
    ...(others.length === 0 ? {} : { references: others.map((name) => ({ id: name, source })) }),
    ratings: [{ source, ...(cvss === null ? {} : { score: cvss }), severity: ratings[severity] }],
    ...(summary === '' ? {} : { description: summary }),
    ...(fixedIn.length === 0 ? {} : { recommendation: `Update ${component || 'it'} to ${fixedIn.join(' or ')}.` }),
    affects: [...affects].map((ref) => ({ ref })),
    ...(analysis === null ? {} : { analysis }),
    properties: [
      property('component', component),
      ...(finding.applicability === null ? [] : [property('applicability', finding.applicability)]),
    ],
  };
}

/** An exception accepts a risk; it does not say that there is none. What JFrog's analysis found out does. */
function analysisOf({ applicability }: Finding, accepted: string | null) {
  if (applicability === 'not_applicable') {
    return { state: 'not_affected', justification: 'code_not_reachable', detail: "JFrog's contextual analysis" };
  }
  if (accepted !== null) return { state: 'exploitable', response: ['will_not_fix'], detail: `Accepted by ${accepted}` };
  return applicability === 'applicable' ? { state: 'exploitable', detail: "JFrog's contextual analysis" } : null;
}
