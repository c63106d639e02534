// Orders and what they are about, for tests that act on a real control plane.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { createActing } from '../../src/cluster/act/acting.ts';
import type { ActingParts } from '../../src/cluster/act/context.ts';
import type { ClusterConnection } from '../../src/cluster/connect.ts';
import type { ActAction, ActOrder, Inspection, Ready, RestoreOrder, Saved, Target } from '../../src/core/act.ts';
import { resourceOf } from '../../src/core/kind.ts';
import type { Acting } from '../../src/engine/ports.ts';
import { again } from '../control-plane/kubelet.ts';
import type { KubeObject, Requests, Stored } from '../control-plane/requests.ts';

export const never = new AbortController().signal;
export const digest = `sha256:${'a'.repeat(64)}`;

export function anActing(connection: ClusterConnection, parts: Partial<ActingParts> = {}): Acting {
  return createActing(connection, {
    actor: 'ana',
    machine: 'ana-laptop',
    now: Date.now,
    pullable: () => Promise.resolve(true),
    ...parts,
  });
}

export function targetOf({ apiVersion = 'v1', kind = '', metadata }: Stored): Target {
  const { uid, name, namespace = '' } = metadata;
  return { uid, apiVersion, kind, resource: resourceOf(apiVersion, kind), namespace, name };
}

export function anOrder(action: ActAction, target: Target, overrides: Partial<ActOrder> = {}): ActOrder {
  return {
    id: randomUUID(),
    action,
    target,
    by: 'policy',
    reason: { condition: 'security', rule: 'strict', evidence: ['CVE-2026-1 in npm://left-pad:1.3.0'] },
    digests: [digest],
    ran: [],
    conditions: ['security'],
    acceptDataLoss: false,
    restore: null,
    ...overrides,
  };
}

export function byHand(action: ActAction, target: Target, overrides: Partial<ActOrder> = {}): ActOrder {
  const reason = { condition: null, rule: null, evidence: [] };
  return anOrder(action, target, { by: 'hand', reason, ...overrides });
}

/** Undoes an order, from what its inspection saved. */
export function undoing(order: ActOrder, saved: Saved | null, overrides: Partial<RestoreOrder> = {}): ActOrder {
  if (saved === null) throw new Error('nothing was saved');
  const restore = { undoes: order.id, saved, holdUntil: null, release: false, ...overrides };
  return byHand('restore', order.target, { restore, digests: order.digests, conditions: order.conditions });
}

/** The inspection of an act that may go ahead; throws with what it says where it may not. */
export function ready(inspection: Inspection): Ready {
  if (inspection.is !== 'ready') throw new Error(`${inspection.is}: ${inspection.says}`);
  expect(inspection.refusals).toEqual([]);
  return inspection;
}

/** The refusals of an inspection, each as `why: says`. */
export function refusalsOf(inspection: Inspection): readonly string[] {
  if (inspection.is !== 'ready') return [`${inspection.is}: ${inspection.says}`];
  return inspection.refusals.map(({ why, says }) => `${why}: ${says}`);
}

export function findingsOf(inspection: Inspection): readonly string[] {
  if (inspection.is !== 'ready') throw new Error(`${inspection.is}: ${inspection.says}`);
  return inspection.findings.map(({ topic, says }) => `${topic}: ${says}`);
}

/** Inspects and performs; gives back what was saved. Throws where the act is not accepted. */
export async function act(acting: Acting, order: ActOrder): Promise<Ready> {
  const inspected = ready(await acting.inspect(order, never));
  const performed = await acting.perform(order, inspected, { dryRun: false }, never);
  expect(performed.is, performed.says).toBe('accepted');
  return inspected;
}

export const acts = (kind: string, name: string, namespace: string, spec: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace },
  spec: { selector: { matchLabels: { app: name } }, template: aTemplate(name), ...spec },
});

export function aTemplate(app: string, spec: object = {}) {
  return { metadata: { labels: { app } }, spec: { containers: [aContainer(app)], ...spec } };
}

export function aContainer(app: string) {
  return { name: 'app', image: `acme.test/docker/${app}:1` };
}

export function aJob(name: string, namespace: string, spec: object = {}): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace },
    spec: { template: aTemplate(name, { restartPolicy: 'Never' }), ...spec },
  };
}

export function aCronJob(name: string, namespace: string, spec: object = {}): KubeObject {
  const jobTemplate = { spec: { template: aTemplate(name, { restartPolicy: 'Never' }) } };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace },
    spec: { schedule: '0 0 1 1 *', jobTemplate, ...spec },
  };
}

export function aPod(name: string, namespace: string, spec: object = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name }, ...metadata },
    spec: { containers: [aContainer(name)], ...spec },
  };
}

/** A custom kind; `scales` is the field that `/scale` sets, null where it has none. */
export function aDefinition(kind: string, scales: string | null): KubeObject {
  const plural = `${kind.toLowerCase()}s`;
  const scale = {
    specReplicasPath: scales,
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.selector',
  };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const subresources = { status: {}, ...(scales === null ? {} : { scale }) };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.act.example.com` },
    spec: {
      group: 'act.example.com',
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind },
      versions: [{ name: 'v1', served: true, storage: true, schema, subresources }],
    },
  };
}

export function custom(kind: string, name: string, namespace: string, spec: object = {}): KubeObject {
  return { apiVersion: 'act.example.com/v1', kind, metadata: { name, namespace }, spec };
}

export function pathTo({ apiVersion, namespace, name, kind }: Target): string {
  const plural = `${kind.toLowerCase()}s`;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}/namespaces/${namespace}/${plural}/${name}`;
}

export async function live(plane: Pick<Requests, 'request'>, target: Target): Promise<Stored> {
  return again(plane, pathTo(target));
}

export function annotations({ metadata }: Stored): Readonly<Record<string, string>> {
  return metadata.annotations ?? {};
}

export function refTo({ apiVersion = '', kind = '', metadata }: Stored, rest: object = {}) {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, ...rest };
}
