// What is put together to follow a cluster, against a server whose resources come, go and fail. Time is moved by hand.
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { aHandClock } from '../support/hand-clock.ts';
import { anApiServer, bookmark, json, podFrame, beginFrames, refuse, type Route } from './api-server.ts';
import { aConnection, ofType } from './connecting.ts';
import { following } from './following.ts';

/** One resource in JSON: its objects, and its watches for the test to write to. */
interface Served {
  objects: readonly object[];
  /** Answered in place of all else. */
  refusal: { readonly code: number; readonly message: string } | null;
  readonly watches: ServerResponse[];
  readonly asked: string[];
  readonly route: Route;
}

function served(objects: readonly object[] = [], refusal: Served['refusal'] = null): Served {
  const one: Served = {
    objects,
    refusal,
    watches: [],
    asked: [],
    route: ({ query }, response) => {
      if (query.get('sendInitialEvents') === 'true') return refuse(response, 422, 'no initial events');
      const isWatch = query.get('watch') === '1';
      one.asked.push(isWatch ? 'watch' : 'list');
      if (one.refusal !== null) refuse(response, one.refusal.code, one.refusal.message);
      else if (!isWatch) json(response, { metadata: { resourceVersion: '1' }, items: one.objects });
      else {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.flushHeaders();
        one.watches.push(response);
      }
    },
  };
  return one;
}

const metadata = (name: string, rest: object = {}) => ({ uid: `uid-${name}`, name, namespace: 'shop', ...rest });
const ownedBy = (apiVersion: string, kind: string, name: string) => ({
  ownerReferences: [{ apiVersion, kind, name, uid: `uid-${name}`, controller: true }],
});
const pod = (name: string, rest: object = {}) => ({
  metadata: metadata(name, rest),
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
  status: { phase: 'Running' },
});
const event = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
const discovery: Route = (_, response) => json(response, widgets);

const widgets = {
  resources: [{ name: 'widgets', kind: 'Widget', singularName: 'widget', namespaced: true }],
};

async function follow(resources: Readonly<Record<string, Served | Route>>) {
  const routes = Object.entries(resources).map(([path, one]) => [path, typeof one === 'function' ? one : one.route]);
  const server = await anApiServer(Object.fromEntries(routes) as Record<string, Route>);
  const clock = aHandClock();
  const live = following(aConnection({ server: server.url }, clock));
  const pass = async (what: string, look: () => boolean) =>
    live.until(what, look, { deadline: 5_000, each: () => clock.advance(5_000) });
  return { live, pass, asked: server.asked, clock };
}

describe('before all was read', () => {
  test('a server that knows no pods is an error, and no empty cluster', async () => {
    const { live } = await follow({});
    await expect(live.until('it ends', () => false)).rejects.toThrow(/could not find the requested resource/);
  });

  test('one that cannot list them is an error too', async () => {
    const { pass } = await follow({ '/api/v1/pods': served([], { code: 500, message: 'etcd has no leader' }) });
    await expect(pass('it ends', () => false)).rejects.toThrow('cannot read pods: etcd has no leader');
  });
});

describe('CronJobs of an old server', () => {
  test('are followed as v1beta1', async () => {
    const cronJobs = served([{ metadata: metadata('old'), spec: {} }]);
    const { live } = await follow({ '/api/v1/pods': served(), '/apis/batch/v1beta1/cronjobs': cronJobs });
    await live.until('it is watched', () => cronJobs.watches.length === 1);
    cronJobs.watches[0]?.write(event('ADDED', { metadata: metadata('new'), spec: {} }));
    await live.until('both are known', ({ objects }) => objects.size === 2);
  });
});

describe('an owner of a built-in kind', () => {
  test('that is told later than its pod is waited for, and not asked for', async () => {
    const [pods, sets] = [served(), served()];
    const { live, asked } = await follow({ '/api/v1/pods': pods, '/apis/apps/v1/replicasets': sets });
    await live.until('all is watched', () => pods.watches.length === 1 && sets.watches.length === 1);
    const before = asked.length;
    pods.watches[0]?.write(event('ADDED', pod('one', ownedBy('apps/v1', 'ReplicaSet', 'set'))));
    await live.until('the pod is known', ({ pods }) => pods.size === 1);
    sets.watches[0]?.write(event('ADDED', { metadata: metadata('set'), spec: {} }));
    await live.until('its owner is', ({ objects }) => objects.size === 1);
    expect(asked.length).toBe(before);
  });
});

describe('an owner of a custom kind', () => {
  const path = '/apis/example.com/v1/widgets';
  const owned = pod('one', ownedBy('example.com/v1', 'Widget', 'gadget'));
  const gadget = { metadata: metadata('gadget') };

  test('whose kind cannot be listed does not keep the rest from being followed, and is tried again', async () => {
    const kind = served([gadget], { code: 500, message: 'conversion webhook failed' });
    const resources = { '/api/v1/pods': served([owned]), '/apis/example.com/v1': discovery, [path]: kind };
    const { live, pass } = await follow(resources);
    await pass('all was read', () => live.state.clusterRead);
    expect(live.state.lostStreams.map(({ resource, cause }) => `${resource}: ${cause}`)).toEqual([
      'widgets.example.com: conversion webhook failed',
    ]);
    kind.refusal = null;
    await pass('it is known', () => live.state.objects.size === 1);
    expect(live.state.lostStreams).toEqual([]);
  });

  test('is gone with its kind, once that is said twice, and known again with it', async () => {
    const kind = served([gadget]);
    const resources = { '/api/v1/pods': served([owned]), '/apis/example.com/v1': discovery, [path]: kind };
    const { live, pass } = await follow(resources);
    await live.until('it is watched', () => kind.watches.length === 1);
    kind.refusal = { code: 404, message: 'the server could not find the requested resource' };
    kind.watches[0]?.destroy();
    await pass('it is missed', () => live.state.lostStreams.length === 1);
    expect(live.state.objects.size).toBe(1);
    await pass('it is gone', () => live.state.objects.size === 0);
    expect(live.state.lostStreams).toEqual([]);
    kind.refusal = null;
    await pass('it is back', () => live.state.objects.size === 1);
  });

  test('is asked for once, however many pods name it', async () => {
    const [pods, kind] = [served([owned]), served([gadget])];
    const { live, asked } = await follow({ '/api/v1/pods': pods, '/apis/example.com/v1': discovery, [path]: kind });
    await live.until('all is watched', () => pods.watches.length === 1 && kind.watches.length === 1);
    const before = asked.length;
    for (const name of ['two', 'three']) {
      pods.watches[0]?.write(event('ADDED', pod(name, ownedBy('example.com/v1', 'Widget', 'gadget'))));
    }
    await live.until('they are known', ({ pods }) => pods.size === 3);
    expect(asked.length).toBe(before);
  });

  test('that is not served yet is looked for again every minute', async () => {
    let isServed = false;
    const kind = served([gadget]);
    const { live, pass } = await follow({
      '/api/v1/pods': served([owned]),
      '/apis/example.com/v1': (_, response) =>
        isServed ? json(response, widgets) : refuse(response, 404, 'not there'),
      [path]: kind,
    });
    await live.until('all was read', ({ clusterRead }) => clusterRead);
    expect(ofType(live.facts, 'OwnerMissing').map(({ owner }) => owner.name)).toEqual(['gadget']);
    isServed = true;
    await pass('it is known', () => live.state.objects.size === 1);
    expect(ofType(live.facts, 'OwnerMissing')).toHaveLength(1);
  });
});

test('KEDA that comes later is followed', async () => {
  let isServed = false;
  const scaled = served([{ metadata: metadata('scaler'), spec: { scaleTargetRef: { name: 'cart' } } }]);
  const { live, pass } = await follow({
    '/api/v1/pods': served(),
    '/apis/keda.sh/v1alpha1': (_, response) =>
      isServed
        ? json(response, { resources: [{ name: 'scaledobjects', kind: 'ScaledObject' }] })
        : refuse(response, 404, ''),
    '/apis/keda.sh/v1alpha1/scaledobjects': scaled,
  });
  await live.until('all was read', ({ clusterRead }) => clusterRead);
  isServed = true;
  await pass('it scales', () => live.state.scaledByKeda.has('shop/Deployment/cart'));
});

test('services that may not be listed are read one by one, again and again', async () => {
  let selector = { app: 'one' };
  const webhooks = served([
    {
      metadata: metadata('hooks'),
      webhooks: [{ name: 'a', clientConfig: { service: { namespace: 'shop', name: 'hook' } } }],
    },
  ]);
  const { live, pass } = await follow({
    '/api/v1/pods': served(),
    '/api/v1/services': served([], { code: 403, message: 'services is forbidden' }),
    '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations': webhooks,
    '/api/v1/namespaces/shop/services/hook': (_, response) =>
      json(response, { metadata: metadata('hook'), spec: { selector } }),
  });
  await live.until('all was read', ({ clusterRead }) => clusterRead);
  const selectors = () => live.state.protectedServices.map((one) => one.selector['app']);
  expect(selectors()).toEqual(['one']);
  selector = { app: 'two' };
  await pass('it has its new selector', () => selectors().join() === 'two');
  expect(live.state.forbidden.filter(({ resource }) => resource === 'services')).toEqual([]);
});

test('pods in protobuf and owners in JSON are followed side by side', async () => {
  const sets = served();
  const { live } = await follow({
    '/api/v1/pods': (_, response) => {
      beginFrames(response);
      response.write(Buffer.concat([podFrame('ADDED', { uid: 'a' }), bookmark()]));
    },
    '/apis/apps/v1/replicasets': sets,
  });
  await live.until('all is watched', () => sets.watches.length === 1);
  sets.watches[0]?.write(event('ADDED', { metadata: metadata('set'), spec: {} }));
  await live.until('both are known', ({ objects, pods }) => objects.size === 1 && pods.size === 1);
});
