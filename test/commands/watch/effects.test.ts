// What the screen asks of the run it shows, over the real engine and a made-up cluster.
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRunEffects } from '../../../src/commands/watch/effects.ts';
import type { RunEffect } from '../../../src/commands/watch/effects.ts';
import type { Judgement } from '../../../src/core/judgement.ts';
import type { Progress } from '../../../src/ui/picture.ts';
import type { Message } from '../../../src/ui/view.ts';
import { aReady, untilQuiet } from '../../support/acting-run.ts';
import { anEnded, anIntended, anOrder, savedReplicas } from '../../support/acts.ts';
import { aFinding, aPolicy, aScan } from '../../support/builders.ts';
import { deployed, stopped } from '../../support/runs.ts';
import { aWatchRun, policyPath, policyText } from '../../support/watch-run.ts';
import type { MadeUpWatch, WatchParts } from '../../support/watch-run.ts';

const bad = aScan({ findings: [aFinding()] });
const cart = 'deployment-cart';
const strict = aPolicy({
  source: policyPath,
  security: { default: 'scaledown' },
  limits: { actionsPerMinute: 100, shareOfWorkloads: 1 },
});

interface Performing extends MadeUpWatch {
  readonly perform: (effect: RunEffect) => Promise<void>;
  readonly messages: Message[];
  readonly flashes: () => string[];
  readonly planned: () => Extract<Message, { type: 'Planned' }> | undefined;
  readonly rows: () => readonly Progress[];
  /** How often the picture changed without a turn. */
  readonly changes: () => number;
  readonly judgement: (uid?: string) => Judgement | undefined;
}

/** Followed, read whole and judged. */
async function performing(parts: WatchParts & { readonly readonly?: boolean } = {}): Promise<Performing> {
  const made = aWatchRun({
    facts: [...deployed('cart', 1, { replicas: 3 }), ...deployed('shop', 2)],
    policy: strict,
    answer: () => bad,
    follows: ({ target, action }) => (action === 'restore' ? deployed(target.name, 1) : stopped(target.name)),
    ...parts,
  });
  const { engine } = made.run;
  const messages: Message[] = [];
  let changes = 0;
  const effects = createRunEffects({
    run: made.run,
    readonly: parts.readonly ?? false,
    tell: (message) => messages.push(message),
    changed: () => void (changes += 1),
  });
  const over = engine.follow({ once: false });
  onTestFinished(async () => {
    effects.end();
    await engine.finish();
    await over;
  });
  await untilQuiet();
  return {
    ...made,
    messages,
    perform: async (effect) => {
      effects.perform(effect);
      await untilQuiet();
    },
    flashes: () => messages.flatMap((one) => (one.type === 'Flashed' ? (one.flash?.text ?? []) : [])),
    planned: () => messages.findLast((one) => one.type === 'Planned'),
    rows: () => messages.findLast((one) => one.type === 'Progressed')?.rows ?? [],
    changes: () => changes,
    judgement: (uid = cart) => engine.getState().judged.get(uid),
  };
}

const plan = (action: 'scaledown' | 'delete', ...workloads: string[]): RunEffect => ({
  type: 'Plan',
  action,
  workloads,
  records: [],
});
const restoreOf = (workloads: readonly string[], records: readonly string[] = []): RunEffect => ({
  type: 'Plan',
  action: 'restore',
  workloads,
  records,
});
const ignoring = (overrides: Partial<Extract<RunEffect, { type: 'Ignore' }>> = {}): RunEffect => ({
  type: 'Ignore',
  workloads: [cart],
  covers: { is: 'cve', cve: 'CVE-2026-1234' },
  reason: 'not reachable',
  until: '',
  ...overrides,
});

describe('a plan without anything to do says why', () => {
  const cases: [name: string, why: string, parts: WatchParts, effect: RunEffect][] = [
    ['of a workload that is gone', 'a workload that was chosen is not there any more', {}, plan('scaledown', 'gone')],
    [
      'of what is stopped already',
      'shop/deployment/cart: it is at 0 already',
      { inspect: () => ({ is: 'done', says: 'it is at 0 already' }) },
      plan('scaledown', cart),
    ],
    [
      'of what the cluster does not tell',
      'shop/deployment/cart: connection refused',
      {
        inspect: () => {
          throw new Error('connection refused');
        },
      },
      plan('delete', cart),
    ],
    [
      'of what was never acted upon',
      'shop/deployment/cart: nothing is known to have been done to it',
      {},
      restoreOf([cart]),
    ],
    ['of an act that nobody knows', 'an act that was chosen is not in the journal', {}, restoreOf([], ['act-9'])],
  ];
  for (const [name, why, parts, effect] of cases) {
    test(name, async () => {
      const made = await performing(parts);
      await made.perform(effect);
      expect(made.planned()).toMatchObject({ plans: [], why: [why] });
      expect([made.performed, made.written]).toEqual([[], []]);
    });
  }

  test('of a refusal, which stands in the journal', async () => {
    const made = await performing({
      inspect: () => aReady({ refusals: [{ why: 'dataLoss', says: 'its claims would be deleted' }] }),
    });
    await made.perform(plan('delete', cart));
    expect(made.planned()?.why).toEqual([
      'shop/deployment/cart is refused: its claims would be deleted; done all the same by: ' +
        'kubectl xray delete deployment/cart -n shop --accept-data-loss',
    ]);
    expect(made.written).toMatchObject([{ type: 'Refused', message: 'its claims would be deleted', actor: 'ana' }]);
  });
});

describe('a plan', () => {
  test('is made for each that can be acted upon, and says of the others why not', async () => {
    const made = await performing({
      inspect: ({ target }) => (target.name === 'shop' ? { is: 'gone', says: 'it is not there' } : aReady()),
    });
    await made.perform(plan('scaledown', cart, 'deployment-shop', cart));
    const { plans = [], why } = made.planned() ?? {};
    expect(plans.map(({ order }) => [order.by, order.action, order.target.name])).toEqual([
      ['hand', 'scaledown', 'cart'],
    ]);
    expect(why).toEqual(['shop/deployment/shop: it is not there']);
    expect(made.performed).toEqual([]);
  });

  test('that is given up answers nothing', async () => {
    const made = await performing();
    const { acting } = made.run;
    const slow = Promise.withResolvers<void>();
    Object.assign(acting, { inspect: () => slow.promise.then(() => aReady()) });
    await made.perform(plan('scaledown', cart));
    await made.perform({ type: 'GiveUp' });
    slow.resolve();
    await untilQuiet();
    expect(made.messages).toEqual([]);
  });

  test('of an undoing is made by the journal, for the row or for the act, once', async () => {
    const target = { ...anOrder().target, uid: cart };
    const journal = [anIntended({ order: anOrder({ target }), saved: savedReplicas() }), anEnded('effective')];
    const made = await performing({ journal, facts: stopped('cart') });
    await made.perform(restoreOf([cart], ['act-1']));
    const { plans = [], why } = made.planned() ?? {};
    expect(plans.map(({ order, undoes }) => [order.restore?.undoes, undoes])).toEqual([
      ['act-1', 'the scaledown of 2026-11-21T20:00:00.000Z by ana'],
    ]);
    expect(why).toEqual([]);
  });

  test('of an act that another one followed names the one that can be undone', async () => {
    const target = { ...anOrder().target, uid: cart };
    const journal = ['act-1', 'act-2'].flatMap((id) => [
      anIntended({ order: anOrder({ id, target }) }),
      anEnded('effective', { id }),
    ]);
    const made = await performing({ journal, facts: stopped('cart') });
    await made.perform(restoreOf([], ['act-1']));
    expect(made.planned()?.why).toEqual([
      'shop/deployment/cart: not this act, but the scaledown of 2026-11-21T20:00:00.000Z by ana is the one that can ' +
        'be undone',
    ]);
  });
});

describe('what was agreed to', () => {
  async function agreed(parts: WatchParts = {}): Promise<Performing> {
    const made = await performing(parts);
    await made.perform(plan('scaledown', cart));
    await made.perform({ type: 'Act', plans: made.planned()?.plans ?? [] });
    return made;
  }
  const statesOf = ({ messages }: Performing): string[] =>
    messages.flatMap((one) => (one.type === 'Progressed' ? one.rows.map(({ state }) => state) : []));

  test('is done as any act by hand, and told row by row until it is effective', async () => {
    const made = await agreed();
    expect(made.performed).toEqual(['scaledown cart']);
    expect(statesOf(made)).toEqual(['asked', 'accepted', 'effective']);
    expect(made.written.map(({ type }) => type)).toEqual(['Intended', 'Ended', 'Ended']);
  });
  test('and takes its time is under way meanwhile', async () => {
    const made = await performing();
    const slow = Promise.withResolvers<void>();
    await made.perform(plan('scaledown', cart));
    Object.assign(made.run.acting, { inspect: () => slow.promise.then(() => aReady()) });
    await made.perform({ type: 'Act', plans: made.planned()?.plans ?? [] });
    expect(made.rows()).toMatchObject([{ state: 'underWay' }]);
    slow.resolve();
    await untilQuiet();
    expect(made.rows()).toMatchObject([{ state: 'effective' }]);
  });
  test('and refused by the cluster says why', async () => {
    const made = await agreed({ performed: () => ({ is: 'failed', says: 'admission webhook says no' }) });
    expect(made.rows()).toMatchObject([{ state: 'failed', message: 'admission webhook says no' }]);
  });
  test('and stuck is told, and told again when it is effective after all', async () => {
    const made = await agreed({ follows: () => [] });
    made.clock.advance(61_000);
    await untilQuiet();
    expect(made.rows()).toMatchObject([{ state: 'stuck', message: 'pod cart-0 has a finalizer' }]);
    made.happen(...stopped('cart'));
    await untilQuiet();
    expect(made.rows()).toMatchObject([{ state: 'effective' }]);
  });
});

describe('an exception', () => {
  test('is written into the policy file with its comments kept, and into the journal', async () => {
    const made = await performing();
    await made.perform(ignoring({ until: '30d' }));
    expect(made.flashes()).toEqual([`CVE-2026-1234 is ignored: written into ${policyPath}`]);
    expect(made.policyText()).toContain('# hard\n');
    expect(made.policyText()).toContain(
      '{ cve: CVE-2026-1234, namespaces: [shop], workloads: [deployment/cart], until: 2026-12-21, reason: not reachable, by: ana }',
    );
    expect(made.written).toMatchObject([
      { type: 'Ignored', covers: 'CVE-2026-1234', until: '2026-12-21', actor: 'ana' },
    ]);
  });
  const cases: [name: string, says: string, parts: WatchParts, effect: RunEffect][] = [
    [
      'without a policy file says what to do',
      `there is no policy file to write into (looked for ${policyPath}); Make one with: kubectl xray policy init ${policyPath}`,
      { policyText: null },
      ignoring(),
    ],
    ['without a reason is none', 'an exception needs a reason; It is kept', {}, ignoring({ reason: ' ' })],
    ['that ends never-never is none', 'until soon is neither a day nor a duration', {}, ignoring({ until: 'soon' })],
    ['that is over is none', 'until 2020-01-01 is over already', {}, ignoring({ until: '2020-01-01' })],
    ['for what is gone is none', 'what was chosen is not there any more', {}, ignoring({ workloads: ['gone'] })],
    ['in a file with mistakes waits for them', 'scanPolicy', { policyText: 'scanPolicy: 7\n' }, ignoring()],
    ['in a file that cannot be written', 'EROFS', { unwritable: new Error('EROFS') }, ignoring()],
  ];
  for (const [name, says, parts, effect] of cases) {
    test(name, async () => {
      const made = await performing(parts);
      await made.perform(effect);
      expect(made.flashes()).toEqual([expect.stringContaining(says)]);
      expect(made.policyText()).toBe(parts.policyText === undefined ? policyText : parts.policyText);
      expect(made.written).toEqual([]);
    });
  }
  test('that is there already is said to be', async () => {
    const made = await performing();
    await made.perform(ignoring());
    await made.perform(ignoring());
    expect(made.flashes().at(-1)).toBe(`${policyPath} has this exception already`);
    expect(made.written).toHaveLength(1);
  });
  test('that the journal cannot keep is in force all the same, and that is said', async () => {
    const made = await performing({ appendFails: new Error('no space left') });
    await made.perform(ignoring());
    expect(made.flashes()).toEqual([
      `CVE-2026-1234 is ignored: written into ${policyPath}; the journal could not be written: no space left`,
    ]);
  });
});

describe('a whitelist', () => {
  const effect: RunEffect = { type: 'Whitelist', namespace: 'shop', condition: 'security' };
  test('is written for its condition alone, with comments kept, and into the journal', async () => {
    const made = await performing();
    await made.perform(effect);
    expect(made.policyText()).toContain('whitelistNamespaces: [shop]');
    expect(made.policyText()).toContain('# ours');
    expect(made.flashes()[0]).toBe(`shop is whitelisted for security: written into ${policyPath}`);
    expect(made.written).toMatchObject([
      { type: 'Ignored', target: { kind: 'Namespace', name: 'shop' }, covers: 'condition security' },
    ]);
    await made.perform(effect);
    expect(made.flashes().at(-1)).toBe('shop is whitelisted for security already');
  });
  test('without a policy file says what to do', async () => {
    const made = await performing({ policyText: null });
    await made.perform(effect);
    expect(made.flashes()).toEqual([expect.stringContaining('kubectl xray policy init')]);
  });
});

describe('enforcement', () => {
  test('starts off, is switched on with what is due, and off again', async () => {
    const made = await performing();
    expect([made.performed, made.run.engine.carriesOut()]).toEqual([[], null]);
    await made.perform({ type: 'Enforce', on: true });
    made.clock.advance(60_000);
    await untilQuiet();
    expect(made.flashes()[0]).toBe('the policy is carried out from now on; due now: 2');
    expect(made.performed).toEqual(['scaledown cart', 'scaledown shop']);
    await made.perform({ type: 'Enforce', on: false });
    expect([made.run.engine.carriesOut(), made.changes()]).toEqual([null, 2]);
  });
  test('without a policy is not switched on', async () => {
    const made = await performing({ policy: aPolicy({ source: null }) });
    await made.perform({ type: 'Enforce', on: true });
    expect(made.run.engine.carriesOut()).toBeNull();
    expect(made.flashes()).toEqual([expect.stringContaining('there is no policy to carry out')]);
  });
  test('while automatic acts are paused says so, and how to go on', async () => {
    const made = await performing({
      journal: [{ type: 'Paused', at: '2026-11-21T19:00:00.000Z', by: 'limit', message: 'too many' }],
    });
    await made.perform({ type: 'Enforce', on: true });
    expect(made.flashes()).toEqual([
      'the policy is carried out, but automatic acts are paused: too many; ' +
        'go on with: kubectl xray enforce --confirm --resume',
    ]);
    expect(made.performed).toEqual([]);
  });
});

describe('where nothing may be changed', () => {
  const cases: RunEffect[] = [
    plan('scaledown', cart),
    { type: 'Act', plans: [] },
    ignoring(),
    { type: 'Whitelist', namespace: 'shop', condition: 'security' },
    { type: 'Enforce', on: true },
  ];
  for (const effect of cases) {
    test(`${effect.type} is refused again`, async () => {
      const made = await performing({ readonly: true });
      await made.perform(effect);
      expect(made.flashes()).toEqual(['nothing can be changed here (--readonly)']);
      expect([made.performed, made.written, made.policyText()]).toEqual([[], [], policyText]);
      expect(made.run.engine.carriesOut()).toBeNull();
    });
  }
  test('whoever waits for a plan is answered', async () => {
    const made = await performing({ readonly: true });
    await made.perform(plan('scaledown', cart));
    expect(made.planned()).toMatchObject({ plans: [], why: ['nothing can be changed here (--readonly)'] });
  });
  test('one may still look again and pause', async () => {
    const made = await performing({ readonly: true });
    await made.perform({ type: 'Refresh', workloads: [] });
    await made.perform({ type: 'Pause', on: true });
    expect(made.run.questions.isPaused()).toBe(true);
    expect(made.resumed()).toBe(true);
  });
});

describe('asking again', () => {
  test('is for what the chosen workloads run, and for everything where none is', async () => {
    const asked: string[] = [];
    const made = await performing({
      answer: (reference) => {
        asked.push(reference.slice(-1));
        return bad;
      },
    });
    asked.length = 0;
    await made.perform({ type: 'Refresh', workloads: [cart] });
    expect([asked, made.flashes()]).toEqual([['1'], ['asking again about 1 image']]);
    await made.perform({ type: 'Refresh', workloads: [] });
    expect(asked.toSorted()).toEqual(['1', '1', '2']);
    expect(made.flashes().at(-1)).toBe('asking again about 2 images');
  });
  test('while questions are paused says that they wait', async () => {
    const made = await performing();
    await made.perform({ type: 'Pause', on: true });
    await made.perform({ type: 'Refresh', workloads: [cart] });
    expect(made.flashes()).toEqual([
      'questions to Xray wait until they are let on',
      'asking again about 1 image; questions are paused',
    ]);
  });
});
