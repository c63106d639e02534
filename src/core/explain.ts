// The explanation of one verdict: the words of the report, with everything in them.
import { consequenceOf } from './consequences.ts';
import type { Consequence } from './consequences.ts';
import { obstacles } from './decide.ts';
import type { State } from './state.ts';
import { apiVersion, imageItem, mergedEntries, scanOf, workloadItem } from './report.ts';
import type { ImageItem, Judgement, WorkloadItem } from './report.ts';
import { contentsOf } from './scan.ts';
import type { Evaluation, Finding, License, Violation } from './scan.ts';
import { severityRank } from './severity.ts';
import { decides } from './verdict.ts';

export interface ExplainedImage extends ImageItem {
  /** Whether it decides; outdated, ephemeral and injected ones are shown alone. */
  readonly decides: boolean;
  /** The digests whose findings these are. */
  readonly judged: readonly string[];
  readonly paths: readonly string[];
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly licenseDetails: readonly License[];
  readonly violations: readonly Violation[];
  readonly evaluated: { readonly security: Evaluation; readonly license: Evaluation };
}

export interface WorkloadExplanation extends Omit<WorkloadItem, 'images'> {
  readonly apiVersion: typeof apiVersion;
  readonly kind: 'WorkloadExplanation';
  readonly metadata: { readonly context: string; readonly generatedAt: string; readonly policy: string | null };
  readonly images: readonly ExplainedImage[];
  /** Why nothing can be done although something is called for; null where that is not so. */
  readonly obstacle: string | null;
  readonly managedBy: string | null;
  readonly protectedBy: string | null;
  /** What could protect it and may not be read: `services`, `ingresses.networking.k8s.io`. */
  readonly protectionUnread: readonly string[];
  /** What scaling down and deleting would do, and what undoing would bring back; only what is possible. */
  readonly consequences: readonly Consequence[];
}

export function explain(
  judgement: Judgement,
  state: State,
  about: { readonly context: string; readonly now: number },
): WorkloadExplanation {
  const { workload } = judgement;
  const consequences = [consequenceOf('scaledown', workload), consequenceOf('delete', workload)];
  return {
    ...workloadItem(judgement, state),
    apiVersion,
    kind: 'WorkloadExplanation',
    metadata: {
      context: about.context,
      generatedAt: new Date(about.now).toISOString(),
      policy: state.policy.source,
    },
    images: mergedEntries(workload.images, state).map((entry) => {
      const scan = scanOf(state)(entry.image);
      const { findings, licenses, violations, evaluated } = contentsOf(scan ?? unanswered);
      return {
        ...imageItem(entry, scan),
        decides: decides(entry, state.policy),
        judged: scan?.judged ?? [],
        paths: scan?.paths ?? [],
        findings: findings.toSorted((one, other) => severityRank(other.severity) - severityRank(one.severity)),
        licenseDetails: licenses,
        violations,
        evaluated,
      };
    }),
    obstacle: judgement.obstacle === null ? null : obstacles[judgement.obstacle],
    managedBy: workload.managedBy,
    protectedBy: workload.protectedBy,
    protectionUnread: protectionUnread(workload.namespace, state),
    consequences: consequences.filter((one) => one !== null),
  };
}

/** Backends of webhooks and APIServices, and what serves Xray or Artifactory. */
const protecting =
  /^(validatingwebhookconfigurations|mutatingwebhookconfigurations|customresourcedefinitions|apiservices|services|ingresses)\b/;

/** What could protect a workload of that namespace and may not be read. */
export function protectionUnread(at: string, { forbidden, serving }: Pick<State, 'forbidden' | 'serving'>): string[] {
  const unread = [...forbidden.filter(({ resource }) => protecting.test(resource)), ...serving.unread];
  const here = unread.filter(({ namespace }) => namespace === null || namespace === at);
  return [...new Set(here.map(({ resource }) => resource))].toSorted();
}

const unanswered = {
  state: 'unscanned',
  reason: 'unconfirmed',
  platform: null,
  digest: null,
  judged: [],
  askedAt: 0,
  paths: [],
  cause: null,
} as const;
