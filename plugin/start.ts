#!/usr/bin/env node
// Where the program starts under a Node: with its compiled code cached, in a folder of its own, then `main`.
import { readdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { folders, homeFolder } from '../src/settings/folders.ts';
import { makeFolder } from '../src/settings/make-folder.ts';
import { openingOf, userOf } from '../src/state/trusted-folder.ts';
import { ignoreNodeVariables } from './node-variables.ts';

const oldest = 22;

if (Number.parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(`error: kubectl-xray needs Node ${oldest}.19 or newer; this is ${process.versions.node}\n`);
  process.exit(1);
}
ignoreNodeVariables([...process.execArgv, ...process.argv.slice(1)]);
// The launcher says it; npm calls this file by a link of that name.
process.env['KUBECTL_XRAY_CALLED_AS'] ??= basename(process.argv[1] ?? '');
try {
  const { cache } = folders(process.env, process.platform, homeFolder(process.platform, homedir));
  const compiled = join(cache, 'compiled');
  const user = userOf(process);
  const isOurs = (folder: string): boolean => openingOf(folder, user) === null;
  // What lies there is run: it is taken only where nobody else may have put it there.
  if (isOurs(compiled)) {
    makeFolder(compiled);
    // Node makes a folder for each of its versions.
    const all = [compiled, ...readdirSync(compiled).map((name) => join(compiled, name))];
    if (all.every(isOurs)) enableCompileCache(compiled);
  }
} catch {
  // No home, or a read-only one: it only starts a little slower.
}

const { main } = await import('../src/main.ts');
await main();
