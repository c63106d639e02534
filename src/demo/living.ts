// The demo that lives: the same shop, in which things happen while one watches, and in which acts are really done. It
// satisfies the ports of a run that goes on by shape; nothing here judges: that is left to the real engine.
import type { ActOrder, Actor, JournalLine } from '../core/act.ts';
import { actedAnnotation, readActed, savedByMark } from '../core/annotations.ts';
import { fieldRestored } from '../core/consequences.ts';
import type { Fact } from '../core/inventory.ts';
import type { Policy } from '../core/policy.ts';
import type { LiveObject, NamedObject } from '../core/restore.ts';
import type { OwnerObject } from '../core/workload.ts';
import { createActing } from './acting.ts';
import type { DemoActing } from './acting.ts';
import type { DemoClock } from './agenda.ts';
import { createBroadcast } from './broadcast.ts';
import { createControllers } from './controllers.ts';
import { createJournals, createMemory } from './notes.ts';
import type { DemoJournal, DemoMemory } from './notes.ts';
import { demoPolicy } from './policy.ts';
import { knownImages } from './scanning.ts';
import type { DemoCluster, DemoScanner } from './shop.ts';
import { tell } from './story.ts';
import { createWorld } from './world.ts';
import { createXray } from './xray.ts';

export interface LivingCluster extends DemoCluster {
  follow(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

export interface LivingNews {
  follow(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

export interface LivingDemo {
  /** Of the namespace given. */
  readonly cluster: LivingCluster;
  /** The same world, of another namespace; null: of all. */
  readonly clusterOf: (namespace: string | null) => LivingCluster;
  readonly scanner: DemoScanner;
  readonly news: readonly LivingNews[];
  readonly acting: DemoActing;
  readonly readNamed: (named: NamedObject) => Promise<LiveObject | null>;
  readonly journal: DemoJournal;
  /** The same journal, for another run: from its first line. */
  readonly openJournal: () => DemoJournal;
  readonly memory: DemoMemory;
  readonly identity: Actor;
  /** In force at the beginning; what it is changed to is told by `news`. */
  readonly policy: Policy;
  /** Puts another policy in force, made of the one that is, as saving a file does. */
  readonly changePolicy: (change: (policy: Policy) => Policy) => void;
}

export interface LivingParts {
  readonly clock: DemoClock;
  /** Null: all of them. */
  readonly namespace: string | null;
}

const you: Actor = { actor: 'you', machine: 'your-machine' };

/** The story begins when the cluster is followed for the first time; while nobody follows it, time stands still in it. */
export function createLivingDemo({ clock, namespace }: LivingParts): LivingDemo {
  const known = knownImages();
  const world = createWorld(clock);
  const controllers = createControllers(world, (reference) => known.get(reference)?.imageID ?? '');
  const xray = createXray(clock);
  const { acting, readNamed } = createActing(world, controllers, you);
  const openJournal = createJournals([...world.objects.values()].flatMap(stoppedBefore));
  const policies = createBroadcast();
  const first = demoPolicy();
  let policy = first;
  let isTold = false;

  const changePolicy: LivingDemo['changePolicy'] = (change) => {
    policy = change(policy);
    policies.put([{ type: 'PolicyRead', policy }]);
  };
  const begin = (): void => {
    if (isTold) return;
    isTold = true;
    tell({ world, controllers, xray, changePolicy });
  };
  const clusterOf = (of: string | null): LivingCluster => ({
    read: (signal) => world.read(of, signal),
    follow: (signal) => {
      begin();
      return world.follow(of, signal);
    },
  });
  const policyNews = (): readonly Fact[][] => (policy === first ? [] : [[{ type: 'PolicyRead', policy }]]);
  return {
    cluster: clusterOf(namespace),
    clusterOf,
    scanner: xray.scanner,
    news: [xray.news, { follow: (signal) => policies.follow(policyNews, signal) }],
    acting,
    readNamed,
    journal: openJournal(),
    openJournal,
    memory: createMemory(),
    identity: you,
    policy: first,
    changePolicy,
  };
}

/** What the journal says of an object that carries the mark of an act. */
function stoppedBefore(object: OwnerObject): JournalLine[] {
  const mark = readActed(object.annotations[actedAnnotation]);
  const { uid, apiVersion, kind, resource, name } = object;
  const target = { uid, apiVersion, kind, resource, namespace: object.namespace ?? '', name };
  const saved = mark === null ? null : savedByMark(mark, target);
  if (mark === null || saved === null) return [];
  const order: ActOrder = {
    id: mark.id,
    action: 'scaledown',
    target,
    by: 'hand',
    reason: { condition: null, rule: null, evidence: [] },
    digests: mark.digests,
    ran: mark.ran,
    conditions: ['security'],
    acceptDataLoss: false,
    restore: null,
  };
  const undo = { grade: 'full', means: fieldRestored(saved.field, saved.before, kind) } as const;
  const { time: at, actor } = mark;
  return [
    { type: 'Intended', at, order, saved, undo, actor, machine: 'her-machine' },
    { type: 'Ended', at, id: mark.id, outcome: 'effective', message: null },
  ];
}
