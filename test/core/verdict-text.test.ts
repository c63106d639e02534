import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import type { Workload } from '../../src/core/workload.ts';
import { recordKey } from '../../src/core/verdict-record.ts';
import {
  keyOfText,
  recordOfText,
  recordText,
  tellsAll,
  textOfItem,
  textOfJudgement,
} from '../../src/core/verdict-text.ts';
import {
  aFinding,
  aLicense,
  aPolicy,
  aReference,
  aScan,
  anAct,
  anEntry,
  anException,
  anImage,
  aWorkload,
  named,
  pending,
  unknown,
  unscanned,
} from '../support/builders.ts';
import { aRecord, condition, evidence, judgedTwice } from '../support/verdicts.ts';

const bad = aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-2', cves: [], severity: 'High' })] });
const two = aWorkload({ images: [anEntry(), anEntry({ container: 'log', image: anImage(2) })] });

describe('a judgement and the report of it are kept as the same', () => {
  const cases: [name: string, workload: Workload, scans: (Scan | null)[], policy?: Policy][] = [
    ['clean', aWorkload(), [aScan()]],
    ['not evaluated', aWorkload(), [aScan({ evaluated: { security: 'covered', license: 'notCovered' } })]],
    ['condemned', aWorkload(), [bad]],
    ['by the same finding in two images', two, [bad, bad]],
    ['with an answer missing', two, [bad, unknown()]],
    ['not asked', aWorkload(), [null]],
    ['pending', aWorkload(), [pending()]],
    ['not scanned', aWorkload(), [unscanned('foreign')]],
    ['by its reference alone', aWorkload({ images: [anEntry({ image: aReference() })] }), [bad]],
    [
      'a license',
      aWorkload(),
      [aScan({ licenses: [aLicense()] })],
      aPolicy({ license: { denied: ['GPL-3.0-only'], basis: 'lists' } }),
    ],
    ['excepted in part', aWorkload(), [bad], aPolicy({ exceptions: [anException()] })],
    ['excepted', aWorkload(), [bad], aPolicy({ exceptions: [anException({ covers: { condition: 'security' } })] })],
    ['whitelisted', aWorkload(), [bad], aPolicy({ security: { whitelistNamespaces: ['shop'] } })],
    ['due', aWorkload(), [bad], aPolicy({ security: { actions: named({ deployments: 'scaledown' }) } })],
    ['stopped by us', aWorkload({ acted: anAct() }), [bad]],
    ['protected', aWorkload({ namespace: 'kube-system' }), [bad], aPolicy({ security: { default: 'delete' } })],
    [
      'an injected image decides nothing',
      aWorkload({ images: [anEntry(), anEntry({ injected: true, image: anImage(3) })] }),
      [aScan(), bad],
    ],
  ];
  for (const [name, workload, scans, policy] of cases) {
    test(name, () => {
      const { judgement, item } = judgedTwice(workload, scans, policy);
      const text = textOfJudgement(judgement);
      expect(textOfItem(item)).toBe(text);
      expect(recordText(recordOfText(text))).toBe(text);
      expect(keyOfText(text)).toBe(recordKey(workload));
      expect(tellsAll(text)).toBe(item.settled && item.notEvaluated.length === 0);
    });
  }
});

describe('a text is taken apart again', () => {
  test('with all that is in it', () => {
    const record = aRecord('cart', {
      settled: false,
      notEvaluated: ['license'],
      missing: ['timeout', 'unauthorized'],
      conditions: [
        condition('security', [evidence('XRAY-1'), evidence('XRAY-2', 'Unknown', false)], { exempt: 'held' }),
        condition('license', [evidence('license MIT', null)], { covered: true, exempt: 'whitelist' }),
      ],
      action: 'scaled-down',
      exempt: 'gracePeriod',
      severities: { critical: 1, high: 2, medium: 3, low: 4, information: 5, unknown: 6 },
      images: ['a:1@sha256:0123', 'b'],
      carried: [evidence('XRAY-9', 'Low')],
    });
    expect(recordOfText(recordText(record))).toEqual(record);
  });
  test('with what others wrote into it', () => {
    const record = aRecord('cart', { conditions: [condition('license', [evidence('license a\tb\nc¦d', null)])] });
    const [only] = recordOfText(recordText(record)).conditions;
    expect(only?.evidence).toMatchObject([{ key: 'license a b c d', open: true }]);
  });
  test('whatever it is', () => {
    for (const text of ['', '\t', 'a\tb\tc\td\te\t1\t\t\t\t\t\t\tsecurity', '\t'.repeat(40)]) {
      expect(() => recordOfText(text)).not.toThrow();
    }
  });
});
