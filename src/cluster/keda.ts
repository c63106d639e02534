// KEDA: a ScaledObject scales its target, which is then managed. Asked for only where the cluster has KEDA.
import type { Fact } from '../core/inventory.ts';
import { namesOf } from './decode-other.ts';
import { ClusterError } from './errors.ts';
import { readInScope, type Reading } from './reading.ts';
import type { Resource } from './resource.ts';
import { text, tree } from './tree.ts';

interface ScaledObject {
  readonly uid: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

export async function readScaledObjects(reading: Reading): Promise<void> {
  const resources = await reading.discovery.resourcesOf('keda.sh/v1alpha1');
  if (resources?.some(({ name }) => name === 'scaledobjects') !== true) return;
  await readInScope(reading, scaledObjects(), {
    seen: (items) => items.map(({ namespace, kind, name }): Fact => ({ type: 'ScaledByKeda', namespace, kind, name })),
    gone: () => [],
  });
}

function scaledObjects(): Resource<ScaledObject> {
  return {
    group: 'keda.sh',
    version: 'v1alpha1',
    plural: 'scaledobjects',
    namespaced: true,
    metadataOnly: false,
    readProtobuf: () => {
      throw new ClusterError('answer', 'cannot read scaledobjects.keda.sh: a custom resource in protobuf');
    },
    readJson: (value) => {
      const { uid, namespace } = namesOf(value);
      const target = tree(tree(tree(value)['spec'])['scaleTargetRef']);
      return { uid, namespace, kind: text(target['kind']) || 'Deployment', name: text(target['name']) };
    },
  };
}
