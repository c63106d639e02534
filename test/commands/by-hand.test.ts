import { describe, expect, test } from 'vitest';
import { actByHand, byHandOptions } from '../../src/commands/by-hand.ts';
import type { ByHandOptions } from '../../src/commands/by-hand.ts';
import type { ActOrder } from '../../src/core/act.ts';
import { UsageError } from '../../src/core/errors.ts';
import type { Fact } from '../../src/core/inventory.ts';
import { everything } from '../../src/core/selection.ts';
import { aMadeUpRun, aReady, untilQuiet } from '../support/acting-run.ts';
import type { MadeUpRun, Parts } from '../support/acting-run.ts';
import { aFinding, aPolicy, aScan, unknown } from '../support/builders.ts';
import { deployed, stopped } from '../support/runs.ts';

const bad = aScan({ findings: [aFinding()] });

function named(...names: readonly string[]) {
  return { ...everything, types: names.map((name) => ({ resource: 'deployments', name })) };
}

/** Carts and the like that run; what is carried out stops them. */
function aShop(names: readonly string[], parts: Parts = {}): MadeUpRun {
  return aMadeUpRun({
    facts: names.flatMap((name, index) => deployed(name, index + 1)),
    selection: named(...names),
    follows: ({ action, target }) => (action === 'delete' ? gone(target) : stopped(target.name)),
    ...parts,
  });
}

function gone({ uid }: ActOrder['target']): Fact[] {
  return [
    { type: 'PodGone', uid: `pod-${uid}` },
    { type: 'ObjectGone', uid },
  ];
}

const options = (overrides: Partial<ByHandOptions> = {}): ByHandOptions => ({
  action: 'scaledown',
  dryRun: 'none',
  yes: false,
  acceptDataLoss: false,
  ...overrides,
});

describe('what is wrong is said before anything is asked', () => {
  const cases: [name: string, says: string, argv: Record<string, unknown>, isTerminal: boolean][] = [
    ['no name', 'scaledown needs a workload by its name', { types: ['deployments'] }, true],
    ['nothing at all', 'scaledown needs a workload by its name', {}, true],
    ['nobody to ask', 'there is no terminal to ask on', { types: ['deploy/cart'] }, false],
    ['an unknown dry run', '--dry-run does not know "maybe"', { types: ['deploy/cart'], 'dry-run': 'maybe' }, true],
  ];
  for (const [name, says, argv, isTerminal] of cases) {
    test(name, () => {
      expect(() => byHandOptions('scaledown', argv, isTerminal)).toThrow(UsageError);
      expect(() => byHandOptions('scaledown', argv, isTerminal)).toThrow(says);
    });
  }

  test('off a terminal, --yes or a dry run is enough', () => {
    const argv = { types: ['deploy', 'cart'] };
    expect(byHandOptions('delete', { ...argv, yes: true }, false)).toMatchObject({ yes: true, dryRun: 'none' });
    expect(byHandOptions('delete', { ...argv, 'dry-run': 'server' }, false)).toMatchObject({ dryRun: 'server' });
  });
});

describe('an object that is not there', () => {
  test('ends with 1, and the others are done all the same', async () => {
    const made = aShop(['cart'], { selection: named('cart', 'gone') });
    expect(await actByHand(options({ yes: true }), made.run)).toBe(1);
    expect(made.stderr()).toContain('Error from server (NotFound): deployments.apps "gone" not found\n');
    expect(made.stdout()).toBe('deployment/cart scaled down\n');
  });
});

describe('a pod stands for its workload', () => {
  const pod = (parts: Parts = {}) =>
    aShop(['cart'], { selection: { ...everything, types: [{ resource: 'pods', name: 'cart-1' }] }, ...parts });

  test('but not with --yes, where no question has named the workload', async () => {
    const made = pod();
    expect(await actByHand(options({ action: 'delete', yes: true }), made.run)).toBe(1);
    expect(made.performed).toEqual([]);
    expect(made.stderr()).toBe(
      'error: pod/cart-1 belongs to deployment/cart, which has to be named with --yes: ' +
        'kubectl xray delete deployment/cart -n shop\n',
    );
  });

  test('once the question that names it is answered', async () => {
    const made = pod({ typed: ['y'] });
    expect(await actByHand(options(), made.run)).toBe(0);
    expect(made.stderr()).toContain('Scale down deployment/cart in namespace shop?');
    expect(made.performed).toEqual(['scaledown cart']);
  });

  test('beside its workload it asks for nothing more', async () => {
    const types = [
      { resource: 'pods', name: 'cart-1' },
      { resource: 'deployments', name: 'cart' },
    ];
    const made = pod({ selection: { ...everything, types } });
    expect(await actByHand(options({ yes: true }), made.run)).toBe(0);
    expect(made.performed).toEqual(['scaledown cart']);
  });
});

test('what could protect it and may not be read is said before', async () => {
  const facts: Fact[] = [
    ...deployed('cart', 1),
    {
      type: 'ReadForbidden',
      forbidden: { resource: 'apiservices.apiregistration.k8s.io', namespace: null, message: '' },
    },
    { type: 'ReadForbidden', forbidden: { resource: 'nodes', namespace: null, message: '' } },
  ];
  const made = aShop(['cart'], { facts });
  await actByHand(options({ yes: true }), made.run);
  expect(made.stderr()).toContain(
    '  warning:  whether it is protected is not known, as it may not be read: apiservices.apiregistration.k8s.io\n',
  );
});

describe('without a yes', () => {
  for (const typed of [[], [''], ['n'], ['no way'], ['2']]) {
    test(`nothing is changed (${JSON.stringify(typed)})`, async () => {
      const made = aShop(['cart'], { typed });
      expect(await actByHand(options(), made.run)).toBe(1);
      expect(made.performed).toEqual([]);
      expect(made.written).toEqual([]);
      expect(made.stderr()).toMatch(/Scale down deployment\/cart in namespace shop\? \[y\/N\] nothing was changed\n$/);
    });
  }

  test('nothing is changed where it is interrupted at the question', async () => {
    const made = aShop(['cart']);
    const asked = Promise.withResolvers<void>();
    const terminal = { isTerminal: true, ask: () => (asked.resolve(), new Promise<string>(() => {})) };
    const ended = actByHand(options(), { ...made.run, terminal });
    await asked.promise;
    made.interrupt();
    expect(await ended).toBe(130);
    expect(made.performed).toEqual([]);
  });
});

describe('a yes', () => {
  for (const word of ['y', 'Y', 'yes', ' Yes ']) {
    test(`is ${JSON.stringify(word)}`, async () => {
      const made = aShop(['cart'], { typed: [word] });
      expect(await actByHand(options(), made.run)).toBe(0);
      expect(made.performed).toEqual(['scaledown cart']);
    });
  }

  test('has it done, written down, and told how to undo it', async () => {
    const made = aShop(['cart'], { typed: ['y'] });
    expect(await actByHand(options(), made.run)).toBe(0);
    expect(made.written.map(({ type }) => type)).toEqual(['Intended', 'Ended', 'Ended']);
    expect(made.stdout()).toBe('deployment/cart scaled down\n');
    expect(made.stderr()).toMatch(/undo with: kubectl xray restore deployment\/cart -n shop\n$/);
  });

  test('what undoes it goes to the same cluster and journal', async () => {
    const sameFlags = ' --context other --journal /tmp/kept';
    const made = aShop(['cart'], { typed: ['y'], sameFlags });
    await actByHand(options(), made.run);
    expect(made.stderr()).toMatch(
      /undo with: kubectl xray restore deployment\/cart -n shop --context other --journal \/tmp\/kept\n$/,
    );
  });

  test('is not enough to delete several: their number is', async () => {
    const refused = aShop(['cart', 'pay'], { typed: ['y'] });
    expect(await actByHand(options({ action: 'delete' }), refused.run)).toBe(1);
    expect(refused.stderr()).toContain('Delete 2 objects? Type 2 to go on: ');
    expect(refused.performed).toEqual([]);
    const agreed = aShop(['cart', 'pay'], { typed: ['2'] });
    expect(await actByHand(options({ action: 'delete' }), agreed.run)).toBe(0);
    expect(agreed.performed).toEqual(['delete cart', 'delete pay']);
  });
});

async function planOf(parts: Parts = {}): Promise<string> {
  const made = aShop(['cart'], { ...parts, byHand: 'client' });
  await actByHand(options({ dryRun: 'client' }), made.run);
  return made.stderr();
}

describe('the plan', () => {
  test('says what is done, why, and what undoing brings back', async () => {
    expect(await planOf({ answer: () => bad })).toBe(
      [
        'deployment/cart in namespace shop: scale down',
        '  does:     sets its replicas from 3 to 0',
        '  why:      by hand; CVE-2026-1 (Critical) in npm://event-stream:3.3.6',
        '  undo:     full: sets its replicas to 3 again',
        '',
      ].join('\n'),
    );
  });

  test('says that nothing calls for it', async () => {
    expect(await planOf()).toContain('why:      by hand; nothing that is known of it calls for it');
  });

  test('says what is lifted by naming the object', async () => {
    const policy = aPolicy({ protectNamespaces: ['shop'], security: { default: 'scaledown', gracePeriod: 60_000 } });
    expect(await planOf({ policy, answer: () => bad })).toContain('  lifts:    protect (protect.namespaces)\n');
  });

  test('warns of what Xray has not answered, and does not call it clean', async () => {
    const said = await planOf({ answer: () => unknown('timeout', 'no answer within 20 s') });
    expect(said).toContain(
      'warning:  Xray has not answered about acme.jfrog.io/docker-local/app:1: no answer within 20 s',
    );
    expect(said).not.toContain('nothing that is known');
  });

  test('notes what preflight found', async () => {
    const finding = { topic: 'backend', says: 'it is the last backend of service cart' } as const;
    const said = await planOf({ inspect: () => aReady({ findings: [finding] }) });
    expect(said).toContain('  note:     it is the last backend of service cart\n');
  });

  test('goes on without answers once --wait is over', async () => {
    const made = aShop(['cart'], { answer: () => null, byHand: 'client' });
    const ended = actByHand(options({ dryRun: 'client' }), made.run);
    await untilQuiet(() => made.run.engine.getState().lookUps.size > 0);
    made.clock.advance(60_000);
    expect(await ended).toBe(0);
    expect(made.stderr()).toContain('warning:  Xray has not answered about');
  });
});

describe('a refusal', () => {
  const claims = { why: 'dataLoss', says: 'its claims are deleted with it' } as const;

  test('is told and written down; nothing is asked or done', async () => {
    const made = aShop(['cart'], { inspect: () => aReady({ refusals: [claims] }) });
    expect(await actByHand(options(), made.run)).toBe(1);
    expect(made.written).toMatchObject([{ type: 'Refused', message: 'its claims are deleted with it' }]);
    expect(made.stderr()).toContain(
      '  refused:  its claims are deleted with it (--accept-data-loss does it all the same)',
    );
    expect(made.stderr()).toContain('error: deployment/cart is refused: its claims are deleted with it\n');
    expect(made.stderr()).not.toContain('[y/N]');
  });

  test('of one leaves the others to be done', async () => {
    const made = aShop(['cart', 'pay'], {
      inspect: ({ target }) => aReady({ refusals: target.name === 'cart' ? [claims] : [] }),
      typed: ['y'],
    });
    expect(await actByHand(options(), made.run)).toBe(1);
    expect(made.performed).toEqual(['scaledown pay']);
    expect(made.stderr()).toContain('Scale down deployment/pay in namespace shop? [y/N]');
  });

  test('in a dry run writes nothing down', async () => {
    const made = aShop(['cart'], { inspect: () => aReady({ refusals: [claims] }), byHand: 'client' });
    expect(await actByHand(options({ dryRun: 'client' }), made.run)).toBe(1);
    expect(made.written).toEqual([]);
  });
});

describe('what is already so', () => {
  test('is told, and ends with 0', async () => {
    const made = aShop(['cart'], { inspect: () => ({ is: 'done', says: 'deployment/cart is at zero already' }) });
    expect(await actByHand(options(), made.run)).toBe(0);
    expect(made.stderr()).toContain('  is:       deployment/cart is at zero already\n');
    expect(made.performed).toEqual([]);
  });

  test('gone, ends with 1', async () => {
    const made = aShop(['cart'], { inspect: () => ({ is: 'gone', says: 'another object has its name' }) });
    expect(await actByHand(options(), made.run)).toBe(1);
  });
});

describe('no timer outlasts the run', () => {
  test('where the journal cannot be read', async () => {
    const made = aShop(['cart'], { unreadable: new Error('the journal cannot be read') });
    await expect(actByHand(options({ yes: true }), made.run)).rejects.toThrow('the journal cannot be read');
    expect([made.performed, made.clock.waits()]).toEqual([[], []]);
  });
  test('where it is interrupted while Xray is asked', async () => {
    const made = aShop(['cart'], { answer: () => null });
    const ended = actByHand(options({ yes: true }), made.run);
    await untilQuiet(() => made.run.engine.getState().lookUps.size > 0);
    made.interrupt();
    expect(await ended).toBe(130);
    expect([made.performed, made.clock.waits()]).toEqual([[], []]);
  });
  test('where all is done', async () => {
    const made = aShop(['cart']);
    await actByHand(options({ yes: true }), made.run);
    expect(made.clock.waits()).toEqual([]);
  });
});

describe('the end', () => {
  test('of a dry run changes nothing, and is marked as kubectl marks it', async () => {
    const client = aShop(['cart'], { byHand: 'client' });
    expect(await actByHand(options({ dryRun: 'client' }), client.run)).toBe(0);
    expect([client.stdout(), client.performed]).toEqual(['deployment/cart scaled down (dry run)\n', []]);
    const server = aShop(['cart'], { byHand: 'server' });
    expect(await actByHand(options({ dryRun: 'server' }), server.run)).toBe(0);
    expect([server.stdout(), server.performed]).toEqual([
      'deployment/cart scaled down (server dry run)\n',
      ['scaledown cart (dry)'],
    ]);
    expect([client.written, server.written]).toEqual([[], []]);
  });

  test('of a call that failed is 1, with the server’s words', async () => {
    const made = aShop(['cart'], { performed: () => ({ is: 'failed', says: 'admission webhook says no' }) });
    expect(await actByHand(options({ yes: true }), made.run)).toBe(1);
    expect(made.stderr()).toContain('error: deployment/cart was not scaled down: admission webhook says no\n');
    expect(made.stdout()).toBe('');
  });

  test('of what does not stop is 1 after --wait-timeout, with what blocks it', async () => {
    const made = aShop(['cart'], { follows: () => [] });
    const ended = actByHand(options({ yes: true }), made.run);
    await untilQuiet(() => made.stdout() !== '');
    made.clock.advance(60_000);
    expect(await ended).toBe(1);
    expect(made.stderr()).toContain('error: deployment/cart is stuck: pod cart-0 has a finalizer\n');
    expect(made.stderr()).toContain('undo with: kubectl xray restore deployment/cart -n shop\n');
  });

  test('by the user leaves what was accepted written down', async () => {
    const made = aShop(['cart'], { follows: () => [] });
    const ended = actByHand(options({ yes: true }), made.run);
    await untilQuiet(() => made.stdout() !== '');
    made.interrupt();
    expect(await ended).toBe(130);
    expect(made.written.map(({ type }) => type)).toEqual(['Intended', 'Ended']);
  });
});
