// States and judgements, made of facts as the program makes them.
import { refresh } from '../../src/core/assemble.ts';
import type { Circumstances } from '../../src/core/decide.ts';
import { emptyState, nothingTouched, record } from '../../src/core/inventory.ts';
import type { Fact, State } from '../../src/core/inventory.ts';
import type { Image } from '../../src/core/image.ts';
import { judgeAll } from '../../src/core/report.ts';
import type { Judgement } from '../../src/core/report.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import type { OwnerObject, Pod, Workload } from '../../src/core/workload.ts';
import { aPolicy, circumstances, now } from './builders.ts';

export type Seen = Pod | OwnerObject;

/** Facts that pods and objects were seen. */
export function seen(...all: readonly Seen[]): Fact[] {
  return all.map((one) => ('phase' in one ? { type: 'PodSeen', pod: one } : { type: 'ObjectSeen', object: one }));
}

export const clusterRead: Fact = { type: 'ClusterRead' };

export function nodeSeen(name = 'node-1', platform: string | null = 'linux/amd64'): Fact {
  return { type: 'NodeSeen', name, platform };
}

export function scanRead(image: Image, scan: Scan): Fact {
  return { type: 'ScanRead', image, scan };
}

/** A cluster that was read whole in one go. */
export function stateOf(facts: readonly Fact[], policy: Policy = aPolicy(), at = now): State {
  const state = emptyState(policy);
  advance(state, [...facts, clusterRead], at);
  return state;
}

/** Further facts, one turn. */
export function advance(state: State, facts: readonly Fact[], at = now): void {
  const touched = nothingTouched();
  record(state, facts, touched);
  refresh(state, touched, at);
}

/** The workloads of a state, in the order of their names. */
export function workloadsOf(state: State): Workload[] {
  return [...state.workloads.values()]
    .map(({ workload }) => workload)
    .toSorted((one, other) => one.uid.localeCompare(other.uid));
}

/** The only workload of what was seen. */
export function onlyWorkload(facts: readonly Fact[], at = now): Workload {
  const all = workloadsOf(stateOf(facts, aPolicy(), at));
  const [first] = all;
  if (first === undefined || all.length > 1) throw new Error(`${all.length} workloads, not one`);
  return first;
}

/** A workload, judged by the scans of its images, in the order of its entries; null: nobody has answered. */
export function judgementOf(
  workload: Workload,
  scans: readonly (Scan | null)[],
  policy: Policy = aPolicy(),
  about: Circumstances = circumstances(),
): Judgement {
  const state = stateWithScans([[workload, scans]], policy);
  const [judgement] = judgeAll(state, [workload], about);
  if (judgement === undefined) throw new Error('nothing was judged');
  return judgement;
}

/** A state that knows these scans; the workloads themselves are not in it. */
export function stateWithScans(
  all: readonly (readonly [Workload, readonly (Scan | null)[]])[],
  policy: Policy = aPolicy(),
): State {
  const facts = all.flatMap(([workload, scans]) =>
    workload.images.flatMap(({ image }, index) => {
      const scan = scans[index] ?? null;
      return scan === null ? [] : [scanRead(image, scan)];
    }),
  );
  return stateOf(facts, policy);
}

/** As it reads without colour. */
export function withoutColour(text: string): string {
  return text
    .split('\u001B')
    .map((part, index) => (index === 0 ? part : part.slice(part.indexOf('m') + 1)))
    .join('');
}
