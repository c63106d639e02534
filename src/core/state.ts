// The state: everything that is known, and what is derived of it and kept.
import { emptyActing } from './acting.ts';
import type { Acting } from './acting.ts';
import { emptyAgenda } from './agenda.ts';
import type { Agenda } from './agenda.ts';
import type { Forbidden, LostStream, ProtectedService, Serving } from './fact.ts';
import type { Image } from './image.ts';
import { emptyIndex } from './judged-index.ts';
import type { JudgedIndex } from './judged-index.ts';
import type { Judgement } from './judgement.ts';
import { emptyLookUps } from './look-ups.ts';
import type { LookUps } from './look-ups.ts';
import type { Kinship } from './owners.ts';
import type { Policy } from './policy.ts';
import type { PodContainer, Workload } from './workload.ts';

/**
 * Everything known. Written by `record` alone and read-only for all others: it keeps the promise of a value, not the
 * cost of a copy (50,000 pods).
 */
export interface State extends Kinship, LookUps {
  readonly nodes: ReadonlyMap<string, string | null>;
  readonly protectedServices: readonly ProtectedService[];
  readonly serving: Serving;
  /** `NAMESPACE/KIND/NAME` of what KEDA scales. */
  readonly scaledByKeda: ReadonlySet<string>;
  readonly forbidden: readonly Forbidden[];
  readonly lostStreams: readonly LostStream[];
  readonly namespaces: readonly string[] | null;
  /** Told together with the namespaces: no first list of pods is under way any more. */
  readonly podsRead: boolean;
  readonly clusterRead: boolean;
  readonly policy: Policy;
  /** Why the policy file is not in force as it is now; null where it is. */
  readonly policyFault: string | null;
  /** By kind of news, why there are none; empty where all are heard. */
  readonly newsFaults: ReadonlyMap<string, string>;
  /** The images of containers, as last used; kept by `imageOfContainer`. */
  readonly images: WeakMap<PodContainer, Image>;
  /** By the uid of its root; kept by `refresh`, empty until the cluster was read once. */
  readonly workloads: ReadonlyMap<string, Assembled>;
  /** Counts the changes of `workloads`, so that what is derived of them can be kept. */
  readonly generation: number;
  /** By uid, of the workloads in scope, while a run goes on; kept by `judgeTouched`, empty where a run only settles. */
  readonly judged: ReadonlyMap<string, Judgement>;
  /** By the key of an image: the uids of the workloads judged that run it. */
  readonly usedBy: ReadonlyMap<string, ReadonlySet<string>>;
  /** Where to find what was judged; kept by `judgeTouched`. */
  readonly index: JudgedIndex;
  /** By uid: workloads that time alone may put together differently, and when; kept by `refresh`. */
  readonly expiring: ReadonlyMap<string, number>;
  /** What falls due by time alone: `workload UID`, `image KEY`, `exceptions`. */
  readonly agenda: Agenda;
  readonly acting: Acting;
}

/** A workload, and when time alone may change it (ms since the epoch; Infinity: never). */
export interface Assembled {
  readonly workload: Workload;
  readonly until: number;
}

export function emptyState(policy: Policy): State {
  return {
    ...emptyLookUps(),
    pods: new Map(),
    objects: new Map(),
    children: new Map(),
    clusterScoped: new Set(),
    nodes: new Map(),
    protectedServices: [],
    serving: { namespaces: new Map(), unread: [] },
    scaledByKeda: new Set(),
    forbidden: [],
    lostStreams: [],
    namespaces: null,
    podsRead: false,
    clusterRead: false,
    policy,
    policyFault: null,
    newsFaults: new Map(),
    images: new WeakMap(),
    workloads: new Map(),
    generation: 0,
    judged: new Map(),
    usedBy: new Map(),
    index: emptyIndex(),
    expiring: new Map(),
    agenda: emptyAgenda(),
    acting: emptyActing(),
  };
}
