import { describe, expect, test } from 'vitest';
import type { ActOrder, JournalLine } from '../../src/core/act.ts';
import type { ActEnd } from '../../src/core/acting.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { DryRun } from '../../src/core/plan-acts.ts';
import { waitingActs, waitingOn } from '../../src/core/waiting.ts';
import { aRefused } from '../support/acts.ts';
import { aFinding, aPolicy, aScan, hour, minute, now } from '../support/builders.ts';
import { answered, aRun, aRunOver, deployed } from '../support/runs.ts';
import type { Run } from '../support/runs.ts';

const strict = aPolicy({ security: { default: 'scaledown' } });
const bad = aScan({ findings: [aFinding()] });

/** Cart and till run what is condemned, and window does not. */
function condemned(policy: Policy = strict): Run {
  const all = [deployed('cart', 1), deployed('till', 2), deployed('window', 3)];
  const run = aRunOver(all, { policy, ongoing: { byPolicy: null } });
  run.turn(answered(1, bad), answered(2, bad), answered(3, aScan()));
  return run;
}

function said(run: Run, enforcing: DryRun | null = 'none', later = hour): readonly string[] {
  const at = now + later;
  return waitingActs(run.state, enforcing, at).map(({ judgement, action, is, why }) => {
    return `${is}: ${action} ${judgement.workload.name}: ${why.join('; ')}`;
  });
}

function orderOn(run: Run, name: string): ActOrder {
  const { workload } = run.judgement(name);
  const { uid, apiVersion, kind, resource, namespace } = workload;
  return {
    id: `act-${name}`,
    action: 'scaledown',
    target: { uid, apiVersion, kind, resource, namespace, name },
    by: 'policy',
    reason: { condition: 'security', rule: null, evidence: [] },
    digests: workload.images.map(({ image }) => image.digest ?? ''),
    ran: [],
    conditions: ['security'],
    acceptDataLoss: false,
    restore: null,
  };
}

function end(run: Run, name: string, how: ActEnd, forGood = false): void {
  run.turn({ type: 'ActEnded', order: orderOn(run, name), end: how, message: null, at: now, forGood });
}

describe('nothing waits', () => {
  test('before the cluster was read', () => expect(said(aRun({ policy: strict }))).toEqual([]));
  test('where the policy calls for nothing', () => expect(said(condemned(aPolicy()))).toEqual([]));
  test('of a workload that is not there', () => expect(waitingOn(condemned().state, 'gone', 'none', now)).toBeNull());
  test('once it is under way', () => {
    const run = condemned();
    run.turn({ type: 'ActStarted', order: orderOn(run, 'cart'), at: now });
    expect(said(run)).toEqual(['due: scaledown till: it is next']);
  });
  test('once it was asked for by hand', () => {
    const run = condemned();
    run.turn({ type: 'ActionAsked', order: { ...orderOn(run, 'cart'), by: 'hand' } });
    expect(said(run)).toEqual(['due: scaledown till: it is next']);
  });
  test('where a whitelist spares it for ever', () =>
    expect(said(condemned(aPolicy({ security: { default: 'scaledown', whitelistNamespaces: ['shop'] } })))).toEqual(
      [],
    ));
});

describe('why all of it waits', () => {
  const paused: JournalLine = { type: 'Paused', at: new Date(now).toISOString(), by: 'limit', message: '3 of 30' };
  test('nobody enforces', () =>
    expect(said(condemned(), null)[0]).toBe('due: scaledown cart: enforcing is off: nothing is done by policy here'));
  test('automatic acts are paused, with what paused them', () => {
    const run = condemned();
    run.turn({ type: 'JournalRead', lines: [paused] });
    expect(said(run)[0]).toBe('due: scaledown cart: automatic acts are paused: 3 of 30');
  });
  test('the pause is being written down', () => {
    const run = condemned();
    run.turn({ type: 'PauseStarted', at: now });
    expect(said(run)[0]).toBe('due: scaledown cart: automatic acts are being paused');
  });
  test('the journal was not read yet', () => {
    const run = aRun({ policy: strict, remembered: null });
    run.turn(deployed('cart', 1), { type: 'NodeSeen', name: 'node-1', platform: 'linux/amd64' });
    run.turn({ type: 'ClusterRead' }, answered(1, bad));
    expect(said(run)).toEqual(['due: scaledown cart: the journal is still being read']);
  });
  test('a limit that leaves room for one of two', () => {
    const limits = { actionsPerMinute: 1, shareOfWorkloads: 0.1 };
    expect(said(condemned({ ...strict, limits }))).toEqual([
      'due: scaledown cart: it is next',
      'due: scaledown till: limits.actionsPerMinute allows 1',
    ]);
  });
  test('a dry run knows no minute', () => {
    const limits = { actionsPerMinute: 1, shareOfWorkloads: 0.1 };
    expect(said(condemned({ ...strict, limits }), 'client')[1]).toBe('due: scaledown till: it is next');
  });
});

describe('why one of them waits', () => {
  const cases: [end: ActEnd, forGood: boolean, later: number, why: string][] = [
    ['failed', false, 1000, 'failed; not tried again before 2026-11-21T20:01:00Z'],
    ['refused', true, hour, 'refused; not tried again'],
    ['stuck', false, minute, 'stuck; not tried again before 2026-11-21T20:10:00Z'],
    ['wouldAct', false, hour, 'a dry run: it would be done, and nothing is changed'],
    ['deferred', false, 1000, 'it was put off; not tried again before 2026-11-21T20:00:05Z'],
    ['notNeeded', false, 1000, 'read live, it called for nothing; not tried again before 2026-11-21T20:00:30Z'],
    ['failed', false, hour, 'it is next'],
  ];
  test.each(cases)('%s, for good %s, %i ms later', (how, forGood, later, why) => {
    const run = condemned();
    end(run, 'cart', how, forGood);
    expect(said(run, 'none', later)[0]).toBe(`due: scaledown cart: ${why}`);
  });
  test('what was refused says why, also while nobody enforces', () => {
    const run = condemned();
    const order = orderOn(run, 'cart');
    end(run, 'cart', 'refused');
    run.turn({ type: 'JournalRead', lines: [aRefused({ order, message: 'its claims would go' })] });
    const because = 'refused: its claims would go; not tried again before 2026-11-21T20:10:00Z';
    expect(said(run, null, minute)[0]).toBe(
      `due: scaledown cart: ${because}; enforcing is off: nothing is done by policy here`,
    );
  });
  test('a grace period that is not over, after all that is due', () => {
    const policy = aPolicy({ security: { default: 'scaledown', gracePeriod: 2 * hour } });
    const run = condemned(policy);
    expect(said(run)).toEqual([
      'exempt: scaledown cart: gracePeriod until 2026-11-21T22:00:00Z (scanPolicy.security.gracePeriod)',
      'exempt: scaledown till: gracePeriod until 2026-11-21T22:00:00Z (scanPolicy.security.gracePeriod)',
    ]);
    expect(waitingOn(run.state, 'deployment-till', 'none', now)).toMatchObject({ is: 'exempt', tried: null });
  });
});
