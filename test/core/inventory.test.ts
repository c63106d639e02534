// What a live cluster takes back: facts that replace or end what an earlier one said.
import { expect, test } from 'vitest';
import type { Fact, State } from '../../src/core/inventory.ts';
import { aPod, anObject, ownedBy } from '../support/builders.ts';
import { advance, nodeSeen, seen, stateOf } from '../support/states.ts';

const service = { namespace: 'shop', name: 'hook', serves: 'admission webhook a', selector: { app: 'hook' } };
const target = { namespace: 'shop', kind: 'Deployment', name: 'cart' };
const pods = { resource: 'pods', namespace: 'shop' };
const forbidden = { ...pods, message: 'no' };

const cases: [name: string, facts: readonly Fact[], of: (state: State) => unknown, expected: unknown][] = [
  [
    'a node that is gone has no platform any more',
    [nodeSeen('a'), { type: 'NodeGone', name: 'a' }],
    ({ nodes }) => nodes.size,
    0,
  ],
  [
    'a service is protected once for each thing it serves, by its newest selector',
    [
      { type: 'ServiceProtected', service },
      { type: 'ServiceProtected', service: { ...service, serves: 'APIService b' } },
      { type: 'ServiceProtected', service: { ...service, selector: { app: 'other' } } },
    ],
    ({ protectedServices }) => protectedServices.map(({ serves, selector }) => `${serves} ${selector['app']}`),
    ['APIService b hook', 'admission webhook a other'],
  ],
  [
    'a service that serves nothing any more is not protected',
    [
      { type: 'ServiceProtected', service },
      { type: 'ServiceUnprotected', service },
    ],
    ({ protectedServices }) => protectedServices,
    [],
  ],
  [
    'what KEDA has left is scaled by nobody',
    [
      { type: 'ScaledByKeda', ...target },
      { type: 'KedaGone', ...target },
    ],
    ({ scaledByKeda }) => scaledByKeda.size,
    0,
  ],
  [
    'what is allowed again is not forbidden',
    [
      { type: 'ReadForbidden', forbidden },
      { type: 'ReadForbidden', forbidden: { ...forbidden, namespace: 'other' } },
      { type: 'ReadAllowed', ...pods },
    ],
    (state) => state.forbidden,
    [{ ...forbidden, namespace: 'other' }],
  ],
  [
    'a stream is lost for its last cause until it is restored',
    [
      { type: 'StreamLost', ...pods, cause: 'reset' },
      { type: 'StreamLost', ...pods, cause: 'refused' },
      { type: 'StreamLost', resource: 'nodes', namespace: null, cause: 'reset' },
      { type: 'StreamRestored', resource: 'nodes', namespace: null },
    ],
    ({ lostStreams }) => lostStreams,
    [{ ...pods, cause: 'refused' }],
  ],
];
for (const [name, facts, of, expected] of cases) test(name, () => expect(of(stateOf(facts))).toEqual(expected));

test('owners that come and go leave nothing behind', () => {
  const owner = anObject({ kind: 'ReplicaSet', name: 'cart-1' });
  const pod = aPod({ owner: ownedBy(owner) });
  const state = stateOf(seen(owner, pod));
  advance(state, [
    { type: 'PodGone', uid: pod.uid },
    { type: 'ObjectGone', uid: owner.uid },
  ]);
  expect([state.pods.size, state.objects.size, state.children.size]).toEqual([0, 0, 0]);
});
