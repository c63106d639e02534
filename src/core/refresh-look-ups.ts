// When an image that was asked about is asked again while a run goes on: what could not be asked soon, what was answered by
// age, spread evenly; a server that is down by one probe.
import { schedule } from './agenda.ts';
import { hashOf } from './hash.ts';
import type { Image } from './image.ts';
import { letGo, lookUpOf } from './look-ups.ts';
import type { LookUp } from './look-ups.ts';
import type { State } from './state.ts';
import { restsOnViolations } from './policy.ts';
import type { RestingOnViolations } from './policy.ts';
import type { UnknownReason } from './scan.ts';

const second = 1000;
const minute = 60 * second;

/** An answer older than this is asked for again, milliseconds. */
export const defaultMaxAge = 60 * minute;

export interface Refreshing {
  /** Milliseconds. */
  readonly maxAge: number;
}

/** What cannot mend itself within seconds: credentials, rights, digests that no registry lists. */
const patient: readonly UnknownReason[] = ['unauthorized', 'forbidden', 'configDigest'];

/** When an image is to be asked about again by age alone, ms since the epoch. Good news stays longest. */
export function askAgainAt(lookUp: LookUp, { maxAge }: Refreshing): number {
  const { image, scan } = lookUp;
  if (scan === null) return Infinity;
  // Evenly over the last third, by what the image is called: answers that came together must not fall due together.
  const spread = (wait: number): number => lastAsked(lookUp) + wait * (2 / 3 + share(image.key) / 3);
  switch (scan.state) {
    case 'unknown':
      return spread(patient.includes(scan.reason) ? 10 * minute : 30 * second);
    case 'pending':
      return spread(minute);
    case 'unscanned':
      return spread(Math.min(5 * minute, maxAge));
    case 'scanned':
      return spread(maxAge);
    default:
      return scan satisfies never;
  }
}

/**
 * Of images that run: those never asked about, those whose answer does not do any more (nor one without the violations that
 * the policy rests on by now), those that are due by age.
 */
export function imagesDue(state: State, candidates: Iterable<Image>, refreshing: Refreshing, now: number): LookUp[] {
  const due: LookUp[] = [];
  const violations = restsOnViolations(state.policy);
  for (const image of candidates) {
    const lookUp = lookUpOf(state, image);
    if (lookUp.asked) continue;
    const again = askAgainAt(lookUp, refreshing);
    const isStale = isTooOld(lookUp) || !askedForAll(lookUp, violations);
    if (isStale || again <= now) due.push({ ...lookUp, image });
    else schedule(state.agenda, `image ${image.key}`, again);
  }
  return withoutFlood(state, due, now);
}

/**
 * Of what nobody runs. A pod that is about to run has a tag and no digest yet, and often runs before the answer about its
 * tag is there: if that were not kept for its age, each pod made anew would cost a question.
 */
export function keepOrLetGo(state: State, lookUp: LookUp, refreshing: Refreshing, now: number): void {
  const { key } = lookUp.image;
  const isGood = lookUp.scan?.state === 'scanned' && !isTooOld(lookUp);
  const until = isGood ? askAgainAt(lookUp, refreshing) : 0;
  if (until > now) schedule(state.agenda, `image ${key}`, until);
  else letGo(state, key);
}

/** There is none, or there is news since. */
export function isTooOld(lookUp: LookUp): boolean {
  return lookUp.scan === null || lookUp.renew || lastAsked(lookUp) < lookUp.notOlderThan;
}

/** An answer that is older than its question, as that of an image which Xray has dropped, is as new as can be. */
export function lastAsked({ scan, since }: LookUp): number {
  return Math.max(since, scan?.askedAt ?? 0);
}

function askedForAll({ violations }: LookUp, { security, license }: RestingOnViolations): boolean {
  return (violations.security || !security) && (violations.license || !license);
}

const probeInterval = 5 * second;

/** Of those that reached no server one is asked, in turn, until one of them does: then they are renewed. */
function withoutFlood(state: State, due: readonly LookUp[], now: number): LookUp[] {
  const isWaiting = ({ image, renew }: LookUp): boolean => state.unreached.has(image.key) && !renew;
  const waiting = due.filter(isWaiting).toSorted((one, other) => lastAsked(one) - lastAsked(other));
  if (waiting.length === 0) return [...due];
  const probe = isProbing(state) ? null : (waiting[0] ?? null);
  for (const one of waiting) if (one !== probe) schedule(state.agenda, `image ${one.image.key}`, now + probeInterval);
  const others = due.filter((one) => !isWaiting(one));
  return probe === null ? others : [...others, probe];
}

function isProbing({ unreached, lookUps }: State): boolean {
  for (const key of unreached) if (lookUps.get(key)?.asked === true) return true;
  return false;
}

/** Few steps, so that what falls due falls due in batches. */
const steps = 16;

/** 0 to 1, the same for the same text. */
function share(text: string): number {
  return (hashOf(text) % steps) / (steps - 1);
}
