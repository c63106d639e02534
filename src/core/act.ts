// Acts: what is done to a workload, as plan orders it, the journal keeps it and every output names it.
import type { Consequence } from './consequences.ts';
import type { Ran } from './image.ts';
import type { ConditionType } from './policy.ts';
import type { Workload } from './workload.ts';

/** `restore` undoes one of the other two. */
export type ActAction = 'scaledown' | 'delete' | 'restore';

/** The object acted upon; identity is its uid. */
export type Target = Pick<Workload, 'uid' | 'apiVersion' | 'kind' | 'resource' | 'namespace' | 'name'>;

/** Why: the condition and rule that decided, null by hand; the evidence in words, worst first (`CVE-2026-1 in npm://a:1`). */
export interface Reason {
  readonly condition: ConditionType | null;
  readonly rule: string | null;
  readonly evidence: readonly string[];
}

/** Whoever acts, as annotation, journal and Kubernetes Event name him. */
export interface Actor {
  /** The user's name in the cluster; of the kubeconfig where the cluster does not say. */
  readonly actor: string;
  readonly machine: string;
}

/** An order to act, emitted by plan alone. */
export interface ActOrder {
  /** Unique; journal lines, annotation and Event carry it. */
  readonly id: string;
  readonly action: ActAction;
  readonly target: Target;
  readonly by: 'policy' | 'hand';
  readonly reason: Reason;
  /** What runs and is condemned (by hand: everything that runs): effective once no counted pod has one of these. */
  readonly digests: readonly string[];
  /** What each reference ran, of the images that decide: a workload at zero is still judged by what it was stopped for. */
  readonly ran: readonly Ran[];
  /** Types of the conditions that hold. */
  readonly conditions: readonly ConditionType[];
  /** By hand only: `--accept-data-loss`. */
  readonly acceptDataLoss: boolean;
  /** `restore` only: what it undoes, and how. */
  readonly restore: RestoreOrder | null;
}

export interface RestoreOrder {
  /** The id of the act to undo. */
  readonly undoes: string;
  readonly saved: Saved;
  /** Until when no automatic act may follow: RFC 3339; null: until digests or conditions change. */
  readonly holdUntil: string | null;
  /** A Job comes back suspended, and a CronJob may run at once, unless that is wanted. */
  readonly release: boolean;
}

/**
 * What was there before, enough to bring it back. `field`: replicas, suspend, or the selector of a DaemonSet; before is
 * null where the field was unset. `others` are a CronJob's unfinished Jobs, which were suspended with it.
 */
export type Saved =
  | {
      readonly is: 'field';
      readonly field: 'replicas' | 'scale' | 'suspend' | 'nodeSelector';
      readonly before: number | boolean | null;
      readonly after: number | boolean | string;
      readonly others: readonly { readonly target: Target; readonly before: boolean | null }[];
    }
  /** The whole object as JSON; may hold a user's own values, so it is never printed or sent. */
  | { readonly is: 'manifest'; readonly manifest: Readonly<Record<string, unknown>> };

export type Outcome = 'accepted' | 'effective' | 'stuck' | 'refused' | 'failed';

/** One line of the journal. Lines are only ever added. Times are RFC 3339. */
export type JournalLine =
  /** Written, and on disk, before the cluster is asked. */
  | (Actor & {
      readonly type: 'Intended';
      readonly at: string;
      readonly order: ActOrder;
      readonly saved: Saved | null;
      readonly undo: Consequence['undo'];
    })
  | {
      readonly type: 'Ended';
      readonly at: string;
      readonly id: string;
      readonly outcome: Outcome;
      readonly message: string | null;
    }
  /** A refusal before anything was intended: nothing was changed. */
  | (Actor & {
      readonly type: 'Refused';
      readonly at: string;
      readonly order: ActOrder;
      readonly message: string;
    })
  /** An exception that was written into the policy file. */
  | (Actor & {
      readonly type: 'Ignored';
      readonly at: string;
      readonly target: Target;
      readonly covers: string;
      readonly until: string | null;
      readonly reason: string | null;
    })
  /** Automatic acts stop here, for every process, until somebody resumes. */
  | { readonly type: 'Paused'; readonly at: string; readonly by: 'limit' | 'breaker'; readonly message: string }
  | (Actor & { readonly type: 'Resumed'; readonly at: string });

/** What is known of one act, folded from its lines. */
export interface ActRecord extends Actor {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly order: ActOrder;
  readonly saved: Saved | null;
  readonly undo: Consequence['undo'] | null;
  /** `intended`: whether the cluster was asked is not known. */
  readonly outcome: Outcome | 'intended';
  readonly message: string | null;
}

/** Said before an act, in words; nothing of it stops the act. */
export interface PreflightFinding {
  readonly topic: 'autoscaler' | 'budget' | 'backend' | 'pull' | 'rights' | 'unread' | 'protect' | 'managed' | 'data';
  readonly says: string;
}

/** Why an act is not done. `--accept-data-loss` lifts `dataLoss`, by hand only. */
export interface Refusal {
  readonly why: 'dataLoss' | 'rights' | 'impossible' | 'cannotUndo';
  readonly says: string;
}

/** What reading the object live, and everything around it, says of an order. */
export type Inspection =
  /** Not there, or another object has its name. */
  | { readonly is: 'gone'; readonly says: string }
  /** Stopped (or running again) already; what it was before is never overwritten. */
  | { readonly is: 'done'; readonly says: string }
  | Ready;

export interface Ready {
  readonly is: 'ready';
  /** Of the object just read: every call carries it. Empty where there is no object (it is made anew). */
  readonly resourceVersion: string;
  readonly generation: number;
  /**
   * All of the object but its status, as one text: as long as it is the same, a newer resourceVersion is no conflict.
   * Absent: every newer one is.
   */
  readonly asRead?: string;
  readonly saved: Saved | null;
  readonly does: string;
  readonly undo: Consequence['undo'];
  readonly findings: readonly PreflightFinding[];
  readonly refusals: readonly Refusal[];
}

/** What the API server made of the call. `conflict`: read again, it has changed. */
export type Performed =
  /** `uid` is that of an object that was made anew. */
  | { readonly is: 'accepted'; readonly says: string; readonly uid?: string }
  | { readonly is: 'conflict'; readonly says: string }
  /** `unsure`: the server was asked, and whether it did it is not known. */
  | { readonly is: 'failed'; readonly says: string; readonly unsure?: boolean };
