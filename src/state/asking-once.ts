// Of several processes with the same question one asks, and the others take its answer from what is kept. Whoever waited in
// vain asks itself, and never waits for the same answer twice.
import type { StateClock } from './lock.ts';
import type { Claimed, Claims, OtherClaim } from './scan-claims.ts';

export interface AskingOnce<Q> {
  readonly claims: Claims;
  readonly clock: StateClock;
  readonly keyOf: (question: Q) => string;
  /** Answers from what is kept by now; gives back what is left. */
  readonly fromKept: (questions: readonly Q[]) => Promise<readonly Q[]>;
  /** Asks, and puts what is answered into what is kept before it calls `release`. Resolves with the last answer. */
  readonly ask: (questions: readonly Q[], release: () => Promise<void>) => Promise<void>;
  /** Hears why nothing can be claimed; then everybody asks. */
  readonly onUnclaimed: (error: unknown) => void;
}

/** Milliseconds between two looks at what others have been answered. */
const pause = 50;

export async function askOnce<Q>(questions: readonly Q[], parts: AskingOnce<Q>, signal: AbortSignal): Promise<void> {
  if (questions.length === 0) return;
  const { claims, keyOf, onUnclaimed } = parts;
  const claimed = await claims.claim(questions.map(keyOf)).catch((error: unknown): Claimed => {
    onUnclaimed(error);
    return { mine: new Set(questions.map(keyOf)), theirs: new Map(), release: async () => {} };
  });
  const mine = questions.filter((one) => claimed.mine.has(keyOf(one)));
  const theirs = questions.filter((one) => !claimed.mine.has(keyOf(one)));
  await Promise.all([askMine(mine, claimed, parts), awaitTheirs(theirs, claimed.theirs, parts, signal)]);
}

/** What was answered between the look at what is kept and the claim is not asked again. */
async function askMine<Q>(questions: readonly Q[], claimed: Claimed, parts: AskingOnce<Q>): Promise<void> {
  const left = questions.length === 0 ? [] : await parts.fromKept(questions);
  if (left.length === 0) await claimed.release();
  else await parts.ask(left, () => claimed.release());
}

async function awaitTheirs<Q>(
  questions: readonly Q[],
  claimedBy: ReadonlyMap<string, OtherClaim>,
  parts: AskingOnce<Q>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, keyOf } = parts;
  let left = questions;
  const ends: Promise<void>[] = [];
  while (left.length > 0) {
    await pauseOf(clock, signal);
    const states = await statesOf(claimedBy);
    // Only now: what a claim brought is kept before it is released.
    left = await parts.fromKept(left);
    const stateOf = (one: Q): string => (signal.aborted ? 'released' : (states.get(keyOf(one)) ?? 'released'));
    const inVain = left.filter((one) => stateOf(one) === 'released');
    const orphaned = left.filter((one) => stateOf(one) === 'dead');
    left = left.filter((one) => stateOf(one) === 'held');
    if (inVain.length > 0) ends.push(parts.ask(inVain, async () => {}));
    if (orphaned.length > 0) ends.push(askOnce(orphaned, parts, signal));
  }
  await Promise.all(ends);
}

/** By key; each claim is looked at once. */
async function statesOf(claimedBy: ReadonlyMap<string, OtherClaim>): Promise<ReadonlyMap<string, string>> {
  const claims = new Set(claimedBy.values());
  const looks = [...claims].map(async (one) => [one, await one.look().catch(() => 'released')] as const);
  const states = new Map(await Promise.all(looks));
  return new Map(Array.from(claimedBy, ([key, one]) => [key, states.get(one) ?? 'released']));
}

/** An abort cuts it short. */
function pauseOf(clock: StateClock, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(pause, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
