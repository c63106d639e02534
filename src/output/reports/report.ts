// What every written report is made of, and the words that they share. A report is a function from this to pieces of text;
// it asks nobody, and says what could not be asked before it says anything else.
import type { Criterion } from '../../core/gate.ts';
import type { Circumstances, DecidedCondition } from '../../core/decide.ts';
import { collectionWords } from '../../core/forbidden.ts';
import type { Policy } from '../../core/policy.ts';
import type { ImageRow, Judgement, ReportMetadata } from '../../core/report.ts';
import type { State } from '../../core/state.ts';
import type { KnownText } from '../../core/verdict-lines.ts';
import type { Evidence, SecurityEvidence } from '../../core/verdict.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { ContainerImage, Workload } from '../../core/workload.ts';

export interface Report {
  readonly metadata: ReportMetadata;
  /** The rows, sorted as the table is. With `--images` those that run the images listed. */
  readonly judgements: readonly Judgement[];
  readonly images: readonly ImageRow[];
  /** What `status` was asked for: a row per workload, or per image. */
  readonly of: 'workload' | 'image';
  readonly state: State;
  readonly circumstances: Circumstances;
  /** Of `--fail-on`; none: what holds of any condition. */
  readonly criteria: readonly Criterion[];
  /** Of `--fail-on new`; null: what matches fails, be it new or not. */
  readonly compared: ComparedWith | null;
  readonly headings: boolean;
  /** Of this program. */
  readonly version: string;
}

/** What was known before. */
export interface ComparedWith {
  /** By `recordKey`; null: there is nothing to compare with. */
  readonly known: ReadonlyMap<string, KnownText> | null;
  /** Why there is nothing, in words. */
  readonly missing: string;
}

/** In pieces, so that a report of ten thousand workloads is never one text in memory. */
export type WriteReport = (report: Report) => Iterable<string>;

/** Something that could not be asked or looked at, so that nothing may be concluded of it. */
export interface Gap {
  readonly id: 'not-answered' | 'not-evaluated' | 'forbidden';
  readonly text: string;
}

export function gapsOf({ coverage }: ReportMetadata): Gap[] {
  return [
    ...coverage.forbidden.map((one): Gap => ({
      id: 'forbidden',
      text: `${collectionWords(one)} may not be read: ${one.message}`,
    })),
    ...coverage.causes.map(({ cause, message, images }): Gap => ({
      id: 'not-answered',
      text: `${counted(images, 'image')}: ${cause}${message === '' || message === cause ? '' : `: ${message}`}`,
    })),
    ...pendingGap(coverage.pending),
    ...coverage.notEvaluated.map(({ condition, repository }): Gap => ({
      id: 'not-evaluated',
      text: `${condition} in ${repository || 'a repository that is not known'}: no watch with such a policy is known to cover it`,
    })),
  ];
}

function pendingGap(pending: number): Gap[] {
  return pending === 0 ? [] : [{ id: 'not-answered', text: `${counted(pending, 'image')}: Xray is still at it` }];
}

/** `shop/deployment/cart`. */
export function pathOf(workload: Pick<Workload, 'namespace' | 'kind' | 'resource' | 'name'>): string {
  return `${workload.namespace}/${workloadLabel(workload)}`;
}

/** What a report is of: the context, or manifests. */
export function placeOf({ context, namespace }: ReportMetadata): string {
  const place = context === '' ? 'manifests' : context;
  return namespace === '' ? place : `${place}, namespace ${namespace}`;
}

/** By what a finding, a license or a missing scan is told from others, wherever it is found. */
export function ruleOf(evidence: Evidence): string {
  switch (evidence.type) {
    case 'security':
      return idOf(evidence);
    case 'license':
      return `license/${evidence.license}`;
    case 'unscanned':
      return `unscanned/${evidence.reason}`;
    default:
      return evidence satisfies never;
  }
}

/** The CVE where there is exactly one, else Xray's own id. */
export function idOf({ cves, id, component }: Pick<SecurityEvidence, 'cves' | 'id' | 'component'>): string {
  const [only, ...others] = cves;
  if (only !== undefined && others.length === 0) return only;
  return id || cves.join('+') || `unnamed/${component}`;
}

/** `CVE-2026-1 (Critical, CVSS 9.8) in npm://a:1; fixed in 4.0.0`. */
export function evidenceWords(evidence: Evidence): string {
  switch (evidence.type) {
    case 'security': {
      const { severity, cvss, component, fixedIn, applicability, watch } = evidence;
      const score = cvss === null ? '' : `, CVSS ${cvss}`;
      const fixed = fixedIn.length === 0 ? 'no fix known' : `fixed in ${fixedIn.join(', ')}`;
      const applies = applicability === null ? '' : `; ${applicability.replaceAll('_', ' ')}`;
      return `${idOf(evidence)} (${severity}${score}) in ${component || 'the image'}; ${fixed}${applies}${byWatch(watch)}`;
    }
    case 'license':
      return `license ${evidence.license} in ${evidence.component || 'the image'}${byWatch(evidence.watch)}`;
    case 'unscanned':
      return `unscanned (${evidence.reason})`;
    default:
      return evidence satisfies never;
  }
}

function byWatch(watch: string | null): string {
  return watch === null ? '' : `; violates watch ${watch}`;
}

/** Why evidence is let be, in words: an exception, or a whitelist of its condition. Null: it counts. */
export function sparedBy(evidence: Evidence, { type, covered }: DecidedCondition, policy: Policy): string | null {
  if (evidence.excepted !== null) return exceptionWords(evidence.excepted, policy);
  return covered ? `${policy.rulePrefix}${type}.whitelistNamespaces` : null;
}

/** `exceptions[0]: not reachable (ana), until 2027-01-31`. */
function exceptionWords(rule: string, policy: Policy): string {
  const exception = policy.exceptions[Number(/\d+/.exec(rule)?.[0] ?? -1)];
  if (exception === undefined) return rule;
  const { reason, by, until } = exception;
  return `${rule}: ${reason ?? 'no reason given'}${by === null ? '' : ` (${by})`}${until === null ? '' : `, until ${until}`}`;
}

/** The containers that run what evidence speaks of. */
export function entriesOf(workload: Workload, evidence: Pick<Evidence, 'image'>): ContainerImage[] {
  return workload.images.filter(({ image }) => (image.digest ?? image.reference) === evidence.image);
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
