// The files of a release, made anew and used as a user does who has neither Node nor anything of ours: what is in them, and
// what comes of installing them.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../plugin/bundle.ts';
import { archiveName, manifestName, provenanceName, sbomName, sumsName } from '../../plugin/package/names.ts';
import { partsOf } from '../../plugin/package/node-parts.ts';
import { makeProgram, type Program } from '../../plugin/package/program.ts';
import { runtimeOf } from '../../plugin/package/runtimes.ts';
import { wrongSignature } from '../../plugin/package/sign-macho.ts';
import { binOf, platformOf, targets } from '../../plugin/package/targets.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { anActingShop } from '../cli/acting-shop.ts';
import { type Ended, runCli } from '../cli/run-cli.ts';
import { labelsIn, workloadsIn } from '../cli/reports.ts';
import { keys, openTerminal } from '../support/pseudo-terminal.ts';
import { glibcOf, librariesOf } from './elf-needs.ts';
import { faultsOfArchive, faultsOfManifest } from './krew-rules.ts';
import type { KrewManifest } from './krew-rules.ts';
import { entriesOf, here, installAsKrew, makeRelease, manifestIn, sha256Of, sumsIn, version } from './release.ts';

/** Megabytes of 10^6 bytes. */
const largest = { linux: 45, darwin: 50, windows: 45 } as const;

const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-release-'));
const made = join(folder, 'made');
const home = join(folder, 'home');
const krewRoot = join(home, '.krew');
/** A folder with kubectl and nothing besides, and that of the plugin: no Node is on this PATH. */
const path = [join(krewRoot, 'bin'), join(folder, 'kubectl')].join(delimiter);
const env = { PATH: path, HOME: home, KUBECTL_XRAY_HOME: '' };

beforeAll(async () => {
  await makeRelease(made);
  installAsKrew(krewRoot, await entriesOf(made, here), binOf(here));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a release', () => {
  test('has a sum for each of its files', () => {
    const files = readdirSync(made).filter((name) => name !== sumsName);
    const sums = sumsIn(made);
    expect(Object.keys(sums).toSorted()).toEqual(files.toSorted());
    for (const name of files) expect([name, sums[name]]).toEqual([name, sha256Of(join(made, name))]);
  });

  test('is the same, byte by byte, when it is made again', async () => {
    const again = join(folder, 'again');
    await makeRelease(again, '--only', platformOf(here));
    const [first, second] = [sumsIn(made), sumsIn(again)];
    for (const name of [archiveName(version, here), sbomName(version, here), `kubectl-xray-${version}.tgz`]) {
      expect([name, second[name]]).toEqual([name, first[name]]);
    }
  });

  test('is put nowhere where something else is', async () => {
    await expect(makeRelease(folder)).rejects.toThrow('is not empty, and holds no release');
  });

  test('says where it comes from', () => {
    const statement = JSON.parse(readFileSync(join(made, provenanceName(version)), 'utf8')) as Statement;
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/provenance/v1',
    });
    const sums = sumsIn(made);
    const subjects = statement.subject.map(({ name, digest }) => [name, digest.sha256] as const);
    const own = [provenanceName(version), sums[provenanceName(version)]] as const;
    expect(Object.fromEntries([...subjects, own])).toEqual(sums);
    const materials = statement.predicate.buildDefinition.resolvedDependencies.map(({ uri }) => uri);
    for (const { runtime } of targets) expect(materials).toContain(`pkg:npm/${runtime.package}@${runtime.version}`);
  });

  test('has a manifest that keeps krew’s rules and names its archives', () => {
    const manifest = manifestIn(made);
    expect(faultsOfManifest(manifest)).toEqual([]);
    const platforms = manifest.spec?.platforms ?? [];
    expect(platforms.map(({ uri }) => uri?.split('/').at(-1))).toEqual(targets.map((one) => archiveName(version, one)));
    const sums = sumsIn(made);
    for (const { uri = '', sha256 } of platforms) expect(sha256).toBe(sums[uri.split('/').at(-1) ?? '']);
  });

  test('has the manifest that is checked in, but for version, addresses and sums', () => {
    const checkedIn = parse(readFileSync(join(root, 'krew-manifest.yaml'), 'utf8')) as KrewManifest;
    expect(faultsOfManifest(checkedIn)).toEqual([]);
    expect(withoutSums(checkedIn)).toEqual(withoutSums(manifestIn(made)));
  });
});

describe('every archive', () => {
  const machines = {
    'linux-amd64': (file: Buffer) => file.readUInt16LE(18) === 62,
    'linux-arm64': (file: Buffer) => file.readUInt16LE(18) === 183,
    'darwin-amd64': (file: Buffer) => file.readUInt32LE(4) === 0x01000007 && wrongSignature(file) === null,
    'darwin-arm64': (file: Buffer) => file.readUInt32LE(4) === 0x0100000c && wrongSignature(file) === null,
    'windows-amd64': (file: Buffer) => file.readUInt16LE(file.readUInt32LE(0x3c) + 4) === 0x8664,
  };
  for (const target of targets) {
    test(`for ${platformOf(target)} is what krew unpacks, small, for that machine, and says what is in it`, async () => {
      const megabytes = statSync(join(made, archiveName(version, target))).size / 1e6;
      expect(megabytes).toBeLessThan(largest[target.os]);
      const entries = await entriesOf(made, target);
      expect(faultsOfArchive(entries, binOf(target))).toEqual([]);
      expect(new Set(entries.map(({ time }) => time)).size).toBe(1);
      const program = Buffer.from(entries.find((entry) => entry.path === binOf(target))?.bytes ?? []);
      expect(machines[platformOf(target) as keyof typeof machines](program)).toBe(true);
      const bom = JSON.parse(readFileSync(join(made, sbomName(version, target)), 'utf8')) as Bom;
      expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
      const found = bom.components.map(({ purl }) => purl?.replace(/^pkg:npm\/(.*)@[^@]*$/, '$1'));
      expect(found).toEqual(expect.arrayContaining([target.runtime.package, 'ink', 'react', 'yargs', 'ky', 'lowdb']));
      expect(bom.components[0]?.components?.map(({ name }) => name)).toEqual(expect.arrayContaining(['openssl', 'v8']));
      const licenses = entries.find((entry) => entry.path === 'THIRD-PARTY-LICENSES.txt')?.bytes ?? new Uint8Array();
      const text = Buffer.from(licenses).toString('utf8');
      for (const { name, version: of } of bom.components.slice(1)) expect(text).toContain(`\n${name} ${of} (`);
      expect(text).toContain('Node.js and what is in it');
    });
  }
});

describe('a Linux executable', () => {
  const systems = { amd64: 'ld-linux-x86-64.so.2', arm64: 'ld-linux-aarch64.so.1' } as const;
  for (const target of targets.filter(({ os }) => os === 'linux')) {
    test(`for ${target.arch} needs no library but those that docs/releasing.md names`, async () => {
      const entries = await entriesOf(made, target);
      const program = Buffer.from(entries.find((entry) => entry.path === binOf(target))?.bytes ?? []);
      const ofGlibc = ['libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0', systems[target.arch]];
      expect(librariesOf(program).toSorted()).toEqual([...ofGlibc, 'libgcc_s.so.1', 'libstdc++.so.6'].toSorted());
      expect(glibcOf(program)).toBe('2.28');
      const said = readFileSync(join(root, 'docs', 'releasing.md'), 'utf8');
      for (const word of ['glibc 2.28', 'libstdc++.so.6', 'libgcc_s.so.1']) expect(said).toContain(word);
    });
  }

  test('has the parts of Node that are on record', async () => {
    if (here.os !== 'linux') return;
    const node = join(folder, 'node');
    writeFileSync(node, (await runtimeOf(here)).executable, { mode: 0o755 });
    const versions = execFileSync(node, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8' });
    expect(partsOf(here.runtime.version)).toEqual(JSON.parse(versions));
  });
});

test('every chunk of the program can be loaded, and has at once all that others take from it', () => {
  const script = join(root, 'test', 'package', 'load-all.ts');
  expect(execFileSync(process.execPath, [script], { encoding: 'utf8' })).toMatch(/^\d+ chunks\n$/);
});

describe('what a command loads of the executable', () => {
  let program: Program;
  beforeAll(async () => {
    program = await makeProgram();
  });

  /** The packages in the chunks that a run compiled. */
  const packagesLoadedBy = async (...args: string[]): Promise<readonly string[]> => {
    const own = mkdtempSync(join(folder, 'cache-'));
    const ended = await runCli(args, {
      program: join(krewRoot, 'bin', 'kubectl-xray'),
      env: { ...env, KUBECTL_XRAY_HOME: own },
    });
    expect([args, ended.code]).toEqual([args, 0]);
    const [compiled = ''] = readdirSync(join(own, 'cache', 'compiled'));
    const names = readdirSync(join(own, 'cache', 'compiled', compiled)).map((name) => name.replace(/\.bin$/, ''));
    expect(names).toContain('main.js');
    return packagesIn(program, names);
  };

  test('is no package at all for `version --client`', async () => {
    expect(await packagesLoadedBy('version', '--client')).toEqual([]);
  });

  test('is none for completion either, and yargs alone for --version and --help', async () => {
    expect(await packagesLoadedBy('__complete', 'status', '--')).toEqual([]);
    for (const flag of ['--version', '--help']) {
      const packages = await packagesLoadedBy(flag);
      expect(packages).toContain('yargs');
      for (const heavy of ['ink', 'react', '@kubernetes/client-node', 'yaml', 'undici', 'ky']) {
        expect(packages).not.toContain(heavy);
      }
    }
  });
});

withControlPlane('installed as krew installs it, in an empty home without Node', (plane) => {
  let shop: Awaited<ReturnType<typeof anActingShop>>;
  beforeAll(async () => {
    mkdirSync(join(folder, 'kubectl'));
    symlinkSync(plane.kubectlPath, join(folder, 'kubectl', 'kubectl'));
    shop = await anActingShop(plane, 'release');
    await shop.apply(shop.apps('Deployment', 'cart', shop.running('bad')));
    plane.writeKubeconfig(join(folder, 'kubeconfig'), { namespace: shop.namespace });
  });
  afterAll(() => shop?.end());

  const kubectl = async (words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    runCli(words, { program: plane.kubectlPath, env: { ...env, ...more }, secrets: [plane.admin.token] });
  const inCluster = () => ({
    KUBECONFIG: join(folder, 'kubeconfig'),
    JF_URL: shop.server.url,
    JF_ACCESS_TOKEN: shop.options.env?.['JF_ACCESS_TOKEN'] ?? '',
  });

  test('`kubectl xray version` says so on stdout, without a cluster', async () => {
    for (const words of [
      ['xray', 'version'],
      ['xray', 'version', '--client'],
    ]) {
      expect(await kubectl(words)).toEqual({
        code: 0,
        signal: null,
        stdout: expect.stringMatching(
          new RegExp(`^kubectl-xray v${version.replaceAll('.', '\\.')} \\(.*Node ${here.runtime.version}\\)\n$`),
        ) as string,
        stderr: '',
      });
    }
  });

  test('help speaks of kubectl xray', async () => {
    expect((await kubectl(['xray', '--help'])).stdout).toContain('kubectl xray status');
  });

  test('what the user has for other programs of Node is not for it', async () => {
    expect(await kubectl(['xray', 'version'], { NODE_OPTIONS: '--nonsense' })).toMatchObject({ code: 0, stderr: '' });
  });

  test('the demo shows its shop', async () => {
    const ended = await kubectl(['xray', 'demo', 'status']);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('deployment/wallet-web');
  });

  test('`status` judges a real cluster', async () => {
    const ended = await kubectl(['xray', 'status', '-o', 'json'], inCluster());
    expect([ended.code, labelsIn(workloadsIn(ended))]).toEqual([0, ['deployment/cart']]);
    expect((await kubectl(['xray', 'status', '--fail-on', 'security'], inCluster())).code).toBe(10);
  });

  test('what one run has compiled serves the next, whatever flags of the engine it sets', async () => {
    const compiled = join(home, '.cache', 'kubectl-xray', 'compiled');
    const files = () =>
      readdirSync(compiled, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.bin'))
        .map((name) => [name, statSync(join(compiled, name)).ino]);
    await kubectl(['xray', 'status'], inCluster());
    const before = files();
    expect(before.length).toBeGreaterThan(20);
    await kubectl(['xray', 'status'], inCluster());
    expect(files()).toEqual(before);
  });

  test('`demo watch` draws its screen in a terminal, and gives it back', async () => {
    const terminal = openTerminal(plane.kubectlPath, ['xray', 'demo', 'watch'], {
      env,
      cwd: home,
      columns: 120,
      rows: 30,
    });
    try {
      await terminal.until('the shop', (screen) => screen.includes('wallet-web'), { deadline: 60_000 });
      expect(terminal.isAlternate()).toBe(true);
      terminal.press(`:q${keys.enter}`);
      expect(await terminal.ended).toEqual({ code: 0, signal: null });
      expect(terminal.isAlternate()).toBe(false);
    } finally {
      await terminal.close();
    }
  });

  test('kubectl completes it once completion is installed, and no more once it is not', async () => {
    const completed = async (...words: string[]): Promise<string> =>
      (await kubectl(['__complete', 'xray', ...words], inCluster())).stdout;
    expect(await completed('sta')).not.toContain('status');
    expect(await kubectl(['xray', 'completion', 'install'])).toMatchObject({
      code: 0,
      stdout: `${join(krewRoot, 'bin', 'kubectl_complete-xray')} created\n`,
    });
    expect(await completed('sta')).toMatch(/^status\t.*\n:4\n/);
    expect(await completed('status', '-n', shop.namespace.slice(0, -1))).toContain(`${shop.namespace}\n`);
    expect(await completed('status', 'deploy/')).toMatch(/^deploy\/cart\n:4\n/);
    expect(await completed('explain', 'deployments', '')).toMatch(/^cart\n:4\n/);
    expect(await completed('status', '--context', '')).toMatch(/^\S+\n:4\n/);
    expect(await kubectl(['xray', 'completion', 'uninstall'])).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(join(krewRoot, 'bin'))).toEqual(['kubectl-xray']);
    expect(await completed('sta')).not.toContain('status');
  });

  test('it wrote nowhere but below its folders', () => {
    const below = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('.krew'));
    expect(
      below.filter((name) => !/^\.(cache|local|config)(\/|$)|^\.local\/state/.test(name) && name !== '.kube'),
    ).toEqual([]);
  });

  const krew = krewOnPath();
  if (krew !== null) {
    for (const target of targets) {
      test(`krew itself installs it for ${platformOf(target)}`, () => {
        const own = join(folder, `krew-${platformOf(target)}`);
        const archive = join(made, archiveName(version, target));
        execFileSync(krew, ['install', `--manifest=${join(made, manifestName)}`, `--archive=${archive}`], {
          env: { ...process.env, KREW_ROOT: own, KREW_OS: target.os, KREW_ARCH: target.arch },
        });
        expect(readdirSync(join(own, 'bin')).map((name) => name.replace(/\.exe$/, ''))).toContain('kubectl-xray');
      });
    }
  }
});

describe('the npm package', () => {
  const tarball = () => join(made, `kubectl-xray-${version}.tgz`);

  test('needs no other, and holds the program with its licenses', () => {
    const entries = JSON.parse(
      execFileSync(
        'npm',
        ['install', '--offline', '--no-audit', '--no-fund', '--json', '--prefix', join(folder, 'npm'), tarball()],
        { encoding: 'utf8' },
      ),
    ) as { readonly added: number };
    expect(entries.added).toBe(1);
    const installed = readdirSync(join(folder, 'npm', 'node_modules', 'kubectl-xray'));
    expect(installed.toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
  });

  test('shows the demo by npx, from the packed file', async () => {
    const own = join(folder, 'npx');
    mkdirSync(own);
    copyFileSync(tarball(), join(own, 'kubectl-xray.tgz'));
    const args = ['--yes', '--offline', './kubectl-xray.tgz', 'demo'];
    const ended = await runCli(args, {
      program: 'npx',
      env: { HOME: own, npm_config_cache: join(own, 'cache') },
      folder: own,
    });
    expect([ended.code, ended.stdout.includes('deployment/wallet-web')]).toEqual([0, true]);
  });
});

interface Statement {
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicate: {
    readonly buildDefinition: { readonly resolvedDependencies: readonly { readonly uri: string }[] };
  };
}

interface Bom {
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl?: string;
    readonly components?: readonly { readonly name: string }[];
  }[];
}

function withoutSums({ spec, ...rest }: KrewManifest): unknown {
  const platforms = spec?.platforms?.map(({ selector, bin }) => ({ selector, bin }));
  return { ...rest, spec: { ...spec, version: '', platforms } };
}

function packagesIn({ metafile }: Program, chunks: readonly string[]): readonly string[] {
  const inputs = Object.entries(metafile.outputs)
    .filter(([path]) => chunks.includes(path.split('/').at(-1) ?? ''))
    .flatMap(([, output]) => Object.entries(output.inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([input]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]);
  return [...new Set(inputs.filter((name) => name !== undefined))].toSorted();
}

function krewOnPath(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = ['krew', 'kubectl-krew'];
  return (
    folders
      .flatMap((one) => names.map((name) => join(one, name)))
      .find((one) => statSync(one, { throwIfNoEntry: false })?.isFile()) ?? null
  );
}
