// Notices of verdicts: what of a workload reads otherwise than it was last told.
import type { Target } from './act.ts';
import { describeReason } from './history.ts';
import type { Judgement } from './judgement.ts';
import type { Notice } from './notices.ts';
import { orderByPolicy, targetOf } from './order.ts';
import { conditionsText, reasonText } from './rows.ts';
import type { State } from './state.ts';

/** By uid, what was last told of it; the one who asks for notices keeps it between two turns. */
export type VerdictsTold = Map<string, Said>;

interface Said {
  readonly target: Target;
  readonly words: string;
}

/**
 * Of the workloads judged in a turn. What is clean from the first is not told, and nothing is before there is an answer
 * about each of its images, unless something is proven without them.
 */
export function verdictNotices(state: State, judged: Iterable<string>, told: VerdictsTold, now: number): Notice[] {
  return [...judged].flatMap((uid): Notice[] => {
    const judgement = state.judged.get(uid);
    const before = told.get(uid);
    if (judgement === undefined) return before === undefined ? [] : gone(uid, before, told, now);
    const words = wordsIn(judgement);
    if (before?.words === words || !isAnswered(judgement, state)) return [];
    told.set(uid, { target: targetOf(judgement.workload), words });
    return before === undefined && words === 'clean' ? [] : [changed(judgement, before?.words ?? null, state, now)];
  });
}

const blank = { action: null, outcome: null, reason: null, undo: null };

function gone(uid: string, { target, words }: Said, told: VerdictsTold, now: number): Notice[] {
  told.delete(uid);
  return words === 'clean' ? [] : [{ ...blank, at: now, type: 'gone', workload: target, message: `it was ${words}` }];
}

function changed(judgement: Judgement, before: string | null, state: State, now: number): Notice {
  const order = orderByPolicy(judgement, state.policy, now);
  return {
    ...blank,
    at: now,
    type: 'verdict',
    workload: targetOf(judgement.workload),
    action: order?.action ?? null,
    reason: order === null ? reasonText(judgement) : describeReason({ order }),
    message: `${wordsIn(judgement)}${before === null ? '' : ` (was ${before})`}`,
  };
}

function wordsIn(judgement: Judgement): string {
  const { workload } = judgement;
  return `${conditionsText(judgement)}${workload.acted === null ? '' : ', stopped by us'}`;
}

/** Whether something is proven, or each of its images was asked about, whatever came of it. */
export function isAnswered({ workload, decided }: Judgement, { lookUps }: State): boolean {
  return decided.conditions.length > 0 || workload.images.every(({ image }) => Boolean(lookUps.get(image.key)?.scan));
}
