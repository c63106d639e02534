// The room's main file: looks images up at Xray, and at Artifactory where Xray's answer alone does not do. It settles
// how (batches, pace, fallbacks, indexes, violations), never when or what for, and remembers no answer beyond a run.
// Every question gets one Scan; a failure is a Scan too, and nothing is thrown.
import { parseImageReference } from '../core/image.ts';
import type { Digest, Image } from '../core/image.ts';
import type { Fact } from '../core/inventory.ts';
import { unknownScan } from '../core/scan.ts';
import type { Scan } from '../core/scan.ts';
import { createXrayClient } from './client.ts';
import type { XrayClient } from './client.ts';
import type { XrayConnection } from './connect.ts';
import { notInTime } from './failure.ts';
import { judgeDigest } from './judge-digest.ts';
import { createManifests } from './manifests.ts';
import { createNewsOnce } from './news-since.ts';
import type { NewsOnce } from './news-since.ts';
import { createRepositories } from './repositories.ts';
import type { RegistryMapping } from './repositories.ts';
import { resolveImage } from './resolve.ts';
import type { Room } from './room.ts';
import { createSearch } from './search.ts';
import { createSummaries } from './summary.ts';
import type { XrayClock } from './turnstile.ts';
import { createViolations } from './violations.ts';
import type { Kinds } from './violations.ts';
import { createWatches } from './watches.ts';

export interface XrayQuestion {
  readonly image: Image;
  /** An answer asked for before this time (ms since the epoch) does not do. */
  readonly notOlderThan: number;
  readonly violations: Kinds;
}

export interface XrayScannerOptions {
  readonly clock: XrayClock;
  /** 0 to 1, for the spread of retries. */
  readonly random?: () => number;
  readonly registries?: readonly RegistryMapping[];
  /** Since when a digest has been pending, for who remembers; without it, pending has no end. */
  readonly pendingSince?: (digest: Digest) => number | null;
}

export interface XrayScanner {
  /**
   * Yields one ScanRead for each question, with the image it was asked with, as answers come. `more` false: no further
   * questions are to be waited for to fill a batch.
   */
  ask(questions: readonly XrayQuestion[], signal: AbortSignal, more?: boolean): AsyncGenerator<Fact, void, undefined>;
  /** Asks again after a 401 or an untrusted certificate had ended all questions. */
  resume(): void;
  /** For others who ask the same Xray: its address and its failures are known to both. */
  readonly client: XrayClient;
  /** What is new, for whoever uses answers that are kept. */
  readonly news: NewsOnce;
}

export function createScanner(connection: XrayConnection, options: XrayScannerOptions): XrayScanner {
  const { clock } = options;
  const client = createXrayClient(connection, options);
  let running = new AbortController();
  let active = 0;
  let wanted = 0;
  const room = createRoom(client, options, () => running.signal);

  const begin = (): void => {
    active += 1;
    wanted += 1;
  };
  // What is under way ends with what it has, once nobody wants more of it.
  const giveUp = (): void => {
    wanted -= 1;
    if (wanted === 0) running.abort();
  };
  // When nobody waits any more, what is under way is taken back, and what was kept for the run is dropped.
  const end = (gaveUp: boolean): void => {
    active -= 1;
    if (!gaveUp) wanted -= 1;
    if (active > 0) return;
    wanted = 0;
    running.abort();
    running = new AbortController();
    for (const part of [room.summaries, room.search, room.violations, room.watches, room.repositories]) part.forget();
  };
  const look = async ({ image, notOlderThan, violations }: XrayQuestion): Promise<Scan> => {
    try {
      const reference = parseImageReference(image.reference);
      const signal = running.signal;
      const location =
        reference === null
          ? { ours: false, spots: [], failure: null }
          : await room.repositories.locate(reference, signal);
      const sought = {
        platform: image.platform,
        location,
        tag: reference?.tag ?? null,
        kinds: violations,
        since: notOlderThan,
        depth: 0,
      };
      const resolved = await resolveImage(room, image, reference, sought);
      if (resolved.is === 'settled') return resolved.scan;
      const scan = await judgeDigest(room, resolved.digest, sought);
      return image.basis === 'digest' ? scan : { ...scan, digest: resolved.digest };
    } catch (error) {
      if (running.signal.aborted || isAbort(error)) return unanswered(image);
      throw error;
    }
  };
  const unanswered = (image: Image): Scan => unknownScan('timeout', notInTime.message, clock.now(), image.digest);

  return {
    ask: (questions, signal, more = true) => {
      const asked = (): void => (more ? undefined : room.summaries.flush());
      return answers(questions, signal, { clock, begin, asked, giveUp, end, look, unanswered });
    },
    resume: () => client.resume(),
    client,
    news: createNewsOnce(client),
  };
}

/** Milliseconds that an answer has, once nobody waits any more, to be put together of what is there. */
const lastWords = 250;

interface Run {
  readonly clock: XrayClock;
  readonly giveUp: () => void;
  readonly begin: () => void;
  /** All questions have been put. */
  readonly asked: () => void;
  readonly end: (gaveUp: boolean) => void;
  readonly look: (question: XrayQuestion) => Promise<Scan>;
  readonly unanswered: (image: Image) => Scan;
}

async function* answers(
  questions: readonly XrayQuestion[],
  signal: AbortSignal,
  { clock, begin, asked, giveUp, end, look, unanswered }: Run,
): AsyncGenerator<Fact, void, undefined> {
  if (questions.length === 0) return;
  const open = new Map(questions.map((question, at) => [at, question]));
  const ready: Fact[] = [];
  let failure: { readonly error: unknown } | null = null;
  let wake: (() => void) | null = null;
  const settle = (at: number, scan: Scan): void => {
    const question = open.get(at);
    if (question === undefined || !open.delete(at)) return;
    ready.push({ type: 'ScanRead', image: question.image, scan });
    wake?.();
  };
  const settleAll = (): void => {
    for (const [at, { image }] of open) settle(at, unanswered(image));
  };
  const timers: (() => void)[] = [];
  const stop = (): void => {
    giveUp();
    timers.push(clock.after(lastWords, settleAll));
  };
  begin();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) {
      giveUp();
      settleAll();
    }
    for (const [at, question] of open) {
      look(question).then(
        (scan) => settle(at, scan),
        (error: unknown) => {
          failure = { error };
          wake?.();
        },
      );
    }
    asked();
    while (open.size > 0 || ready.length > 0) {
      if (failure !== null) throw (failure as { readonly error: unknown }).error;
      if (ready.length > 0) yield* ready.splice(0);
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    for (const cancel of timers) cancel();
    end(signal.aborted);
  }
}

function createRoom(
  client: ReturnType<typeof createXrayClient>,
  { registries = [], pendingSince = () => null }: XrayScannerOptions,
  signal: () => AbortSignal,
): Room {
  const repositories = createRepositories(client, registries);
  // Violations are asked about what summaries name: with the last of those, all their questions are put.
  const summaries = createSummaries(client, signal, () => violations.flush());
  const violations = createViolations(client, signal, () => summaries.busy());
  return {
    client,
    summaries,
    search: createSearch(client, signal),
    repositories,
    manifests: createManifests(client, repositories),
    violations,
    watches: createWatches(client),
    signal,
    pendingSince,
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.message === 'aborted');
}
