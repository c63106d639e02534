// The files of a release, made as `npm run package` makes them, in a folder of the test's own.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { root, versionOf } from '../../plugin/bundle.ts';
import { archiveName, manifestName, sumsName } from '../../plugin/package/names.ts';
import { type ReadEntry, unpacked } from '../../plugin/package/tar.ts';
import { type Target, targets } from '../../plugin/package/targets.ts';
import type { KrewManifest } from './krew-rules.ts';

export const version = versionOf();

/** Of this machine. */
export const here = targetHere();

function targetHere(): Target {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const found = targets.find((target) => target.os === os && target.arch === arch);
  if (found === undefined) throw new Error(`no release is for ${os} and ${arch}`);
  return found;
}

export async function makeRelease(folder: string, ...args: readonly string[]): Promise<void> {
  const command = [join(root, 'plugin', 'package', 'main.ts'), '--out', folder, ...args];
  await promisify(execFile)(process.execPath, command, { cwd: root });
}

export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** File to sum, as the release says. */
export function sumsIn(folder: string): Readonly<Record<string, string>> {
  const lines = readFileSync(join(folder, sumsName), 'utf8').trimEnd().split('\n');
  return Object.fromEntries(lines.map((line) => line.split('  ').toReversed()));
}

export function manifestIn(folder: string): KrewManifest {
  return parse(readFileSync(join(folder, manifestName), 'utf8')) as KrewManifest;
}

export async function entriesOf(folder: string, target: Target): Promise<readonly ReadEntry[]> {
  return unpacked(readFileSync(join(folder, archiveName(version, target))));
}

export interface Installed {
  /** With the plugin in it, as krew links it, and nothing else. */
  readonly bin: string;
  readonly program: string;
}

/** Unpacks and links as krew does: into a store by plugin and version, a link in the folder that is on PATH. */
export function installAsKrew(krewRoot: string, entries: readonly ReadEntry[], bin: string): Installed {
  const store = join(krewRoot, 'store', 'xray', `v${version}`);
  for (const { path, bytes, mode } of entries) {
    const to = join(store, path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, bytes, { mode });
  }
  const links = join(krewRoot, 'bin');
  mkdirSync(links, { recursive: true });
  const program = join(links, 'kubectl-xray');
  symlinkSync(join(store, bin), program);
  return { bin: links, program };
}
