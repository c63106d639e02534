import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { imageOf } from '../../src/core/image.ts';
import type { Image } from '../../src/core/image.ts';
import type { Scan } from '../../src/core/scan.ts';
import { aLicense, anImage, anIndex, anIssue, aStatus } from '../xray-server/builders.ts';
import type { Right, StoredImage } from '../xray-server/data.ts';
import { startXrayServer } from '../xray-server/server.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { digestOf } from '../support/digests.ts';
import { aClock, askAll, askOne, aScanner, question, running, secret } from './asking.ts';
import type { ScannerOverrides } from './asking.ts';

let server: XrayServer;
let host: string;

beforeEach(async () => {
  server = await startXrayServer({ token: secret });
  host = new URL(server.url).host;
});

afterEach(async () => await server.stop());

function scanner(over: ScannerOverrides = {}): ReturnType<typeof aScanner> {
  return aScanner(server.url, { clock: aClock(10), ...over });
}

function store(...images: readonly StoredImage[]): void {
  server.world.images = [...server.world.images, ...images];
}

function mayOnly(...rights: readonly Right[]): void {
  server.world.accounts = [{ token: secret, rights }];
}

const digest = digestOf(0);

function ours(name = 'docker-local/app:1.0', at = digest, platform: string | null = 'linux/amd64'): Image {
  return running(`${host}/${name}`, at, platform);
}

function foreign(at = digest): Image {
  return running('docker.io/library/app:1.0', at);
}

function verdictOf({ state, reason }: Scan): string {
  return reason === null ? state : `${state} ${reason}`;
}

async function verdict(image: Image, over: ScannerOverrides = {}): Promise<string> {
  return verdictOf(await askOne(scanner(over), image));
}

const unscannedAs = (status: string): StoredImage => anImage({ digest, scan: 'unknown', status: aStatus(status) });

const emptyAs = (over: Partial<StoredImage>): StoredImage => anImage({ digest, scan: 'empty', ...over });

const pendingFor = (hours: number): ScannerOverrides => ({ pendingSince: () => Date.now() - hours * 3_600_000 });

const withId = (id: string) => ({ issues: [anIssue({ issue_id: id })] });

const idsOf = (scan: Scan): string[] => ('findings' in scan ? scan.findings.map(({ id }) => id).toSorted() : []);

const noLayer = 'default/docker-local/app/1.0/npm://minimist:1.2.5';
const inList = 'default/docker-local/app/1.0/list.manifest.json/sha256__0b37.tar.gz/npm://minimist:1.2.5';

const byReference = (text: string): Image => imageOf(text, undefined, null);

describe('Xray does not know it, and Artifactory', () => {
  const byStatus: [status: string, verdict: string][] = [
    ['NOT_SCANNED', 'unscanned neverScanned'],
    ['FAILED', 'unscanned failed'],
    ['NOT_SUPPORTED', 'unscanned unsupported'],
    ['PENDING', 'pending indexing'],
    ['SCANNING', 'pending scanning'],
    ['IN_PROGRESS', 'pending scanning'],
    // The summary does not know what the status calls scanned: that makes no sense.
    ['DONE', 'unknown badAnswer'],
    ['PARTIAL', 'unknown badAnswer'],
    ['BORED', 'unknown badAnswer'],
  ];
  for (const [status, expected] of byStatus) {
    test(`has it with status ${status}: ${expected}`, async () => {
      store(unscannedAs(status));
      expect(await verdict(ours())).toBe(expected);
      expect(await verdict(foreign())).toBe(expected);
    });
  }

  test('has it, but an older Xray has no status: never scanned, which could not be confirmed', async () => {
    server.world.behaviour = { ...server.world.behaviour, artifactStatus: false };
    store(unscannedAs('NOT_SCANNED'));
    const scan = await askOne(scanner(), ours());
    expect(verdictOf(scan)).toBe('unscanned neverScanned');
    expect(scan.cause).toContain('could not be confirmed');
    expect(scan.paths).toEqual(['docker-local/app/1.0/manifest.json']);
  });

  test('has two copies, one of them pending: pending', async () => {
    store(unscannedAs('NOT_SCANNED'));
    store(anImage({ digest, path: 'copy/1.0', scan: 'unknown', status: aStatus('PENDING') }));
    expect(await verdict(ours())).toBe('pending indexing');
  });

  const copies: [first: string, second: string, verdict: string][] = [
    ['FAILED', 'PENDING', 'pending indexing'],
    ['NOT_SUPPORTED', 'SCANNING', 'pending scanning'],
    ['NOT_SUPPORTED', 'FAILED', 'unscanned failed'],
    ['NOT_SCANNED', 'NOT_SUPPORTED', 'unscanned unsupported'],
    ['FAILED', 'BORED', 'unknown badAnswer'],
    ['BORED', 'PENDING', 'pending indexing'],
  ];
  for (const [first, second, expected] of copies) {
    test(`has a copy with status ${first}, another with ${second}: ${expected}`, async () => {
      for (const [at, status] of [first, second, first].entries()) {
        store(anImage({ digest, path: `copy-${at}/1.0`, scan: 'unknown', status: aStatus(status) }));
      }
      expect(await verdict(foreign())).toBe(expected);
    });
  }

  test('has it, and its status says nothing of its components: unknown', async () => {
    for (const rawStatus of [{ overall: { status: 'DONE' } }, { overall: { status: 'NOT_SCANNED' }, details: {} }]) {
      server.world.images = [anImage({ digest, scan: 'unknown', rawStatus })];
      expect(await verdict(ours())).toBe('unknown badAnswer');
    }
  });

  test('answers 404 with something that is not JSON: unknown, never gone', async () => {
    for (const body of ['<html>no such page</html>', 'not found', '']) {
      server.clearFaults();
      server.fault({ path: '/manifests/', status: 404, body });
      expect(await verdict(ours())).toBe('unknown notXray');
      expect(await verdict(byReference(`${host}/docker-local/app:2.0`))).toBe('unknown notXray');
    }
  });

  test('does not have it, and its host is not ours: foreign', async () => {
    expect(await verdict(foreign())).toBe('unscanned foreign');
    expect(server.count('/manifests/')).toBe(0);
  });

  test('does not have it any more, and its host is ours: gone', async () => {
    expect(await verdict(ours())).toBe('unscanned gone');
  });

  test('fails: unknown, never unscanned', async () => {
    for (const [status, expected] of [
      [401, 'unknown unauthorized'],
      [429, 'unknown throttled'],
      [500, 'unknown badAnswer'],
      [503, 'unknown unreachable'],
    ] as const) {
      server.clearFaults();
      server.fault({ path: '/artifactory/', status });
      expect(await verdict(foreign())).toBe(expected);
    }
  });

  test('answers with a page of HTML, or stalls: unknown', async () => {
    server.fault({ path: '/artifactory/', kind: 'html', times: 1 });
    expect(await verdict(foreign())).toBe('unknown notXray');
    server.fault({ path: '/artifactory/', kind: 'stallInBody' });
    expect(await verdict(foreign(), { requestTimeout: 2_500 })).toBe('unknown timeout');
  });

  test('refuses AQL: the checksum search is asked', async () => {
    for (const status of [400, 403, 404, 405, 415]) {
      server.clearFaults();
      server.fault({ path: '/api/search/aql', status });
      expect(await verdict(foreign())).toBe('unscanned foreign');
      expect(server.count('/api/search/checksum')).toBe(1);
      server.clearRequests();
    }
  });

  test('refuses every search: unconfirmed where the host is not ours', async () => {
    mayOnly('read');
    const scan = await askOne(scanner(), foreign());
    expect(verdictOf(scan)).toBe('unscanned unconfirmed');
    expect(scan.cause).toMatch(/search/);
  });

  test('refuses every search: the manifest decides where the host is ours', async () => {
    mayOnly('read', 'artifactoryRead');
    expect(await verdict(ours())).toBe('unscanned gone');
    store(unscannedAs('PENDING'));
    expect(await verdict(ours())).toBe('pending indexing');
  });

  test('refuses search and manifest: unknown, since it may be an index', async () => {
    mayOnly('read');
    expect(await verdict(ours())).toBe('unknown forbidden');
  });

  test('blocks the download for Xray: unknown, and said so', async () => {
    mayOnly('read', 'artifactoryRead');
    store(anImage({ digest, scan: 'unknown', blocked: 'policy' }));
    const scan = await askOne(scanner(), ours());
    expect(verdictOf(scan)).toBe('unknown forbidden');
    expect(scan.cause).toContain('blocked by Xray');
  });

  test('has no address: unconfirmed', async () => {
    const alone = await startXrayServer({ standalone: true });
    try {
      expect(verdictOf(await askOne(aScanner(alone.url), foreign()))).toBe('unscanned unconfirmed');
    } finally {
      await alone.stop();
    }
  });

  test('has only a layer of that digest: not a manifest', async () => {
    server.world.canned = [
      {
        path: 'search/aql',
        body: { results: [{ repo: 'r', path: 'app/1.0', name: 'sha256__0', sha256: digest.slice(7) }] },
      },
    ];
    expect(await verdict(ours())).toBe('unknown configDigest');
  });

  test('knows more than the digest: 404 through a virtual repository proves nothing', async () => {
    mayOnly('read', 'artifactoryRead');
    server.world.repositories = [
      { key: 'docker-local', type: 'LOCAL', packageType: 'Docker' },
      { key: 'hub', type: 'REMOTE', packageType: 'Docker' },
      { key: 'all', type: 'VIRTUAL', packageType: 'Docker', members: ['docker-local', 'hub'] },
    ];
    store(anImage({ digest, repo: 'hub-cache', path: 'library/app/1.0', scan: 'unknown', status: aStatus('FAILED') }));
    server.fault({ path: '/api/docker/all/', status: 404 });
    expect(await verdict(ours('all/app:1.0'))).toBe('unscanned failed');
    server.fault({ path: '/api/docker/hub-cache/', status: 403 });
    expect(await verdict(ours('all/app:1.0'))).toBe('unknown forbidden');
    expect(await verdict(ours('all/app:1.0', digestOf(9)))).toBe('unknown forbidden');
  });

  test('does not let repositories be listed: a 404 may come from a virtual one', async () => {
    mayOnly('read', 'artifactoryRead');
    server.fault({ path: /\/api\/repositories$/, status: 403 });
    expect(await verdict(ours())).toBe('unknown forbidden');
  });
});

describe('an empty answer is not yet clean', () => {
  const byStatus: [status: string, verdict: string][] = [
    ['DONE', 'scanned'],
    ['PARTIAL', 'scanned partial'],
    ['PENDING', 'pending indexing'],
    ['SCANNING', 'pending scanning'],
    ['IN_PROGRESS', 'pending scanning'],
    ['NOT_SCANNED', 'unscanned neverScanned'],
    ['FAILED', 'unscanned failed'],
    ['NOT_SUPPORTED', 'unscanned unsupported'],
    ['BORED', 'unknown badAnswer'],
  ];
  for (const [status, expected] of byStatus) {
    test(`${status}: ${expected}`, async () => {
      store(emptyAs({ status: { ...aStatus('DONE'), sca: status } }));
      expect(await verdict(ours())).toBe(expected);
    });
  }

  test('scanned in one copy, failed in another: scanned', async () => {
    store(emptyAs({ path: 'a/1.0', status: aStatus('FAILED') }), emptyAs({ path: 'b/1.0', status: aStatus('DONE') }));
    expect(await verdict(ours())).toBe('scanned');
  });

  test('no status (an older Xray): scanned, which could not be confirmed', async () => {
    store(emptyAs({ status: null }));
    const scan = await askOne(scanner(), ours());
    expect(verdictOf(scan)).toBe('scanned');
    expect(scan.cause).toContain('could not be confirmed');
  });

  test('no status because Xray fails: unknown', async () => {
    store(emptyAs({}));
    server.fault({ path: 'artifact/status', status: 503 });
    expect(await verdict(ours())).toBe('unknown unreachable');
  });

  test('an index that Xray "knows" without content is judged by its child', async () => {
    store(...anIndex({ digest, scan: 'empty', status: aStatus('DONE') }));
    const scan = await askOne(scanner(), ours());
    expect(verdictOf(scan)).toBe('scanned');
    expect(scan.state === 'scanned' && scan.findings).toHaveLength(1);
  });

  test('its manifest refused or gone: unknown, it may be an index', async () => {
    store(emptyAs({ status: aStatus('DONE') }));
    server.fault({ path: '/manifests/', status: 403, times: 1 });
    expect(await verdict(ours())).toBe('unknown forbidden');
    store(emptyAs({ digest: digestOf(1), path: 'old/1.0', inArtifactory: false }));
    expect(await verdict(ours('docker-local/old:1.0', digestOf(1)))).toBe('unknown badAnswer');
  });

  test('issues and licenses null or absent are an empty answer too', async () => {
    store(anImage({ digest, issues: null, licenses: null, status: aStatus('PENDING') }));
    expect(await verdict(ours())).toBe('pending indexing');
  });

  test('pending for more than a day is unknown, for who remembers', async () => {
    store(emptyAs({ status: aStatus('PENDING') }));
    expect(await verdict(ours(), pendingFor(23))).toBe('pending indexing');
    expect(await verdict(ours(), pendingFor(25))).toBe('unknown pendingTooLong');
  });
});

describe('an index', () => {
  const amd64 = { os: 'linux', architecture: 'amd64' };
  const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };

  for (const repo of ['docker-local', 'hub-cache']) {
    test(`in ${repo} is judged by the child of the node's platform`, async () => {
      const [index, first, second] = anIndex({
        digest,
        repo,
        attestation: true,
        platforms: [
          { ...amd64, image: withId('XRAY-1') },
          { ...arm64, image: withId('XRAY-2') },
        ],
      });
      store(index, ...[first, second].filter((one) => one !== undefined));
      const images = ['linux/amd64', 'linux/arm64'].map((platform) => ours('docker-local/app:1.0', digest, platform));
      const scans = [
        ...(
          await askAll(
            scanner(),
            images.map((image) => question(image)),
          )
        ).values(),
      ];
      expect(scans.map(idsOf)).toEqual([['XRAY-1'], ['XRAY-2']]);
      expect(scans.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
      expect(scans.map(({ judged }) => judged)).toEqual([[first?.digest], [second?.digest]]);
      expect(scans[0]?.paths).toEqual([`${repo}/${first?.path}/manifest.json`]);
      expect(server.count('/manifests/')).toBe(1);
    });
  }

  test('without a known platform: every real child, worst wins, assumed', async () => {
    store(
      ...anIndex({
        digest,
        attestation: true,
        platforms: [
          { ...amd64, image: withId('XRAY-1') },
          { ...arm64, image: withId('XRAY-2') },
        ],
      }),
    );
    const scan = await askOne(scanner(), ours('docker-local/app:1.0', digest, null));
    expect(verdictOf(scan)).toBe('scanned');
    expect(scan.platform).toBe('assumed');
    expect(idsOf(scan)).toEqual(['XRAY-1', 'XRAY-2']);
  });

  test('without a known platform, a child that was never pulled makes it partial', async () => {
    store(...anIndex({ digest, repo: 'hub-cache', platforms: [amd64, { ...arm64, image: null }] }));
    expect(verdictOf(await askOne(scanner(), ours('hub/app:1.0', digest, null)))).toBe('scanned partial');
  });

  test('is unscanned only where no child is known', async () => {
    const unknownChild = { scan: 'unknown', status: aStatus('NOT_SCANNED') } as const;
    const platforms = [amd64, arm64].map((one) => ({ ...one, image: unknownChild }));
    store(...anIndex({ digest, platforms }));
    expect(verdictOf(await askOne(scanner(), ours('docker-local/app:1.0', digest, null)))).toBe(
      'unscanned neverScanned',
    );
  });

  test('is unanswered where a child could not be asked, but keeps what the others prove', async () => {
    const [index, first, second] = anIndex({ digest });
    store(index, ...[first, second].filter((one) => one !== undefined));
    const bad = second?.digest.replace('sha256:', '') ?? '';
    server.fault({ path: 'summary/artifact', status: 500, matching: (body) => body.includes(bad) });
    const scan = await askOne(scanner(), ours('docker-local/app:1.0', digest, null));
    expect(verdictOf(scan)).toBe('unknown badAnswer');
    expect(idsOf(scan)).toEqual(['XRAY-100001']);
  });

  test('that Xray knows with content of its own is judged by both', async () => {
    const [index, ...children] = anIndex({ digest, platforms: [{ ...amd64, image: withId('XRAY-1') }] });
    const general = {
      name: 'app:1.0',
      path: 'default/docker-local/app/1.0/list.manifest.json',
      sha256: digest.slice(7),
    };
    const raw = { general, issues: [anIssue({ issue_id: 'XRAY-9' })], licenses: [] };
    store({ ...index, scan: 'scanned', raw }, ...children);
    expect(idsOf(await askOne(scanner(), ours()))).toEqual(['XRAY-1', 'XRAY-9']);
  });

  const ownContents: [name: string, own: Partial<StoredImage>][] = [
    ['only licenses', { issues: [], licenses: [aLicense()] }],
    ['one Low issue', { issues: [anIssue({ severity: 'Low', issue_id: 'XRAY-9', impact_path: [noLayer] })] }],
    ['an issue that names the list', { issues: [anIssue({ severity: 'Low', impact_path: [inList] })] }],
  ];
  for (const [name, own] of ownContents) {
    test(`in a folder like any image, known with ${name}, is judged by its child`, async () => {
      const critical = { issues: [anIssue({ issue_id: 'XRAY-1', severity: 'Critical' })] };
      store(...anIndex({ digest, scan: 'scanned', ...own, platforms: [{ ...amd64, image: critical }] }));
      const scan = await askOne(scanner(), ours());
      expect(verdictOf(scan)).toBe('scanned');
      expect(idsOf(scan)).toContain('XRAY-1');
      mayOnly('read', 'artifactoryRead');
      expect(idsOf(await askOne(scanner(), ours()))).toContain('XRAY-1');
    });
  }

  test('known with licenses only, whose manifest is refused, is unknown', async () => {
    mayOnly('read');
    store(anImage({ digest, issues: [] }));
    expect(await verdict(ours())).toBe('unknown forbidden');
  });

  test('known with a finding, whose manifest does not come in time, keeps the finding', async () => {
    store(...anIndex({ digest, scan: 'scanned', issues: [anIssue({ impact_path: [noLayer] })] }));
    server.fault({ path: '/artifactory/', kind: 'stallBeforeHeaders' });
    const aborting = new AbortController();
    const answers = askAll(scanner({ clock: aClock() }), [question(ours())], aborting.signal);
    await expect.poll(() => server.count(' /artifactory/')).toBe(1);
    aborting.abort();
    const [scan] = [...(await answers).values()];
    expect(scan).toMatchObject({ state: 'unknown', reason: 'timeout', findings: [{ id: 'XRAY-100001' }] });
  });

  test('that the search names and the registry does not know is unknown, never gone', async () => {
    store(...anIndex({ digest }));
    server.fault({ path: '/manifests/', status: 404 });
    const scan = await askOne(scanner(), ours());
    expect(verdictOf(scan)).toBe('unknown badAnswer');
    expect(scan.cause).toContain('search');
  });

  test('whose manifest is refused is unknown', async () => {
    store(...anIndex({ digest }));
    server.fault({ path: '/manifests/', status: 403 });
    expect(await verdict(ours())).toBe('unknown forbidden');
  });

  test('found through the registry alone is judged by its child', async () => {
    mayOnly('read', 'artifactoryRead');
    store(...anIndex({ digest }));
    expect(await verdict(ours())).toBe('scanned');
  });
});

describe('a config digest', () => {
  const config = digestOf(77);
  const byConfig = (name = 'docker-local/app:1.0'): Image => imageOf(`${host}/${name}`, config, 'linux/amd64');

  test('is resolved by the manifest at the reference', async () => {
    store(anImage({ digest, config }));
    const scan = await askOne(scanner(), byConfig());
    expect(verdictOf(scan)).toBe('scanned');
    expect(scan.digest).toBe(digest);
  });

  test('is resolved through an index', async () => {
    const platforms = [{ os: 'linux', architecture: 'amd64', image: { config } }];
    const [index, child] = anIndex({ digest, platforms });
    store(index, ...(child === undefined ? [] : [child]));
    const scan = await askOne(scanner(), byConfig());
    expect(scan.digest).toBe(child?.digest);
  });

  test('is unknown, never unscanned, where the tag has moved, is gone, or the host is not ours', async () => {
    expect(await verdict(byConfig())).toBe('unknown configDigest');
    store(anImage({ digest }));
    expect(await verdict(byConfig())).toBe('unknown configDigest');
    expect(await verdict(imageOf('docker.io/library/app:1.0', config, null))).toBe('unknown configDigest');
    expect(server.count('summary')).toBe(0);
  });

  test('is unknown with the cause where the manifest cannot be had', async () => {
    server.fault({ path: '/manifests/', status: 503 });
    expect(await verdict(byConfig())).toBe('unknown unreachable');
    mayOnly('read');
    server.clearFaults();
    expect(await verdict(byConfig())).toBe('unknown forbidden');
  });
});

describe('a reference without a digest', () => {
  test('is resolved through Artifactory', async () => {
    store(anImage({ digest }));
    const scan = await askOne(scanner(), byReference(`${host}/docker-local/app:1.0`));
    expect(verdictOf(scan)).toBe('scanned');
    expect(scan).toMatchObject({ digest, judged: [digest] });
  });

  test('is foreign where its host is not ours', async () => {
    const scan = await askOne(scanner(), byReference('nginx:1.27'));
    expect(verdictOf(scan)).toBe('unscanned foreign');
    expect(scan.cause).toContain('not resolved');
  });

  test('is unknown where its host is not ours and nobody answers who could tell what is ours', async () => {
    server.fault({ path: '/artifactory/', status: 500 });
    expect(await verdict(byReference('nginx:1.27'))).toBe('unknown badAnswer');
  });

  test('is unknown where Xray cannot be asked, foreign or gone', async () => {
    server.fault({ path: '/xray/', status: 503 });
    expect(await verdict(byReference('nginx:1.27'))).toBe('unknown unreachable');
    expect(await verdict(byReference(`${host}/docker-local/app:2.0`))).toBe('unknown unreachable');
  });

  test('costs one request to Xray in a run, however many are foreign', async () => {
    const images = Array.from({ length: 60 }, (_, at) => question(byReference(`nginx:1.${at}`)));
    const scans = await askAll(scanner(), images);
    expect(new Set([...scans.values()].map(verdictOf))).toEqual(new Set(['unscanned foreign']));
    expect(server.count(' /xray/')).toBe(1);
  });

  test('is gone where Artifactory has no such tag, unknown where it cannot be asked', async () => {
    expect(await verdict(byReference(`${host}/docker-local/app:2.0`))).toBe('unscanned gone');
    server.fault({ path: '/manifests/', status: 500 });
    expect(await verdict(byReference(`${host}/docker-local/app:2.0`))).toBe('unknown badAnswer');
  });
});

describe('which registries are ours', () => {
  const inCache = anImage({ digest, repo: 'docker-local', scan: 'unknown', status: aStatus('NOT_SCANNED') });
  const gone = 'unscanned gone';
  const cases: [name: string, reference: string, platform: string, expected: string][] = [
    ['the platform itself', 'acme.jfrog.io/docker-local/app:1.0', 'https://acme.jfrog.io', gone],
    ['the platform with its port written', 'acme.jfrog.io:443/docker-local/app:1.0', 'https://acme.jfrog.io', gone],
    ['a Cloud name of a repository', 'acme-docker-local.jfrog.io/app:1.0', 'https://acme.jfrog.io', gone],
    [
      'a Cloud name with dashes of no repository',
      'acme-eu-x.jfrog.io/app:1.0',
      'https://acme.jfrog.io',
      'unscanned foreign',
    ],
    ['another Cloud instance', 'other.jfrog.io/docker-local/app:1.0', 'https://acme.jfrog.io', 'unscanned foreign'],
    ['a subdomain that is a repository', 'docker-local.art.example/app:1.0', 'https://art.example', gone],
    ['a subdomain that is none', 'www.art.example/app:1.0', 'https://art.example', 'unscanned foreign'],
    ['one that is configured', 'registry.example:5000/app:1.0', 'https://acme.jfrog.io', gone],
    ['the same host at another port', 'acme.jfrog.io:5001/app:1.0', 'https://acme.jfrog.io', 'unscanned foreign'],
  ];
  for (const [name, reference, platform, expected] of cases) {
    test(`${name}: ${expected}`, async () => {
      store({ ...inCache, digest: digestOf(5) });
      const [{ connectToXray }, { createScanner }] = await Promise.all([
        import('../../src/xray/connect.ts'),
        import('../../src/xray/lookup.ts'),
      ]);
      const connection = connectToXray({ url: server.url, credentials: { kind: 'bearer', token: secret } });
      const asking = createScanner(
        { ...connection, hosts: [new URL(platform).host] },
        { clock: aClock(10), registries: [{ host: 'registry.example:5000', repository: 'docker-local' }] },
      );
      expect(verdictOf(await askOne(asking, running(reference, digest)))).toBe(expected);
      expect(server.count(/api\/repositories$/)).toBeLessThanOrEqual(1);
    });
  }
});

describe('where Xray is', () => {
  for (const suffix of ['', '/', '/xray', '/xray/', '/artifactory']) {
    test(`the url may end in "${suffix}"`, async () => {
      store(anImage({ digest }));
      const scan = await askOne(aScanner(`${server.url}${suffix}`), ours());
      expect(verdictOf(scan)).toBe('scanned');
      expect(server.requests.filter(({ status }) => status !== 200)).toEqual([]);
    });
  }

  test('a standalone Xray without v2 is found, and remembered', async () => {
    const images = [anImage({ digest }), anImage({ digest: digestOf(1), path: 'other/1.0' })];
    const alone = await startXrayServer({ standalone: true, world: { images } });
    try {
      alone.world.behaviour = { ...alone.world.behaviour, summaryV2: false };
      const asking = aScanner(alone.url);
      const scan = await askOne(asking, ours());
      expect(scan).toMatchObject({ state: 'scanned', findings: [{ component: 'npm://minimist:1.2.5' }] });
      alone.clearRequests();
      expect(verdictOf(await askOne(asking, ours('docker-local/other:1.0', digestOf(1))))).toBe('scanned');
      expect(alone.requests.map(({ path }) => path)).toEqual(['/api/v1/summary/artifact']);
    } finally {
      await alone.stop();
    }
  });

  test('something that is not Xray is said to be none', async () => {
    server.fault({ path: '', kind: 'html' });
    const scan = await askOne(scanner(), ours());
    expect(verdictOf(scan)).toBe('unknown notXray');
    expect(scan.cause).toContain('check the address');
  });

  test('a project scopes the calls', async () => {
    store(anImage({ digest }));
    await askOne(aScanner(server.url, { project: 'shop' }), ours());
    expect(server.requests.map(({ query }) => query)).toEqual(['projectKey=shop']);
  });
});

test('the same digest is asked about once, whatever the images', async () => {
  store(anImage({ digest }));
  const images = [ours(), ours('docker-local/copy:1.0'), foreign(), ours('docker-local/app:1.0', digest, null)];
  const asking = scanner();
  const [first, second] = await Promise.all([
    askAll(
      asking,
      images.map((image) => question(image)),
    ),
    askAll(asking, [question(ours())]),
  ]);
  expect([...first.keys()]).toEqual(images);
  expect([...first.values(), ...second.values()].map(verdictOf)).toEqual(Array(5).fill('scanned'));
  expect(server.requests).toHaveLength(1);
});

test('an answer about another digest at the same path does not count', async () => {
  const raw = {
    general: { name: 'app:1.0', path: 'default/docker-local/app/1.0/', sha256: digestOf(3).slice(7) },
    issues: [],
  };
  server.world.canned = [{ path: 'summary', body: { artifacts: [raw] } }];
  expect(await verdict(ours())).toBe('unknown badAnswer');
});
