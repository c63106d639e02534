import { beforeAll, expect, test } from 'vitest';
import type { ActingParts } from '../../src/cluster/act/context.ts';
import type { User } from '../control-plane/access.ts';
import { eventually } from '../control-plane/eventually.ts';
import { aNode, bind, removePod, setPodStatus, type Pod } from '../control-plane/kubelet.ts';
import { type KubeObject, listObjects, type Stored } from '../control-plane/requests.ts';
import { runPods } from '../control-plane/run-pods.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import type { Rule } from '../control-plane/users.ts';
import {
  aCronJob,
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
  digest,
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

const imageIdFor = ({ image }: { image: string }) => `${image.split(':')[0]}@${digest}`;

const get = (...resources: string[]): Rule[] => [
  { apiGroups: ['apps', 'batch', 'act.example.com', ''], resources, verbs: ['get'] },
];

const allAreGone = () => Promise.resolve(false);
const someAreGone = (reference: string) =>
  Promise.resolve({ 'acme.test/docker/here:1': true, 'acme.test/docker/gone:1': false }[reference] ?? null);

withControlPlane('what is said before an act, and why one is not effective', (plane) => {
  let namespace = '';

  const acting = (parts: Partial<ActingParts> = {}, user: User = plane.admin) =>
    anActing(aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ user, namespace })) }), parts);
  const create = async (object: KubeObject): Promise<Stored> => {
    const [stored] = await plane.apply([object]);
    if (stored === undefined) throw new Error('nothing was created');
    return stored;
  };
  const podsOf = async (app: string) =>
    listObjects<Pod>(plane, `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`);
  const object = (apiVersion: string, kind: string, name: string, spec: object): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec,
  });
  const service = (name: string, selector: object) =>
    object('v1', 'Service', name, { ports: [{ port: 80 }], selector });
  const autoscaler = (name: string, of: KubeObject) =>
    object('autoscaling/v2', 'HorizontalPodAutoscaler', name, {
      minReplicas: 2,
      maxReplicas: 10,
      scaleTargetRef: { apiVersion: of.apiVersion, kind: of.kind, name: of.metadata?.name },
    });

  beforeAll(async () => {
    namespace = await plane.aNamespace('preflight');
    await aNode(plane, `${namespace}-a`);
    await plane.apply([aDefinition('Widget', '.spec.replicas')]);
  });

  test('an autoscaler, a budget and a Service without another backend are told', async () => {
    const stored = await create(acts('Deployment', 'cart', namespace, { replicas: 2 }));
    await plane.apply([
      autoscaler('cart', stored),
      autoscaler('other', { ...stored, metadata: { name: 'other' } }),
      object('policy/v1', 'PodDisruptionBudget', 'cart', {
        minAvailable: 1,
        selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['cart'] }] },
      }),
      object('policy/v1', 'PodDisruptionBudget', 'stranger', {
        minAvailable: 1,
        selector: { matchLabels: { app: 'stranger' } },
      }),
      service('cart', { app: 'cart' }),
      service('stranger', { app: 'stranger' }),
    ]);
    await runPods(plane, { namespace, imageIdFor, selector: 'app=cart', expected: 2 });
    const target = targetOf(stored);
    expect(findingsOf(await acting().inspect(anOrder('scaledown', target), never))).toEqual([
      'autoscaler: HorizontalPodAutoscaler/cart (2 to 10 replicas) scales it; it leaves it alone while it is at 0',
      'budget: PodDisruptionBudget/cart selects its pods but does not guard them: it stops evictions only',
      'backend: Service/cart has no other ready pod: it is left without a backend',
    ]);
    expect(findingsOf(await acting().inspect(anOrder('delete', target), never))).toContain(
      'autoscaler: HorizontalPodAutoscaler/cart (2 to 10 replicas) scales it; it stays and has nothing to scale',
    );
    const { saved } = ready(await acting().inspect(anOrder('scaledown', target), never));
    await act(acting(), anOrder('scaledown', target));
    expect(findingsOf(await acting().inspect(undoing(anOrder('scaledown', target), saved), never))).toEqual([
      'autoscaler: HorizontalPodAutoscaler/cart (2 to 10 replicas) scales it; it chooses the number again from then on',
    ]);
  });

  test('a Service that another workload serves as well is not told', async () => {
    const pods = { metadata: { labels: { app: 'double', tier: 'web' } } };
    const spec = { template: { ...aTemplate('double'), ...pods } };
    const stored = await create(acts('Deployment', 'double', namespace, spec));
    await plane.apply([
      service('web', { tier: 'web' }),
      aPod('helper', namespace, {}, { labels: { tier: 'web', app: 'helper' } }),
    ]);
    const order = anOrder('scaledown', targetOf(stored));
    expect(findingsOf(await acting().inspect(order, never))).toEqual([
      'backend: Service/web has no other ready pod: it is left without a backend',
    ]);
    await runPods(plane, { namespace, imageIdFor, selector: 'app=helper', expected: 1 });
    expect(findingsOf(await acting().inspect(order, never))).toEqual([]);
  });

  test('a workload that its autoscaler has brought to 0 is idle, not stopped', async () => {
    const stored = await create(acts('Deployment', 'idle', namespace, { replicas: 0 }));
    const hpa = await create(autoscaler('idle', stored));
    const condition = { type: 'ScaledToZero', status: 'True', reason: 'ScaledToZero', lastTransitionTime: null };
    const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${hpa.metadata.name}/status`;
    await eventually('it is told as idle', async () => {
      await plane.request('PATCH', path, {
        status: { desiredReplicas: 0, currentMetrics: null, conditions: [condition] },
      });
      const inspected = await acting().inspect(anOrder('scaledown', targetOf(stored)), never);
      return inspected.is === 'done' && inspected.says.endsWith('has scaled it to 0: it is idle, not stopped');
    });
  });

  test('images that cannot be pulled again, or of which nobody knows, are told', async () => {
    const containers = ['here', 'gone', 'unasked'].map((name) => ({ name, image: `acme.test/docker/${name}:1` }));
    const stored = await create(
      acts('Deployment', 'pulls', namespace, { template: aTemplate('pulls', { containers }) }),
    );
    expect(
      findingsOf(await acting({ pullable: someAreGone }).inspect(anOrder('scaledown', targetOf(stored)), never)),
    ).toEqual([
      'pull: acme.test/docker/gone:1 cannot be pulled any more: pods made anew may not start',
      'pull: whether acme.test/docker/unasked:1 can be pulled again could not be asked',
    ]);
  });

  test('a custom kind is looked at by the pods that its /scale selects', async () => {
    const stored = await create(custom('Widget', 'wheel', namespace, { replicas: 1 }));
    await plane.request('PATCH', `${pathTo(targetOf(stored))}/status`, { status: { selector: 'app=wheel' } });
    await plane.apply([aPod('wheel', namespace), service('wheel', { app: 'wheel' })]);
    await runPods(plane, { namespace, imageIdFor, selector: 'app=wheel', expected: 1 });
    expect(
      findingsOf(await acting({ pullable: allAreGone }).inspect(anOrder('scaledown', targetOf(stored)), never)),
    ).toEqual([
      'backend: Service/wheel has no other ready pod: it is left without a backend',
      'pull: acme.test/docker/wheel:1 cannot be pulled any more: pods made anew may not start',
    ]);
  });

  test('a user who may not see an object is refused in the words of the server', async () => {
    const stored = await create(acts('Deployment', 'unseen', namespace));
    const user = await plane.addUser({ namespaces: [namespace] });
    for (const order of [anOrder('scaledown', targetOf(stored)), anOrder('delete', targetOf(stored))]) {
      expect(refusalsOf(await acting({}, user).inspect(order, never))).toEqual([
        expect.stringMatching(/^rights: deployments.apps "unseen" is forbidden: User "user-\d+" cannot get resource/),
      ]);
    }
  });

  test('each right that an act needs and the user has not is named, and what may not be read is said', async () => {
    const stored = await create(acts('Deployment', 'few', namespace));
    const user = await plane.addUser({ namespaces: [namespace], rules: get('deployments') });
    const inspected = await acting({}, user).inspect(anOrder('scaledown', targetOf(stored)), never);
    expect(refusalsOf(inspected)).toEqual([
      `rights: you may not patch deployments.apps "few" in namespace "${namespace}"`,
    ]);
    // Another file may have given this server KEDA's kind meanwhile.
    const said = findingsOf(inspected).filter((one) => !one.includes('ScaledObjects'));
    expect(said).toEqual([
      'unread: HorizontalPodAutoscalers could not be read: whether one scales it is not known',
      'unread: PodDisruptionBudgets could not be read: whether one selects its pods is not known',
      'unread: Services could not be read: whether it is the last backend of one is not known',
      'unread: pods, replicasets could not be read: which pods it has and what rests on them is not known',
    ]);
    const deletion = await acting({}, user).inspect(anOrder('delete', targetOf(stored)), never);
    expect(refusalsOf(deletion)).toEqual([
      'rights: persistentvolumeclaims may not be listed: whether it owns any, which would be deleted with it, is not known',
      `rights: you may not create deployments.apps in namespace "${namespace}"`,
      `rights: you may not delete deployments.apps "few" in namespace "${namespace}"`,
    ]);
    expect(findingsOf(deletion)).toContainEqual(
      expect.stringMatching(/^unread: .* and \d+ more could not be read: whether it owns any of them/),
    );
  });

  test('a CronJob whose Jobs may not be listed is not scaled down: they would run on', async () => {
    const stored = await create(aCronJob('blind', namespace));
    const user = await plane.addUser({
      namespaces: [namespace],
      rules: [{ apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['get', 'patch'] }],
    });
    expect(refusalsOf(await acting({}, user).inspect(anOrder('scaledown', targetOf(stored)), never))).toEqual([
      expect.stringMatching(/^rights: which of its Jobs run on could not be read: jobs.batch is forbidden/),
    ]);
  });

  test('with the least rights each act goes through', async () => {
    const user = await plane.addUser({
      namespaces: [namespace],
      rules: [
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch', 'delete', 'create'] },
        { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['list'] },
        { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['get', 'patch'] },
        { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list', 'patch'] },
        { apiGroups: ['act.example.com'], resources: ['widgets'], verbs: ['get', 'patch'] },
        { apiGroups: ['act.example.com'], resources: ['widgets/scale'], verbs: ['get', 'patch'] },
      ],
    });
    const cron = await create(aCronJob('least-cron', namespace));
    const job = aJob('least-job', namespace);
    await create({ ...job, metadata: { ...job.metadata, ownerReferences: [refTo(cron)] } });
    const objects = [
      await create(acts('Deployment', 'least', namespace)),
      cron,
      await create(custom('Widget', 'least-widget', namespace, { replicas: 2 })),
    ];
    for (const stored of objects) {
      const order = anOrder('scaledown', targetOf(stored));
      const { saved } = await act(acting({}, user), order);
      await act(acting({}, user), undoing(order, saved));
      expect((await live(plane, order.target))['spec']).toEqual(stored['spec']);
    }
    const [deployment] = objects;
    if (deployment === undefined) throw new Error('no deployment');
    const order = anOrder('delete', targetOf(deployment));
    const { saved } = await act(acting({}, user), order);
    await act(acting({}, user), undoing(order, saved));
    expect((await live(plane, order.target))['spec']).toEqual(deployment['spec']);
  });

  test('a right that is lost between reading and acting ends in the words of the server', async () => {
    const stored = await create(acts('Deployment', 'lost-right', namespace));
    const order = anOrder('scaledown', targetOf(stored));
    const inspected = ready(await acting().inspect(order, never));
    const user = await plane.addUser({ namespaces: [namespace], rules: get('deployments') });
    expect(await acting({}, user).perform(order, inspected, { dryRun: false }, never)).toEqual({
      is: 'failed',
      says: expect.stringMatching(/^scaling down deployment\/lost-right: .*cannot patch resource/) as unknown,
    });
  });

  test('pods that end slowly block an act, until their kubelet confirms it', async () => {
    const stored = await create(acts('Deployment', 'slow', namespace, { replicas: 1 }));
    const [pod] = await eventually('its pod is there', async () => {
      const pods = await podsOf('slow');
      return pods.length === 1 && pods;
    });
    if (pod === undefined) throw new Error('no pod');
    await bind(plane, pod, `${namespace}-a`);
    await runPods(plane, { namespace, imageIdFor, selector: 'app=slow', expected: 1 });
    const order = anOrder('scaledown', targetOf(stored));
    await act(acting(), order);
    const name = `pod/${pod.metadata.name}`;
    await eventually('its grace is told', async () =>
      (await acting().blockers(order, never)).some((one) =>
        new RegExp(`^${name} has \\d+ of its 30 seconds of grace left$`).test(one),
      ),
    );
    const later = acting({ now: () => Date.now() + 100_000 });
    expect(await later.blockers(order, never)).toEqual([
      expect.stringMatching(
        new RegExp(`^${name} should have ended \\d+ seconds ago: the kubelet of ${namespace}-a has not confirmed it$`),
      ),
    ]);
    await removePod(plane, pod);
    await eventually('nothing blocks', async () => (await acting().blockers(order, never)).length === 0);
  });

  test('a pod with a finalizer blocks, and a foreground delete waits for it', async () => {
    const finalizers = ['example.com/keep'];
    const spec = {
      replicas: 1,
      template: { ...aTemplate('sticky'), metadata: { labels: { app: 'sticky' }, finalizers } },
    };
    const stored = await create(acts('ReplicaSet', 'sticky', namespace, spec));
    const [pod] = await eventually('its pod is there', async () => {
      const pods = await podsOf('sticky');
      return pods.length === 1 && pods;
    });
    if (pod === undefined) throw new Error('no pod');
    const order = anOrder('delete', targetOf(stored));
    await act(acting(), order);
    const name = pod.metadata.name;
    await eventually('both are told', async () => {
      const said = await acting().blockers(order, never);
      return (
        said.includes(`replicaset/sticky waits for what it owns: pods/${name} (finalizers: example.com/keep)`) &&
        said.includes(`pod/${name} has finalizers that nobody has removed yet: example.com/keep`)
      );
    });
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    await plane.request('PATCH', path, { metadata: { finalizers: null } });
    await eventually('nothing blocks', async () => (await acting().blockers(order, never)).length === 0);
  });

  test('a StatefulSet that ends its pods in order waits for one that is not ready', async () => {
    const stored = await create(acts('StatefulSet', 'ordered', namespace, { replicas: 3, serviceName: 'ordered' }));
    const pods = await runPods(plane, { namespace, imageIdFor, selector: 'app=ordered', expected: 3 });
    for (const pod of pods.filter(({ metadata }) => metadata.name !== 'ordered-0')) {
      const conditions = (pod.status?.conditions ?? []).map((one) => ({
        ...one,
        status: one['type'] === 'Ready' ? 'False' : one['status'],
      }));
      await setPodStatus(plane, pod, { conditions });
    }
    const order = byHand('scaledown', targetOf(stored));
    await act(acting(), order);
    const says = 'statefulset/ordered ends its pods in order, and waits for pod/ordered-1 to be ready';
    expect(await acting().blockers(order, never)).toContain(says);
    await eventually('the controller has seen it', async () => {
      const { status } = (await live(plane, order.target)) as { status?: { observedGeneration?: number } };
      return status?.observedGeneration === 2;
    });
    expect(await acting().blockers(order, never)).toEqual([says]);
    expect(await podsOf('ordered')).toHaveLength(3);
  });
});
