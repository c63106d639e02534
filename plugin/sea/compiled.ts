// Keeps compiled code in files, a folder for each build of the program. It must never hand on code that is not whole: the
// engine does not look, and would crash.
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { crc32 } from 'node:zlib';
import { makeFolder } from '../../src/settings/make-folder.ts';
import type { CompiledCode } from './chunks.ts';

/** Before the code, its sum: what a crash of the machine leaves behind may have the right length. */
const sumBytes = 4;

/**
 * `build` names the very texts, the engine and the processor that the code is for, and begins with sixteen hex digits. The
 * folders of other builds are removed when the first file is written. Where nothing can be written, nothing is kept.
 */
export function compiledIn(folder: string, build: string): CompiledCode {
  const own = join(folder, build);
  const made = once(() => makeOwn(folder, build));
  return {
    read: (name) => {
      try {
        return whole(readFileSync(join(own, `${name}.bin`)));
      } catch {
        return null;
      }
    },
    write: (name, code) => {
      try {
        made();
        const path = join(own, `${name}.bin`);
        // Other runs write it, too, and nobody may read half of it.
        const unique = `${path}.${process.pid}`;
        writeFileSync(unique, Buffer.concat([sumOf(code), code]), { mode: 0o600 });
        renameSync(unique, path);
      } catch {
        // No home, or a read-only one: it only starts a little slower.
      }
    },
  };
}

function makeOwn(folder: string, build: string): void {
  makeFolder(folder);
  chmodSync(folder, 0o700);
  const others = readdirSync(folder).filter((name) => /^[0-9a-f]{16}-/.test(name) && name !== build);
  for (const name of others) rmSync(join(folder, name), { recursive: true, force: true });
  makeFolder(join(folder, build));
}

function whole(file: Buffer): Buffer | null {
  const code = file.subarray(sumBytes);
  return file.subarray(0, sumBytes).equals(sumOf(code)) ? code : null;
}

function sumOf(code: Buffer): Buffer {
  const sum = Buffer.alloc(sumBytes);
  sum.writeUInt32LE(crc32(code));
  return sum;
}

function once(call: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) call();
    isDone = true;
  };
}
