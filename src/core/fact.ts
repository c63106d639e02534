// Facts: what the cluster, Xray, the user's files and the run itself report. In the past tense; `record` folds them.
import type { ActFact } from './acting.ts';
import type { Digest, Image } from './image.ts';
import type { Policy } from './policy.ts';
import type { Scan } from './scan.ts';
import type { OwnerObject, OwnerReference, Pod } from './workload.ts';

/** Something that may not be read. It is named, and the rest is still answered. */
export interface Forbidden {
  /** `pods`, `deployments.apps`, `nodes`. */
  readonly resource: string;
  /** Null where it was asked across the cluster or is not namespaced. */
  readonly namespace: string | null;
  readonly message: string;
}

/** A watch that broke: what it told may be stale until it is restored. */
export interface LostStream {
  readonly resource: string;
  /** Null where it is watched across the cluster or is not namespaced. */
  readonly namespace: string | null;
  readonly cause: string;
}

/** A service behind which admission or conversion webhooks or APIServices stand; its backends are protected. */
export interface ProtectedService {
  readonly namespace: string;
  readonly name: string;
  /** `admission webhook validate.example.com`, as messages name it. */
  readonly serves: string;
  /** The service's selector; an empty one selects nothing. */
  readonly selector: Readonly<Record<string, string>>;
}

/** Which namespaces serve the configured Xray or Artifactory, as far as that may be read. */
export interface Serving {
  /** By namespace: `serves acme.example (ingress platform)`, as a protecting rule's name. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** What may not be read, so that others may serve it too. */
  readonly unread: readonly Forbidden[];
}

/** Something that happened, in the past tense. */
export type Fact =
  | { readonly type: 'PodSeen'; readonly pod: Pod }
  | { readonly type: 'PodGone'; readonly uid: string }
  | { readonly type: 'ObjectSeen'; readonly object: OwnerObject }
  | { readonly type: 'ObjectGone'; readonly uid: string }
  /** A link of an owner chain could not be read or is gone; one that is cluster-scoped ends the chain all the same. */
  | {
      readonly type: 'OwnerMissing';
      readonly owner: OwnerReference;
      readonly namespace: string;
      readonly clusterScoped: boolean;
    }
  /** `os/architecture` of a node; null where it does not say. */
  | { readonly type: 'NodeSeen'; readonly name: string; readonly platform: string | null }
  | { readonly type: 'NodeGone'; readonly name: string }
  /** Its selector may be another than before. */
  | { readonly type: 'ServiceProtected'; readonly service: ProtectedService }
  | { readonly type: 'ServiceUnprotected'; readonly service: ProtectedService }
  | { readonly type: 'ServingRead'; readonly serving: Serving }
  /** A KEDA ScaledObject scales this target. */
  | { readonly type: 'ScaledByKeda'; readonly namespace: string; readonly kind: string; readonly name: string }
  /** No ScaledObject scales this target any more. */
  | { readonly type: 'KedaGone'; readonly namespace: string; readonly kind: string; readonly name: string }
  | { readonly type: 'ReadForbidden'; readonly forbidden: Forbidden }
  /** What was forbidden may be read now. */
  | { readonly type: 'ReadAllowed'; readonly resource: string; readonly namespace: string | null }
  /** A watch broke or fell silent; told again where its cause has changed. */
  | ({ readonly type: 'StreamLost' } & LostStream)
  /** It goes on, and what was missed is being told. */
  | { readonly type: 'StreamRestored'; readonly resource: string; readonly namespace: string | null }
  /** The namespaces that could be looked at; null: all of them. */
  | { readonly type: 'NamespacesRead'; readonly namespaces: readonly string[] | null }
  /** Everything that was to be read has been read once. */
  | { readonly type: 'ClusterRead' }
  | { readonly type: 'PolicyRead'; readonly policy: Policy }
  /** `at`: ms since the epoch. */
  | { readonly type: 'LookUpStarted'; readonly images: readonly Image[]; readonly at?: number }
  | { readonly type: 'ScanRead'; readonly image: Image; readonly scan: Scan }
  | ImagesNews
  | ActFact
  /** The policy file is wrong or gone; what was in force before stays so, until the next `PolicyRead`. */
  | { readonly type: 'PolicyRefused'; readonly message: string }
  /** New credentials for Xray are in use since then (ms since the epoch): what it refused is asked again. */
  | { readonly type: 'CredentialsChanged'; readonly at: number }
  /** News of one kind (`from` as in `ImagesNews`; `xray`: of all) cannot be heard, and why; null: they are again. */
  | { readonly type: 'NewsFault'; readonly from: string; readonly message: string | null };

/**
 * News from Xray: what it may be about is asked again, and nothing else is made of it. Each list names images in its own
 * way; `everything` is for news that cannot be told apart.
 */
export interface ImagesNews {
  readonly type: 'ImagesNews';
  /** When it was heard, ms since the epoch: an older answer does not do. */
  readonly at: number;
  readonly digests: readonly Digest[];
  /** `REPOSITORY/IMAGE/TAG`, as `paths` of a scan begin. */
  readonly folders: readonly string[];
  readonly repositories: readonly string[];
  /** Keys of images, as whoever asks again by hand names them; absent: none. */
  readonly images?: readonly string[];
  readonly everything: boolean;
  /** Where it came from, in words: `violations`, `policies`, `watches`, `webhook`, `credentials`, `refresh`. */
  readonly from: string;
}
