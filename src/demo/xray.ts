// A made-up Xray that lives: it takes a moment to answer, learns of new things, and may be away. What it does not answer is
// unknown, never anything else.
import type { Fact } from '../core/inventory.ts';
import type { Digest } from '../core/image.ts';
import type { Question } from '../core/plan.ts';
import { unknownScan } from '../core/scan.ts';
import type { DemoClock } from './agenda.ts';
import type { Answer } from './answers.ts';
import { createBroadcast } from './broadcast.ts';
import type { DemoImage } from './image.ts';
import { knownImages, scanOf } from './scanning.ts';
import type { DemoScanner } from './shop.ts';

export interface LivingXray {
  readonly scanner: DemoScanner;
  /** What is new at it, `ImagesNews` and `NewsFault`. */
  readonly news: { follow(signal: AbortSignal): AsyncIterable<readonly Fact[]> };
  /** Answers otherwise from now on, and tells so. `from` as in `ImagesNews`. */
  learn(image: DemoImage, answer: Answer, from: string): void;
  /** Cannot be reached until it is back. */
  goAway(): void;
  comeBack(): void;
}

/** Milliseconds until it answers. */
const answering = 400;

const cause = 'Xray at acme.jfrog.io cannot be reached: connect ECONNREFUSED';

export function createXray(clock: DemoClock): LivingXray {
  const since = clock.now();
  const known = knownImages();
  const broadcast = createBroadcast();
  let isAway = false;

  const tellNews = (digests: readonly Digest[], everything: boolean, from: string): void => {
    const named = { digests, folders: [], repositories: [], everything };
    broadcast.put([{ type: 'ImagesNews', at: clock.now(), ...named, from }]);
  };
  const answerTo = (question: Question, askedAt: number, signal: AbortSignal): Fact => {
    const { image } = question;
    const times = { since, now: askedAt };
    if (signal.aborted) {
      const scan = unknownScan('timeout', 'Xray had not answered when the run ended', askedAt, image.digest);
      return { type: 'ScanRead', image, scan };
    }
    const scan = isAway ? unknownScan('unreachable', cause, askedAt, image.digest) : scanOf(question, known, times);
    return { type: 'ScanRead', image, scan };
  };
  return {
    scanner: {
      async *ask(questions, signal) {
        const askedAt = clock.now();
        await passed(clock, answering, signal);
        for (const question of questions) yield answerTo(question, askedAt, signal);
      },
    },
    news: {
      follow: (signal) =>
        broadcast.follow(() => (isAway ? [[{ type: 'NewsFault', from: 'xray', message: cause }]] : []), signal),
    },
    learn: (image, answer, from) => {
      const changed = { ...image, answer };
      known.set(image.digest, changed).set(image.reference, changed);
      tellNews([image.digest], false, from);
    },
    goAway: () => {
      isAway = true;
      broadcast.put([{ type: 'NewsFault', from: 'xray', message: cause }]);
    },
    comeBack: () => {
      isAway = false;
      broadcast.put([{ type: 'NewsFault', from: 'xray', message: null }]);
      tellNews([], true, 'violations');
    },
  };
}

function passed(clock: DemoClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(milliseconds, resolve);
  const stop = (): void => {
    cancel();
    resolve();
  };
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', stop));
}
