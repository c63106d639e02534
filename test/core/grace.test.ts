// Grace periods while a run goes on: first sights that are remembered, and time that passes without facts.
import { describe, expect, test } from 'vitest';
import { evidenceKey, nothingRemembered } from '../../src/core/memory.ts';
import type { Remembered } from '../../src/core/memory.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import {
  aContainer,
  aFinding,
  aPod,
  aPolicy,
  aScan,
  aViolation,
  anException,
  anObject,
  day,
  digest,
  hour,
  imageID,
  minute,
  now,
  ownedBy,
  unknown,
  unscanned,
} from '../support/builders.ts';
import { actsIn, answered, aRunOver, deployed } from '../support/runs.ts';
import type { Run } from '../support/runs.ts';
import { seen } from '../support/states.ts';

const patient = aPolicy({
  security: { default: 'scaledown', gracePeriod: day },
  license: { default: 'scaledown', gracePeriod: day },
  unscanned: { default: 'scaledown', gracePeriod: 10 * minute },
});
const bad = aScan({ findings: [aFinding()] });
const findingKey = `${digest(1)}|XRAY-1`;

interface Parts {
  readonly policy?: Policy;
  readonly remembered?: Remembered;
  readonly lasts?: boolean;
}

/** Cart has run image 1 for a day; nobody has answered yet. */
function cart({ policy = patient, ...rest }: Parts = {}): Run {
  return aRunOver([deployed('cart', 1)], { policy, ...rest });
}

/** What is done at that instant, and not a millisecond before. */
function actsAfter(run: Run, milliseconds: number): string[] {
  const before = actsIn(run.pass(milliseconds - 1));
  return [...before.map((one) => `too early: ${one}`), ...actsIn(run.pass(1))];
}

function remembering(firstSeen: Readonly<Record<string, number>>): Remembered {
  return { ...nothingRemembered, firstSeen };
}

describe('a grace period', () => {
  test('runs from first sight, and ends without any fact', () => {
    const run = cart();
    const { planned } = run.turn(answered(1, bad));
    expect([actsIn(run.tell()), planned.wakeAt <= now + day]).toEqual([[], true]);
    expect(run.judgement('cart').decided.decision.exempt).toMatchObject({
      by: 'gracePeriod',
      until: new Date(now + day).toISOString(),
    });
    expect(actsAfter(run, day)).toEqual(['scaledown cart']);
  });
  test('tells what is to be remembered, once', () => {
    const run = cart();
    const kept = run
      .turn(answered(1, bad))
      .planned.steps.flatMap((step) => (step.type === 'Remember' ? [step.remembered] : []));
    expect(kept.map(({ firstSeen }) => firstSeen)).toEqual([{ [findingKey]: now }]);
    expect(run.pass(minute, answered(1, bad))).toEqual([]);
  });
  test('of an earlier run ends in its time', () => {
    const run = cart({ remembered: remembering({ [findingKey]: now - 20 * hour }) });
    run.turn(answered(1, bad));
    expect(actsAfter(run, 4 * hour)).toEqual(['scaledown cart']);
  });
  test('that was over before is over at once', () => {
    const run = cart({ remembered: remembering({ [findingKey]: now - 2 * day }) });
    expect(actsIn(run.tell(answered(1, bad)))).toEqual(['scaledown cart']);
  });
  test('never ends where nothing can be kept', () => {
    const run = cart({ remembered: remembering({ [findingKey]: now - 2 * day }), lasts: false });
    expect(actsIn(run.tell(answered(1, bad)))).toEqual([]);
    expect(actsIn(run.pass(365 * day))).toEqual([]);
    expect(run.judgement('cart').decided.decision.exempt).toEqual({
      by: 'gracePeriod',
      rule: 'scanPolicy.security.gracePeriod',
      until: null,
    });
  });
  test('of none needs no memory', () => {
    const run = cart({ policy: aPolicy({ security: { default: 'scaledown' } }), lasts: false });
    expect(actsIn(run.tell(answered(1, bad)))).toEqual(['scaledown cart']);
  });
  test('of another finding of the same image is its own', () => {
    const run = cart({ remembered: remembering({ [findingKey]: now - 2 * day }) });
    const another = aScan({ findings: [aFinding({ id: 'XRAY-2' })] });
    run.turn(answered(1, another));
    expect(actsAfter(run, day)).toEqual(['scaledown cart']);
  });
  test('of the same finding in another image is its own', () => {
    const run = cart({ remembered: remembering({ [`${digest(2)}|XRAY-1`]: now - 2 * day }) });
    expect(actsIn(run.tell(answered(1, bad)))).toEqual([]);
  });
  test('does not start anew when its answer is missing for a while', () => {
    const run = cart();
    run.turn(answered(1, bad));
    run.pass(hour, answered(1, unknown()));
    run.pass(hour, answered(1, bad));
    expect(actsAfter(run, 22 * hour)).toEqual(['scaledown cart']);
  });
  test('is that of the policy in force', () => {
    const run = cart();
    run.turn(answered(1, bad));
    run.pass(hour);
    const shorter = { ...patient, security: { ...patient.security, gracePeriod: 2 * hour } };
    expect(actsIn(run.tell({ type: 'PolicyRead', policy: shorter }))).toEqual([]);
    expect(actsAfter(run, hour)).toEqual(['scaledown cart']);
  });
});

const violated = (created: number): Scan =>
  aScan({ violations: [aViolation({ created: new Date(created).toISOString() })] });

describe('the later counts', () => {
  test('of a violation, when Xray made it and the revision was created', () => {
    const run = cart();
    run.turn(answered(1, violated(now - 20 * hour)));
    expect(actsAfter(run, 4 * hour)).toEqual(['scaledown cart']);
  });
  test('a new revision starts it anew', () => {
    const deployment = anObject({ name: 'cart' });
    const set = (revision: number, createdAt: number) =>
      anObject({ kind: 'ReplicaSet', name: `cart-${revision}`, owner: ownedBy(deployment), revision, createdAt });
    const pod = (revision: number) =>
      aPod({
        name: `cart-${revision}`,
        owner: ownedBy(set(revision, 0)),
        containers: [aContainer({ imageID: imageID(1) })],
      });
    const run = aRunOver([seen(deployment, set(1, now - 30 * day), pod(1))], {
      policy: patient,
      remembered: remembering({ [findingKey]: now - 23 * hour }),
    });
    run.turn(answered(1, bad));
    run.pass(30 * minute, seen(set(2, now + 30 * minute), pod(2)), { type: 'PodGone', uid: 'pod-cart-1' });
    expect(actsAfter(run, day)).toEqual(['scaledown cart']);
  });
});

describe('unscanned', () => {
  test('waits ten minutes: a fresh push is not indexed yet', () => {
    const run = cart();
    run.turn(answered(1, unscanned()));
    expect(actsAfter(run, 10 * minute)).toEqual(['scaledown cart']);
  });
  test('that was scanned meanwhile calls for nothing', () => {
    const run = cart();
    run.turn(answered(1, unscanned()));
    run.pass(9 * minute, answered(1, aScan()));
    expect(actsIn(run.pass(hour))).toEqual([]);
  });
});

describe('an exception', () => {
  const covering = { ...patient, exceptions: [anException({ until: '2026-11-21' })] };
  test('that expires while running starts a grace period, at the end of its day, UTC', () => {
    const run = cart({ policy: covering, remembered: remembering({ [findingKey]: now - 30 * day }) });
    run.turn(answered(1, bad));
    expect(run.judgement('cart').decided.decision.exempt).toMatchObject({ by: 'exception', until: '2026-11-21' });
    const midnight = Date.parse('2026-11-22T00:00:00Z');
    run.pass(midnight - 1 - run.now());
    expect(run.judgement('cart').decided.decision.exempt?.by).toBe('exception');
    run.pass(1);
    expect(run.judgement('cart').decided.decision.exempt).toMatchObject({
      by: 'gracePeriod',
      until: new Date(midnight + day).toISOString(),
    });
    expect(actsAfter(run, day)).toEqual(['scaledown cart']);
  });
  test('that expires where there is no grace period lets act at once', () => {
    const run = cart({ policy: { ...covering, security: { ...covering.security, gracePeriod: 0 } } });
    run.turn(answered(1, bad));
    expect(actsAfter(run, 4 * hour)).toEqual(['scaledown cart']);
  });
  test('that expires after another one waits for the last', () => {
    const both = [anException({ until: '2026-11-21' }), anException({ until: '2026-11-22' })];
    const run = cart({ policy: { ...covering, exceptions: both, security: { ...covering.security, gracePeriod: 0 } } });
    run.turn(answered(1, bad));
    expect(actsAfter(run, day + 4 * hour)).toEqual(['scaledown cart']);
  });
});

const held = (said: Readonly<Record<string, unknown>>) => {
  const mark = { uid: 'deployment-cart', digests: [digest(1)], conditions: ['security'], actor: 'ana', ...said };
  return { annotations: { 'kubectl-xray/held': JSON.stringify(mark) } };
};

describe('a hold', () => {
  const strict = aPolicy({ security: { default: 'scaledown' }, license: { default: 'scaledown' } });
  const heldCart = (said: Readonly<Record<string, unknown>> = {}): Run =>
    aRunOver([deployed('cart', 1, held(said))], { policy: strict });

  test('keeps acts away without an end', () => {
    const run = heldCart();
    expect(actsIn(run.tell(answered(1, bad)))).toEqual([]);
    expect(actsIn(run.pass(365 * day))).toEqual([]);
  });
  test('ends at its time, without any fact', () => {
    const run = heldCart({ until: new Date(now + hour).toISOString() });
    run.turn(answered(1, bad));
    expect(actsAfter(run, hour)).toEqual(['scaledown cart']);
  });
  test('ends with another condemned digest', () => {
    const run = heldCart();
    run.turn(answered(1, bad), deployed('cart', 2, held({})));
    expect(actsIn(run.tell(answered(2, bad)))).toEqual(['scaledown cart']);
  });
  test('ends with another condition', () => {
    const run = heldCart();
    run.turn(answered(1, bad));
    const worse = aScan({ findings: [aFinding()], violations: [aViolation()] });
    expect(actsIn(run.tell(answered(1, worse)))).toEqual(['scaledown cart']);
  });
  test('does not end with a debug container', () => {
    const run = heldCart();
    run.turn(answered(1, bad));
    const debug = aContainer({ name: 'debugger', role: 'ephemeral', imageID: imageID(2) });
    const pod = aPod({
      uid: 'pod-deployment-cart',
      owner: ownedBy(anObject({ name: 'cart' })),
      containers: [aContainer(), debug],
    });
    run.turn(seen(pod));
    expect(actsIn(run.tell(answered(2, bad)))).toEqual([]);
  });
  test('is of its own object: one made again is not held by it', () => {
    const run = aRunOver([deployed('cart', 1, { ...held({}), uid: 'deployment-cart-new' })], { policy: strict });
    expect(actsIn(run.tell(answered(1, bad)))).toEqual(['scaledown cart']);
  });
});

test('first sights are kept by finding, license and digest', () => {
  const about = { image: digest(1), byReference: false, excepted: null, created: null, exceptedUntil: null };
  const license = {
    type: 'license',
    license: 'GPL',
    component: '',
    watch: null,
    policy: null,
    severity: null,
    ...about,
  } as const;
  const security = { type: 'security', ...aFinding(), watch: null, policy: null, ...about } as const;
  expect([
    evidenceKey(security),
    evidenceKey({ ...security, id: '' }),
    evidenceKey(license),
    evidenceKey({ type: 'unscanned', reason: 'foreign', ...about }),
  ]).toEqual([`${digest(1)}|XRAY-1`, `${digest(1)}|CVE-2026-1`, `${digest(1)}|license GPL`, `${digest(1)}|unscanned`]);
});
