// History: the lines of a journal, folded into what is known of each act and whether automatic acts are paused; and the
// words in which an act is told.
import type { ActAction, ActRecord, JournalLine, Target } from './act.ts';
import type { Consequence } from './consequences.ts';
import { apiVersion } from './api-version.ts';

type Line<T extends JournalLine['type']> = Extract<JournalLine, { type: T }>;

/** An exception that somebody wrote. */
export type IgnoredLine = Line<'Ignored'>;

/** That automatic acts stop, or may go on. */
export type PauseLine = Line<'Paused' | 'Resumed'>;

export interface Pause {
  readonly by: 'limit' | 'breaker';
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Written by `addLine` alone, and read-only for all others. */
export interface History {
  /** By the id of the act, in the order of the journal. */
  readonly records: ReadonlyMap<string, ActRecord>;
  readonly ignored: readonly IgnoredLine[];
  /** Each time that automatic acts stopped, and that somebody resumed. */
  readonly pauses: readonly PauseLine[];
  /** Null: automatic acts may go on. */
  readonly pause: Pause | null;
  /** When somebody last resumed, ms since the epoch: what was done before counts for no limit. */
  readonly resumedAt: number | null;
}

export function emptyHistory(): History {
  return { records: new Map(), ignored: [], pauses: [], pause: null, resumedAt: null };
}

/** What a whole journal says. */
export function foldJournal(lines: Iterable<JournalLine>): History {
  const history = emptyHistory();
  for (const line of lines) addLine(history, line);
  return history;
}

interface Writable {
  readonly records: Map<string, ActRecord>;
  readonly ignored: IgnoredLine[];
  readonly pauses: PauseLine[];
  pause: Pause | null;
  resumedAt: number | null;
}

/** Adds the next line, in the order of the journal. */
export function addLine(history: History, line: JournalLine): void {
  const writable = history as Writable;
  switch (line.type) {
    case 'Intended':
    case 'Refused': {
      const known = history.records.get(line.order.id);
      // Once it was intended, no later refusal can say that nothing was changed.
      if (line.type === 'Intended' || known === undefined) writable.records.set(line.order.id, begun(line, known));
      return;
    }
    case 'Ended': {
      const known = history.records.get(line.id);
      if (known !== undefined) writable.records.set(line.id, ended(known, line));
      return;
    }
    case 'Ignored':
      writable.ignored.push(line);
      return;
    case 'Paused':
      writable.pauses.push(line);
      // Two processes may reach the same limit: the first one says why.
      writable.pause ??= { by: line.by, message: line.message, at: Date.parse(line.at) };
      return;
    case 'Resumed':
      writable.pauses.push(line);
      writable.pause = null;
      writable.resumedAt = Date.parse(line.at);
      return;
    default:
      line satisfies never;
  }
}

/** A line that begins or refuses an act. What an earlier line of the same act saved is never lost. */
function begun(line: Line<'Intended' | 'Refused'>, known: ActRecord | undefined): ActRecord {
  const { order, actor, machine } = line;
  const { saved, undo } = line.type === 'Intended' ? line : { saved: null, undo: null };
  return {
    id: order.id,
    at: Date.parse(line.at),
    order,
    actor,
    machine,
    saved: saved ?? known?.saved ?? null,
    undo: undo ?? known?.undo ?? null,
    outcome: line.type === 'Intended' ? 'intended' : 'refused',
    message: line.type === 'Intended' ? null : line.message,
  };
}

/** Another process may say late what it knows: nothing takes back that an act came about, or what became of it. */
function ended(known: ActRecord, { outcome, message }: Line<'Ended'>): ActRecord {
  return rank(outcome) < rank(known.outcome) ? known : { ...known, outcome, message };
}

/** A stuck act may become effective, and what is restored by hand may be stuck again. */
function rank(outcome: ActRecord['outcome']): number {
  if (outcome === 'effective' || outcome === 'stuck') return 2;
  return outcome === 'accepted' ? 1 : 0;
}

/** `history -o json`, and what a webhook is told. Fields are added, never renamed. */
export interface ActionRecordList {
  readonly apiVersion: typeof apiVersion;
  readonly kind: 'ActionRecordList';
  readonly items: readonly ActionRecordItem[];
}

export interface ActionRecordItem {
  /** RFC 3339. */
  readonly at: string;
  /** Empty for `ignore`, which has none. */
  readonly id: string;
  readonly action: ActAction | 'ignore';
  /** `intended`: whether the cluster was asked is not known. */
  readonly outcome: ActRecord['outcome'];
  readonly message: string | null;
  readonly workload: Omit<Target, 'resource'>;
  /** In words: the condition, the rule and the worst of the evidence. */
  readonly reason: string;
  readonly condition: string | null;
  readonly rule: string | null;
  readonly evidence: readonly string[];
  /** Who did it; `automatic`: because the policy calls for it. */
  readonly by: string;
  readonly machine: string;
  readonly automatic: boolean;
  readonly undo: Consequence['undo'] | null;
}

/** Oldest first. What was saved (whole manifests) is never part of it. */
export function actionRecordList(records: Iterable<ActRecord>, ignored: Iterable<IgnoredLine> = []): ActionRecordList {
  const items = [...[...records].map(actItem), ...[...ignored].map(ignoredItem)];
  return {
    apiVersion,
    kind: 'ActionRecordList',
    items: items.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
  };
}

function actItem(record: ActRecord): ActionRecordItem {
  const { id, order, outcome, message, actor, machine, undo } = record;
  const { condition, rule, evidence } = order.reason;
  return {
    at: new Date(record.at).toISOString(),
    id,
    action: order.action,
    outcome,
    message,
    workload: identity(order.target),
    reason: describeReason(record),
    condition,
    rule,
    evidence,
    by: actor,
    machine,
    automatic: order.by === 'policy',
    undo,
  };
}

function ignoredItem({ at, target, covers, until, reason, actor, machine }: IgnoredLine): ActionRecordItem {
  return {
    at,
    id: '',
    action: 'ignore',
    outcome: 'effective',
    message: null,
    workload: identity(target),
    reason: describeIgnored({ covers, until, reason }),
    condition: null,
    rule: null,
    evidence: [],
    by: actor,
    machine,
    automatic: false,
    undo: null,
  };
}

/** `CVE-2026-1 until 2027-01-31: not reachable`. */
export function describeIgnored({ covers, until, reason }: Pick<IgnoredLine, 'covers' | 'until' | 'reason'>): string {
  return `${covers}${until === null ? '' : ` until ${until}`}${reason === null ? '' : `: ${reason}`}`;
}

function identity({ apiVersion, kind, namespace, name, uid }: Target): ActionRecordItem['workload'] {
  return { apiVersion, kind, namespace, name, uid };
}

const evidenceShown = 3;

/** `security (scanPolicy.security.deployments): CVE-2026-1 in npm://a:1 and 2 more`; `by hand` where nothing decided. */
export function describeReason({ order }: Pick<ActRecord, 'order'>): string {
  const { condition, rule, evidence } = order.reason;
  const what = [condition ?? '', rule === null ? '' : `(${rule})`].filter(Boolean).join(' ');
  const more = evidence.length > evidenceShown ? ` and ${evidence.length - evidenceShown} more` : '';
  const shown = `${evidence.slice(0, evidenceShown).join(', ')}${more}`;
  const why = [what, shown].filter(Boolean).join(': ');
  if (order.by === 'policy') return why || 'policy';
  return why === '' ? 'by hand' : `by hand; ${why}`;
}

/** What became of an act, in words: `stuck: pod cart-0 is not ready`. */
export function describeOutcome({ outcome, message, order }: Pick<ActRecord, 'outcome' | 'message' | 'order'>): string {
  const because = message === null || message === '' ? '' : `: ${message}`;
  switch (outcome) {
    case 'intended':
      return 'not known: it ended between being written down and being done';
    case 'accepted':
      return `accepted by the cluster${because}`;
    case 'effective':
      return order.action === 'restore' ? `effective, it is back${because}` : `effective, it has stopped${because}`;
    case 'stuck':
      return `stuck${because}`;
    case 'refused':
      return `refused, nothing was changed${because}`;
    case 'failed':
      return `failed${because}`;
    default:
      return outcome satisfies never;
  }
}
