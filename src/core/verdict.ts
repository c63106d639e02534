// The verdict: which conditions hold of a workload, with evidence.
// What is proven holds at once, also while other answers are missing; only "clean" has to wait for every answer.
import type { Image } from './image.ts';
import { exceptionEnds, exceptionMatches } from './policy.ts';
import type { ConditionType, DecidingRole, Policy } from './policy.ts';
import { contentsOf, imageIdentity } from './scan.ts';
import type { Applicability, Finding, Scan, UnknownReason, UnscannedReason, Violation } from './scan.ts';
import { countSeverities, noFindings, reaches, severityRank, worstOf } from './severity.ts';
import type { Severity, SeverityCounts } from './severity.ts';
import { workloadLabel } from './workload.ts';
import type { ContainerImage, Workload } from './workload.ts';

interface EvidenceBase {
  /** The digest that runs; the reference where there is none yet. */
  readonly image: string;
  /** Whether only a reference stands behind it, so that what will run may be something else. */
  readonly byReference: boolean;
  /** The exception that covers it, as `exceptions[2]`; null: none. */
  readonly excepted: string | null;
  /** RFC 3339 from which Xray says it was so (violations only). */
  readonly created: string | null;
  /** When an exception that covered it ended, ms since the epoch: its grace period starts anew then. */
  readonly exceptedUntil: number | null;
}

export interface SecurityEvidence extends EvidenceBase {
  readonly type: 'security';
  readonly id: string;
  readonly cves: readonly string[];
  readonly cvss: number | null;
  readonly severity: Severity;
  readonly component: string;
  readonly fixedIn: readonly string[];
  readonly applicability: Applicability | null;
  readonly watch: string | null;
  readonly policy: string | null;
  readonly summary: string;
}

export interface LicenseEvidence extends EvidenceBase {
  readonly type: 'license';
  readonly license: string;
  readonly component: string;
  readonly watch: string | null;
  readonly policy: string | null;
  readonly severity: Severity | null;
}

export interface UnscannedEvidence extends EvidenceBase {
  readonly type: 'unscanned';
  readonly reason: UnscannedReason;
}

export type Evidence = SecurityEvidence | LicenseEvidence | UnscannedEvidence;

/** A condition that evidence proves; whether it calls for anything is `decide`'s. */
export interface ProvenCondition {
  readonly type: ConditionType;
  /** The worst of its evidence that no exception covers, else of all; null where evidence has no severity. */
  readonly severity: Severity | null;
  readonly evidence: readonly Evidence[];
}

/** An answer that is missing: nothing, or only the violations, are known of this image. */
export interface Unanswered {
  readonly image: string;
  readonly reference: string;
  readonly reason: UnknownReason | 'indexing' | 'scanning' | 'violations';
  readonly cause: string | null;
}

export interface Verdict {
  /** In the order of `conditionTypes`; none and settled is clean. */
  readonly conditions: readonly ProvenCondition[];
  /** No answer is missing. Clean needs it. */
  readonly settled: boolean;
  readonly unanswered: readonly Unanswered[];
  /** Conditions that rest on violations where no watch covers the repository, or watches cannot be read. */
  readonly notEvaluated: readonly ConditionType[];
  /** How many distinct images decide, and how many of them Xray has scanned. */
  readonly deciding: { readonly images: number; readonly scanned: number };
  /** Distinct findings (id and component) of the images that decide. */
  readonly severities: SeverityCounts;
}

interface Judged {
  readonly entry: ContainerImage;
  readonly scan: Scan | null;
}

/** Whether an image decides at all: not of a superseded revision, and of a role that the policy names. */
export function decides(entry: ContainerImage, policy: Policy): boolean {
  const roles: readonly DecidingRole[] = policy.roles;
  return !entry.outdated && roles.includes(entry.role) && (!entry.injected || roles.includes('injected'));
}

/** Judges a workload by what is known of its images; `scanOf` is null for an image nobody has answered for yet. */
export function judge(workload: Workload, scanOf: (image: Image) => Scan | null, policy: Policy, now: number): Verdict {
  const distinct = new Map<string, Judged>();
  for (const entry of workload.images) {
    const { key, reference } = entry.image;
    if (decides(entry, policy)) distinct.set(`${key} ${reference}`, { entry, scan: scanOf(entry.image) });
  }
  if (workload.podsUnseen) return unseen(workload);
  const judged = [...distinct.values()];
  const except = exceptionsFor(workload, policy, now);
  const names = new Set(judged.map(({ entry }) => about(entry).image));
  const once = names.size < judged.length ? withoutRepetition : <T>(all: readonly T[]): readonly T[] => all;
  const unanswered = once(judged.flatMap((one) => missingAnswers(one, policy)));
  const conditions = [
    condition('unscanned', once(judged.flatMap((one) => unscannedEvidence(one, except)))),
    condition(
      'security',
      once(judged.flatMap((one) => securityEvidence(one, policy, except))).toSorted(worstSeverityFirst),
    ),
    condition('license', once(judged.flatMap((one) => licenseEvidence(one, policy, except)))),
  ].filter((one) => one.evidence.length > 0);
  return {
    conditions,
    settled: unanswered.length === 0,
    unanswered,
    notEvaluated: notEvaluated(judged, policy),
    deciding: countDeciding(judged),
    severities: countFindings(judged.map((one) => one.scan)),
  };
}

/**
 * How an answer by itself leaves an image, by what the policy calls for and whatever it excepts; null where nothing is
 * proven and an answer is missing.
 */
export function standingOf(
  entry: ContainerImage,
  scan: Scan | null,
  policy: Policy,
): 'clean' | 'condemned' | 'unscanned' | null {
  const judged = { entry, scan };
  const proven =
    securityEvidence(judged, policy, noException).length + licenseEvidence(judged, policy, noException).length;
  if (proven > 0) return 'condemned';
  if (missingAnswers(judged, policy).length > 0) return null;
  return scan?.state === 'unscanned' && policy.unscanned.reasons.includes(scan.reason) ? 'unscanned' : 'clean';
}

/** A template proves nothing of pods that run and may not be looked at. */
function unseen({ images }: Workload): Verdict {
  const reference = images[0]?.image.reference ?? '';
  const cause = 'it runs pods that could not be read';
  return {
    conditions: [],
    settled: false,
    unanswered: [{ image: reference, reference, reason: 'forbidden', cause }],
    notEvaluated: [],
    deciding: { images: 0, scanned: 0 },
    severities: noFindings,
  };
}

function worstSeverityFirst(one: SecurityEvidence, other: SecurityEvidence): number {
  return severityRank(other.severity) - severityRank(one.severity);
}

function countDeciding(judged: readonly Judged[]): Verdict['deciding'] {
  const images = new Map(judged.map(({ entry, scan }) => [imageIdentity(entry.image, scan), scan?.state]));
  return { images: images.size, scanned: [...images.values()].filter((state) => state === 'scanned').length };
}

/** Counts distinct findings by id and component, each by its worst severity, over any number of scans. */
export function countFindings(scans: readonly (Scan | null)[]): SeverityCounts {
  const all = scans.flatMap((scan) => (scan === null ? [] : contentsOf(scan).findings));
  const ids = new Set(all.map((finding) => finding.id));
  // Most often each finding has an id of its own, and no key has to be put together.
  if (ids.size === all.length && !ids.has('')) return countSeverities(all.map((finding) => finding.severity));
  const distinct = new Map<string, Severity>();
  for (const { id, cves, component, severity } of all) {
    const key = `${id || cves.join()}\n${component}`;
    const other = distinct.get(key);
    // Xray may tell of one issue twice, with another severity: the worst counts.
    if (other === undefined || severityRank(severity) > severityRank(other)) distinct.set(key, severity);
  }
  return countSeverities(distinct.values());
}

function condition(type: ConditionType, evidence: readonly Evidence[]): ProvenCondition {
  const open = evidence.filter((one) => one.excepted === null);
  const counting = open.length > 0 ? open : evidence;
  const all = counting.flatMap((one) => (one.type === 'unscanned' || one.severity === null ? [] : [one.severity]));
  return { type, severity: worstOf(all), evidence };
}

/** The same digest may stand in a workload under two tags, or on two platforms: said once. */
function withoutRepetition<T>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function missingAnswers({ entry, scan }: Judged, policy: Policy): Unanswered[] {
  const { image } = entry;
  const about = { image: image.digest ?? image.reference, reference: image.reference };
  if (scan === null) return [{ ...about, reason: 'timeout', cause: 'not asked yet' }];
  if (scan.state === 'pending' || scan.state === 'unknown') {
    return [{ ...about, reason: scan.reason, cause: scan.cause }];
  }
  const { evaluated, violationsCause } = contentsOf(scan);
  const resting = restingOnViolations(policy).map((type) => evaluated[type]);
  // The policy may have been another one when Xray was asked.
  const notAsked = scan.state === 'scanned' && resting.includes('notAsked');
  if (!resting.includes('unanswered') && !notAsked) return [];
  const cause = violationsCause?.message ?? (notAsked ? 'its violations have not been asked for yet' : null);
  return [{ ...about, reason: violationsCause?.reason ?? 'violations', cause }];
}

function notEvaluated(judged: readonly Judged[], policy: Policy): ConditionType[] {
  return restingOnViolations(policy).filter((type) =>
    judged.some(({ scan }) => {
      if (scan?.state !== 'scanned') return false;
      const { violations, evaluated } = scan;
      const found = violations.some((violation) => violation.type === type);
      return !found && (evaluated[type] === 'notCovered' || evaluated[type] === 'unreadable');
    }),
  );
}

function restingOnViolations(policy: Policy): ('security' | 'license')[] {
  const resting: ('security' | 'license')[] = [];
  if (policy.security.basis === 'violations') resting.push('security');
  if (policy.license.basis !== 'lists') resting.push('license');
  return resting;
}

function unscannedEvidence({ entry, scan }: Judged, except: Except): UnscannedEvidence[] {
  if (scan?.state !== 'unscanned') return [];
  return [
    { type: 'unscanned', reason: scan.reason, created: null, ...about(entry), ...except(entry, {}, 'unscanned') },
  ];
}

function securityEvidence({ entry, scan }: Judged, policy: Policy, except: Except): SecurityEvidence[] {
  if (scan === null) return [];
  const { findings, violations } = contentsOf(scan);
  const ofPolicy =
    policy.security.basis === 'issues'
      ? findings.filter((one) => callsForAction(one, policy)).map((finding) => ({ finding, violation: null }))
      : violations.flatMap((violation) => findingsOf(violation, findings));
  return ofPolicy
    .filter(({ finding }) => callsForAction(finding, policy))
    .map(({ finding, violation }) => ({
      type: 'security',
      ...finding,
      watch: violation?.watch ?? null,
      policy: violation?.policy ?? null,
      created: violation?.created ?? null,
      ...about(entry),
      ...except(entry, { cves: finding.cves, id: finding.id }, 'security'),
    }));
}

/** The findings a security violation speaks of, with its severity; itself where the summary's shape hides them. */
function findingsOf(violation: Violation, findings: readonly Finding[]) {
  if (violation.type !== 'security') return [];
  const { id, severity } = violation;
  const named = findings.filter(
    (finding) =>
      finding.id === id && (violation.components.length === 0 || violation.components.includes(finding.component)),
  );
  const found = named.length > 0 ? named : findings.filter((finding) => finding.id === id);
  if (found.length > 0) return found.map((finding) => ({ finding: { ...finding, severity }, violation }));
  const { cves, components, summary } = violation;
  const bare = { id, cves, cvss: null, severity, fixedIn: [], applicability: null, summary };
  return [{ finding: { ...bare, component: components[0] ?? '' }, violation }];
}

function callsForAction(finding: Finding, policy: Policy): boolean {
  const { minSeverity, fixableOnly, applicableOnly } = policy.security;
  return (
    reaches(finding.severity, minSeverity) &&
    (!fixableOnly || finding.fixedIn.length > 0) &&
    (!applicableOnly || finding.applicability === 'applicable')
  );
}

function licenseEvidence({ entry, scan }: Judged, policy: Policy, except: Except): LicenseEvidence[] {
  if (scan === null) return [];
  const { licenses, violations } = contentsOf(scan);
  const { basis, denied, allowed } = policy.license;
  const byXray = basis === 'lists' ? [] : violations.filter((violation) => violation.type === 'license');
  const fromViolations = byXray.flatMap((violation) =>
    atLeastOne(violation.components).map((component) => ({
      license: violation.id,
      component,
      watch: violation.watch,
      policy: violation.policy,
      severity: violation.severity,
      created: violation.created,
    })),
  );
  const isBad = (name: string): boolean =>
    (denied !== null && includesFolded(denied, name)) || (allowed !== null && !includesFolded(allowed, name));
  const byLists = basis === 'violations' ? [] : licenses.filter((license) => isBad(license.name));
  const fromLists = byLists.flatMap((license) =>
    atLeastOne(license.components)
      .filter((component) => !fromViolations.some((one) => one.license === license.name && one.component === component))
      .map((component) => ({
        license: license.name,
        component,
        watch: null,
        policy: null,
        severity: null,
        created: null,
      })),
  );
  return [...fromViolations, ...fromLists].map((one) => ({
    type: 'license',
    ...one,
    ...about(entry),
    ...except(entry, { license: one.license }, 'license'),
  }));
}

function atLeastOne(components: readonly string[]): readonly string[] {
  return components.length > 0 ? components : [''];
}

function includesFolded(list: readonly string[], name: string): boolean {
  return list.some((one) => one.toLowerCase() === name.toLowerCase());
}

function about({ image }: ContainerImage) {
  return { image: image.digest ?? image.reference, byReference: image.basis === 'reference' };
}

type Subject = { readonly cves?: readonly string[]; readonly id?: string; readonly license?: string };

type Except = (
  entry: ContainerImage,
  subject: Subject,
  type: ConditionType,
) => Pick<Evidence, 'excepted' | 'exceptedUntil'>;

const noException: Except = () => ({ excepted: null, exceptedUntil: null });

/** Which exception covers a piece of evidence. A finding with several CVEs is covered once all of them are. */
function exceptionsFor(workload: Workload, policy: Policy, now: number): Except {
  if (policy.exceptions.length === 0) return noException;
  const place = { namespace: workload.namespace, label: workloadLabel(workload) };
  return (entry, subject, type) => {
    const matching = policy.exceptions
      .map((exception, index) => ({ ...exception, rule: `exceptions[${index}]`, ends: exceptionEnds(exception) }))
      .filter((exception) => exceptionMatches(exception, place, entry.image));
    const inForce = matching.filter((exception) => exception.ends > now);
    const covering = coversOf(inForce, subject, type)[0];
    if (covering !== undefined) return { excepted: covering.rule, exceptedUntil: null };
    const ended = coversOf(
      matching.toSorted((one, other) => other.ends - one.ends),
      subject,
      type,
    );
    return { excepted: null, exceptedUntil: ended.length === 0 ? null : Math.max(...ended.map((one) => one.ends)) };
  };
}

type Candidate = Policy['exceptions'][number] & { readonly rule: string; readonly ends: number };

/** The first exception of each way in which the evidence is covered; of several CVEs, the one that ends first. */
function coversOf(candidates: readonly Candidate[], subject: Subject, type: ConditionType): Candidate[] {
  const whole = candidates.find(({ covers }) => 'condition' in covers && covers.condition === type);
  const { license } = subject;
  const byLicense =
    license === undefined
      ? undefined
      : candidates.find(({ covers }) => 'license' in covers && includesFolded([covers.license], license));
  const byCve = (id: string): Candidate | undefined =>
    candidates.find(({ covers }) => 'cve' in covers && includesFolded([covers.cve], id));
  const byId = subject.id === undefined ? undefined : byCve(subject.id);
  const named = (subject.cves ?? []).map(byCve);
  const each = named.filter((one) => one !== undefined).toSorted((one, other) => one.ends - other.ends);
  const byEach = each.length === named.length ? each[0] : undefined;
  return [whole, byLicense, byId, byEach].filter((one) => one !== undefined);
}
