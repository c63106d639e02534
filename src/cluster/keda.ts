// KEDA: a ScaledObject scales its target, which is then managed. Asked for only where the cluster has KEDA.
import type { Fact } from '../core/inventory.ts';
import { createDerived, createShelf } from './derived.ts';
import { namesOf } from './decode-other.ts';
import { ClusterError } from './errors.ts';
import { readInScope, type Reading } from './reading.ts';
import type { Resource } from './resource.ts';
import { text, tree } from './tree.ts';

export const scaledObjectsName = 'scaledobjects.keda.sh';

interface ScaledObject {
  readonly uid: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

export async function readScaledObjects(reading: Reading): Promise<void> {
  if (!(await hasKeda(reading))) return;
  await readInScope(reading, scaledObjects(), {
    seen: (items) => items.map(scaled),
    gone: () => [],
  });
}

/** For a cluster that is followed: KEDA may come later, and leave a target. */
export function createScaledObjects() {
  const { items, take } = createShelf<ScaledObject>();
  const targets = (): ReadonlyMap<string, ScaledObject> =>
    new Map([...items.values()].map((one) => [`${one.namespace}/${one.kind}/${one.name}`, { ...one, uid: '' }]));
  const facts = createDerived(targets, scaled, ({ namespace, kind, name }) => {
    return { type: 'KedaGone', namespace, kind, name };
  });
  let followed = false;
  const follow = async (reading: Reading): Promise<void> => {
    if (followed || !(await hasKeda(reading))) return;
    followed = true;
    await readInScope(reading, scaledObjects(), take(facts));
  };
  /** KEDA has gone. */
  const forget = (): void => void (followed = false);
  return { follow, forget };
}

async function hasKeda({ discovery }: Reading): Promise<boolean> {
  const resources = await discovery.resourcesOf('keda.sh/v1alpha1');
  return resources?.some(({ name }) => name === 'scaledobjects') === true;
}

function scaled({ namespace, kind, name }: ScaledObject): Fact {
  return { type: 'ScaledByKeda', namespace, kind, name };
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
