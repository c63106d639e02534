// The cache, by the whole program: instant and shared answers, offline, and whatever may be wrong with its folder. Manifests
// stand in for a cluster, with images by their digests.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import type { WorkloadVerdictList } from '../../src/core/report.ts';
import { aViolation, aWatch, anImage, anIssue } from '../xray-server/builders.ts';
import { aBehaviour } from '../xray-server/data.ts';
import type { StoredImage, World } from '../xray-server/data.ts';
import { startXrayServer } from '../xray-server/server.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { eventually } from '../control-plane/eventually.ts';
import { workloadsIn } from './reports.ts';
import { type CliOptions, type Ended, runCli } from './run-cli.ts';
import { installation, token } from './stand-in.ts';

const bad = anImage({ path: 'bad/1', issues: [anIssue({ issue_id: 'XRAY-666', severity: 'Critical' })] });
const good = anImage({ path: 'good/1', issues: [] });
const never = anImage({ path: 'never/1', scan: 'unknown', inArtifactory: false });

interface Machine {
  readonly server: XrayServer;
  readonly home: string;
  /** `where -f -` about two images. */
  readonly where: (...words: readonly string[]) => Promise<Ended>;
  /** `status -f -` about these images, and more words. */
  readonly status: (words?: string, more?: CliOptions & { readonly images?: readonly StoredImage[] }) => Promise<Ended>;
  /** Questions to Xray and Artifactory since the last look. */
  readonly asked: () => string[];
  readonly cache: () => string;
}

/** A home of its own, which its runs share, and an Xray. */
async function aMachine(world: Partial<World> = { images: [bad, good, never] }, latency = 0): Promise<Machine> {
  const server = await startXrayServer({ token, world: installation({ violations: [], ...world }), latency });
  const home = mkdtempSync(join(tmpdir(), 'kubectl-xray-cache-'));
  onTestFinished(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  const env = { KUBECTL_XRAY_HOME: home, JF_URL: server.url, JF_ACCESS_TOKEN: token };
  return {
    server,
    home,
    status: async (words = '', { images = [bad, good, never], ...more } = {}) => {
      const args = ['status', '-f', '-', ...words.split(' ').filter((word) => word !== '')];
      return runCli(args, { stdin: manifests(server, images), ...more, env: { ...env, ...more.env } });
    },
    where: async (...words) => runCli(['where', '-f', '-', ...words], { stdin: manifests(server, [bad, good]), env }),
    asked: () => {
      const all = server.requests.map(({ method, path }) => `${method} ${path}`);
      server.clearRequests();
      return all;
    },
    cache: () => {
      const root = join(home, 'cache', 'scans-1');
      const [folder = ''] = readdirSync(root);
      return join(root, folder);
    },
  };
}

function manifests({ url }: XrayServer, images: readonly StoredImage[]): string {
  const { host } = new URL(url);
  const pods = images.map(({ path, digest }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: path.replaceAll('/', '-'), namespace: 'shop' },
    spec: { containers: [{ name: 'app', image: `${host}/docker-local/${path.split('/')[0]}@${digest}` }] },
  }));
  return pods.map((one) => stringify(one)).join('---\n');
}

/** What a run says of each workload: its conditions and when its image was asked about. */
function told(ended: Ended): readonly string[] {
  return workloadsIn(ended).items.map(({ workload, conditions, images: [image] }) => {
    const words = conditions.map(({ type }) => type).join();
    return `${workload.name} ${image?.scan} ${words} ${image?.askedAt}`;
  });
}

function scansIn(ended: Ended): readonly string[] {
  return told(ended)
    .flatMap((one) => one.split(' ')[1] ?? [])
    .toSorted();
}

const asking = /summary|checksum|aql|manifests|artifact\/status/;
const news = ['GET /xray/api/v2/policies', 'GET /xray/api/v2/watches', 'POST /xray/api/v1/violations'];

test('what is kept completes the CVEs that one may ask for', async () => {
  const { home, status } = await aMachine();
  await status();
  const ended = await runCli(['__complete', 'where', 'CVE-'], { env: { KUBECTL_XRAY_HOME: home } });
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^CVE-\d+-\d+\n(.*\n)*:4\n$/), stderr: '' });
});

describe('a cache that cannot be used', () => {
  const cases: [name: string, spoil: (home: string) => CliOptions['env'], says: RegExp][] = [
    [
      'because there is no home',
      () => ({ KUBECTL_XRAY_HOME: '', HOME: '' }),
      /^warning: answers cannot be kept in \/dev\/null.*every run asks anew$/m,
    ],
    [
      'because its folder is a file',
      (home) => {
        writeFileSync(join(home, 'cache'), '');
        return {};
      },
      /^warning: answers cannot be kept in .*: a part of its path is no folder \(ENOTDIR\)/m,
    ],
  ];
  for (const [name, spoil, says] of cases) {
    test(`${name}: everything is answered all the same, and it is said once`, async () => {
      const machine = await aMachine();
      const env = spoil(machine.home) ?? {};
      for (let run = 0; run < 2; run += 1) {
        const ended = await machine.status('-o json', { env });
        expect(ended.code).toBe(0);
        expect(scansIn(ended)).toEqual(['scanned', 'scanned', 'unscanned']);
        expect(ended.stderr).toMatch(says);
        expect(ended.stderr.match(/^warning: /gm)).toHaveLength(1);
        expect(machine.asked().some((one) => asking.test(one))).toBe(true);
      }
    });
  }
  test('because somebody edited it: it is made anew, and only the first run says so', async () => {
    const machine = await aMachine();
    await machine.status();
    const file = join(machine.cache(), 'answers.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('XRAY-666', 'XRAY-999'));
    const ended = await machine.status('-o json');
    expect(ended.stderr).toContain(`warning: ${file} was damaged: what it held is asked for again`);
    expect(ended.stdout).toContain('XRAY-666');
    machine.asked();
    expect((await machine.status()).stderr).not.toContain('damaged');
    expect(machine.asked().toSorted()).toEqual(news);
  });
  test('because others could have written to it: nothing of it is believed or changed, and it is said once', async () => {
    const machine = await aMachine();
    await machine.status();
    const file = join(machine.cache(), 'answers.json');
    const kept = readFileSync(file, 'utf8');
    chmodSync(machine.cache(), 0o777);
    machine.asked();
    const ended = await machine.status('-o json');
    expect(scansIn(ended)).toEqual(['scanned', 'scanned', 'unscanned']);
    expect(machine.asked().some((one) => asking.test(one))).toBe(true);
    const says = `warning: ${machine.cache()} may be written by others (mode 0777): answers kept there are not believed`;
    expect(ended.stderr).toContain(says);
    expect(ended.stderr.match(/^warning: /gm)).toHaveLength(1);
    expect(readFileSync(file, 'utf8')).toBe(kept);
    const offline = await machine.status('--offline -o json');
    expect(scansIn(offline)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(offline.stderr).toContain(says);
    const where = await runCli(['where', 'CVE-2020-1234', '-f', '-'], {
      stdin: manifests(machine.server, [bad]),
      env: { KUBECTL_XRAY_HOME: machine.home, JF_URL: machine.server.url, JF_ACCESS_TOKEN: token },
    });
    expect(where.stderr.split(says)).toHaveLength(2);
  });
  test('because another version left its own: that stays as it is', async () => {
    const machine = await aMachine();
    const theirs = join(machine.home, 'cache', 'scans-2', 'answers.json');
    mkdirSync(join(machine.home, 'cache', 'scans-2'), { recursive: true });
    writeFileSync(theirs, 'from tomorrow');
    expect(await machine.status()).toMatchObject({ code: 0, stderr: expect.not.stringContaining('warning') as string });
    expect(readFileSync(theirs, 'utf8')).toBe('from tomorrow');
  });
});

describe('the second run', () => {
  test('says the same, and asks for news alone', async () => {
    const machine = await aMachine();
    const first = await machine.status('-o json');
    machine.asked();
    const second = await machine.status('-o json');
    expect(told(second)).toEqual(told(first));
    expect(machine.asked().toSorted()).toEqual(news);
  });
  test('asks again with --refresh, with --max-age 0s, and with --cache-size 0', async () => {
    const machine = await aMachine();
    await machine.status();
    for (const words of ['--refresh', '--max-age 0s', '--cache-size 0']) {
      machine.asked();
      await machine.status(words);
      expect([words, machine.asked().some((one) => asking.test(one))]).toEqual([words, true]);
    }
  });
  test('asks again about what a new violation is about, and nothing else', async () => {
    const machine = await aMachine();
    await machine.status();
    const created = new Date(Date.now() + 1000).toISOString();
    machine.server.world.violations = [
      aViolation({ path: 'bad/1', issueId: 'XRAY-666', type: 'Security', watch: 'watch-all', created }),
    ];
    expect(await askedAgain(machine)).toEqual([bad.digest]);
  });
  test('asks again about everything that a watch covers which is new', async () => {
    const machine = await aMachine();
    await machine.status();
    machine.server.world.watches = [...machine.server.world.watches, aWatch({ name: 'more' })];
    expect(await askedAgain(machine)).toEqual([bad.digest, good.digest].toSorted());
  });
  const asksOnceMore = async (machine: Machine): Promise<string> => {
    machine.asked();
    const { stderr } = await machine.status();
    expect(machine.asked().some((one) => asking.test(one))).toBe(true);
    await machine.status();
    expect(machine.asked().toSorted()).toEqual(news);
    return stderr;
  };
  test('asks once more about everything, where the first could not read the policies', async () => {
    const machine = await aMachine();
    machine.server.fault({ path: /policies/, status: 503 });
    expect((await machine.status()).stderr).not.toContain('by their age');
    machine.server.clearFaults();
    await asksOnceMore(machine);
  });
  test('asks once more about everything, where what was seen of watches and policies is damaged, and says so', async () => {
    const machine = await aMachine();
    await machine.status();
    const file = join(machine.cache(), 'settings.json');
    writeFileSync(file, '{"x":1}');
    expect(await asksOnceMore(machine)).toContain(`warning: ${file} was damaged: what it held is asked for again`);
  });
  test('uses answers by their age where news may not be heard, and says so', async () => {
    const machine = await aMachine();
    await machine.status();
    for (const one of ['policies', 'watches']) {
      machine.server.fault({ path: new RegExp(`/api/v2/${one}`), status: 403 });
    }
    const ended = await machine.status();
    expect(ended.stderr).toMatch(
      /answers from the cache are used by their age alone, without news of policies, watches/,
    );
  });
  test('of somebody else is not told what the first was told', async () => {
    const machine = await aMachine();
    await machine.status();
    const bob = { JF_ACCESS_TOKEN: '', JF_USER: 'bob', JF_PASSWORD: 'bob-whom-nobody-knows' };
    const ended = await machine.status('-o json', { env: bob });
    expect(scansIn(ended)).toEqual(['unknown', 'unknown', 'unknown']);
  });
  test('finds no credential in any file that the first one left', async () => {
    const machine = await aMachine();
    await machine.status();
    const files = readdirSync(machine.home, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(files.length).toBeGreaterThan(2);
    for (const { parentPath, name } of files) {
      expect(readFileSync(join(parentPath, name), 'utf8')).not.toContain(token);
    }
  });
});

describe('offline', () => {
  test('nobody is asked, and each answer has its age', async () => {
    const machine = await aMachine();
    const first = await machine.status('-o json');
    await machine.server.stop();
    const ended = await machine.status('--offline -o json');
    expect(told(ended)).toEqual(told(first));
    expect(ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('unreachable') as string });
    const wide = await machine.status('--offline -o wide');
    expect(wide.stdout).toMatch(/^NAMESPACE .* SCANNED +ASKED /m);
    expect(wide.stderr).toMatch(/; the oldest answer is \d+s old \(--offline\)/);
    expect(first.stderr).not.toContain('oldest answer');
  });
  test('without credentials too', async () => {
    const machine = await aMachine();
    await machine.status();
    machine.asked();
    const ended = await machine.status('--offline -o json', { env: { JF_ACCESS_TOKEN: '' } });
    expect(scansIn(ended)).toEqual(['scanned', 'scanned', 'unscanned']);
    expect(machine.asked()).toEqual([]);
    expect(ended.stderr).not.toContain('no credentials');
  });
  test('what is not in the cache is unknown, and --fail-on does not pass', async () => {
    const machine = await aMachine();
    await machine.status('', { images: [good] });
    machine.asked();
    const ended = await machine.status('--offline --fail-on security=critical', { images: [good, bad] });
    expect(ended.code).toBe(11);
    expect(ended.stderr).toContain('unreachable (1 image): not in the cache, and --offline asks nobody');
    expect(machine.asked()).toEqual([]);
  });
  test('nothing is kept by having looked', async () => {
    const machine = await aMachine();
    await machine.status('--offline');
    expect(existsSync(join(machine.home, 'cache', 'scans-1'))).toBe(false);
  });
  const refused: [words: string[], says: string][] = [
    [['status', '--offline', '--refresh', '-f', '-'], 'error: --refresh asks again, and --offline asks nobody'],
    [['enforce', '--offline', '--confirm'], 'error: --offline never acts: nobody could be asked'],
    [['scaledown', 'deploy/cart', '--offline', '--yes'], 'error: --offline never acts: nobody could be asked'],
    [['delete', 'deploy/cart', '--offline', '--yes'], 'error: --offline never acts: nobody could be asked'],
    [['status', '--cache-size', 'large', '-f', '-'], 'error: --cache-size large is no size'],
    [['status', '--max-age', 'old', '-f', '-'], 'error: --max-age old is no duration'],
  ];
  for (const [words, says] of refused) {
    test(`${words.join(' ')}: ${says}`, async () => {
      const env = { JF_URL: 'http://127.0.0.1:9', JF_ACCESS_TOKEN: token };
      const ended = await runCli(words, { env });
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(says) as string });
    });
  }
});

describe('eight runs at once, of which nobody was answered before', () => {
  test('ask about each image once, and all say the same', { timeout: 120_000 }, async () => {
    const images = Array.from({ length: 60 }, (_, at) =>
      anImage({ path: `app-${at}/1`, issues: [anIssue({ issue_id: `XRAY-${at}` })] }),
    );
    const machine = await aMachine({ images }, 100);
    const runs = Array.from({ length: 8 }, async () => machine.status('-o json', { images }));
    const all = (await Promise.all(runs)).map((ended) => withoutTime(workloadsIn(ended)));
    const questions = machine.server.requests.filter(({ path }) => path.endsWith('/summary/artifact'));
    const digests = questions.flatMap(({ body }) => digestsIn(body));
    expect(digests.toSorted()).toEqual(images.map(({ digest }) => digest).toSorted());
    expect(all[0]?.items).toHaveLength(60);
    for (const one of all) expect(one).toEqual(all[0]);
  });
});

describe('where', () => {
  test('says of no kept answer that nothing is hit, where it cannot hear what is new', async () => {
    const machine = await aMachine();
    expect((await machine.where('CVE-1999-0001')).code).toBe(0);
    machine.asked();
    expect((await machine.where('CVE-1999-0001')).code).toBe(0);
    expect(machine.asked().filter((one) => asking.test(one))).toEqual([]);
    expect(await machine.where('CVE-1999-0001', '--offline')).toMatchObject({
      code: 11,
      stderr: expect.stringContaining('nothing found, but nobody was asked') as string,
    });
    machine.server.fault({ path: /./, status: 503 });
    const ended = await machine.where('CVE-1999-0001', '-o', 'json');
    expect(ended.code).toBe(11);
    expect(ended.stderr).toContain('nothing found, but could not ask about 2 images');
    expect(JSON.parse(ended.stdout)).toMatchObject({ metadata: { where: { complete: false } } });
    expect((await machine.where('XRAY-666', '--no-headers')).stdout).toMatch(/^shop +pod\/bad-1 /);
  });
  test("asks again about an image that Xray's own search names and its kept answer does not", async () => {
    const machine = await aMachine();
    machine.server.world.behaviour = aBehaviour({ sbom: true });
    expect((await machine.where('CVE-2026-0050')).code).toBe(0);
    const cves = [{ cve: 'CVE-2026-0050' }];
    machine.server.world.images = [bad, { ...good, issues: [anIssue({ issue_id: 'XRAY-50', cves })] }];
    const ended = await machine.where('CVE-2026-0050', '--no-headers');
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^shop +pod\/good-1 /) as string });
    expect(ended.stderr).toMatch(/^CVE-2026-0050: 1 workload hit, by 1 image\n/);
  });
});

/** About which digests the next run asks that asks about any: where the machine is slow, news may come too late for one. */
async function askedAgain(machine: Machine): Promise<readonly string[]> {
  machine.asked();
  const questions = () => machine.server.requests.filter(({ path }) => path.endsWith('/summary/artifact'));
  await eventually('something is asked again', async () => {
    await machine.status();
    return questions().length > 0;
  });
  return questions()
    .flatMap(({ body }) => digestsIn(body))
    .toSorted();
}

function withoutTime({ metadata, ...list }: WorkloadVerdictList) {
  return { ...list, metadata: { ...metadata, generatedAt: null } };
}

function digestsIn(body: string): string[] {
  const { checksums } = JSON.parse(body) as { readonly checksums: readonly string[] };
  return checksums.map((one) => `sha256:${one}`);
}
