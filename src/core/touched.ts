// What facts changed, so that a turn looks at nothing else.

/** What some facts changed: pods by uid, roots of workloads by uid, images by key, or everything the cluster told. */
export interface Touched {
  readonly pods: ReadonlySet<string>;
  readonly roots: ReadonlySet<string>;
  readonly images: ReadonlySet<string>;
  readonly everything: boolean;
  /** What the cluster told is as it was, but all of it is judged anew: by another policy, or by what is remembered. */
  readonly judgements: boolean;
}

export interface Touching extends Touched {
  readonly pods: Set<string>;
  readonly roots: Set<string>;
  readonly images: Set<string>;
  everything: boolean;
  judgements: boolean;
}

export function nothingTouched(): Touching {
  return { pods: new Set(), roots: new Set(), images: new Set(), everything: false, judgements: false };
}
