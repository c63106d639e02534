import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../../src/core/act.ts';
import { changesIn } from '../../../src/core/verdict-lines.ts';
import { recordText } from '../../../src/core/verdict-text.ts';
import { historyPage } from '../../../src/ui/pages/history.ts';
import { recordPage } from '../../../src/ui/pages/record.ts';
import { widthOf } from '../../../src/ui/width.ts';
import { aRefused, anEnded, anIgnored, anIntended, anOrder } from '../../support/acts.ts';
import { hour, now } from '../../support/builders.ts';
import { drawn, readText, squeezed, wordsIn } from '../../support/drawn.ts';
import { aRun, aRunOver } from '../../support/runs.ts';
import { aLine, aRecord, condemned } from '../../support/verdicts.ts';

const at = (after: number): string => new Date(now + after).toISOString();
const paused: JournalLine = { type: 'Paused', at: at(3000), by: 'limit', message: '3 of 30' };
const resumed: JournalLine = { type: 'Resumed', at: at(4000), actor: 'bea', machine: 'desk' };

function page(...lines: readonly JournalLine[]): ReturnType<typeof historyPage> {
  const run = aRunOver([]);
  run.turn({ type: 'JournalRead', lines });
  return historyPage(run.state, now + hour);
}

describe('where there is nothing to show, it is said why', () => {
  test('the journal is being read', () =>
    expect(historyPage(aRun({ remembered: null }).state, now)).toMatchObject({
      rows: [],
      empty: 'reading the journal: what was done is not known yet',
    }));
  test('nothing was done', () => expect(page()).toMatchObject({ rows: [], empty: 'nothing was done so far' }));
});

describe('the page of history', () => {
  const other = anOrder({ id: 'act-2', action: 'delete', by: 'hand' });
  const all = [
    anIntended(),
    anEnded('effective'),
    aRefused({ at: at(1000), order: other }),
    anIgnored({ at: at(2000), until: '2027-01-31', reason: 'not reachable' }),
    paused,
    resumed,
  ];
  test('has all that the journal tells, newest first', () =>
    expect(wordsIn(page(...all), 'at', 'what', 'outcome', 'workload', 'by', 'reason')).toEqual([
      '2026-11-21T20:00:04Z | resume | resumed |  | bea | automatic acts go on',
      '2026-11-21T20:00:03Z | pause | paused |  | limit | 3 of 30',
      '2026-11-21T20:00:02Z | ignore | written | deployment/cart | ana | CVE-2026-1 until 2027-01-31: not reachable',
      '2026-11-21T20:00:01Z | delete | refused | deployment/cart | ana | security: CVE-2026-1 in npm://a:1',
      '2026-11-21T20:00:00Z | scaledown | effective | deployment/cart | policy:ana | security: CVE-2026-1 in npm://a:1',
    ]));
  test('names an act by its id in the journal, so that it can be undone', () =>
    expect(page(...all).rows.map(({ id }) => id)).toEqual(['pause 1', 'pause 0', 'ignored 0', 'act-2', 'act-1']));
  test('acts on the workload of a row, and on none of a pause', () =>
    expect(page(...all).rows.map(({ workloads }) => workloads.join())).toEqual([
      '',
      '',
      'uid-cart',
      'uid-cart',
      'uid-cart',
    ]));
  test('has a fault in what did not come about', () =>
    expect(page(...all).rows.map(({ fault }) => fault)).toEqual([false, false, false, true, false]));
  test('has a fault in a pause that holds', () => expect(page(paused).rows.map(({ fault }) => fault)).toEqual([true]));
  test('shows control characters that others wrote, and obeys none', () =>
    expect(wordsIn(page(anIgnored({ reason: '\u0007bell\n' })), 'reason')).toEqual([
      String.raw`CVE-2026-1: \x07bell\x0a`,
    ]));
  test('40 columns: age, what, outcome and workload', () =>
    expect(drawn(page(...all), 40).map(squeezed)).toEqual([
      'AGE WHAT OUTCOME WORKLOAD',
      '59m resume resumed',
      '59m pause paused',
      '59m ignore written …ployment/cart',
      '59m delete refused …ployment/cart',
      '60m scaledown effective …ployment/cart',
    ]));
  test.each([40, 80, 120, 400])('%i columns', (columns) => {
    for (const line of drawn(page(...all), columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });
});

describe('what came to read otherwise', () => {
  const changes = changesIn([
    aLine({ at: now - 3 * hour, seen: [recordText(aRecord('cart')), recordText(aRecord('pay'))] }),
    aLine({ at: now - 2 * hour, by: 'watch', changed: [recordText(condemned('cart', 'XRAY-1', 'XRAY-2'))] }),
    aLine({ at: now - hour, gone: [['shop/Deployment.apps/pay', 'gone']] }),
  ]);
  const withChanges = (): ReturnType<typeof historyPage> => {
    const run = aRunOver([]);
    run.turn({ type: 'JournalRead', lines: [anIntended({ at: at(-1.5 * hour) })] });
    return historyPage(run.state, now, changes);
  };
  test('stands between the acts, newest first', () =>
    expect(wordsIn(withChanges(), 'age', 'what', 'outcome', 'workload', 'by', 'reason')).toEqual([
      '60m | verdict | gone | deployment/pay | status | clean > <none>: gone',
      '90m | scaledown | not known | deployment/cart | policy:ana | security: CVE-2026-1 in npm://a:1',
      '120m | verdict | worse | deployment/cart | watch | clean > security: new finding',
    ]));
  test('each has an id of its own, and the workload it is of', () => {
    const { rows } = withChanges();
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
    expect(rows[2]).toMatchObject({ namespace: 'shop', workloads: ['uid-cart'], fault: false });
  });
  test.each([40, 80])('%i columns', (columns) => {
    for (const line of drawn(withChanges(), columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });
  test('is read whole in its record', () => {
    const [, , row] = withChanges().rows;
    const text = readText(recordPage(aRunOver([]).state, row?.id ?? '', now, { enforcing: null, changes }));
    expect(text).toContain('worse: clean > security');
    expect(text).toMatch(/Seen: +2026-11-21T18:00:00Z, 120m ago, by watch/);
    expect(text).toMatch(/New: +CVE-2026-1 \(Critical\)\n +CVE-2026-2 \(Critical\)/);
    expect(text).toMatch(/Images: +acme\/cart:1/);
  });
});
