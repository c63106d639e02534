// Several processes on one cluster and one journal, and processes that end, are told to end, or are killed.
import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../src/core/act.ts';
import { nothingRemembered } from '../../src/core/memory.ts';
import { aPolicy, day, digest, hour, minute, now, unscanned } from '../support/builders.ts';
import { anEnded, anIntended, anOrder } from '../support/acts.ts';
import { deployed } from '../support/runs.ts';
import { aWorld, bad, condemned, journal, strict } from './world.ts';
import type { Hooks, World } from './world.ts';

const limited = (actionsPerMinute: number, shareOfWorkloads: number) => ({
  ...strict,
  limits: { actionsPerMinute, shareOfWorkloads },
});

const deleting = { ...strict, security: { ...strict.security, default: 'delete' } } as const;

/** So many apps run image 1, which is condemned. */
function fleet(count: number): World {
  const world = aWorld();
  world.answers.set(1, bad);
  for (let index = 0; index < count; index += 1) world.deploy(`app-${index}`, 1);
  return world;
}

function resume(world: World): void {
  world.lines.push({ type: 'Resumed', at: new Date(world.clock.now()).toISOString(), actor: 'ana', machine: 'desk' });
}

describe('two processes at once', () => {
  test('act once', async () => {
    const world = condemned();
    const both = [world.start(), world.start()];
    await world.clock.pass(hour);
    expect(world.done).toEqual(['scaledown cart']);
    expect(journal(world)).toEqual(['Intended scaledown cart', 'Ended accepted', 'Ended effective']);
    expect(both.flatMap(({ engine }) => [...engine.getState().acting.underWay])).toEqual([]);
  });
  test('act once also where one has read the object before the other changes it', async () => {
    const world = condemned();
    const gate = Promise.withResolvers<void>();
    let inspected = 0;
    // Both have read it; now both may go on.
    world.hooks.beforeInspect = () => {
      inspected += 1;
      if (inspected === 2) gate.resolve();
      return gate.promise;
    };
    world.start();
    world.start();
    await world.clock.pass(hour);
    expect([world.done, journal(world)]).toEqual([
      ['scaledown cart'],
      ['Intended scaledown cart', 'Ended accepted', 'Ended effective'],
    ]);
  });
  test('never go beyond the limit of a day, use it whole, and pause once', async () => {
    const world = fleet(40);
    const policy = limited(1000, 0.25);
    for (let index = 0; index < 3; index += 1) world.start({ policy });
    await world.clock.pass(day - minute);
    expect(world.done).toHaveLength(10);
    expect(journal(world).filter((one) => one === 'Paused limit')).toHaveLength(1);
  });
  test('never go beyond the limit of a minute', async () => {
    const world = fleet(40);
    const policy = limited(5, 1);
    world.start({ policy });
    world.start({ policy });
    await world.clock.idle();
    expect(world.done).toHaveLength(5);
    await world.clock.pass(minute - 1);
    expect(world.done).toHaveLength(5);
    await world.clock.pass(7 * minute);
    expect(world.done).toHaveLength(40);
    const times = world.lines.flatMap((line) => (line.type === 'Intended' ? [Date.parse(line.at)] : []));
    for (const time of times)
      expect(times.filter((one) => one > time - minute && one <= time).length).toBeLessThanOrEqual(5);
  });
  test('hear of a pause and of a resume by the journal', async () => {
    const world = condemned();
    world.lines.push({ type: 'Paused', at: new Date(now).toISOString(), by: 'breaker', message: '' });
    world.start();
    await world.clock.pass(hour);
    expect(world.done).toEqual([]);
    resume(world);
    await world.clock.pass(2_000);
    expect(world.done).toEqual(['scaledown cart']);
  });
  test('both come to know that what one of them did is effective', async () => {
    const world = condemned();
    Object.assign(world.apps.get('cart') ?? {}, { lingers: true });
    const first = world.start();
    await world.clock.pass(10_000);
    const second = world.start();
    await world.clock.pass(10_000);
    world.change('cart', { lingers: false });
    await world.clock.pass(hour);
    expect(journal(world).filter((one) => one === 'Ended effective')).toHaveLength(1);
    expect([first, second].map(({ engine }) => engine.getState().acting.underWay.size)).toEqual([0, 0]);
  });
});

describe('what was restored before it had stopped', () => {
  test('is not called stuck later, nor stopped again', async () => {
    const world = condemned();
    Object.assign(world.apps.get('cart') ?? {}, { lingers: true });
    const process = world.start();
    await world.clock.idle();
    const [stop] = world.lines;
    if (stop?.type !== 'Intended') throw new Error('nothing was written down');
    const at = new Date(world.clock.now()).toISOString();
    const order = { ...stop.order, id: 'back', action: 'restore', by: 'hand' } as const;
    const mark = { uid: stop.order.target.uid, digests: stop.order.digests, conditions: stop.order.conditions };
    world.lines.push({ ...stop, at, order }, anEnded('accepted', { at, id: 'back' }));
    process.engine.report(deployed('cart', 1, { annotations: { 'kubectl-xray/held': JSON.stringify(mark) } }));
    await world.clock.pass(hour);
    expect([world.done, journal(world)]).toEqual([
      ['scaledown cart'],
      ['Intended scaledown cart', 'Ended accepted', 'Intended restore cart', 'Ended accepted'],
    ]);
    expect(process.engine.getState().acting.underWay.size).toBe(0);
  });
});

describe('a pause', () => {
  test('on 500 condemned workloads comes after exactly what the limit allows, and survives', async () => {
    const world = fleet(500);
    const policy = limited(1000, 0.1);
    const first = world.start({ policy });
    await world.clock.pass(minute);
    expect([world.done.length, journal(world).filter((one) => one === 'Paused limit').length]).toEqual([50, 1]);
    await first.engine.finish();
    for (let run = 0; run < 2; run += 1) {
      const next = world.start({ policy, once: true });
      await world.clock.pass(hour);
      await next.ended;
      await next.engine.finish();
    }
    await world.clock.pass(3 * day);
    world.start({ policy });
    await world.clock.pass(hour);
    expect([world.done.length, journal(world).filter((one) => one === 'Paused limit').length]).toEqual([50, 1]);
    resume(world);
    await world.clock.pass(minute);
    expect(world.done).toHaveLength(100);
  });
  test('by the breaker holds back what is under way and not yet written down', async () => {
    const world = aWorld();
    for (let image = 0; image < 40; image += 1) world.deploy(`app-${image}`, image);
    world.answers.set(39, bad);
    const gate = Promise.withResolvers<void>();
    world.hooks.beforeInspect = () => gate.promise;
    world.start();
    await world.clock.idle();
    for (let image = 0; image < 12; image += 1) world.answers.set(image, bad);
    world.news({ everything: true });
    await world.clock.idle();
    gate.resolve();
    await world.clock.pass(hour);
    expect([world.done, journal(world)]).toEqual([[], ['Paused breaker']]);
  });
  test('that cannot be written down holds for this run all the same', async () => {
    const world = fleet(10);
    world.hooks.afterPerform = () => {
      if (world.done.length === 3) world.diskError = new Error('no space left on device');
    };
    const process = world.start({ policy: limited(1000, 0) });
    await world.clock.pass(hour);
    expect([world.done.length, process.engine.getState().acting.history.pause?.by]).toEqual([3, 'limit']);
    expect(process.warnings).toEqual(['no space left on device']);
  });
});

describe('once', () => {
  test('ends where nothing is due', async () => {
    const world = aWorld();
    world.deploy('cart', 1);
    const { ended, engine } = world.start({ once: true });
    await world.clock.idle();
    await ended;
    await engine.finish();
    expect([world.done, world.clock.waiting()]).toEqual([[], 0]);
  });
  test('ends when what it did is effective', async () => {
    const world = condemned();
    const { ended } = world.start({ once: true });
    await world.clock.idle();
    await ended;
    expect(journal(world)).toEqual(['Intended scaledown cart', 'Ended accepted', 'Ended effective']);
  });
  test('waits for the minutes that its acts take', async () => {
    const world = fleet(12);
    const { ended } = world.start({ once: true, policy: limited(5, 1) });
    let isOver = false;
    void ended.then(() => (isOver = true));
    await world.clock.pass(2 * minute - 1);
    expect([world.done.length, isOver]).toEqual([10, false]);
    await world.clock.pass(1);
    await ended;
    expect(world.done).toHaveLength(12);
  });
  test('ends when it says that an act is stuck', async () => {
    const world = condemned();
    Object.assign(world.apps.get('cart') ?? {}, { lingers: true });
    const { ended } = world.start({ once: true });
    await world.clock.pass(2 * minute);
    await ended;
    expect(journal(world).at(-1)).toBe('Ended stuck');
  });
  test('ends after a refusal, a failure, and where live nothing is due', async () => {
    const cases: Hooks[] = [
      { refusals: [{ why: 'dataLoss', says: '' }] },
      { performed: () => ({ is: 'failed', says: 'forbidden' }) },
      { beforeInspect: () => new Promise((resolve) => setImmediate(resolve)) },
    ];
    for (const hooks of cases) {
      const world = condemned();
      Object.assign(world.hooks, hooks);
      const { ended } = world.start({ once: true });
      await world.clock.idle();
      await ended;
    }
  });
  test('ends where it is paused, and where only grace periods are left', async () => {
    const paused = fleet(10);
    const first = paused.start({ once: true, policy: limited(1000, 0) });
    await paused.clock.pass(minute);
    await first.ended;
    const waiting = aWorld();
    waiting.answers.set(1, (askedAt) => ({ ...unscanned(), askedAt }));
    waiting.deploy('cart', 1);
    const policy = aPolicy({ unscanned: { default: 'scaledown', gracePeriod: 10 * minute } });
    await Promise.all([waiting.start({ once: true, policy }).ended, waiting.clock.pass(minute)]);
    expect([paused.done.length, waiting.done]).toEqual([3, []]);
  });
  test('of a cron job carries out a grace period over its runs', async () => {
    const world = condemned();
    const policy = { ...strict, security: { ...strict.security, gracePeriod: hour } };
    for (let run = 0; run < 7; run += 1) {
      const { ended, engine } = world.start({ once: true, policy });
      await world.clock.idle();
      await ended;
      await engine.finish();
      expect(world.done).toHaveLength(run < 6 ? 0 : 1);
      await world.clock.pass(10 * minute);
    }
  });
  test('ends also where no act is ever allowed', async () => {
    const world = condemned();
    const { ended } = world.start({ once: true, policy: limited(0, 1) });
    await world.clock.idle();
    await ended;
    expect(world.done).toEqual([]);
  });
});

/** Stops where the hook waits; gives back how to go on. */
async function heldAt(hook: 'beforeInspect' | 'beforePerform' | 'afterPerform', world = fleet(8)) {
  const gate = Promise.withResolvers<void>();
  world.hooks[hook] = () => gate.promise;
  const process = world.start({ policy: strict });
  await world.clock.idle();
  let isOver = false;
  const finished = process.engine.finish().then(() => (isOver = true));
  await world.clock.idle();
  return { world, process, finished, isOver: () => isOver, goOn: gate.resolve };
}

describe('a process that is told to finish', () => {
  test('begins nothing that is not written down', async () => {
    const { world, finished, goOn } = await heldAt('beforeInspect');
    goOn();
    await finished;
    expect([world.done, world.lines]).toEqual([[], []]);
  });
  for (const hook of ['beforePerform', 'afterPerform'] as const) {
    test(`brings to its next line what is written down, and tells it (${hook})`, async () => {
      const { world, process, finished, isOver, goOn } = await heldAt(hook);
      expect([isOver(), journal(world)]).toEqual([false, ['Intended scaledown app-0']]);
      goOn();
      await finished;
      expect(journal(world)).toEqual(['Intended scaledown app-0', 'Ended accepted']);
      expect(process.said).toContain('scaledown app-0: accepted, done');
      await world.clock.pass(hour);
      expect([journal(world).length, world.clock.waiting()]).toEqual([2, 0]);
    });
  }
  test('does not wait for an answer of Xray that does not come', async () => {
    const world = condemned();
    let times = 0;
    world.answers.set(1, (askedAt) => (times++ === 0 ? bad(askedAt) : null));
    const process = world.start();
    await world.clock.idle();
    await process.engine.finish();
    expect([world.lines, world.done]).toEqual([[], []]);
  });
  test('nor for the cluster, where an act is only looked at', async () => {
    const { world, finished } = await heldAt('beforeInspect');
    await finished;
    expect([world.done, world.lines]).toEqual([[], []]);
  });
  test('keeps what it has seen for the first time', async () => {
    const world = condemned();
    const process = world.start({ byPolicy: null });
    await world.clock.idle();
    await process.engine.finish();
    expect(Object.keys(world.remembered.value.firstSeen)).toEqual([`${digest(1)}|XRAY-1`]);
  });
  test('follows no more, and leaves no timer', async () => {
    const world = condemned();
    const process = world.start();
    await world.clock.pass(minute);
    await process.engine.finish();
    await process.ended;
    expect(world.clock.waiting()).toBe(0);
  });
});

/** Killed at that point of its act; another one starts a minute later. */
async function killedAt(hook: 'beforeInspect' | 'beforePerform' | 'afterPerform') {
  const world = condemned();
  let process: ReturnType<World['start']> | null = null;
  world.hooks[hook] = () => process?.kill();
  process = world.start();
  await world.clock.idle();
  delete world.hooks[hook];
  const before = journal(world);
  await world.clock.pass(minute);
  const next = world.start();
  await world.clock.pass(hour);
  return { world, before, next };
}

describe('a process that is killed', () => {
  test('before it wrote anything down has done nothing, and the next one acts', async () => {
    const { world, before } = await killedAt('beforeInspect');
    expect([before, world.done]).toEqual([[], ['scaledown cart']]);
    expect(journal(world)).toEqual(['Intended scaledown cart', 'Ended accepted', 'Ended effective']);
  });
  test('between "about to" and the call: the next one acts, and both are in the journal', async () => {
    const { world, before } = await killedAt('beforePerform');
    expect([before, world.done.at(-1), world.apps.get('cart')?.replicas]).toEqual([
      ['Intended scaledown cart'],
      'scaledown cart',
      0,
    ]);
  });
  test('between "about to" and the call: what the next one does is not taken for its doing', async () => {
    const world = condemned();
    let process: ReturnType<World['start']> | null = null;
    world.hooks.beforePerform = () => {
      process?.kill();
      return new Promise(() => {});
    };
    process = world.start({ policy: deleting });
    await world.clock.idle();
    delete world.hooks.beforePerform;
    // That it is gone is heard before the call is answered.
    world.hooks.afterPerform = () => new Promise<void>((resolve) => void world.clock.after(5_000, resolve));
    world.start({ policy: deleting });
    await world.clock.pass(hour);
    const intended = 'Intended delete cart';
    expect(journal(world)).toEqual([intended, intended, 'Ended accepted', 'Ended effective']);
  });
  test('between the call and "done": it is done once, and what was there before is on disk', async () => {
    const { world, before } = await killedAt('afterPerform');
    expect([before, world.done]).toEqual([['Intended scaledown cart'], ['scaledown cart']]);
    expect(world.lines[0]).toMatchObject({ type: 'Intended', saved: { before: 1 } });
  });
  test('between the delete and "done": the next one sees that it is gone, and says so', async () => {
    const world = condemned();
    let process: ReturnType<World['start']> | null = null;
    world.hooks.afterPerform = () => process?.kill();
    process = world.start({ policy: deleting });
    await world.clock.idle();
    expect(journal(world)).toEqual(['Intended delete cart']);
    world.start({ policy: deleting });
    await world.clock.idle();
    expect([journal(world), world.done]).toEqual([['Intended delete cart', 'Ended effective'], ['delete cart']]);
  });
  test('between "accepted" and its effect: the next one says that it is effective', async () => {
    const world = condemned();
    Object.assign(world.apps.get('cart') ?? {}, { lingers: true });
    const process = world.start();
    await world.clock.idle();
    process.kill();
    world.change('cart', { lingers: false });
    world.start();
    await world.clock.idle();
    expect(journal(world)).toEqual(['Intended scaledown cart', 'Ended accepted', 'Ended effective']);
  });
});

describe('an act of which the server’s answer was lost', () => {
  const answerLost = (world: World, comesAbout: boolean): void => {
    world.hooks.performed = ({ target }) => {
      if (comesAbout) world.remove(target.name);
      return { is: 'failed', says: 'the connection was reset', unsure: true };
    };
  };
  test('is said to have failed, and is effective as soon as that shows', async () => {
    const world = condemned();
    answerLost(world, true);
    const process = world.start({ policy: deleting });
    await world.clock.pass(minute);
    expect(process.said).toEqual(['delete cart: failed, the connection was reset', 'delete cart: effective']);
    expect(journal(world)).toEqual(['Intended delete cart', 'Ended effective']);
  });
  test('is tried again where it did not come about, and each time counts for the limits', async () => {
    const world = fleet(10);
    answerLost(world, false);
    world.start({ policy: { ...deleting, limits: { actionsPerMinute: 1000, shareOfWorkloads: 0.1 } } });
    await world.clock.pass(hour);
    expect(journal(world).filter((line) => line.startsWith('Intended'))).toHaveLength(3);
    expect(journal(world).at(-1)).toBe('Paused limit');
  });
});

const act = (id: string, namespace: string, outcome: 'accepted' | 'stuck'): JournalLine[] => {
  const order = anOrder({ id, target: { ...anOrder().target, namespace, name: id, uid: id } });
  const at = new Date(now - day).toISOString();
  return [anIntended({ at, order }), anEnded(outcome, { at, id })];
};

describe('what an old journal says', () => {
  test('is not called effective before the cluster was read', async () => {
    const world = condemned();
    Object.assign(world.apps.get('cart') ?? {}, { lingers: true, replicas: 0, uid: 'old' });
    world.lines.push(...act('old', 'shop', 'accepted'));
    world.start({ byPolicy: null });
    await world.clock.pass(minute);
    expect(journal(world).slice(2)).toEqual([]);
  });
  test('is brought to its end where the object is gone', async () => {
    const world = aWorld();
    world.lines.push(...act('old', 'shop', 'accepted'), ...act('older', 'shop', 'stuck'));
    world.start();
    await world.clock.pass(minute);
    expect(journal(world).slice(4)).toEqual(['Ended effective', 'Ended effective']);
  });
  test('of an act that failed a moment ago keeps the next run from nothing', async () => {
    const world = condemned();
    const order = anOrder({ target: { ...anOrder().target, uid: 'deployment-cart' }, digests: [digest(1)] });
    const at = new Date(now).toISOString();
    world.lines.push(anIntended({ at, order }), anEnded('failed', { at, id: order.id }));
    const { ended } = world.start({ once: true });
    await world.clock.pass(minute / 2);
    await ended;
    expect(world.done).toEqual(['scaledown cart']);
  });
  test('of a namespace that is not read is left as it is, and keeps nobody waiting', async () => {
    const world = aWorld();
    world.lines.push(...act('old', 'elsewhere', 'accepted'));
    const { ended, engine } = world.start({ once: true });
    engine.report([{ type: 'NamespacesRead', namespaces: ['shop'] }]);
    await world.clock.idle();
    await ended;
    expect(world.lines).toHaveLength(2);
  });
});

describe('the memory', () => {
  test('is kept for the next run', async () => {
    const world = condemned();
    world.start({ byPolicy: null });
    await world.clock.idle();
    expect(world.remembered.value.firstSeen).toEqual({ [`${digest(1)}|XRAY-1`]: now });
    expect(Object.values(world.remembered.value.standings)).toEqual([{ is: 'condemned', since: now, turned: false }]);
  });
  test('that there is none lets no grace period end', async () => {
    const world = condemned();
    world.start({ memory: false, policy: { ...strict, security: { ...strict.security, gracePeriod: minute } } });
    await world.clock.pass(3 * hour);
    expect([world.done, world.remembered.value]).toEqual([[], nothingRemembered]);
  });
});
