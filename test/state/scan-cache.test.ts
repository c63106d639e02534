import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Scan } from '../../src/core/scan.ts';
import { scanCachesIn } from '../../src/state/scan-cache.ts';
import { testAsUser } from '../support/as-user.ts';
import { aFinding, aLicense, anImage, aScan, aViolation, digest, hour, now, unscanned } from '../support/builders.ts';
import { aCache, acme, answersOf, aSetClock, kept } from './caching.ts';
import { aFolder, notFiles } from './folders.ts';
import { realClock } from './real-clock.ts';

const image = anImage(1);
const found = (id: string): Scan => aScan({ findings: [aFinding({ id, cves: [`CVE-2026-000${id}`] })] });
const fileIn = (folder: string): string => join(folder, 'answers.json');
const filesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('answers'));

test('of two answers about one image the younger stays, but for one from the future', async () => {
  const cache = aCache(aFolder(), { clock: aSetClock(now) });
  const at = (askedAt: number): Scan => aScan({ askedAt });
  const keptAt = async (scan: Scan): Promise<number | undefined> => {
    await cache.keep(answersOf([image, scan]));
    return (await cache.read([image.key])).get(image.key)?.at;
  };
  expect(await keptAt(at(now + hour))).toBe(now + hour);
  expect(await keptAt(at(now - 1))).toBe(now - 1);
  expect(await keptAt(at(now))).toBe(now);
  expect(await keptAt(at(now - 1))).toBe(now);
});

describe('a file of which nothing can be made', () => {
  const cases: [name: string, ruin: (file: string, text: string) => void][] = [
    ['empty', (file) => truncateSync(file)],
    [
      'cut in the middle, as by a crash of the machine',
      (file, text) => truncateSync(file, Math.floor(text.length / 2)),
    ],
    ['changed by hand', (file, text) => writeFileSync(file, text.replace('steals wallets', 'does nothing'))],
    ['nonsense', (file) => writeFileSync(file, 'nonsense')],
    ['JSON of something else', (file) => writeFileSync(file, '{"v":1,"answers":[]}')],
    ...notFiles.map(([name, put]): [string, (file: string) => void] => [
      name,
      (file) => {
        unlinkSync(file);
        put(file);
      },
    ]),
    ['far too large', (file) => truncateSync(file, 2 ** 30)],
    ['binary', (file) => writeFileSync(file, Buffer.alloc(4096, 0xff))],
  ];
  for (const [name, ruin] of cases) {
    test(`is as if it were not there, is said once and made anew: ${name}`, async () => {
      const root = aFolder();
      const cache = aCache(root);
      await cache.keep(answersOf([image, found('1')]));
      const file = fileIn(cache.folder);
      ruin(file, readFileSync(file, 'utf8'));
      const other = aCache(root);
      expect(await other.read([image.key])).toEqual(new Map());
      expect(await other.read([image.key])).toEqual(new Map());
      expect(other.warnings).toEqual([`${file} was damaged: what it held is asked for again`]);
      expect(await other.keep(answersOf([image, found('2')]))).toBe(true);
      expect((await aCache(root).read([image.key])).get(image.key)?.scan).toEqual(found('2'));
    });
  }
  test('is left alone where a later version wrote it', async () => {
    const root = aFolder();
    const cache = aCache(root);
    await cache.keep(answersOf([image, found('1')]));
    const text = readFileSync(fileIn(cache.folder), 'utf8').replace(/^kubectl-xray 1 /, 'kubectl-xray 2 ');
    writeFileSync(fileIn(cache.folder), text);
    const other = aCache(root);
    expect(await other.read([image.key])).toEqual(new Map());
    expect(await other.keep(answersOf([image, found('2')]))).toBe(false);
    expect(other.warnings).toEqual([
      `${fileIn(cache.folder)} was written by a later version of kubectl-xray, and is left as it is`,
    ]);
    expect(readFileSync(fileIn(cache.folder), 'utf8')).toBe(text);
  });
});

describe('a folder that cannot be used', () => {
  test('below a file: nothing is kept, which is said once with what to do', async () => {
    const root = join(aFolder(), 'file');
    writeFileSync(root, '');
    const cache = aCache(root);
    expect(await cache.read([image.key])).toEqual(new Map());
    expect(await cache.keep(answersOf([image, found('1')]))).toBe(false);
    expect(await cache.keep(answersOf([image, found('1')]))).toBe(false);
    expect(cache.warnings).toContainEqual(
      expect.stringMatching(/^answers cannot be kept in .*a part of its path is no folder .*set KUBECTL_XRAY_HOME/),
    );
    expect(cache.warnings.filter((one) => one.includes('cannot be kept'))).toHaveLength(1);
  });
  test('no home at all', async () => {
    const cache = aCache('/dev/null/.cache/kubectl-xray');
    expect(await cache.keep(answersOf([image, found('1')]))).toBe(false);
    expect(cache.warnings).toHaveLength(1);
    expect(await cache.info()).toMatchObject({ answers: 0, bytes: 0 });
    expect(await cache.cves()).toEqual([]);
  });
  testAsUser('read-only: what is there is read, nothing is added', async () => {
    const root = aFolder();
    const cache = aCache(root);
    await cache.keep(answersOf([image, found('1')]));
    chmodSync(cache.folder, 0o500);
    onTestFinished(() => chmodSync(cache.folder, 0o700));
    const other = aCache(root);
    expect((await other.read([image.key])).size).toBe(1);
    expect(await other.keep(answersOf([anImage(2), found('2')]))).toBe(false);
    expect(other.warnings).toEqual([expect.stringContaining('permission is denied')]);
  });
});

describe('a disk that is read-only', () => {
  test('is read, and nothing is added, which is said once', async (context) => {
    const root = join(aFolder(), 'small');
    mkdirSync(root);
    const mount = (options: string): number | null =>
      spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', root]).status;
    if (mount('size=128k') !== 0) {
      await context.annotate('no file system can be mounted here');
      return;
    }
    onTestFinished(() => void spawnSync('umount', ['-l', root]));
    await aCache(root).keep(answersOf([image, found('1')]));
    expect(mount('remount,ro')).toBe(0);
    const cache = aCache(root);
    expect((await cache.read([image.key])).get(image.key)?.scan).toEqual(found('1'));
    for (let time = 0; time < 2; time += 1) expect(await cache.keep(answersOf([anImage(2), found('2')]))).toBe(false);
    expect(cache.warnings).toEqual([expect.stringMatching(/the file system is read-only \(EROFS\)/)]);
  });
});

describe('a disk that is full', () => {
  test('keeps what was kept, and is written on when there is room again', async (context) => {
    const root = join(aFolder(), 'small');
    mkdirSync(root);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'none', root]);
    if (mounted.status !== 0) {
      await context.annotate('no file system can be mounted here');
      return;
    }
    onTestFinished(() => void spawnSync('umount', ['-l', root]));
    const cache = aCache(root);
    expect(await cache.keep(answersOf([image, found('1')]))).toBe(true);
    const large = aScan({ findings: [aFinding({ summary: 'x'.repeat(200_000) })] });
    expect(await cache.keep(answersOf([anImage(2), large]))).toBe(false);
    expect(cache.warnings).toEqual([expect.stringMatching(/the disk is full \(ENOSPC\)\. Free space on it/)]);
    expect((await aCache(root).read([image.key])).get(image.key)?.scan).toEqual(found('1'));
    expect(await cache.keep(answersOf([anImage(3), found('3')]))).toBe(true);
    expect(filesIn(cache.folder)).toEqual(['answers.json']);
  });
});

describe('answers', () => {
  const everything: [name: string, scan: Scan][] = [
    ['findings, licenses and violations', { ...aScan(), ...full() }],
    ['unscanned', unscanned('foreign')],
    ['pending', { ...aScan(), state: 'pending', reason: 'scanning' }],
    ['partial', aScan({ reason: 'partial', cause: 'a child is not known' })],
    ['an index', aScan({ judged: [digest(2), digest(3)], platform: 'assumed', digest: digest(1) })],
  ];
  for (const [name, scan] of everything) {
    test(`come back as they were: ${name}`, async () => {
      const root = aFolder();
      await aCache(root).keep(answersOf([image, scan]));
      expect((await aCache(root).read([image.key, 'other'])).get(image.key)).toEqual(kept(scan));
    });
  }
  test('are for their user alone', async () => {
    const root = join(aFolder(), 'cache');
    const cache = aCache(root);
    await cache.keep(answersOf([image, found('1')]));
    const modes = [root, cache.folder, fileIn(cache.folder), join(cache.folder, 'server.txt')].map(
      (one) => statSync(one).mode & 0o777,
    );
    expect(modes.map((mode) => mode.toString(8))).toEqual(['700', '700', '600', '600']);
  });
  test('of one image: the younger stays, whoever came last', async () => {
    const root = aFolder();
    const cache = aCache(root);
    const young = { ...found('young'), askedAt: now } as Scan;
    await cache.keep(answersOf([image, young]));
    await cache.keep(answersOf([image, { ...found('old'), askedAt: now - hour }]));
    expect((await cache.read([image.key])).get(image.key)?.scan).toEqual(young);
  });
  test('hold a finding that many images share only once', async () => {
    const root = aFolder();
    const cache = aCache(root);
    const scan = aScan({ findings: [aFinding({ summary: 'y'.repeat(10_000) })] });
    await cache.keep(answersOf(...Array.from({ length: 50 }, (_, at) => [anImage(at), scan] as const)));
    expect(statSync(fileIn(cache.folder)).size).toBeLessThan(50_000);
  });
  test('of one who asks are not those of another, nor of another project, registry or server', async () => {
    const root = aFolder();
    await aCache(root).keep(answersOf([image, found('1')]));
    const others = [
      { asker: 'user bob' },
      { project: 'shop' },
      { url: 'https://other.jfrog.io' },
      { artifactoryUrl: 'https://art.example' },
      { registries: [{ host: 'docker.example', repository: 'docker' }] },
    ];
    for (const server of others) expect((await aCache(root, { server }).read([image.key])).size).toBe(0);
    expect((await aCache(root, { server: { url: 'https://ACME.jfrog.io/' } }).read([image.key])).size).toBe(1);
  });
});

describe('a cache that grows', () => {
  const many = (count: number, size: number, seen = 1): ReadonlyMap<string, ReturnType<typeof kept>> =>
    new Map(
      Array.from({ length: count }, (_, at) => {
        const scan = aScan({ findings: [aFinding({ id: `X-${at}`, summary: `${at} ${'z'.repeat(size)}` })] });
        return [anImage(at).key, { ...kept(scan), seen }] as const;
      }),
    );

  test('is split into files, each of them small, and loses nothing', async () => {
    const root = aFolder();
    const cache = aCache(root);
    await cache.keep(many(300, 30_000));
    await cache.keep(many(301, 30_000));
    expect(filesIn(cache.folder).length).toBeGreaterThan(10);
    const sizes = filesIn(cache.folder).map((name) => statSync(join(cache.folder, name)).size);
    expect(Math.max(...sizes)).toBeLessThan(3_200_000);
    const keys = Array.from({ length: 301 }, (_, at) => anImage(at).key);
    expect((await aCache(root).read(keys)).size).toBe(301);
    expect((await cache.info()).answers).toBe(301);
  });
  test('was split by a process that was killed: nothing is lost, and the younger answers stay', async () => {
    const root = aFolder();
    const cache = aCache(root);
    await cache.keep(many(90, 30_000));
    const whole = readFileSync(fileIn(cache.folder));
    await cache.keep(many(120, 30_000));
    const [part = ''] = filesIn(cache.folder);
    expect(part).toBe('answers-0.json');
    // Only one part was written, and the file that it was taken from is still there.
    for (const name of filesIn(cache.folder)) if (name !== part) rmSync(join(cache.folder, name));
    writeFileSync(fileIn(cache.folder), whole);
    const keys = Array.from({ length: 90 }, (_, at) => anImage(at).key);
    expect((await aCache(root).read(keys)).size).toBe(90);
    await aCache(root).keep(many(120, 30_000));
    expect((await aCache(root).info()).answers).toBe(120);
    expect(filesIn(cache.folder)).not.toContain('answers.json');
  });
  test('stays within its size: what was not seen for longest goes first', async () => {
    const root = aFolder();
    const cache = aCache(root, { limit: 500_000 });
    const all = many(40, 10_000);
    const old = new Map([...all].slice(0, 20).map(([key, one]) => [key, { ...one, seen: 5 }]));
    const recent = new Map([...all].slice(20).map(([key, one]) => [key, { ...one, seen: 9 }]));
    await cache.keep(old);
    await cache.keep(recent);
    await cache.keep(new Map([...many(60, 10_000, 7)].slice(40)));
    expect((await cache.info()).bytes).toBeLessThanOrEqual(500_000);
    expect((await cache.read(recent.keys())).size).toBe(20);
    expect((await cache.read(old.keys())).size).toBeLessThan(5);
  });
});

describe('what there is', () => {
  test('is told: of which server, how many, how large and how old', async () => {
    const root = aFolder();
    const scan = { ...found('1'), askedAt: now - hour } as Scan;
    const cache = aCache(root, { server: { url: 'https://ana:secret@acme.jfrog.io/', project: 'shop' } });
    await cache.keep(answersOf([image, scan], [anImage(2), found('2')]));
    const [only, ...others] = await scanCachesIn(root, { clock: realClock, warn: () => {} });
    expect(others).toEqual([]);
    expect(await only?.info()).toEqual({
      path: cache.folder,
      server: 'https://acme.jfrog.io (project shop)',
      answers: 2,
      bytes: statSync(fileIn(cache.folder)).size,
      oldest: now - hour,
      newest: aScan().askedAt,
      format: 1,
    });
    expect(await only?.cves()).toEqual(['CVE-2026-0001', 'CVE-2026-0002']);
    const keys: string[] = [];
    for await (const { key } of only?.scans() ?? []) keys.push(key);
    expect(keys.toSorted()).toEqual([image.key, anImage(2).key].toSorted());
  });
  test('is no CVE what only Xray calls one', async () => {
    const cache = aCache(aFolder());
    const cves = ['CVE-2026-0001; rm -rf x\n\u001B[31m`id`', 'CVE-2026-0002', 'cve', ''];
    await cache.keep(answersOf([image, aScan({ findings: [aFinding({ cves })] })]));
    expect(await cache.cves()).toEqual(['CVE-2026-0002']);
  });
  test('is nothing where nothing was ever kept', async () => {
    expect(await scanCachesIn(aFolder(), { clock: realClock, warn: () => {} })).toEqual([]);
    expect(await aCache(aFolder()).info()).toMatchObject({ answers: 0, bytes: 0, oldest: null, newest: null });
  });
  test('is gone once it is cleared, and kept anew', async () => {
    const root = aFolder();
    const cache = aCache(root, { server: { ...acme } });
    await cache.keep(answersOf([image, found('1')]));
    await cache.clear();
    expect((await cache.read([image.key])).size).toBe(0);
    expect(await cache.keep(answersOf([image, found('2')]))).toBe(true);
    expect((await aCache(root).read([image.key])).size).toBe(1);
  });
});

function full(): Pick<Extract<Scan, { state: 'scanned' }>, 'findings' | 'licenses' | 'violations' | 'violationsCause'> {
  return {
    findings: [
      aFinding(),
      aFinding({ id: '', cves: [], cvss: null, severity: 'Unknown', fixedIn: [], applicability: 'not_applicable' }),
    ],
    licenses: [aLicense(), aLicense('MIT', [])],
    violations: [aViolation(), aViolation({ policy: null, created: null })],
    violationsCause: null,
  };
}
