// What happens in the made-up shop while one watches: first, within a minute, one of everything that a watcher is for; then
// small things, over and over. To add a scene: one entry in `scenes`.
import type { Policy } from '../core/policy.ts';
import type { OwnerObject } from '../core/workload.ts';
import { scanned } from './answers.ts';
import { containersOf } from './containers.ts';
import type { Controllers } from './controllers.ts';
import * as flaws from './flaws.ts';
import type { DemoImage } from './image.ts';
import { images } from './images.ts';
import { deployment } from './kinds.ts';
import { days } from './made-up.ts';
import type { LivingWorld } from './world.ts';
import type { LivingXray } from './xray.ts';

export interface Stage {
  readonly world: LivingWorld;
  readonly controllers: Controllers;
  readonly xray: LivingXray;
  /** Puts another policy in force, made of the one that is. */
  readonly changePolicy: (change: (policy: Policy) => Policy) => void;
}

/** When scenes begin, in seconds since somebody first looked on, and what happens then. */
export const scenes: readonly (readonly [second: number, play: (stage: Stage) => void])[] = [
  [6, (stage) => appears(stage, 'loyalty', images.loyalty)],
  [13, ({ xray }) => xray.learn(images.loyalty, scanned({ findings: [flaws.uaParser, ...flaws.alpine] }), 'webhook')],
  [20, ({ xray }) => xray.learn(images.storefront, storefrontNow, 'violations')],
  [28, ({ changePolicy }) => changePolicy(stricter)],
  [37, ({ xray }) => xray.goAway()],
  [39, (stage) => appears(stage, 'checkout', images.checkout)],
  [51, ({ xray }) => xray.comeBack()],
];

const mit = { MIT: ['npm://react:19.2.0'] };
const storefrontNow = scanned({ findings: [flaws.react2shell, ...flaws.alpine], licenses: mit });

/** One after the other, and from the beginning again. */
const afterwards: readonly ((stage: Stage) => void)[] = [
  ({ world, controllers }) => controllers.finishRollout(find(world, 'shop', 'cart')?.uid ?? ''),
  (stage) => runs(stage, 'shop', 'storefront', images.storefrontFixed),
  (stage) => restarts(stage, 'platform', 'ingress'),
  (stage) => runs(stage, 'staging', 'beta', images.betaNext),
  (stage) => restarts(stage, 'monitoring', 'grafana'),
  (stage) => restarts(stage, 'search', 'suggest'),
  (stage) => runs(stage, 'staging', 'beta', images.beta),
  (stage) => restarts(stage, 'payments', 'wallet-web'),
];

/** Milliseconds. */
const second = 1000;
const pause = 8 * second;

export function tell(stage: Stage): void {
  const { later } = stage.world;
  for (const [at, play] of scenes) later(at * second, () => play(stage));
  const goOn = (turn: number): void => {
    afterwards[turn % afterwards.length]?.(stage);
    later(pause, () => goOn(turn + 1));
  };
  later(60 * second, () => goOn(0));
}

/** Licenses may break the policy for a day only, and one more is denied. */
function stricter(policy: Policy): Policy {
  const denied = [...(policy.license.denied ?? []), 'CC-BY-4.0'];
  return { ...policy, license: { ...policy.license, gracePeriod: days(1), denied } };
}

/** A new service; its pods have no digest at first. */
function appears({ world, controllers }: Stage, name: string, image: DemoImage): void {
  const [first] = deployment('shop', name, { runs: [image], age: 0 })(world.now());
  if (first?.type === 'ObjectSeen') controllers.create(first.object);
}

/** Where it was stopped or deleted meanwhile, it stays so. */
function runs({ world, controllers }: Stage, namespace: string, name: string, image: DemoImage): void {
  const found = find(world, namespace, name);
  const template = found?.template?.containers ?? [];
  if (found === undefined || template.some(({ reference }) => reference === image.reference)) return;
  controllers.rollOut(found, containersOf([image], false));
}

function restarts({ world, controllers }: Stage, namespace: string, name: string): void {
  const found = find(world, namespace, name);
  const sets = [...world.objects.values()].filter((one) => one.owner?.uid === found?.uid).map(({ uid }) => uid);
  const pod = [...world.pods.values()].find((one) => sets.includes(one.owner?.uid ?? '') && !one.terminating);
  if (pod !== undefined) controllers.replace(pod);
}

function find(world: LivingWorld, namespace: string, name: string): OwnerObject | undefined {
  return [...world.objects.values()].find(
    (one) => one.kind === 'Deployment' && one.namespace === namespace && one.name === name && !one.terminating,
  );
}
