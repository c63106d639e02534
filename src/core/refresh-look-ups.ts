// When an image that was asked about is asked again while a run goes on: what could not be asked soon, what was answered by
// age, spread evenly; a server that is down by one probe.
import { schedule } from './agenda.ts';
import type { Image } from './image.ts';
import type { LookUp, State } from './inventory.ts';
import type { Scan, UnknownReason } from './scan.ts';

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

/** When a scan is to be asked for again, ms since the epoch. Answers that are good news stay longest. */
export function askAgainAt({ image, scan }: LookUp, { maxAge }: Refreshing): number {
  if (scan === null) return Infinity;
  // Evenly over the last third, by what the image is called: answers that came together must not fall due together.
  const spread = (wait: number): number => scan.askedAt + wait * (2 / 3 + fraction(image.key) / 3);
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

/** Of images that run: those never asked about, those whose answer does not do any more, those that are due by age. */
export function imagesDue(state: State, candidates: Iterable<Image>, refreshing: Refreshing, now: number): LookUp[] {
  const due: LookUp[] = [];
  for (const image of candidates) {
    const lookUp = state.lookUps.get(image.key) ?? { image, asked: false, scan: null, notOlderThan: 0 };
    if (lookUp.asked) continue;
    const again = askAgainAt(lookUp, refreshing);
    const isStale = lookUp.scan === null || lookUp.scan.askedAt < lookUp.notOlderThan;
    if (isStale || again <= now) due.push({ ...lookUp, image });
    else schedule(state.agenda, `image ${image.key}`, again);
  }
  return withoutFlood(state, due, now);
}

/** Where the server was down when last heard of, one image asks for all that failed so. */
function withoutFlood(state: State, due: readonly LookUp[], now: number): LookUp[] {
  const others = due.filter(({ scan }) => !isDown(scan));
  const failed = due.filter(({ scan }) => isDown(scan));
  const [probe, ...rest] = failed.filter(({ scan }) => (scan?.askedAt ?? 0) >= state.answeredAt);
  if (probe === undefined) return [...others, ...failed];
  const again = failed.filter(({ scan }) => (scan?.askedAt ?? 0) < state.answeredAt);
  const probing = isProbing(state);
  // Whoever waits is looked at again in a moment, or as soon as an answer comes.
  const later = probing ? [probe, ...rest] : rest;
  for (const { image } of later) schedule(state.agenda, `image ${image.key}`, now + 5 * second);
  return [...others, ...again, ...(probing ? [] : [probe])];
}

function isDown(scan: Scan | null): boolean {
  return scan?.state === 'unknown' && scan.reason === 'unreachable';
}

function isProbing(state: State): boolean {
  for (const { asked, scan } of state.lookUps.values()) if (asked && isDown(scan)) return true;
  return false;
}

/** 0 to 1, the same for the same text. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
