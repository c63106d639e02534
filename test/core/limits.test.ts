import { describe, expect, test } from 'vitest';
import type { ActOrder, JournalLine, Outcome } from '../../src/core/act.ts';
import type { Fact } from '../../src/core/inventory.ts';
import { overLimits, roomThisMinute, roomToday } from '../../src/core/limits.ts';
import type { Policy } from '../../src/core/policy.ts';
import { anEnded, anIntended, anOrder } from '../support/acts.ts';
import { aFinding, aPolicy, aScan, day, hour, minute, now } from '../support/builders.ts';
import { actsIn, answered, aRunOver, deployed } from '../support/runs.ts';
import type { Run } from '../support/runs.ts';

const at = (time: number): string => new Date(time).toISOString();
const bad = aScan({ findings: [aFinding()] });

function limited(actionsPerMinute: number, shareOfWorkloads: number): Policy {
  return aPolicy({ security: { default: 'scaledown' }, limits: { actionsPerMinute, shareOfWorkloads } });
}

/** The lines of an act of any process on an object of its own. */
function act(
  id: string,
  ago: number,
  outcome: Outcome | null = 'effective',
  order: Partial<ActOrder> = {},
): JournalLine[] {
  const time = at(now - ago);
  const target = { ...anOrder().target, name: id, uid: id };
  const intended = anIntended({ at: time, order: anOrder({ id, target, ...order }) });
  return outcome === null ? [intended] : [intended, anEnded(outcome, { at: time, id })];
}

function journal(...lines: readonly (readonly JournalLine[])[]): Fact {
  return { type: 'JournalRead', lines: lines.flat() };
}

/** So many Deployments, of one condemned image, not judged by an answer yet. */
function fleet(count: number, policy: Policy, ongoing: { byPolicy?: 'none' | 'client' } = {}): Run {
  const names = Array.from({ length: count }, (_, index) => `app-${String(index).padStart(4, '0')}`);
  return aRunOver(
    names.map((name) => deployed(name, 1)),
    { policy, ongoing },
  );
}

/** Every act that is due is begun, written down and effective in the same instant. Gives back how many. */
function carryOut(run: Run, ...facts: readonly Fact[]): string[] {
  const { planned } = run.turn(...facts);
  const said: string[] = [];
  const outcomes: Fact[] = [];
  for (const step of planned.steps) {
    if (step.type === 'Pause') {
      said.push(`pause ${step.by}: ${step.message}`);
      const line: JournalLine = { type: 'Paused', at: at(run.now()), by: step.by, message: step.message };
      outcomes.push({ type: 'PauseStarted', at: run.now() }, { type: 'JournalRead', lines: [line] });
    }
    if (step.type !== 'Act') continue;
    const { order } = step;
    said.push(order.target.name);
    const [time, end] = [at(run.now()), step.dryRun === 'none' ? 'effective' : 'wouldAct'] as const;
    const lines = [anIntended({ at: time, order }), anEnded('effective', { at: time, id: order.id })];
    run.turn({ type: 'ActStarted', order, at: run.now() });
    if (end === 'effective') outcomes.push({ type: 'JournalRead', lines });
    outcomes.push({ type: 'ActEnded', order, end, message: null, at: run.now() });
  }
  if (outcomes.length > 0) run.turn(...outcomes);
  return said;
}

describe('what counts for the share of a day', () => {
  const cases: [name: string, counted: number, lines: JournalLine[]][] = [
    ['an act of any process', 1, act('a', hour)],
    ['one that may have come about', 1, act('a', hour, null)],
    ['one that was accepted', 1, act('a', hour, 'accepted')],
    ['one that is stuck', 1, act('a', hour, 'stuck')],
    ['within the last 24 hours', 1, act('a', day - 1)],
    ['and no longer', 0, act('a', day)],
    ['not what was refused', 0, act('a', hour, 'refused')],
    ['not what failed', 0, act('a', hour, 'failed')],
    ['not what was done by hand', 0, act('a', hour, 'effective', { by: 'hand' })],
    ['each act once, however often it was tried', 1, [...act('a', hour, 'failed'), ...act('a', hour)]],
    [
      'since the last resume',
      1,
      [
        ...act('a', 2 * hour),
        { type: 'Resumed', at: at(now - hour), actor: 'ana', machine: 'desk' },
        ...act('b', minute),
      ],
    ],
    ['also where a clock was set back', 2, [...act('a', 10 * minute), ...act('b', 30 * minute)]],
  ];
  for (const [name, counted, lines] of cases) {
    test(name, () => {
      const run = fleet(20, limited(5, 0.5));
      run.turn(journal(lines));
      expect(roomToday(run.state, now)).toEqual({ allowed: 10, done: counted, room: 10 - counted });
    });
  }

  const annotated = (overrides: Readonly<Record<string, unknown>>) => {
    const said = {
      action: 'scaledown',
      id: 'else',
      uid: 'deployment-app',
      previous: 3,
      time: at(now - hour),
      actor: 'bob',
      by: 'policy',
      ...overrides,
    };
    return deployed('app', 1, { replicas: 0, annotations: { 'kubectl-xray/acted': JSON.stringify(said) } });
  };
  const annotations: [name: string, counted: number, said: Readonly<Record<string, unknown>>, lines?: JournalLine[]][] =
    [
      ['an act of another machine, by its annotation', 1, {}],
      ['not one by hand', 0, { by: 'hand' }],
      ['not one of two days ago', 0, { time: at(now - 2 * day) }],
      ['not twice what the journal has too', 1, { id: 'a' }, act('a', hour)],
      ['not one on an object that it was copied to', 0, { uid: 'another' }],
    ];
  for (const [name, counted, said, lines = []] of annotations) {
    test(name, () => {
      const run = aRunOver([annotated(said)], { policy: limited(5, 0.5) });
      run.turn(journal(lines));
      expect(roomToday(run.state, now)).toMatchObject({ done: counted });
    });
  }
});

describe('what is under way', () => {
  const started = (id: string, by: 'policy' | 'hand'): Fact => {
    const target = { ...anOrder().target, name: id, uid: id };
    return { type: 'ActStarted', order: anOrder({ id, target, by }), at: now };
  };
  test('counts before it is written down, once, and not by hand', () => {
    const run = fleet(20, limited(5, 0.5));
    run.turn(started('a', 'policy'), started('b', 'policy'), started('c', 'hand'), journal(act('a', 0, null)));
    expect([roomToday(run.state, now).done, roomThisMinute(run.state, now).room]).toEqual([2, 3]);
  });
});

describe('the share of workloads', () => {
  const cases: [workloads: number, share: number, allowed: number][] = [
    [0, 0.1, 3],
    [1, 0.1, 3],
    [30, 0.1, 3],
    [31, 0.1, 4],
    [500, 0.1, 50],
    [501, 0.1, 51],
    [100, 0.07, 7],
    [10, 0, 3],
    [10, 1, 10],
  ];
  for (const [workloads, share, allowed] of cases) {
    test(`of ${workloads}, ${share}: ${allowed}`, () =>
      expect(roomToday(fleet(workloads, limited(5, share)).state, now)).toMatchObject({ allowed }));
  }

  test('of 500 that are condemned is acted upon exactly, then everything is paused', () => {
    const run = fleet(500, limited(1000, 0.1));
    const first = carryOut(run, answered(1, bad));
    expect([first.length, first[0], first.at(-1)]).toEqual([50, 'app-0000', 'app-0049']);
    expect(carryOut(run)).toEqual([
      'pause limit: limits.shareOfWorkloads allows 50 acts a day, 50 are done, and 450 more workloads are due',
    ]);
    expect([actsIn(run.tell()), actsIn(run.pass(2 * day))]).toEqual([[], []]);
  });

  test('is done whole before the pause, which would hold back what has only begun', () => {
    const run = fleet(20, limited(1000, 0));
    const orders = run
      .turn(answered(1, bad))
      .planned.steps.flatMap((step) => (step.type === 'Act' ? [step.order] : []));
    expect(orders).toHaveLength(3);
    const started = orders.map((order): Fact => ({ type: 'ActStarted', order, at: now }));
    expect(actsIn(run.tell(...started))).toEqual([]);
    const lines = orders.map((order) => anIntended({ at: at(now), order }));
    expect(actsIn(run.tell({ type: 'JournalRead', lines }))).toEqual([]);
    const accepted = orders.map((order): Fact => ({
      type: 'ActEnded',
      order,
      end: 'accepted',
      message: null,
      at: now,
    }));
    expect(actsIn(run.tell(...accepted.slice(0, 2)))).toEqual([]);
    expect(actsIn(run.tell(...accepted.slice(2)))).toEqual(['pause limit']);
  });

  test('is of all that there was, though what was deleted is gone', () => {
    const policy = aPolicy({
      security: { default: 'delete' },
      limits: { actionsPerMinute: 1000, shareOfWorkloads: 0.1 },
    });
    const run = fleet(100, policy);
    const deleted = carryOut(run, answered(1, bad));
    expect(deleted).toHaveLength(10);
    const gone = deleted.flatMap((name): Fact[] => [
      { type: 'PodGone', uid: `pod-deployment-${name}` },
      { type: 'ObjectGone', uid: `deployment-${name}` },
    ]);
    run.turn(...gone);
    expect(run.state.judged.size).toBe(90);
    expect(roomToday(run.state, run.now())).toEqual({ allowed: 10, done: 10, room: 0 });
    expect(overLimits(run.state, 'another', run.now())).toContain('allows 10 acts a day');
    // By tomorrow they are nobody's any more, as are the acts.
    expect(roomToday(run.state, run.now() + day)).toEqual({ allowed: 9, done: 0, room: 9 });
  });

  test('of what another run has done already is paused at once', () => {
    const run = fleet(20, limited(1000, 0));
    run.turn(journal(act('a', hour), act('b', hour), act('c', hour)));
    expect(carryOut(run, answered(1, bad))).toEqual([
      'pause limit: limits.shareOfWorkloads allows 3 acts a day, 3 are done, and 20 more workloads are due',
    ]);
  });

  test('pauses nothing where no more is due', () => {
    const run = fleet(3, limited(1000, 0));
    expect(carryOut(run, answered(1, bad))).toHaveLength(3);
    expect(carryOut(run)).toEqual([]);
  });

  test('starts anew when somebody resumes', () => {
    const run = fleet(20, limited(1000, 0));
    carryOut(run, answered(1, bad));
    expect(carryOut(run)).toHaveLength(1);
    run.pass(minute);
    const resumed: JournalLine = { type: 'Resumed', at: at(run.now()), actor: 'ana', machine: 'desk' };
    run.pass(1);
    expect(carryOut(run, { type: 'JournalRead', lines: [resumed] })).toEqual(['app-0003', 'app-0004', 'app-0005']);
  });

  test('is what a dry run shows, and then says that it would be paused', () => {
    const run = fleet(20, limited(1, 0), { byPolicy: 'client' });
    expect(carryOut(run, answered(1, bad))).toEqual(['app-0000', 'app-0001', 'app-0002']);
    expect(carryOut(run)).toEqual([
      'pause limit: limits.shareOfWorkloads allows 3 acts a day, 3 are done, and 17 more workloads are due',
    ]);
    expect(carryOut(run)).toEqual([]);
  });
});

describe('acts a minute', () => {
  test('begin, and the next ones as the first are a minute old', () => {
    const run = fleet(20, limited(2, 1));
    expect(carryOut(run, answered(1, bad))).toEqual(['app-0000', 'app-0001']);
    const waiting = run.turn().planned;
    expect([waiting.steps, waiting.heldBack]).toEqual([[], true]);
    expect(actsIn(run.pass(minute - 1))).toEqual([]);
    expect(run.turn().planned.wakeAt).toBe(now + minute);
    expect(actsIn(run.pass(1))).toEqual(['scaledown app-0002', 'scaledown app-0003']);
  });
  test('are counted over all processes', () => {
    const run = fleet(20, limited(3, 1));
    run.turn(journal(act('a', 30_000), act('b', 10_000), act('c', 61_000)));
    expect(roomThisMinute(run.state, now)).toEqual({ room: 1, nextAt: now + 30_000 });
    expect(actsIn(run.tell(answered(1, bad)))).toEqual(['scaledown app-0000']);
  });
  test('slow down, and pause nothing', () => {
    const run = fleet(20, limited(2, 1));
    const done = [...carryOut(run, answered(1, bad))];
    for (let minutes = 1; minutes < 10; minutes += 1) {
      run.pass(minute);
      done.push(...carryOut(run));
    }
    expect([done.length, run.state.acting.history.pause]).toEqual([20, null]);
  });
  test('may be none', () => {
    const run = fleet(20, limited(0, 1));
    const { planned } = run.turn(answered(1, bad));
    expect([actsIn(run.tell()), planned.heldBack]).toEqual([[], false]);
  });
});

describe('under the lock it is counted again', () => {
  const [mine, other] = ['mine', 'other'];
  const cases: [name: string, over: boolean, policy: Policy, lines: JournalLine[], more?: Fact[]][] = [
    ['what is left is done', false, limited(5, 0), [...act(other, hour), ...act('b', hour)]],
    [
      'what another process took is not',
      true,
      limited(5, 0),
      [...act(other, hour), ...act('b', hour), ...act('c', hour)],
    ],
    [
      'a second try of the same act is not counted against it',
      false,
      limited(5, 0),
      [...act(other, hour), ...act('b', hour), ...act(mine, minute)],
    ],
    ['of a minute too', true, limited(2, 1), [...act(other, 30_000), ...act('b', 30_000)]],
    ['what is older than a minute does not count', false, limited(2, 1), [...act(other, 30_000), ...act('b', 61_000)]],
    ['a pause holds back', true, limited(5, 1), [{ type: 'Paused', at: at(now), by: 'breaker', message: 'x' }]],
    ['a pause that is being written down, too', true, limited(5, 1), [], [{ type: 'PauseStarted', at: now }]],
  ];
  for (const [name, over, policy, lines, more = []] of cases) {
    test(name, () => {
      const run = fleet(20, policy);
      run.turn(journal(lines), ...more);
      expect(overLimits(run.state, mine, now) !== null).toBe(over);
    });
  }
  test('what this run is about to do beside it is counted in its turn', () => {
    const run = fleet(20, limited(5, 0));
    const orders = run
      .turn(answered(1, bad))
      .planned.steps.flatMap((step) => (step.type === 'Act' ? [step.order] : []));
    run.turn(...orders.map((order): Fact => ({ type: 'ActStarted', order, at: now })), journal(act(other, minute)));
    expect(orders.map(({ id }) => overLimits(run.state, id, now))).toEqual([null, null, null]);
  });
});
