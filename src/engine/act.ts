// The one way an act happens: read live and preflight, judge again, write down, call, write down. It decides nothing itself:
// core says whether the act is still due and within the limits, the cluster's adapter what it would do.
import type { ActOrder, Actor, Inspection, Ready, Refusal } from '../core/act.ts';
import type { ActEnd } from '../core/acting.ts';
import type { StillDue } from '../core/still-due.ts';
import type { DryRun } from '../core/plan-acts.ts';
import type { Acting, Clock, Journal } from './ports.ts';

export interface ActParts {
  readonly acting: Acting;
  readonly journal: Journal;
  readonly identity: Actor;
  readonly clock: Clock;
  /** Judges the object anew, by what runs and what Xray says at this moment. Rejects where the run ends before. */
  readonly rejudge: (order: ActOrder, signal: AbortSignal) => Promise<StillDue>;
  /** From now on; the result says what has changed since that the act rests on, null: nothing. */
  readonly watchOver: (order: ActOrder) => () => string | null;
  /** Reads the journal's news and says why the act must wait after all; null: it need not. */
  readonly heldBack: (order: ActOrder) => Promise<string | null>;
}

export interface ActResult {
  readonly end: ActEnd;
  readonly message: string | null;
  /** As it was carried out: by what was read live. */
  readonly order: ActOrder;
  /** Refused because it is never possible. */
  readonly forGood?: boolean;
  /** Failed, and may have come about all the same: in the journal it stays intended until that shows. */
  readonly unsure?: boolean;
}

interface Conflict {
  readonly conflict: string;
}

const tries = 5;

/** Rejects where the journal cannot be written before the act, which then is not done, or where the run ends. */
export async function performAct(
  asked: ActOrder,
  dryRun: DryRun,
  parts: ActParts,
  signal: AbortSignal,
): Promise<ActResult> {
  let last = '';
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const result = await attemptAct(asked, dryRun, parts, signal);
    if ('end' in result) return result;
    last = result.conflict;
  }
  const message = `it changed again and again while it was acted upon: ${last}`;
  if (dryRun === 'none') await written(parts, asked.id, 'failed', message);
  return { end: 'failed', message, order: asked };
}

async function attemptAct(
  asked: ActOrder,
  dryRun: DryRun,
  parts: ActParts,
  signal: AbortSignal,
): Promise<ActResult | Conflict> {
  const changed = parts.watchOver(asked);
  const inspected = await parts.acting.inspect(asked, signal);
  if (inspected.is !== 'ready') return await notReady(asked, inspected, dryRun, parts);
  const judged = asked.by === 'policy' && dryRun !== 'client' ? await parts.rejudge(asked, signal) : { order: asked };
  if ('not' in judged) return { end: 'notNeeded', message: judged.not, order: asked };
  const { order } = judged;
  const [refusal] = inspected.refusals.filter((one) => !isForAnother(one, inspected, dryRun));
  if (refusal !== undefined) return await refused(order, refusal, dryRun, parts);
  if (dryRun !== 'none') return await dry(order, inspected, dryRun, parts, signal);
  return await parts.journal.exclusively(() => forReal(order, inspected, changed, parts, signal));
}

/** Stopped already is what was wanted; an object that is gone cannot be acted upon, and that is written down. */
async function notReady(
  order: ActOrder,
  { is, says }: Exclude<Inspection, Ready>,
  dryRun: DryRun,
  parts: ActParts,
): Promise<ActResult> {
  if (is === 'done') return { end: order.by === 'hand' ? 'effective' : 'notNeeded', message: says, order };
  return await refused(order, { says }, dryRun, parts);
}

async function refused(
  order: ActOrder,
  { why, says }: Pick<Refusal, 'says'> & Partial<Refusal>,
  dryRun: DryRun,
  { journal, identity, clock }: ActParts,
): Promise<ActResult> {
  if (dryRun === 'none')
    await journal.append({ type: 'Refused', at: isoTime(clock), order, message: says, ...identity });
  return { end: 'refused', message: says, order, forGood: why === 'impossible' };
}

async function dry(
  order: ActOrder,
  ready: Ready,
  dryRun: 'client' | 'server',
  { acting }: ActParts,
  signal: AbortSignal,
): Promise<ActResult | Conflict> {
  if (dryRun === 'client') return { end: 'wouldAct', message: pretended(ready), order };
  const performed = await acting.perform(order, ready, { dryRun: true }, signal);
  if (performed.is === 'conflict') return { conflict: performed.says };
  return { end: performed.is === 'accepted' ? 'wouldAct' : 'failed', message: performed.says, order };
}

/** Whoever only looks is told what would be done, and what the one who does it needs. */
function isForAnother({ why }: Refusal, { saved }: Ready, dryRun: DryRun): boolean {
  return dryRun === 'client' && why === 'rights' && saved !== null;
}

function pretended({ does, refusals }: Ready): string {
  return [does, ...refusals.map(({ says }) => says)].join('; but ');
}

/** One at a time over all processes: what the limits allow is counted again, and two of them act once. */
async function forReal(
  order: ActOrder,
  ready: Ready,
  changed: () => string | null,
  parts: ActParts,
  signal: AbortSignal,
): Promise<ActResult | Conflict> {
  const { acting, journal, identity, clock } = parts;
  const heldBack = await parts.heldBack(order);
  if (heldBack !== null) return { end: 'deferred', message: heldBack, order };
  const conflict = changed();
  if (conflict !== null) return { conflict };
  // An act that is not written down is not done: nothing could bring it back.
  const { saved, undo } = ready;
  await journal.append({ type: 'Intended', at: isoTime(clock), order, saved, undo, ...identity });
  const performed = await acting.perform(order, ready, { dryRun: false }, signal);
  if (performed.is === 'conflict') {
    await written(parts, order.id, 'failed', performed.says);
    return { conflict: performed.says };
  }
  if (performed.is === 'failed' && performed.unsure === true) {
    return { end: 'failed', message: performed.says, order, unsure: true };
  }
  const end = performed.is === 'accepted' ? 'accepted' : 'failed';
  return { end, message: await written(parts, order.id, end, performed.says), order };
}

/** What was done is done, also where its end cannot be written down: `restore` then looks at the object itself. */
async function written(
  { journal, clock }: ActParts,
  id: string,
  outcome: 'accepted' | 'failed',
  message: string,
): Promise<string> {
  try {
    await journal.append({ type: 'Ended', at: isoTime(clock), id, outcome, message });
    return message;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${message}; that could not be written down: ${why}`;
  }
}

function isoTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
