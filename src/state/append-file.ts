// A file of lines that are only ever added, by any number of processes. A line is on disk before it counts as written; a
// half line, left by a process that was killed or by a full disk, is passed over by readers and by the next writer.
import { randomUUID } from 'node:crypto';
import { open, rename, stat, unlink, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './errors.ts';
import { fileMode, makeFolder, syncFolder } from './folder.ts';
import { inTurn } from './in-turn.ts';
import { isSpecial } from './json-file.ts';
import { whileLocked } from './lock.ts';
import type { Held, StateClock } from './lock.ts';

export interface AppendFile {
  /** Adds one line, on disk (fsync) when it resolves. Rejects as `node:fs` does, and then leaves nothing of the line. */
  append(line: string): Promise<void>;
  /** Hands each whole line that was added since the last call to `take`, by whomever it was written. */
  news(take: (line: string) => void): Promise<void>;
  /**
   * The same, and then, before anybody else can, adds the line that `make` gives back, or puts lines in place of all there
   * are. `size` is that of the file in bytes. What it wrote is handed out by the next call.
   */
  after(take: (line: string) => void, make: (size: number) => Written): Promise<void>;
}

/** Null: nothing is written. */
export type Written = { readonly add: string } | { readonly instead: readonly string[] } | null;

export interface AppendFileOptions {
  readonly clock: StateClock;
  /** Hears once that the end of the file is half a line. */
  readonly onHalfLine: () => void;
  /** The file is another one now: all of its lines are handed out again. */
  readonly onReplaced?: () => void;
  /** False: a line may be lost where the machine itself stops; nobody waits for the disk then. */
  readonly synced?: boolean;
}

const newline = 0x0a;
const chunkSize = 256 * 1024;
/** Bytes; none of our lines is nearly as long. */
const longest = 64 * 1024 * 1024;

export function appendFile(file: string, options: AppendFileOptions): AppendFile {
  const { clock, onHalfLine, onReplaced, synced = true } = options;
  const [writing, reading] = [inTurn(), inTurn()];
  const lock = `${file}.lock`;
  /** Up to where lines were handed out, and the length of the file whose half line was told of. */
  let handedOut = 0;
  let told = -1;
  /** Which file that was; null: none yet. */
  let identity: string | null = null;
  let folderSynced = false;

  const read = async (take: (line: string) => void): Promise<number> => {
    /** A shorter file is another one too: it was replaced. */
    const isOther = (now: string, length: number): boolean => {
      const other = length < handedOut || (onReplaced !== undefined && identity !== null && identity !== now);
      identity = now;
      if (other) onReplaced?.();
      return other;
    };
    const { end, size } = await readLines(file, handedOut, isOther, take);
    handedOut = end;
    return size;
  };
  const news = async (take: (line: string) => void): Promise<void> => {
    const size = await read(take);
    if (size === handedOut || size === told) return;
    // Somebody may be writing it this very moment: whoever has the lock sees no line that is under way.
    const settled = await whileLocked(lock, clock, () => read(take)).catch(() => size);
    if (settled === handedOut) return;
    if (told < 0) onHalfLine();
    told = settled;
  };
  return {
    append: (line) =>
      writing(async () => {
        await makeFolder(dirname(file));
        await whileLocked(lock, clock, (held) => addLine(file, line, held, synced));
        // Whoever made the file may have been stopped before its folder was on disk.
        if (!folderSynced && synced) await syncFolder(dirname(file));
        folderSynced = true;
      }),
    news: (take) => reading(() => news(take)),
    // Reading comes first, as it may wait for the lock too.
    after: (take, make) =>
      reading(() =>
        writing(async () => {
          await makeFolder(dirname(file));
          await whileLocked(lock, clock, async (held) => {
            const written = make(await read(take));
            if (written === null) return;
            if ('add' in written) await addLine(file, written.add, held, synced);
            else if (await held.stillHeld()) await replaceWhole(file, written.instead);
          });
        }),
      ),
  };
}

/** Whoever reads it meanwhile reads the old one to its end. */
async function replaceWhole(file: string, lines: readonly string[]): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, lines.map((line) => `${line}\n`).join(''), { mode: fileMode, flush: true });
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/** Reads whole lines from an offset on; `end` is behind the last of them, `size` what there is of the file. */
async function readLines(
  file: string,
  from: number,
  isOther: (identity: string, length: number) => boolean,
  take: (line: string) => void,
): Promise<{ readonly end: number; readonly size: number }> {
  const found = await stat(file, { bigint: true }).catch(nullWhereMissing);
  // Who opens a pipe may wait for ever, and who reads a device may read for ever.
  if (found !== null && isSpecial(found)) throw new Error('it is no file, but a pipe or a device');
  const handle = found === null ? null : await open(file, 'r').catch(nullWhereMissing);
  if (handle === null) return { end: from, size: from };
  try {
    // Numbers of files are given anew, so that the time of birth belongs to it.
    const { ino, birthtimeNs, size } = await handle.stat({ bigint: true });
    const start = isOther(`${ino} ${birthtimeNs}`, Number(size)) ? 0 : from;
    return await readOn(handle, start, take);
  } finally {
    await handle.close();
  }
}

function nullWhereMissing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

async function readOn(handle: FileHandle, start: number, take: (line: string) => void) {
  let [end, at] = [start, start];
  /** Of a line whose end has not come yet. */
  let rest: Buffer[] = [];
  let length = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, at);
    if (bytesRead === 0) return { end, size: at };
    at += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    const last = chunk.lastIndexOf(newline);
    if (last < 0) {
      length += bytesRead;
      // It is none of ours: what begins it will do to tell that.
      if (length <= longest) rest.push(chunk);
      else rest = rest.slice(0, 1);
      continue;
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, last)]).toString('utf8');
    for (const line of whole.split('\n')) if (line !== '') take(line);
    rest = [Buffer.from(chunk.subarray(last + 1))];
    length = bytesRead - last - 1;
    end = at - length;
  }
}

async function addLine(file: string, line: string, held: Held, synced: boolean): Promise<void> {
  const handle = await open(file, 'a+', fileMode);
  try {
    const found = await handle.stat();
    const { size } = found;
    if (found.isFIFO()) throw new Error('it is no file, but a pipe');
    const bytes = Buffer.from(`${(await endsHalf(handle, size)) ? '\n' : ''}${line}\n`);
    try {
      await writeWhole(handle, bytes);
      if (synced) await handle.sync();
    } catch (error) {
      await takeBack(handle, size, bytes.length, held).catch(() => {});
      throw error;
    }
  } finally {
    await handle.close();
  }
}

async function endsHalf(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== newline;
}

/** One write; where the disk takes only a part of it, what is asked again says why. */
async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
}

/** Cuts off what there is of a line that was not acknowledged, unless anybody may have written behind it. */
async function takeBack(handle: FileHandle, before: number, length: number, held: Held): Promise<void> {
  const { size } = await handle.stat();
  if (size > before && size <= before + length && (await held.stillHeld())) await handle.truncate(before);
}
