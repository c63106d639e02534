import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import type { Fact, ImagesNews } from '../../src/core/inventory.ts';
import { createXrayClient } from '../../src/xray/client.ts';
import { connectToXray } from '../../src/xray/connect.ts';
import { createNews } from '../../src/xray/news.ts';
import { createNewsOnce } from '../../src/xray/news-since.ts';
import type { XrayNewsOptions } from '../../src/xray/news.ts';
import { eventually } from '../control-plane/eventually.ts';
import { aManualClock } from '../support/manual-clock.ts';
import { aPolicy, aViolation, aWatch } from '../xray-server/builders.ts';
import type { JsonObject, XrayViolation } from '../xray-server/data.ts';
import { usersRights } from '../xray-server/auth.ts';
import { startXrayServer } from '../xray-server/server.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { secret } from './asking.ts';

const [minute, hour] = [60_000, 3_600_000];
let server: XrayServer;

beforeEach(async () => {
  server = await startXrayServer({ token: secret, world: { watches: [aWatch()], policies: [aPolicy()] } });
});

afterEach(async () => await server.stop());

interface Following {
  /** What was reported from the start, or since this was last called, once the next poll has ended. */
  readonly poll: () => Promise<Fact[]>;
  readonly client: ReturnType<typeof createXrayClient>;
  readonly clock: ReturnType<typeof aManualClock>;
  readonly stop: () => Promise<void>;
}

/** News that have been polled once. */
async function following(over: XrayNewsOptions & { readonly url?: string } = {}): Promise<Following> {
  const { url = server.url, ...options } = over;
  const clock = aManualClock({ hurried: 2_000 });
  // No test moves the clock on so far: a request that is under way is known by its limit.
  const settings = { url, credentials: { kind: 'bearer', token: secret }, requestTimeout: 10 * hour } as const;
  const client = createXrayClient(connectToXray(settings), { clock, random: () => 0 });
  const stopping = new AbortController();
  const facts: Fact[] = [];
  const ended = (async () => {
    const news = createNews(client, { random: () => 0.5, ...options });
    for await (const batch of news.follow(stopping.signal)) facts.push(...batch);
  })();
  const isIdle = (): boolean => clock.waits().length > 0 && clock.waits().every((one) => one < 10 * hour);
  const idle = () => eventually('a poll has ended', isIdle, { interval: 5 });
  const stop = async (): Promise<void> => {
    stopping.abort();
    await ended;
  };
  onTestFinished(stop);
  await idle();
  let first = true;
  const poll = async (): Promise<Fact[]> => {
    if (!first) clock.advance(clock.waits()[0] ?? 0);
    first = false;
    await idle();
    return facts.splice(0);
  };
  return { poll, client, clock, stop };
}

/** Following, with what there was at the start out of the way. */
async function started(over: Parameters<typeof following>[0] = {}): Promise<Following> {
  const news = await following(over);
  await news.poll();
  server.clearRequests();
  return news;
}

function newViolation(over: Partial<XrayViolation> = {}): void {
  const created = new Date().toISOString();
  server.world.violations = [...server.world.violations, aViolation({ created, ...over })];
}

function newsOf(facts: readonly Fact[]): ImagesNews[] {
  return facts.filter((fact) => fact.type === 'ImagesNews');
}

function faultsOf(facts: readonly Fact[]): [from: string, message: string | null][] {
  return facts.filter((fact) => fact.type === 'NewsFault').map(({ from, message }) => [from, message]);
}

/** Where each question about violations begins, ms since the epoch. */
function askedFrom(): number[] {
  const asked = server.requests.filter((one) => one.path.endsWith('/violations')).map(({ body }) => body);
  return asked.map((body) => Date.parse(/"created_from":"([^"]+)"/.exec(body)?.[1] ?? ''));
}

const aBuild = { type: 'all-builds', filters: [] };

describe('a poll that fails', () => {
  test('moves no mark: what came meanwhile is reported once it is answered again, with one cause before', async () => {
    const news = await started();
    server.fault({ status: 503 });
    newViolation({ path: 'app/2.0' });
    const facts = await news.poll();
    expect(faultsOf(facts)).toEqual([['xray', expect.stringMatching(/could not ask for new violations: .* 503/)]]);
    expect(newsOf(facts)).toEqual([]);
    expect(await news.poll()).toEqual([]);
    server.clearFaults();
    const after = await news.poll();
    expect(faultsOf(after)).toEqual([['xray', null]]);
    expect(newsOf(after)).toMatchObject([{ folders: ['docker-local/app/2.0'] }]);
  });

  test('in the middle of its pages reports nothing, and all of them the next time', async () => {
    const news = await started();
    for (let nth = 0; nth < 150; nth += 1) newViolation({ path: `app-${nth}/1.0` });
    server.fault({ path: 'v1/violations', status: 500, after: 1 });
    expect(newsOf(await news.poll())).toEqual([]);
    server.clearFaults();
    expect(newsOf(await news.poll())[0]?.folders).toHaveLength(150);
  });

  test('is tried again soon, then at most as often as polls are due', async () => {
    const news = await started();
    server.fault({ path: 'v1/violations', status: 500 });
    await news.poll();
    const waits: number[] = [];
    for (let nth = 0; nth < 6; nth += 1) {
      waits.push(news.clock.waits()[0] ?? 0);
      await news.poll();
    }
    expect(waits.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(minute);
  });

  test('against a server that is gone is one probe, and ends with the server back', async () => {
    const news = await started();
    const port = Number(new URL(server.url).port);
    await server.stop();
    expect(faultsOf(await news.poll())).toEqual([['xray', expect.stringContaining('nothing listens there')]]);
    expect(faultsOf(await news.poll())).toEqual([]);
    server = await startXrayServer({ token: secret, port });
    newViolation();
    // Whoever found it gone has left it alone for ten seconds.
    const facts = [...(await news.poll()), ...(await news.poll())];
    expect(faultsOf(facts)).toEqual([['xray', null]]);
    expect(newsOf(facts).map(({ from }) => from)).toContain('violations');
  });

  test('for wrong credentials is not sent again until they are renewed', async () => {
    const news = await started();
    server.world.accounts = [{ token: 'another', rights: usersRights }];
    expect(faultsOf(await news.poll())).toEqual([['xray', expect.stringContaining('refused the credentials')]]);
    server.clearRequests();
    await news.poll();
    expect(server.requests).toEqual([]);
    newViolation();
    news.client.renew({ kind: 'bearer', token: 'another' });
    const facts = await news.poll();
    expect(faultsOf(facts)).toEqual([['xray', null]]);
    expect(newsOf(facts)).toHaveLength(1);
  });

  test('of an answer that is no list says so, and never ends the rest', async () => {
    for (const [path, from] of [
      ['v1/violations', 'violations'],
      ['v2/watches', 'watches'],
      ['v2/policies', 'policies'],
    ] as const) {
      for (const body of ['none', { violations: 'none' }, 7]) {
        server.world.canned = [{ path, body }];
        const news = await following();
        expect(faultsOf(await news.poll())).toEqual([[from, expect.stringContaining('makes no sense')]]);
        await news.stop();
      }
    }
  });
});

describe('without a right', () => {
  test('to policies and watches it is said once, asked every ten minutes, and violations are heard', async () => {
    server.world.accounts = [{ token: secret, rights: ['read'] }];
    const news = await following();
    const said = faultsOf(await news.poll());
    expect(said.map(([from]) => from)).toEqual(['watches', 'policies']);
    expect(said[0]?.[1]).toMatch(/may not read the watches of Xray.*403/);
    server.clearRequests();
    newViolation();
    expect(newsOf(await news.poll())).toHaveLength(1);
    for (let nth = 0; nth < 8; nth += 1) expect(await news.poll()).toEqual([]);
    expect(server.count('v2/')).toBe(0);
    server.world.accounts = [{ token: secret, rights: usersRights }];
    expect(faultsOf([...(await news.poll()), ...(await news.poll())])).toEqual([
      ['watches', null],
      ['policies', null],
    ]);
  });

  test('to watches alone, a changed policy may concern everything', async () => {
    server.world.accounts = [{ token: secret, rights: ['read', 'policies'] }];
    const news = await started();
    server.world.policies = [aPolicy({ modified: '2026-12-01T00:00:00Z' })];
    expect(newsOf(await news.poll())).toMatchObject([{ from: 'policies', everything: true }]);
  });
});

describe('violations', () => {
  test('a new one leads to the images under its paths only, at the time it was heard', async () => {
    const news = await started();
    newViolation({ repo: 'docker-prod', path: 'team/cart/2.1' });
    expect(newsOf(await news.poll())).toEqual([
      {
        type: 'ImagesNews',
        at: news.clock.now(),
        digests: [],
        folders: ['docker-prod/team/cart/2.1'],
        repositories: [],
        everything: false,
        from: 'violations',
      },
    ]);
  });

  test('what was there before the start is no news, and is asked for from five minutes before it', async () => {
    newViolation({ created: new Date(Date.now() - minute).toISOString() });
    newViolation({ created: new Date(Date.now() - hour).toISOString() });
    const news = await following();
    expect(await news.poll()).toEqual([]);
    expect(news.clock.now() - (askedFrom()[0] ?? 0)).toBe(5 * minute);
    expect(await news.poll()).toEqual([]);
  });

  test('one from the time that a memory reaches back to is news', async () => {
    newViolation({ created: new Date(Date.now() - hour).toISOString(), path: 'app/1.1' });
    newViolation({ created: new Date(Date.now() - 3 * hour).toISOString() });
    const news = await following({ since: Date.now() - 2 * hour });
    expect(newsOf(await news.poll())).toMatchObject([{ folders: ['docker-local/app/1.1'] }]);
  });

  test('one is news once, although the questions overlap', async () => {
    const news = await started();
    newViolation();
    expect(newsOf(await news.poll())).toHaveLength(1);
    for (let nth = 0; nth < 3; nth += 1) expect(await news.poll()).toEqual([]);
  });

  test('one that appears late, created before the last one seen, is news', async () => {
    const news = await started();
    newViolation();
    await news.poll();
    newViolation({ path: 'late/1.0', created: new Date(Date.now() - 4 * minute).toISOString() });
    expect(newsOf(await news.poll())).toMatchObject([{ folders: ['docker-local/late/1.0'] }]);
  });

  test('two differ by watch, issue, component or path', async () => {
    const news = await started();
    newViolation();
    await news.poll();
    for (const other of [{ watch: 'w' }, { issueId: 'XRAY-2' }, { component: 'npm://b:1' }, { path: 'b/1' }]) {
      newViolation(other);
      expect(newsOf(await news.poll())).toHaveLength(1);
    }
  });

  test('every page is read', async () => {
    const news = await started();
    for (let nth = 0; nth < 230; nth += 1) newViolation({ path: `app-${nth}/1.0` });
    expect(newsOf(await news.poll())[0]?.folders).toHaveLength(230);
    expect(askedFrom()).toHaveLength(3);
  });

  test('where they are too many to be read, everything may be concerned', async () => {
    const news = await started();
    const row = { type: 'Security', issue_id: 'XRAY-1', impacted_artifacts: ['default/docker-local/app/1.0/'] };
    const violations = Array.from({ length: 100 }, (_, nth) => ({ ...row, watch_name: `w${nth}` }));
    server.world.canned = [{ path: 'v1/violations', body: { total_violations: 1_000_000, violations } }];
    expect(newsOf(await news.poll())).toMatchObject([{ everything: true }]);
    expect(askedFrom()).toHaveLength(200);
  });

  test('a time in the future hides nothing that comes until then', async () => {
    const news = await started();
    newViolation({ created: new Date(Date.now() + 10 * 365 * 24 * hour).toISOString() });
    await news.poll();
    newViolation({ path: 'later/1.0' });
    expect(newsOf(await news.poll())).toMatchObject([{ folders: ['docker-local/later/1.0'] }]);
  });

  test('where none are created, the questions reach back no further than an hour and the overlap', async () => {
    const news = await started({ since: Date.now() - 9 * hour });
    await news.poll();
    const [from = 0] = askedFrom();
    expect(Math.abs(Date.now() - from - hour - 5 * minute)).toBeLessThan(10_000);
  });

  test('our clock may be wrong by hours', async () => {
    for (const wrong of [-3 * hour, 3 * hour]) {
      server.world.violations = [];
      const news = await started({ since: Date.now() + wrong });
      newViolation({ path: 'now/1.0' });
      expect(newsOf(await news.poll())).toMatchObject([{ folders: ['docker-local/now/1.0'] }]);
      await news.stop();
    }
  });

  test('rows of every documented form lead to their images, and what makes no sense to none', async () => {
    const news = await started();
    const row = { type: 'License', created: new Date().toISOString() };
    server.world.canned = [
      {
        path: 'v1/violations',
        body: {
          total_violations: 6,
          violations: [
            { ...row, impact_artifacts: ['default/a/app/1/manifest.json'] },
            { ...row, impacted_artifact: 'b/app/1/list.manifest.json' },
            { ...row, type: 'operational_risk', impacted_artifacts: ['/own-id/c/app/1/'] },
            { ...row, impacted_artifacts: null },
            { impacted_artifacts: ['default/d/app/1/'], created: 'yesterday' },
            'nonsense',
          ],
        },
      },
    ];
    const folders = ['a/app/1', 'b/app/1', 'app/1', 'own-id/c/app/1', 'c/app/1', 'd/app/1'];
    expect(newsOf(await news.poll())).toMatchObject([{ folders }]);
  });
});

describe("Xray's policies and watches", () => {
  const onProd = aWatch({ name: 'prod', repositories: ['prod'], assigned_policies: [{ name: 'strict' }] });
  const all = { resources: [{ type: 'all-repos', filters: [] }] };

  test('a policy that has changed since the first questions, before the first poll, is news too', async () => {
    server.world.watches = [onProd];
    server.world.policies = [aPolicy({ name: 'strict' })];
    const { signal } = new AbortController();
    const settings = { url: server.url, credentials: { kind: 'bearer', token: secret } } as const;
    const once = createNewsOnce(createXrayClient(connectToXray(settings), { clock: aManualClock() }));
    await Promise.all([once.watches(signal), once.policies(signal)]);
    server.world.policies = [aPolicy({ name: 'strict', modified: '2026-12-01T00:00:00Z' })];
    await Promise.all([once.watches(signal), once.policies(signal)]);
    const news = await following({ first: once.first });
    expect(newsOf(await news.poll())).toMatchObject([{ from: 'policies', repositories: ['prod', 'prod-cache'] }]);
    expect(newsOf(await news.poll())).toEqual([]);
  });

  test('a changed policy leads to the repositories of the active watches that name it', async () => {
    const idle = aWatch({
      name: 'idle',
      active: false,
      repositories: ['idle'],
      assigned_policies: [{ name: 'strict' }],
    });
    server.world.watches = [aWatch(), onProd, idle];
    server.world.policies = [aPolicy(), aPolicy({ name: 'strict' })];
    const news = await started();
    server.world.policies = [aPolicy(), aPolicy({ name: 'strict', modified: '2026-12-01T00:00:00Z' })];
    expect(newsOf(await news.poll())).toEqual([
      expect.objectContaining({
        from: 'policies',
        repositories: ['prod', 'prod-cache'],
        folders: [],
        everything: false,
      }),
    ]);
    expect(await news.poll()).toEqual([]);
  });

  test('where a policy does not say when it was modified, it is compared', async () => {
    const rules = [{ name: 'r', priority: 1, criteria: { min_severity: 'High' } }];
    const { modified: _, ...undated } = aPolicy({ rules });
    server.world.policies = [undated];
    const news = await started();
    server.world.policies = [Object.fromEntries(Object.entries(undated).toReversed())];
    expect(await news.poll()).toEqual([]);
    server.world.policies = [{ ...undated, rules: [{ ...rules[0], criteria: { min_severity: 'Low' } }] }];
    expect(newsOf(await news.poll())).toMatchObject([{ repositories: ['docker-local', 'docker-local-cache'] }]);
  });

  test('a policy that nothing watches concerns nothing', async () => {
    const news = await started();
    server.world.policies = [aPolicy(), aPolicy({ name: 'unused' })];
    expect(await news.poll()).toEqual([]);
  });

  const cases: [name: string, before: JsonObject[], after: JsonObject[], news: Partial<ImagesNews> | null][] = [
    ['a new watch', [], [onProd], { repositories: ['prod', 'prod-cache'] }],
    ['a removed watch', [onProd], [], { repositories: ['prod', 'prod-cache'] }],
    [
      'a watch that begins',
      [{ ...onProd, general_data: { name: 'prod', active: false } }],
      [onProd],
      { repositories: ['prod', 'prod-cache'] },
    ],
    [
      'a watch that moves',
      [onProd],
      [aWatch({ name: 'prod', repositories: ['b'], assigned_policies: [{ name: 'strict' }] })],
      { repositories: ['prod', 'prod-cache', 'b', 'b-cache'] },
    ],
    [
      'other policies',
      [onProd],
      [{ ...onProd, assigned_policies: [{ name: 'lax' }] }],
      { repositories: ['prod', 'prod-cache'] },
    ],
    ['every repository', [], [{ ...onProd, project_resources: all }], { everything: true }],
    [
      'a whole project',
      [],
      [{ ...onProd, project_resources: { resources: [{ type: 'project', name: 'p' }] } }],
      { everything: true },
    ],
    ['builds only: nothing', [], [{ ...onProd, project_resources: { resources: [aBuild] } }], null],
    ['another order: nothing', [aWatch({ repositories: ['a', 'b'] })], [aWatch({ repositories: ['b', 'a'] })], null],
    [
      'another description: nothing',
      [onProd],
      [{ ...onProd, general_data: { name: 'prod', description: 'x', active: true } }],
      null,
    ],
  ];
  for (const [name, before, after, expected] of cases) {
    test(name, async () => {
      server.world.watches = before;
      const news = await started();
      server.world.watches = after;
      const found = newsOf(await news.poll());
      expect(found).toEqual(
        expected === null
          ? []
          : [
              expect.objectContaining({
                from: 'watches',
                everything: false,
                repositories: [],
                folders: [],
                ...expected,
              }),
            ],
      );
    });
  }
});

test('polls are as far apart as said, a tenth more or less', async () => {
  for (const [random, wait] of [
    [0, 27_000],
    [1, 33_000],
  ] as const) {
    const news = await following({ pollInterval: 30_000, random: () => random });
    expect(news.clock.waits()).toEqual([wait]);
    await news.stop();
  }
});

test('a standalone Xray is found as look-ups find it', async () => {
  const alone = await startXrayServer({ token: secret, standalone: true });
  onTestFinished(alone.stop);
  const news = await following({ url: alone.url });
  expect(await news.poll()).toEqual([]);
  expect(news.client.base().xray).toBe(alone.url);
});

test('an end in the middle of a question is no failure', async () => {
  const news = await started();
  server.setLatency(10_000);
  news.clock.advance(minute);
  await eventually('a question is under way', () => news.clock.waits().some((one) => one >= 10 * hour));
  await news.stop();
});
