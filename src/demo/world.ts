// What there is in a made-up cluster that lives: objects and pods, and who is told of every change. It knows no kind's
// rules: those are in controllers.ts.
import type { Fact } from '../core/inventory.ts';
import type { OwnerObject, Pod } from '../core/workload.ts';
import { createAgenda } from './agenda.ts';
import type { Agenda, DemoClock } from './agenda.ts';
import { createBroadcast } from './broadcast.ts';
import { ending, isIn, runningAt, surroundings } from './shop.ts';

export interface LivingWorld extends Pick<Agenda, 'later'> {
  readonly now: () => number;
  readonly objects: ReadonlyMap<string, OwnerObject>;
  readonly pods: ReadonlyMap<string, Pod>;
  /** Folds what happens, and tells every follower. */
  tell(facts: readonly Fact[]): void;
  /** Never the same twice, and in every run the same: names and uids of what is made anew are made up of it. */
  serial(): number;
  /** Everything there is, ending with `ClusterRead`; `namespace` null is all of them. */
  read(namespace: string | null, signal: AbortSignal): AsyncIterable<readonly Fact[]>;
  /** The same, then what changes. While somebody follows, time passes. */
  follow(namespace: string | null, signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

/** Begins with the shop as it is now. */
export function createWorld(clock: DemoClock): LivingWorld {
  const objects = new Map<string, OwnerObject>();
  const pods = new Map<string, Pod>();
  const agenda = createAgenda(clock);
  const broadcast = createBroadcast();
  let serial = 0;

  const fold = (fact: Fact): void => {
    if (fact.type === 'ObjectSeen') objects.set(fact.object.uid, fact.object);
    else if (fact.type === 'PodSeen') pods.set(fact.pod.uid, fact.pod);
    else if (fact.type === 'ObjectGone') objects.delete(fact.uid);
    else if (fact.type === 'PodGone') pods.delete(fact.uid);
  };
  const batches = (namespace: string | null): readonly (readonly Fact[])[] => {
    const seen: Fact[] = [
      ...Array.from(objects.values(), (object): Fact => ({ type: 'ObjectSeen', object })),
      ...Array.from(pods.values(), (pod): Fact => ({ type: 'PodSeen', pod })),
    ];
    return [surroundings(namespace), seen.filter((fact) => isIn(namespace, fact)), ending];
  };
  for (const fact of runningAt(clock.now())) fold(fact);
  return {
    now: () => clock.now(),
    objects,
    pods,
    later: (milliseconds, call) => agenda.later(milliseconds, call),
    tell: (facts) => {
      for (const fact of facts) fold(fact);
      if (facts.length > 0) broadcast.put(facts);
    },
    serial: () => (serial += 1),
    async *read(namespace, signal) {
      for (const batch of batches(namespace)) if (!signal.aborted) yield batch;
    },
    async *follow(namespace, signal) {
      const leave = agenda.lookOn();
      try {
        for await (const facts of broadcast.follow(() => batches(namespace), signal)) {
          const told = facts.filter((fact) => isIn(namespace, fact));
          if (told.length > 0) yield told;
        }
      } finally {
        leave();
      }
    },
  };
}
