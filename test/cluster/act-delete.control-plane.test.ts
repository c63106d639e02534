import { beforeAll, expect, test } from 'vitest';
import type { ActingParts } from '../../src/cluster/act/context.ts';
import { readActed, readHeld } from '../../src/core/annotations.ts';
import { eventually } from '../control-plane/eventually.ts';
import { aNode } from '../control-plane/kubelet.ts';
import { getObject, type KubeObject, listObjects, type Stored, RequestRefused } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import {
  aContainer,
  aCronJob,
  annotations,
  act,
  acts,
  aDefinition,
  aJob,
  anActing,
  anOrder,
  aPod,
  aTemplate,
  byHand,
  custom,
  findingsOf,
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

withControlPlane('deleting and restoring', (plane) => {
  let namespace = '';

  const acting = (parts: Partial<ActingParts> = {}) =>
    anActing(aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ namespace })) }), parts);
  const create = async (object: KubeObject): Promise<Stored> => {
    const [stored] = await plane.apply([object]);
    if (stored === undefined) throw new Error('nothing was created');
    return stored;
  };
  const gone = (stored: Stored) =>
    eventually('it is gone', async () => (await getObject(plane, pathTo(targetOf(stored)))) === undefined);
  const podsOf = async (app: string) =>
    listObjects(plane, `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`);
  const claim = (name: string, metadata: object = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace, ...metadata },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  const claimTemplates = [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ];
  const keep = { metadata: { finalizers: ['example.com/keep'] } };
  const letGo = (stored: Stored) =>
    plane.request('PATCH', pathTo(targetOf(stored)), { metadata: { finalizers: null } });

  beforeAll(async () => {
    namespace = await plane.aNamespace('delete');
    await aNode(plane, `${namespace}-a`);
    await plane.apply([aDefinition('Widget', '.spec.replicas')]);
  });

  const kinds: [kind: string, object: (name: string) => KubeObject, pods: number][] = [
    ['Deployment', (name) => acts('Deployment', name, namespace, { replicas: 2 }), 2],
    ['ReplicaSet', (name) => acts('ReplicaSet', name, namespace, { replicas: 2 }), 2],
    [
      'StatefulSet',
      (name) => acts('StatefulSet', name, namespace, { serviceName: name, volumeClaimTemplates: claimTemplates }),
      1,
    ],
    [
      'DaemonSet',
      (name) =>
        acts('DaemonSet', name, namespace, {
          template: aTemplate(name, { nodeSelector: { 'kubernetes.io/hostname': `${namespace}-a` } }),
        }),
      1,
    ],
    ['CronJob', (name) => aCronJob(name, namespace), 0],
    ['Job', (name) => aJob(name, namespace, { parallelism: 2, completions: 2 }), 2],
    ['Pod', (name) => aPod(name, namespace), 1],
  ];

  for (const [kind, object, pods] of kinds) {
    test(`a ${kind} is deleted and restored, and is then as before`, async () => {
      const name = `whole-${kind.toLowerCase()}`;
      const stored = await create(object(name));
      const target = targetOf(stored);
      await eventually('its pods are there', async () => (await podsOf(name)).length === pods);
      const order = anOrder('delete', target);
      const inspected = await act(acting(), order);
      expect(inspected.undo.grade).toBe('partial');
      expect(JSON.stringify(inspected.saved)).not.toContain('managedFields');
      await gone(stored);
      await eventually('its pods are gone', async () => (await podsOf(name)).length === 0);
      expect(await acting().inspect(order, never)).toMatchObject({ is: 'gone' });

      const restoring = undoing(order, inspected.saved);
      const back = ready(await acting().inspect(restoring, never));
      const performed = await acting().perform(restoring, back, { dryRun: false }, never);
      const restored = await live(plane, target);
      expect(performed).toMatchObject({ is: 'accepted', uid: restored.metadata.uid });
      expect(restored.metadata.uid).not.toBe(target.uid);
      expect(comparable(restored)).toEqual(comparable(stored));
      expect(ownLabels(restored)).toEqual(ownLabels(stored));
      const held = readHeld(annotations(restored)['kubectl-xray/held']);
      expect(held).toMatchObject({ uid: restored.metadata.uid, undoes: order.id, until: null });
      const runs = kind === 'Job' ? 0 : pods;
      await eventually('its pods are back', async () => (await podsOf(name)).length === runs);
      expect((restored['spec'] as { suspend?: boolean }).suspend).toBe(
        { Job: true, CronJob: false }[kind] ?? undefined,
      );

      const twice = await acting().inspect(restoring, never);
      expect(twice).toMatchObject({ is: 'done', says: `${kind.toLowerCase()}/${name} was created again already` });
    });
  }

  test('a Job that is released runs from its start', async () => {
    const stored = await create(aJob('released', namespace));
    const order = anOrder('delete', targetOf(stored));
    const { saved } = await act(acting(), order);
    await gone(stored);
    const { does } = await act(acting(), undoing(order, saved, { release: true }));
    expect(does).toMatch(/^creates it again, to run from its start/);
    await eventually('its pod is there', async () => (await podsOf('released')).length === 1);
  });

  test('a Job with a selector of its user keeps it', async () => {
    const stored = await create(
      aJob('manual', namespace, { manualSelector: true, selector: { matchLabels: { app: 'manual' } }, suspend: true }),
    );
    const order = anOrder('delete', targetOf(stored));
    const { saved } = await act(acting(), order);
    await gone(stored);
    await act(acting(), undoing(order, saved));
    expect((await live(plane, order.target))['spec']).toEqual(stored['spec']);
  });

  test('what was scaled down before it was deleted can still be brought up after both', async () => {
    const stored = await create(acts('Deployment', 'twice', namespace, { replicas: 3 }));
    const order = anOrder('scaledown', targetOf(stored));
    await act(acting(), order);
    const deletion = anOrder('delete', order.target);
    const { saved } = await act(acting(), deletion);
    await gone(stored);
    await act(acting(), undoing(deletion, saved));
    const restored = await live(plane, order.target);
    expect(restored).toMatchObject({ spec: { replicas: 0 } });
    const mark = readActed(annotations(restored)['kubectl-xray/acted']);
    expect(mark).toMatchObject({ uid: restored.metadata.uid, id: order.id, previous: 3 });
  });

  test('what is being deleted already is done, and says what keeps it', async () => {
    const stored = await create({ ...acts('Deployment', 'kept', namespace), ...kept('kept') });
    const order = anOrder('delete', targetOf(stored));
    await act(acting(), order);
    const says = 'deployment/kept is being deleted already; finalizers keep it: ';
    const again = await acting().inspect(order, never);
    expect(again).toMatchObject({ is: 'done', says: expect.stringContaining(says) as unknown });
    expect(await acting().inspect(anOrder('scaledown', order.target), never)).toMatchObject({ is: 'done' });
    await eventually('only the finalizer is left', async () =>
      (await acting().blockers(order, never)).includes(
        'deployment/kept has finalizers that nobody has removed yet: example.com/keep',
      ),
    );
    await letGo(stored);
  });

  test('a restore waits for the deleted object to go, and says what keeps it', async () => {
    const stored = await create({ ...acts('Deployment', 'slow', namespace), ...kept('slow') });
    const order = anOrder('delete', targetOf(stored));
    const { saved } = await act(acting(), order);
    const restoring = undoing(order, saved);
    const back = ready(await acting().inspect(restoring, never));
    expect(back.does).toMatch(/^waits until the deleted one is gone \(finalizers keep it: .*example.com\/keep/);
    expect(await acting().perform(restoring, back, { dryRun: true }, never)).toMatchObject({ is: 'accepted' });
    const waiting = [
      acting({ waitAtMost: 1_000 }).perform(restoring, back, { dryRun: false }, never),
      acting().perform(restoring, back, { dryRun: false }, AbortSignal.timeout(1_000)),
    ];
    for (const impatient of await Promise.all(waiting)) {
      expect(impatient).toEqual({
        is: 'failed',
        says: 'deployment/slow was not created again, the deleted one is still there: deployment/slow has finalizers that nobody has removed yet: example.com/keep',
      });
    }
    const patient = acting().perform(restoring, back, { dryRun: false }, never);
    await letGo(stored);
    expect(await patient).toMatchObject({ is: 'accepted' });
    const restored = await live(plane, order.target);
    expect(restored.metadata.uid).not.toBe(order.target.uid);
    // It is the user's own finalizer, so it comes back too.
    expect(restored.metadata['finalizers']).toEqual(['example.com/keep']);
    await letGo(restored);
  });

  test('what was not deleted after all is done', async () => {
    const stored = await create(acts('Deployment', 'not-deleted', namespace));
    const order = anOrder('delete', targetOf(stored));
    const { saved } = ready(await acting().inspect(order, never));
    expect(await acting().inspect(undoing(order, saved), never)).toEqual({
      is: 'done',
      says: 'deployment/not-deleted is still there: it was not deleted',
    });
  });

  test('an object that somebody else has made under its name is never overwritten', async () => {
    const stored = await create(acts('Deployment', 'taken', namespace, { replicas: 2 }));
    const order = anOrder('delete', targetOf(stored));
    const { saved } = await act(acting(), order);
    await gone(stored);
    const restoring = undoing(order, saved);
    const back = ready(await acting().inspect(restoring, never));
    const other = await create(acts('Deployment', 'taken', namespace, { replicas: 5 }));
    expect(await acting().perform(restoring, back, { dryRun: false }, never)).toMatchObject({ is: 'conflict' });
    expect(await acting().inspect(restoring, never)).toEqual({
      is: 'gone',
      says: 'somebody has made another deployment/taken since: it is not overwritten',
    });
    expect((await live(plane, order.target)).metadata.uid).toBe(other.metadata.uid);
  });

  test('owners that are gone are left out, those that are there stay', async () => {
    const config = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
    const [there, lost] = [await create(config('there')), await create(config('lost'))];
    const object = acts('Deployment', 'owned', namespace);
    const ownerReferences = [there, lost].map((one) => refTo(one, { controller: false }));
    const stored = await create({ ...object, metadata: { ...object.metadata, ownerReferences } });
    const order = anOrder('delete', targetOf(stored));
    const { saved } = await act(acting(), order);
    await gone(stored);
    await plane.request('DELETE', `/api/v1/namespaces/${namespace}/configmaps/lost`);
    await act(acting(), undoing(order, saved));
    const restored = await live(plane, order.target);
    expect(restored.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['there']);
  });

  const losses: [name: string, prepare: () => Promise<Stored>, says: RegExp][] = [
    [
      'a StatefulSet whose claims go with it',
      () =>
        create(
          acts('StatefulSet', 'when-deleted', namespace, {
            volumeClaimTemplates: claimTemplates,
            persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
          }),
        ),
      /^dataLoss: its claims \(data\) are deleted with it: whenDeleted is Delete$/,
    ],
    [
      'an object that owns a claim',
      async () => {
        const stored = await create(acts('Deployment', 'claims', namespace));
        await create(claim('its-own', { ownerReferences: [refTo(stored)] }));
        return stored;
      },
      /^dataLoss: what it owns is deleted with it and does not come back: persistentvolumeclaims\/its-own$/,
    ],
    [
      'a pod with an ephemeral claim',
      async () => {
        const stored = await create(aPod('ephemeral', namespace));
        await create(claim('ephemeral-scratch', { ownerReferences: [refTo(stored)] }));
        return stored;
      },
      /^dataLoss: .*persistentvolumeclaims\/ephemeral-scratch$/,
    ],
    [
      'what owns something through a pod of its own',
      async () => {
        const stored = await create(acts('ReplicaSet', 'through', namespace, { replicas: 1 }));
        const pod = await eventually('its pod is there', async () => (await podsOf('through'))[0]);
        const secret = { apiVersion: 'v1', kind: 'Secret', stringData: { key: 'hunter2' } };
        const metadata = {
          name: 'of-its-pod',
          namespace,
          ownerReferences: [refTo({ ...pod, apiVersion: 'v1', kind: 'Pod' })],
        };
        await create({ ...secret, metadata });
        return stored;
      },
      /^dataLoss: .*secrets\/of-its-pod$/,
    ],
  ];
  for (const [name, prepare, says] of losses) {
    test(`${name} is deleted only by hand, and with the loss accepted`, async () => {
      const target = targetOf(await prepare());
      for (const order of [
        anOrder('delete', target),
        anOrder('delete', target, { acceptDataLoss: true }),
        byHand('delete', target),
      ]) {
        expect(refusalsOf(await acting().inspect(order, never))).toContainEqual(expect.stringMatching(says));
      }
      const accepted = await acting().inspect(byHand('delete', target, { acceptDataLoss: true }), never);
      expect(refusalsOf(accepted)).toEqual([]);
      const said = findingsOf(accepted).map((one) => one.replace(/^data: /, 'dataLoss: '));
      expect(said).toContainEqual(expect.stringMatching(says));
    });
  }

  test('a StatefulSet whose claims go with its pods is scaled down only by hand, and with the loss accepted', async () => {
    const target = targetOf(
      await create(
        acts('StatefulSet', 'when-scaled', namespace, {
          volumeClaimTemplates: claimTemplates,
          persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' },
        }),
      ),
    );
    const says = 'its claims (data) are deleted with its pods: whenScaled is Delete';
    expect(refusalsOf(await acting().inspect(anOrder('scaledown', target), never))).toEqual([`dataLoss: ${says}`]);
    expect(refusalsOf(await acting().inspect(byHand('scaledown', target), never))).toEqual([`dataLoss: ${says}`]);
    const accepted = await acting().inspect(byHand('scaledown', target, { acceptDataLoss: true }), never);
    expect(findingsOf(accepted)).toContain(`data: ${says}`);
    expect(refusalsOf(accepted)).toEqual([]);
    const undo = { grade: 'partial', means: expect.stringContaining(`; not brought back: ${says}`) as string };
    expect(accepted).toMatchObject({ undo });
  });

  test('what another owner keeps is not lost', async () => {
    const stored = await create(acts('Deployment', 'shared', namespace));
    const other = await create(acts('Deployment', 'sharing', namespace));
    const ownerReferences = [refTo(stored), refTo(other, { controller: false })];
    await create(claim('shared-claim', { ownerReferences }));
    expect(refusalsOf(await acting().inspect(anOrder('delete', targetOf(stored)), never))).toEqual([]);
  });

  test('a custom root is deleted by hand alone, and what it owns is told first', async () => {
    const root = await create(custom('Widget', 'root', namespace, { replicas: 1 }));
    const deployment = acts('Deployment', 'of-root', namespace);
    await plane.apply([
      { ...deployment, metadata: { ...deployment.metadata, ownerReferences: [refTo(root)] } },
      claim('of-root', { ownerReferences: [refTo(root)] }),
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'of-root', namespace, ownerReferences: [refTo(root)] },
        stringData: { key: 'hunter2' },
      },
    ]);
    const target = targetOf(root);
    expect(refusalsOf(await acting().inspect(anOrder('delete', target), never))).toEqual([
      'impossible: widget.act.example.com/root is of a custom kind: what its controller collects with it cannot be known, so only a delete by hand may',
    ]);
    const inspected = await acting().inspect(byHand('delete', target), never);
    expect(inspected).toMatchObject({ is: 'ready', undo: { grade: 'none' } });
    expect(refusalsOf(inspected)).toEqual([
      expect.stringMatching(
        /^dataLoss: what it owns .*: (?=.*deployments.apps\/of-root)(?=.*persistentvolumeclaims\/of-root)(?=.*secrets\/of-root)/,
      ),
    ]);
    const order = byHand('delete', target, { acceptDataLoss: true });
    const { saved } = await act(acting(), order);
    // The collector, which would let it go, learns of a new kind only within half a minute; it may have by now.
    await letGo(root).catch((error: unknown) => {
      if (!(error instanceof RequestRefused && error.status === 404)) throw error;
    });
    await gone(root);
    await act(acting(), undoing(order, saved));
    expect((await live(plane, target))['spec']).toEqual(root['spec']);
  });

  test('what the server would not take back is deleted by hand alone, without a way back', async () => {
    const env = [{ name: 'PASSWORD', value: 'hunter2' }];
    const containers = [{ ...aContainer('unfit'), env }];
    const stored = await create(
      acts('Deployment', 'unfit', namespace, { template: aTemplate('unfit', { containers }) }),
    );
    // From now on nothing like it may be created.
    await plane.apply(refusing(namespace, 'unfit'));
    const target = targetOf(stored);
    const order = anOrder('delete', target);
    await eventually('it could not be created again', async () =>
      refusalsOf(await acting().inspect(order, never)).some((one) =>
        /^cannotUndo: it could not be created again: .*no unfit ones/.test(one),
      ),
    );
    const inspected = await acting().inspect(byHand('delete', target), never);
    expect(inspected).toMatchObject({ undo: { grade: 'none' }, refusals: [] });
    expect(findingsOf(inspected)).toContainEqual(
      expect.stringMatching(/^data: it could not be created again: .*no unfit ones with …/),
    );
    // The policy repeats what the container is given; we do not.
    const { saved, ...said } = ready(inspected);
    expect(JSON.stringify(said)).not.toContain('hunter2');

    await act(acting(), byHand('delete', target));
    await gone(stored);
    const restoring = undoing(byHand('delete', target), saved);
    const back = await acting().inspect(restoring, never);
    expect(refusalsOf(back)).toEqual([expect.stringMatching(/^impossible: the server would not create it: .*with …/)]);
    if (back.is !== 'ready') throw new Error(back.is);
    const performed = await acting().perform(restoring, back, { dryRun: false }, never);
    expect(performed).toEqual({
      is: 'failed',
      says: expect.stringMatching(/^creating deployment\/unfit again: .*no unfit ones with …/) as unknown,
    });
  });

  test('a static pod cannot be deleted', async () => {
    const metadata = { annotations: { 'kubernetes.io/config.mirror': 'x' } };
    const stored = await create(aPod('static', namespace, { nodeName: `${namespace}-a` }, metadata));
    const inspected = await acting().inspect(byHand('delete', targetOf(stored)), never);
    expect(refusalsOf(inspected)).toEqual([expect.stringMatching(/^impossible: pod\/static is a static pod/)]);
  });

  test('the Event of a delete names the object that was there, that of a restore the new one', async () => {
    const stored = await create(acts('Deployment', 'told', namespace));
    const order = anOrder('delete', targetOf(stored));
    const { saved } = await act(acting(), order);
    await gone(stored);
    await act(acting(), undoing(order, saved));
    const restored = await live(plane, order.target);
    const events = (await listObjects(plane, `/apis/events.k8s.io/v1/namespaces/${namespace}/events`)).filter(
      (event) =>
        (event['regarding'] as { name: string }).name === 'told' && event['reportingController'] === 'kubectl-xray',
    );
    const uidOf = (reason: string) =>
      (events.find((event) => event['reason'] === reason)?.['regarding'] as { uid: string } | undefined)?.uid;
    expect([uidOf('Deleted'), uidOf('Restored')]).toEqual([order.target.uid, restored.metadata.uid]);
  });

  function kept(name: string): KubeObject {
    return { metadata: { name, namespace, ...keep.metadata } };
  }
});

/** Without those that the server gives a Job by its uid. */
function ownLabels({ metadata }: Stored): unknown {
  const labels = Object.entries(metadata.labels ?? {});
  return Object.fromEntries(labels.filter(([key]) => !/controller-uid|job-name/.test(key)));
}

/** As is promised: of a Job without what speaks of its uid, of a Pod without where it ran. */
function comparable({ kind, spec }: Stored): unknown {
  if (kind !== 'Job') return spec;
  const { selector: _selector, suspend: _suspend, template, ...rest } = spec as Record<string, unknown>;
  const { spec: podSpec } = template as { spec: unknown };
  return { ...rest, template: podSpec };
}

/** A policy of the cluster that refuses Deployments whose pods carry a label; sidesteps nothing else. */
function refusing(namespace: string, app: string): readonly KubeObject[] {
  const name = `${namespace}-${app}`;
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        matchConstraints: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          resourceRules: [
            { apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'], operations: ['CREATE'] },
          ],
        },
        validations: [
          {
            expression: `object.spec.template.metadata.labels.app != '${app}'`,
            messageExpression: `'no ${app} ones with ' + object.spec.template.spec.containers[0].env[0].value`,
          },
        ],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}
