// What was seen of verdicts over time, line by line: each look at a scope with what it showed that was not known. Pure;
// state/ keeps the lines.
import { hashOf } from './hash.ts';
import type { Policy } from './policy.ts';
import { compareVerdicts, follows } from './verdict-change.ts';
import type { KnownVerdict, VerdictChange } from './verdict-change.ts';
import { holdingIn } from './verdict-record.ts';
import { keyOfText, recordOfText, recordText, tellsAll } from './verdict-text.ts';

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
  /** Records, as `recordText` has them: seen for the first time, or otherwise in a way that is no change. */
  readonly seen: readonly string[];
  /** Those of what reads otherwise now, or is new where everything was known. */
  readonly changed: readonly string[];
  /** Keys of what is not there any more, and why. */
  readonly gone: readonly (readonly [key: string, because: string])[];
}

/** What some lines come to. Written by `foldLine` alone. */
export interface VerdictFold {
  readonly known: ReadonlyMap<string, KnownText>;
  /** Scopes that were looked at, with what their selections chose. */
  readonly scopes: ReadonlyMap<string, ScopeSeen>;
  readonly policy: string;
}

/** What was last seen of a workload; taken apart once it is asked for. */
export interface KnownText {
  readonly text: string;
  readonly verdict: () => KnownVerdict;
}

export interface ScopeSeen {
  readonly scope: VerdictScope;
  /** When it was looked at for the first time, ms since the epoch. */
  readonly since: number;
  readonly members: readonly string[] | null;
}

interface Writable {
  readonly known: Map<string, KnownText>;
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
  for (const text of line.seen) keep(writable, text);
  for (const text of line.changed) {
    const before = keep(writable, text);
    if (onChange === undefined) continue;
    tell(compareVerdicts(before?.verdict() ?? null, recordOfText(text), { policyChanged }));
  }
  for (const [key, goneBecause] of line.gone) {
    if (onChange !== undefined) {
      tell(compareVerdicts(fold.known.get(key)?.verdict() ?? null, null, { policyChanged, goneBecause }));
    }
    writable.known.delete(key);
  }
  writable.policy = policy;
  const known = fold.scopes.get(scopeKey(scope));
  const members = line.members ?? known?.members ?? null;
  writable.scopes.set(scopeKey(scope), { scope, since: known?.since ?? at, members });
}

/** Gives back what was known before. */
function keep({ known }: Writable, text: string): KnownText | undefined {
  const key = keyOfText(text);
  const before = known.get(key);
  known.set(key, knownText(text, tellsAll(text) ? undefined : before));
  return before;
}

export function knownText(text: string, before?: KnownText): KnownText {
  let verdict: KnownVerdict | null = null;
  return { text, verdict: () => (verdict ??= follows(before?.verdict() ?? null, recordOfText(text))) };
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
  /** Records, as `recordText` has them, by the keys of their workloads. */
  readonly texts: ReadonlyMap<string, string>;
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
  const { at, by, scope, complete, policy, texts } = look;
  const isCovered = [...fold.scopes.values()].some((one) => covers(one.scope, scope));
  const policyChanged = isOtherPolicy(fold.policy, policy);
  const [seen, changed]: [string[], string[]] = [[], []];
  for (const [key, text] of texts) {
    const before = fold.known.get(key);
    if (before?.text === text) continue;
    const isChange =
      before === undefined
        ? isCovered
        : compareVerdicts(before.verdict(), recordOfText(text), { policyChanged }) !== null;
    (isChange ? changed : seen).push(text);
  }
  const gone = goneFrom(fold, look);
  const members = membersIfOther(fold, look);
  const isNews = seen.length + changed.length + gone.length > 0 || members !== null;
  if (!isNews && !how.always) return null;
  return { at, by, scope, base: how.base, complete, policy, members, seen, changed, gone };
}

/** What is known, lies in the namespaces that were read whole, and is there no more. */
function goneFrom(
  { known }: Pick<VerdictFold, 'known'>,
  { scope, complete, texts, whyGone }: Look,
): [key: string, because: string][] {
  if (!complete) return [];
  const gone: [string, string][] = [];
  const within = `${scope.namespace}/`;
  for (const key of known.keys()) {
    // A key begins with its namespace.
    if (texts.has(key) || (scope.namespace !== '' && !key.startsWith(within))) continue;
    const because = whyGone(key);
    if (because !== null) gone.push([key, because]);
  }
  return gone;
}

function membersIfOther({ scopes }: VerdictFold, { scope, members }: Look): readonly string[] | null {
  if (members === null) return null;
  const before = new Set(scopes.get(scopeKey(scope))?.members);
  return before.size === members.length && members.every((one) => before.has(one)) ? null : members;
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
  readonly known: ReadonlyMap<string, KnownText>;
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
  const changes: (VerdictChange | null)[] = [];
  for (const [key, text] of look.texts) {
    const before = base.known.get(key);
    if (before?.text === text) continue;
    changes.push(compareVerdicts(before?.verdict() ?? null, recordOfText(text), { policyChanged }));
  }
  const chosen = look.scope.selection === '' ? null : new Set(base.members);
  for (const [key, goneBecause] of goneFrom(base, look)) {
    if (chosen !== null && !chosen.has(key)) continue;
    changes.push(compareVerdicts(base.known.get(key)?.verdict() ?? null, null, { policyChanged, goneBecause }));
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
    return { ...left, scope, members, seen: index === 0 ? [...known.values()].map(wholeText) : [] };
  });
  return [...kept, ...lines.slice(from)];
}

/** With what held before an answer was missing. */
function wholeText({ text, verdict }: KnownText): string {
  if (tellsAll(text)) return text;
  const { record, holding } = verdict();
  const own = holdingIn({ conditions: record.conditions });
  const carried = [...holding.values()].filter(({ key }) => !own.has(key));
  return carried.length === 0 ? text : recordText({ ...record, carried });
}
