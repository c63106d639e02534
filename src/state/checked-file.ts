// An adapter for lowdb, for what can be asked again: a file that says what it is and proves that nobody changed it. It is
// replaced whole and not synced, so after a crash of the machine it may be damaged, which the sum tells; then it counts as
// not there. Calls are made at once: in a busy program each that is waited for waits for its turn. What must not be lost is
// kept by json-file.ts and append-file.ts.
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import type { Adapter } from 'lowdb';
import { codeOf } from './errors.ts';
import { fileMode } from './folder.ts';
import { isSpecial, UnreadableFile } from './json-file.ts';

export interface CheckedFile<T> extends Adapter<T> {
  /** Null where there is none. Rejects with an UnreadableFile, or as `node:fs` does. */
  read(): Promise<T | null>;
  /** The folder has to be there. */
  write(data: T): Promise<void>;
  /** Bytes of the file as it was last read or written; 0: there is none. */
  bytes(): number;
}

const name = 'kubectl-xray';
/** Bytes; none of ours is nearly as large. */
const largest = 256 * 1024 * 1024;

/** `decode` throws for what is not whole; what it made is kept until the file is another one. */
export function checkedFile<T, F>(
  file: string,
  version: number,
  form: { encode(data: T): F; decode(tree: F): T },
): CheckedFile<T> {
  let kept: { readonly identity: string; readonly data: T } | null = null;
  let bytes = 0;

  const parse = (text: string): T => {
    try {
      return form.decode(JSON.parse(bodyOf(file, version, text)) as F);
    } catch (error) {
      throw error instanceof UnreadableFile ? error : new UnreadableFile(file, 'damaged', { cause: error });
    }
  };
  return {
    read: async () => {
      const found = identityOf(file);
      bytes = found?.bytes ?? 0;
      if (found === null) kept = null;
      else if (kept?.identity !== found.identity) {
        kept = { identity: found.identity, data: parse(readFileSync(file, 'utf8')) };
      }
      return kept?.data ?? null;
    },
    write: async (data) => {
      kept = null;
      const body = JSON.stringify(form.encode(data));
      replace(file, `${name} ${version} ${sumOf(body)}\n${body}`);
      const found = identityOf(file);
      bytes = found?.bytes ?? 0;
      if (found !== null) kept = { identity: found.identity, data };
    },
    bytes: () => bytes,
  };
}

/** The first line names program, version of the form and sum of the rest. */
function bodyOf(file: string, version: number, text: string): string {
  const end = text.indexOf('\n');
  const [program, form, sum] = text.slice(0, Math.max(0, end)).split(' ');
  const body = text.slice(end + 1);
  if (program === name && Number(form) > version) throw new UnreadableFile(file, 'later');
  if (program !== name || Number(form) !== version || sum !== sumOf(body)) throw new UnreadableFile(file, 'damaged');
  return body;
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function replace(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: fileMode, flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {}
    throw error;
  }
}

/** Each write makes a new file, with another inode or time. */
function identityOf(file: string): { readonly identity: string; readonly bytes: number } | null {
  try {
    const found = statSync(file, { bigint: true });
    if (isSpecial(found) || found.size > largest) throw new UnreadableFile(file, 'damaged');
    return { identity: `${found.ino} ${found.mtimeNs} ${found.size}`, bytes: Number(found.size) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
