import { expect, test } from 'vitest';
import { askRights, probeServer } from '../../src/cluster/probe.ts';
import { judgeClock } from '../../src/core/doctor/clock.ts';
import type { Right } from '../../src/core/doctor/rights.ts';
import { anApiServer, json, refuse } from './api-server.ts';
import type { Route } from './api-server.ts';
import { aConnection } from './connecting.ts';

const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const { signal } = new AbortController();

const right = (verb: string, resource: string, group = ''): Right => ({ verb, resource, group, name: null });

/** A server that allows to list, and nothing else; what it was asked is kept. */
async function aServer(routes: Readonly<Record<string, Route>> = {}) {
  const asked: { readonly verb: string; readonly resource: string; readonly namespace?: string }[] = [];
  const review: Route = (_, response) => {
    const attributes = bodies.shift() as (typeof asked)[number];
    asked.push(attributes);
    json(response, { status: { allowed: attributes.verb === 'list' } }, 201);
  };
  const bodies: unknown[] = [];
  const server = await anApiServer({ [reviews]: review, ...routes });
  const connection = aConnection({ server: server.url });
  const { request } = connection;
  const listening: typeof connection = {
    ...connection,
    request: (path, options) => {
      if (options.body !== undefined) bodies.push(readAttributes(options.body));
      return request(path, options);
    },
  };
  // One after the other, so that question and answer belong together.
  const ask = async (one: Right, namespace: string | null) =>
    (await askRights(listening, [one], namespace, signal))(one);
  return { ask, asked, connection };
}

function readAttributes(body: string): unknown {
  return (JSON.parse(body) as { spec: { resourceAttributes: unknown } }).spec.resourceAttributes;
}

test('each right is asked for where it is meant: what is the cluster’s own in no namespace', async () => {
  const { ask, asked } = await aServer();
  expect(await ask(right('list', 'pods'), 'shop')).toBe(true);
  expect(await ask(right('watch', 'pods'), null)).toBe(false);
  expect(await ask(right('list', 'nodes'), 'shop')).toBe(true);
  expect(asked).toEqual([
    { group: '', resource: 'pods', verb: 'list', namespace: 'shop' },
    { group: '', resource: 'pods', verb: 'watch' },
    { group: '', resource: 'nodes', verb: 'list' },
  ]);
});

test('what the cluster does not have needs no right', async () => {
  const keda = right('watch', 'scaledobjects', 'keda.sh');
  expect(await (await aServer()).ask(keda, null)).toBe(true);
  const served: Route = (_, response) => json(response, { resources: [] });
  expect(await (await aServer({ '/apis/keda.sh/v1alpha1': served })).ask(keda, null)).toBe(false);
});

test('a server that does not tell has not allowed it', async () => {
  const { ask } = await aServer({ [reviews]: (_, response) => refuse(response, 403, 'no') });
  expect(await ask(right('list', 'pods'), null)).toBeNull();
});

test('version and time of the server', async () => {
  const { connection } = await aServer({ '/version': (_, response) => json(response, { gitVersion: 'v1.37.2' }) });
  const { version, timed } = await probeServer(connection, signal);
  expect(version).toBe('v1.37.2');
  expect(Math.abs(Date.parse(timed.date ?? '') - timed.receivedAt)).toBeLessThan(60_000);
});

test('a server whose clock is another', async () => {
  const server = await anApiServer({ '/version': (_, response) => json(response, { gitVersion: 'v1.37.2' }) });
  const behind = aConnection({ server: server.url }, { now: () => Date.now() - 3_600_000 });
  const { timed } = await probeServer(behind, signal);
  expect(judgeClock('the API server', timed)).toMatchObject({ result: 'failed' });
});

test('one that tells its version only to some answers all the same', async () => {
  const { connection } = await aServer({ '/version': (_, response) => refuse(response, 403, 'no') });
  expect((await probeServer(connection, signal)).version).toBeNull();
});

test('what is no API server is no answer', async () => {
  const { connection } = await aServer();
  await expect(probeServer(connection, signal)).rejects.toThrow('cannot read the version of the server');
});
