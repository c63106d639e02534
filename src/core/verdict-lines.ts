// What was seen of verdicts over time, line by line: each look at a scope with what it showed that was not known. Pure;
// state/ keeps the lines.
import { hashOf } from './hash.ts';
import type { Policy } from './policy.ts';
import { compareVerdicts, follows } from './verdict-change.ts';
import type { KnownVerdict, VerdictChange } from './verdict-change.ts';
import { holdingIn, recordKey } from './verdict-record.ts';
import type { VerdictRecord } from './verdict-record.ts';

/** What a look is about. */
export interface VerdictScope {
  /** Empty: all namespaces. */
  readonly namespace: string;
  /** Types, names and selectors, as one text; empty: everything. */
  readonly selection: string;
}

/** `kept`: what is left of older lines. */
export type LookedBy = 'status' | 'watch' | 'enforce' | 'kept';

export interface VerdictLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly by: LookedBy;
  readonly scope: VerdictScope;
  /** The next `status --diff` of this scope compares with what was known now. */
  readonly base: boolean;
  /** Nothing in scope may have been overlooked. */
  readonly complete: boolean;
  /** Another policy has another mark. */
  readonly policy: string;
  /** Keys of what a selection chose; null: as it was, or everything. */
  readonly members: readonly string[] | null;
  /** Seen for the first time, or otherwise in a way that is no change. */
  readonly seen: readonly VerdictRecord[];
  /** What reads otherwise now, or is new where everything was known. */
  readonly changed: readonly VerdictRecord[];
  /** Keys of what is not there any more, and why. */
  readonly gone: readonly (readonly [key: string, because: string])[];
}

/** What some lines come to. Written by `foldLine` alone. */
export interface VerdictFold {
  readonly known: ReadonlyMap<string, KnownVerdict>;
  /** Scopes that were looked at, with what their selections chose. */
  readonly scopes: ReadonlyMap<string, ScopeSeen>;
  readonly policy: string;
}

export interface ScopeSeen {
  readonly scope: VerdictScope;
  /** When it was looked at for the first time, ms since the epoch. */
  readonly since: number;
  readonly members: readonly string[] | null;
}

interface Writable {
  readonly known: Map<string, KnownVerdict>;
  readonly scopes: Map<string, ScopeSeen>;
  policy: string;
}

export function nothingFolded(): VerdictFold {
  return { known: new Map(), scopes: new Map(), policy: '' };
}

export interface DatedChange extends VerdictChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly by: LookedBy;
}

/** Adds the next line; `onChange` hears what it changed. */
export function foldLine(fold: VerdictFold, line: VerdictLine, onChange?: (change: DatedChange) => void): void {
  const writable = fold as Writable;
  const { at, by, scope, policy } = line;
  const policyChanged = isOtherPolicy(fold.policy, policy);
  const tell = (change: VerdictChange | null): void => {
    if (change !== null && onChange !== undefined) onChange({ at, by, ...change });
  };
  for (const record of line.seen) keep(writable, record);
  for (const record of line.changed) {
    const key = recordKey(record.workload);
    if (onChange !== undefined) tell(compareVerdicts(fold.known.get(key) ?? null, record, { policyChanged }));
    keep(writable, record);
  }
  for (const [key, goneBecause] of line.gone) {
    tell(compareVerdicts(fold.known.get(key) ?? null, null, { policyChanged, goneBecause }));
    writable.known.delete(key);
  }
  writable.policy = policy;
  const known = fold.scopes.get(scopeKey(scope));
  const members = line.members ?? known?.members ?? null;
  writable.scopes.set(scopeKey(scope), { scope, since: known?.since ?? at, members });
}

function keep({ known }: Writable, record: VerdictRecord): void {
  const key = recordKey(record.workload);
  known.set(key, follows(known.get(key) ?? null, record));
}

export function foldAll(lines: Iterable<VerdictLine>): VerdictFold {
  const fold = nothingFolded();
  for (const line of lines) foldLine(fold, line);
  return fold;
}

export function scopeKey({ namespace, selection }: VerdictScope): string {
  return `${namespace}\n${selection}`;
}

/** Whether a look at one scope has seen all of another. */
export function covers(scope: VerdictScope, other: VerdictScope): boolean {
  const namespaces = scope.namespace === '' || scope.namespace === other.namespace;
  return namespaces && (scope.selection === '' || scope.selection === other.selection);
}

/** One look at a scope, or at what of it has changed. */
export interface Look {
  readonly at: number;
  readonly by: LookedBy;
  readonly scope: VerdictScope;
  readonly complete: boolean;
  readonly policy: string;
  readonly records: readonly VerdictRecord[];
  /** Keys of all that a selection chooses now; null: it chooses everything. */
  readonly members: readonly string[] | null;
  /** Whether an object is still there, judged or not: what is not chosen is not gone. Null: it is; else why it is not. */
  readonly whyGone: (key: string) => string | null;
}

/** The line that a look comes to, by what is known; null where it shows nothing new, unless it is wanted `always`. */
export function lineOf(
  fold: VerdictFold,
  look: Look,
  how: { readonly base: boolean; readonly always: boolean },
): VerdictLine | null {
  const { at, by, scope, complete, policy, records } = look;
  const isCovered = [...fold.scopes.values()].some((one) => covers(one.scope, scope));
  const policyChanged = isOtherPolicy(fold.policy, policy);
  const [seen, changed]: [VerdictRecord[], VerdictRecord[]] = [[], []];
  const keys = new Set<string>();
  for (const record of records) {
    const key = recordKey(record.workload);
    keys.add(key);
    const before = fold.known.get(key) ?? null;
    if (before === null) (isCovered ? changed : seen).push(record);
    else if (compareVerdicts(before, record, { policyChanged }) !== null) changed.push(record);
    else if (!isSameRecord(before.record, record)) seen.push(record);
  }
  const gone = goneFrom(fold, look, keys);
  const members = membersIfOther(fold, look);
  const isNews = seen.length + changed.length + gone.length > 0 || members !== null;
  if (!isNews && !how.always) return null;
  return { at, by, scope, base: how.base, complete, policy, members, seen, changed, gone };
}

/** What is known, lies in the namespaces that were read whole, and is there no more. */
function goneFrom(
  { known }: Pick<VerdictFold, 'known'>,
  { scope, complete, whyGone }: Look,
  judged: ReadonlySet<string>,
): [key: string, because: string][] {
  if (!complete) return [];
  return [...known].flatMap(([key, { record }]): [string, string][] => {
    if (judged.has(key) || !isIn(record, scope)) return [];
    const because = whyGone(key);
    return because === null ? [] : [[key, because]];
  });
}

function isIn({ workload }: VerdictRecord, { namespace }: VerdictScope): boolean {
  return namespace === '' || workload.namespace === namespace;
}

function membersIfOther({ scopes }: VerdictFold, { scope, members }: Look): readonly string[] | null {
  if (members === null) return null;
  const before = new Set(scopes.get(scopeKey(scope))?.members);
  return before.size === members.length && members.every((one) => before.has(one)) ? null : members;
}

function isSameRecord(one: VerdictRecord, other: VerdictRecord): boolean {
  if (one === other) return true;
  return one.workload.uid === other.workload.uid && contentOf(one) === contentOf(other);
}

function contentOf({ images, missing, conditions }: VerdictRecord): string {
  const all = conditions.flatMap(({ evidence }) => evidence);
  const told = all.map(({ key, says, open, severity }) => `${key} ${says} ${open} ${severity}`);
  return [...images, '', ...missing, '', ...told].join('\n');
}

function isOtherPolicy(before: string, now: string): boolean {
  return before !== '' && now !== '' && before !== now;
}

/** Tells policies apart by what they say, wherever they are read from. */
export function policyMark({ source: _source, ...policy }: Policy): string {
  const text = JSON.stringify(policy, (_key, value: unknown) => (value instanceof Map ? [...value] : value));
  return hashOf(text).toString(36);
}

/** What a look is compared with. */
export interface VerdictBase {
  readonly at: number;
  readonly known: ReadonlyMap<string, KnownVerdict>;
  /** Keys of what its selection chose; null: everything, or not known. */
  readonly members: readonly string[] | null;
  /** Empty: not known. */
  readonly policy: string;
}

/** `none`: nothing was known then. `oldest`: since when something is, ms since the epoch; null: nothing ever was. */
export type BaseFound = VerdictBase | { readonly none: true; readonly oldest: number | null };

/** What was known at the end of the last `status` of the same scope; with `since`, what was known at that time. */
export function baseIn(lines: readonly VerdictLine[], scope: VerdictScope, since: number | null): BaseFound {
  const key = scopeKey(scope);
  const end =
    since === null
      ? lines.findLastIndex((line) => line.base && scopeKey(line.scope) === key)
      : lines.findLastIndex(({ at }) => at <= since);
  const until = lines.slice(0, end + 1);
  if (!until.some((line) => covers(line.scope, scope))) {
    const oldest = lines.find((line) => covers(line.scope, scope))?.at ?? null;
    return { none: true, oldest };
  }
  const fold = foldAll(until);
  const members = fold.scopes.get(key)?.members ?? null;
  return { at: since ?? lines[end]?.at ?? 0, known: fold.known, members, policy: fold.policy };
}

/** What has changed from a base to a look, worst not first; what neither of the two chose is left out. */
export function changesSince(base: VerdictBase, look: Look): VerdictChange[] {
  const policyChanged = isOtherPolicy(base.policy, look.policy);
  const keys = new Set<string>();
  const changes: (VerdictChange | null)[] = [];
  for (const record of look.records) {
    const key = recordKey(record.workload);
    keys.add(key);
    changes.push(compareVerdicts(base.known.get(key) ?? null, record, { policyChanged }));
  }
  const chosen = look.scope.selection === '' ? null : new Set(base.members);
  for (const [key, goneBecause] of goneFrom(base, look, keys)) {
    if (chosen !== null && !chosen.has(key)) continue;
    changes.push(compareVerdicts(base.known.get(key) ?? null, null, { policyChanged, goneBecause }));
  }
  return changes.filter((one) => one !== null);
}

/** Every change that lines tell of, oldest first. */
export function changesIn(lines: Iterable<VerdictLine>): DatedChange[] {
  const fold = nothingFolded();
  const changes: DatedChange[] = [];
  for (const line of lines) foldLine(fold, line, (change) => changes.push(change));
  return changes;
}

/** The same, with all before a line as one look: what was known then stays known, what had changed before is forgotten. */
export function withoutOlder(lines: readonly VerdictLine[], from: number): VerdictLine[] {
  const older = lines.slice(0, from);
  const { known, scopes, policy } = foldAll(older);
  const at = older.at(-1)?.at ?? 0;
  const left = { at, by: 'kept', base: false, complete: true, policy, changed: [], gone: [] } as const;
  const kept = [...scopes.values()].map(({ scope, members }, index): VerdictLine => {
    return { ...left, scope, members, seen: index === 0 ? [...known.values()].map(wholeRecord) : [] };
  });
  return [...kept, ...lines.slice(from)];
}

/** With what held before an answer was missing. */
function wholeRecord({ record, holding }: KnownVerdict): VerdictRecord {
  const own = holdingIn({ conditions: record.conditions });
  const carried = [...holding.values()].filter(({ key }) => !own.has(key));
  return carried.length === 0 ? record : { ...record, carried };
}
