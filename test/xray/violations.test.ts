import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import type { Image } from '../../src/core/image.ts';
import type { Scan } from '../../src/core/scan.ts';
import { aLicense, anImage, anIndex, aViolation, aWatch } from '../xray-server/builders.ts';
import type { JsonObject } from '../xray-server/data.ts';
import { startXrayServer } from '../xray-server/server.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { eventually } from '../control-plane/eventually.ts';
import { digestOf } from '../support/digests.ts';
import { aClock, askAll, askOne, aScanner, question, running, secret } from './asking.ts';

let server: XrayServer;
const both = { security: true, license: true };

beforeEach(async () => {
  server = await startXrayServer({ token: secret });
  server.world.images = Array.from({ length: 3 }, (_, at) => anImage({ digest: digestOf(at), path: `app-${at}/1.0` }));
  server.world.watches = [aWatch()];
});

afterEach(async () => await server.stop());

function image(at = 0): Image {
  return running(`${new URL(server.url).host}/docker-local/app-${at}:1.0`, digestOf(at));
}

async function ask(at = 0, violations = both): Promise<Extract<Scan, { state: 'scanned' }>> {
  const scan = await askOne(aScanner(server.url, { clock: aClock(10) }), image(at), { violations });
  if (scan.state !== 'scanned') throw new Error(`it is ${scan.state}: ${scan.cause}`);
  return scan;
}

const row = (place: string): JsonObject => ({
  type: 'security',
  severity: 'Major',
  issue_id: 'XRAY-100001',
  watch_name: place,
  infected_component: 'npm://minimist:1.2.5',
});

describe('where violations cannot be asked', () => {
  test('what rests on them is unanswered, with the cause, and the rest stands', async () => {
    server.fault({ path: 'v1/violations', status: 500 });
    const scan = await ask();
    expect(scan.findings).toHaveLength(1);
    expect(scan.evaluated).toEqual({ security: 'unanswered', license: 'unanswered' });
    expect(scan.violationsCause).toMatchObject({ reason: 'badAnswer', message: expect.stringContaining('violations') });
  });

  test('a page that fails leaves nothing half counted', async () => {
    server.world.violations = Array.from({ length: 150 }, (_, nth) =>
      aViolation({ path: 'app-0/1.0', watch: `w${nth}` }),
    );
    server.fault({ path: 'v1/violations', status: 403, after: 1 });
    const scan = await ask();
    expect(scan.evaluated.security).toBe('unanswered');
    expect(scan.violationsCause?.reason).toBe('forbidden');
  });

  test('an answer that is no list of violations is no answer', async () => {
    for (const body of [
      {},
      [],
      'none',
      { violations: 'none' },
      { violations: [{ type: 7 }] },
      { violations: [null] },
    ]) {
      server.world.canned = [{ path: 'v1/violations', body }];
      expect((await ask()).violationsCause?.reason).toBe('badAnswer');
    }
  });

  test('only the images of a failed call are concerned', async () => {
    server.world.images = Array.from({ length: 150 }, (_, at) =>
      anImage({ digest: digestOf(at), path: `app-${at}/1.0` }),
    );
    server.fault({ path: 'v1/violations', status: 403, times: 1 });
    const questions = Array.from({ length: 150 }, (_, at) => question(image(at), { violations: both }));
    const scans = [...(await askAll(aScanner(server.url), questions)).values()];
    const counts = Map.groupBy(scans, (scan) => ('evaluated' in scan ? scan.evaluated.security : 'none'));
    expect(counts.get('covered')).toHaveLength(50);
    expect(counts.get('unanswered')).toHaveLength(100);
  });
});

test('nothing is asked about violations where no condition rests on them', async () => {
  const scan = await ask(0, { security: false, license: false });
  expect(scan.evaluated).toEqual({ security: 'notAsked', license: 'notAsked' });
  expect(server.requests).toHaveLength(1);
});

test('violations are asked by path, from the beginning of time, and read', async () => {
  server.world.violations = [aViolation({ path: 'app-0/1.0' }), aViolation({ path: 'app-1/1.0', type: 'License' })];
  const questions = [0, 1, 2].map((at) => question(image(at), { violations: both }));
  const scans = [...(await askAll(aScanner(server.url), questions)).values()];
  expect(scans.map((scan) => 'violations' in scan && scan.violations)).toEqual([
    [
      {
        type: 'security',
        severity: 'High',
        id: 'XRAY-100001',
        cves: ['CVE-2026-0001'],
        components: ['npm://minimist:1.2.5'],
        watch: 'watch-all',
        policy: 'security-policy',
        created: '2026-02-01T10:00:00Z',
        summary: expect.any(String),
      },
    ],
    [expect.objectContaining({ type: 'license', id: 'MIT', policy: 'license-policy' })],
    [],
  ]);
  const bodies = server.requests.filter(({ path }) => path.endsWith('/violations')).map(({ body }) => JSON.parse(body));
  expect(bodies).toHaveLength(1);
  expect(bodies[0]).toMatchObject({
    filters: {
      created_from: '1970-01-01T00:00:00Z',
      resources: { artifacts: expect.arrayContaining([{ repo: 'docker-local', path: 'app-0/1.0/manifest.json' }]) },
    },
    pagination: { offset: 1, limit: 100 },
  });
  expect(bodies[0].filters).not.toHaveProperty('violation_type');
});

test('one type alone is asked for as such', async () => {
  server.world.violations = [aViolation({ path: 'app-0/1.0' })];
  const scan = await ask(0, { security: false, license: true });
  expect(scan.violations).toEqual([]);
  expect(scan.evaluated).toEqual({ security: 'notAsked', license: 'covered' });
  const [body] = server.requests.filter(({ path }) => path.endsWith('/violations')).map(({ body }) => body);
  expect(body).toContain('"violation_type":"License"');
});

test('every page is read', async () => {
  server.world.violations = Array.from({ length: 250 }, (_, nth) =>
    aViolation({ path: 'app-0/1.0', watch: `w${nth}` }),
  );
  expect((await ask()).violations).toHaveLength(250);
  expect(server.count('v1/violations')).toBe(3);
});

test('a violation of another digest at the same path does not count', async () => {
  const other = { issueId: 'XRAY-7', component: 'npm://other:1.0.0', cves: [] };
  server.world.violations = [
    aViolation({ path: 'app-0/1.0', ...other }),
    aViolation({ path: 'app-0/1.0/deeper', ...other }),
  ];
  expect((await ask()).violations).toEqual([]);
});

test('rows are matched with and without the id of Artifactory, by folder and by file', async () => {
  const [first, second, third] = [
    'default/docker-local/app-0/1.0/',
    'docker-local/app-0/1.0/',
    'id-9/docker-local/app-0/1.0/manifest.json',
  ];
  const violations = [
    { ...row('a'), impacted_artifacts: [first] },
    { ...row('b'), impact_artifacts: [second] },
    { ...row('c'), impacted_artifact: third },
    { ...row('d'), type: 'Operational_Risk', impacted_artifacts: [first] },
  ];
  server.world.canned = [{ path: 'v1/violations', body: { total_violations: 4, violations } }];
  const scan = await ask();
  expect(scan.violations.map(({ watch, severity }) => `${watch} ${severity}`)).toEqual(['a High', 'b High', 'c High']);
});

describe('a server that ignores the filter by path', () => {
  beforeEach(() => {
    server.world.behaviour = { ...server.world.behaviour, ignoresResourceFilter: true };
  });

  test('is read page by page', async () => {
    const others = Array.from({ length: 320 }, (_, nth) => aViolation({ path: `other-${nth}/1.0` }));
    server.world.violations = [...others, aViolation({ path: 'app-1/1.0', created: '2026-03-01T10:00:00Z' })];
    const questions = [0, 1].map((at) => question(image(at), { violations: both }));
    const scans = [...(await askAll(aScanner(server.url), questions)).values()];
    expect(scans.map((scan) => 'violations' in scan && scan.violations.length)).toEqual([0, 1]);
    expect(server.count('v1/violations')).toBe(5);
  });

  test('with more than 200 pages is unanswered', async () => {
    const violations = [aViolation({ path: 'other/1.0' })].map(({ repo, path }) => ({
      type: 'Security',
      impacted_artifacts: [`default/${repo}/${path}/`],
    }));
    server.world.canned = [
      { path: 'v1/violations', body: { total_violations: 20_001, violations: Array(100).fill(violations[0]) } },
    ];
    const scan = await ask();
    expect(scan.evaluated.security).toBe('unanswered');
    expect(scan.violationsCause?.message).toContain('3.88.10');
    expect(server.count('v1/violations')).toBeLessThan(5);
  });
});

describe('what "no violations" is worth', () => {
  const cases: [name: string, watch: Parameters<typeof aWatch>[0], security: string, license: string][] = [
    ['an active watch on the repository', {}, 'covered', 'covered'],
    ['a watch that is not active', { active: false }, 'notCovered', 'notCovered'],
    ['a watch on another repository', { repositories: ['other'] }, 'notCovered', 'notCovered'],
    [
      'a watch with a policy of one type',
      { assigned_policies: [{ name: 'l', type: 'license' }] },
      'notCovered',
      'covered',
    ],
    [
      'a watch on all repositories for Docker',
      {
        project_resources: { resources: [{ type: 'all-repos', filters: [{ type: 'package-type', value: 'Docker' }] }] },
      },
      'covered',
      'covered',
    ],
    [
      'a watch on all repositories for Maven',
      {
        project_resources: { resources: [{ type: 'all-repos', filters: [{ type: 'package-type', value: 'Maven' }] }] },
      },
      'notCovered',
      'notCovered',
    ],
    [
      'a watch whose filter matches the path',
      {
        project_resources: {
          resources: [{ type: 'repository', name: 'docker-local', filters: [{ type: 'regex', value: 'app-0/.*' }] }],
        },
      },
      'covered',
      'covered',
    ],
    [
      'a watch whose filter matches other paths',
      {
        project_resources: {
          resources: [{ type: 'repository', name: 'docker-local', filters: [{ type: 'regex', value: 'shop/.*' }] }],
        },
      },
      'notCovered',
      'notCovered',
    ],
    [
      'a watch whose filter cannot be told from a path',
      {
        project_resources: {
          resources: [
            {
              type: 'repository',
              name: 'docker-local',
              filters: [{ type: 'property', value: { key: 'a', value: 'b' } }],
            },
          ],
        },
      },
      'notCovered',
      'notCovered',
    ],
    ['a watch on builds', { project_resources: { resources: [{ type: 'all-builds' }] } }, 'notCovered', 'notCovered'],
  ];
  for (const [name, watch, security, license] of cases) {
    test(`${name}: ${security}, ${license}`, async () => {
      server.world.watches = [aWatch(watch)];
      expect((await ask()).evaluated).toEqual({ security, license });
    });
  }

  test('watches that may not be read: unreadable, but what was found counts', async () => {
    server.world.accounts = [{ token: secret, rights: ['read'] }];
    server.world.violations = [aViolation({ path: 'app-0/1.0' })];
    const scan = await ask();
    expect(scan.violations).toHaveLength(1);
    expect(scan.evaluated).toEqual({ security: 'unreadable', license: 'unreadable' });
    expect(scan.violationsCause).toMatchObject({ reason: 'forbidden', message: expect.stringContaining('watches') });
  });

  test('a watch that names its policies only: they are read for their types', async () => {
    server.world.watches = [aWatch({ assigned_policies: [{ name: 'p' }] })];
    server.world.policies = [{ name: 'p', type: 'security' }];
    expect((await ask()).evaluated).toEqual({ security: 'covered', license: 'notCovered' });
  });

  test('watches are read once for many images', async () => {
    const questions = [0, 1, 2].map((at) => question(image(at), { violations: both }));
    await askAll(aScanner(server.url), questions);
    expect(server.count('v2/watches')).toBe(1);
  });
});

/** Asks about two images at once, of which one is never answered, until the test ends. */
async function asking(): Promise<(notOlderThan: number) => Promise<Scan>> {
  server.world.images = [
    ...server.world.images.slice(0, 2),
    anImage({ digest: digestOf(2), path: 'app-2/1.0', scan: 'empty', issues: [], licenses: [] }),
  ];
  server.fault({ path: 'artifact/status', kind: 'stallBeforeHeaders' });
  const scanner = aScanner(server.url);
  const stopping = new AbortController();
  const ended = askAll(scanner, [question(image(2))], stopping.signal);
  onTestFinished(async () => {
    stopping.abort();
    await ended;
  });
  await eventually('it is asked about', () => server.count('artifact/status') > 0);
  return (notOlderThan) => askOne(scanner, image(), { violations: both, notOlderThan });
}

describe('while other images are still asked about, what was read before some time does not do after it', () => {
  test('watches are read again', async () => {
    const ask = await asking();
    expect(await ask(0)).toMatchObject({ evaluated: { security: 'covered' } });
    server.world.watches = [];
    expect(await ask(Date.now() + 1)).toMatchObject({ evaluated: { security: 'notCovered' } });
  });

  test('all violations are read again, of a server that ignores the filter by path', async () => {
    server.world.behaviour = { ...server.world.behaviour, ignoresResourceFilter: true };
    server.world.violations = [aViolation({ path: 'app-1/1.0' })];
    const ask = await asking();
    expect(await ask(0)).toMatchObject({ violations: [] });
    server.world.violations = [...server.world.violations, aViolation({ path: 'app-0/1.0' })];
    expect(await ask(Date.now() + 1)).toMatchObject({ violations: [{ id: 'XRAY-100001' }] });
  });
});

test('the violations of an index are those of its children', async () => {
  server.world.images = [...anIndex({ digest: digestOf(0), path: 'app-0/1.0' })];
  const child = server.world.images[1];
  server.world.violations = [aViolation({ path: child?.path ?? '' })];
  const scan = await ask();
  expect(scan.violations).toHaveLength(1);
  expect(scan.evaluated.security).toBe('covered');
});

test('an image without findings is asked about too, for its licenses', async () => {
  server.world.images = [
    anImage({ digest: digestOf(0), path: 'app-0/1.0', issues: [], licenses: [aLicense({ name: 'GPL-3.0-only' })] }),
  ];
  server.world.violations = [
    aViolation({ path: 'app-0/1.0', type: 'License', issueId: 'GPL-3.0-only', component: 'x' }),
  ];
  expect((await ask()).violations).toMatchObject([{ type: 'license', id: 'GPL-3.0-only' }]);
});
