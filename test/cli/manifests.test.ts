// `-f`: manifests judged before they are deployed, in a pipeline that has no cluster.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { KubeObject } from '../control-plane/requests.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { definition, objectsIn, referenceTo, running } from './objects.ts';
import { itemOf, labelsIn, workloadsIn } from './reports.ts';
import { type CliOptions, type Ended, runCli } from './run-cli.ts';
import { images, index, installation, token } from './stand-in.ts';

describe('manifests', () => {
  let server: XrayServer;
  let host = '';

  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation() });
    host = new URL(server.url).host;
  });
  afterAll(() => server.stop());

  const { apps, pod, cronJob, object } = objectsIn('');
  const app = (name: keyof typeof images) => running({ app: referenceTo(host, images[name]) });
  const status = async (args: readonly string[], more: CliOptions = {}): Promise<Ended> =>
    runCli(['status', ...args], { env: { JF_URL: server.url, JF_ACCESS_TOKEN: token }, ...more });

  /** As kustomize prints it: documents of all kinds, most of which run nothing. */
  const rendered = (): string =>
    documents(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
      definition('Gadget', 'Namespaced'),
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart' }, spec: { ports: [{ port: 80 }] } },
      { ...apps('Deployment', 'cart', app('bad')), metadata: { name: 'cart', namespace: 'shop' } },
      withoutNamespace(cronJob('nightly', app('good'))),
      withoutNamespace(pod('debug', app('never'))),
      withoutNamespace(object('cli.example.com/v1', 'Gadget', 'press', { template: { spec: app('worse') } })),
      {
        apiVersion: 'v1',
        kind: 'List',
        items: [withoutNamespace(apps('StatefulSet', 'store', running({ app: referenceTo(host, index[0]) })))],
      },
    );

  test('from stdin, without a kubeconfig: every object that runs something, judged by its references', async () => {
    const ended = await status(['-f', '-', '-o', 'json'], { stdin: rendered() });
    expect(ended).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^5 workloads, 1 pod, 5 images: /) as string,
    });
    const list = workloadsIn(ended);
    expect(list.metadata).toMatchObject({ context: '', coverage: { pods: 1, workloads: 5, forbidden: [] } });
    expect(itemOf(list, 'deployment/cart')).toMatchObject({
      workload: { namespace: 'shop', pods: 0, ownerChain: 'complete' },
      conditions: [{ type: 'security', severity: 'High' }],
      images: [{ basis: 'reference', digest: images.bad.digest, pods: 0 }],
    });
    expect(itemOf(list, 'cronjob/nightly')).toMatchObject({ workload: { namespace: 'default' }, conditions: [] });
    expect(itemOf(list, 'pod/debug')).toMatchObject({ conditions: [{ type: 'unscanned' }] });
    expect(itemOf(list, 'gadget/press')).toMatchObject({ conditions: [{ type: 'security', severity: 'Critical' }] });
    // No node is known: every platform of an index may run.
    expect(itemOf(list, 'statefulset/store')).toMatchObject({
      conditions: [{ type: 'security', severity: 'Critical' }],
      images: [{ platform: 'assumed' }],
    });
  });

  test('in a pipeline: 10 for what holds, 0 for what does not, 1 for what cannot be read', async () => {
    const stdin = rendered();
    const codes = [
      [['--fail-on', 'security=critical'], 10],
      [['--fail-on', 'unscanned'], 10],
      [['-l', 'app=nightly', '--fail-on', 'unscanned,security,license'], 0],
      [['--fail-on', 'license'], 0],
    ] as const;
    for (const [args, code] of codes)
      expect([args, (await status(['-f', '-', ...args], { stdin })).code]).toEqual([args, code]);
    expect((await status(['-f', '-'], { stdin: 'a: [' })).code).toBe(1);
  });

  test('-n names the namespace of what has none', async () => {
    const stdin = documents(withoutNamespace(pod('debug', app('good'))));
    const { items } = workloadsIn(await status(['-f', '-', '-n', 'staging', '-ojson'], { stdin }));
    expect(items).toMatchObject([{ workload: { namespace: 'staging' } }]);
    const unset = workloadsIn(await status(['-f', '-', '-n', '', '-ojson'], { stdin }));
    expect(unset.items).toMatchObject([{ workload: { namespace: 'default' } }]);
  });

  test('files and folders, more than one, and folders within folders with -R', async () => {
    const one = (name: string) => stringify(withoutNamespace(pod(name, app('good'))));
    const files = {
      'a.yaml': one('a'),
      'more/b.yml': one('b'),
      'more/c.json': JSON.stringify(withoutNamespace(pod('c', app('good')))),
      'more/deep/d.yaml': one('d'),
      'more/README.md': 'not a manifest',
    };
    const flat = workloadsIn(await status(['-f', 'a.yaml', '-f', 'more', '-o', 'json'], { files }));
    expect(labelsIn(flat)).toEqual(['pod/a', 'pod/b', 'pod/c']);
    const deep = workloadsIn(await status(['-R', '-f', 'more', '-o', 'json'], { files }));
    expect(labelsIn(deep)).toEqual(['pod/b', 'pod/c', 'pod/d']);
  });

  test('the same object twice is two rows only where it is in two namespaces', async () => {
    const metadata = ['x', 'y'].map((namespace) => ({ name: 'a', namespace }));
    const stdin = documents(...metadata.map((own) => ({ ...pod('a', app('good')), metadata: own })));
    const { items } = workloadsIn(await status(['-f', '-', '-o', 'json'], { stdin }));
    expect(items.map(({ workload }) => workload.namespace).toSorted()).toEqual(['x', 'y']);
  });

  describe('what cannot be read ends with 1, and says where', () => {
    const cases: readonly (readonly [what: string, stdin: string, says: RegExp])[] = [
      ['broken YAML', 'kind: Pod\nspec: [\n', /^error: stdin: document 1, line 3: /],
      ['no object', 'just a text\n', /^error: stdin: document 1, line 1: this is no Kubernetes object/],
      ['nothing', '', /^error: no objects in stdin/],
      ['an object without a kind', 'apiVersion: v1\nmetadata: { name: x }\n', /apiVersion and kind/],
      [
        'a broken second document',
        'apiVersion: v1\nkind: Service\n---\nkind: [\n',
        /^error: stdin: document 2, line 5: /,
      ],
    ];
    for (const [what, stdin, says] of cases) {
      test(what, async () => {
        const ended = await status(['-f', '-'], { stdin });
        expect(ended).toMatchObject({ code: 1, stdout: '' });
        expect(ended.stderr).toMatch(/^error: /);
        expect(ended.stderr).toMatch(says);
        expect(ended.stderr).not.toMatch(/\n {4}at |fault in kubectl-xray/);
      });
    }

    test('a file that is not there', async () => {
      const ended = await status(['-f', 'nowhere.yaml']);
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(/^error: .*nowhere\.yaml: no such file/);
    });
  });

  test('objects that run nothing are no workloads', async () => {
    const stdin = documents({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart' }, spec: {} });
    const ended = await status(['-f', '-'], { stdin });
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(ended.stderr).toMatch(/^No resources found\.\n/);
  });

  test('a token may come from a file, and its text is never shown', async () => {
    const stdin = documents(withoutNamespace(pod('a', app('bad'))));
    const ended = await runCli(['status', '-f', '-', '--xray-url', server.url, '--xray-token-file', 'token'], {
      stdin,
      files: { token: `${token}\n` },
      secrets: [token],
    });
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/pod\/a .* security /);
  });

  test('a token on stdin leaves no room for manifests on stdin', async () => {
    const ended = await runCli(['status', '-f', '-', '--xray-url', server.url, '--xray-token-stdin'], {
      stdin: token,
      secrets: [token],
    });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^error: .*stdin/);
  });
});

function withoutNamespace(one: KubeObject): KubeObject {
  return { ...one, metadata: { ...one.metadata, namespace: undefined } };
}

function documents(...all: readonly object[]): string {
  return all.map((one) => stringify(one)).join('---\n');
}
