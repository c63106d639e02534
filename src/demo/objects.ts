// Made-up objects and pods, in the shape in which a cluster reports them, with everything unsaid filled in.
import type { Fact } from '../core/inventory.ts';
import { resourceOf } from '../core/kind.ts';
import type { Labels, OwnerObject, OwnerReference, Pod, PodTemplate } from '../core/workload.ts';
import { containersOf, templateOf } from './containers.ts';
import type { Part } from './containers.ts';
import type { DemoImage } from './image.ts';
import { days, tailOf, uidOf } from './made-up.ts';

/** What a workload of the shop says of itself; every time is an age in milliseconds. */
export interface Wants {
  readonly runs: readonly (DemoImage | Part)[];
  /** Pods; 2 where nothing else is said, one of a Job, a custom object and a bare pod. */
  readonly pods?: number;
  /** 30 days where nothing else is said. */
  readonly age?: number;
  /** The pods have no image yet: they were just scheduled. */
  readonly starting?: boolean;
  /** A rollout is under way, and one pod still runs these. */
  readonly replaces?: readonly (DemoImage | Part)[];
  readonly suspended?: boolean;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly fieldManagers?: readonly string[];
  readonly priorityClass?: string;
  /** `restore` brought it back and holds it for so long. */
  readonly held?: { readonly by: string; readonly until: number };
  /** Scaled down by kubectl-xray. */
  readonly stopped?: { readonly by: string; readonly age: number; readonly previous: number };
}

export interface Place {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Every node of the made-up cluster with its platform; `control-1` runs static pods only. */
export const nodes: readonly (readonly [name: string, platform: string])[] = [
  ['control-1', 'linux/amd64'],
  ['worker-1', 'linux/amd64'],
  ['worker-2', 'linux/amd64'],
  ['worker-3', 'linux/arm64'],
];

export const createdAt = (wants: Wants, now: number): number => now - (wants.age ?? days(30));

/** An object that owns pods, or owns such an owner. */
export function ownerObject(place: Place, wants: Wants, now: number, more: Partial<OwnerObject> = {}): OwnerObject {
  const uid = uidOf(`${place.kind} ${place.namespace} ${place.name}`);
  return {
    ...place,
    uid,
    resource: resourceOf(place.apiVersion, place.kind),
    owner: null,
    createdAt: createdAt(wants, now),
    generation: 1,
    terminating: false,
    labels: wants.labels ?? { app: place.name },
    annotations: { ...wants.annotations, ...marks(wants, uid, now) },
    fieldManagers: wants.fieldManagers ?? ['helm'],
    template: template(place, wants),
    replicas: null,
    ready: 0,
    rollout: null,
    finished: false,
    suspended: wants.suspended ?? false,
    revision: null,
    scalable: null,
    ...more,
  };
}

function template(place: Place, wants: Wants): PodTemplate {
  return {
    labels: wants.labels ?? { app: place.name },
    priorityClass: wants.priorityClass ?? null,
    containers: templateOf(wants.runs),
  };
}

export function seen(...objects: readonly OwnerObject[]): Fact[] {
  return objects.map((object) => ({ type: 'ObjectSeen', object }));
}

export function ownerReference({ apiVersion, kind, name, uid }: OwnerObject): OwnerReference {
  return { apiVersion, kind, name, uid };
}

/** The pods of a controller, one after the other over the nodes given. */
export function podsOf(
  owner: OwnerObject,
  wants: Wants,
  count: number,
  on: readonly string[] = ['worker-1', 'worker-2'],
): Fact[] {
  return Array.from({ length: count }, (_, ordinal) => {
    const tail = owner.kind === 'StatefulSet' ? String(ordinal) : tailOf(`${owner.uid} ${ordinal}`);
    const place = { apiVersion: 'v1', kind: 'Pod', namespace: owner.namespace ?? '', name: `${owner.name}-${tail}` };
    const node = on[ordinal % on.length] ?? null;
    return podSeen(place, wants, { owner: ownerReference(owner), node, createdAt: owner.createdAt });
  });
}

export function podSeen(place: Place, wants: Wants, more: Pick<Pod, 'createdAt'> & Partial<Pod>): Fact {
  const started = wants.starting !== true;
  const pod: Pod = {
    uid: uidOf(`Pod ${place.namespace} ${place.name}`),
    namespace: place.namespace,
    name: place.name,
    owner: null,
    phase: started ? 'Running' : 'Pending',
    terminating: false,
    ready: started,
    node: 'worker-1',
    revision: null,
    mirror: false,
    priorityClass: wants.priorityClass ?? null,
    labels: wants.labels ?? { app: place.name },
    annotations: {},
    containers: containersOf(wants.runs, started),
    ...more,
  };
  return { type: 'PodSeen', pod };
}

/** The id of the act that stopped an object of the shop before anybody looked. */
export function stoppedId(uid: string): string {
  return `scaledown-${uid.slice(0, 8)}`;
}

/** The annotations that kubectl-xray itself leaves on what it stopped or holds. */
function marks({ held, stopped }: Wants, uid: string, now: number): Labels {
  const time = (offset: number): string => new Date(now + offset).toISOString();
  const holds = held && { uid, actor: held.by, until: time(held.until), time: time(0) };
  const acted = stopped && {
    action: 'scaledown',
    id: stoppedId(uid),
    uid,
    field: 'replicas',
    previous: stopped.previous,
    value: 0,
    time: time(-stopped.age),
    actor: stopped.by,
    by: 'hand',
    conditions: ['security'],
  };
  return {
    ...(holds && { 'kubectl-xray/held': JSON.stringify(holds) }),
    ...(acted && { 'kubectl-xray/acted': JSON.stringify(acted) }),
  };
}
