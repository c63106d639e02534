// In front of a scanner: what was once scanned never becomes unscanned, and what is pending is remembered as such. It
// keeps no answers.
import type { Digest, Image } from '../core/image.ts';
import type { Fact } from '../core/inventory.ts';
import { nothingFound } from '../core/scan.ts';
import type { Scan, UnscannedReason } from '../core/scan.ts';
import type { ScannedStore } from './scanned.ts';

/** A scanner of any kind of question, by the shape of the engine's. */
export interface AnyScanner<Q> {
  ask(questions: readonly Q[], signal: AbortSignal, more?: boolean): AsyncIterable<Fact>;
}

/** The same scanner, but for answers `unscanned` about a digest that was once scanned: those are `unknown: forgotten`. */
export function rememberScanned<Q>(scanner: AnyScanner<Q>, store: ScannedStore): AnyScanner<Q> {
  return { ask: (questions, signal, more) => remembering(scanner.ask(questions, signal, more), store) };
}

async function* remembering(answers: AsyncIterable<Fact>, store: ScannedStore): AsyncGenerator<Fact, void, undefined> {
  await store.refresh();
  try {
    for await (const fact of answers) {
      yield fact.type === 'ScanRead' ? { ...fact, scan: remembered(fact.image, fact.scan, store) } : fact;
    }
  } finally {
    // Nobody waits for the disk: the answers are out.
    void store.flush();
  }
}

function remembered(image: Image, scan: Scan, store: ScannedStore): Scan {
  const own = image.basis === 'digest' ? image.digest : scan.digest;
  const digests = new Set(own === null ? scan.judged : [own, ...scan.judged]);
  const see = (what: 'scanned' | 'pending' | 'settled', ones: Iterable<Digest>): void => {
    for (const digest of ones) store.see(what, digest, scan.askedAt);
  };
  switch (scan.state) {
    case 'scanned':
      // Of a partial index it is not said which children are scanned; `expired` is an old answer of ours.
      if (scan.reason !== 'expired') see('scanned', scan.reason === 'partial' && own !== null ? [own] : digests);
      return scan;
    case 'pending':
      see('pending', digests);
      return scan;
    case 'unscanned': {
      see('settled', digests);
      const times = [...digests].flatMap((digest) => store.scannedAt(digest) ?? []);
      return times.length === 0 ? scan : forgotten(scan, Math.max(...times));
    }
    case 'unknown':
      return scan;
    default:
      return scan satisfies never;
  }
}

const saysNow: Readonly<Record<UnscannedReason, string>> = {
  foreign: 'it is nowhere in Artifactory',
  neverScanned: 'it was never scanned',
  unconfirmed: 'it is not known',
  failed: 'its scan failed',
  unsupported: 'it cannot be scanned',
  gone: 'it is no longer in Artifactory',
};

function forgotten(scan: Extract<Scan, { state: 'unscanned' }>, lastSeen: number): Scan {
  const date = new Date(lastSeen).toISOString().slice(0, 10);
  const cause = `it was scanned once (last seen so about ${date}), and now the answer is that ${saysNow[scan.reason]}: pull it through Artifactory, or have Xray scan it again`;
  return { ...scan, state: 'unknown', reason: 'forgotten', cause, ...nothingFound };
}
