import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { manifestCluster } from '../../src/cluster/manifests.ts';
import type { Fact } from '../../src/core/inventory.ts';
import { aFile, ofType } from './connecting.ts';

async function read(...objects: readonly object[]): Promise<readonly Fact[]> {
  const file = aFile('shop.yaml', objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  const options = { files: [file], recursive: false, namespace: 'default', folder: '/' };
  const facts: Fact[] = [];
  for await (const batch of manifestCluster(options, Readable.from([])).read(new AbortController().signal))
    facts.push(...batch);
  return facts;
}

const app = { name: 'app', image: 'acme.test/app:1' };
const pod = (spec: unknown) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec });
const deployment = (spec: unknown, kind = 'Deployment', apiVersion = 'apps/v1') => ({
  apiVersion,
  kind,
  metadata: { name: 'd' },
  spec: { template: { spec } },
});
const templates = (facts: readonly Fact[]) => ofType(facts, 'ObjectSeen').map(({ object }) => object.template);

test.each([
  [pod('nope'), 'spec of a Pod must be an object, but is text'],
  [pod({}), 'spec of a Pod names no containers'],
  [pod({ containers: 'nope' }), 'spec.containers must be a list, but is text'],
  [pod({ containers: ['nope'] }), 'spec.containers[0] must be an object, but is text'],
  [pod({ containers: [app, { image: 'a' }] }), 'spec.containers[1].name must be text, but is missing'],
  [pod({ containers: [{ name: 'a' }] }), 'spec.containers[0].image must be text, but is missing'],
  [pod({ containers: [{ name: 'a', image: 7 }] }), 'spec.containers[0].image must be text, but is a number'],
  [pod({ containers: [{ name: 'a', image: ' ' }] }), 'spec.containers[0].image must be text, but is empty'],
  [pod({ containers: [app], initContainers: { a: app } }), 'spec.initContainers must be a list, but is an object'],
  [pod({ containers: [app], ephemeralContainers: 1 }), 'spec.ephemeralContainers must be a list, but is a number'],
  [pod({ containers: [app], volumes: true }), 'spec.volumes must be a list, but is true or false'],
  [pod({ containers: [app], volumes: [{}] }), 'spec.volumes[0].name must be text, but is missing'],
  [
    pod({ containers: [app], volumes: [{ name: 'v', image: 'x' }] }),
    'spec.volumes[0].image must be an object, but is text',
  ],
  [
    pod({ containers: [app], volumes: [{ name: 'v', image: { reference: [] } }] }),
    'spec.volumes[0].image.reference must be text, but is a list',
  ],
  [deployment({ containers: { app } }), 'spec.template.spec.containers must be a list, but is an object'],
  [deployment({ containers: [] }), 'spec.template.spec of a Deployment names no containers'],
  [deployment(undefined), 'spec.template.spec of a Deployment must be an object, but is missing'],
  [
    {
      ...deployment({}, 'CronJob', 'batch/v1'),
      spec: { jobTemplate: { spec: { template: { spec: { containers: 1 } } } } },
    },
    'spec.jobTemplate.spec.template.spec.containers must be a list, but is a number',
  ],
  [
    deployment({ containers: { app } }, 'Rollout', 'argoproj.io/v1alpha1'),
    'spec.template.spec.containers must be a list, but is an object',
  ],
])('a broken object is an error that names file, document and what is wrong: %j', async (object, words) => {
  const broken = read(pod({ containers: [app] }), object);
  await expect(broken).rejects.toThrow(ClusterError);
  await expect(broken).rejects.toThrow(`document 2, line 3: ${words}`);
  await expect(broken).rejects.toThrow(/shop\.yaml/);
});

test('items that are no list are an error', async () => {
  await expect(read({ apiVersion: 'v1', kind: 'List', items: { a: 1 } })).rejects.toThrow(
    'document 1, line 1: items must be a list, but is an object',
  );
});

test('an item of a plain List needs its own kind', async () => {
  const { apiVersion, kind, ...item } = deployment({ containers: [app] });
  await expect(read({ apiVersion, kind: 'List', items: [item] })).rejects.toThrow(
    'line 1, item 1: an object needs apiVersion and kind',
  );
  expect(kind).toBe('Deployment');
});

test('an item without kind and apiVersion takes them from its list', async () => {
  const { metadata, spec } = deployment({ containers: [app] });
  const facts = await read({ apiVersion: 'apps/v1', kind: 'DeploymentList', items: [{ metadata, spec }] });
  expect(ofType(facts, 'ObjectSeen').map(({ object }) => object)).toMatchObject([
    { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
  ]);
});

test('a template with only initContainers is judged', async () => {
  const facts = await read(deployment({ containers: null, initContainers: [app] }));
  expect(templates(facts)).toMatchObject([{ containers: [{ name: 'app', role: 'init' }] }]);
});

test('a template that is not for pods is skipped, and another kind may leave a container unnamed', async () => {
  const facts = await read(
    deployment({ project: 'x' }, 'ApplicationSet', 'argoproj.io/v1alpha1'),
    deployment({ containers: [{ image: 'a' }] }, 'Service', 'serving.knative.dev/v1'),
  );
  expect(templates(facts)).toMatchObject([{ containers: [{ name: '', reference: 'a' }] }]);
});
