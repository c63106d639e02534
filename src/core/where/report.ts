// What `where` tells machines: the list of `status`, of the workloads that are reached alone, each with what reaches it.
import { apiVersion } from '../api-version.ts';
import { workloadItem } from '../report.ts';
import type { ReportMetadata, WorkloadItem } from '../report.ts';
import type { Severity } from '../severity.ts';
import type { State } from '../state.ts';
import type { Answer } from './answer.ts';
import type { Found, Hit } from './hits.ts';

export interface ReachedBy extends Found {
  readonly container: string;
  readonly reference: string;
  /** The digest that runs; the reference where there is none yet. */
  readonly image: string;
  readonly severity: Severity | null;
  readonly exempt: string | null;
  /** RFC 3339. */
  readonly askedAt: string;
}

export interface ReachedItem extends WorkloadItem {
  readonly reachedBy: readonly ReachedBy[];
}

export interface ReachedList {
  readonly apiVersion: typeof apiVersion;
  readonly kind: 'WorkloadVerdictList';
  readonly metadata: ReportMetadata & {
    readonly where: {
      readonly sought: readonly Answer[];
      /** Nothing that runs was left out: what is not listed is not hit. */
      readonly complete: boolean;
      /** Of the workloads looked at, sorted. */
      readonly namespaces: readonly string[];
    };
  };
  readonly items: readonly ReachedItem[];
}

/** In the order of the hits. */
export function reachedList(
  hits: readonly Hit[],
  state: State,
  metadata: ReportMetadata,
  where: ReachedList['metadata']['where'],
): ReachedList {
  const byWorkload = [...Map.groupBy(hits, ({ judgement }) => judgement)];
  const items = byWorkload.map(([judgement, own]) => ({
    ...workloadItem(judgement, state),
    reachedBy: own.map(reachedBy),
  }));
  return { apiVersion, kind: 'WorkloadVerdictList', metadata: { ...metadata, where }, items };
}

function reachedBy({ judgement: _judgement, entry, askedAt, ...found }: Hit): ReachedBy {
  const { container, image } = entry;
  const about = { container, reference: image.reference, image: image.digest ?? image.reference };
  return { ...found, ...about, askedAt: new Date(askedAt).toISOString() };
}
