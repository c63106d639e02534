// Which digests an Xray has ever scanned, and since when one is pending: kept by server and beside no cache, because Xray
// forgets what nobody pulls, and a digest that was once scanned never becomes unscanned.
import { join } from 'node:path';
import type { Digest } from '../core/image.ts';
import { appendFile } from './append-file.ts';
import { cannot } from './errors.ts';
import { inTurn } from './in-turn.ts';
import { once } from './journal.ts';
import type { StateOptions } from './journal.ts';

export interface ScannedStore {
  /** Reads what other processes have written. Never rejects. */
  refresh(): Promise<void>;
  /** When it was last seen scanned, ms since the epoch, give or take a month; null: never. */
  scannedAt(digest: Digest): number | null;
  /** For the scanner's option of that name: ms since the epoch; null where it was not seen pending. */
  pendingSince(digest: Digest): number | null;
  /** What was seen of a digest, and when. Known at once, on disk within about a second. */
  see(what: 'scanned' | 'pending' | 'settled', digest: Digest, at: number): void;
  /** Puts on disk what is not yet. Never rejects. */
  flush(): Promise<void>;
}

/** One thing seen: `settled` is an answer that ends `pending` and is not `scanned`. Times are ms since the epoch. */
type Seen = readonly [what: 'scanned' | 'pending' | 'settled', digest: Digest, at: number];

/** How long a line waits for others, and how old "last seen scanned" grows before it is written again; ms. */
const gathering = 1000;
const month = 30 * 24 * 60 * 60 * 1000;
const version = 1;
const instead = 'set KUBECTL_XRAY_HOME to a folder that can be used';

/** `folder` is that of one Xray (`xrayFolder`), and need not be there. Where it cannot be read, a warning says so. */
export async function openScanned(folder: string, { clock, warn }: StateOptions): Promise<ScannedStore> {
  const file = join(folder, 'scanned.jsonl');
  const warnOnce = once(warn);
  const onHalfLine = (): void => warnOnce('half', `${file}: a line is not whole and is passed over`);
  const lines = appendFile(file, { clock, onHalfLine });
  const scanned = new Map<Digest, number>();
  const pending = new Map<Digest, number>();
  /** When an answer last said that it is not pending. */
  const answered = new Map<Digest, number>();
  let unsaved: Seen[] = [];
  let cancel: (() => void) | null = null;

  /** True where it says something new. Lines of our own come again, so older ones undo nothing. */
  const learn = ([what, digest, at]: Seen): boolean => {
    if (what === 'pending') {
      if (pending.has(digest) || at <= (answered.get(digest) ?? -Infinity)) return false;
      pending.set(digest, at);
      return true;
    }
    answered.set(digest, Math.max(at, answered.get(digest) ?? -Infinity));
    const ends = (pending.get(digest) ?? Infinity) <= at && pending.delete(digest);
    if (what === 'settled' || at - (scanned.get(digest) ?? -Infinity) < month) return ends;
    scanned.set(digest, at);
    return true;
  };
  const refresh = async (): Promise<void> => {
    try {
      await lines.news((line) => {
        const seen = parse(line);
        if (seen === null) warnOnce('foreign', `${file}: lines of another version or damaged ones are passed over`);
        else for (const one of seen) learn(one);
      });
    } catch (error) {
      warnOnce('read', cannot(`which images were scanned before cannot be read from ${file}`, error, instead).message);
    }
  };
  const turn = inTurn();
  const write = async (): Promise<void> => {
    cancel?.();
    cancel = null;
    const batch = unsaved;
    unsaved = [];
    if (batch.length === 0) return;
    try {
      await lines.append(JSON.stringify({ v: version, seen: batch }));
    } catch (error) {
      unsaved = [...batch, ...unsaved];
      warnOnce('write', cannot(`which images were scanned cannot be kept in ${file}`, error, instead).message);
    }
  };
  // Whoever asks while it is being written waits for that too.
  const flush = (): Promise<void> => turn(write);
  const see = (...seen: Seen): void => {
    if (!learn(seen)) return;
    unsaved.push(seen);
    cancel ??= clock.after(gathering, () => void flush());
  };
  await refresh();
  return {
    refresh,
    scannedAt: (digest) => scanned.get(digest) ?? null,
    pendingSince: (digest) => pending.get(digest) ?? null,
    see,
    flush,
  };
}

function parse(line: string): readonly Seen[] | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== version) return null;
    return 'seen' in value && Array.isArray(value.seen) && value.seen.every(isSeen) ? value.seen : null;
  } catch {
    return null;
  }
}

function isSeen(value: unknown): value is Seen {
  if (!Array.isArray(value)) return false;
  const [what, digest, at] = value as readonly unknown[];
  return (
    (what === 'scanned' || what === 'pending' || what === 'settled') &&
    typeof digest === 'string' &&
    typeof at === 'number'
  );
}
