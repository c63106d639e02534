// Keeps compiled code in files, a folder for each build of the program. It must never hand on code that is not whole: the
// engine does not look, and would crash. Nor code that anybody else may have put there: it is run.
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { crc32 } from 'node:zlib';
import { makeFolder } from '../../src/settings/make-folder.ts';
import { faultOf, openingOf } from '../../src/state/trusted-folder.ts';
import type { User } from '../../src/state/trusted-folder.ts';
import type { CompiledCode } from './chunks.ts';

/** Before the code, its sum: what a crash of the machine leaves behind may have the right length. */
const sumBytes = 4;

/**
 * `build` names the very texts, the engine and the processor that the code is for, and begins with sixteen hex digits. The
 * folders of other builds are removed when the first file is written. Where nothing can be written, or another than `user`
 * may write, nothing is kept.
 */
export function compiledIn(folder: string, build: string, user: User | null): CompiledCode {
  const own = join(folder, build);
  const isOurs = once(() => openingOf(own, user) === null);
  const isMade = once(() => isOurs() && makeOwn(folder, build) && openingOf(own, user) === null);
  return {
    read: (name) => {
      try {
        return isOurs() ? whole(readOurs(join(own, `${name}.bin`), user)) : null;
      } catch {
        return null;
      }
    },
    write: (name, code) => {
      try {
        if (!isMade()) return;
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

function makeOwn(folder: string, build: string): boolean {
  makeFolder(join(folder, build));
  const others = readdirSync(folder).filter((name) => /^[0-9a-f]{16}-/.test(name) && name !== build);
  for (const name of others) rmSync(join(folder, name), { recursive: true, force: true });
  return true;
}

/** Throws where it is a link, or another may have written it: before the folder was for its user alone, say. */
function readOurs(path: string, user: User | null): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const fault = user === null ? null : faultOf(fstatSync(file), user);
    if (fault !== null) throw new Error(`${path} ${fault}`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
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

function once(find: () => boolean): () => boolean {
  let found: boolean | null = null;
  return () => (found ??= find());
}
