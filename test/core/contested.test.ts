import { describe, expect, test } from 'vitest';
import type { ActOrder, JournalLine } from '../../src/core/act.ts';
import { emptyActing, recordAct } from '../../src/core/acting.ts';
import type { ActFact } from '../../src/core/acting.ts';
import { contested, isOnItsWayOut, lastActOn } from '../../src/core/contested.ts';
import type { Workload } from '../../src/core/workload.ts';
import { anEnded, anIntended, anOrder, aRefused } from '../support/acts.ts';
import { aReference, aWorkload, anAct, anEntry, anImage, day, digest, hour, minute, now } from '../support/builders.ts';

const at = (time: number): string => new Date(time).toISOString();
const aDaemonSet: Partial<Workload> = { kind: 'DaemonSet', resource: 'daemonsets' };
const aJob: Partial<Workload> = { kind: 'Job', apiVersion: 'batch/v1', resource: 'jobs', replicas: null };
const aCustomKind: Partial<Workload> = {
  kind: 'Widget',
  apiVersion: 'example.com/v1',
  resource: 'widgets.example.com',
  replicas: null,
};

/** Cart runs digest 1, as it did when it was stopped. */
function cart(overrides: Partial<Workload> = {}): Workload {
  return aWorkload({ name: 'cart', uid: 'uid-cart', ...overrides });
}

function orderOn(workload: Workload, overrides: Partial<ActOrder> = {}): ActOrder {
  const { apiVersion, kind, resource } = workload;
  return anOrder({ target: { ...anOrder().target, apiVersion, kind, resource }, ...overrides });
}

interface History {
  readonly order?: Partial<ActOrder>;
  readonly ended?: 'accepted' | 'effective' | 'stuck' | 'failed' | null;
  /** How long ago it was intended, and ended. */
  readonly ago?: number;
}

/** What a journal with one act on the workload says, an hour ago and effective unless said otherwise. */
function actingAfter(
  workload: Workload,
  { order, ended = 'effective', ago = hour }: History = {},
  ...more: readonly (JournalLine | ActFact)[]
) {
  const acting = emptyActing();
  const time = at(now - ago);
  const lines: JournalLine[] = [anIntended({ at: time, order: orderOn(workload, order) })];
  if (ended !== null) lines.push(anEnded(ended, { at: time, id: order?.id ?? 'act-1' }));
  recordAct(acting, { type: 'JournalRead', lines });
  for (const one of more) {
    const isFact = one.type === 'ActStarted' || one.type === 'ActEnded';
    recordAct(acting, isFact ? one : { type: 'JournalRead', lines: [one as JournalLine] });
  }
  return acting;
}

describe('a workload that we stopped', () => {
  const cases: [name: string, contested: boolean, workload?: Partial<Workload>, history?: History][] = [
    ['and somebody brought up again is contested', true],
    ['and that is still stopped is not', false, { replicas: { desired: 0, ready: 0 }, pods: 0 }],
    [
      'and of which pods still run, but none are wanted, is not',
      false,
      { replicas: { desired: 0, ready: 0 }, pods: 2 },
    ],
    ['and that runs another digest now is not', false, { images: [anEntry({ image: anImage(2) })] }],
    [
      'is, where one of its digests is what it was stopped for',
      true,
      { images: [anEntry({ image: anImage(2) }), anEntry({ container: 'b' })] },
    ],
    [
      'is not by pods of the revision that is being replaced',
      false,
      { images: [anEntry({ outdated: true }), anEntry({ image: anImage(2) })] },
    ],
    ['is, as long as it is not known what it pulls', true, { images: [anEntry({ image: aReference() })] }],
    ['is, where only a reference was known when it was stopped', true, {}, { order: { digests: [] } }],
    ['is for a day', true, {}, { ago: day - 1 }],
    ['is no longer than that', false, {}, { ago: day }],
    ['by hand is contested too', true, {}, { order: { by: 'hand' } }],
    ['is not where it is not known whether the act came about', false, {}, { ended: null }],
    ['is not where the act failed', false, {}, { ended: 'failed' }],
    ['is, where it wants pods again before it had stopped', true, {}, { ended: 'accepted' }],
    ['is, where it wants pods again while it was stuck', true, {}, { ended: 'stuck' }],
    ['is not while its annotation still holds', false, { acted: anAct() }],
    ['a DaemonSet that had stopped is', true, aDaemonSet],
    ['a DaemonSet of which pods have not stopped yet is not', false, aDaemonSet, { ended: 'accepted' }],
    ['a Job that was resumed is', true, aJob, { ended: 'accepted' }],
    ['a CronJob that was resumed is, before its next run', true, { ...aJob, kind: 'CronJob', pods: 0 }],
    ['a CronJob that is suspended is not', false, { ...aJob, kind: 'CronJob', pods: 0, idle: 'suspended' }],
    ['a custom kind that had stopped is', true, aCustomKind],
    ['a custom kind of which pods have not stopped yet is not', false, aCustomKind, { ended: 'stuck' }],
    ['a custom kind without pods is not', false, { ...aCustomKind, pods: 0 }],
    ['and that was made again under its name is', true, { uid: 'uid-new' }],
    ['and was made again while the act was only accepted is', true, { uid: 'uid-new' }, { ended: 'accepted' }],
    [
      'and was made again with another digest is not',
      false,
      { uid: 'uid-new', images: [anEntry({ image: anImage(2) })] },
    ],
    ['another one of that name elsewhere is not', false, { uid: 'uid-new', namespace: 'test' }],
    ['another kind of that name is not', false, { uid: 'uid-new', kind: 'StatefulSet' }],
  ];
  for (const [name, expected, overrides, history] of cases) {
    test(name, () => {
      const workload = cart(overrides);
      const kindOfOrder = overrides?.kind === 'StatefulSet' ? cart() : workload;
      expect(contested(actingAfter(kindOfOrder, history), workload, now) !== null).toBe(expected);
    });
  }
});

describe('a workload that we deleted', () => {
  const deletion: History = { order: { action: 'delete' } };
  test('and somebody made again is contested', () =>
    expect(contested(actingAfter(cart(), deletion), cart({ uid: 'uid-new' }), now)).not.toBeNull());
  test('and is on its way out is not', () =>
    expect(contested(actingAfter(cart(), { ...deletion, ended: 'accepted' }), cart(), now)).toBeNull());
});

const saidOf = (workload: Workload) => contested(actingAfter(workload), workload, now);

describe('what is said', () => {
  test('names who did it, and until when it stands', () =>
    expect(saidOf(cart({ changedBy: 'kubectl-scale' }))).toEqual({
      by: 'contested',
      rule: 'brought up again by kubectl-scale',
      until: at(now - hour + day),
    }));
  test('tells what was made again from what was brought up', () =>
    expect(saidOf(cart({ uid: 'uid-new', changedBy: 'helm' }))?.rule).toBe('made again by helm'));
  test('names nobody where managedFields do not tell', () => expect(saidOf(cart())?.rule).toBe('brought up again'));
});

describe('nobody contests', () => {
  const back = anOrder({ id: 'act-2', action: 'restore', by: 'hand' });
  const lines: Record<string, JournalLine[]> = {
    'what was restored': [anIntended({ order: back }), anEnded('effective', { id: 'act-2' })],
    'what is being restored': [anIntended({ order: back })],
  };
  for (const [name, more] of Object.entries(lines)) {
    test(name, () => expect(contested(actingAfter(cart(), {}, ...more), cart(), now)).toBeNull());
  }

  test('while our own act is under way', () => {
    const started: ActFact = { type: 'ActStarted', order: anOrder(), at: now - minute };
    expect(contested(actingAfter(cart(), { ended: 'accepted' }, started), cart(), now)).toBeNull();
  });
  test('while the news of the object may be older than the act', () => {
    const acting = actingAfter(cart(), { ago: 9_999 });
    expect(contested(acting, cart(), now)).toBeNull();
    expect(contested(acting, cart(), now + 1)).not.toBeNull();
  });
});

describe('somebody contests all the same', () => {
  test('after a refusal', () => {
    const later = aRefused({ order: anOrder({ id: 'act-2' }) });
    expect(contested(actingAfter(cart(), {}, later), cart(), now)).not.toBeNull();
  });
  test('after a restore that failed', () => {
    const back = anOrder({ id: 'act-2', action: 'restore', by: 'hand' });
    const lines = [anIntended({ order: back }), anEnded('failed', { id: 'act-2' })];
    expect(contested(actingAfter(cart(), {}, ...lines), cart(), now)).not.toBeNull();
  });
  test('after an act of another process, though our own has just begun', () => {
    const own: ActFact = { type: 'ActStarted', order: anOrder({ id: 'act-2' }), at: now };
    expect(contested(actingAfter(cart(), {}, own), cart(), now)).not.toBeNull();
  });
});

test('the last act on an object is none that was refused', () => {
  const later = aRefused({ order: anOrder({ id: 'act-2' }) });
  expect(lastActOn(actingAfter(cart(), {}, later), cart())?.id).toBe('act-1');
});

describe('what is on its way out', () => {
  const cases: [name: string, out: boolean, workload: Partial<Workload>, history?: History][] = [
    ['wants no pods, whoever said so', true, { replicas: { desired: 0, ready: 2 }, pods: 2 }, { ended: 'failed' }],
    ['carries our annotation', true, { ...aCustomKind, acted: anAct() }, { ended: 'failed' }],
    ['was deleted, and is not gone yet', true, {}, { order: { action: 'delete' }, ended: 'stuck', ago: 3 * day }],
    ['a deletion that may not have come about is not', false, {}, { order: { action: 'delete' }, ended: null }],
    ['was stopped, and its pods have not gone yet', true, aDaemonSet, { ended: 'accepted' }],
    ['is stuck, for a day', true, aCustomKind, { ended: 'stuck' }],
    ['is stuck no longer than that', false, aCustomKind, { ended: 'stuck', ago: day }],
    ['what was brought up again is not', false, {}, { ended: 'accepted' }],
    ['what is new under its name is not', false, { uid: 'uid-new' }, { order: { action: 'delete' } }],
    ['what nobody acted upon is not', false, {}, { ended: 'failed' }],
  ];
  for (const [name, expected, overrides, history] of cases) {
    test(name, () => {
      const workload = cart(overrides);
      expect(isOnItsWayOut(actingAfter(workload, history), workload, now)).toBe(expected);
    });
  }
});

describe('a workload that another machine stopped, whose journal is not here', () => {
  const stop = { at: at(now - hour), id: 'act-9', automatic: true, digests: [digest(1)] };
  const cases: [name: string, contested: boolean, workload: Partial<Workload>][] = [
    ['and somebody brought up again is contested', true, { broughtUp: stop, changedBy: 'kubectl-scale' }],
    ['a day ago is not any more', false, { broughtUp: { ...stop, at: at(now - day) } }],
    ['and that runs another digest is not', false, { broughtUp: { ...stop, digests: [digest(2)] } }],
    ['and that wants no pods is not', false, { broughtUp: stop, replicas: { desired: 0, ready: 0 } }],
    ['at a time that makes no sense is not', false, { broughtUp: { ...stop, at: 'yesterday' } }],
    ['is told by its annotation alone', false, { broughtUp: null }],
  ];
  for (const [name, isContested, workload] of cases) {
    test(name, () => {
      const exempt = contested(emptyActing(), cart(workload), now);
      expect(exempt?.rule ?? null).toBe(isContested ? 'brought up again by kubectl-scale' : null);
    });
  }
});

describe('what the annotation tells beside the journal', () => {
  const stop = { at: at(now - hour), id: 'act-9', automatic: true, digests: [digest(1)] };
  const broughtUp = cart({ broughtUp: stop });
  const own = (id: string, accepted = false): ActFact[] => [
    { type: 'ActStarted', order: anOrder({ id }), at: now },
    ...(accepted
      ? [{ type: 'ActEnded', order: anOrder({ id }), end: 'accepted', message: null, at: now } as const]
      : []),
  ];
  const cases: [name: string, contested: boolean, workload: Workload, history: History, more?: ActFact[]][] = [
    ['is heard where the journal knows only of an older act', true, broughtUp, { ago: 2 * day }],
    ['is heard where the journal knows of another act that does not count', true, broughtUp, { ended: 'failed' }],
    ['is no news of an act that the journal knows', false, broughtUp, { order: { id: 'act-9' }, ago: 2 * day }],
    ['proves that an act came about that was only intended', true, broughtUp, { order: { id: 'act-9' }, ended: null }],
    [
      'proves nothing of a custom kind, where it is written before the call',
      false,
      cart({ ...aCustomKind, broughtUp: stop }),
      { order: { id: 'act-9' }, ended: null },
    ],
    ['is heard though an own act has begun', true, broughtUp, { ended: null }, own('act-2')],
    ['is not heard of the own act', false, broughtUp, { ended: null }, own('act-9')],
    ['is not heard once the own act came about', false, broughtUp, { ended: null }, own('act-2', true)],
  ];
  for (const [name, expected, workload, history, more = []] of cases) {
    test(name, () => {
      const acting = actingAfter(workload, history, ...more);
      expect(contested(acting, workload, now) !== null).toBe(expected);
    });
  }
});
