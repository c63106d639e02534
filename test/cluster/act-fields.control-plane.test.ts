import { beforeAll, expect, test } from 'vitest';
import { whoAmI } from '../../src/cluster/who-am-i.ts';
import { readActed, readHeld, savedByMark } from '../../src/core/annotations.ts';
import { eventually } from '../control-plane/eventually.ts';
import { aNode } from '../control-plane/kubelet.ts';
import { type KubeObject, listObjects, type Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import {
  aCronJob,
  annotations,
  act,
  acts,
  aDefinition,
  aJob,
  aPod,
  anActing,
  anOrder,
  aTemplate,
  byHand,
  custom,
  digest,
  live,
  never,
  pathTo,
  ready,
  refTo,
  refusalsOf,
  targetOf,
  undoing,
} from './acting.ts';
import { aConnection, aFile } from './connecting.ts';

withControlPlane('scaling down and restoring', (plane) => {
  let namespace = '';

  const acting = () => anActing(aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ namespace })) }));
  const create = async (object: KubeObject): Promise<Stored> => {
    const [stored] = await plane.apply([object]);
    if (stored === undefined) throw new Error('nothing was created');
    return stored;
  };
  const patch = (stored: Stored, body: object) => plane.request('PATCH', pathTo(targetOf(stored)), body);
  const podsOf = async (app: string) =>
    listObjects(plane, `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`);
  const untilPods = (app: string, count: number) =>
    eventually(`${count} pods of ${app}`, async () => (await podsOf(app)).length === count);

  beforeAll(async () => {
    namespace = await plane.aNamespace('act');
    await aNode(plane, `${namespace}-a`);
    await plane.apply([
      aDefinition('Widget', '.spec.replicas'),
      aDefinition('Shard', '.spec.sharding.shards'),
      aDefinition('Cog', null),
    ]);
  });

  const kinds: [kind: string, object: (name: string) => KubeObject, before: unknown, pods: number][] = [
    ['Deployment', (name) => acts('Deployment', name, namespace, { replicas: 3 }), 3, 3],
    ['ReplicaSet', (name) => acts('ReplicaSet', name, namespace, { replicas: 2 }), 2, 2],
    [
      'StatefulSet',
      (name) =>
        acts('StatefulSet', name, namespace, { replicas: 2, serviceName: name, podManagementPolicy: 'Parallel' }),
      2,
      2,
    ],
    [
      'DaemonSet',
      (name) =>
        acts('DaemonSet', name, namespace, {
          template: aTemplate(name, { nodeSelector: { 'kubernetes.io/hostname': `${namespace}-a` } }),
        }),
      null,
      1,
    ],
    [
      'DaemonSet',
      (name) =>
        acts('DaemonSet', name, namespace, {
          updateStrategy: { type: 'OnDelete' },
          template: aTemplate(name, { nodeSelector: { 'kubernetes.io/hostname': `${namespace}-a` } }),
        }),
      null,
      1,
    ],
    ['Job', (name) => aJob(name, namespace, { parallelism: 2, completions: 2 }), false, 2],
    ['CronJob', (name) => aCronJob(name, namespace), false, 0],
  ];

  for (const [index, [kind, object, before, pods]] of kinds.entries()) {
    test(`a ${kind} is stopped and restored, and is then as before`, async () => {
      const name = `whole-${index}-${kind.toLowerCase()}`;
      const stored = await create(object(name));
      const target = targetOf(stored);
      await untilPods(name, pods);
      const order = anOrder('scaledown', target);
      const inspected = await act(acting(), order);
      expect(inspected).toMatchObject({ saved: { is: 'field', before }, undo: { grade: 'full' }, findings: [] });
      await untilPods(name, 0);

      const stopped = await live(plane, target);
      const mark = readActed(annotations(stopped)['kubectl-xray/acted']);
      expect(mark).toMatchObject({
        action: 'scaledown',
        id: order.id,
        uid: target.uid,
        previous: before,
        digests: [digest],
        conditions: ['security'],
        actor: 'ana',
        machine: 'ana-laptop',
        by: 'policy',
      });
      expect(mark === null ? null : savedByMark(mark, target)).toEqual(inspected.saved);
      expect(await acting().inspect(anOrder('scaledown', target), never)).toMatchObject({ is: 'done' });

      await act(acting(), undoing(order, inspected.saved, { holdUntil: '2030-01-01T00:00:00Z' }));
      await untilPods(name, pods);
      const restored = await live(plane, target);
      expect(restored['spec']).toEqual(stored['spec']);
      expect(annotations(restored)['kubectl-xray/acted']).toBeUndefined();
      expect(readHeld(annotations(restored)['kubectl-xray/held'])).toMatchObject({
        uid: target.uid,
        undoes: order.id,
        digests: [digest],
        conditions: ['security'],
        until: '2030-01-01T00:00:00Z',
        actor: 'ana',
      });
      const twice = await acting().inspect(undoing(order, inspected.saved), never);
      expect(twice).toMatchObject({ is: 'done' });
    });
  }

  test('what is stopped already is done, and its previous value is never overwritten', async () => {
    const stored = await create(acts('Deployment', 'zero', namespace, { replicas: 0 }));
    const inspected = await acting().inspect(anOrder('scaledown', targetOf(stored)), never);
    expect(inspected).toEqual({ is: 'done', says: 'deployment/zero is stopped already: its replicas are 0' });
  });

  test('replicas that were left to the default come back as it', async () => {
    const stored = await create(acts('Deployment', 'unset', namespace));
    const order = anOrder('scaledown', targetOf(stored));
    const { saved } = await act(acting(), order);
    expect(saved).toMatchObject({ before: 1 });
    await act(acting(), undoing(order, { ...saved, before: null } as typeof saved));
    expect((await live(plane, targetOf(stored)))['spec']).toEqual(stored['spec']);
  });

  const changes: [name: string, change: (stored: Stored) => Promise<unknown>, then: string][] = [
    [
      'an object that changed between reading and acting',
      (one) => patch(one, { metadata: { labels: { a: 'b' } } }),
      'ready',
    ],
    ['an object that was deleted meanwhile', (one) => remove(one), 'gone'],
    [
      'an object that was made anew under the same name',
      async (one) => {
        await remove(one);
        await create(acts('Deployment', one.metadata.name, namespace, { replicas: 2 }));
      },
      'gone',
    ],
  ];
  for (const [index, [name, change, then]] of changes.entries()) {
    for (const action of ['scaledown', 'delete'] as const) {
      test(`${name} is left alone: ${action}`, async () => {
        const stored = await create(acts('Deployment', `meanwhile-${action}-${index}`, namespace, { replicas: 2 }));
        const order = anOrder(action, targetOf(stored));
        const inspected = ready(await acting().inspect(order, never));
        await change(stored);
        const performed = await acting().perform(order, inspected, { dryRun: false }, never);
        expect(performed).toMatchObject({ is: 'conflict' });
        expect((await acting().inspect(order, never)).is).toBe(then);
        if (then === 'gone' && index === 1) return;
        expect(await live(plane, order.target)).toMatchObject({ spec: { replicas: 2 } });
      });
    }
  }

  test('a dry run asks the server everything and changes nothing', async () => {
    const objects = [
      acts('Deployment', 'dry', namespace, { replicas: 2 }),
      aCronJob('dry-cron', namespace),
      custom('Widget', 'dry-widget', namespace, { replicas: 2 }),
    ];
    for (const object of objects) {
      const target = targetOf(await create(object));
      const settled = await eventually('its controller is done', async () => {
        const one = await live(plane, target);
        const { observedGeneration } = (one['status'] ?? {}) as { observedGeneration?: number };
        return target.kind !== 'Deployment' || observedGeneration === one.metadata.generation ? one : undefined;
      });
      for (const order of [anOrder('scaledown', target), byHand('delete', target)]) {
        const inspected = ready(await acting().inspect(order, never));
        const performed = await acting().perform(order, inspected, { dryRun: true }, never);
        expect(performed, `${target.kind} ${order.action}`).toMatchObject({ is: 'accepted' });
      }
      const after = await live(plane, target);
      expect(after['spec']).toEqual(settled['spec']);
      expect(annotations(after)['kubectl-xray/acted']).toBeUndefined();
      expect(after.metadata.deletionTimestamp).toBeUndefined();
      if (target.kind !== 'Deployment') {
        expect(after.metadata['resourceVersion']).toBe(settled.metadata['resourceVersion']);
      }
    }
    expect(await eventsOf('dry')).toEqual([]);
  });

  test('a dry run tells what the server would refuse', async () => {
    const stored = await create(acts('Deployment', 'dry-conflict', namespace, { replicas: 2 }));
    const order = anOrder('scaledown', targetOf(stored));
    const inspected = ready(await acting().inspect(order, never));
    await patch(stored, { spec: { replicas: 3 } });
    expect(await acting().perform(order, inspected, { dryRun: true }, never)).toMatchObject({ is: 'conflict' });
  });

  test('an Event tells what was done, by whom and why', async () => {
    const stored = await create(acts('Deployment', 'told', namespace, { replicas: 2 }));
    const order = anOrder('scaledown', targetOf(stored));
    const { saved } = await act(acting(), order);
    await act(acting(), undoing(order, saved));
    const events = await eventsOf('told');
    expect(events.map((event) => String(event['reason'])).toSorted()).toEqual(['Restored', 'ScaledDown']);
    expect(events.find((event) => event['reason'] === 'ScaledDown')).toMatchObject({
      reportingController: 'kubectl-xray',
      reportingInstance: 'ana-laptop',
      type: 'Warning',
      note: `set replicas from 2 to 0 by policy (ana): security, rule strict, CVE-2026-1 in npm://left-pad:1.3.0 [${order.id}]`,
      regarding: { kind: 'Deployment', name: 'told', uid: order.target.uid },
    });
  });

  test('a restore leaves alone what somebody has brought up already', async () => {
    const stored = await create(acts('Deployment', 'brought-up', namespace, { replicas: 3 }));
    const order = anOrder('scaledown', targetOf(stored));
    const { saved } = await act(acting(), order);
    await patch(stored, { spec: { replicas: 5 } });
    expect(await acting().inspect(undoing(order, saved), never)).toEqual({
      is: 'done',
      says: 'deployment/brought-up is not as it was left: its replicas are 5',
    });
    expect(await acting().blockers(order, never)).toContainEqual(
      expect.stringMatching(/^its replicas are 5 again, set by /),
    );
  });

  test('a restore of an object that changed between reading and acting is a conflict', async () => {
    const stored = await create(acts('Deployment', 'changing-back', namespace, { replicas: 3 }));
    const order = anOrder('scaledown', targetOf(stored));
    const { saved } = await act(acting(), order);
    const restoring = undoing(order, saved);
    const inspected = ready(await acting().inspect(restoring, never));
    await patch(stored, { spec: { replicas: 5 } });
    expect(await acting().perform(restoring, inspected, { dryRun: false }, never)).toMatchObject({ is: 'conflict' });
    expect(await live(plane, order.target)).toMatchObject({ spec: { replicas: 5 } });
  });

  test('a restore of an object that was made anew changes nothing', async () => {
    const stored = await create(acts('Deployment', 'anew', namespace, { replicas: 3 }));
    const order = anOrder('scaledown', targetOf(stored));
    const { saved } = await act(acting(), order);
    await remove(stored);
    await create(acts('Deployment', 'anew', namespace, { replicas: 0 }));
    expect(await acting().inspect(undoing(order, saved), never)).toMatchObject({ is: 'gone' });
  });

  const jobOf = (cron: Stored, name: string): KubeObject => {
    const job = aJob(name, namespace);
    return { ...job, metadata: { name, namespace, ownerReferences: [refTo(cron)] } };
  };
  const suspended = async (name: string) =>
    ((await live(plane, targetOf(await jobNamed(name))))['spec'] as { suspend?: boolean }).suspend;
  const jobNamed = async (name: string) => {
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    const found = (await listObjects(plane, path)).find((job) => job.metadata.name === name);
    if (found === undefined) throw new Error(`no job ${name}`);
    return found;
  };

  test('the unfinished Jobs of a CronJob are suspended with it and resumed with it; the finished stay', async () => {
    const cron = await create(aCronJob('jobs', namespace));
    await plane.apply([
      jobOf(cron, 'jobs-1'),
      jobOf(cron, 'jobs-2'),
      jobOf(cron, 'jobs-done'),
      aJob('stranger', namespace),
    ]);
    await finish('jobs-done');
    await untilPods('jobs-1', 1);
    const order = anOrder('scaledown', targetOf(cron));
    const { saved, does } = await act(acting(), order);
    expect(does).toBe('suspends it and its unfinished Jobs: job/jobs-1, job/jobs-2');
    expect(await Promise.all(['jobs-1', 'jobs-2', 'jobs-done', 'stranger'].map(suspended))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    await untilPods('jobs-1', 0);

    // Somebody starts another by hand: what was there before the first act still stands.
    await plane.apply([jobOf(cron, 'jobs-3')]);
    const again = await act(acting(), anOrder('scaledown', targetOf(cron)));
    expect(again.saved).toMatchObject({ before: false, after: true });
    const mark = readActed(annotations(await live(plane, targetOf(cron)))['kubectl-xray/acted']);
    expect(mark?.others.map(({ name }) => name).toSorted()).toEqual(['jobs-1', 'jobs-2', 'jobs-3']);

    await plane.request('DELETE', `/apis/batch/v1/namespaces/${namespace}/jobs/jobs-2`, {
      propagationPolicy: 'Background',
    });
    await act(acting(), undoing(order, again.saved ?? saved));
    expect(await Promise.all(['jobs-1', 'jobs-3'].map(suspended))).toEqual([false, false]);
    expect((await live(plane, targetOf(cron)))['spec']).toEqual(cron['spec']);
  });

  test('a Job that begins between reading and acting is a conflict, and is suspended at the next try', async () => {
    const cron = await create(aCronJob('late', namespace));
    const order = anOrder('scaledown', targetOf(cron));
    const inspected = ready(await acting().inspect(order, never));
    await plane.apply([jobOf(cron, 'late-1')]);
    const { resourceVersion = '' } = (await live(plane, order.target)).metadata as { resourceVersion?: string };
    const performed = await acting().perform(order, { ...inspected, resourceVersion }, { dryRun: false }, never);
    expect(performed).toEqual({ is: 'conflict', says: 'job/late-1 began meanwhile and runs on' });
    const { saved } = await act(acting(), order);
    expect(saved).toMatchObject({ before: false, others: [{ target: { name: 'late-1' }, before: false }] });
    expect(await suspended('late-1')).toBe(true);
  });

  test('a CronJob that somebody has resumed gets its Jobs back alone', async () => {
    const cron = await create(aCronJob('halfway', namespace, { suspend: true }));
    await plane.apply([jobOf(cron, 'halfway-1')]);
    const order = anOrder('scaledown', targetOf(cron));
    const { saved } = await act(acting(), order);
    expect(saved).toMatchObject({ before: true, after: true });
    await patch(cron, { spec: { suspend: false } });
    await act(acting(), undoing(order, saved));
    expect(await suspended('halfway-1')).toBe(false);
    expect((await live(plane, order.target))['spec']).toMatchObject({ suspend: false });
  });

  test('a finished Job is done', async () => {
    const stored = await create(aJob('finished', namespace));
    await finish('finished');
    const inspected = await acting().inspect(anOrder('scaledown', targetOf(stored)), never);
    expect(inspected).toEqual({ is: 'done', says: 'job/finished has finished' });
  });

  test('a custom kind is stopped and restored by /scale, and is then as before', async () => {
    const stored = await create(custom('Widget', 'wheel', namespace, { replicas: 4, colour: 'red' }));
    const order = anOrder('scaledown', targetOf(stored));
    const inspected = await act(acting(), order);
    expect(inspected).toMatchObject({
      saved: { field: 'scale', before: 4, after: 0 },
      does: 'sets /scale to 0',
      undo: { grade: 'full' },
    });
    const stopped = await live(plane, order.target);
    expect(stopped['spec']).toEqual({ replicas: 0, colour: 'red' });
    expect(readActed(annotations(stopped)['kubectl-xray/acted'])).toMatchObject({ field: 'scale', previous: 4 });
    expect(await acting().inspect(order, never)).toMatchObject({ is: 'done' });
    await act(acting(), undoing(order, inspected.saved));
    const restored = await live(plane, order.target);
    expect(restored['spec']).toEqual(stored['spec']);
    expect(annotations(restored)['kubectl-xray/acted']).toBeUndefined();
    expect(readHeld(annotations(restored)['kubectl-xray/held'])).toMatchObject({ uid: order.target.uid });
  });

  test('a custom kind whose replicas were unset has them unset again', async () => {
    const stored = await create(custom('Widget', 'unset-wheel', namespace, { colour: 'red' }));
    const order = anOrder('scaledown', targetOf(stored));
    const { saved } = await act(acting(), order);
    expect(saved).toMatchObject({ field: 'scale', before: null, after: 0 });
    expect((await live(plane, order.target))['spec']).toEqual({ replicas: 0, colour: 'red' });
    await act(acting(), undoing(order, saved));
    expect((await live(plane, order.target))['spec']).toEqual(stored['spec']);
  });

  test('whatever field /scale sets is unset again where its definition may be read', async () => {
    const stored = await create(custom('Shard', 'unset-shard', namespace, { colour: 'red' }));
    const order = anOrder('scaledown', targetOf(stored));
    const { saved, undo } = await act(acting(), order);
    expect(undo.grade).toBe('full');
    expect((await live(plane, order.target))['spec']).toEqual({ sharding: { shards: 0 }, colour: 'red' });
    await act(acting(), undoing(order, saved));
    expect((await live(plane, order.target))['spec']).toEqual({ sharding: {}, colour: 'red' });
  });

  test('and else that is said before, and the field is left to the user', async () => {
    const stored = await create(custom('Shard', 'unread-shard', namespace, { colour: 'red' }));
    const order = anOrder('scaledown', targetOf(stored));
    const user = await plane.addUser({
      namespaces: [namespace],
      rules: [
        { apiGroups: ['act.example.com'], resources: ['shards'], verbs: ['get', 'patch'] },
        { apiGroups: ['act.example.com'], resources: ['shards/scale'], verbs: ['get', 'patch'] },
      ],
    });
    const theirs = anActing(aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ namespace, user })) }));
    const { saved, undo } = await act(theirs, order);
    expect(undo).toEqual({ grade: 'partial', means: expect.stringContaining('unset by hand') as unknown });
    expect(refusalsOf(await theirs.inspect(undoing(order, saved), never))).toEqual([
      'impossible: what /scale of shard.act.example.com/unread-shard sets was unset, and its definition may not be read: unset it by hand',
    ]);
  });

  test('a kind that is not custom and has /scale all the same is stopped and restored by it', async () => {
    const controller = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'old', namespace },
      spec: { replicas: 2, selector: { app: 'old' }, template: aTemplate('old') },
    };
    const stored = await create(controller);
    const order = anOrder('scaledown', targetOf(stored));
    await untilPods('old', 2);
    const { saved } = await act(acting(), order);
    await untilPods('old', 0);
    expect(await acting().inspect(order, never)).toMatchObject({ is: 'done' });
    await act(acting(), undoing(order, saved));
    await untilPods('old', 2);
    expect((await live(plane, order.target))['spec']).toEqual(stored['spec']);
  });

  test('two at once act once', async () => {
    const objects = [
      acts('Deployment', 'at-once', namespace, { replicas: 2 }),
      custom('Widget', 'at-once', namespace, { replicas: 2 }),
    ];
    for (const object of objects) {
      const target = targetOf(await create(object));
      const orders = [anOrder('scaledown', target), anOrder('scaledown', target)];
      const inspected = await Promise.all(
        orders.map(async (order) => ({ order, read: ready(await acting().inspect(order, never)) })),
      );
      const performed = await Promise.all(
        inspected.map(({ order, read }) => acting().perform(order, read, { dryRun: false }, never)),
      );
      expect(performed.map(({ is }) => is).toSorted(), target.kind).toEqual(['accepted', 'conflict']);
      expect(await Promise.all(orders.map(async (order) => (await acting().inspect(order, never)).is))).toEqual([
        'done',
        'done',
      ]);
      const winner = orders[performed.findIndex(({ is }) => is === 'accepted')];
      const mark = readActed(annotations(await live(plane, target))['kubectl-xray/acted']);
      expect(mark).toMatchObject({ id: winner?.id, previous: 2 });
    }
  });

  test('the user is known by the name that the cluster has for him', async () => {
    const connection = aConnection({ kubeconfig: aFile('config', plane.kubeconfig()) });
    expect(await whoAmI(connection, never)).toBe('admin');
    expect(await whoAmI(aConnection({ kubeconfig: aFile('config', plane.kubeconfig()), as: 'bo' }), never)).toBe('bo');
  });

  test('a custom resource made anew under the same name is not scaled', async () => {
    const stored = await create(custom('Widget', 'anew-wheel', namespace, { replicas: 4 }));
    const order = anOrder('scaledown', targetOf(stored));
    const inspected = ready(await acting().inspect(order, never));
    await plane.request('DELETE', pathTo(order.target));
    await create(custom('Widget', 'anew-wheel', namespace, { replicas: 3 }));
    expect(await acting().perform(order, inspected, { dryRun: false }, never)).toMatchObject({ is: 'conflict' });
    expect(await live(plane, order.target)).toMatchObject({ spec: { replicas: 3 } });
  });

  test('a status that changes between annotation and /scale stops no act', async () => {
    const stored = await create(custom('Widget', 'busy', namespace, { replicas: 4 }));
    const order = anOrder('scaledown', targetOf(stored));
    const connection = aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ namespace })) });
    let interfered = 0;
    const request: typeof connection.request = async (path, asked) => {
      if (path.includes('/scale?') && interfered < 2) {
        interfered += 1;
        await plane.request('PATCH', `${pathTo(order.target)}/status`, { status: { seen: interfered } });
      }
      return connection.request(path, asked);
    };
    await act(anActing({ ...connection, request }), order);
    expect(interfered).toBe(2);
    expect(await live(plane, order.target)).toMatchObject({ spec: { replicas: 0 } });
  });

  test('a spec that changes between annotation and /scale does', async () => {
    const stored = await create(custom('Widget', 'changing', namespace, { replicas: 4 }));
    const order = anOrder('scaledown', targetOf(stored));
    const connection = aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ namespace })) });
    const request: typeof connection.request = async (path, asked) => {
      if (path.includes('/scale?')) await patch(stored, { spec: { replicas: 7 } });
      return connection.request(path, asked);
    };
    const interfering = anActing({ ...connection, request });
    const inspected = ready(await interfering.inspect(order, never));
    expect(await interfering.perform(order, inspected, { dryRun: false }, never)).toMatchObject({ is: 'conflict' });
    expect(await live(plane, order.target)).toMatchObject({ spec: { replicas: 7 } });
  });

  const impossible: [name: string, object: () => KubeObject, says: string][] = [
    [
      'a bare pod',
      () => aPod('bare', namespace),
      'impossible: pod/bare is a bare pod: nothing scales it down, only delete ends it',
    ],
    [
      'a static pod',
      () =>
        aPod(
          'static',
          namespace,
          { nodeName: `${namespace}-a` },
          { annotations: { 'kubernetes.io/config.mirror': 'x' } },
        ),
      "impossible: pod/static is a static pod: its node's kubelet runs it from a file, whatever happens here",
    ],
    [
      'a custom kind without /scale',
      () => custom('Cog', 'gear', namespace, { replicas: 2 }),
      'impossible: cog.act.example.com/gear cannot be scaled down: Cog has no /scale',
    ],
  ];
  for (const [name, object, says] of impossible) {
    test(`${name} cannot be scaled down`, async () => {
      const target = targetOf(await create(object()));
      expect(refusalsOf(await acting().inspect(byHand('scaledown', target), never))).toEqual([says]);
    });
  }

  test('an object that is not there is gone, and so is one of a kind that the server does not have', async () => {
    const target = { ...targetOf(await create(acts('Deployment', 'there', namespace))), name: 'not-there' };
    expect(await acting().inspect(anOrder('scaledown', target), never)).toEqual({
      is: 'gone',
      says: 'deployment/not-there is not there any more',
    });
    const unknown = { ...target, apiVersion: 'unknown.example.com/v1', kind: 'Unknown' };
    expect(await acting().inspect(anOrder('scaledown', unknown), never)).toMatchObject({ is: 'gone' });
  });

  async function remove(stored: Stored): Promise<void> {
    const target = targetOf(stored);
    await plane.request('DELETE', pathTo(target), { propagationPolicy: 'Background' });
  }

  async function eventsOf(name: string): Promise<readonly KubeObject[]> {
    const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
    const events = await listObjects(plane, path);
    return events.filter(
      (event) =>
        event['reportingController'] === 'kubectl-xray' && (event['regarding'] as { name?: string }).name === name,
    );
  }

  /** As the Job controller reports it. */
  async function finish(name: string): Promise<void> {
    await eventually('its pod is there', async () => (await podsOf(name)).length === 1);
    for (const pod of await podsOf(name)) {
      await plane.request('PATCH', `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/status`, {
        status: { phase: 'Succeeded' },
      });
    }
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`;
    await eventually('it has finished', async () => {
      const { status } = (await plane.request('GET', path)) as { status: { conditions?: { type: string }[] } };
      return status.conditions?.some(({ type }) => type === 'Complete');
    });
  }
});
