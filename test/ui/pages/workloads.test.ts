import { describe, expect, test } from 'vitest';
import { conditionsText, worstFirst } from '../../../src/core/rows.ts';
import type { Scan } from '../../../src/core/scan.ts';
import { createWorkloadRows, workloadsTable } from '../../../src/ui/pages/workloads.ts';
import type { Row } from '../../../src/ui/table.ts';
import {
  aFinding,
  aLicense,
  anException,
  aPolicy,
  aScan,
  now,
  pending,
  unknown,
  unscanned,
} from '../../support/builders.ts';
import { wordsIn } from '../../support/drawn.ts';
import { chance } from '../../support/random.ts';
import { answered, aRunOver, deployed } from '../../support/runs.ts';
import type { Run } from '../../support/runs.ts';

const strict = aPolicy({ security: { default: 'scaledown' }, license: { basis: 'lists', denied: ['GPL-3.0-only'] } });
const bad = aScan({ findings: [aFinding()] });

function rowsOf(run: Run): readonly Row[] {
  return createWorkloadRows().all(run.state, run.now());
}

describe('conditions, in the words of status', () => {
  const cases: [name: string, scan: Scan | null, conditions: string, tone: string, fault: boolean][] = [
    ['nobody has answered', null, 'unknown', 'unknown', true],
    ['Xray was not reached', unknown(), 'unknown', 'unknown', true],
    ['the scan is under way', pending(), 'pending', 'unknown', true],
    ['never scanned', unscanned(), 'unscanned', 'fault', true],
    ['condemned', bad, 'security', 'fault', true],
    [
      'proven while an answer is missing',
      { ...unknown(), findings: [aFinding()] } as Scan,
      'security,?',
      'fault',
      true,
    ],
    ['a license that is denied', aScan({ licenses: [aLicense()] }), 'license', 'fault', true],
    ['clean', aScan(), 'clean', 'good', false],
  ];
  test.each(cases)('%s', (_, scan, conditions, tone, fault) => {
    const run = aRunOver([deployed('cart', 1)], { policy: strict });
    if (scan !== null) run.turn(answered(1, scan));
    const [row] = rowsOf(run);
    expect(row).toMatchObject({ id: 'deployment-cart', fault, workloads: ['deployment-cart'] });
    expect(row?.cells[7]).toEqual({ text: conditions, tone });
    expect(row?.cells[7]?.text).toBe(conditionsText(run.judgement('cart')));
  });
  test('an exempt one in brackets', () => {
    const run = aRunOver([deployed('cart', 1)], { policy: { ...strict, exceptions: [anException()] } });
    run.turn(answered(1, bad));
    expect(rowsOf(run)[0]?.cells[7]).toEqual({ text: '[security]', tone: 'muted' });
  });
});

describe('rows', () => {
  test('keep their identity while nothing of theirs has changed', () => {
    const run = aRunOver([deployed('cart', 1), deployed('pay', 2)], { policy: strict });
    const rows = createWorkloadRows();
    const before = new Map(rows.all(run.state, now).map((row) => [row.id, row]));
    run.turn(answered(1, bad));
    const after = new Map(rows.all(run.state, now).map((row) => [row.id, row]));
    expect(after.get('deployment-pay')).toBe(before.get('deployment-pay'));
    expect(after.get('deployment-cart')).not.toBe(before.get('deployment-cart'));
    expect([...after.keys()]).toEqual(['deployment-cart', 'deployment-pay']);
  });
  test('are in the order of a table that was sorted from scratch, whatever happened before', () => {
    const random = chance(17);
    const policy = { ...strict, exceptions: [anException({ covers: { cve: 'CVE-2026-3' } })] };
    const run = aRunOver(
      Array.from({ length: 30 }, (_, index) => deployed(`w${index}`, index)),
      { policy },
    );
    const rows = createWorkloadRows();
    const answers = [
      aScan(),
      bad,
      aScan({ findings: [aFinding({ severity: 'High' })] }),
      aScan({ findings: [aFinding({ cves: ['CVE-2026-3'] })] }),
      unknown(),
      pending(),
      unscanned(),
    ];
    for (let turn = 0; turn < 120; turn += 1) {
      const index = random.below(30);
      if (random.often(0.2)) {
        run.turn([
          { type: 'PodGone', uid: `pod-deployment-w${index}` },
          { type: 'ObjectGone', uid: `deployment-w${index}` },
        ]);
      } else run.turn(deployed(`w${index}`, index), answered(index, random.one(answers)));
      const all = rows.all(run.state, now);
      expect(all.map(({ id }) => id)).toEqual(rowsOf(run).map(({ id }) => id));
      expect(all).toHaveLength(run.state.judged.size);
      const judgements = all.map(({ id }) => run.state.judged.get(id));
      for (const [at, one] of judgements.entries()) {
        const next = judgements[at + 1];
        if (one !== undefined && next !== undefined) expect(worstFirst(one, next)).toBeLessThanOrEqual(0);
      }
      for (const row of all) {
        const judgement = run.state.judged.get(row.id);
        expect(row.cells[7]?.text).toBe(judgement === undefined ? null : conditionsText(judgement));
      }
    }
  });
  test('have a namespace only where there is more than one', () => {
    const run = aRunOver([deployed('cart', 1)]);
    const table = (one: boolean) => workloadsTable(rowsOf(run), 'workloads', '', one);
    expect(wordsIn(table(false), 'namespace', 'name', 'pods')).toEqual(['shop | deployment/cart | 1']);
    expect(table(true).columns.find(({ id }) => id === 'namespace')?.from).toBe(Infinity);
  });
});
