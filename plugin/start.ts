// Where the program starts: with its compiled code cached, in a folder of its own, then `main`.
import { chmodSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { folders } from '../src/settings/folders.ts';
import { makeFolder } from '../src/settings/make-folder.ts';

try {
  const { cache } = folders(process.env, process.platform, homedir());
  const compiled = join(cache, 'compiled');
  makeFolder(compiled);
  chmodSync(compiled, 0o700);
  enableCompileCache(compiled);
} catch {
  // No home, or a read-only one: it only starts a little slower.
}

const { main } = await import('../src/main.ts');
await main();
