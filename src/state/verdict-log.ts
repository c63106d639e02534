// What was seen of verdicts, in a cluster's folder, for any number of processes. It is kept as well as can be: where it
// cannot be read or written that is said once, and no command is held up by it. It does not grow without end: what is older
// than needed is folded into one look.
import { join } from 'node:path';
import { foldLine, nothingFolded, withoutOlder } from '../core/verdict-lines.ts';
import type { VerdictFold, VerdictLine } from '../core/verdict-lines.ts';
import { appendFile } from './append-file.ts';
import type { Written } from './append-file.ts';
import { cannot } from './errors.ts';
import { once } from './journal.ts';
import type { StateOptions } from './journal.ts';
import { decodeVerdictLine, encodeVerdictLine } from './verdict-line.ts';

export interface VerdictLog {
  /** All lines, in the order they were written by whomever. Never rejects: what cannot be read is not there. */
  read(): Promise<readonly VerdictLine[]>;
  /** Adds what `make` gives back for what is known by then; nothing where that is null. Never rejects. */
  add(make: (known: VerdictFold) => VerdictLine | null): Promise<void>;
}

/** Bytes of changes beyond which older ones are folded, and how many are left then. */
export interface Room {
  readonly most: number;
  readonly left: number;
}

const usualRoom: Room = { most: 2 * 1024 * 1024, left: 1024 * 1024 };

/** `folder` need not be there. */
export function openVerdictLog(folder: string, { clock, warn }: StateOptions, room = usualRoom): VerdictLog {
  const file = join(folder, 'verdicts.jsonl');
  const warnOnce = once(warn);
  const lines: VerdictLine[] = [];
  const sizes: number[] = [];
  /** Bytes of lines of other versions. */
  let others = 0;
  let fold = nothingFolded();
  const onHalfLine = (): void => warnOnce('half', `${file}: a line is not whole and is passed over`);
  const onReplaced = (): void => {
    lines.length = 0;
    sizes.length = 0;
    others = 0;
    fold = nothingFolded();
  };
  const log = appendFile(file, { clock, onHalfLine, onReplaced, synced: false });
  const take = (text: string): void => {
    const line = decodeVerdictLine(text);
    if (line === null) {
      if (text.startsWith('{"v":')) others += Buffer.byteLength(text) + 1;
      warnOnce('foreign', `${file}: lines of another version or damaged ones are passed over`);
      return;
    }
    lines.push(line);
    sizes.push(Buffer.byteLength(text) + 1);
    foldLine(fold, line);
  };
  const written = (line: VerdictLine, size: number): Written => {
    const text = encodeVerdictLine(line);
    const all = [...lines, line];
    const from = firstKept([...sizes, Buffer.byteLength(text) + 1], size, room);
    // What is no line at all, as after a loss of power, need not be read again and again.
    const nonsense = size - others - sizes.reduce((sum, one) => sum + one, 0);
    if (from === 0 && nonsense > room.most) return { instead: all.map(encodeVerdictLine) };
    return from === 0 ? { add: text } : { instead: withoutOlder(all, from).map(encodeVerdictLine) };
  };
  const instead = 'set KUBECTL_XRAY_HOME to a folder that can be used';
  return {
    read: async () => {
      await log.news(take).catch((error: unknown) => {
        warnOnce('read', cannot(`what was seen before cannot be read from ${file}`, error, instead).message);
      });
      return [...lines];
    },
    add: async (make) => {
      try {
        await log.after(take, (size) => {
          const line = make(fold);
          return line === null ? null : written(line, size);
        });
      } catch (error) {
        warnOnce('write', cannot(`what was seen cannot be kept in ${file}`, error, instead).message);
      }
    },
  };
}

/** The first line that stays as it is; 0: all do. The first of all is what older ones were folded into, and may be large. */
function firstKept(sizes: readonly number[], size: number, { most, left }: Room): number {
  const [first = 0] = sizes;
  if (size - first <= most) return 0;
  let kept = 0;
  for (let index = sizes.length - 1; index > 0; index -= 1) {
    kept += sizes[index] ?? 0;
    if (kept > left) return Math.min(index + 1, sizes.length - 1);
  }
  return 0;
}
