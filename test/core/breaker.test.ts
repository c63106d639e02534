import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../src/core/act.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { Remembered, Standing } from '../../src/core/memory.ts';
import { standingKey } from '../../src/core/memory.ts';
import { measureOf } from '../../src/core/standing.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import {
  aFinding,
  aPolicy,
  aScan,
  anImage,
  day,
  digest,
  hour,
  minute,
  now,
  unknown,
  unscanned,
} from '../support/builders.ts';
import { nodeSeen, scanRead } from '../support/states.ts';
import { actsIn, answered, aRunOver, deployed } from '../support/runs.ts';
import type { Run } from '../support/runs.ts';

const bad = aScan({ findings: [aFinding()] });
const limits = { actionsPerMinute: 1000, shareOfWorkloads: 1 };
const strict = aPolicy({ security: { default: 'scaledown' }, unscanned: { default: 'scaledown' }, limits });

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const all = (images: readonly number[], scan: Scan): Fact[] => images.map((image) => answered(image, scan));

/** Its pods wait: no kubelet has said what they run. */
const withoutDigest = (fact: Fact): Fact => {
  if (fact.type !== 'PodSeen') return fact;
  const containers = fact.pod.containers.map((one) => ({ ...one, imageID: '' }));
  return { ...fact, pod: { ...fact.pod, containers } };
};

function running(images: number, policy: Policy = strict, remembered?: Remembered): Run {
  const parts = remembered === undefined ? { policy } : { policy, remembered };
  return aRunOver(
    range(0, images).map((image) => deployed(`app-${image}`, image)),
    parts,
  );
}

/** So many images run, all of them were clean when first answered for. */
function clean(images: number): Run {
  const run = running(images);
  run.turn(...all(range(0, images), aScan()));
  run.pass(day);
  return run;
}

describe('the breaker', () => {
  const cases: [name: string, trips: boolean, known: number, turned: number][] = [
    ['ten digests, and all that are known', true, 10, 10],
    ['nine, though these are all', false, 9, 9],
    ['ten of 199', true, 199, 10],
    ['ten of 200 are not more than 5 %', false, 200, 10],
    ['eleven of 219', true, 219, 11],
  ];
  for (const [name, trips, known, turned] of cases) {
    test(`${name}: ${trips ? 'trips' : 'does not trip'}`, () => {
      const acts = actsIn(clean(known).tell(...all(range(0, turned), bad)));
      expect(acts.includes('pause breaker')).toBe(trips);
    });
  }

  test('says how much has turned', () => {
    const { planned } = clean(100).turn(...all(range(0, 12), bad));
    expect(planned.steps.find((step) => step.type === 'Pause')).toEqual({
      type: 'Pause',
      by: 'breaker',
      message: '12 of 100 known images turned condemned or unscanned within an hour',
    });
  });
  test('trips by what turns unscanned, too', () =>
    expect(actsIn(clean(20).tell(...all(range(0, 10), unscanned())))).toEqual(['pause breaker']));
  test('does not count what is unscanned for a reason that the policy does not name', () =>
    expect(actsIn(clean(20).tell(...all(range(0, 10), unscanned('failed'))))).toEqual([]));
  test('does not count what cannot be asked', () =>
    expect(actsIn(clean(20).tell(...all(range(0, 10), unknown())))).toEqual([]));
  test('trips by what is known by its reference alone, as CronJobs and pods that wait are', () => {
    const apps = range(0, 20).map((image) => deployed(`app-${image}`, image).map(withoutDigest));
    const run = aRunOver(apps, { policy: strict });
    const images = [...run.state.lookUps.values()].map(({ image }) => image);
    const answer = (scan: Scan): Fact[] =>
      images.map((image, index) => scanRead(image, { ...scan, digest: digest(index) }));
    run.turn(...answer(aScan()));
    run.pass(day);
    expect(actsIn(run.tell(...answer(bad)))).toEqual(['pause breaker']);
  });
  test('does not count another digest under the same reference', () => {
    const apps = range(0, 20).map((image) => deployed(`app-${image}`, image).map(withoutDigest));
    const run = aRunOver(apps, { policy: strict });
    const images = [...run.state.lookUps.values()].map(({ image }) => image);
    run.turn(...images.map((image, index) => scanRead(image, { ...aScan(), digest: digest(index) })));
    run.pass(day);
    const pushed = images.map((image, index) => scanRead(image, { ...bad, digest: digest(100 + index) }));
    expect(actsIn(run.tell(...pushed))).not.toContain('pause breaker');
  });
  test('counts over an hour', () => {
    const run = clean(20);
    run.turn(...all(range(0, 5), bad));
    expect(actsIn(run.pass(hour - 1, ...all(range(5, 10), bad)))).toEqual(['pause breaker']);
  });
  test('and no longer', () => {
    const run = clean(20);
    run.turn(...all(range(0, 5), bad));
    expect(actsIn(run.pass(hour, ...all(range(5, 10), bad)))).not.toContain('pause breaker');
  });
  test('knows nothing of what was never answered for', () => {
    const run = running(300);
    run.turn(...all(range(0, 10), aScan()));
    run.pass(day);
    expect(actsIn(run.tell(...all(range(0, 10), bad)))).toEqual(['pause breaker']);
  });
  test('does not count what has turned back', () => {
    const run = clean(20);
    run.turn(...all(range(0, 5), bad));
    run.turn(...all(range(0, 5), aScan()));
    expect(actsIn(run.tell(...all(range(5, 10), bad)))).not.toContain('pause breaker');
  });
  test('knows only what runs: of images that are gone there may be many', () => {
    const standings = Object.fromEntries(
      range(0, 5_000).map((image): [string, Standing] => [
        standingKey(anImage(image)) ?? '',
        { is: 'clean', since: now - day, turned: false },
      ]),
    );
    const run = running(20, strict, { firstSeen: {}, standings, measure: measureOf(strict) });
    expect(actsIn(run.tell(...all(range(0, 10), bad)))).toEqual(['pause breaker']);
  });
});

const onArm = (facts: Fact[]): Fact[] =>
  facts.map((fact) => (fact.type === 'PodSeen' ? { ...fact, pod: { ...fact.pod, node: 'arm' } } : fact));

describe('no turn is', () => {
  test('a first answer', () => expect(actsIn(running(20).tell(...all(range(0, 20), bad)))).toHaveLength(20));
  test('a change of the local policy', () => {
    const lenient = { ...strict, security: { ...strict.security, fixableOnly: true } };
    const run = running(20, lenient);
    run.turn(...all(range(0, 20), aScan({ findings: [aFinding({ fixedIn: [] })] })));
    const acts = actsIn(run.tell({ type: 'PolicyRead', policy: strict }));
    expect([acts.length, acts[0]]).toEqual([20, 'scaledown app-0']);
  });
  test('an exception that ends', () => {
    const excepting = {
      ...strict,
      exceptions: [
        {
          covers: { cve: 'CVE-2026-1' },
          namespaces: null,
          workloads: null,
          image: null,
          until: '2026-11-21',
          reason: null,
          by: null,
        },
      ],
    };
    const run = running(20, excepting);
    run.turn(...all(range(0, 20), bad));
    expect(actsIn(run.pass(4 * hour))).toHaveLength(20);
  });
  test('one digest on two platforms, that is condemned on one of them', () => {
    const apps = range(0, 20).map((image) => deployed(`app-${image}`, image));
    const arms = range(0, 20).map((image) => onArm(deployed(`arm-${image}`, image)));
    const run = aRunOver([nodeSeen('arm', 'linux/arm64'), ...apps, ...arms], { policy: strict });
    const images = [...run.state.lookUps.values()].map(({ image }) => image);
    const told = images.map((image) => scanRead(image, image.platform === 'linux/arm64' ? bad : aScan()));
    for (let round = 0; round < 3; round += 1) for (const one of told) run.pass(1_000, one);
    expect([images.length, run.state.acting.standings.size, run.state.acting.turned.size]).toEqual([40, 40, 0]);
  });
});

const before = (is: Standing['is'], measure = measureOf(strict)): Remembered => ({
  firstSeen: {},
  standings: Object.fromEntries(
    range(0, 20).map((image) => [standingKey(anImage(image)) ?? '', { is, since: now - day, turned: false }]),
  ),
  measure,
});

describe('across runs', () => {
  test('an answer that replaces a remembered one is a turn', () =>
    expect(actsIn(running(20, strict, before('clean')).tell(...all(range(0, 10), bad)))).toEqual(['pause breaker']));
  test('one that is as it was is none', () =>
    expect(actsIn(running(20, strict, before('condemned')).tell(...all(range(0, 20), bad)))).toHaveLength(20));
  test('what was remembered under another policy says nothing', () =>
    expect(actsIn(running(20, strict, before('clean', 'another')).tell(...all(range(0, 20), bad)))).toHaveLength(20));
  test('what turned in an earlier run counts on', () => {
    const remembered = before('clean');
    const turned = range(0, 6).map((image): [string, Standing] => [
      standingKey(anImage(image)) ?? '',
      { is: 'condemned', since: now - minute, turned: true },
    ]);
    const standings = { ...remembered.standings, ...Object.fromEntries(turned) };
    const run = running(20, strict, { ...remembered, standings });
    expect(actsIn(run.tell(...all(range(6, 10), bad)))).toEqual(['pause breaker']);
  });
});

const pausedBy = (run: Run): Fact => {
  const line: JournalLine = { type: 'Paused', at: new Date(run.now()).toISOString(), by: 'breaker', message: '' };
  return { type: 'JournalRead', lines: [line] };
};

const resumedAt = (run: Run): Fact => {
  const line: JournalLine = { type: 'Resumed', at: new Date(run.now()).toISOString(), actor: 'ana', machine: 'desk' };
  return { type: 'JournalRead', lines: [line] };
};

describe('once it has tripped', () => {
  test('it does not trip again by the same, when somebody resumes', () => {
    const run = clean(20);
    run.turn(...all(range(0, 10), bad));
    run.turn({ type: 'PauseStarted', at: run.now() }, pausedBy(run));
    run.pass(minute);
    expect(actsIn(run.tell(resumedAt(run)))).toHaveLength(10);
  });
  test('it trips by ten more', () => {
    const run = clean(40);
    run.turn(...all(range(0, 10), bad));
    run.turn(pausedBy(run));
    run.pass(minute);
    run.turn(resumedAt(run));
    run.pass(1);
    expect(actsIn(run.tell(...all(range(10, 20), bad)))).toEqual(['pause breaker']);
  });
});

describe('not one act goes out', () => {
  test('when one batch of answers condemns much, whether they come in one turn', () =>
    expect(actsIn(clean(20).tell(...all(range(0, 20), bad)))).toEqual(['pause breaker']));

  test('or one by one while more are being asked', () => {
    const run = clean(20);
    // As old as they are, all are being asked again.
    expect([...run.state.lookUps.values()].every(({ asked }) => asked)).toBe(true);
    const said = range(0, 10).flatMap((image) => actsIn(run.pass(500, answered(image, bad))));
    expect(said).toEqual(['pause breaker']);
  });

  test('or trickle in: of them all at most the first is acted upon before the second comes', () => {
    const run = clean(20);
    const turn = (image: number): string[] => actsIn(run.pass(2_500, answered(image, { ...bad, askedAt: run.now() })));
    const said = range(0, 10).flatMap(turn);
    expect(said.filter((one) => one !== 'scaledown app-0')).toEqual(['pause breaker']);
  });
});

test('one image that turns by itself is acted upon at once', () => {
  const run = clean(20);
  run.turn(...all(range(0, 20), aScan({ askedAt: run.now() })));
  expect(actsIn(run.pass(minute, answered(3, bad)))).toEqual(['scaledown app-3']);
});

test('two that turn together are acted upon once their wave has passed', () => {
  const run = clean(20);
  run.turn(...all(range(0, 20), aScan({ askedAt: run.now() })));
  run.pass(minute);
  const { planned } = run.turn(...all([3, 4], bad));
  expect([planned.steps.filter((step) => step.type === 'Act'), planned.wakeAt, planned.heldBack]).toEqual([
    [],
    run.now() + 30_000,
    true,
  ]);
  expect(actsIn(run.pass(29_999))).toEqual([]);
  expect(actsIn(run.pass(1))).toEqual(['scaledown app-3', 'scaledown app-4']);
});
