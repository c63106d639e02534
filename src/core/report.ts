// The report: what every output shows, in the words of `status -o json`. Fields are added, never renamed.
import { apiVersion } from './api-version.ts';
import { decide } from './decide.ts';
import type { Circumstances, Decision, Exempt } from './decide.ts';
import type { Image, Role } from './image.ts';
import type { State } from './state.ts';
import type { Judgement } from './judgement.ts';
import type { ConditionType, Policy } from './policy.ts';
import { contentsOf, imageIdentity } from './scan.ts';
import type { Applicability, Scan, ScanReason, ScanState } from './scan.ts';
import { noFindings } from './severity.ts';
import type { Severity, SeverityCounts } from './severity.ts';
import { countFindings, decides, judge } from './verdict.ts';
import type { Evidence, Unanswered } from './verdict.ts';
import type { Acted, ContainerImage, Held, Workload } from './workload.ts';

export { apiVersion, type Judgement };

export interface WorkloadVerdictList {
  readonly apiVersion: typeof apiVersion;
  readonly kind: 'WorkloadVerdictList';
  readonly metadata: ReportMetadata;
  readonly items: readonly WorkloadItem[];
}

export interface ImageVerdictList {
  readonly apiVersion: typeof apiVersion;
  readonly kind: 'ImageVerdictList';
  readonly metadata: ReportMetadata;
  readonly items: readonly ImageVerdictItem[];
}

export interface ReportMetadata {
  /** Empty for manifests. */
  readonly context: string;
  /** Empty for all namespaces. */
  readonly namespace: string;
  /** RFC 3339, like every time below. */
  readonly generatedAt: string;
  readonly coverage: Coverage;
}

/** Of everything in scope, but for `workloads`: what a filter hides may still be what could not be asked. */
export interface Coverage {
  readonly pods: number;
  /** Items listed. */
  readonly workloads: number;
  readonly images: number;
  readonly scanned: number;
  readonly unscanned: number;
  readonly pending: number;
  readonly unknown: number;
  readonly forbidden: readonly {
    readonly resource: string;
    readonly namespace: string | null;
    readonly message: string;
  }[];
  readonly notEvaluated: readonly { readonly condition: ConditionType; readonly repository: string }[];
  readonly causes: readonly { readonly cause: string; readonly message: string; readonly images: number }[];
}

export type EvidenceItem =
  | {
      readonly id: string;
      readonly cves: readonly string[];
      readonly cvss: number | null;
      readonly severity: Severity;
      readonly component: string;
      readonly fixedIn: readonly string[];
      readonly applicability: Applicability | null;
      readonly watch?: string | null;
      readonly policy?: string | null;
      readonly image: string;
      readonly excepted: string | null;
    }
  | {
      readonly license: string;
      readonly component: string;
      readonly watch: string | null;
      readonly policy: string | null;
      readonly image: string;
      readonly excepted: string | null;
    }
  | { readonly image: string; readonly reason: string; readonly excepted: string | null };

export interface ConditionItem {
  readonly type: ConditionType;
  readonly severity: Severity | null;
  readonly evidence: readonly EvidenceItem[];
  readonly exempt: Exempt | null;
}

export interface ImageItem {
  readonly container: string;
  readonly role: Role;
  readonly injected: boolean;
  readonly outdated: boolean;
  readonly pods: number;
  readonly reference: string;
  readonly digest: string | null;
  readonly platform: string | null;
  readonly basis: Image['basis'];
  readonly scan: ScanState;
  readonly reason: ScanReason | null;
  readonly cause: string | null;
  readonly askedAt: string | null;
  readonly path: string | null;
  readonly licenses: readonly string[];
  readonly severities: SeverityCounts;
}

export interface ImageVerdictItem extends Omit<ImageItem, 'container' | 'role' | 'injected' | 'outdated'> {
  readonly workloads: readonly { readonly namespace: string; readonly kind: string; readonly name: string }[];
}

export interface WorkloadItem {
  readonly workload: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly replicas: { readonly desired: number; readonly ready: number } | null;
    readonly pods: number;
    readonly ownerChain: 'complete' | 'incomplete';
    readonly createdAt: string | null;
  };
  readonly settled: boolean;
  readonly unanswered: readonly Unanswered[];
  readonly notEvaluated: readonly ConditionType[];
  readonly conditions: readonly ConditionItem[];
  readonly severities: SeverityCounts;
  readonly decision: Decision;
  readonly acted: Pick<Acted, 'action' | 'at' | 'by' | 'previous'> | null;
  readonly held: Pick<Held, 'until' | 'by'> | null;
  readonly images: readonly ImageItem[];
}

/** Looks an answer up; null where nobody has answered. */
export function scanOf(state: State): (image: Image) => Scan | null {
  return (image) => state.lookUps.get(image.key)?.scan ?? null;
}

/** Judges and decides workloads, by the policy in force or another one. */
export function judgeAll(
  state: State,
  workloads: readonly Workload[],
  circumstances: Circumstances,
  policy: Policy = state.policy,
): Judgement[] {
  return judgeBy(scanOf(state), workloads, circumstances, policy);
}

/** The same by other answers than those of a state. */
export function judgeBy(
  answer: (image: Image) => Scan | null,
  workloads: readonly Workload[],
  circumstances: Circumstances,
  policy: Policy,
): Judgement[] {
  return workloads.map((workload) => {
    const verdict = judge(workload, answer, policy, circumstances.now);
    const decided = decide(verdict, workload, policy, circumstances);
    return { workload, verdict, decided, obstacle: decided.obstacle };
  });
}

export function workloadItem({ workload, verdict, decided }: Judgement, state: State): WorkloadItem {
  const { apiVersion, kind, namespace, name, uid, replicas, pods, ownerChain } = workload;
  const createdAt = workload.createdAt === null ? null : isoTime(workload.createdAt);
  return {
    workload: { apiVersion, kind, namespace, name, uid, replicas, pods, ownerChain, createdAt },
    settled: verdict.settled,
    unanswered: verdict.unanswered,
    notEvaluated: verdict.notEvaluated,
    conditions: decided.conditions.map(({ type, severity, evidence, exempt }) => ({
      type,
      severity,
      evidence: evidence.map(evidenceItem),
      exempt,
    })),
    severities: verdict.severities,
    decision: decided.decision,
    acted: workload.acted && pick(workload.acted, ['action', 'at', 'by', 'previous']),
    held: workload.held && pick(workload.held, ['until', 'by']),
    images: mergedEntries(workload.images, state).map((entry) => imageItem(entry, scanOf(state)(entry.image))),
  };
}

function pick<T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}

/** One entry per container and image: a manifest is one image on whatever platform it runs. */
export function mergedEntries(entries: readonly ContainerImage[], state: State): ContainerImage[] {
  const merged = new Map<string, ContainerImage>();
  for (const entry of entries) {
    const { container, role, injected, outdated, image } = entry;
    const key = [container, role, injected, outdated, imageIdentity(image, scanOf(state)(image))].join('|');
    const known = merged.get(key);
    merged.set(key, known === undefined ? entry : { ...known, pods: known.pods + entry.pods });
  }
  return [...merged.values()];
}

/** A row of `--images`, with every use of that image. */
export interface ImageRow {
  readonly item: ImageVerdictItem;
  readonly uses: readonly { readonly workload: Workload; readonly entry: ContainerImage }[];
}

/** One row per distinct image of some workloads, in their order. */
export function imageRows(judgements: readonly Judgement[], state: State): ImageRow[] {
  const byImage = new Map<string, { item: ImageItem; uses: ImageRow['uses'][number][] }>();
  for (const { workload } of judgements) {
    for (const entry of workload.images) {
      const scan = scanOf(state)(entry.image);
      const key = `${imageIdentity(entry.image, scan)}|${entry.image.reference}`;
      const known = byImage.get(key);
      if (known === undefined) byImage.set(key, { item: imageItem(entry, scan), uses: [{ workload, entry }] });
      else known.uses.push({ workload, entry });
    }
  }
  return [...byImage.values()].map(({ item, uses }) => {
    const { container: _container, role: _role, injected: _injected, outdated: _outdated, ...rest } = item;
    const pods = uses.reduce((sum, { entry }) => sum + entry.pods, 0);
    const workloads = [...new Map(uses.map(({ workload }) => [workload.uid, workload])).values()];
    const named = workloads.map(({ namespace, kind, name }) => ({ namespace, kind, name }));
    return { item: { ...rest, pods, workloads: named }, uses };
  });
}

/** What was looked at, what is known of it, and what could not be asked, with each cause once. */
export function coverage(judgements: readonly Judgement[], state: State): Coverage {
  const images = new Map<string, Scan | null>();
  for (const { workload } of judgements) {
    for (const { image } of workload.images) {
      const scan = scanOf(state)(image);
      images.set(imageIdentity(image, scan), scan);
    }
  }
  const scans = [...images.values()];
  const inState = (wanted: ScanState): number => scans.filter((scan) => (scan?.state ?? 'unknown') === wanted).length;
  return {
    pods: judgements.reduce((sum, { workload }) => sum + workload.pods, 0),
    workloads: judgements.length,
    images: images.size,
    scanned: inState('scanned'),
    unscanned: inState('unscanned'),
    pending: inState('pending'),
    unknown: inState('unknown'),
    forbidden: state.forbidden,
    notEvaluated: notEvaluatedRepositories(judgements, state),
    causes: causesOf(scans),
  };
}

const notAnswered = 'no answer within the time given (--wait)';

/** Each cause once, in the words that most images have. */
function causesOf(scans: readonly (Scan | null)[]): Coverage['causes'] {
  const told: { readonly cause: string; readonly message: string }[] = [];
  const add = (cause: string, message: string): void => void told.push({ cause, message });
  for (const scan of scans) {
    if (scan === null) add('timeout', notAnswered);
    else if (scan.state === 'unknown') add(scan.reason, scan.cause ?? scan.reason);
    else {
      if (scan.reason === 'unconfirmed' || scan.reason === 'expired') add(scan.reason, scan.cause ?? '');
      const { violationsCause } = contentsOf(scan);
      if (violationsCause !== null) add(`violations: ${violationsCause.reason}`, violationsCause.message);
    }
  }
  return [...Map.groupBy(told, (one) => one.cause)].map(([cause, alike]) => {
    const wordings = [...Map.groupBy(alike, (one) => one.message)];
    const [message = ''] = wordings.toSorted((one, other) => other[1].length - one[1].length)[0] ?? [];
    return { cause, message, images: alike.length };
  });
}

function notEvaluatedRepositories(judgements: readonly Judgement[], state: State): Coverage['notEvaluated'] {
  const found = new Map<string, Coverage['notEvaluated'][number]>();
  for (const { workload, verdict } of judgements) {
    for (const condition of verdict.notEvaluated) {
      if (condition === 'unscanned') continue;
      for (const entry of workload.images) {
        if (!decides(entry, state.policy)) continue;
        const scan = scanOf(state)(entry.image);
        const evaluated = scan?.state === 'scanned' ? scan.evaluated[condition] : 'covered';
        if (evaluated !== 'notCovered' && evaluated !== 'unreadable') continue;
        const repository = scan?.paths[0]?.split('/')[0] ?? '';
        found.set(`${condition} ${repository}`, { condition, repository });
      }
    }
  }
  return [...found.values()];
}

function evidenceItem(evidence: Evidence): EvidenceItem {
  const { image, excepted } = evidence;
  switch (evidence.type) {
    case 'security': {
      const { id, cves, cvss, severity, component, fixedIn, applicability, watch, policy } = evidence;
      const finding = { id, cves, cvss, severity, component, fixedIn, applicability };
      return watch === null ? { ...finding, image, excepted } : { ...finding, watch, policy, image, excepted };
    }
    case 'license': {
      const { license, component, watch, policy } = evidence;
      return { license, component, watch, policy, image, excepted };
    }
    case 'unscanned':
      return { image, reason: evidence.reason, excepted };
    default:
      return evidence satisfies never;
  }
}

export function imageItem(entry: ContainerImage, scan: Scan | null): ImageItem {
  const { container, role, injected, outdated, pods, image } = entry;
  const about = { container, role, injected, outdated, pods, reference: image.reference, basis: image.basis };
  const nothing = { licenses: [], severities: noFindings, path: null, digest: image.digest, platform: image.platform };
  if (scan === null) {
    return { ...about, ...nothing, scan: 'unknown', reason: 'timeout', cause: notAnswered, askedAt: null };
  }
  return {
    ...about,
    digest: image.basis === 'digest' ? image.digest : (scan.digest ?? image.digest),
    platform: scan.platform ?? image.platform,
    scan: scan.state,
    reason: scan.reason,
    cause: scan.cause,
    askedAt: isoTime(scan.askedAt),
    path: scan.paths[0] ?? null,
    licenses: contentsOf(scan)
      .licenses.map((license) => license.name)
      .toSorted(),
    severities: countFindings([scan]),
  };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
