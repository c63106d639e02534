// What is saved from the screen: a new file, for the user alone.
import { writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { UsageError } from '../core/errors.ts';

const mostOfOneName = 1000;

/** Gives back its path; a name that is taken gets a number. */
export function saveNew(folder: string | null, name: string, text: string): string {
  if (folder === null) throw new UsageError(`${name} cannot be written: the current folder is gone`);
  const { name: stem, ext } = parse(name);
  for (let number = 1; number <= mostOfOneName; number += 1) {
    const path = join(folder, number === 1 ? name : `${stem}-${number}${ext}`);
    try {
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
      return path;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      if (code !== 'EEXIST') throw new UsageError(`${path} cannot be written: ${code}`, null, { cause: error });
    }
  }
  throw new UsageError(`${name} is there ${mostOfOneName} times already`, 'Move some of them away.');
}
