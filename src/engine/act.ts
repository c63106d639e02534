// The one way an act happens: read live and preflight, judge again, write down, call, write down. It decides nothing itself:
// core says whether the act is still due and within the limits, the cluster's adapter what it would do.
import type { ActOrder, Actor, Inspection, Ready } from '../core/act.ts';
import type { ActEnd } from '../core/acting.ts';
import type { StillDue } from '../core/still-due.ts';
import type { Acting, Clock, Journal } from './ports.ts';

export interface ActParts {
  readonly acting: Acting;
  readonly journal: Journal;
  readonly identity: Actor;
  readonly clock: Clock;
  /** Judges the object anew, by what runs and what Xray says at this moment. */
  readonly rejudge: (order: ActOrder, signal: AbortSignal) => Promise<StillDue>;
  /** Reads the journal's news and says whether the limits still allow an act by policy; null: they do. */
  readonly heldBack: () => Promise<string | null>;
}

export interface ActResult {
  readonly end: ActEnd;
  readonly message: string | null;
  /** As it was carried out: by what was read live. */
  readonly order: ActOrder;
}

const tries = 5;

/** Never throws for what the cluster, Xray or the disk answered. */
export async function performAct(
  asked: ActOrder,
  dryRun: 'none' | 'client' | 'server',
  parts: ActParts,
  signal: AbortSignal,
): Promise<ActResult> {
  let last = '';
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const result = await attemptAct(asked, dryRun, parts, signal);
    if (result !== null && 'end' in result) return result;
    last = result.conflict;
  }
  const message = `it changed again and again while it was acted upon: ${last}`;
  if (dryRun === 'none') await written(parts, asked.id, 'failed', message);
  return { end: 'failed', message, order: asked };
}

async function attemptAct(
  asked: ActOrder,
  dryRun: 'none' | 'client' | 'server',
  parts: ActParts,
  signal: AbortSignal,
): Promise<ActResult | { readonly conflict: string }> {
  const inspected = await parts.acting.inspect(asked, signal);
  if (inspected.is !== 'ready') return notThere(asked, inspected);
  const judged = asked.by === 'policy' && dryRun !== 'client' ? await parts.rejudge(asked, signal) : { order: asked };
  if ('not' in judged) return { end: 'notNeeded', message: judged.not, order: asked };
  const { order } = judged;
  const refusal = inspected.refusals[0];
  if (refusal !== undefined) return await refused(order, refusal.says, dryRun, parts);
  if (dryRun !== 'none') return await dry(order, inspected, dryRun, parts, signal);
  return await parts.journal.exclusively(() => forReal(order, inspected, parts, signal));
}

function notThere(order: ActOrder, { is, says }: Exclude<Inspection, Ready>): ActResult {
  const byHand = order.by === 'hand';
  if (is === 'done') return { end: byHand ? 'effective' : 'notNeeded', message: says, order };
  return { end: byHand ? 'refused' : 'notNeeded', message: says, order };
}

async function refused(
  order: ActOrder,
  message: string,
  dryRun: 'none' | 'client' | 'server',
  { journal, identity, clock }: ActParts,
): Promise<ActResult> {
  if (dryRun === 'none') await journal.append({ type: 'Refused', at: isoTime(clock), order, message, ...identity });
  return { end: 'refused', message, order };
}

async function dry(
  order: ActOrder,
  ready: Ready,
  dryRun: 'client' | 'server',
  { acting }: ActParts,
  signal: AbortSignal,
): Promise<ActResult> {
  if (dryRun === 'client') return { end: 'wouldAct', message: ready.does, order };
  const performed = await acting.perform(order, ready, { dryRun: true }, signal);
  return { end: performed.is === 'accepted' ? 'wouldAct' : 'failed', message: performed.says, order };
}

/** One at a time over all processes: what the limits allow is counted again, and two of them act once. */
async function forReal(
  order: ActOrder,
  ready: Ready,
  parts: ActParts,
  signal: AbortSignal,
): Promise<ActResult | { readonly conflict: string }> {
  const { acting, journal, identity, clock } = parts;
  const heldBack = order.by === 'policy' ? await parts.heldBack() : null;
  if (heldBack !== null) return { end: 'deferred', message: heldBack, order };
  // An act that is not written down is not done: nothing could bring it back.
  const { saved, undo } = ready;
  await journal.append({ type: 'Intended', at: isoTime(clock), order, saved, undo, ...identity });
  const performed = await acting.perform(order, ready, { dryRun: false }, signal);
  if (performed.is === 'conflict') {
    await written(parts, order.id, 'failed', performed.says);
    return { conflict: performed.says };
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
