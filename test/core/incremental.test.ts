// Whatever happens in whatever order: what is kept up to date is what judging everything anew would say.
import { describe, expect, test } from 'vitest';
import type { ActOrder, JournalLine } from '../../src/core/act.ts';
import type { ActEnd } from '../../src/core/acting.ts';
import { assembleAll } from '../../src/core/assemble.ts';
import type { Fact } from '../../src/core/inventory.ts';
import { circumstancesIn } from '../../src/core/judged.ts';
import type { Judgement } from '../../src/core/judgement.ts';
import { nothingRemembered } from '../../src/core/memory.ts';
import { targetOf } from '../../src/core/order.ts';
import type { Policy } from '../../src/core/policy.ts';
import { judgeAll } from '../../src/core/report.ts';
import type { Scan } from '../../src/core/scan.ts';
import { unknownScan } from '../../src/core/scan.ts';
import { everything, isSelectedIn } from '../../src/core/selection.ts';
import type { OwnerObject } from '../../src/core/workload.ts';
import {
  aContainer,
  aFinding,
  aPod,
  aPolicy,
  aRollout,
  aScan,
  aViolation,
  aWorkload,
  anException,
  anObject,
  day,
  digest,
  hour,
  imageID,
  minute,
  now,
  ownedBy,
  pending,
  unscanned,
} from '../support/builders.ts';
import { chance } from '../support/random.ts';
import type { Chance } from '../support/random.ts';
import { aRun } from '../support/runs.ts';
import type { Run } from '../support/runs.ts';
import { clusterRead, scanRead, seen } from '../support/states.ts';

const images = 8;
const apps = 6;

const policies: readonly Policy[] = [
  aPolicy(),
  aPolicy({
    security: { default: 'scaledown', gracePeriod: hour },
    license: { default: 'delete', gracePeriod: 5 * minute },
  }),
  aPolicy({ security: { default: 'delete' }, unscanned: { default: 'scaledown', gracePeriod: 10 * minute } }),
  aPolicy({ security: { default: 'scaledown' }, exceptions: [anException({ until: '2026-11-21' })], onManaged: 'act' }),
  aPolicy({ security: { default: 'scaledown', whitelistNamespaces: ['shop'] }, roles: ['container', 'ephemeral'] }),
];

/** Two revisions of one app: what it owns, some of it running. */
function appFacts(by: Chance, time: number): Fact[] {
  const name = `app-${by.below(apps)}`;
  const iso = new Date(time + by.below(hour)).toISOString();
  const annotations: Record<string, string> = {};
  const [uid, digests, conditions] = [`deployment-${name}`, [digest(by.below(images))], ['security']];
  if (by.often(0.2))
    annotations['kubectl-xray/held'] = JSON.stringify({ uid, until: by.often(0.5) ? iso : '', digests, conditions });
  if (by.often(0.2))
    annotations['kubectl-xray/acted'] = JSON.stringify({ uid, action: 'scaledown', id: 'x', by: 'policy', time: iso });
  const deployment = anObject({
    name,
    uid: by.often(0.1) ? `${uid}-again` : uid,
    annotations,
    replicas: by.below(3),
    rollout: by.often(0.3) ? aRollout({ replicas: 2, updated: by.below(3), available: by.below(2) }) : null,
    createdAt: time - by.below(day),
  });
  const set = (revision: number): OwnerObject =>
    anObject({
      kind: 'ReplicaSet',
      name: `${name}-${revision}`,
      owner: ownedBy(deployment),
      revision,
      createdAt: time - by.below(hour),
    });
  const of = by.one([set(1), set(2)]);
  return by.one<Fact[]>([
    seen(deployment),
    seen(of),
    seen(
      aPod({
        name: `${name}-${by.below(3)}`,
        owner: by.often(0.9) ? ownedBy(of) : null,
        phase: by.one(['Running', 'Pending', 'Failed']),
        terminating: by.often(0.1),
        node: by.one(['node-1', 'node-2', null]),
        containers: [
          aContainer({ imageID: by.often(0.9) ? imageID(by.below(images)) : '' }),
          ...(by.often(0.2)
            ? [aContainer({ name: 'debug', role: 'ephemeral', imageID: imageID(by.below(images)) })]
            : []),
        ],
      }),
    ),
    [{ type: 'PodGone', uid: `pod-${name}-${by.below(3)}` }],
    [{ type: 'ObjectGone', uid: by.one([deployment.uid, of.uid]) }],
    [{ type: 'OwnerMissing', owner: ownedBy(of), namespace: 'shop', clusterScoped: false }],
  ]);
}

function aScanBy(by: Chance, time: number): Scan {
  const askedAt = time - by.below(2 * minute);
  return by.one<Scan>([
    aScan({ askedAt }),
    aScan({ askedAt, findings: [aFinding({ id: `XRAY-${by.below(3)}` })] }),
    aScan({ askedAt, violations: [aViolation({ created: new Date(time - by.below(day)).toISOString() })] }),
    { ...unscanned(by.one(['foreign', 'failed'])), askedAt },
    { ...pending(), askedAt },
    unknownScan(by.one(['unreachable', 'forbidden']), 'x', askedAt),
  ]);
}

function lineBy(by: Chance, time: number, run: Run): JournalLine {
  const at = new Date(time - by.below(minute)).toISOString();
  const known = [...run.state.acting.history.records.keys()];
  if (known.length > 0 && by.often(0.4)) {
    return {
      type: 'Ended',
      at,
      id: by.one(known),
      outcome: by.one(['accepted', 'effective', 'stuck', 'failed']),
      message: null,
    };
  }
  if (by.often(0.1)) return { type: 'Paused', at, by: 'limit', message: 'x' };
  if (by.often(0.2)) return { type: 'Resumed', at, actor: 'ana', machine: 'desk' };
  const judged = [...run.state.judged.values()].map(({ workload }) => workload);
  const workload = judged.length === 0 ? aWorkload() : by.one(judged);
  const order: ActOrder = {
    id: `other-${by.below(1000)}`,
    action: by.one(['scaledown', 'delete', 'restore']),
    // Of one that had its name before, too.
    target: { ...targetOf(workload), uid: by.often(0.5) ? workload.uid : 'before' },
    by: by.one(['policy', 'hand']),
    reason: { condition: 'security', rule: null, evidence: [] },
    ran: [],
    digests: workload.images.flatMap(({ image }) => image.digest ?? []),
    conditions: ['security'],
    acceptDataLoss: false,
    restore: null,
  };
  const undo = { grade: 'full', means: '' } as const;
  return { type: 'Intended', at, order, saved: null, undo, actor: 'bob', machine: 'desk' };
}

function factsBy(by: Chance, run: Run): Fact[] {
  const time = run.now();
  const known = [...run.state.lookUps.values()];
  const { acting } = run.state;
  const underWay = [...acting.underWay.values()];
  switch (by.below(11)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return appFacts(by, time);
    case 4:
    case 5:
      return known.length === 0 ? [] : [scanRead(by.one(known).image, aScanBy(by, time))];
    case 6:
    case 7:
      return [{ type: 'JournalRead', lines: [lineBy(by, time, run)] }];
    case 8: {
      const ends: readonly ActEnd[] = ['accepted', 'effective', 'stuck', 'refused', 'failed', 'notNeeded', 'deferred'];
      if (underWay.length === 0) return [];
      return [{ type: 'ActEnded', order: by.one(underWay).order, end: by.one(ends), message: null, at: time }];
    }
    case 9:
      return [
        by.one<Fact>([
          {
            type: 'ImagesNews',
            at: time,
            digests: [digest(by.below(images))],
            folders: [],
            repositories: [],
            everything: by.often(0.1),
            from: 'webhook',
          },
          {
            type: 'NodeSeen',
            name: by.one(['node-1', 'node-2']),
            platform: by.one(['linux/amd64', 'linux/arm64', null]),
          },
          { type: 'ScaledByKeda', namespace: 'shop', kind: 'Deployment', name: `app-${by.below(20)}` },
          { type: 'MemoryRead', remembered: nothingRemembered, lasts: by.often(0.8) },
        ]),
      ];
    default:
      return by.often(0.3) ? [{ type: 'PolicyRead', policy: by.one(policies) }] : [];
  }
}

/** Everything judged anew, by uid. */
function fromScratch(run: Run): Map<string, Judgement> {
  const { state } = run;
  const selected = isSelectedIn(state, everything);
  const workloads = [...assembleAll(state, run.now()).values()].map(({ workload }) => workload).filter(selected);
  const judged = judgeAll(state, workloads, circumstancesIn(state, { ownNamespaces: [] }, run.now()));
  return new Map(judged.map((one) => [one.workload.uid, one]));
}

function byUid(judged: Iterable<readonly [string, Judgement]>): (readonly [string, Judgement])[] {
  return [...judged].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** What the engine makes of steps at once. */
function begun(run: Run, steps: ReturnType<Run['turn']>['planned']['steps']): Fact[] {
  return steps.flatMap((step): Fact[] => {
    if (step.type === 'Act') return [{ type: 'ActStarted', order: step.order, at: run.now() }];
    return step.type === 'Pause' ? [{ type: 'PauseStarted', at: run.now() }] : [];
  });
}

describe('after any facts', () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    test(`in any order, what is kept is what judging everything anew says, and nothing is due twice (${seed})`, () => {
      const by = chance(seed);
      const run = aRun({ policy: by.one(policies) });
      const beforeRead = by.below(30);
      for (let step = 0; step < 150; step += 1) {
        const facts = Array.from({ length: 1 + by.below(3) }, () => factsBy(by, run)).flat();
        if (step === beforeRead) facts.push(clusterRead);
        if (by.often(0.3)) run.pass(by.one([1, 1000, 11_000, minute, 10 * minute, hour]));
        const { planned } = run.turn(...facts);
        const again = run.turn(...begun(run, planned.steps)).planned;
        expect(again.steps).toEqual([]);
        if (step < beforeRead) continue;
        expect(byUid(run.state.judged)).toEqual(byUid(fromScratch(run)));
        const { judged, index, usedBy } = run.state;
        expect([...index.calling].toSorted()).toEqual(
          byUid(judged).flatMap(([uid, { decided }]) => (decided.decision.action === 'ignore' ? [] : [uid])),
        );
        expect(new Set(usedBy.keys())).toEqual(
          new Set([...judged.values()].flatMap(({ workload }) => workload.images.map(({ image }) => image.key))),
        );
      }
      expect(run.now()).toBeGreaterThanOrEqual(now);
    });
  }
});
