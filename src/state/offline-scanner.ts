// A scanner that asks nobody: what is kept answers, whatever its age, and what is not kept is unknown.
import type { Fact } from '../core/fact.ts';
import { unknownScan } from '../core/scan.ts';
import type { Scan } from '../core/scan.ts';
import type { CachedQuestion } from './cached-scanner.ts';
import { day, isFromTheFuture, tellsWithout } from './kept-scan.ts';
import type { KeptScan } from './kept-scan.ts';
import type { StateClock } from './lock.ts';
import type { AnyScanner } from './once-scanned.ts';
import type { ScanCache } from './scan-cache.ts';

/**
 * `caches`: of two that have an answer the better gives it, and the first of equals. How old it may be is not looked at;
 * times in the future are no times.
 */
export function offlineScanner(caches: readonly ScanCache[], clock: StateClock): AnyScanner<CachedQuestion> {
  return {
    async *ask(questions): AsyncGenerator<Fact, void, undefined> {
      const keys = questions.map(({ image }) => image.key);
      const kept = new Map<string, KeptScan>();
      const now = clock.now();
      for (const cache of caches) {
        for (const [key, one] of await cache.read(keys)) if (isBetter(one, kept.get(key), now)) kept.set(key, one);
      }
      for (const question of questions) {
        yield { type: 'ScanRead', image: question.image, scan: answer(question, kept.get(question.image.key), clock) };
      }
    },
  };
}

/** What Xray has scanned says more than that somebody was not told of it; then the youngest, as more may be known by then. */
function isBetter(one: KeptScan, other: KeptScan | undefined, now: number): boolean {
  if (other === undefined) return true;
  const ranks = ({ scan, at }: KeptScan): number[] => [
    Number(!isFromTheFuture(at, now)),
    Number(scan.state === 'scanned'),
    scan.askedAt,
  ];
  const [mine, its] = [ranks(one), ranks(other)];
  const differs = mine.findIndex((rank, index) => rank !== its[index]);
  return differs >= 0 && (mine[differs] ?? 0) > (its[differs] ?? 0);
}

const nobody = '--offline asks nobody';

function answer({ image, violations }: CachedQuestion, kept: KeptScan | undefined, clock: StateClock): Scan {
  const now = clock.now();
  if (image.basis === 'reference') return unknownScan('unreachable', `it has no digest yet, and ${nobody}`, now);
  if (kept === undefined) return unknownScan('unreachable', `not in the cache, and ${nobody}`, now, image.digest);
  if (isFromTheFuture(kept.at, now)) {
    const cause = `its answer in the cache is from the future by the clock of this machine, and ${nobody}`;
    return unknownScan('unreachable', cause, now, image.digest);
  }
  if (kept.scan.state === 'pending' && now - kept.at > day) {
    const since = new Date(kept.at).toISOString();
    return unknownScan('pendingTooLong', `it was being scanned at ${since}, and ${nobody}`, now, image.digest);
  }
  return tellsWithout(kept, violations, `its violations are not in the cache, and ${nobody}`);
}
