// Builders of acts and journal lines: each starts valid and takes overrides.
import type { ActOrder, ActRecord, JournalLine, Outcome, Saved } from '../../src/core/act.ts';
import { digest } from './builders.ts';

type Line<T extends JournalLine['type']> = Extract<JournalLine, { type: T }>;

const at = '2026-11-21T20:00:00.000Z';
const ana = { actor: 'ana', machine: 'desk' };
const undo = { grade: 'full', means: 'sets its replicas to 3 again' } as const;

/** Called for by the policy: cart is to be scaled down. */
export function anOrder(overrides: Partial<ActOrder> = {}): ActOrder {
  return {
    id: 'act-1',
    action: 'scaledown',
    target: {
      uid: 'uid-cart',
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      resource: 'deployments',
      namespace: 'shop',
      name: 'cart',
    },
    by: 'policy',
    reason: {
      condition: 'security',
      rule: 'scanPolicy.security.deployments',
      evidence: ['CVE-2026-1 in npm://a:1'],
    },
    digests: [digest(1)],
    ran: [],
    conditions: ['security'],
    acceptDataLoss: false,
    restore: null,
    ...overrides,
  };
}

export function savedReplicas(before: number | null = 3): Saved {
  return { is: 'field', field: 'replicas', before, after: 0, others: [] };
}

/** A manifest that holds a secret of its user. */
export function aSavedManifest(secret = 's3cret'): Saved {
  const manifest = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { annotations: { password: secret } } };
  return { is: 'manifest', manifest };
}

export function anIntended(overrides: Partial<Line<'Intended'>> = {}): JournalLine {
  return { type: 'Intended', at, order: anOrder(), saved: savedReplicas(), undo, ...ana, ...overrides };
}

export function anEnded(outcome: Outcome, overrides: Partial<Line<'Ended'>> = {}): JournalLine {
  return { type: 'Ended', at, id: 'act-1', outcome, message: null, ...overrides };
}

export function aRefused(overrides: Partial<Line<'Refused'>> = {}): JournalLine {
  return { type: 'Refused', at, order: anOrder(), message: 'its claims would be deleted', ...ana, ...overrides };
}

export function anIgnored(overrides: Partial<Line<'Ignored'>> = {}): JournalLine {
  const { target } = anOrder();
  return { type: 'Ignored', at, target, covers: 'CVE-2026-1', until: null, reason: null, ...ana, ...overrides };
}

/** Effective. */
export function anActRecord(overrides: Partial<ActRecord> = {}): ActRecord {
  const order = overrides.order ?? anOrder();
  return {
    id: order.id,
    at: Date.parse(at),
    order,
    saved: savedReplicas(),
    undo,
    outcome: 'effective',
    message: null,
    ...ana,
    ...overrides,
  };
}
