// How digests stand by the policy in force, and since when evidence is known: what the memory keeps of judgements.
import type { Acting } from './acting.ts';
import type { Image } from './image.ts';
import { evidenceKey, nothingRemembered, standingKey } from './memory.ts';
import type { Remembered, Standing } from './memory.ts';
import { conditionTypes } from './policy.ts';
import type { Policy } from './policy.ts';
import type { Judgement } from './judgement.ts';
import type { Scan } from './scan.ts';
import { decides, standingOf } from './verdict.ts';

/** What condemns a digest: under another measure standings cannot be compared. */
export function measureOf({ security, license, unscanned }: Policy): string {
  const { minSeverity, fixableOnly, applicableOnly, basis } = security;
  const lists = [license.basis, license.denied, license.allowed];
  return JSON.stringify([minSeverity, fixableOnly, applicableOnly, basis, ...lists, unscanned.reasons]);
}

interface Writable {
  readonly firstSeen: Map<string, number>;
  readonly standings: Map<string, Standing>;
  readonly turned: Map<string, number>;
  measure: string;
}

/** Takes in what judgements show; gives back what is new and worth keeping, or null. */
export function remember(
  acting: Acting,
  judgements: readonly Judgement[],
  scanOf: (image: Image) => Scan | null,
  policy: Policy,
  now: number,
): Remembered | null {
  if (judgements.length === 0) return null;
  const writable = acting as Acting & Writable;
  const measure = measureOf(policy);
  if (measure !== acting.measure) {
    writable.standings.clear();
    writable.turned.clear();
    writable.measure = measure;
  }
  const firstSeen = newSights(writable, judgements, now);
  const standings = newStandings(writable, judgements, scanOf, policy, now);
  if (firstSeen.length === 0 && standings.length === 0) return null;
  return { firstSeen: Object.fromEntries(firstSeen), standings: Object.fromEntries(standings), measure };
}

function newSights({ firstSeen }: Writable, judgements: readonly Judgement[], now: number): [string, number][] {
  const fresh: [string, number][] = [];
  for (const { decided } of judgements) {
    for (const key of decided.conditions.flatMap(({ evidence }) => evidence.map(evidenceKey))) {
      if (firstSeen.has(key)) continue;
      firstSeen.set(key, now);
      fresh.push([key, now]);
    }
  }
  return fresh;
}

/**
 * First sights of evidence on which a grace period rests: what a command that only looks has to remember. What is seen
 * earlier than anything rests on it is seen later then: late, never early.
 */
export function sightsWaitedFor(
  { firstSeen }: Pick<Acting, 'firstSeen'>,
  judgements: readonly Judgement[],
  policy: Policy,
  now: number,
): Remembered | null {
  const fresh: [string, number][] = [];
  for (const { decided } of judgements) {
    for (const { type, action, evidence } of decided.conditions) {
      if (action === 'ignore' || policy[type].gracePeriod === 0) continue;
      for (const key of evidence.map(evidenceKey)) if (!firstSeen.has(key)) fresh.push([key, now]);
    }
  }
  // Nothing is said of standings: these are of runs that act.
  return fresh.length === 0 ? null : { ...nothingRemembered, firstSeen: Object.fromEntries(fresh) };
}

/** Whether a grace period may come to rest on a first sight. */
export function waitsForAnything(policy: Policy): boolean {
  return conditionTypes.some((type) => {
    const { gracePeriod, actions, default: other } = policy[type];
    return (
      gracePeriod > 0 && [other, ...[...actions.values()].map(({ action }) => action)].some((one) => one !== 'ignore')
    );
  });
}

/** Of the deciding images that were answered for. */
function newStandings(
  { standings, turned }: Writable,
  judgements: readonly Judgement[],
  scanOf: (image: Image) => Scan | null,
  policy: Policy,
  now: number,
): [string, Standing][] {
  const fresh = new Map<string, Standing>();
  for (const [key, is] of standingsIn(judgements, scanOf, policy)) {
    const before = standings.get(key);
    if (before?.is === is) continue;
    const standing = { is, since: now, turned: before !== undefined && is !== 'clean' };
    standings.set(key, standing);
    fresh.set(key, standing);
    if (standing.turned) turned.set(key, now);
    else turned.delete(key);
  }
  return [...fresh];
}

function standingsIn(
  judgements: readonly Judgement[],
  scanOf: (image: Image) => Scan | null,
  policy: Policy,
): ReadonlyMap<string, Standing['is']> {
  const found = new Map<string, Standing['is']>();
  for (const { workload } of judgements) {
    for (const entry of workload.images) {
      const scan = scanOf(entry.image);
      const key = standingKey(entry.image, scan);
      if (key === null || found.has(key) || !decides(entry, policy)) continue;
      const is = standingOf(entry, scan, policy);
      if (is !== null) found.set(key, is);
    }
  }
  return found;
}
