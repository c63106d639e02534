// Runs that go on, without an engine: facts in, the steps that are due out, at a time that stands still until it passes.
import { emptyState, nothingTouched, record } from '../../src/core/inventory.ts';
import type { Fact, State } from '../../src/core/inventory.ts';
import type { Judgement } from '../../src/core/judgement.ts';
import { nothingRemembered } from '../../src/core/memory.ts';
import type { Remembered } from '../../src/core/memory.ts';
import type { Ongoing, Step } from '../../src/core/plan.ts';
import type { Policy } from '../../src/core/policy.ts';
import { defaultMaxAge } from '../../src/core/refresh-look-ups.ts';
import type { Scan } from '../../src/core/scan.ts';
import { everything } from '../../src/core/selection.ts';
import { takeTurn } from '../../src/core/turn.ts';
import type { Turned } from '../../src/core/turn.ts';
import type { OwnerObject, Pod } from '../../src/core/workload.ts';
import { aContainer, aPod, aPolicy, anImage, anObject, imageID, now, ownedBy } from './builders.ts';
import { clusterRead, nodeSeen, scanRead, seen } from './states.ts';

export interface Run {
  readonly state: State;
  now(): number;
  /** One turn with these facts. */
  turn(...facts: readonly (Fact | readonly Fact[])[]): Turned;
  /** The same, in short: `scaledown cart`, `pause limit`, `ask 3`, `remember`. */
  tell(...facts: readonly (Fact | readonly Fact[])[]): string[];
  /** Time passes, milliseconds; one turn. */
  pass(milliseconds: number, ...facts: readonly (Fact | readonly Fact[])[]): string[];
  /** The same, in full. */
  later(milliseconds: number, ...facts: readonly (Fact | readonly Fact[])[]): Turned;
  judgement(name: string): Judgement;
}

interface Parts {
  readonly policy?: Policy;
  readonly ongoing?: Partial<Ongoing>;
  /** Null: nothing is remembered yet. */
  readonly remembered?: Remembered | null;
  readonly lasts?: boolean;
}

/** The cluster has not been read yet; journal and memory have. Questions count as asked, as the engine has it. */
export function aRun({
  policy = aPolicy(),
  ongoing = {},
  remembered = nothingRemembered,
  lasts = true,
}: Parts = {}): Run {
  const state = emptyState(policy);
  const how: Ongoing = { refreshing: { maxAge: defaultMaxAge }, byPolicy: 'none', byHand: 'none', ...ongoing };
  const about = { selection: everything, surroundings: { ownNamespaces: [] }, ongoing: how };
  let time = now;
  let touched = nothingTouched();
  const turn: Run['turn'] = (...facts) => {
    record(state, facts.flat(), touched);
    const turned = takeTurn(state, touched, about, time);
    touched = nothingTouched();
    for (const step of turned.planned.steps) {
      if (step.type !== 'LookUp') continue;
      record(state, [{ type: 'LookUpStarted', images: step.questions.map(({ image }) => image), at: time }], touched);
    }
    return turned;
  };
  const tell: Run['tell'] = (...facts) => turn(...facts).planned.steps.map(inShort);
  if (remembered !== null) record(state, [{ type: 'MemoryRead', remembered, lasts }], touched);
  return {
    state,
    now: () => time,
    turn,
    tell,
    pass: (milliseconds, ...facts) => {
      time += milliseconds;
      return tell(...facts);
    },
    later: (milliseconds, ...facts) => {
      time += milliseconds;
      return turn(...facts);
    },
    judgement: (name) => {
      const found = [...state.judged.values()].find(({ workload }) => workload.name === name);
      if (found === undefined) throw new Error(`${name} is not judged`);
      return found;
    },
  };
}

/** A run whose cluster was read, and whose first questions were asked. */
export function aRunOver(facts: readonly (Fact | readonly Fact[])[], parts: Parts = {}): Run {
  const run = aRun(parts);
  run.turn(nodeSeen(), ...facts, clusterRead);
  return run;
}

export function inShort(step: Step): string {
  switch (step.type) {
    case 'LookUp':
      return `ask ${step.questions.length}`;
    case 'Act':
      return `${step.order.action} ${step.order.target.name}`;
    case 'Pause':
      return `pause ${step.by}`;
    case 'Remember':
      return 'remember';
    default:
      return step satisfies never;
  }
}

/** The acts and pauses among steps in short. */
export function actsIn(steps: readonly string[]): string[] {
  return steps.filter((one) => !one.startsWith('ask ') && one !== 'remember');
}

/** A Deployment that runs one pod of made-up image number so and so. */
export function deployed(name: string, image: number, overrides: Partial<OwnerObject> = {}): Fact[] {
  const deployment = anObject({ name, uid: `deployment-${name}`, ...overrides });
  const pod = aPod({
    name: `${name}-1`,
    uid: `pod-${deployment.uid}`,
    owner: ownedBy(deployment),
    containers: [aContainer({ reference: `acme.jfrog.io/docker-local/app:${image}`, imageID: imageID(image) })],
  });
  return seen(deployment, pod);
}

/** The pod of `deployed` is gone. */
export function stopped(name: string, overrides: Partial<OwnerObject> = {}): Fact[] {
  const deployment = anObject({ name, uid: `deployment-${name}`, replicas: 0, ready: 0, ...overrides });
  return [...seen(deployment), { type: 'PodGone', uid: `pod-${deployment.uid}` }];
}

export function podOf(facts: readonly Fact[]): Pod {
  const found = facts.find((fact) => fact.type === 'PodSeen');
  if (found === undefined) throw new Error('no pod');
  return found.pod;
}

/** Xray's answer about made-up image number so and so. */
export function answered(image: number, scan: Scan): Fact {
  return scanRead(anImage(image), scan);
}
