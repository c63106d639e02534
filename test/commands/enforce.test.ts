import { describe, expect, test } from 'vitest';
import { enforce, enforceOptions } from '../../src/commands/enforce.ts';
import type { EnforceOptions } from '../../src/commands/enforce.ts';
import type { JournalLine } from '../../src/core/act.ts';
import type { Fact } from '../../src/core/inventory.ts';
import { aMadeUpRun, aReady, untilQuiet } from '../support/acting-run.ts';
import type { MadeUpRun, Parts } from '../support/acting-run.ts';
import { anEnded, anIntended, anOrder, aRefused } from '../support/acts.ts';
import { aFinding, anImage, aPolicy, aScan, now, unknown } from '../support/builders.ts';
import { deployed, stopped } from '../support/runs.ts';

const bad = aScan({ findings: [aFinding()] });
const stopping = aPolicy({
  security: { default: 'scaledown' },
  limits: { actionsPerMinute: 100, shareOfWorkloads: 1 },
});
const about = { cluster: 'prod', policy: 'policy.yaml', xray: 'https://acme.example', state: '/state' };
const paused: JournalLine = { type: 'Paused', at: '2026-11-21T19:00:00.000Z', by: 'limit', message: 'too many' };

interface Made extends MadeUpRun {
  readonly enforce: (overrides?: Partial<EnforceOptions>) => Promise<number>;
}

/** Carts and the like, all condemned; what is carried out stops them. */
function aShop(names: readonly string[], parts: Parts = {}): Made {
  const made = aMadeUpRun({
    facts: names.flatMap((name, index) => deployed(name, index + 1)),
    policy: stopping,
    answer: () => bad,
    follows: ({ target }) => stopped(target.name),
    byPolicy: 'none',
    ...parts,
  });
  return {
    ...made,
    enforce: (overrides) =>
      enforce({ dryRun: 'none', once: true, resume: false, output: 'json', ...overrides }, { ...made.run, about }),
  };
}

function linesOf(made: MadeUpRun): Record<string, unknown>[] {
  return made
    .stdout()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const inShort = (made: MadeUpRun): unknown[] =>
  linesOf(made).map(({ type, outcome, workload }) => {
    const { name = '' } = (workload ?? {}) as { name?: string };
    return [type, outcome, name].filter(Boolean).join(' ');
  });

describe('the flags', () => {
  const cases: [name: string, dryRun: EnforceOptions['dryRun'], argv: Record<string, unknown>][] = [
    ['nothing is done without --confirm', 'client', {}],
    ['--confirm acts', 'none', { confirm: true }],
    ['--dry-run wins over --confirm', 'client', { confirm: true, 'dry-run': 'client' }],
    ['so does that of the server', 'server', { confirm: true, 'dry-run': 'server' }],
    ['--dry-run=none beside --confirm is none', 'none', { confirm: true, 'dry-run': 'none' }],
  ];
  for (const [name, dryRun, argv] of cases) {
    test(name, () => expect(enforceOptions(argv, true).dryRun).toBe(dryRun));
  }
  test('--dry-run=none alone does not act', () =>
    expect(() => enforceOptions({ 'dry-run': 'none' }, true)).toThrow('--dry-run=none alone does not act'));
  test('lines are JSON off a terminal, unless said', () => {
    expect(enforceOptions({}, true).output).toBe('text');
    expect(enforceOptions({}, false).output).toBe('json');
    expect(enforceOptions({ output: 'text' }, false).output).toBe('text');
    expect(() => enforceOptions({ output: 'wide' }, true)).toThrow('--output does not know "wide"');
  });
});

describe('what is enforced is said first', () => {
  test('with the mode and the place of the state', async () => {
    const made = aShop([]);
    await made.enforce();
    expect(made.stderr()).toContain(
      [
        'cluster: prod',
        'policy:  policy.yaml',
        'xray:    https://acme.example',
        'state:   /state',
        'mode:    acts on the policy, once',
        '',
      ].join('\n'),
    );
  });
  test('with what follows where the state does not last', async () => {
    const made = aShop([], { lasts: false });
    await made.enforce({ dryRun: 'client' });
    expect(made.stderr()).toContain('state:   does not last: /state; no grace period ends');
    expect(made.stderr()).toContain('mode:    says what it would do and changes nothing (--confirm acts), once');
  });
  test('with the pause, and how to go on', async () => {
    const made = aShop(['cart'], { journal: [paused] });
    expect(await made.enforce()).toBe(0);
    expect(made.stderr()).toContain(
      'paused:  since 2026-11-21T19:00:00.000Z, nothing is done by policy: too many; go on with: kubectl xray enforce --confirm --resume',
    );
    expect([made.performed, linesOf(made)]).toEqual([[], []]);
  });
});

describe('once', () => {
  test('does what is due, tells it, and ends with 0', async () => {
    const made = aShop(['cart']);
    expect(await made.enforce()).toBe(0);
    expect(made.performed).toEqual(['scaledown cart']);
    expect(inShort(made)).toEqual(['act accepted cart', 'act effective cart']);
    expect(linesOf(made)[0]).toEqual({
      at: '2026-11-21T20:00:00.000Z',
      type: 'act',
      workload: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: 'shop',
        name: 'cart',
        uid: 'deployment-cart',
      },
      action: 'scaledown',
      outcome: 'accepted',
      reason: 'security (scanPolicy.security.default): CVE-2026-1 (Critical) in npm://event-stream:3.3.6',
      undo: { grade: 'full', means: 'sets its replicas to 3 again' },
      message: 'set replicas from 3 to 0',
    });
  });

  test('ends with 1 where no image could be asked about, and says why', async () => {
    const made = aShop(['cart'], { answer: () => unknown('timeout', 'no answer within 20 s') });
    expect(await made.enforce()).toBe(1);
    expect(made.performed).toEqual([]);
    expect(made.stderr()).toContain('nothing was enforced: no image could be asked about\n');
    expect(made.stderr()).toMatch(/1 workload, 1 pod, 1 image: 0 scanned, 1 unknown; timeout \(1 image\): no answer/);
  });

  const ends: [name: string, code: number, parts: Parts, told: string[]][] = [
    ['a refusal', 1, { inspect: () => aReady({ refusals: [{ why: 'rights', says: 'may not patch' }] }) }, ['refused']],
    ['a failure', 1, { performed: () => ({ is: 'failed', says: 'webhook says no' }) }, ['failed']],
    ['an exemption', 0, { policy: { ...stopping, protectNamespaces: ['shop'] } }, []],
    ['what is stopped already', 0, { inspect: () => ({ is: 'done', says: 'at zero' }) }, ['notNeeded']],
  ];
  for (const [name, code, parts, told] of ends) {
    test(`ends with ${code} after ${name}`, async () => {
      const made = aShop(['cart'], parts);
      expect(await made.enforce()).toBe(code);
      expect(linesOf(made).map(({ outcome }) => outcome)).toEqual(told);
    });
  }

  test('tells what an earlier run was refused, and ends with 1 as that did', async () => {
    const order = anOrder({
      target: { ...anOrder().target, uid: 'deployment-cart' },
      digests: [anImage(1).digest ?? ''],
    });
    const at = new Date(now - 60_000).toISOString();
    const made = aShop(['cart'], { journal: [aRefused({ order, at, message: 'you may not patch it' })] });
    expect(await made.enforce()).toBe(1);
    expect([made.performed, linesOf(made)]).toEqual([[], []]);
    expect(made.stderr()).toContain(
      'shop/deployment/cart is due, was refused before, and is tried again from 2026-11-21T20:09:00.000Z on: ' +
        'you may not patch it\n',
    );
  });

  test('ends with 1 after what is stuck', async () => {
    const made = aShop(['cart'], { follows: () => stopped('cart').filter(({ type }) => type === 'ObjectSeen') });
    const ended = made.enforce();
    await untilQuiet(() => linesOf(made).length > 0);
    made.clock.advance(60_000);
    expect(await ended).toBe(1);
    expect(linesOf(made).at(-1)).toMatchObject({ outcome: 'stuck', message: 'pod cart-0 has a finalizer' });
  });

  test('waits for its minute where more is due than one allows', async () => {
    const policy = { ...stopping, limits: { actionsPerMinute: 2, shareOfWorkloads: 1 } };
    const made = aShop(['a', 'b', 'c'], { policy });
    const ended = made.enforce();
    await untilQuiet(() => made.performed.length === 2);
    made.clock.advance(60_001);
    expect(await ended).toBe(0);
    expect(made.performed).toHaveLength(3);
  });

  test('pauses at the limit, tells it, and writes it down', async () => {
    const policy = { ...stopping, limits: { actionsPerMinute: 100, shareOfWorkloads: 0 } };
    const made = aShop(['a', 'b', 'c', 'd'], { policy });
    expect(await made.enforce()).toBe(0);
    expect(made.performed).toHaveLength(3);
    expect(made.written.filter(({ type }) => type === 'Paused')).toHaveLength(1);
    expect(inShort(made)).toContain('paused');
  });
});

describe('who may not read pods', () => {
  const denied = (namespace: string, namespaces: readonly string[]): Fact[] => [
    {
      type: 'ReadForbidden',
      forbidden: { resource: 'pods', namespace, message: 'pods is forbidden: User "ana"' },
    },
    { type: 'NamespacesRead', namespaces },
  ];
  test('at all enforces nothing, which is a failure', async () => {
    const made = aShop([], { facts: denied('shop', []) });
    await expect(made.enforce()).rejects.toThrow('Error from server (Forbidden): pods is forbidden: User "ana"');
    expect(inShort(made)).toEqual(['readForbidden']);
  });
  test('of some namespaces is told so, and enforces the others', async () => {
    const made = aShop([], { facts: [...denied('pay', ['shop']), ...deployed('cart', 1)] });
    expect(await made.enforce()).toBe(0);
    expect(inShort(made)).toEqual(['readForbidden', 'act accepted cart', 'act effective cart']);
  });
});

describe('a dry run', () => {
  test('by who may only look tells what would be done and what that needs, and is no failure', async () => {
    const refusals = [{ why: 'rights', says: 'you may not patch it' }] as const;
    const made = aShop(['cart'], { byPolicy: 'client', inspect: () => aReady({ refusals }) });
    expect(await made.enforce({ dryRun: 'client' })).toBe(0);
    expect(linesOf(made)[0]).toMatchObject({
      outcome: 'wouldAct',
      message: 'sets its replicas from 3 to 0; but you may not patch it',
    });
  });
  test('by who may not even read the object is refused', async () => {
    const refusals = [{ why: 'rights', says: 'cannot get' }] as const;
    const made = aShop(['cart'], { byPolicy: 'client', inspect: () => aReady({ saved: null, refusals }) });
    expect(await made.enforce({ dryRun: 'client' })).toBe(1);
  });
  test('tells a loss of data as a refusal, whatever else is missing', async () => {
    const refusals = [
      { why: 'rights', says: 'you may not patch it' },
      { why: 'dataLoss', says: 'its claims would be deleted' },
    ] as const;
    const made = aShop(['cart'], { byPolicy: 'client', inspect: () => aReady({ refusals }) });
    expect(await made.enforce({ dryRun: 'client' })).toBe(1);
    expect(linesOf(made)[0]).toMatchObject({ outcome: 'refused', message: 'its claims would be deleted' });
  });
  test('of the server is refused as the act itself would be', async () => {
    const refusals = [{ why: 'rights', says: 'you may not patch it' }] as const;
    const made = aShop(['cart'], { byPolicy: 'server', inspect: () => aReady({ refusals }) });
    expect(await made.enforce({ dryRun: 'server' })).toBe(1);
    expect(made.performed).toEqual([]);
  });
  test('tells what would be done, changes nothing and writes nothing down', async () => {
    const made = aShop(['cart'], { byPolicy: 'client' });
    expect(await made.enforce({ dryRun: 'client' })).toBe(0);
    expect([inShort(made), made.performed, made.written]).toEqual([['act wouldAct cart'], [], []]);
    expect(linesOf(made)[0]).toMatchObject({ message: 'sets its replicas from 3 to 0', undo: { grade: 'full' } });
  });
  test('of the server has it checked there', async () => {
    const made = aShop(['cart'], { byPolicy: 'server' });
    expect(await made.enforce({ dryRun: 'server' })).toBe(0);
    expect(made.performed).toEqual(['scaledown cart (dry)']);
  });
  test('clears no pause', async () => {
    const made = aShop(['cart'], { byPolicy: 'client', journal: [paused] });
    await made.enforce({ dryRun: 'client', resume: true });
    expect(made.written).toEqual([]);
    expect(made.stderr()).toContain('--resume does nothing without --confirm');
  });
});

describe('--resume', () => {
  test('clears the pause first, then acts', async () => {
    const made = aShop(['cart'], { journal: [paused] });
    expect(await made.enforce({ resume: true })).toBe(0);
    expect(made.written[0]).toMatchObject({ type: 'Resumed', actor: 'ana', machine: 'desk' });
    expect(made.performed).toEqual(['scaledown cart']);
    expect(made.stderr()).not.toContain('paused:');
  });
});

describe('until it is stopped', () => {
  test('each thing is told once, in lines for a person', async () => {
    const made = aShop(['cart']);
    const ended = made.enforce({ once: false, output: 'text' });
    await untilQuiet(() => made.stdout().includes('has stopped'));
    for (let minute = 0; minute < 5; minute += 1) {
      made.clock.advance(60_000);
      await untilQuiet();
    }
    made.interrupt();
    expect(await ended).toBe(0);
    expect(made.stdout().replaceAll(/^\d\d:\d\d:\d\d /gm, '')).toBe(
      [
        'shop/deployment/cart scaled down: security (scanPolicy.security.default): CVE-2026-1 (Critical) in npm://event-stream:3.3.6 (undo: full)',
        'shop/deployment/cart has stopped, scaled down',
        '',
      ].join('\n'),
    );
  });

  test('what is tried again and again is told once', async () => {
    const made = aShop(['cart'], { performed: () => ({ is: 'failed', says: 'webhook says no' }) });
    const ended = made.enforce({ once: false });
    await untilQuiet(() => linesOf(made).length > 0);
    for (let minute = 0; minute < 5; minute += 1) {
      made.clock.advance(60_001);
      await untilQuiet();
    }
    made.interrupt();
    await ended;
    expect(made.performed.length).toBeGreaterThan(1);
    expect(inShort(made)).toEqual(['act failed cart']);
  });

  test('what comes later is acted upon, too', async () => {
    const made = aShop([]);
    const ended = made.enforce({ once: false });
    await untilQuiet(() => made.run.engine.getState().clusterRead);
    made.happen(...deployed('cart', 1));
    await untilQuiet(() => made.performed.length > 0);
    made.interrupt();
    expect(await ended).toBe(0);
    expect(made.performed).toEqual(['scaledown cart']);
  });

  test('it ends at once where it is interrupted before it begins', async () => {
    const made = aShop(['cart']);
    made.interrupt();
    expect(await made.enforce({ once: false })).toBe(0);
    expect(made.performed).toEqual([]);
  });

  test('what is contested is left alone, and told with who did it', async () => {
    const target = { ...anOrder().target, uid: 'deployment-cart' };
    const order = anOrder({ target, digests: [String(anImage(1).digest)] });
    const at = new Date(now - 60_000).toISOString();
    const made = aShop(['cart'], {
      journal: [anIntended({ order, at }), anEnded('effective', { at })],
      facts: deployed('cart', 1, { fieldManagers: ['kubectl-scale'] }),
    });
    expect(await made.enforce()).toBe(0);
    expect(made.performed).toEqual([]);
    expect(linesOf(made)).toMatchObject([
      { type: 'contested', message: expect.stringContaining('kubectl-scale') as string },
    ]);
  });

  test('other things are told: the policy, the cluster, the news, each as it is lost and found', async () => {
    const made = aShop([]);
    const ended = made.enforce({ once: false });
    await untilQuiet(() => made.run.engine.getState().clusterRead);
    made.happen(
      { type: 'PolicyRead', policy: { ...stopping, source: 'policy.yaml' } },
      { type: 'PolicyRefused', message: 'p.yaml:1:1: wrong' },
      { type: 'StreamLost', resource: 'pods', namespace: 'shop', cause: 'reset' },
      { type: 'StreamRestored', resource: 'pods', namespace: 'shop' },
      { type: 'NewsFault', from: 'watches', message: 'forbidden' },
      { type: 'NewsFault', from: 'watches', message: null },
    );
    await untilQuiet(() => linesOf(made).length >= 6);
    made.interrupt();
    await ended;
    expect(linesOf(made).map(({ type, message }) => [type, message])).toEqual([
      ['policyChanged', 'policy.yaml'],
      ['policyRefused', 'p.yaml:1:1: wrong'],
      ['streamLost', 'pods in shop: reset'],
      ['streamRestored', 'pods in shop'],
      ['newsLost', 'watches: forbidden'],
      ['newsRestored', 'watches'],
    ]);
  });
});
