// What the screen is drawn of: the state of the run, and what is known about the run itself. Read-only.
import type { ActOrder } from '../core/act.ts';
import type { DryRun } from '../core/plan-acts.ts';
import type { Selection } from '../core/selection.ts';
import type { Sample } from '../core/trend.ts';
import type { State } from '../core/state.ts';
import type { DatedChange } from '../core/verdict-lines.ts';

export interface Picture {
  /** Null while no cluster is connected. */
  readonly state: State | null;
  /** Grows with every turn that changed something: what is derived may be kept until then. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly about: About;
}

export interface About {
  readonly context: string;
  /** Empty: all namespaces. What the run reads, not what the screen is narrowed to. */
  readonly namespace: string;
  /** Which workloads of it are shown. */
  readonly selection: Selection;
  /** Null: no Xray is asked. */
  readonly xray: { readonly url: string; readonly version: string | null } | null;
  /** The path of the policy file; null: there is none, and everything is `ignore`. */
  readonly policyFile: string | null;
  /** Nothing may be changed from here. */
  readonly readonly: boolean;
  /** How the policy is carried out; null: it is not. */
  readonly enforcing: DryRun | null;
  /** Questions to Xray wait until they are let on. */
  readonly paused: boolean;
  /** Images that Xray is being asked about now. */
  readonly asking: number;
  /** What keeps journal and memory from lasting, in words; null: they last. */
  readonly fleeting: string | null;
  /** What a look at a cluster is doing, where none is there yet: `connecting to prod`. */
  readonly doing: string | null;
  /** Contexts and namespaces that `:ctx` and `:ns` complete. */
  readonly contexts: readonly string[];
  /** What leads a command that is shown to the same cluster and journal; absent or empty: nothing has to be said. */
  readonly sameFlags?: string;
  /** How many workloads each condition held of over time; absent or empty: nobody has looked before. */
  readonly samples?: readonly Sample[];
  /** What came to read otherwise, oldest first, as far as it is written down. */
  readonly changes?: readonly DatedChange[];
}

/** An act that was asked for on this screen, row by row. */
export interface Progress {
  readonly order: ActOrder;
  /** `asked` until it has begun. */
  readonly state:
    | 'asked'
    | 'underWay'
    | 'accepted'
    | 'effective'
    | 'stuck'
    | 'refused'
    | 'failed'
    | 'notNeeded'
    | 'deferred'
    | 'wouldAct';
  readonly message: string | null;
}
