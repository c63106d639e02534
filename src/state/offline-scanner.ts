// A scanner that asks nobody: what is kept answers, whatever its age, and what is not kept is unknown.
import type { Fact } from '../core/fact.ts';
import { unknownScan } from '../core/scan.ts';
import type { Scan } from '../core/scan.ts';
import type { CachedQuestion } from './cached-scanner.ts';
import { isFromTheFuture, tellsWithout } from './kept-scan.ts';
import type { KeptScan } from './kept-scan.ts';
import type { StateClock } from './lock.ts';
import type { AnyScanner } from './once-scanned.ts';
import type { ScanCache } from './scan-cache.ts';

/** `caches`: the first that has an answer gives it. How old it may be is not looked at; times in the future are no times. */
export function offlineScanner(caches: readonly ScanCache[], clock: StateClock): AnyScanner<CachedQuestion> {
  return {
    async *ask(questions): AsyncGenerator<Fact, void, undefined> {
      const keys = questions.map(({ image }) => image.key);
      const kept = new Map<string, KeptScan>();
      for (const cache of caches.toReversed()) for (const [key, one] of await cache.read(keys)) kept.set(key, one);
      for (const question of questions) {
        yield { type: 'ScanRead', image: question.image, scan: answer(question, kept.get(question.image.key), clock) };
      }
    },
  };
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
  return tellsWithout(kept, violations, `its violations are not in the cache, and ${nobody}`);
}
