import { describe, expect, test } from 'vitest';
import type { Fact, ImagesNews } from '../../src/core/inventory.ts';
import type { Question } from '../../src/core/plan.ts';
import type { Scan, UnknownReason } from '../../src/core/scan.ts';
import { unknownScan } from '../../src/core/scan.ts';
import type { Turned } from '../../src/core/turn.ts';
import {
  aPod,
  aScan,
  anImage,
  anObject,
  day,
  digest,
  hour,
  minute,
  now,
  pending,
  unscanned,
} from '../support/builders.ts';
import { answered, aRunOver, deployed, podOf } from '../support/runs.ts';
import type { Run } from '../support/runs.ts';
import { seen } from '../support/states.ts';

const second = 1000;
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** So many images run and are being asked about. */
function running(count: number): Run {
  return aRunOver(range(count).map((image) => deployed(`app-${image}`, image)));
}

function questionsIn({ planned }: Turned): readonly Question[] {
  return planned.steps.flatMap((step) => (step.type === 'LookUp' ? step.questions : []));
}

/** Numbers of the made-up images that are asked about. */
function asked(turned: Turned, count = 1000): number[] {
  const keys = new Map(range(count).map((image) => [anImage(image).key, image]));
  return questionsIn(turned).map(({ image }) => keys.get(image.key) ?? Number.NaN);
}

/** Time passes as the plan wants to be woken, until something is asked or the time is over: when, since now. */
function passUntilAsked(run: Run, atMost: number): number {
  const begun = run.now();
  let { planned } = run.turn();
  while (planned.wakeAt <= begun + atMost) {
    run.pass(planned.wakeAt - run.now());
    if ([...run.state.lookUps.values()].some(({ since }) => since === run.now())) return run.now() - begun;
    ({ planned } = run.turn());
  }
  return Number.NaN;
}

function scanned(run: Run, overrides: Parameters<typeof aScan>[0] = {}): Scan {
  return aScan({ askedAt: run.now(), ...overrides });
}

function failed(run: Run, reason: UnknownReason = 'unreachable'): Scan {
  return unknownScan(reason, 'x', run.now());
}

const news = (at: number, overrides: Partial<ImagesNews> = {}): ImagesNews => ({
  type: 'ImagesNews',
  at,
  digests: [],
  folders: [],
  repositories: [],
  everything: false,
  from: 'violations',
  ...overrides,
});

describe('is asked again', () => {
  const cases: [name: string, scan: (run: Run) => Scan, earliest: number, latest: number][] = [
    ['what is scanned', scanned, 40 * minute, hour],
    ['what is unscanned', (run) => ({ ...unscanned(), askedAt: run.now() }), 3 * minute, 5 * minute],
    ['what is pending', (run) => ({ ...pending(), askedAt: run.now() }), 40 * second, minute],
    ['what no server answered', failed, 20 * second, 30 * second],
    ['what timed out', (run) => failed(run, 'timeout'), 20 * second, 30 * second],
    ['what was throttled', (run) => failed(run, 'throttled'), 20 * second, 30 * second],
    ['what made no sense', (run) => failed(run, 'badAnswer'), 20 * second, 30 * second],
    ['what was forgotten', (run) => failed(run, 'forgotten'), 20 * second, 30 * second],
    ['what needs other credentials', (run) => failed(run, 'unauthorized'), 6 * minute, 10 * minute],
    ['what is forbidden', (run) => failed(run, 'forbidden'), 6 * minute, 10 * minute],
    ['what is only known by its config', (run) => failed(run, 'configDigest'), 6 * minute, 10 * minute],
  ];
  for (const [name, scan, earliest, latest] of cases) {
    test(`${name}: after ${earliest / second} to ${latest / second} seconds`, () => {
      for (const image of range(20)) {
        const run = aRunOver([deployed('app', image)]);
        run.turn(answered(image, scan(run)));
        const after = passUntilAsked(run, day);
        expect(after).toBeGreaterThanOrEqual(earliest);
        expect(after).toBeLessThanOrEqual(latest);
      }
    });
  }

  test('past what is cached', () => {
    const run = running(1);
    run.turn(answered(0, scanned(run)));
    run.pass(2 * hour);
    const open = [...run.state.lookUps.values()];
    expect(open.map(({ asked, since }) => [asked, since])).toEqual([[true, run.now()]]);
  });
  test('by age: any answer does that is younger than the last one, whoever asked for it', () => {
    const run = running(1);
    run.turn(answered(0, scanned(run)));
    const last = run.now();
    expect(questionsIn(run.later(hour))[0]?.notOlderThan).toBe(last + 1);
  });
  test('by news: only an answer does that is younger than the news', () => {
    const run = running(1);
    run.turn(answered(0, scanned(run)));
    const [question] = questionsIn(run.later(hour, news(run.now() + hour, { everything: true })));
    expect(question?.notOlderThan).toBe(run.now());
  });
  test('an answer that is older than its question, not at once', () => {
    // Xray has dropped it: the older scan still counts, with its age.
    const run = running(1);
    const expired = aScan({ reason: 'expired', askedAt: now - 100 * day });
    expect(asked(run.turn(answered(0, expired)))).toEqual([]);
    expect(passUntilAsked(run, day)).toBeGreaterThanOrEqual(40 * minute);
  });
});

describe('by age', () => {
  test('what was answered together is asked again spread evenly, in a few batches', () => {
    const run = running(1000);
    run.turn(...range(1000).map((image) => answered(image, scanned(run))));
    const perMinute = new Map<number, number>();
    let batches = 0;
    for (let passed = 0; passed < hour; passed += 10 * second) {
      run.pass(10 * second);
      const fresh = [...run.state.lookUps.values()].filter(({ since }) => since === run.now()).length;
      if (fresh === 0) continue;
      batches += 1;
      const slot = Math.floor(passed / (5 * minute));
      perMinute.set(slot, (perMinute.get(slot) ?? 0) + fresh);
    }
    const counts = [...perMinute.values()];
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(1000);
    expect([...perMinute.keys()]).toEqual([7, 8, 9, 10, 11]);
    expect(Math.max(...counts)).toBeLessThan(400);
    expect(batches).toBeLessThanOrEqual(16);
  });
});

describe('nothing is asked', () => {
  test('when a pod changes its status, and no image', () => {
    const facts = deployed('app', 1);
    const run = aRunOver([facts]);
    run.turn(answered(1, scanned(run)));
    const turned = run.turn(seen({ ...podOf(facts), ready: false }, anObject({ name: 'app', ready: 0 })));
    expect([turned.judged.size, questionsIn(turned)]).toEqual([1, []]);
  });
  test('when a pod is replaced by one of the same image', () => {
    const facts = deployed('app', 1);
    const run = aRunOver([facts]);
    run.turn(answered(1, scanned(run)));
    const pod = aPod({ ...podOf(facts), uid: 'another', name: 'another' });
    expect(questionsIn(run.turn(seen(pod), { type: 'PodGone', uid: podOf(facts).uid }))).toEqual([]);
  });
  test('twice, while the first question is open', () => {
    const run = running(3);
    expect(questionsIn(run.turn(deployed('more', 1)))).toEqual([]);
    run.pass(hour);
    expect(questionsIn(run.turn(deployed('still-more', 2)))).toEqual([]);
  });
});

/** All of them failed at the same time. */
const down = (count: number): Run => {
  const run = running(count);
  run.turn(...range(count).map((image) => answered(image, failed(run))));
  return run;
};

describe('when no server answers', () => {
  test('one image asks for all, and never two at once', () => {
    const run = down(50);
    for (let passed = 0; passed < 5 * minute; passed += second) {
      run.pass(second);
      expect([...run.state.lookUps.values()].filter((one) => one.asked).length).toBeLessThanOrEqual(1);
    }
    expect([...run.state.lookUps.values()].filter((one) => one.asked)).toHaveLength(1);
  });
  test('one asks within 30 seconds', () => expect(passUntilAsked(down(50), 30 * second)).toBeGreaterThan(0));
  test('another one asks when that one fails, so that an image of a lost registry keeps nobody waiting', () => {
    const run = down(5);
    const probes = new Set<string>();
    for (let passed = 0; passed < 5 * minute; passed += second) {
      run.pass(second);
      for (const { asked: isAsked, image } of run.state.lookUps.values()) {
        if (!isAsked) continue;
        probes.add(image.key);
        run.turn({ type: 'ScanRead', image, scan: failed(run) });
      }
    }
    expect(probes.size).toBe(5);
  });
  test('all the others ask as soon as one is answered', () => {
    const run = down(50);
    run.pass(30 * second);
    const [probe] = [...run.state.lookUps.values()].filter((one) => one.asked);
    if (probe === undefined) throw new Error('nothing was asked');
    const turned = run.turn({ type: 'ScanRead', image: probe.image, scan: scanned(run) });
    expect(questionsIn(turned)).toHaveLength(49);
  });
  test('all the others ask as soon as one is refused: that was an answer', () => {
    const run = down(50);
    run.pass(30 * second);
    const [probe] = [...run.state.lookUps.values()].filter((one) => one.asked);
    if (probe === undefined) throw new Error('nothing was asked');
    expect(
      questionsIn(run.turn({ type: 'ScanRead', image: probe.image, scan: failed(run, 'forbidden') })),
    ).toHaveLength(49);
  });
  test('an image that nobody asked about before is asked about all the same', () => {
    const run = down(5);
    expect(asked(run.turn(deployed('new', 7)))).toEqual([7]);
  });
  test('what is answered by another server does not renew what waits', () => {
    const run = down(5);
    run.turn(deployed('new', 7));
    expect(questionsIn(run.turn(answered(7, scanned(run))))).toEqual([]);
  });
});

const pathed = (run: Run, path: string): Scan => scanned(run, { paths: [path], judged: [] });

/** Images 0 to 4, answered a minute ago. */
const settled = (): Run => {
  const run = running(5);
  run.turn(...range(5).map((image) => answered(image, pathed(run, `docker-${image % 2}/app/${image}/manifest.json`))));
  run.pass(minute);
  return run;
};

describe('news', () => {
  const cases: [name: string, images: number[], said: Partial<ImagesNews>][] = [
    ['of digests', [2], { digests: [digest(2)] }],
    ['of a digest that nobody runs', [], { digests: [digest(99)] }],
    ['of a folder', [3], { folders: ['docker-1/app/3'] }],
    ['of a folder whose name only begins alike', [], { folders: ['docker-1/app/'.slice(0, -2)] }],
    ['of a repository', [1, 3], { repositories: ['docker-1'] }],
    ['that cannot be told apart', [0, 1, 2, 3, 4], { everything: true }],
    ['of nothing', [], {}],
  ];
  for (const [name, images, said] of cases) {
    test(`${name}: exactly these are asked again`, () => {
      const run = settled();
      expect(asked(run.turn(news(run.now(), said))).toSorted((one, other) => one - other)).toEqual(images);
    });
  }

  test('are asked past what was answered before', () => {
    const run = settled();
    const [question] = questionsIn(run.turn(news(run.now(), { digests: [digest(2)] })));
    expect(question?.notOlderThan).toBe(run.now());
  });
  test('of an image that is being asked about are asked once that is answered', () => {
    const run = settled();
    run.turn(news(run.now(), { digests: [digest(2)] }));
    const early = run.now();
    run.pass(second);
    expect(asked(run.turn(news(run.now(), { digests: [digest(2)] })))).toEqual([]);
    const late = run.now();
    run.pass(second);
    expect(asked(run.turn(answered(2, aScan({ askedAt: early }))))).toEqual([2]);
    const done = run.turn(answered(2, aScan({ askedAt: run.now() })));
    expect([asked(done), early < late]).toEqual([[], true]);
  });
  test('are asked once, not again and again', () => {
    const run = settled();
    run.turn(news(run.now(), { everything: true }));
    run.pass(second);
    expect(questionsIn(run.turn(...range(5).map((image) => answered(image, scanned(run)))))).toEqual([]);
  });
  test('that were heard before an image first ran: what was answered before them does not do', () => {
    const run = settled();
    run.turn(news(run.now(), { digests: [digest(99)] }));
    const heard = run.now();
    run.pass(hour / 2);
    const [question] = questionsIn(run.turn(deployed('new', 99)));
    expect(question?.notOlderThan).toBe(heard);
  });
  test('that were never heard leave it to any answer', () => {
    const run = settled();
    expect(questionsIn(run.turn(deployed('new', 99)))[0]?.notOlderThan).toBe(0);
  });
});

describe('images that nobody runs any more', () => {
  test('are let go', () => {
    const run = running(1);
    run.turn(answered(0, scanned(run)));
    for (let image = 1; image <= 2000; image += 1) {
      run.turn(deployed('app-0', image));
      run.pass(minute, answered(image, scanned(run)));
    }
    const { lookUps, usedBy, agenda, judged } = run.state;
    expect([usedBy.size, judged.size]).toEqual([1, 1]);
    expect(lookUps.size).toBeLessThanOrEqual(61);
    expect(agenda.times.size).toBeLessThanOrEqual(65);
    expect(agenda.heap.length).toBeLessThanOrEqual(200);
  });
  test('are kept for their age though their answer comes late: what is about to run has run by then', () => {
    const run = running(1);
    run.turn({ type: 'ObjectGone', uid: 'deployment-app-0' }, { type: 'PodGone', uid: 'pod-deployment-app-0' });
    run.turn(answered(0, scanned(run)));
    run.pass(minute);
    expect(asked(run.turn(deployed('app-0', 0)))).toEqual([]);
    run.turn({ type: 'ObjectGone', uid: 'deployment-app-0' }, { type: 'PodGone', uid: 'pod-deployment-app-0' });
    run.pass(hour);
    expect(run.state.lookUps.size).toBe(0);
  });
  test('are let go where there is news of them', () => {
    const run = running(1);
    run.turn({ type: 'ObjectGone', uid: 'deployment-app-0' }, { type: 'PodGone', uid: 'pod-deployment-app-0' });
    run.turn(answered(0, scanned(run)));
    run.turn(news(run.now(), { everything: true }));
    expect(run.state.lookUps.size).toBe(0);
  });
  test('are let go when their answer comes late and is none', () => {
    const run = running(1);
    run.turn({ type: 'ObjectGone', uid: 'deployment-app-0' }, { type: 'PodGone', uid: 'pod-deployment-app-0' });
    run.turn(answered(0, failed(run)));
    expect([run.state.lookUps.size, run.state.unreached.size]).toEqual([0, 0]);
  });
  test('are asked anew when they run again', () => {
    const run = running(1);
    const gone: Fact[] = [
      { type: 'ObjectGone', uid: 'deployment-app-0' },
      { type: 'PodGone', uid: 'pod-deployment-app-0' },
    ];
    run.turn(answered(0, scanned(run)), ...gone);
    run.pass(hour);
    expect(asked(run.turn(deployed('app-0', 0)))).toEqual([0]);
  });
});
