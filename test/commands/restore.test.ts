import { describe, expect, test } from 'vitest';
import { restore, restoreOptions } from '../../src/commands/restore.ts';
import type { RestoreOptions } from '../../src/commands/restore.ts';
import type { ActOrder, JournalLine, Saved } from '../../src/core/act.ts';
import { actedText } from '../../src/core/annotations.ts';
import type { LiveObject } from '../../src/core/restore.ts';
import { everything } from '../../src/core/selection.ts';
import { aMadeUpRun, aReady } from '../support/acting-run.ts';
import type { MadeUpRun, Parts } from '../support/acting-run.ts';
import { anEnded, anIntended, anOrder, aSavedManifest } from '../support/acts.ts';
import { anObject } from '../support/builders.ts';
import { deployed, stopped } from '../support/runs.ts';
import { seen } from '../support/states.ts';

const saved: Extract<Saved, { is: 'field' }> = { is: 'field', field: 'replicas', before: 3, after: 0, others: [] };
const bob = { actor: 'bob', machine: 'laptop' };
const target = { ...anOrder().target, uid: 'deployment-cart' };

const done = (action: 'scaledown' | 'delete', what: Saved = saved): JournalLine[] => [
  anIntended({ order: anOrder({ action, target }), saved: what, ...bob }),
  anEnded('effective'),
];

const options = (overrides: Partial<RestoreOptions> = {}): RestoreOptions => ({
  dryRun: 'none',
  yes: true,
  hold: null,
  release: false,
  ...overrides,
});

interface Made extends MadeUpRun {
  readonly restore: (overrides?: Partial<RestoreOptions>) => Promise<number>;
  readonly orders: readonly ActOrder[];
}

function aShop(parts: Parts & { readonly unlisted?: LiveObject | null; readonly name?: string } = {}): Made {
  const orders: ActOrder[] = [];
  const { inspect = () => aReady({ saved: null, does: 'sets its replicas to 3 again' }) } = parts;
  const made = aMadeUpRun({
    facts: stopped('cart'),
    selection: { ...everything, types: [{ resource: 'deployments', name: parts.name ?? 'cart' }] },
    journal: done('scaledown'),
    follows: () => deployed('cart', 1, { replicas: 3 }),
    ...parts,
    inspect: (order) => {
      orders.push(order);
      return inspect(order);
    },
  });
  const readNamed = async (): Promise<LiveObject | null> => parts.unlisted ?? null;
  return { ...made, orders, restore: (overrides) => restore(options(overrides), { ...made.run, readNamed }) };
}

describe('nothing to restore', () => {
  const cases: [name: string, says: string, parts: Parameters<typeof aShop>[0]][] = [
    ['is said where nothing was done', 'deployments/cart: nothing is known to have been done to it', { journal: [] }],
    [
      'is said of a name that nobody knows',
      'deployments/card: nothing is known to have been done to it',
      { name: 'card' },
    ],
    [
      'is said in the cluster’s words where the object is not as it was left',
      'deployment/cart: it runs again already',
      { inspect: () => ({ is: 'done', says: 'it runs again already' }) },
    ],
    [
      'is said where another has its name',
      'deployment/cart: another object has its name',
      { inspect: () => ({ is: 'gone', says: 'another object has its name' }) },
    ],
  ];
  for (const [name, says, parts] of cases) {
    test(`${name}, and ends with 1`, async () => {
      const made = aShop(parts);
      expect(await made.restore()).toBe(1);
      expect(made.stderr()).toContain(`error: nothing to restore of ${says}`);
      expect([made.performed, made.written]).toEqual([[], []]);
    });
  }
});

describe('what was stopped', () => {
  test('is brought back by the journal, after saying what comes back', async () => {
    const made = aShop({ typed: ['y'] });
    expect(await made.restore({ yes: false })).toBe(0);
    expect(made.stderr()).toBe(
      [
        'deployment/cart in namespace shop: restore',
        '  brings:   full: sets its replicas to 3 again',
        '  undoes:   the scaledown of 2026-11-21T20:00:00.000Z by bob',
        'Restore deployment/cart in namespace shop? [y/N] ',
      ].join('\n'),
    );
    expect(made.stdout()).toBe('deployment/cart restored\n');
    expect(made.orders.at(-1)).toMatchObject({ by: 'hand', digests: anOrder().digests, restore: { undoes: 'act-1' } });
  });

  test('is left alone without a yes', async () => {
    const made = aShop({ typed: ['n'] });
    expect(await made.restore({ yes: false })).toBe(1);
    expect([made.performed, made.stderr().endsWith('nothing was changed\n')]).toEqual([[], true]);
  });

  test('is brought back by its annotation, where the journal is a colleague’s', async () => {
    const text = actedText(anOrder({ target }), saved, bob, '2026-11-20T09:00:00Z');
    const annotations = { 'kubectl-xray/acted': text };
    const made = aShop({ journal: [], facts: stopped('cart', { annotations }) });
    expect(await made.restore()).toBe(0);
    expect(made.stderr()).toContain('  undoes:   the scaledown of 2026-11-20T09:00:00Z by bob\n');
  });

  test('is brought back though no list shows it, as of a custom kind without pods', async () => {
    const widget = { ...target, kind: 'Widget', resource: 'widgets.example.com', apiVersion: 'example.com/v1' };
    const journal = [anIntended({ order: anOrder({ target: widget }), saved }), anEnded('effective')];
    const made = aShop({
      journal,
      facts: [],
      selection: { ...everything, types: [{ resource: 'widgets.example.com', name: 'cart' }] },
      unlisted: { target: widget, terminating: false, mark: null },
      byHand: 'client',
    });
    expect(await made.restore({ dryRun: 'client' })).toBe(0);
    expect(made.stdout()).toBe('widget.example.com/cart restored (dry run)\n');
  });

  test('and only intended so, is said to be uncertain', async () => {
    const made = aShop({ journal: done('scaledown').slice(0, 1), byHand: 'client' });
    await made.restore({ dryRun: 'client' });
    expect(made.stderr()).toContain('  warning:  it is not known whether that scaledown came about\n');
  });

  test('is held until then with --hold', async () => {
    const made = aShop();
    await made.restore({ hold: 3_600_000 });
    expect(made.orders[0]?.restore).toMatchObject({ holdUntil: '2026-11-21T21:00:00.000Z' });
  });
});

describe('what was deleted', () => {
  const lost = { grade: 'partial', means: 'its rollout history is lost' } as const;
  const journal = [
    anIntended({ order: anOrder({ action: 'delete', target }), saved: aSavedManifest(), undo: lost }),
    anEnded('effective'),
  ];

  test('is made again, after saying what does not come back', async () => {
    const made = aShop({
      journal,
      facts: [],
      inspect: () => aReady({ saved: null, does: 'creates it again from its saved manifest' }),
      follows: () => deployed('cart', 1, { uid: 'new' }),
    });
    expect(await made.restore()).toBe(0);
    expect(made.stderr()).toContain('  brings:   partial: creates it again from its saved manifest\n');
    expect(made.stderr()).toContain('  promised: its rollout history is lost\n');
    expect(made.stderr()).not.toContain('s3cret');
  });

  test('and only intended so, is certain where it is gone', async () => {
    const made = aShop({ journal: journal.slice(0, 1), facts: [], byHand: 'client' });
    expect(await made.restore({ dryRun: 'client' })).toBe(0);
    expect(made.stderr()).not.toContain('warning');
  });

  test('is released where that is asked', async () => {
    const made = aShop({ journal, facts: [], byHand: 'client' });
    await made.restore({ dryRun: 'client', release: true });
    expect(made.orders[0]?.restore).toMatchObject({ release: true });
  });
});

function suspended(before: boolean | null): Saved {
  return { is: 'field', field: 'suspend', before, after: true, others: [] };
}

describe('a CronJob that may run at once', () => {
  const cron = { ...target, uid: 'cronjob-cart', kind: 'CronJob', resource: 'cronjobs', apiVersion: 'batch/v1' };
  const object = anObject({ apiVersion: 'batch/v1', kind: 'CronJob', name: 'cart', uid: cron.uid, suspended: true });
  const aCron = (before: boolean | null, typed: readonly string[]) =>
    aShop({
      journal: [anIntended({ order: anOrder({ target: cron }), saved: suspended(before) }), anEnded('effective')],
      facts: seen(object),
      selection: { ...everything, types: [{ resource: 'cronjobs', name: 'cart' }] },
      follows: () => seen({ ...object, suspended: false }),
      typed,
    });

  test('is asked about by itself', async () => {
    const made = aCron(null, ['y', 'y']);
    expect(await made.restore({ yes: false })).toBe(0);
    expect(made.stderr()).toContain('cronjob/cart may start a missed run at once. Resume it all the same? [y/N] ');
    expect(made.performed).toEqual(['restore cart']);
  });

  test('stays suspended without that yes', async () => {
    const made = aCron(false, ['n', 'y']);
    expect(await made.restore({ yes: false })).toBe(1);
    expect(made.performed).toEqual([]);
  });

  test('is not asked about where it was suspended before', async () => {
    const made = aCron(true, ['y']);
    await made.restore({ yes: false, dryRun: 'client' });
    expect(made.stderr()).not.toContain('missed run');
  });
});

test('the flags are read, and --yes or a dry run needed off a terminal', () => {
  const argv = { types: ['deploy/cart'], release: true };
  expect(restoreOptions({ ...argv, yes: true }, 5, false)).toEqual(options({ hold: 5, release: true }));
  expect(() => restoreOptions(argv, null, false)).toThrow('restore asks before it acts');
  expect(() => restoreOptions({ types: ['deploy'] }, null, true)).toThrow('restore needs a workload by its name');
});
