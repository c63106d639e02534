// Workloads of every kind in one line each: `deployment('shop', 'cart', { runs: [images.cart] })`. What comes out are
// the facts that a cluster would report of it, as of a given time.
import type { Fact } from '../core/inventory.ts';
import type { OwnerObject } from '../core/workload.ts';
import { nodes, ownerObject, ownerReference, podSeen, podsOf, seen, createdAt } from './objects.ts';
import type { Place, Wants } from './objects.ts';
import { minutes, tailOf, uidOf } from './made-up.ts';

/** Facts as of a time, ms since the epoch. */
export type Piece = (now: number) => readonly Fact[];

/** With its ReplicaSet; with two of them while a rollout is under way. */
export function deployment(namespace: string, name: string, wants: Wants): Piece {
  return (now) => {
    const place = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name };
    const count = podCount(wants);
    const old = wants.replaces === undefined ? 0 : 1;
    const top = ownerObject(place, wants, now, {
      ...scaled(wants, count),
      annotations: {
        ...ownerObject(place, wants, now).annotations,
        'deployment.kubernetes.io/revision': String(1 + old),
      },
      rollout: { ...settledRollout, replicas: count + old, updated: count, available: count },
    });
    const current = replicaSetBelow(top, wants, now, 1 + old, count);
    const facts = [...seen(top, current), ...podsOf(current, wants, count)];
    if (wants.replaces === undefined) return facts;
    const before: Wants = { ...wants, runs: wants.replaces };
    const superseded = replicaSetBelow(top, before, now, 1, old);
    return [...facts, ...seen(superseded), ...podsOf(superseded, before, old)];
  };
}

function replicaSetBelow(above: OwnerObject, wants: Wants, now: number, revision: number, count: number): OwnerObject {
  const name = `${above.name}-${tailOf(`${above.uid} ${revision}`)}`;
  const place = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: above.namespace ?? '', name };
  const { held: _held, stopped: _stopped, annotations: _annotations, ...own } = wants;
  // The revision of a rollout under way is minutes old, whatever the age of the Deployment.
  const age = wants.replaces === undefined || revision === 1 ? {} : { createdAt: now - minutes(4) };
  return ownerObject(place, own, now, { owner: ownerReference(above), revision, ...scaled(wants, count), ...age });
}

export function statefulSet(namespace: string, name: string, wants: Wants): Piece {
  return controller({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name }, wants);
}

/** A ReplicaSet without a Deployment. */
export function replicaSet(namespace: string, name: string, wants: Wants): Piece {
  return controller({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name }, wants);
}

/** One pod on every worker. */
export function daemonSet(namespace: string, name: string, wants: Wants): Piece {
  const workers = nodes.map(([node]) => node).filter((node) => node !== 'control-1');
  const everywhere = { ...wants, pods: workers.length };
  return controller({ apiVersion: 'apps/v1', kind: 'DaemonSet', namespace, name }, everywhere, workers);
}

/** Under way. */
export function job(namespace: string, name: string, wants: Wants): Piece {
  return controller({ apiVersion: 'batch/v1', kind: 'Job', namespace, name }, { pods: 1, ...wants });
}

/** Between two runs. */
export function cronJob(namespace: string, name: string, wants: Wants): Piece {
  return (now) => seen(ownerObject({ apiVersion: 'batch/v1', kind: 'CronJob', namespace, name }, wants, now));
}

/** An object of a custom kind that owns its pods itself: only its metadata is read. */
export function custom(apiVersion: string, kind: string, namespace: string, name: string, wants: Wants): Piece {
  return (now) => {
    const object = ownerObject({ apiVersion, kind, namespace, name }, wants, now, { template: null, scalable: true });
    return [...seen(object), ...podsOf(object, wants, wants.pods ?? 1)];
  };
}

export function barePod(namespace: string, name: string, wants: Wants): Piece {
  return (now) => [
    podSeen({ apiVersion: 'v1', kind: 'Pod', namespace, name }, wants, { createdAt: createdAt(wants, now) }),
  ];
}

/** What the API server shows of a static pod on the control plane's node. */
export function mirrorPod(namespace: string, name: string, wants: Wants): Piece {
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'control-1', uid: uidOf('Node control-1') };
  const place = { apiVersion: 'v1', kind: 'Pod', namespace, name: `${name}-control-1` };
  return (now) => [podSeen(place, wants, { createdAt: createdAt(wants, now), owner, mirror: true, node: 'control-1' })];
}

function controller(place: Place, wants: Wants, on?: readonly string[]): Piece {
  return (now) => {
    const count = podCount(wants);
    const rollout = { ...settledRollout, replicas: count, updated: count, available: count };
    const object = ownerObject(place, wants, now, {
      ...scaled(wants, count),
      rollout: place.kind === 'StatefulSet' || place.kind === 'DaemonSet' ? rollout : null,
    });
    return [...seen(object), ...podsOf(object, wants, count, on)];
  };
}

function podCount(wants: Wants): number {
  return wants.stopped === undefined ? (wants.pods ?? 2) : 0;
}

function scaled(wants: Wants, count: number): Pick<OwnerObject, 'replicas' | 'ready'> {
  return { replicas: count, ready: wants.starting === true ? 0 : count };
}

const settledRollout = {
  observedGeneration: 1,
  paused: false,
  deadlineExceeded: false,
  byHand: false,
  updateRevision: null,
};
