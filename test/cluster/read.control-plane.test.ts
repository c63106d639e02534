import { beforeAll, expect, test } from 'vitest';
import { readObjectJson } from '../../src/cluster/decode-object.ts';
import { readPodJson } from '../../src/cluster/decode-pod.ts';
import { listMatchingPods, resolveTypes } from '../../src/cluster/discovery.ts';
import { createInterning } from '../../src/cluster/interning.ts';
import type { Permissions } from '../control-plane/users.ts';
import { aNode, bind, runPod, setPodStatus, type Pod } from '../control-plane/kubelet.ts';
import { type KubeObject, type Stored } from '../control-plane/requests.ts';
import { runPods } from '../control-plane/run-pods.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aConnection, aFile, factsOf, ofType } from './connecting.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const imageIdFor = ({ image }: { image: string }) => `${image.split(':')[0]}@${digest}`;
const never = new AbortController().signal;

withControlPlane('reading a cluster', (plane) => {
  let namespace = '';
  let pods: readonly Stored<Pod>[] = [];

  const connection = (user = plane.admin) =>
    aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ user, namespace })) });

  const object = (apiVersion: string, kind: string, name: string, spec: object, metadata: object = {}): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace, ...metadata },
    spec,
  });

  const apps = (kind: string, name: string, spec: object = {}): KubeObject =>
    object('apps/v1', kind, name, { selector: { matchLabels: { app: name } }, template: template(name), ...spec });

  const seen = async (names: readonly string[] = [namespace]) => factsOf(connection(), { namespaces: names });

  beforeAll(async () => {
    namespace = await plane.aNamespace('read');
    await aNode(plane, `${namespace}-arm`, { architecture: 'arm64' });
    await plane.apply([definition('Widget', 'Namespaced'), definition('Fleet', 'Cluster'), scaledObjectDefinition]);
    const [widget] = await plane.apply([
      object('example.com/v1', 'Widget', 'gadget', { replicas: 1 }, { labels: { team: 'shop' } }),
      object('keda.sh/v1alpha1', 'ScaledObject', 'scaler', { scaleTargetRef: { name: 'cart' } }),
    ]);
    await plane.apply([
      apps('Deployment', 'cart', { replicas: 2 }),
      apps('StatefulSet', 'store', {
        replicas: 1,
        serviceName: 'store',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      }),
      apps('DaemonSet', 'agent', {
        updateStrategy: { type: 'OnDelete' },
        template: template('agent', { nodeSelector: { 'kubernetes.io/hostname': `${namespace}-arm` } }),
      }),
      apps('ReplicaSet', 'lone', { replicas: 1 }),
      {
        ...apps('Deployment', 'owned', { replicas: 1 }),
        metadata: { name: 'owned', namespace, ownerReferences: [refTo(widget)] },
      },
      object('batch/v1', 'Job', 'once', {
        parallelism: 2,
        completions: 2,
        template: template('once', { restartPolicy: 'Never' }),
      }),
      object('batch/v1', 'CronJob', 'nightly', {
        schedule: '0 0 1 1 *',
        suspend: true,
        jobTemplate: { spec: { template: template('nightly', { restartPolicy: 'Never' }) } },
      }),
      object(
        'v1',
        'Pod',
        'full',
        { ...fullSpec, nodeName: `${namespace}-arm` },
        { annotations: { 'kubernetes.io/config.mirror': 'x', 'kubectl-xray/held': 'y' }, labels: { app: 'full' } },
      ),
      object('v1', 'Service', 'hooks', { ports: [{ port: 443 }], selector: { app: 'cart', tier: 'web' } }),
      ...hooks(namespace),
    ]);
    pods = await runPods(plane, { namespace, imageIdFor, expected: 9 });
    await plane.request('PATCH', pathOf('deployments', 'cart'), { spec: { paused: true } });
  });

  const listPods = async () =>
    ((await plane.request('GET', `/api/v1/namespaces/${namespace}/pods`)) as { items: Pod[] }).items;
  const pathOf = (kind: string, name: string) =>
    `/apis/${kind.endsWith('jobs') ? 'batch' : 'apps'}/v1/namespaces/${namespace}/${kind}/${name}`;

  test('every pod in protobuf reads as it does in JSON', async () => {
    const interning = createInterning();
    const expected = (await listPods()).map((pod) => readPodJson(pod, interning)).toSorted(byUid);
    const found = ofType(await seen(), 'PodSeen').map(({ pod }) => pod);
    expect(found.toSorted(byUid)).toEqual(expected);
    expect(found.length).toBe(pods.length);
    expect(found.every(({ ready, phase }) => ready && phase === 'Running')).toBe(true);
  });

  test('every built-in owner in protobuf reads as it does in JSON', async () => {
    const objects = ofType(await seen(), 'ObjectSeen').map((fact) => fact.object);
    for (const [kind, plural] of builtin) {
      const { items } = (await plane.request('GET', pathOf(plural, ''))) as { items: unknown[] };
      const scalable = ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(kind);
      const apiVersion = plural.endsWith('jobs') ? 'batch/v1' : 'apps/v1';
      const of = { apiVersion, kind, scalable, ...(kind === 'ControllerRevision' ? { plural } : {}) };
      const expected = items.map((item) => readObjectJson(item, of, createInterning())).toSorted(byUid);
      expect(expected.length, kind).toBeGreaterThan(0);
      expect(objects.filter((one) => one.kind === kind).toSorted(byUid), kind).toEqual(expected);
    }
  });

  test('a workload is told with its rollout, replicas and template', async () => {
    const objects = ofType(await seen(), 'ObjectSeen').map((fact) => fact.object);
    const named = (name: string) => objects.find((one) => one.name === name && one.kind !== 'ControllerRevision');
    expect(named('cart')).toMatchObject({
      replicas: 2,
      ready: 2,
      resource: 'deployments',
      rollout: { paused: true, byHand: false },
    });
    expect(named('cart')?.template).toEqual({
      labels: { app: 'cart' },
      priorityClass: null,
      containers: [{ name: 'app', role: 'container', reference: 'acme.test/docker/cart:1', imageID: '' }],
    });
    expect(named('store')?.rollout).toMatchObject({
      byHand: true,
      updateRevision: expect.stringMatching(/^store-/) as unknown,
    });
    expect(named('agent')).toMatchObject({
      replicas: 1,
      ready: 1,
      rollout: { byHand: true, replicas: 1, updated: 1, available: 1 },
    });
    expect(named('once')).toMatchObject({ replicas: 2, finished: false, suspended: false, rollout: null });
    expect(named('nightly')).toMatchObject({
      replicas: null,
      suspended: true,
      template: { containers: [{ name: 'app' }] },
    });
    expect(objects.find((one) => one.kind === 'ReplicaSet' && one.owner?.name === 'cart')).toMatchObject({
      revision: 1,
    });
    expect(objects.find((one) => one.kind === 'ControllerRevision' && one.owner?.name === 'store')).toMatchObject({
      revision: 1,
    });
  });

  test('each container of a pod has its role and what it runs', async () => {
    const full = ofType(await seen(), 'PodSeen').find(({ pod }) => pod.name === 'full')?.pod;
    expect(full).toMatchObject({ mirror: true, owner: null, priorityClass: null });
    expect(full?.annotations).toEqual({ 'kubectl-xray/held': 'y' });
    const containers = full?.containers.map(({ name, role, reference, imageID }) => [
      role,
      name,
      reference,
      imageID !== '',
    ]);
    expect(containers).toEqual([
      ['volume', 'models', 'acme.test/docker/models:1', false],
      ['container', 'app', 'acme.test/docker/full:1', true],
      ['init', 'setup', 'acme.test/docker/setup:1', true],
      ['sidecar', 'proxy', 'acme.test/docker/proxy:1', true],
    ]);
  });

  test('an image volume has the digest that its status tells, and a debug container is ephemeral', async () => {
    const [pod] = await plane.apply([object('v1', 'Pod', 'debugged', fullSpec)]);
    if (pod === undefined) throw new Error('no pod');
    const debug = { name: 'debug', image: 'acme.test/docker/debug:1', targetContainerName: 'app' };
    const path = `/api/v1/namespaces/${namespace}/pods/debugged`;
    await bind(plane, pod, `${namespace}-arm`);
    await plane.request('PATCH', `${path}/ephemeralcontainers`, { spec: { ephemeralContainers: [debug] } });
    const stored = await runPod(plane, (await plane.request('GET', path)) as Stored<Pod>, imageIdFor);
    const mount = {
      name: 'models',
      mountPath: '/models',
      volumeStatus: { image: { imageRef: `acme.test/docker/models@${digest}` } },
    };
    const statuses = stored.status?.containerStatuses?.map((one) => ({ ...one, volumeMounts: [mount] })) ?? [];
    await setPodStatus(plane, stored, { containerStatuses: statuses });
    const read = ofType(await seen(), 'PodSeen').find((fact) => fact.pod.name === 'debugged')?.pod;
    expect(read?.containers).toContainEqual({
      name: 'debug',
      role: 'ephemeral',
      reference: debug.image,
      imageID: imageIdFor(debug),
    });
    expect(read?.containers).toContainEqual(expect.objectContaining({ name: 'models', role: 'volume' }));
    expect(read?.node).toBe(`${namespace}-arm`);
  });

  test('an owner of a kind that is not built in is read by its metadata, with its plural and whether it scales', async () => {
    const facts = await seen();
    const [widget] = ofType(facts, 'ObjectSeen').filter((fact) => fact.object.kind === 'Widget');
    expect(widget?.object).toMatchObject({
      resource: 'widgets.example.com',
      apiVersion: 'example.com/v1',
      name: 'gadget',
      namespace,
      labels: { team: 'shop' },
      scalable: true,
      template: null,
      replicas: null,
    });
    expect(ofType(facts, 'OwnerMissing')).toEqual([]);
  });

  test('an owner across the cluster has no namespace, and one that is gone is missing', async () => {
    const other = await plane.aNamespace('owners');
    const [fleet] = await plane.apply([{ apiVersion: 'example.com/v1', kind: 'Fleet', metadata: { name: other } }]);
    const gone = {
      apiVersion: 'example.com/v1',
      kind: 'Fleet',
      name: 'gone',
      uid: '00000000-0000-0000-0000-000000000000',
      controller: true,
    };
    const pod = (name: string, owner: object) =>
      object(
        'v1',
        'Pod',
        name,
        { containers: [container('app', name)] },
        { namespace: other, ownerReferences: [owner] },
      );
    await plane.apply([pod('sailor', refTo(fleet))]);
    // The collector would delete a pod whose owner is not there, so it is read at once.
    await plane.apply([pod('lost', { ...gone })]);
    const facts = await seen([other]);
    expect(ofType(facts, 'ObjectSeen').map((fact) => [fact.object.kind, fact.object.namespace])).toEqual([
      ['Fleet', null],
    ]);
    const missing = ofType(facts, 'OwnerMissing').map(({ owner }) => owner.name);
    expect(missing.every((name) => name === 'gone')).toBe(true);
  });

  test('many owners of one custom kind are read by one list, at any depth', async () => {
    const other = await plane.aNamespace('many');
    const widget = (name: string, metadata: object) => ({
      ...object('example.com/v1', 'Widget', name, {}, { namespace: other, ...metadata }),
    });
    const [top] = await plane.apply([widget('top', {})]);
    const names = Array.from({ length: 12 }, (_, index) => `w${index}`);
    const widgets = await plane.apply(names.map((name) => widget(name, { ownerReferences: [refTo(top)] })));
    const containers = [container('app', 'app')];
    const pods = widgets.map((one) =>
      object('v1', 'Pod', one.metadata.name, { containers }, { namespace: other, ownerReferences: [refTo(one)] }),
    );
    await plane.apply([...pods, widget('podless', {})]);
    for (const namespaces of [[other], 'all'] as const) {
      const objects = ofType(await factsOf(connection(), { namespaces }), 'ObjectSeen').map((fact) => fact.object);
      const read = objects.filter((one) => one.namespace === other).map(({ name }) => name);
      expect(read.toSorted()).toEqual([...names, 'top'].toSorted());
    }
    const user = await plane.addUser({ ...reader, namespaces: [other] });
    const facts = await factsOf(connection(user), { namespaces: [other] });
    expect(ofType(facts, 'OwnerMissing')).toHaveLength(12);
    const forbidden = ofType(facts, 'ReadForbidden').map((fact) => fact.forbidden);
    expect(forbidden.filter(({ resource }) => resource === 'widgets.example.com')).toHaveLength(1);
  });

  test('nodes are told with their platform, and what the API server asks is protected', async () => {
    const facts = await seen();
    expect(facts).toContainEqual({ type: 'NodeSeen', name: `${namespace}-arm`, platform: 'linux/arm64' });
    const served = ofType(facts, 'ServiceProtected').map(({ service }) => service);
    const hooked = { namespace, name: 'hooks', selector: { app: 'cart', tier: 'web' } };
    expect(served).toContainEqual({ ...hooked, serves: `admission webhook validate.${namespace}.example.com` });
    expect(served).toContainEqual({ ...hooked, serves: `admission webhook mutate.${namespace}.example.com` });
    expect(served).toContainEqual({ ...hooked, serves: `conversion webhook of converted.${namespace}.example.com` });
    expect(served).toContainEqual({ ...hooked, serves: `APIService v1.served-${namespace}.example.com` });
    expect(ofType(facts, 'ScaledByKeda')).toEqual([
      { type: 'ScaledByKeda', namespace, kind: 'Deployment', name: 'cart' },
    ]);
    expect(facts.at(-1)).toEqual({ type: 'ClusterRead' });
  });

  test('reading all namespaces finds the same pods, by the streaming list', async () => {
    const paths: string[] = [];
    const inner = connection();
    const watched = {
      ...inner,
      request: async (path: string, asked: Parameters<typeof inner.request>[1]) => (
        paths.push(path),
        inner.request(path, asked)
      ),
    };
    const facts = await factsOf(watched);
    const own = ofType(facts, 'PodSeen').filter(({ pod }) => pod.namespace === namespace);
    expect(own.length).toBeGreaterThanOrEqual(pods.length);
    expect(ofType(facts, 'NamespacesRead')).toEqual([{ type: 'NamespacesRead', namespaces: null }]);
    expect(paths.filter((path) => path.startsWith('/api/v1/pods'))).toEqual([
      expect.stringContaining('sendInitialEvents=true'),
    ]);
  });

  test('a namespace that does not exist is empty, as for kubectl', async () => {
    const facts = await seen(['not-there']);
    expect(ofType(facts, 'PodSeen')).toEqual([]);
    expect(ofType(facts, 'NamespacesRead')).toEqual([{ type: 'NamespacesRead', namespaces: ['not-there'] }]);
  });

  const reader: Permissions = {
    rules: [
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
      { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: ['list'] },
    ],
  };

  test('a user of one namespace reads it with -A too, and what he may not read is named once', async () => {
    const user = await plane.addUser({ ...reader, namespaces: [namespace] });
    const facts = await factsOf(connection(user));
    expect(new Set(ofType(facts, 'PodSeen').map(({ pod }) => pod.namespace))).toEqual(new Set([namespace]));
    expect(ofType(facts, 'NamespacesRead')).toEqual([{ type: 'NamespacesRead', namespaces: [namespace] }]);
    const forbidden = ofType(facts, 'ReadForbidden').map((fact) => fact.forbidden);
    const names = forbidden.map(({ resource, namespace }) => `${resource} ${namespace}`);
    expect(names).toContain('namespaces null');
    expect(names).toContain('pods null');
    expect(names).toContain(`statefulsets.apps ${namespace}`);
    expect(names).toContain('nodes null');
    expect(names).not.toContain(`pods ${namespace}`);
    expect(new Set(names).size).toBe(names.length);
    const [pods] = forbidden.filter(({ resource }) => resource === 'pods');
    expect(pods?.message).toMatch(new RegExp(`^pods is forbidden: User "${user.name}" cannot list resource "pods"`));
    expect(facts.at(-1)).toEqual({ type: 'ClusterRead' });
  });

  test('a user who may list namespaces is asked for each, and the unreadable ones are named', async () => {
    const listNamespaces = { apiGroups: [''], resources: ['namespaces'], verbs: ['list'] };
    const user = await plane.addUser({ ...reader, namespaces: [namespace], clusterRules: [listNamespaces] });
    const facts = await factsOf(connection(user));
    expect(ofType(facts, 'NamespacesRead')).toEqual([{ type: 'NamespacesRead', namespaces: [namespace] }]);
    const pods = ofType(facts, 'ReadForbidden').filter((fact) => fact.forbidden.resource === 'pods');
    expect(pods.map((fact) => fact.forbidden.namespace)).toContain('default');
    expect(pods.map((fact) => fact.forbidden.namespace)).not.toContain(null);
  });

  test('a user who may not read an owner is told so, and the owner is missing', async () => {
    const user = await plane.addUser({ ...reader, namespaces: [namespace] });
    const facts = await factsOf(connection(user), { namespaces: [namespace] });
    expect(ofType(facts, 'OwnerMissing').map(({ owner }) => owner.kind)).toContain('Widget');
    expect(ofType(facts, 'OwnerMissing').map(({ owner }) => owner.kind)).toContain('StatefulSet');
  });

  test('a user without any right gets no pods, and no error either', async () => {
    const user = await plane.addUser({ namespaces: [namespace] });
    const facts = await factsOf(connection(user), { namespaces: [namespace] });
    expect(ofType(facts, 'PodSeen')).toEqual([]);
    expect(ofType(facts, 'NamespacesRead')).toEqual([{ type: 'NamespacesRead', namespaces: [] }]);
  });

  test('a token that is not accepted ends with one clear error', async () => {
    const refused = factsOf(aConnection({ kubeconfig: aFile('config', plane.kubeconfig()), token: 'wrong-token' }));
    await expect(refused).rejects.toThrow(/You must be logged in to the server/);
    await expect(refused).rejects.not.toThrow(/wrong-token/);
  });

  test('a client certificate and impersonation are who we are', async () => {
    const kubeconfig = aFile('config', plane.kubeconfig({ by: 'certificate', namespace }));
    expect(
      ofType(await factsOf(aConnection({ kubeconfig }), { namespaces: [namespace] }), 'PodSeen').length,
    ).toBeGreaterThan(0);
    const nobody = aConnection({ kubeconfig, as: 'nobody', asGroup: ['nobodies', 'strangers'] });
    const message = ofType(await factsOf(nobody), 'ReadForbidden')
      .map((fact) => fact.forbidden.message)
      .join('\n');
    expect(message).toContain('User "nobody"');
  });

  const resolve = async (...words: string[]) => resolveTypes(connection(), words, never);

  test('types are found by built-in names, short names and discovery, and an unknown one is told in kubectl’s words', async () => {
    expect(await resolve('deploy,sts')).toEqual([
      { resource: 'deployments', name: null },
      { resource: 'statefulsets', name: null },
    ]);
    expect(await resolve('deployment.v1.apps', 'cart')).toEqual([{ resource: 'deployments', name: 'cart' }]);
    expect(await resolve('wd/gadget', 'pod/full')).toEqual([
      { resource: 'widgets.example.com', name: 'gadget' },
      { resource: 'pods', name: 'full' },
    ]);
    expect(await resolve('widgets.example.com')).toEqual([{ resource: 'widgets.example.com', name: null }]);
    await expect(resolve('foo')).rejects.toThrow('the server doesn\'t have a resource type "foo"');
  });

  test('pods are found by their fields', async () => {
    const uids = await listMatchingPods(connection(), { namespace, fieldSelector: 'metadata.name=full' }, never);
    expect([...uids]).toEqual([pods.find((pod) => pod.metadata.name === 'full')?.metadata.uid]);
    const wrong = listMatchingPods(connection(), { namespace: null, fieldSelector: 'spec.wrong=1' }, never);
    await expect(wrong).rejects.toThrow(/field label not supported/);
  });
});

const builtin = [
  ['Deployment', 'deployments'],
  ['ReplicaSet', 'replicasets'],
  ['StatefulSet', 'statefulsets'],
  ['DaemonSet', 'daemonsets'],
  ['Job', 'jobs'],
  ['CronJob', 'cronjobs'],
  ['ControllerRevision', 'controllerrevisions'],
] as const;

function byUid(one: { readonly uid: string }, other: { readonly uid: string }): number {
  return one.uid < other.uid ? -1 : 1;
}

function container(name: string, image: string, rest: object = {}) {
  return { name, image: `acme.test/docker/${image}:1`, ...rest };
}

function template(app: string, spec: object = {}) {
  return { metadata: { labels: { app } }, spec: { containers: [container('app', app)], ...spec } };
}

const fullSpec = {
  initContainers: [container('setup', 'setup'), container('proxy', 'proxy', { restartPolicy: 'Always' })],
  containers: [container('app', 'full', { volumeMounts: [{ name: 'models', mountPath: '/models' }] })],
  volumes: [
    { name: 'scratch', emptyDir: {} },
    { name: 'models', image: { reference: 'acme.test/docker/models:1' } },
  ],
};

function refTo(owner: Stored | undefined) {
  if (owner === undefined) throw new Error('no owner');
  const { apiVersion = '', kind = '', metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
}

function definition(kind: string, scope: string): KubeObject {
  const plural = `${kind.toLowerCase()}s`;
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const version = { name: 'v1', served: true, storage: true, schema, subresources: { status: {}, scale } };
  const names = { plural, singular: kind.toLowerCase(), kind, shortNames: [kind === 'Widget' ? 'wd' : 'fl'] };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: { group: 'example.com', scope, names, versions: [version] },
  };
}

const scaledObjectDefinition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'scaledobjects.keda.sh' },
  spec: {
    group: 'keda.sh',
    scope: 'Namespaced',
    names: { plural: 'scaledobjects', singular: 'scaledobject', kind: 'ScaledObject' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** Everything that asks the service `hooks`; the webhooks select nothing, so that they stop nobody. */
function hooks(namespace: string): readonly KubeObject[] {
  const service = { namespace, name: 'hooks' };
  const webhook = (name: string) => ({
    name: `${name}.${namespace}.example.com`,
    clientConfig: { service },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    failurePolicy: 'Ignore',
    rules: [{ apiGroups: ['none.example.com'], apiVersions: ['v1'], resources: ['nones'], operations: ['CREATE'] }],
  });
  const configuration = (kind: string, name: string) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: namespace },
    webhooks: [webhook(name)],
  });
  const group = `${namespace}.example.com`;
  const schema = { openAPIV3Schema: { type: 'object' } };
  return [
    configuration('ValidatingWebhookConfiguration', 'validate'),
    configuration('MutatingWebhookConfiguration', 'mutate'),
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `converted.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'converted', singular: 'converted', kind: 'Converted' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
        conversion: { strategy: 'Webhook', webhook: { clientConfig: { service }, conversionReviewVersions: ['v1'] } },
      },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `v1.served-${group}` },
      spec: {
        group: `served-${group}`,
        version: 'v1',
        service,
        groupPriorityMinimum: 1000,
        versionPriority: 15,
        insecureSkipTLSVerify: true,
      },
    },
  ];
}
