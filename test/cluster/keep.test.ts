// How one collection is kept up to date, against a server that does what real ones do on bad days. Time is moved by hand.
import type { ServerResponse } from 'node:http';
import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { aHandClock, type HandClock } from '../support/hand-clock.ts';
import {
  anApiServer,
  type Asked,
  beginFrames,
  bookmark,
  errorFrame,
  podFrame,
  podList,
  type PodText,
  protobuf,
  refuse,
  type Route,
} from './api-server.ts';
import { aConnection, aFile, ofType } from './connecting.ts';
import { type Following, following } from './following.ts';

/** Each kind of request gets its next answer; the last one answers all further ones of its kind. */
interface Script {
  readonly stream?: readonly Route[];
  readonly page?: readonly Route[];
  readonly watch?: readonly Route[];
}

interface Run {
  readonly live: Following;
  readonly clock: HandClock;
  readonly asked: readonly Asked[];
  /** The requests for pods, in short: `stream`, `page`, `watch 8`. */
  readonly requests: () => readonly string[];
  /** Waits, and lets time pass meanwhile: so much at each look, until so many pods are known or the condition holds. */
  readonly pass: (what: string, look: () => boolean, step?: number) => Promise<void>;
  readonly uids: () => readonly string[];
}

const kindOf = ({ query }: Asked): keyof Script =>
  query.get('sendInitialEvents') === 'true' ? 'stream' : query.get('watch') === '1' ? 'watch' : 'page';

const noStream: Route = (_, response) => refuse(response, 422, 'sendInitialEvents is forbidden');

async function run(script: Script, token?: string): Promise<Run> {
  const turns = { stream: 0, page: 0, watch: 0 };
  const server = await anApiServer({
    '/api/v1/pods': (asked, response) => {
      const kind = kindOf(asked);
      const routes = script[kind] ?? [noStream];
      routes[Math.min(turns[kind], routes.length - 1)]?.(asked, response);
      turns[kind] += 1;
    },
  });
  const clock = aHandClock();
  const flags = token === undefined ? { server: server.url } : { kubeconfig: withTokenFile(server.url, token) };
  const live = following(aConnection(flags, clock));
  const pods = () => server.asked.filter(({ path }) => path === '/api/v1/pods');
  const pass: Run['pass'] = async (what, look, step = 100) =>
    live.until(what, look, { deadline: 5_000, each: () => clock.advance(step) });
  return {
    live,
    clock,
    asked: server.asked,
    requests: () => pods().map((one) => [kindOf(one), one.query.get('resourceVersion')].filter(Boolean).join(' ')),
    pass,
    uids: () => [...live.state.pods.keys()].toSorted(),
  };
}

function withTokenFile(server: string, tokenFile: string): string {
  const config = {
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user: { tokenFile } }],
  };
  return aFile('config', JSON.stringify(config));
}

const added = (uid: string, version = '5') => podFrame('ADDED', { uid, version });
const deleted = (uid: string, version: string) => podFrame('DELETED', { uid, version });

/** Answers with these frames and stays open; what comes later is written by the test. */
function held() {
  const open: ServerResponse[] = [];
  const route =
    (...frames: readonly Uint8Array[]): Route =>
    (_, response) => {
      beginFrames(response);
      for (const frame of frames) response.write(frame);
      open.push(response);
    };
  return { route, last: () => open.at(-1), count: () => open.length };
}

const ended =
  (...frames: readonly Uint8Array[]): Route =>
  (_, response) => {
    beginFrames(response);
    response.end(Buffer.concat(frames));
  };

const nonsense: Route = (_, response) => {
  beginFrames(response);
  response.end(Uint8Array.of(0, 0, 0, 4, 255, 255, 255, 255));
};

const page =
  (pods: readonly PodText[], version = '7'): Route =>
  (_, response) =>
    protobuf(response, podList(pods, { version }));

const status =
  (code: number, message: string, headers: Record<string, string> = {}): Route =>
  (_, response) =>
    refuse(response, code, message, headers);

const read = ({ live }: Run) => live.until('all was read', ({ clusterRead }) => clusterRead);
const has = (one: Run, ...uids: readonly string[]) => one.uids().join() === uids.join();
const losses = ({ live }: Run) => ofType(live.facts, 'StreamLost').map(({ cause }) => cause);
const restored = ({ live }: Run) => ofType(live.facts, 'StreamRestored').length;

describe('a watch that breaks', () => {
  test('in the middle of a frame goes on from the last whole one, and both is told', async () => {
    const later = held();
    const torn = [added('b', '9'), added('c', '10').subarray(0, 9)];
    const it = await run({ stream: [ended(added('a'), bookmark(), ...torn)], watch: [later.route(added('c', '10'))] });
    await it.pass('the rest came', () => has(it, 'a', 'b', 'c'));
    expect(it.requests()).toEqual(['stream', 'watch 9']);
    expect(losses(it)).toEqual([expect.stringContaining('ended in the middle of a frame')]);
    expect(restored(it)).toBe(1);
    expect(it.live.state.lostStreams).toEqual([]);
  });

  test('by a reset goes on from the last version', async () => {
    const [first, later] = [held(), held()];
    const it = await run({ stream: [first.route(added('a'), bookmark())], watch: [later.route(added('b', '11'))] });
    await read(it);
    first.last()?.socket?.resetAndDestroy();
    await it.pass('it goes on', () => has(it, 'a', 'b'));
    expect(it.requests()).toEqual(['stream', 'watch 8']);
    expect([losses(it).length, restored(it)]).toEqual([1, 1]);
  });

  test('again and again waits longer each time, up to half a minute, and less again once one has lasted', async () => {
    const lasting = held();
    const broken = Array.from({ length: 10 }, () => ended());
    const it = await run({ page: [page([])], watch: [...broken, lasting.route(), ended(), lasting.route()] });
    await read(it);
    await it.pass('one lasts', () => lasting.count() === 1, 1_000);
    const waits = () => it.clock.asked.filter((wait) => wait < 30_000 && wait > 0);
    expect(waits()).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    it.clock.advance(6_000);
    lasting.last()?.end();
    await it.pass('it is asked again', () => lasting.count() === 2);
    expect(waits().slice(10)).toEqual([125]);
  });

  test('that ends as every watch ends is gone on with at once, and nothing is told', async () => {
    const [first, later] = [held(), held()];
    const it = await run({ stream: [first.route(added('a'), bookmark())], watch: [later.route()] });
    await read(it);
    it.clock.advance(6_000);
    first.last()?.end(bookmark(false, '20'));
    await it.live.until('it goes on', () => later.count() === 1);
    expect(it.requests()).toEqual(['stream', 'watch 20']);
    expect(losses(it)).toEqual([]);
  });

  test('is told with its newest cause', async () => {
    const it = await run({
      page: [page([{ uid: 'a' }])],
      watch: [ended(errorFrame(500, 'etcd is slow')), ended(errorFrame(504, 'no leader'))],
    });
    await it.pass('both are told', () => losses(it).length >= 2);
    expect(losses(it).slice(0, 2)).toEqual(['etcd is slow', 'no leader']);
    expect(it.uids()).toEqual(['a']);
  });

  test('with bytes that are no frames is listed anew', async () => {
    const later = held();
    const it = await run({ page: [page([{ uid: 'a' }]), page([{ uid: 'b' }], '9')], watch: [nonsense, later.route()] });
    await it.pass('it was listed anew', () => has(it, 'b'));
    await it.live.until('it is watched', () => later.count() === 1);
    expect(it.requests()).toEqual(['stream', 'page', 'watch 7', 'stream', 'page', 'watch 9']);
  });
});

describe('a server that has forgotten where we were', () => {
  const cases: readonly [name: string, answer: Route][] = [
    ['by a status', status(410, 'too old resource version')],
    ['by a frame', ended(errorFrame(410, 'too old resource version'))],
  ];
  for (const [name, answer] of cases) {
    test(`${name}: all is listed anew, and what is not there any more is gone`, async () => {
      const later = held();
      const it = await run({
        stream: [ended(added('a'), added('b'), bookmark()), held().route(added('b'), added('c'), bookmark(true, '30'))],
        watch: [answer, later.route()],
      });
      await it.pass('it was listed anew', () => has(it, 'b', 'c'));
      expect(ofType(it.live.facts, 'PodGone').map(({ uid }) => uid)).toEqual(['a']);
      expect(it.requests()).toEqual(['stream', 'watch 8', 'stream']);
      // What did not change is not told again.
      expect(ofType(it.live.facts, 'PodSeen').map(({ pod }) => pod.uid)).toEqual(['a', 'b', 'c']);
    });
  }

  test('at once, each time, is not asked without end', async () => {
    const it = await run({ page: [page([{ uid: 'a' }])], watch: [status(410, 'too old resource version')] });
    await it.pass('it has tried some times', () => it.requests().length > 12, 1_000);
    expect(it.clock.asked.filter((wait) => wait > 0 && wait < 60_000)).toEqual(
      expect.arrayContaining([125, 250, 500, 1_000]),
    );
    expect(it.uids()).toEqual(['a']);
  });
});

describe('a stream on which nothing arrives', () => {
  test('is dead after 75 seconds, and gone on with', async () => {
    const [first, later] = [held(), held()];
    const it = await run({ stream: [first.route(added('a'), bookmark())], watch: [later.route(added('b', '9'))] });
    await read(it);
    first.last()?.write(bookmark(false, '12'));
    await it.pass('a minute has passed', () => it.clock.now() > 1_070_000, 1_000);
    expect(it.requests()).toEqual(['stream']);
    await it.pass('it goes on', () => has(it, 'a', 'b'), 1_000);
    expect(it.requests()).toEqual(['stream', 'watch 12']);
    expect(losses(it)).toEqual(['nothing arrived for 75 seconds']);
    expect(it.clock.now()).toBeLessThan(1_000_000 + 90_000);
  });

  test('lives on as long as bookmarks come', async () => {
    const first = held();
    const it = await run({ stream: [first.route(added('a'), bookmark())] });
    await read(it);
    for (let minute = 1; minute <= 5; minute += 1) {
      first.last()?.write(Buffer.concat([bookmark(false, String(minute)), added(`m${minute}`)]));
      await it.live.until('it has arrived', ({ pods }) => pods.has(`m${minute}`));
      it.clock.advance(60_000);
    }
    expect(it.requests()).toEqual(['stream']);
  });

  test('again and again, as of a server that was set back to an earlier state, is listed anew', async () => {
    const [first, silent, later] = [held(), held(), held()];
    const it = await run({
      stream: [first.route(added('a'), bookmark()), later.route(added('b', '3'), bookmark(true, '4'))],
      watch: [silent.route()],
    });
    await read(it);
    first.last()?.write(bookmark(false, '12'));
    await it.pass('it was listed anew', () => has(it, 'b'), 5_000);
    expect(it.requests()).toEqual(['stream', ...Array.from({ length: 7 }, () => 'watch 12'), 'stream']);
    expect(losses(it)).toEqual(['nothing arrived for 75 seconds']);
  });

  test('of a server that sends no bookmarks is asked for again without a word', async () => {
    const later = held();
    const it = await run({ page: [page([{ uid: 'a' }])], watch: [held().route(), later.route(added('b', '9'))] });
    await read(it);
    await it.pass('it goes on', () => has(it, 'a', 'b'), 1_000);
    expect(losses(it)).toEqual([]);
  });
});

describe('where one may not watch', () => {
  test('it is listed every half minute, and what is gone is told', async () => {
    const it = await run({
      page: [page([{ uid: 'a' }, { uid: 'b' }]), page([{ uid: 'b' }, { uid: 'c' }]), page([{ uid: 'c' }])],
      watch: [status(403, 'pods is forbidden: cannot watch')],
    });
    await read(it);
    expect(it.uids()).toEqual(['a', 'b']);
    it.clock.advance(29_000);
    expect(it.uids()).toEqual(['a', 'b']);
    await it.pass('it was listed again', () => has(it, 'b', 'c'));
    await it.pass('and again', () => has(it, 'c'), 1_000);
    expect(losses(it)).toEqual([]);
    expect(ofType(it.live.facts, 'ReadForbidden').filter(({ forbidden }) => forbidden.resource === 'pods')).toEqual([]);
  });
});

describe('a right that is taken away', () => {
  const no = status(403, 'pods is forbidden: User "u" cannot list');

  test('is told, what is known stays known, and it is tried again every minute', async () => {
    const later = held();
    const it = await run({
      page: [page([{ uid: 'a' }]), no, no, no, no, page([{ uid: 'b' }], '50')],
      watch: [ended(errorFrame(410, 'gone')), later.route()],
    });
    await it.pass('it is forbidden', ({ forbidden } = it.live.state) => forbidden.length > 0);
    expect(it.live.state.forbidden).toEqual([
      { resource: 'pods', namespace: null, message: 'pods is forbidden: User "u" cannot list' },
    ]);
    expect(it.live.state.lostStreams).toHaveLength(1);
    expect(it.live.state.namespaces).toEqual([]);
    expect(it.uids()).toEqual(['a']);
    const before = it.requests().length;
    it.clock.advance(59_000);
    expect(it.requests().length).toBe(before);
    await it.pass('it may be read again', () => has(it, 'b'), 1_000);
    await it.live.until('it is watched', () => later.count() === 1);
    expect(it.live.state.forbidden).toEqual([]);
    expect(it.live.state.lostStreams).toEqual([]);
    expect(it.live.state.namespaces).toBeNull();
  });

  test('only for a moment, as by a server that is just starting, is not', async () => {
    const later = held();
    const it = await run({
      page: [page([{ uid: 'a' }]), no, page([{ uid: 'a' }], '9')],
      watch: [ended(errorFrame(410, 'gone')), later.route()],
    });
    await it.pass('it is watched', () => later.count() === 1);
    expect(ofType(it.live.facts, 'ReadForbidden')).toEqual([]);
    expect(restored(it)).toBe(1);
  });
});

describe('a server that does not know what it served', () => {
  test('has lost it for now: nothing is gone by it', async () => {
    const later = held();
    const it = await run({
      page: [page([{ uid: 'a' }]), status(404, 'page not found'), status(404, 'page not found'), page([{ uid: 'a' }])],
      watch: [ended(errorFrame(410, 'gone')), later.route()],
    });
    await it.pass('it is back', () => later.count() === 1);
    expect(ofType(it.live.facts, 'PodGone')).toEqual([]);
    expect(losses(it)).toEqual(['page not found']);
  });
});

describe('a busy server', () => {
  test('is left alone for as long as it says', async () => {
    const later = held();
    const busy = status(429, 'too many requests', { 'retry-after': '40' });
    const it = await run({ page: [page([{ uid: 'a' }])], watch: [busy, busy, busy, later.route()] });
    await it.pass('it has answered', () => later.count() === 1, 500);
    // Within one request no wait is longer than ten seconds; between two it is.
    expect(it.clock.asked).toEqual(expect.arrayContaining([10_000, 40_000]));
    expect(losses(it)).toEqual(['too many requests']);
  });
});

describe('credentials that expire', () => {
  test('are read anew', async () => {
    const folder = aFile('token', 'old');
    const later = held();
    const it = await run(
      {
        page: [page([{ uid: 'a' }])],
        watch: [
          (_, response) => {
            rmSync(folder);
            aFile('token', 'new', folder.slice(0, -'/token'.length));
            refuse(response, 401, 'Unauthorized');
          },
          later.route(),
        ],
      },
      folder,
    );
    await it.pass('it is watched', () => later.count() === 1);
    const tokens = it.asked.filter((one) => kindOf(one) === 'watch').map(({ headers }) => headers.authorization);
    expect(tokens).toEqual(['Bearer old', 'Bearer new']);
    expect(losses(it)).toEqual([]);
  });
});

describe('a list that goes on as the watch', () => {
  test('asks nothing more, and loses nothing that comes in the same piece as its end', async () => {
    const first = held();
    const together = Buffer.concat([added('a'), bookmark(), added('b', '9'), deleted('a', '10')]);
    const it = await run({ stream: [first.route(together)] });
    await it.live.until('both are told', () => has(it, 'b'));
    first.last()?.write(added('c', '11'));
    await it.live.until('it goes on', () => has(it, 'b', 'c'));
    expect(it.requests()).toEqual(['stream']);
    expect(it.asked.find((one) => kindOf(one) === 'stream')?.query.get('timeoutSeconds')).toBe('300');
  });

  test('is a list in pages and a watch from its version where the server has none', async () => {
    const later = held();
    const it = await run({ page: [page([{ uid: 'a' }], '41')], watch: [later.route(added('b', '42'))] });
    await it.live.until('both are told', () => has(it, 'a', 'b'));
    expect(it.requests()).toEqual(['stream', 'page', 'watch 41']);
  });

  test('tells only what changes something', async () => {
    const first = held();
    const it = await run({ stream: [first.route(added('a'), bookmark())] });
    await read(it);
    const news = it.live.since();
    for (const version of ['9', '10', '11']) first.last()?.write(podFrame('MODIFIED', { uid: 'a', version }));
    first.last()?.write(podFrame('MODIFIED', { uid: 'a', image: 'app:2', version: '12' }));
    await it.live.until('the new image is told', () => news().length > 0);
    expect(ofType(news(), 'PodSeen').map(({ pod }) => pod.containers.map(({ reference }) => reference))).toEqual([
      ['app:2'],
    ]);
  });
});

describe('before anything was read', () => {
  test('a server that cannot be reached is an error, as for a read', async () => {
    const live = following(aConnection({ server: 'http://127.0.0.1:1' }));
    await expect(live.until('it ends', () => false)).rejects.toThrow(/Unable to connect to the server/);
    await expect(live.stop()).rejects.toThrow(/Unable to connect to the server/);
  });

  test('it can be given up quietly', async () => {
    const { url } = await anApiServer({ '/api/v1/pods': () => {} });
    const live = following(aConnection({ server: url }));
    await live.stop();
    expect(ofType(live.facts, 'ClusterRead')).toEqual([]);
  });
});
