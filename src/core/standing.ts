// How digests stand by the policy in force, and since when evidence is known: what the memory keeps of judgements.
import type { Acting } from './acting.ts';
import { evidenceKey } from './memory.ts';
import type { Remembered, Standing } from './memory.ts';
import type { Policy } from './policy.ts';
import type { Judgement } from './judgement.ts';
import type { ContainerImage } from './workload.ts';
import { decides } from './verdict.ts';

/** What condemns a digest: under another measure standings cannot be compared. */
export function measureOf({ security, license, unscanned }: Policy): string {
  const { minSeverity, fixableOnly, applicableOnly, basis } = security;
  const lists = [license.basis, license.denied, license.allowed];
  return JSON.stringify([minSeverity, fixableOnly, applicableOnly, basis, ...lists, unscanned.reasons]);
}

/** Takes in what judgements show; gives back what is new and worth keeping, or null. */
export function remember(
  acting: Acting,
  judgements: Iterable<Judgement>,
  policy: Policy,
  now: number,
): Remembered | null {
  const firstSeen = acting.firstSeen as Map<string, number>;
  const standings = acting.standings as Map<string, Standing>;
  const measure = measureOf(policy);
  if (measure !== acting.measure) {
    standings.clear();
    (acting as { measure: string }).measure = measure;
  }
  const fresh: { firstSeen: Record<string, number>; standings: Record<string, Standing> } = {
    firstSeen: {},
    standings: {},
  };
  let any = false;
  for (const judgement of judgements) {
    for (const { evidence } of judgement.decided.conditions) {
      for (const key of evidence.map(evidenceKey)) {
        if (firstSeen.has(key)) continue;
        firstSeen.set(key, now);
        fresh.firstSeen[key] = now;
        any = true;
      }
    }
    for (const [digest, is] of standingsIn(judgement, policy)) {
      const before = standings.get(digest);
      if (before?.is === is) continue;
      const standing = { is, since: now, turned: before !== undefined && is !== 'clean' };
      standings.set(digest, standing);
      fresh.standings[digest] = standing;
      any = true;
    }
  }
  return any ? { ...fresh, measure } : null;
}

/** Of the deciding images that were answered for. */
function* standingsIn({ workload, verdict, decided }: Judgement, policy: Policy): Iterable<[string, Standing['is']]> {
  const missing = new Set(verdict.unanswered.map(({ image }) => image));
  const bad = new Map<string, Standing['is']>();
  for (const { evidence } of decided.conditions) {
    for (const one of evidence) {
      if (one.type !== 'unscanned') bad.set(one.image, 'condemned');
      else if (policy.unscanned.reasons.includes(one.reason)) bad.set(one.image, bad.get(one.image) ?? 'unscanned');
    }
  }
  for (const entry of workload.images) {
    const digest = digestOf(entry);
    if (digest === null || !decides(entry, policy)) continue;
    const is = bad.get(digest);
    if (is !== undefined) yield [digest, is];
    else if (!missing.has(digest)) yield [digest, 'clean'];
  }
}

function digestOf({ image }: ContainerImage): string | null {
  return image.digest;
}
