import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createInterning } from '../../src/cluster/interning.ts';
import { readList } from '../../src/cluster/list.ts';
import { podResource } from '../../src/cluster/resource.ts';
import {
  anApiServer,
  type Asked,
  beginFrames,
  bookmark,
  errorFrame,
  json,
  podFrame,
  podJson,
  podList,
  protobuf,
  refuse,
  type Route,
} from './api-server.ts';
import type { Surroundings } from '../../src/cluster/connect.ts';
import { aConnection } from './connecting.ts';

const quick = {
  sleep: async (_: number, signal: AbortSignal): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  },
};

interface Read {
  readonly kept: readonly string[];
  readonly gone: readonly string[];
  readonly asked: readonly Asked[];
}

/** Reads pods through a server whose answers come from `route`, and folds the events as an inventory would. */
async function read(
  route: Route,
  { stream = true, ...overrides }: { stream?: boolean; sleep?: Surroundings['sleep']; now?: () => number } = {},
): Promise<Read> {
  const server = await anApiServer({ '/api/v1/pods': route });
  const connection = aConnection({ server: server.url }, { ...quick, ...overrides });
  const options = { namespace: null, chunkSize: 2, stream, signal: new AbortController().signal };
  const kept = new Set<string>();
  const gone: string[] = [];
  for await (const event of readList(connection, podResource(createInterning()), options)) {
    if (event.type === 'seen') for (const { uid } of event.items) kept.add(uid);
    else {
      for (const uid of event.uids) kept.delete(uid);
      gone.push(...event.uids);
    }
  }
  return { kept: [...kept].toSorted(), gone, asked: server.asked };
}

/** Each request gets the next answer; the last one answers all further ones. */
function inTurn(...routes: readonly Route[]): Route {
  let turn = 0;
  return (asked, response) => {
    routes[Math.min(turn, routes.length - 1)]?.(asked, response);
    turn += 1;
  };
}

const streamOf =
  (...frames: readonly Uint8Array[]): Route =>
  (_, response) => {
    beginFrames(response);
    for (const frame of frames) response.write(frame);
  };

const endedStream =
  (...frames: readonly Uint8Array[]): Route =>
  (asked, response) => {
    streamOf(...frames)(asked, response);
    response.end();
  };

const added = (uid: string) => podFrame('ADDED', { uid });
const wants = (asked: Asked) => (asked.query.get('sendInitialEvents') === 'true' ? 'stream' : 'page');
const noStream: Route = (_, response) =>
  refuse(response, 422, 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled');

const plain: Route = (asked, response) => {
  if (wants(asked) === 'stream') json(response, { type: 'ADDED', object: podJson({ uid: 'a' }) });
  else json(response, { metadata: {}, items: [podJson({ uid: 'a' })] });
};

const pages: Route = ({ query }, response) => {
  if (query.get('continue') === 'next') protobuf(response, podList([{ uid: 'c' }]));
  else protobuf(response, podList([{ uid: 'a' }, { uid: 'b' }], { continue: 'next' }));
};

const first: Route = (_, response) => protobuf(response, podList([{ uid: 'a' }, { uid: 'b' }], { continue: 'next' }));

const expired: Route = (_, response) => refuse(response, 410, 'The provided continue parameter is too old');

const tooOld: Route = (_, response) => refuse(response, 410, 'too old');

const half: Route = (_, response) => {
  const body = podList([{ uid: 'a' }]);
  response.writeHead(200, {
    'content-type': 'application/vnd.kubernetes.protobuf',
    'content-length': String(body.length),
  });
  response.write(body.subarray(0, 20));
  setImmediate(() => response.socket?.destroy());
};

const jsonOnly: Route = ({ headers }, response) => {
  if ((headers.accept ?? '').includes('protobuf'))
    refuse(response, 406, 'only the following media types are accepted: application/json');
  else json(response, { metadata: { continue: '' }, items: [podJson({ uid: 'a' })] });
};

const busy =
  (seconds: string): Route =>
  (_, response) =>
    refuse(response, 429, 'too many requests', { 'retry-after': seconds });

const down: Route = (_, response) => refuse(response, 503, 'etcd has no leader');

const page: Route = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html>Welcome</html>');
};

const noWatch: Route = (_, response) => refuse(response, 403, 'cannot watch resource "pods"');

describe('a streaming list', () => {
  test('that ends before its bookmark starts again, and what is not seen again is gone', async () => {
    const { kept, gone } = await read(
      inTurn(endedStream(added('a'), added('b')), streamOf(added('b'), added('c'), bookmark())),
    );
    expect(kept).toEqual(['b', 'c']);
    expect(gone).toEqual(['a']);
  });

  test('with a torn frame starts again', async () => {
    const torn: Route = (asked, response) => {
      streamOf(added('a'), added('b').subarray(0, 9))(asked, response);
      response.end();
    };
    expect((await read(inTurn(torn, streamOf(added('b'), bookmark())))).kept).toEqual(['b']);
  });

  test('whose connection is reset starts again', async () => {
    const reset: Route = (asked, response) => {
      streamOf(added('a'))(asked, response);
      setImmediate(() => response.socket?.resetAndDestroy());
    };
    expect((await read(inTurn(reset, streamOf(added('a'), bookmark())))).kept).toEqual(['a']);
  });

  test('that the server ends with an error starts again', async () => {
    const expired = streamOf(added('a'), errorFrame(410, 'too old resource version'));
    expect((await read(inTurn(expired, streamOf(added('b'), bookmark())))).kept).toEqual(['b']);
  });

  test('that is always cut is replaced by pages', async () => {
    const cut: Route = (asked, response) => {
      if (wants(asked) === 'stream') endedStream(added('a'))(asked, response);
      else protobuf(response, podList([{ uid: 'b' }]));
    };
    const { kept, asked } = await read(cut);
    expect(kept).toEqual(['b']);
    expect(asked.map(wants)).toEqual(['stream', 'stream', 'page']);
  });

  test('is replaced by pages at once where the server does not have it', async () => {
    const { kept, asked } = await read(inTurn(noStream, (_, response) => protobuf(response, podList([{ uid: 'a' }]))));
    expect(kept).toEqual(['a']);
    expect(asked.map(wants)).toEqual(['stream', 'page']);
  });

  test('is replaced by pages where one may list and not watch', async () => {
    const { kept } = await read(inTurn(noWatch, (_, response) => protobuf(response, podList([{ uid: 'a' }]))));
    expect(kept).toEqual(['a']);
  });

  test('is replaced by pages where a bookmark does not know of initial events', async () => {
    const { kept } = await read(
      inTurn(streamOf(added('a'), bookmark(false)), (_, response) => protobuf(response, podList([{ uid: 'b' }]))),
    );
    expect(kept).toEqual(['b']);
  });

  test('is replaced by pages where the server falls silent before its end', async () => {
    let now = 0;
    const { kept, asked } = await read(
      inTurn(streamOf(added('a')), (_, response) => protobuf(response, podList([{ uid: 'a' }]))),
      {
        now: () => now,
        sleep: async (milliseconds, signal) => {
          await quick.sleep(milliseconds, signal);
          now += 500;
        },
      },
    );
    expect(kept).toEqual(['a']);
    expect(asked.map(wants)).toEqual(['stream', 'page']);
  });

  test('is replaced by pages where the server has only JSON', async () => {
    expect((await read(plain)).kept).toEqual(['a']);
  });

  test('tells what was changed and deleted while it ran', async () => {
    const { kept, gone } = await read(
      streamOf(
        added('a'),
        added('b'),
        podFrame('MODIFIED', { uid: 'b' }),
        podFrame('DELETED', { uid: 'a' }),
        bookmark(),
      ),
    );
    expect(kept).toEqual(['b']);
    expect(gone).toEqual(['a']);
  });

  test('may arrive in pieces of any size', async () => {
    const whole = Buffer.concat([added('a'), added('b'), bookmark()]);
    const drip = async (response: ServerResponse): Promise<void> => {
      for (const byte of whole) {
        response.write(Uint8Array.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const { kept } = await read((_, response) => {
      beginFrames(response);
      void drip(response);
    });
    expect(kept).toEqual(['a', 'b']);
  });
});

describe('a list in pages', () => {
  test('that expires in the middle starts again from nothing', async () => {
    const { kept, gone, asked } = await read(
      inTurn(first, expired, (_, response) => protobuf(response, podList([{ uid: 'b' }]))),
      { stream: false },
    );
    expect(kept).toEqual(['b']);
    expect(gone).toEqual(['a']);
    expect(asked.map(({ query }) => query.get('continue'))).toEqual([null, 'next', null]);
  });

  test('that is cut short again and again ends with an error that names it', async () => {
    await expect(read(tooOld, { stream: false })).rejects.toThrow(
      /cannot read pods from .* cut short 4 times.*too old/,
    );
  });

  test('whose body breaks off starts again', async () => {
    expect((await read(inTurn(half, pages), { stream: false })).kept).toEqual(['a', 'b', 'c']);
  });

  test('asks for the next page until there is none', async () => {
    const { kept, asked } = await read(pages, { stream: false });
    expect(kept).toEqual(['a', 'b', 'c']);
    expect(asked.map(({ query }) => query.get('limit'))).toEqual(['2', '2']);
  });

  test('is read as JSON where the server refuses protobuf', async () => {
    expect((await read(jsonOnly, { stream: false })).kept).toEqual(['a']);
  });

  test('waits as long as Retry-After says, and no longer than ten seconds', async () => {
    const waits: number[] = [];
    const sleep = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
    const { kept } = await read(inTurn(busy('2'), busy('3600'), pages), { stream: false, sleep });
    expect(kept).toEqual(['a', 'b', 'c']);
    expect(waits).toEqual([2_000, 10_000]);
  });

  test('that stays refused is an error in the server’s words', async () => {
    await expect(read(down, { stream: false })).rejects.toThrow('cannot read pods: etcd has no leader');
  });

  test('of something that is no API server says so', async () => {
    await expect(read(page, { stream: false })).rejects.toThrow(/is this a Kubernetes API server\?/);
  });
});
