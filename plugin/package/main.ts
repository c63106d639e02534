// Makes the files of a release: npm run package -- [--only linux-amd64,darwin-arm64] [--from URL] [--out FOLDER]
// [--index FOLDER]. One archive for each platform with its bill of materials, the npm package, the sums of all, krew's
// manifest, and where they come from; krew-manifest.yaml gets the sums, too. The same sources make the same bytes.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs, promisify } from 'node:util';
import { root, versionOf } from '../bundle.ts';
import { bundledPackages, forbiddenLicenses, licensesText } from './bundled.ts';
import type { BundledPackage } from './bundled.ts';
import { executableOf } from './executable.ts';
import { krewManifest } from './krew.ts';
import { archiveName, manifestName, provenanceName, sbomName, sumsName } from './names.ts';
import { makeProgram } from './program.ts';
import type { Program } from './program.ts';
import { provenanceOf } from './provenance.ts';
import type { Digest } from './provenance.ts';
import { runtimeOf } from './runtimes.ts';
import type { Runtime } from './runtimes.ts';
import { partsOf } from './node-parts.ts';
import { sbomOf } from './sbom.ts';
import { packed, unpacked } from './tar.ts';
import { binOf, nodeVersion, platformOf, targets } from './targets.ts';
import type { Target } from './targets.ts';

const run = promisify(execFile);

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    out: { type: 'string' },
    from: { type: 'string' },
    index: { type: 'string' },
  },
});
const out = resolve(root, values.out ?? 'release');
// What is checked in has the sums of what was made last, of all platforms.
const isWhole = values.out === undefined && values.only === undefined;
const version = versionOf();
if (process.versions.node !== nodeVersion) {
  throw new Error(`this Node is ${process.versions.node}, not ${nodeVersion}: run it with npm run package`);
}
const work = mkdtempSync(join(tmpdir(), 'kubectl-xray-package-'));
try {
  await release(targets.filter(isWanted(values.only)));
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function release(wanted: readonly Target[]): Promise<void> {
  makeEmpty(out);
  const shared = await preparation();
  const digests: Digest[] = [];
  const made = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(join(out, name), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    digests.push({ name, sha256 });
    digests.sort((a, b) => (a.name < b.name ? -1 : 1));
    return sha256;
  };
  const archives = await inTwoLanes(wanted, async (target) => {
    const { archive, sbom } = await archiveOf(target, await runtimeOf(target), shared);
    made(sbomName(version, target), sbom);
    const sha256 = made(archiveName(version, target), archive);
    console.error(`${archiveName(version, target)}  ${(archive.length / 1e6).toFixed(1)} MB`);
    return { target, sha256 };
  });
  const tarball = await npmPackage();
  made(tarball, readFileSync(join(out, tarball)));
  const byHand = readFileSync(join(root, 'krew-manifest.yaml'), 'utf8');
  const manifest = krewManifest(byHand, { version, from: values.from ?? homeOf(), archives });
  made(manifestName, manifest);
  publishManifest(manifest);
  made(provenanceName(version), provenanceOf(await origin(), [...digests]));
  writeFileSync(join(out, sumsName), digests.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
}

/** Only of what is empty, or holds an earlier release. */
function makeEmpty(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  if (names.length > 0 && !names.includes(sumsName)) throw new Error(`${folder} is not empty, and holds no release`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

function publishManifest(manifest: string): void {
  if (isWhole) writeFileSync(join(root, 'krew-manifest.yaml'), manifest);
  if (values.index === undefined) return;
  const plugins = join(resolve(values.index), 'plugins');
  mkdirSync(plugins, { recursive: true });
  writeFileSync(join(plugins, manifestName), manifest);
}

/** What all archives have of the same. */
async function preparation(): Promise<Shared> {
  const program = await makeProgram();
  const packages = bundledPackages(program.metafile);
  const forbidden = forbiddenLicenses(packages);
  if (forbidden.length > 0) throw new Error(`not to be handed out:\n${forbidden.join('\n')}`);
  return { program, packages };
}

/** Of Node and what is in it. The package for Windows leaves them out: then those of another that is of the same version. */
async function licenseOf({ runtime }: Target, own: string | null): Promise<string> {
  if (own !== null) return own;
  for (const other of targets.filter((one) => one.runtime.version === runtime.version)) {
    const { license } = await runtimeOf(other);
    if (license !== null) return license;
  }
  throw new Error(`no runtime brings the license of Node ${runtime.version}`);
}

/** Each wants several hundred megabytes, and keeps a processor busy for half of its time. */
async function inTwoLanes<A, B>(all: readonly A[], each: (one: A) => Promise<B>): Promise<readonly B[]> {
  const results: B[] = [];
  const left = all.entries();
  const lane = async (): Promise<void> => {
    for (const [index, one] of left) results[index] = await each(one);
  };
  await Promise.all([lane(), lane()]);
  return results;
}

interface Shared {
  readonly program: Program;
  readonly packages: readonly BundledPackage[];
}

async function archiveOf(
  target: Target,
  { executable: node, license }: Runtime,
  { program, packages }: Shared,
): Promise<{ readonly archive: Buffer; readonly sbom: string }> {
  const executable = await executableOf(target, node, program, join(work, platformOf(target)));
  const sha256 = createHash('sha256').update(executable).digest('hex');
  const sbom = sbomOf({ version, target, packages, nodeParts: partsOf(target.runtime.version), sha256 });
  const texts = licensesText(packages, await licenseOf(target, license));
  const archive = await packed([
    { path: binOf(target), bytes: executable, executable: true },
    { path: 'LICENSE', bytes: readFileSync(join(root, 'LICENSE')), executable: false },
    { path: 'THIRD-PARTY-LICENSES.txt', bytes: Buffer.from(texts), executable: false },
  ]);
  rmSync(join(work, platformOf(target)), { recursive: true, force: true });
  return { archive, sbom };
}

/** dist/ as it is built; its name. Packed once more, as npm takes over the modes that files happen to have here. */
async function npmPackage(): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', out], {
    cwd: root,
  });
  const name = stdout.trim();
  const entries = await unpacked(readFileSync(join(out, name)));
  writeFileSync(join(out, name), await packed(entries.map((entry) => ({ ...entry, executable: false }))));
  return name;
}

/** Where releases are fetched from, unless `--from` says. */
function homeOf(): string {
  const { config } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly config: { readonly releases: string };
  };
  return config.releases;
}

async function origin() {
  const machine = `${process.platform}-${process.arch}`;
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  try {
    const { stdout: commit } = await run('git', ['rev-parse', 'HEAD'], { cwd: root });
    const { stdout: status } = await run('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: root });
    return { version, commit: commit.trim(), changed: status !== '', machine, lock };
  } catch {
    return { version, commit: null, changed: false, machine, lock };
  }
}

function isWanted(only: string | undefined): (target: Target) => boolean {
  if (only === undefined) return () => true;
  const names = only.split(',');
  const unknown = names.filter((name) => !targets.some((target) => platformOf(target) === name));
  if (unknown.length > 0) throw new Error(`no such platform: ${unknown.join(', ')}`);
  return (target) => names.includes(platformOf(target));
}
