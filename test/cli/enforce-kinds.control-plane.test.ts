// Every kind that a policy can stop or delete, by one run of `enforce`, and back again by `restore`: what the API server
// has is then as it was before, as far as an undoing can promise.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { aNode, type Pod, removePod } from '../control-plane/kubelet.ts';
import { type KubeObject, listObjects, type Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { controlledBy, definition } from './objects.ts';
import { listenTo, type RunningEnforce } from './running-enforce.ts';

/** Where each lies, and as the command line names it. */
const stoppable = {
  'deployment/cart': 'apps/v1 deployments cart',
  'statefulset/store': 'apps/v1 statefulsets store',
  'daemonset/agent': 'apps/v1 daemonsets agent',
  'replicaset/lone': 'apps/v1 replicasets lone',
  'cronjob/nightly': 'batch/v1 cronjobs nightly',
  'job/once': 'batch/v1 jobs once',
  'gadget/press': 'cli.example.com/v1 gadgets press',
} as const;
const deletable = {
  'deployment/cart': 'apps/v1 deployments cart',
  'statefulset/store': 'apps/v1 statefulsets store',
  'daemonset/agent': 'apps/v1 daemonsets agent',
  'replicaset/lone': 'apps/v1 replicasets lone',
  'cronjob/nightly': 'batch/v1 cronjobs nightly',
  'job/once': 'batch/v1 jobs once',
  'pod/bare': 'v1 pods bare',
} as const;
type Places = Readonly<Record<string, string>>;

const policy = (security: string) => `
scanPolicy:
  security: { ${security} }
limits: { actionsPerMinute: 100, shareOfWorkloads: 100% }
`;

withControlPlane('enforce', (plane) => {
  for (const [what, security, places] of [
    ['stops', 'default: scaledown, gadgets.cli.example.com: scaledown', stoppable],
    ['deletes', 'default: delete', deletable],
  ] as const) {
    describe(`${what} every kind, and restore brings it back`, () => {
      let shop: ActingShop;
      let enforce: RunningEnforce;
      let before: ReadonlyMap<string, Stored>;
      const node = `node-of-${what}`;
      const runOfNightly = 'batch/v1 jobs nightly-run';

      beforeAll(async () => {
        shop = await anActingShop(plane, what);
        await aNode(plane, node);
        await plane.apply([definition('Gadget', 'Namespaced')]);
        await whatRuns();
        before = await objectsAt({ ...places, run: runOfNightly });
        shop.writePolicy(policy(security));
        enforce = await listenTo(shop.start('enforce --confirm')).begun();
      });
      afterAll(async () => {
        await enforce?.stop();
        await shop?.end();
        await plane.request('DELETE', `/api/v1/nodes/${node}`);
      });

      async function whatRuns(): Promise<void> {
        const { apps, object, pod, job, cronJob } = shop;
        const bad = shop.running('bad');
        const onOurs = { ...bad, nodeSelector: { 'kubernetes.io/hostname': node } };
        const { spec, ...nightly } = cronJob('nightly', bad);
        const [press, owner] = await plane.apply([
          object('cli.example.com/v1', 'Gadget', 'press', { replicas: 2, tuned: { by: 'hand' } }),
          { ...nightly, spec: { ...(spec as object), suspend: false } },
        ]);
        await shop.apply(
          apps('Deployment', 'cart', bad, { replicas: 2 }),
          apps('StatefulSet', 'store', bad, { replicas: 2 }),
          apps('DaemonSet', 'agent', onOurs),
          apps('ReplicaSet', 'lone', bad),
          job('once', bad),
          job('nightly-run', bad, {}, controlledBy(owner)),
          pod('bare', bad),
          pod('press-0', what === 'stops' ? bad : shop.running('good'), controlledBy(press)),
        );
      }
      const objectsAt = async (all: Places): Promise<ReadonlyMap<string, Stored>> => {
        const entries = Object.entries(all).map(async ([label, place]) => [label, await shop.get(place)] as const);
        return new Map((await Promise.all(entries)).flatMap(([label, object]) => (object ? [[label, object]] : [])));
      };
      /** What nobody plays here: a kubelet confirms that pods have ended, and a Gadget's controller removes its own. */
      const confirmEnds = async (): Promise<void> => {
        const pods = await listObjects<Pod>(plane, `/api/v1/namespaces/${shop.namespace}/pods`);
        const press = await shop.get('cli.example.com/v1 gadgets press');
        const isDone = ({ metadata }: KubeObject): boolean =>
          metadata?.['deletionTimestamp'] !== undefined ||
          (metadata?.name === 'press-0' && (press?.['spec'] as { replicas: number } | undefined)?.replicas === 0);
        for (const pod of pods.filter(isDone)) await removePod(plane, pod);
      };

      const whileConfirmingEnds = async (work: () => Promise<unknown>): Promise<void> => {
        let isOver = false;
        const confirming = eventually(
          'it is over',
          async () => {
            await confirmEnds();
            return isOver;
          },
          { deadline: 60_000 },
        );
        await work().finally(() => (isOver = true));
        await confirming;
      };

      /** Nobody plays its controller: it is as it was, and no pod shows it. */
      const restorePress = async (): Promise<void> => {
        const back = await shop.run('restore gadget/press --yes --wait-timeout 1s');
        expect(back.code).toBe(1);
        expect(back.stderr).toContain('stuck: it is as it was, but nothing of it is seen to run yet');
      };

      test('each is acted upon once, comes to its end, and can be undone', async () => {
        const labels = Object.keys(places);
        await whileConfirmingEnds(async () => {
          for (const label of labels) await enforce.untilAct(label, 'effective');
        });
        expect(enforce.acts().toSorted()).toEqual(
          labels.flatMap((label) => [`${label} accepted`, `${label} effective`]).toSorted(),
        );
        const graded = enforce.said().filter(({ outcome }) => outcome === 'accepted');
        for (const { undo } of graded) expect(['full', 'partial']).toContain(undo?.grade);
        const after = await objectsAt({ ...places, run: runOfNightly });
        if (what === 'deletes') expect([...after.keys()]).toEqual([]);
        else expect(Object.fromEntries([...after].map(([label, object]) => [label, fieldOf(object)]))).toEqual(atRest);
      });

      test('restore says what comes back, and all of it is as it was', async () => {
        const labels = Object.keys(places).filter((label) => label !== 'gadget/press');
        const back = await shop.run(`restore ${labels.join(' ')} --yes --release`);
        expect(back.code, `${back.stdout}${back.stderr}`).toBe(0);
        if (what === 'stops') await restorePress();
        const after = await objectsAt(places);
        expect([...after.keys()]).toEqual(Object.keys(places));
        for (const [label, object] of after) {
          const old = before.get(label);
          expect(comparable(object), label).toEqual(comparable(old));
          if (what === 'deletes') expect(object.metadata.uid).not.toBe(old?.metadata.uid);
          else expect(object.metadata.uid).toBe(old?.metadata.uid);
        }
      });

      test('what was restored is held: nothing of it is acted upon again', async () => {
        const from = enforce.said().length;
        await shop.apply(shop.apps('Deployment', 'later', shop.running('bad')));
        await whileConfirmingEnds(() => enforce.untilAct('deployment/later', 'effective'));
        expect(enforce.acts(from)).toEqual(['deployment/later accepted', 'deployment/later effective']);
        expect(await enforce.stop()).toMatchObject({ code: 0 });
      });
    });
  }
});

/** As the server has it, less what a new object must have of its own. */
function comparable(object: Stored | undefined): unknown {
  const { spec, kind } = object ?? { spec: undefined, kind: '' };
  const { selector: _selector, template, ...rest } = spec as { selector?: object; template?: { metadata?: object } };
  // A Job's selector and its pods' labels name its uid; a pod is bound anew.
  if (kind === 'Job') return { ...rest, template: { ...template, metadata: undefined } };
  if (kind === 'Pod') return { ...rest, nodeName: undefined };
  return spec;
}

/** What was done to each that is stopped. */
const atRest = {
  'deployment/cart': 0,
  'statefulset/store': 0,
  'daemonset/agent': 'a selector more',
  'replicaset/lone': 0,
  'cronjob/nightly': true,
  'job/once': true,
  'gadget/press': 0,
  run: true,
};

function fieldOf({ spec }: Stored): unknown {
  const { replicas, suspend, template } = spec as {
    replicas?: number;
    suspend?: boolean;
    template?: { spec: { nodeSelector?: object } };
  };
  const selectors = Object.keys(template?.spec.nodeSelector ?? {}).length;
  return replicas ?? suspend ?? (selectors === 2 ? 'a selector more' : 'no selector of ours');
}
