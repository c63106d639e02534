// Where the program starts: with its compiled code cached, in a folder of its own, then `main`.
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { folders } from '../src/settings/folders.ts';

try {
  const { cache } = folders(process.env, process.platform, homedir());
  const compiled = join(cache, 'compiled');
  makeFolder(compiled, 8);
  chmodSync(compiled, 0o700);
  enableCompileCache(compiled);
} catch {
  // No home, or a read-only one: it only starts a little slower.
}

const { main } = await import('../src/main.ts');
await main();

/** Node's own `recursive` never ends below /proc. Gives up after so many levels, or on the first error. */
function makeFolder(path: string, levels: number): void {
  if (levels === 0 || existsSync(path)) return;
  makeFolder(dirname(path), levels - 1);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another run may have made it just now.
    if (!existsSync(path)) throw error;
  }
}
