import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { manifestCluster, type ManifestOptions } from '../../src/cluster/manifests.ts';
import type { Fact } from '../../src/core/inventory.ts';
import { aFile, aFolder, ofType } from './connecting.ts';

async function read(source: string | Partial<ManifestOptions>, stdin = ''): Promise<readonly Fact[]> {
  const files = typeof source === 'string' ? { files: [aFile('shop.yaml', source)] } : source;
  const options = { files: [], recursive: false, namespace: 'default', folder: '/', ...files };
  const facts: Fact[] = [];
  const cluster = manifestCluster(options, Readable.from([Buffer.from(stdin)]));
  for await (const batch of cluster.read(new AbortController().signal)) facts.push(...batch);
  return facts;
}

const workload = (kind: string, name: string, rest = '') => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}${rest} }
spec: { template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: "acme.test/${name}:1" }] } } }
`;

const objectsOf = (facts: readonly Fact[]) => ofType(facts, 'ObjectSeen').map(({ object }) => object);

test('a file that is not there is named', async () => {
  await expect(read({ files: ['missing.yaml'], folder: '/nowhere' })).rejects.toThrow(
    'cannot read the manifest missing.yaml: no such file or folder',
  );
});

test('no file, an empty one and a folder without manifests are errors', async () => {
  await expect(read({ files: [] })).rejects.toThrow(/no manifest is named/);
  await expect(read('---\n---\n')).rejects.toThrow(/no objects in/);
  await expect(read({ files: [aFolder()] })).rejects.toThrow(/recognized file extensions are \.json \.yaml \.yml/);
});

test('a mistake is told with file, document and line, and without quoting the file', async () => {
  const broken = read(`${workload('Deployment', 'cart')}---\nkind: Secret\ndata: { password: "s3cret"\nx: ]`);
  await expect(broken).rejects.toThrow(/shop\.yaml: document 2, line 9: /);
  await expect(broken).rejects.not.toThrow(/s3cret/);
  await expect(read('kind: Deployment')).rejects.toThrow(/document 1, line 1: an object needs apiVersion and kind/);
  await expect(read('just text')).rejects.toThrow(/this is no Kubernetes object/);
  await expect(read(workload('Deployment', 'x').replace('{ name: x }', '{}'))).rejects.toThrow(/needs metadata\.name/);
});

test('documents without pods are skipped, and the others become objects with a template', async () => {
  const facts = await read(
    `${workload('Deployment', 'cart')}---\napiVersion: v1\nkind: Service\nmetadata: { name: cart }\n---\n# nothing\n---${workload('DaemonSet', 'agent', ', namespace: ops')}`,
  );
  expect(objectsOf(facts)).toMatchObject([
    { uid: 'manifest:1', kind: 'Deployment', resource: 'deployments', namespace: 'default', name: 'cart', replicas: 1 },
    { uid: 'manifest:3', kind: 'DaemonSet', namespace: 'ops', replicas: null },
  ]);
  expect(objectsOf(facts)[0]?.template?.containers).toEqual([
    { name: 'app', role: 'container', reference: 'acme.test/cart:1', imageID: '' },
  ]);
  expect(facts[0]).toEqual({ type: 'NamespacesRead', namespaces: null });
  expect(facts.at(-1)).toEqual({ type: 'ClusterRead' });
});

test('a Pod is pending, a CronJob has its nested template, and any other kind with a template counts', async () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: lone, uid: u }\nspec: { containers: [{ name: app, image: lone }] }\nstatus: { phase: Running }';
  const cron =
    'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: nightly }\nspec: { suspend: true, jobTemplate: { spec: { template: { spec: { containers: [{ name: app, image: nightly }] } } } } }';
  const facts = await read(
    [pod, cron, workload('Rollout', 'blue').replace('apps/v1', 'argoproj.io/v1alpha1')].join('\n---\n'),
  );
  expect(ofType(facts, 'PodSeen').map((fact) => fact.pod)).toMatchObject([
    { uid: 'manifest:1', name: 'lone', phase: 'Pending', namespace: 'default' },
  ]);
  expect(objectsOf(facts)).toMatchObject([
    { kind: 'CronJob', suspended: true, replicas: null, template: { containers: [{ reference: 'nightly' }] } },
    {
      kind: 'Rollout',
      resource: 'rollouts.argoproj.io',
      replicas: null,
      template: { containers: [{ reference: 'acme.test/blue:1' }] },
    },
  ]);
});

test('lists are opened, in JSON and on stdin too', async () => {
  const item = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { replicas: 3, template: { spec: { containers: [{ name: 'app', image: 'db' }] } } },
  };
  const source = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [item, { ...item, kind: 'StatefulSetList', items: [item] }],
  });
  const facts = await read({ files: ['-'], namespace: 'shop' }, source);
  expect(objectsOf(facts)).toMatchObject([{ name: 'db', namespace: 'shop', replicas: 3 }, { name: 'db' }]);
});

test('a folder is read by extension, and with -R to its depth', async () => {
  const folder = aFolder();
  mkdirSync(join(folder, 'deep'));
  aFile('a.yml', workload('Deployment', 'a'), folder);
  aFile('notes.txt', 'no manifest', folder);
  aFile('b.yaml', workload('Deployment', 'b'), join(folder, 'deep'));
  expect(objectsOf(await read({ files: ['.'], folder })).map(({ name }) => name)).toEqual(['a']);
  expect(objectsOf(await read({ files: [folder], recursive: true })).map(({ name }) => name)).toEqual(['a', 'b']);
});
