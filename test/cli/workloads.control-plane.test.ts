// Everything that can run in a cluster, read by one run of the built program and judged.
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { WorkloadItem, WorkloadVerdictList } from '../../src/core/report.ts';
import { eventually } from '../control-plane/eventually.ts';
import {
  addEphemeralContainer,
  again,
  aNode,
  bind,
  type Container,
  type ImageIdFor,
  type Pod,
  podPath,
  podsOf,
  removePod,
  runPod,
  setPodStatus,
} from '../control-plane/kubelet.ts';
import { getObject, listObjects, type KubeObject, type Stored } from '../control-plane/requests.ts';
import { runPods } from '../control-plane/run-pods.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { controlledBy, definition, imageIds, objectsIn, referenceTo, running } from './objects.ts';
import { asPublished, imagesIn, itemOf, labelOf, labelsIn, workloadsIn } from './reports.ts';
import { type CliOptions, type Ended, runCli } from './run-cli.ts';
import { images, index, installation, stored, token } from './stand-in.ts';

// Every kind is stopped for a severe finding and for what nobody has scanned, so that decisions can be seen.
const policy = `
scanPolicy:
  security: { minSeverity: high, default: scaledown, jobs: delete, cronJobs: delete, pods: delete, gadgets.cli.example.com: scaledown, widgets.cli.example.com: scaledown }
  unscanned: { default: scaledown, gracePeriod: 0s }
  license: { default: delete }
`;
const elsewhere = 'quay.example.com/team/tool:7';
const nobodys = `sha256:${'e'.repeat(64)}`;
const [amd64, arm64] = [index[1]?.digest ?? '', index[2]?.digest ?? ''];

withControlPlane('what runs in a cluster', (plane) => {
  let server: XrayServer;
  let namespace = '';
  let host = '';
  let options: CliOptions = {};
  let ended: Ended = { code: null, signal: null, stdout: '', stderr: '' };
  let list: WorkloadVerdictList;

  const image = (name: keyof typeof images) => referenceTo(host, images[name]);
  const item = (name: string): WorkloadItem => itemOf(list, name);
  const node = (architecture: string) => `${namespace}-${architecture}`;
  const get = async (path: string) => getObject(plane, path.replace('NS', namespace));
  const podOf = async (app: string, count = 1): Promise<Stored<Pod>> => {
    const [pod] = await podsOf(plane, namespace, count, `app=${app}`);
    if (pod === undefined) throw new Error(`no pod of ${app}`);
    return pod;
  };
  const change = async (kind: string, name: string, spec: object) =>
    plane.request('PATCH', `/apis/apps/v1/namespaces/${namespace}/${kind}/${name}`, { spec });
  const templateOf = (name: keyof typeof images) => ({ template: { spec: running({ app: image(name) }) } });
  const imageIdFor: ImageIdFor = (container: Container, pod) => {
    const said = pod.metadata.annotations?.[`image-id.${container.name}`];
    if (said !== undefined) return said;
    const found = imageIds(host, stored)(container, pod);
    return found === '' ? `${container.image.replace(/:[^:/]*$/, '')}@${nobodys}` : found;
  };

  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation() });
    host = new URL(server.url).host;
    namespace = await plane.aNamespace('world');
    const nodes = [
      await aNode(plane, node('amd64')),
      await aNode(plane, node('arm64'), { architecture: 'arm64' }),
    ] as const;
    await whatRuns(nodes[0]);
    await runPods(plane, { namespace, imageIdFor });
    await whatHappensThen();
    options = {
      env: { KUBECONFIG: 'kubeconfig', JF_URL: server.url, JF_ACCESS_TOKEN: token },
      files: { kubeconfig: plane.kubeconfig({ namespace }), 'policy.yaml': policy },
      secrets: [plane.admin.token],
    };
    ended = await runCli(['status', '-o', 'json', '--policy', 'policy.yaml'], options);
    list = workloadsIn(ended);
    require('node:fs').writeFileSync('/tmp/err.txt', ended.stderr);
  });

  afterAll(async () => {
    await server?.stop();
    const pods = await listObjects(plane, `/api/v1/namespaces/${namespace}/pods`);
    await plane.request('DELETE', `/api/v1/namespaces/${namespace}`);
    for (const pod of pods) await removePod(plane, pod).catch(() => {});
    for (const one of ['amd64', 'arm64']) await plane.request('DELETE', `/api/v1/nodes/${node(one)}`);
  });

  async function whatRuns(machine: Stored): Promise<void> {
    const { object, apps, pod, job, cronJob } = objectsIn(namespace);
    const app = (name: keyof typeof images) => running({ app: image(name) });
    const onBoth = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: 'kubernetes.io/hostname', operator: 'In', values: [node('amd64'), node('arm64')] },
              ],
            },
          ],
        },
      },
    };
    await plane.apply([
      definition('Gadget', 'Namespaced'),
      definition('Widget', 'Namespaced', false),
      definition('Fleet', 'Cluster'),
    ]);
    const [gadget, widget, fleet, nightly, byHand] = await plane.apply([
      object('cli.example.com/v1', 'Gadget', 'press', { replicas: 1 }),
      object('cli.example.com/v1', 'Widget', 'lathe', {}),
      { ...object('cli.example.com/v1', 'Fleet', `fleet-${namespace}`, {}), metadata: { name: `fleet-${namespace}` } },
      cronJob('nightly', app('good')),
      pod('meshed-by-hand', running({ app: image('good'), proxy: image('worse') }), { labels: { app: 'meshed' } }),
    ]);
    if (byHand === undefined) throw new Error('no pod');
    await runPod(plane, byHand as Stored<Pod>, imageIdFor);
    await plane.apply([
      apps('Deployment', 'cart', app('bad'), { replicas: 2 }),
      apps('StatefulSet', 'store', app('good')),
      apps('DaemonSet', 'agent', running({ app: `${host}/docker-local/both:1` }, { affinity: onBoth })),
      apps('ReplicaSet', 'lone', app('good')),
      apps('ReplicaSet', 'meshed', app('good')),
      job('once', app('bad')),
      job('done', app('bad')),
      job('parked', app('bad'), { suspend: true }),
      cronJob('monthly', app('bad')),
      job('nightly-run', app('bad'), {}, controlledBy(nightly)),
      pod('bare', app('bad')),
      pod(
        'static',
        { ...app('bad'), nodeName: node('amd64') },
        { annotations: { 'kubernetes.io/config.mirror': 'x' }, ...controlledBy(machine) },
      ),
      pod('press-0', app('bad'), controlledBy(gadget)),
      {
        ...apps('Deployment', 'press-web', app('good')),
        metadata: { name: 'press-web', namespace, ...controlledBy(gadget) },
      },
      pod('lathe-0', app('bad'), controlledBy(widget)),
      pod('fleet-0', app('bad'), controlledBy(fleet)),
      pod('roles', {
        initContainers: [
          { name: 'setup', image: image('worse') },
          { name: 'proxy', image: image('good'), restartPolicy: 'Always' },
        ],
        containers: [{ name: 'app', image: image('good'), volumeMounts: [{ name: 'models', mountPath: '/models' }] }],
        volumes: [{ name: 'models', image: { reference: image('copyleft') } }],
      }),
      apps('Deployment', 'debugged', app('good')),
      apps('Deployment', 'twins', running({ one: image('bad'), two: image('bad') })),
      apps('Deployment', 'moved', app('good'), { replicas: 2 }),
      apps('Deployment', 'asleep', app('worse'), { replicas: 0 }),
      pod('config', app('bad'), { annotations: { 'image-id.app': images.bad.config } }),
      pod('config-of-docker', app('bad'), { annotations: { 'image-id.app': `docker://${images.bad.config}` } }),
      pod('config-of-another', app('bad'), { annotations: { 'image-id.app': images.good.config } }),
      pod('pulled-by-docker', app('bad'), {
        annotations: { 'image-id.app': `docker-pullable://mirror.example.com/other@${images.bad.digest}` },
      }),
      apps('Deployment', 'elsewhere', running({ app: elsewhere })),
      pod('copied', running({ app: elsewhere }), { annotations: { 'image-id.app': `x@${images.bad.digest}` } }),
      apps('Deployment', 'unscanned', app('never')),
      apps('Deployment', 'scanning', app('fresh')),
      apps('Deployment', 'licensed', app('copyleft')),
      apps('Deployment', 'rolling', app('worse')),
      apps('Deployment', 'paused', app('worse')),
      apps('Deployment', 'stuck', app('worse'), { progressDeadlineSeconds: 1 }),
      apps('StatefulSet', 'rolling-set', app('worse'), { replicas: 2 }),
      apps('StatefulSet', 'by-hand-set', app('worse'), { updateStrategy: { type: 'OnDelete' } }),
      apps('Deployment', 'evicted', app('good')),
      apps('Deployment', 'leaving', app('good')),
      pod('failed', app('bad')),
      pod('ended', app('bad')),
    ]);
  }

  async function whatHappensThen(): Promise<void> {
    const { apps } = objectsIn(namespace);
    const reports = (name: keyof typeof images, containerName = 'app') => ({
      containerStatuses: [
        {
          name: containerName,
          image: image('good'),
          imageID: `x@${images[name].digest}`,
          ready: true,
          restartCount: 0,
        },
      ],
    });
    await addEphemeralContainer(plane, await podOf('debugged'), { name: 'shell', image: image('worse') });
    const debugged = await podOf('debugged');
    await runPod(plane, debugged, imageIdFor);
    await setPodStatus(plane, await podOf('moved', 2), reports('worse'));
    await setPodStatus(plane, await podOf('failed'), { phase: 'Failed', reason: 'Evicted' });
    await setPodStatus(plane, await podOf('ended'), { phase: 'Succeeded' });
    await setPodStatus(plane, await podOf('done'), { phase: 'Succeeded' });
    await setPodStatus(plane, await podOf('evicted'), { phase: 'Failed', ...reports('worse') });
    await runPods(plane, { namespace, imageIdFor, selector: 'app=evicted', expected: 2 });
    const leaving = await podOf('leaving');
    await setPodStatus(plane, leaving, reports('worse'));
    await bind(plane, leaving, node('amd64'));
    await plane.request('DELETE', podPath(leaving));
    await runPods(plane, { namespace, imageIdFor, selector: 'app=leaving', expected: 1 });
    await change('deployments', 'paused', { paused: true, ...templateOf('good') });
    for (const name of ['rolling', 'stuck']) await change('deployments', name, templateOf('good'));
    for (const name of ['rolling-set', 'by-hand-set']) await change('statefulsets', name, templateOf('good'));
    for (const name of ['rolling', 'stuck', 'rolling-set']) await untilReplaced(name);
    await plane.apply([
      apps('Deployment', 'waiting', running({ app: image('bad') }), { replicas: 2 }),
      apps('Deployment', 'waiting-for-index', running({ app: `${host}/docker-local/both:1` })),
      apps('Deployment', 'waiting-for-elsewhere', running({ app: elsewhere })),
    ]);
    for (const [name, count] of [
      ['waiting', 2],
      ['waiting-for-index', 1],
      ['waiting-for-elsewhere', 1],
    ] as const) {
      await podsOf(plane, namespace, count, `app=${name}`);
    }
    await eventually('the job is done', async () => {
      const job = await get('/apis/batch/v1/namespaces/NS/jobs/done');
      return conditionsOf(job).some(({ type, status }) => type === 'Complete' && status === 'True');
    });
    await eventually('the rollout is past its deadline', async () => {
      const deployment = await get('/apis/apps/v1/namespaces/NS/deployments/stuck');
      return conditionsOf(deployment).some(({ reason }) => reason === 'ProgressDeadlineExceeded');
    });
    await eventually('the paused change was seen', async () => {
      const { metadata, status } = await again<KubeObject>(
        plane,
        `/apis/apps/v1/namespaces/${namespace}/deployments/paused`,
      );
      return (status as { observedGeneration?: number }).observedGeneration === metadata.generation;
    });
  }

  /** An old pod runs, and a new one of the other image waits. */
  async function untilReplaced(app: string): Promise<void> {
    await eventually(`${app} has an old pod and a new one`, async () => {
      const pods = await podsOf(plane, namespace, 2, `app=${app}`);
      const waiting = pods.filter((pod) => pod.status?.phase === 'Pending');
      return waiting.length === 1 && waiting[0]?.spec.containers[0]?.image === image('good');
    });
  }

  test('the run ends with 0, and nothing but JSON is on stdout', () => {
    expect(ended.code).toBe(0);
    expect(ended.stdout.startsWith('{')).toBe(true);
    expect(list).toMatchObject({
      apiVersion: 'kubectl-xray/v1',
      kind: 'WorkloadVerdictList',
      metadata: { context: 'control-plane', namespace },
    });
  });

  test('every workload is listed once, by its topmost owner; failed and finished ones are not', () => {
    expect(labelsIn(list)).toEqual(expectedLabels);
  });

  test('what was covered is counted: pods that count, distinct images, each state, each cause once', () => {
    const { coverage } = list.metadata;
    expect(coverage).toMatchObject({
      workloads: expectedLabels.length,
      pods: list.items.reduce((sum, { workload }) => sum + workload.pods, 0),
      images: coverage.scanned + coverage.unscanned + coverage.pending + coverage.unknown,
      forbidden: [],
      notEvaluated: [],
      causes: [{ cause: 'configDigest', images: 1 }],
    });
    // good, bad, worse, copyleft and both platforms of the index; a tag that is not resolved is no digest that is.
    expect(coverage).toMatchObject({ unscanned: 3, pending: 1, unknown: 1 });
  });

  describe('each kind', () => {
    test('a Deployment, through its ReplicaSet', () =>
      expect(item('deployment/cart')).toMatchObject({
        workload: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          namespace,
          replicas: { desired: 2, ready: 2 },
          pods: 2,
          ownerChain: 'complete',
        },
        settled: true,
        unanswered: [],
        notEvaluated: [],
        conditions: [security('High', 'bad')],
        severities: { critical: 0, high: 1, medium: 0, low: 0, information: 0, unknown: 0 },
        decision: called('scaledown', 'security', 'default'),
        acted: null,
        held: null,
        images: [
          {
            ...entry('app', 'bad'),
            role: 'container',
            pods: 2,
            reference: image('bad'),
            path: 'docker-local/bad/1/manifest.json',
            licenses: ['MIT'],
            reason: null,
            cause: null,
          },
        ],
      }));

    test('a StatefulSet', () =>
      expect(item('statefulset/store')).toMatchObject({ ...clean, images: [{ ...entry('app', 'good'), pods: 1 }] }));

    test('a ReplicaSet that nobody owns', () => expect(item('replicaset/lone')).toMatchObject(clean));

    test('a Job, which has no replicas', () =>
      expect(item('job/once')).toMatchObject({
        workload: { apiVersion: 'batch/v1', replicas: null, pods: 1 },
        decision: called('delete', 'security', 'jobs'),
      }));

    test('a suspended Job, by its template, and nothing more is called for', () =>
      expect(item('job/parked')).toMatchObject({ ...byTemplate('bad', 'High'), decision: nothingCalledFor }));

    test('a suspended CronJob, by its template, and nothing more is called for', () =>
      expect(item('cronjob/monthly')).toMatchObject({ ...byTemplate('bad', 'High'), decision: nothingCalledFor }));

    test('a CronJob by the Job that runs, and by the template of the next one', () => {
      const { images: entries, ...rest } = item('cronjob/nightly');
      expect(rest).toMatchObject({ workload: { pods: 1 }, decision: called('delete', 'security', 'cronJobs') });
      expect(entries).toHaveLength(2);
      expect(entries).toContainEqual(expect.objectContaining({ ...entry('app', 'bad'), pods: 1, basis: 'digest' }));
      expect(entries).toContainEqual(expect.objectContaining({ ...entry('app', 'good'), pods: 0, basis: 'reference' }));
    });

    test('a bare Pod', () =>
      expect(item('pod/bare')).toMatchObject({
        workload: { apiVersion: 'v1', replicas: null, pods: 1, ownerChain: 'complete' },
        decision: called('delete', 'security', 'pods'),
      }));

    test('a static pod, whose Node is no workload and which nobody can stop from here', () =>
      expect(item('pod/static')).toMatchObject({
        workload: { kind: 'Pod', ownerChain: 'complete' },
        conditions: [security('High', 'bad')],
        decision: nothingCalledFor,
      }));

    test('a custom kind that owns a pod and a Deployment, as one workload', () => {
      const press = item('gadget/press');
      expect(press).toMatchObject({
        workload: { apiVersion: 'cli.example.com/v1', kind: 'Gadget', pods: 2, ownerChain: 'complete' },
        conditions: [security('High', 'bad')],
        decision: called('scaledown', 'security', 'gadgets.cli.example.com'),
      });
      const digests = new Set(press.images.map(({ digest }) => digest));
      expect(digests).toEqual(new Set([images.bad.digest, images.good.digest]));
    });

    test('a custom kind without /scale cannot be scaled down, so nothing is called for', () =>
      expect(item('widget/lathe')).toMatchObject({
        conditions: [security('High', 'bad')],
        decision: nothingCalledFor,
      }));

    test('a cluster-scoped owner ends the chain and manages what it owns', () => {
      const exempt = { by: 'managed', rule: expect.stringContaining('Fleet') as string, until: null };
      expect(item('pod/fleet-0')).toMatchObject({
        workload: { kind: 'Pod', ownerChain: 'complete' },
        conditions: [{ ...security('High', 'bad'), exempt }],
        decision: { action: 'ignore', condition: 'security', rule: 'scanPolicy.security.pods', exempt },
      });
    });
  });

  describe('each role', () => {
    test('init, sidecar, container and image volume decide alike', () => {
      const roles = item('pod/roles');
      const told = roles.images.map(({ container, role, digest }) => [container, { role, digest }]);
      expect(Object.fromEntries(told)).toEqual({
        app: { role: 'container', digest: images.good.digest },
        models: { role: 'volume', digest: images.copyleft.digest },
        proxy: { role: 'sidecar', digest: images.good.digest },
        setup: { role: 'init', digest: images.worse.digest },
      });
      expect(roles.conditions).toMatchObject([
        security('Critical', 'worse'),
        { type: 'license', evidence: [{ license: 'GPL-3.0-only', image: image('copyleft') }] },
      ]);
      expect(roles.images.every(({ injected }) => !injected)).toBe(true);
    });

    test('a debug container is shown and decides nothing', () => {
      const debugged = item('deployment/debugged');
      expect(debugged).toMatchObject({ ...clean, severities: { critical: 0 } });
      expect(debugged.images).toContainEqual(
        expect.objectContaining({ ...entry('shell', 'worse'), role: 'ephemeral', injected: false }),
      );
    });

    test('a container that the ReplicaSet’s template lacks is injected: shown, deciding nothing', () => {
      const meshed = item('replicaset/meshed');
      expect(meshed).toMatchObject({ ...clean, severities: { critical: 0 } });
      expect(meshed.images.map(({ container, injected }) => [container, injected])).toEqual([
        ['app', false],
        ['proxy', true],
      ]);
    });
  });

  describe('what counts', () => {
    test('pods that wait are judged by their reference, resolved to a digest', () =>
      expect(item('deployment/waiting')).toMatchObject({
        workload: { pods: 2, replicas: { desired: 2, ready: 0 } },
        settled: true,
        conditions: [{ type: 'security', severity: 'High', evidence: [{ image: image('bad') }] }],
        images: [{ ...entry('app', 'bad'), basis: 'reference', pods: 2 }],
      }));

    test('a waiting pod whose registry is not ours is foreign by its reference', () =>
      expect(item('deployment/waiting-for-elsewhere')).toMatchObject({
        conditions: [{ type: 'unscanned', evidence: [{ image: elsewhere, reason: 'foreign' }] }],
        images: [{ basis: 'reference', digest: null, scan: 'unscanned', reason: 'foreign' }],
      }));

    test('an evicted pod keeps its old imageID and is not judged', () =>
      expect(item('deployment/evicted')).toMatchObject({
        ...clean,
        workload: { pods: 1 },
        images: [{ ...entry('app', 'good'), pods: 1 }],
      }));

    test('a terminating pod is not judged', () =>
      expect(item('deployment/leaving')).toMatchObject({
        ...clean,
        workload: { pods: 1 },
        images: [{ ...entry('app', 'good'), pods: 1 }],
      }));

    test('at zero, the template is judged, and nothing more is called for', () =>
      expect(item('deployment/asleep')).toMatchObject({
        ...byTemplate('worse', 'Critical'),
        workload: { replicas: { desired: 0, ready: 0 }, pods: 0 },
        decision: nothingCalledFor,
      }));

    test('a finished Job is left out unless it is named', async () => {
      const named = workloadsIn(await runCli(['status', 'job/done', '-o', 'json'], options));
      expect(labelsIn(named)).toEqual(['job/done']);
    });

    test('a pod that has ended is not judged, and named it says so', async () => {
      for (const [name, phase] of [
        ['ended', 'Succeeded'],
        ['failed', 'Failed'],
      ] as const) {
        for (const command of ['status', 'explain']) {
          const ended = await runCli([command, `pod/${name}`], options);
          expect(ended).toMatchObject({ code: 0, stdout: '' });
          const [first] = ended.stderr.split('\n');
          expect(first).toBe(`pods "${name}" is there, but not judged: it has ended (${phase})`);
          expect(ended.stderr).not.toContain('No resources found');
        }
      }
    });
  });

  describe('rollouts', () => {
    const rolledOut = [
      ['deployment/rolling', 'a Deployment that rolls out the fix'],
      ['statefulset/rolling-set', 'a StatefulSet that rolls out the fix'],
    ] as const;
    for (const [name, what] of rolledOut) {
      test(`${what} is judged by its new pods; the old ones are shown as outdated`, () => {
        const rolling = item(name);
        expect(rolling).toMatchObject({ ...clean, workload: { pods: 2 }, severities: { critical: 0 } });
        expect(rolling.images).toHaveLength(2);
        const old = { ...entry('app', 'worse'), outdated: true, pods: 1 };
        expect(rolling.images).toContainEqual(expect.objectContaining(old));
        expect(rolling.images).toContainEqual(
          expect.objectContaining({ ...entry('app', 'good'), outdated: false, basis: 'reference' }),
        );
      });
    }

    const stillCounting = [
      ['deployment/stuck', 'past its deadline'],
      ['deployment/paused', 'while it is paused'],
      ['statefulset/by-hand-set', 'with OnDelete'],
    ] as const;
    for (const [name, when] of stillCounting) {
      test(`${when}, the old pods count`, () => {
        const stuck = item(name);
        expect(stuck).toMatchObject({
          conditions: [security('Critical', 'worse')],
          decision: called('scaledown', 'security', 'default'),
        });
        expect(stuck.images.every(({ outdated }) => !outdated)).toBe(true);
      });
    }
  });

  describe('identity', () => {
    test('two containers with one digest are two entries, one image and one finding', () =>
      expect(item('deployment/twins')).toMatchObject({
        conditions: [security('High', 'bad')],
        severities: { high: 1 },
        images: [entry('one', 'bad'), entry('two', 'bad')],
      }));

    test('one tag with two digests is two entries, and the worse one decides', () => {
      const moved = item('deployment/moved');
      expect(moved).toMatchObject({ workload: { pods: 2 }, conditions: [security('Critical', 'worse')] });
      expect(moved.images).toHaveLength(2);
      for (const { digest } of [images.good, images.worse]) {
        expect(moved.images).toContainEqual(expect.objectContaining({ reference: image('good'), digest, pods: 1 }));
      }
    });

    test('an index is judged by the child of each node’s platform', () => {
      const agent = item('daemonset/agent');
      expect(agent).toMatchObject({
        workload: { kind: 'DaemonSet', replicas: { desired: 2, ready: 2 }, pods: 2 },
        conditions: [
          { type: 'security', severity: 'Critical', evidence: [{ id: 'XRAY-666', image: index[0].digest }] },
        ],
        severities: { critical: 1 },
      });
      const told = agent.images.map(({ platform, digest, path, severities: { critical } }) => {
        return { platform, digest, path, critical };
      });
      expect(told.toSorted((one, other) => one.critical - other.critical)).toEqual([
        { platform: 'linux/amd64', digest: index[0].digest, path: placeOf(amd64), critical: 0 },
        { platform: 'linux/arm64', digest: index[0].digest, path: placeOf(arm64), critical: 1 },
      ]);
    });

    test('an index without a node is judged by all its children, the worst wins, and the platform is assumed', () =>
      expect(item('deployment/waiting-for-index')).toMatchObject({
        settled: true,
        conditions: [{ type: 'security', severity: 'Critical' }],
        images: [{ basis: 'reference', digest: index[0].digest, platform: 'assumed', scan: 'scanned', reason: null }],
      }));

    for (const name of ['pod/config', 'pod/config-of-docker']) {
      test(`a config digest is judged by the manifest at its reference that names it (${name})`, () =>
        expect(item(name)).toMatchObject({
          settled: true,
          conditions: [{ type: 'security', severity: 'High' }],
          images: [{ ...entry('app', 'bad'), basis: 'config' }],
        }));
    }

    test('a config digest that its reference no longer names is unknown, never unscanned and never clean', () =>
      expect(item('pod/config-of-another')).toMatchObject({
        settled: false,
        conditions: [],
        unanswered: [{ reference: image('bad'), reason: 'configDigest' }],
        decision: nothingCalledFor,
        images: [{ basis: 'config', scan: 'unknown', reason: 'configDigest', cause: expect.any(String) as string }],
      }));

    test('the repository in an imageID is not trusted: the reference is the pod’s own', () =>
      expect(item('pod/pulled-by-docker')).toMatchObject({
        images: [{ ...entry('app', 'bad'), basis: 'digest', reference: image('bad') }],
      }));

    test('an image from elsewhere is foreign', () =>
      expect(item('deployment/elsewhere')).toMatchObject({
        settled: true,
        conditions: [{ type: 'unscanned', severity: null, evidence: [{ image: nobodys, reason: 'foreign' }] }],
        decision: called('scaledown', 'unscanned', 'default'),
        images: [{ reference: elsewhere, digest: nobodys, scan: 'unscanned', reason: 'foreign', path: null }],
      }));

    test('an image from elsewhere whose digest Artifactory holds is judged by it', () =>
      expect(item('pod/copied')).toMatchObject({
        conditions: [security('High', 'bad')],
        images: [{ ...entry('app', 'bad'), reference: elsewhere, path: 'docker-local/bad/1/manifest.json' }],
      }));
  });

  describe('answers', () => {
    test('an image that Xray has never looked at is unscanned', () =>
      expect(item('deployment/unscanned')).toMatchObject({
        settled: true,
        conditions: [{ type: 'unscanned', evidence: [{ image: images.never.digest, reason: 'neverScanned' }] }],
        decision: called('scaledown', 'unscanned', 'default'),
        images: [{ scan: 'unscanned', reason: 'neverScanned', path: 'docker-local/never/1/manifest.json' }],
      }));

    test('an empty answer whose scan is under way is pending, not clean', () =>
      expect(item('deployment/scanning')).toMatchObject({
        settled: false,
        conditions: [],
        unanswered: [{ image: images.fresh.digest, reason: 'scanning' }],
        decision: nothingCalledFor,
        images: [{ scan: 'pending', reason: 'scanning' }],
      }));

    test('a license violation comes with its watch and policy', () =>
      expect(item('deployment/licensed')).toMatchObject({
        settled: true,
        notEvaluated: [],
        conditions: [
          {
            type: 'license',
            evidence: [
              {
                license: 'GPL-3.0-only',
                component: 'npm://left-pad:1.0.0',
                watch: 'watch-all',
                policy: 'license-policy',
                image: images.copyleft.digest,
                excepted: null,
              },
            ],
            exempt: null,
          },
        ],
        decision: called('delete', 'license', 'default'),
      }));
  });

  test('--images has one item for each image, with every workload that runs it', async () => {
    const report = imagesIn(await runCli(['status', '--images', '-o', 'json'], options));
    const both = report.items.filter(({ digest }) => digest === index[0].digest);
    expect(new Set(both.map(({ platform }) => platform))).toEqual(new Set(['assumed', 'linux/amd64', 'linux/arm64']));
    const used = report.items.filter(
      ({ digest, reference }) => digest === images.copyleft.digest && reference === image('copyleft'),
    );
    const names = used.flatMap(({ workloads }) => workloads.map(({ name }) => name));
    expect(new Set(names)).toEqual(new Set(['licensed', 'roles']));
  });

  test('every workload can be explained, each as a document of its own in the words of the list', async () => {
    const run = await runCli(['explain', ...expectedLabels, '-o', 'yaml', '--policy', 'policy.yaml'], options);
    expect(run.code).toBe(0);
    const documents = parseAllDocuments(run.stdout).map((one) => asPublished(one.toJS()) as WorkloadItem);
    expect(documents.map(labelOf).toSorted()).toEqual(expectedLabels);
    for (const document of documents) {
      const { conditions, settled, decision } = item(labelOf(document));
      expect(document).toMatchObject({ settled, decision });
      expect(document.conditions.map(({ type }) => type)).toEqual(conditions.map(({ type }) => type));
    }
  });

  test('the table has one row for each workload and no blanks inside a column', async () => {
    const { stdout, stderr } = await runCli(['status', '-o', 'wide', '--policy', 'policy.yaml'], options);
    const [headings = '', ...rows] = stdout.trimEnd().split('\n');
    const columns = headings.split(/ +/);
    expect(rows).toHaveLength(expectedLabels.length);
    for (const row of rows) expect(row.split(/ +/), row).toHaveLength(columns.length);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

const nothingCalledFor = { action: 'ignore', condition: null, rule: null, exempt: null };
const clean = { settled: true, unanswered: [], notEvaluated: [], conditions: [], decision: nothingCalledFor };

function called(action: 'scaledown' | 'delete', condition: string, kind: string) {
  return { action, condition, rule: `scanPolicy.${condition}.${kind}`, exempt: null };
}

const expectedLabels = [
  ...['nightly', 'monthly'].map((name) => `cronjob/${name}`),
  ...['once', 'parked'].map((name) => `job/${name}`),
  ...['lone', 'meshed'].map((name) => `replicaset/${name}`),
  ...['store', 'rolling-set', 'by-hand-set'].map((name) => `statefulset/${name}`),
  ...['bare', 'static', 'fleet-0', 'roles', 'copied'].map((name) => `pod/${name}`),
  ...['config', 'config-of-docker', 'config-of-another', 'pulled-by-docker'].map((name) => `pod/${name}`),
  ...['cart', 'debugged', 'twins', 'moved', 'asleep', 'elsewhere', 'unscanned'].map((name) => `deployment/${name}`),
  ...['scanning', 'licensed', 'rolling', 'paused', 'stuck', 'evicted'].map((name) => `deployment/${name}`),
  ...['leaving', 'waiting', 'waiting-for-index', 'waiting-for-elsewhere'].map((name) => `deployment/${name}`),
  'daemonset/agent',
  'gadget/press',
  'widget/lathe',
].toSorted();

function conditionsOf(object: Stored | undefined) {
  const status = object?.['status'] as { conditions?: { type: string; status: string; reason?: string }[] } | undefined;
  return status?.conditions ?? [];
}

/** A security condition with one finding, on the digest of that image. */
function security(severity: 'High' | 'Critical', name: keyof typeof images) {
  const id = severity === 'Critical' ? 'XRAY-666' : 'XRAY-100001';
  const finding = { id, severity, cves: ['CVE-2026-0001'], cvss: 7.5, fixedIn: ['1.2.6'] };
  const evidence = [{ ...finding, component: 'npm://minimist:1.2.5', image: images[name].digest, excepted: null }];
  return { type: 'security', severity, evidence, exempt: null };
}

function entry(container: string, name: keyof typeof images) {
  return { container, digest: images[name].digest, scan: 'scanned' };
}

/** Judged by a template alone. */
function byTemplate(name: keyof typeof images, severity: 'High' | 'Critical') {
  return {
    workload: { pods: 0 },
    settled: true,
    conditions: [{ type: 'security', severity }],
    images: [{ ...entry('app', name), basis: 'reference', pods: 0 }],
  };
}

function placeOf(child: string): string {
  return `docker-local/both/${child}/manifest.json`;
}
