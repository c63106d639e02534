import { describe, expect, test } from 'vitest';
import { wordsOfImage } from '../../src/core/image-words.ts';
import type { Policy } from '../../src/core/policy.ts';
import { imageRows, judgeAll } from '../../src/core/report.ts';
import type { Scan } from '../../src/core/scan.ts';
import type { ContainerImage, Workload } from '../../src/core/workload.ts';
import {
  aFinding,
  aPolicy,
  aScan,
  aViolation,
  aWorkload,
  anEntry,
  anException,
  anImage,
  circumstances,
  digest,
  now,
  pending,
  unknown,
  unscanned,
} from '../support/builders.ts';
import { stateWithScans } from '../support/states.ts';

const bad = aScan({ findings: [aFinding()] });
const gpl = aScan({ violations: [aViolation()] });
const noViolations = aScan({ evaluated: { security: 'covered', license: 'unanswered' } });

/** The words of every image, in the order of the rows. */
function wordsOf(all: readonly (readonly [Workload, readonly (Scan | null)[]])[], policy: Policy = aPolicy()) {
  const state = stateWithScans(all, policy);
  const workloads = all.map(([workload]) => workload);
  return imageRows(judgeAll(state, workloads, circumstances()), state).map((row) => wordsOfImage(row, state, now));
}

const each = (...entries: Partial<ContainerImage>[]): ContainerImage[] =>
  entries.map((entry, index) => anEntry({ container: `c${index}`, image: anImage(index + 1), ...entry }));

describe('the words of an image are those that it proves itself', () => {
  const cases: [name: string, words: string[], scan: Scan | null, policy?: Policy][] = [
    ['nobody has answered', ['unknown'], null],
    ['could not ask', ['unknown'], unknown()],
    ['being scanned', ['pending'], pending()],
    ['not scanned', ['unscanned'], unscanned()],
    ['violations could not be asked', ['unknown'], noViolations],
    ['proven beside that', ['security', 'unknown'], { ...noViolations, findings: [aFinding()] }],
    ['clean', ['clean'], aScan()],
    ['a finding below the threshold', ['clean'], aScan({ findings: [aFinding({ severity: 'Low' })] })],
    ['a finding', ['security'], bad],
    ['a license', ['license'], gpl],
    ['both', ['security', 'license'], { ...gpl, findings: [aFinding()] }],
    ['exempt', ['security'], bad, aPolicy({ exceptions: [anException()] })],
  ];
  for (const [name, words, scan, policy] of cases) {
    test(`${name}: ${words.join()}`, () => expect(wordsOf([[aWorkload(), [scan]]], policy)).toEqual([words]));
  }

  test('and none of the others in its workload', () => {
    const images = each({}, {}, {});
    expect(wordsOf([[aWorkload({ images }), [bad, aScan(), null]]])).toEqual([['security'], ['clean'], ['unknown']]);
  });

  test('each platform of one index for itself', () => {
    const images = each(
      { image: anImage(1, { platform: 'linux/amd64', key: 'amd64' }) },
      { image: anImage(1, { platform: 'linux/arm64', key: 'arm64' }) },
    );
    const scans = [
      aScan({ platform: 'linux/amd64', judged: [digest(8)] }),
      aScan({ platform: 'linux/arm64', judged: [digest(9)], findings: [aFinding()] }),
    ];
    expect(wordsOf([[aWorkload({ images }), scans]])).toEqual([['clean'], ['security']]);
  });

  test('of any of its workloads, in their order', () => {
    const [safe, alarmed] = [aWorkload({ name: 'a' }), aWorkload({ name: 'b' })];
    const exceptions = [anException({ workloads: ['deployment/a'] })];
    const all = [
      [safe, [bad]],
      [alarmed, [bad]],
    ] as const;
    expect(wordsOf(all, aPolicy({ exceptions }))).toEqual([['security']]);
  });

  test('what decides nothing proves nothing: it is never clean', () => {
    for (const entry of [{ role: 'ephemeral' }, { outdated: true }, { injected: true }] as const) {
      const workload = aWorkload({ images: each({}, entry) });
      expect(wordsOf([[workload, [aScan(), aScan()]]])).toEqual([['clean'], []]);
      expect(wordsOf([[workload, [aScan(), bad]]])).toEqual([['clean'], []]);
      expect(wordsOf([[workload, [aScan(), unscanned()]]])).toEqual([['clean'], ['unscanned']]);
      expect(wordsOf([[workload, [aScan(), null]]])).toEqual([['clean'], ['unknown']]);
    }
  });

  test('a template of pods that could not be read proves nothing', () =>
    expect(wordsOf([[aWorkload({ podsUnseen: true }), [aScan()]]])).toEqual([['unknown']]));
});
