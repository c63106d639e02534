// Whose files are: those of a test are of whoever runs it, who may be root.
import { chmodSync, lchownSync } from 'node:fs';
import process from 'node:process';
import { userOf } from '../../src/state/trusted-folder.ts';
import type { User } from '../../src/state/trusted-folder.ts';

/** Whoever runs the tests. Where the platform has no owners there is nothing to be tested. */
export const me: User = userOf(process) ?? { uid: 0, gid: 0 };

/** Root may give things away; who else runs the tests is made out to be another to whom nothing here belongs. */
export function givenAway(...paths: readonly string[]): User {
  if (me.uid !== 0) return { uid: me.uid + 1, gid: me.gid + 1 };
  for (const path of paths) lchownSync(path, 65_534, 65_534);
  return me;
}

export function openToAll(path: string): void {
  chmodSync(path, 0o777);
}
