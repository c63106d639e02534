// A file of lines that are only ever added, by any number of processes. A line is on disk before it counts as written; a
// half line, left by a process that was killed or by a full disk, is passed over by readers and by the next writer.
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './errors.ts';
import { fileMode, makeFolder, syncFolder } from './folder.ts';
import { inTurn } from './in-turn.ts';
import { whileLocked } from './lock.ts';
import type { Held, StateClock } from './lock.ts';

export interface AppendFile {
  /** Adds one line, on disk (fsync) when it resolves. Rejects as `node:fs` does, and then leaves nothing of the line. */
  append(line: string): Promise<void>;
  /** Hands each whole line that was added since the last call to `take`, by whomever it was written. */
  news(take: (line: string) => void): Promise<void>;
}

export interface AppendFileOptions {
  readonly clock: StateClock;
  /** Hears once that the end of the file is half a line. */
  readonly onHalfLine: () => void;
}

const newline = 0x0a;
const chunkSize = 256 * 1024;

export function appendFile(file: string, { clock, onHalfLine }: AppendFileOptions): AppendFile {
  const [writing, reading] = [inTurn(), inTurn()];
  const lock = `${file}.lock`;
  /** Up to where lines were handed out, and the length of the file whose half line was told of. */
  let handedOut = 0;
  let told = -1;
  let folderSynced = false;

  const read = async (take: (line: string) => void): Promise<number> => {
    const { end, size } = await readLines(file, handedOut, take);
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
        await whileLocked(lock, clock, (held) => addLine(file, line, held));
        // Whoever made the file may have been stopped before its folder was on disk.
        if (!folderSynced) await syncFolder(dirname(file));
        folderSynced = true;
      }),
    news: (take) => reading(() => news(take)),
  };
}

/** Reads whole lines from an offset on; `end` is behind the last of them, `size` what there is of the file. */
async function readLines(
  file: string,
  from: number,
  take: (line: string) => void,
): Promise<{ readonly end: number; readonly size: number }> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return { end: from, size: from };
  try {
    // A shorter file is another one: it was replaced.
    const start = (await handle.stat()).size < from ? 0 : from;
    return await readOn(handle, start, take);
  } finally {
    await handle.close();
  }
}

async function readOn(handle: FileHandle, start: number, take: (line: string) => void) {
  let [end, at] = [start, start];
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, at);
    if (bytesRead === 0) return { end, size: at };
    at += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    const last = chunk.lastIndexOf(newline);
    if (last < 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const whole = Buffer.concat([rest, chunk.subarray(0, last)]).toString('utf8');
    for (const line of whole.split('\n')) if (line !== '') take(line);
    rest = Buffer.from(chunk.subarray(last + 1));
    end = at - rest.length;
  }
}

async function addLine(file: string, line: string, held: Held): Promise<void> {
  const handle = await open(file, 'a+', fileMode);
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.from(`${(await endsHalf(handle, size)) ? '\n' : ''}${line}\n`);
    try {
      await writeWhole(handle, bytes);
      await handle.sync();
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
