import { expect, test } from 'vitest';
import type { ServerResponse } from 'node:http';
import type { ActOrder, Ready } from '../../src/core/act.ts';
import { anActing, anOrder, byHand, never, refusalsOf } from './acting.ts';
import { anApiServer, type Asked, json, refuse, type Route } from './api-server.ts';
import { aConnection } from './connecting.ts';

const target = {
  uid: 'uid-cart',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  resource: 'deployments',
  namespace: 'shop',
  name: 'cart',
};
const cart = {
  metadata: { uid: 'uid-cart', name: 'cart', resourceVersion: '7', generation: 1 },
  spec: { replicas: 0 },
};
const collection = '/apis/apps/v1/namespaces/shop/deployments';
const path = `${collection}/cart`;

const deployments = {
  name: 'deployments',
  kind: 'Deployment',
  namespaced: true,
  verbs: ['get', 'delete', 'list', 'watch'],
};
const discovery: Readonly<Record<string, Route>> = {
  '/apis/apps/v1': (_, response) => json(response, { resources: [deployments] }),
};

const ready: Ready = {
  is: 'ready',
  resourceVersion: '7',
  generation: 1,
  saved: { is: 'field', field: 'replicas', before: 3, after: 0, others: [] },
  does: '',
  undo: { grade: 'full', means: '' },
  findings: [],
  refusals: [],
};

const routed = (route: Route): Readonly<Record<string, Route>> => ({ ...discovery, [path]: route });

async function performing(routes: Readonly<Record<string, Route>>, order: ActOrder = anOrder('scaledown', target)) {
  const server = await anApiServer(routes);
  const acting = anActing(aConnection({ server: server.url }));
  const performed = await acting.perform(order, ready, { dryRun: false }, AbortSignal.timeout(5_000));
  return { performed, writes: server.asked.filter(({ method }) => method !== 'GET') };
}

const cutOff = (_: Asked, response: ServerResponse) => void response.destroy();

test('a connection that breaks after the call was sent leaves open whether it happened, and nothing is sent twice', async () => {
  const { performed, writes } = await performing(routed(cutOff));
  expect(performed).toEqual({
    is: 'failed',
    unsure: true,
    says: expect.stringMatching(/^scaling down deployment\/cart: .*; it is not known whether it happened$/) as unknown,
  });
  expect(writes.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
});

for (const status of [500, 503, 504]) {
  test(`a server that gives up with ${status} may have done it`, async () => {
    const { performed, writes } = await performing(routed((_, response) => refuse(response, status, 'etcd is slow')));
    expect(performed).toEqual({
      is: 'failed',
      unsure: true,
      says: 'scaling down deployment/cart: etcd is slow; it is not known whether it happened',
    });
    expect(writes).toHaveLength(1);
  });
}

test.each([
  ['its versions', '/apis/apps/v1'],
  ['its group', '/apis/apps'],
])('a kind is not gone because the server did not tell of %s', async (_, failing) => {
  const group = { preferredVersion: { groupVersion: 'apps/v1' }, versions: [{ groupVersion: 'apps/v1' }] };
  const server = await anApiServer({
    '/apis/apps': (_asked, response) => json(response, group),
    [failing]: (_asked, response) => refuse(response, 500, 'etcd is slow'),
  });
  const acting = anActing(aConnection({ server: server.url }));
  const order = anOrder('scaledown', target);
  await expect(acting.inspect(order, AbortSignal.timeout(5_000))).rejects.toThrow(
    `cannot find out where Deployment in apps/v1 lies: etcd is slow (GET ${failing})`,
  );
});

test('a server that nobody reaches has done nothing', async () => {
  const server = await anApiServer(discovery);
  const connection = aConnection({ server: server.url });
  const request: typeof connection.request = (asked, how) =>
    how.method === 'PATCH'
      ? aConnection({ server: 'http://127.0.0.1:1' }).request(asked, how)
      : connection.request(asked, how);
  const performed = await anActing({ ...connection, request }).perform(
    anOrder('scaledown', target),
    ready,
    { dryRun: false },
    never,
  );
  expect(performed).toMatchObject({ is: 'failed' });
  expect(performed.says).toMatch(/the connection was refused/);
  expect(performed.says).not.toMatch(/not known/);
});

test('without the server’s word on where the kind lies nothing is asked for', async () => {
  const acting = anActing(aConnection({ server: 'http://127.0.0.1:1' }));
  const performed = await acting.perform(anOrder('scaledown', target), ready, { dryRun: false }, never);
  expect(performed).toEqual({ is: 'failed', says: expect.stringMatching(/^nothing was asked for: /) as unknown });
});

test('an act that is interrupted on the way may have happened', async () => {
  const stop = new AbortController();
  const server = await anApiServer(routed(() => stop.abort()));
  const acting = anActing(aConnection({ server: server.url }));
  const performed = await acting.perform(anOrder('scaledown', target), ready, { dryRun: false }, stop.signal);
  expect(performed).toEqual({
    is: 'failed',
    unsure: true,
    says: 'scaling down deployment/cart: interrupted; it is not known whether it happened',
  });
});

test('a server that is busy is asked again as it says', async () => {
  let asked = 0;
  const { performed } = await performing(
    routed((_, response) => {
      asked += 1;
      if (asked < 3) refuse(response, 429, 'too many requests', { 'retry-after': '0' });
      else json(response, cart);
    }),
  );
  expect(performed).toMatchObject({ is: 'accepted' });
});

const refusals: [name: string, status: number, is: 'failed' | 'conflict'][] = [
  ['gone', 404, 'conflict'],
  ['changed', 409, 'conflict'],
  ['forbidden', 403, 'failed'],
  ['refused by a webhook', 400, 'failed'],
];
for (const [name, status, is] of refusals) {
  test(`${name}: ${status} is ${is}, in the words of the server`, async () => {
    const { performed } = await performing(routed((_, response) => refuse(response, status, 'no such luck')));
    expect(performed).toEqual({ is, says: 'scaling down deployment/cart: no such luck' });
  });
}

test('a refusal of what was sent does not repeat it', async () => {
  const causes = [{ field: 'spec.template.env', message: 'Invalid value: "hunter2": must be shorter' }];
  const invalid = { kind: 'Status', message: 'cart is invalid: "hunter2"', details: { causes } };
  const { performed } = await performing(routed((_, response) => json(response, invalid, 422)));
  expect(performed).toEqual({
    is: 'failed',
    says: 'scaling down deployment/cart: spec.template.env: Invalid value: must be shorter',
  });
});

test('a patch of an object with another uid is a conflict', async () => {
  const causes = [{ field: 'metadata.uid', message: 'Invalid value: "a": field is immutable' }];
  const { performed } = await performing(
    routed((_, response) => json(response, { kind: 'Status', details: { causes } }, 422)),
  );
  expect(performed).toMatchObject({ is: 'conflict' });
});

test('an answer that does not show the change is no success', async () => {
  const { performed } = await performing(routed((_, response) => json(response, { ...cart, spec: { replicas: 3 } })));
  expect(performed).toEqual({
    is: 'failed',
    says: 'scaling down deployment/cart: the server did not keep it, its replicas are 3',
  });
});

test('an Event that is refused, or of a kind the server does not have, changes nothing', async () => {
  const events = '/apis/events.k8s.io/v1/namespaces/shop/events';
  for (const route of [(_: Asked, response: ServerResponse) => refuse(response, 403, 'no events'), cutOff]) {
    const { performed, writes } = await performing({
      ...routed((_, response) => json(response, cart)),
      [events]: route,
    });
    expect(performed).toEqual({ is: 'accepted', says: 'set replicas from 3 to 0' });
    expect(writes.map((one) => one.path)).toEqual([path, events]);
  }
});

test('an object whose creation breaks off may be there', async () => {
  const saved = { is: 'manifest', manifest: { ...cart, apiVersion: 'apps/v1', kind: 'Deployment' } } as const;
  const restore = { undoes: 'x', saved, holdUntil: null, release: false };
  const { performed, writes } = await performing(
    {
      ...discovery,
      [collection]: (asked, response) =>
        asked.query.has('dryRun') ? json(response, cart, 201) : void response.destroy(),
    },
    byHand('restore', target, { restore }),
  );
  expect(performed).toEqual({
    is: 'failed',
    unsure: true,
    says: expect.stringMatching(
      /^creating deployment\/cart again: .*; it is not known whether it happened$/,
    ) as unknown,
  });
  expect(writes.map(({ query }) => query.has('dryRun'))).toEqual([true, false]);
});

test('a dry run that breaks off has changed nothing', async () => {
  const server = await anApiServer(routed(cutOff));
  const acting = anActing(aConnection({ server: server.url }));
  const performed = await acting.perform(anOrder('scaledown', target), ready, { dryRun: true }, never);
  expect(performed).toMatchObject({ is: 'failed' });
  expect(performed.says).not.toMatch(/not known/);
});

const resource = (name: string, kind: string) => ({ name, kind, namespaced: true, verbs: ['get', 'list'] });

test('a CronJob of an old server is found in the version that it has', async () => {
  const cron = { ...target, apiVersion: 'batch/v1', kind: 'CronJob', resource: 'cronjobs', name: 'nightly' };
  const nightly = { metadata: { uid: cron.uid, name: 'nightly' }, spec: { suspend: true } };

  const server = await anApiServer({
    '/apis/batch': (_, response) =>
      json(response, {
        preferredVersion: { groupVersion: 'batch/v1' },
        versions: [{ groupVersion: 'batch/v1' }, { groupVersion: 'batch/v1beta1' }],
      }),
    '/apis/batch/v1': (_, response) => json(response, { resources: [resource('jobs', 'Job')] }),
    '/apis/batch/v1beta1': (_, response) => json(response, { resources: [resource('cronjobs', 'CronJob')] }),
    '/apis/batch/v1beta1/namespaces/shop/cronjobs/nightly': (_, response) => json(response, nightly),
    '/apis/batch/v1/namespaces/shop/jobs': (_, response) => json(response, { items: [] }),
  });
  const acting = anActing(aConnection({ server: server.url }));
  expect(await acting.inspect(anOrder('scaledown', cron), never)).toEqual({
    is: 'done',
    says: 'cronjob/nightly is stopped already: it is suspended',
  });
});

test('a Job that its server cannot suspend is told, not acted upon', async () => {
  const job = { ...target, apiVersion: 'batch/v1', kind: 'Job', resource: 'jobs' };
  const server = await anApiServer({
    '/apis/batch/v1': (_, response) => json(response, { resources: [resource('jobs', 'Job')] }),
    '/apis/batch/v1/namespaces/shop/jobs/cart': (_, response) => json(response, { ...cart, spec: {} }),
  });
  const acting = anActing(aConnection({ server: server.url }));
  expect(refusalsOf(await acting.inspect(anOrder('scaledown', job), never))).toEqual([
    'impossible: job/cart cannot be suspended: this server is too old to suspend Jobs',
  ]);
});

test('a server that cannot tell what it has is not taken for one that has nothing', async () => {
  const server = await anApiServer({
    '/apis/apps/v1': (_, response) => refuse(response, 403, 'not for you'),
    '/apis/apps': (_, response) => refuse(response, 403, 'not for you'),
  });
  const acting = anActing(aConnection({ server: server.url }));
  await expect(acting.inspect(anOrder('scaledown', target), never)).rejects.toThrow(
    /cannot find out where Deployment in apps\/v1 lies: not for you/,
  );
});

test('an object that cannot be read is an error, not gone', async () => {
  const server = await anApiServer(
    routed((_, response) => refuse(response, 500, 'etcd is slow', { 'retry-after': '0' })),
  );
  const acting = anActing(aConnection({ server: server.url }));
  await expect(acting.inspect(anOrder('scaledown', target), never)).rejects.toThrow(
    'cannot read deployment/cart: etcd is slow',
  );
});
