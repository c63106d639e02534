import { describe, expect, test } from 'vitest';
import type { Circumstances } from '../../src/core/decide.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Judgement } from '../../src/core/report.ts';
import {
  actionText,
  ageText,
  conditionsText,
  hasSeverity,
  reasonText,
  wordsOf,
  worstFirst,
  worstSeverity,
} from '../../src/core/rows.ts';
import type { Scan } from '../../src/core/scan.ts';
import type { Severity } from '../../src/core/severity.ts';
import type { Workload } from '../../src/core/workload.ts';
import {
  aFinding,
  aPolicy,
  aReference,
  aScan,
  aViolation,
  aWorkload,
  anEntry,
  anException,
  anImage,
  circumstances,
  day,
  hour,
  minute,
  now,
  pending,
  unknown,
  unscanned,
  anAct,
} from '../support/builders.ts';
import { judgementOf } from '../support/states.ts';

const bad = aScan({ findings: [aFinding()] });
const gpl = aScan({ violations: [aViolation()] });
const noAnswer = aScan({ evaluated: { security: 'covered', license: 'unanswered' } });
const excepting = aPolicy({ exceptions: [anException()] });

interface Setting {
  readonly policy?: Policy;
  readonly workload?: Partial<Workload>;
  readonly about?: Partial<Circumstances>;
}

/** A row of one container for each scan. */
function row(scans: readonly (Scan | null)[], { policy, workload, about }: Setting = {}): Judgement {
  const images = scans.map((_, index) => anEntry({ container: `c${index}`, image: anImage(index + 1) }));
  return judgementOf(aWorkload({ images, ...workload }), scans, policy, circumstances(about));
}

describe('CONDITIONS', () => {
  const cases: [name: string, text: string, words: string[], scans: (Scan | null)[], policy?: Policy][] = [
    ['nobody has answered', 'unknown', ['unknown'], [null]],
    ['could not ask', 'unknown', ['unknown'], [unknown()]],
    ['being indexed or scanned', 'pending', ['pending'], [pending('indexing'), pending('scanning'), aScan()]],
    ['one pending, one that could not be asked', 'unknown', ['unknown'], [pending(), unknown()]],
    ['violations could not be asked', 'unknown', ['unknown'], [noAnswer]],
    ['clean', 'clean', ['clean'], [aScan()]],
    ['one condition', 'security', ['security'], [bad]],
    ['all of them', 'unscanned,security,license', ['unscanned', 'security', 'license'], [gpl, bad, unscanned()]],
    ['proven while answers are missing', 'security,?', ['security', 'unknown'], [bad, null]],
    ['proven while answers are pending', 'security,?', ['security', 'pending'], [bad, pending()]],
    ['exempt', '[security]', ['security'], [bad], excepting],
    ['exempt, beside one that holds', '[security],license', ['security', 'license'], [bad, gpl], excepting],
    ['exempt while answers are missing', '[security],?', ['security', 'unknown'], [bad, null], excepting],
  ];
  for (const [name, text, words, scans, policy] of cases) {
    test(`${name}: ${text}`, () => {
      const judgement = row(scans, { policy });
      expect([conditionsText(judgement), wordsOf(judgement)]).toEqual([text, words]);
    });
  }
});

describe('ACTION and REASON', () => {
  const scaledown = aPolicy({ security: { default: 'scaledown' } });
  const waiting = aPolicy({ security: { default: 'scaledown', gracePeriod: hour } });
  const acted = anAct({ by: 'Ana Lima' });
  const seen = { firstSeen: () => now };
  const cases: [name: string, action: string, reason: string | null, setting: Setting][] = [
    ['nothing is called for', 'ignore', null, {}],
    ['due', 'scaledown', 'scanPolicy.security.default', { policy: scaledown }],
    ['exempt', 'ignore', 'protect', { policy: scaledown, workload: { namespace: 'kube-system' } }],
    ['excepted', 'ignore', 'exception', { policy: { ...scaledown, exceptions: [anException()] } }],
    ['a grace period with an end', 'ignore', 'gracePeriod:2026-11-21T21:00:00.000Z', { policy: waiting, about: seen }],
    ['a grace period without a memory', 'ignore', 'gracePeriod:since-unknown', { policy: waiting }],
    ['at zero', 'ignore', 'atZero', { policy: scaledown, workload: { idle: 'zero' } }],
    [
      'to be deleted, but known by reference alone',
      'ignore',
      'referenceOnly',
      {
        policy: aPolicy({ security: { default: 'delete' } }),
        workload: { images: [anEntry({ image: aReference() })] },
      },
    ],
    ['what we stopped', 'scaled-down', 'by:Ana_Lima', { policy: scaledown, workload: { idle: 'zero', acted } }],
  ];
  for (const [name, action, reason, setting] of cases) {
    test(`${name}: ${action}, ${reason}`, () => {
      const judgement = row([bad], setting);
      expect([actionText(judgement), reasonText(judgement)]).toEqual([action, reason]);
    });
  }
  test('have no blanks, so that awk and cut work', () => {
    for (const [, , , setting] of cases) expect(reasonText(row([bad], setting)) ?? '').not.toMatch(/\s/);
  });
});

const count = (...all: Severity[]): Scan =>
  aScan({ findings: all.map((severity, index) => aFinding({ id: `XRAY-${index}`, severity, cves: [] })) });

describe('the default order', () => {
  const scaledown = aPolicy({
    security: { default: 'scaledown' },
    exceptions: [anException({ workloads: ['*/excepted'] })],
  });
  const one = (name: string, scan: Scan | null, workload: Partial<Workload> = {}): Judgement =>
    row([scan], { policy: scaledown, workload: { name, ...workload } });

  test('is worst first: what is due, what holds, what is not known, what is excepted, clean', () => {
    const rows = [
      one('clean', aScan()),
      one('excepted', bad),
      one('unknown', null),
      one('holds', gpl),
      one('due', bad),
    ];
    expect(namesOf(rows)).toEqual(['due', 'holds', 'unknown', 'excepted', 'clean']);
  });
  test('then by counts, the worst severity first', () => {
    const rows = [
      one('two-high', count('High', 'High')),
      one('one-high', count('High', 'Low', 'Low', 'Low')),
      one('critical', count('Critical')),
      one('more-low', count('High', 'High', 'Low')),
    ];
    expect(namesOf(rows)).toEqual(['critical', 'more-low', 'two-high', 'one-high']);
  });
  test('then by namespace, name and kind', () => {
    const rows = [
      one('b', aScan(), { namespace: 'a' }),
      one('a', aScan(), { namespace: 'b' }),
      one('a', aScan(), { namespace: 'a', kind: 'StatefulSet' }),
      one('a', aScan(), { namespace: 'a' }),
    ];
    expect(
      rows.toSorted(worstFirst).map(({ workload }) => `${workload.namespace} ${workload.kind} ${workload.name}`),
    ).toEqual(['a Deployment a', 'a StatefulSet a', 'a Deployment b', 'b Deployment a']);
  });
});

describe('the worst severity', () => {
  const of = (...all: Severity[]): Judgement =>
    row([aScan({ findings: all.map((severity) => aFinding({ severity, id: severity })) })]);
  const cases: [name: string, judgement: Judgement, worst: Severity | null, high: boolean][] = [
    ['of none is null', of(), null, false],
    ['of what nobody answered is null', row([null]), null, false],
    ['below', of('Medium', 'Unknown'), 'Medium', false],
    ['at', of('Low', 'High'), 'High', true],
    ['above', of('Critical'), 'Critical', true],
  ];
  for (const [name, judgement, worst, high] of cases) {
    test(`${name}: ${worst}, ${high ? 'at least High' : 'not at least High'}`, () =>
      expect([worstSeverity(judgement.verdict.severities), hasSeverity(judgement.verdict.severities, 'High')]).toEqual([
        worst,
        high,
      ]));
  }
});

describe('an age, as kubectl prints it', () => {
  const second = 1000;
  const cases: [milliseconds: number, text: string][] = [
    [-5 * second, '0s'],
    [0, '0s'],
    [119 * second, '119s'],
    [120 * second, '2m'],
    [303 * second, '5m3s'],
    [10 * minute + 30 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [3 * hour + 12 * minute, '3h12m'],
    [8 * hour + 12 * minute, '8h'],
    [47 * hour, '47h'],
    [2 * day, '2d'],
    [3 * day + 4 * hour, '3d4h'],
    [8 * day + 4 * hour, '8d'],
    [729 * day, '729d'],
    [730 * day, '2y'],
    [760 * day, '2y30d'],
    [2920 * day, '8y'],
    [3000 * day, '8y'],
  ];
  for (const [milliseconds, text] of cases)
    test(`${milliseconds} ms: ${text}`, () => expect(ageText(milliseconds)).toBe(text));
});

function namesOf(rows: readonly Judgement[]): string[] {
  return rows.toSorted(worstFirst).map(({ workload }) => workload.name);
}
