import { describe, expect, test } from 'vitest';
import { imageOf } from '../../../src/core/image.ts';
import type { Scan } from '../../../src/core/scan.ts';
import type { Page } from '../../../src/ui/page.ts';
import { aContainer, aFinding, aLicense, aScan, aViolation, unknown } from '../../support/builders.ts';
import { cellOf, judgedState, pageOf, running, tableOf, textOf } from '../../support/judged-state.ts';
import { scanRead } from '../../support/states.ts';

const container = aContainer();
const image = imageOf(container.reference, container.imageID, null);

/** Of the only image that cart runs. */
function findingsIn(scan: Scan | null): ReturnType<typeof tableOf> {
  return tableOf(pageOf(...only(scan)));
}

function only(scan: Scan | null): [ReturnType<typeof judgedState>, Extract<Page, { at: 'findings' }>] {
  const state = judgedState([...running('cart'), ...(scan === null ? [] : [scanRead(image, scan)])]);
  const [row] = tableOf(pageOf(state, { at: 'images', workload: null })).rows;
  return [state, { at: 'findings', image: row?.id ?? '', workload: null }];
}

describe('nothing found is said only of a whole answer', () => {
  const message = 'the watches may not be read';
  const cases: readonly [string, Scan | null, RegExp][] = [
    ['none yet', null, /^unknown: nothing is known of it, timeout/],
    ['none, as the server was not there', unknown(), /^unknown: nothing is known of it, unreachable, connect/],
    ['of some of its platforms', aScan({ reason: 'partial' }), /found nothing; but partial$/],
    [
      'without violations',
      aScan({
        violationsCause: { reason: 'forbidden', message },
        evaluated: { security: 'unanswered', license: 'unanswered' },
      }),
      /found nothing; but whether it violates anything is not known \(the watches may not be read\)$/,
    ],
    ['whole', aScan(), /^Xray has scanned it and found nothing$/],
  ];
  test.each(cases)('the answer: %s', (_, scan, words) => {
    expect(findingsIn(scan).empty).toMatch(words);
  });
  test('an image that is gone is told', () => {
    const page = { at: 'findings', image: 'gone', workload: null } as const;
    expect(tableOf(pageOf(judgedState([]), page)).empty).toBe('nobody runs this image any more');
  });
});

test('what some platforms proved does not hide that the rest is not known', () => {
  const scan = { ...unknown(), findings: [aFinding()] };
  const table = findingsIn(scan);
  expect(table.rows).toHaveLength(1);
  expect(table.title).toContain(': unknown, unreachable, connect ECONNREFUSED');
});

test('findings come worst first, then violations and licenses', () => {
  const findings = [aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'], severity: 'Low' }), aFinding()];
  const table = findingsIn(aScan({ findings, violations: [aViolation()], licenses: [aLicense('MIT')] }));
  const told = table.rows.map((_, row) => `${cellOf(table, row, 'what')} ${cellOf(table, row, 'id')}`);
  expect(told).toEqual(['finding CVE-2026-1', 'finding CVE-2026-2', 'violates all-images GPL-3.0-only', 'license MIT']);
});

test('a finding that Xray tells twice is there twice, worst first', () => {
  const table = findingsIn(aScan({ findings: [aFinding({ severity: 'Low' }), aFinding({ severity: 'Critical' })] }));
  expect(table.rows.map((_, row) => cellOf(table, row, 'severity'))).toEqual(['Critical', 'Low']);
});

test('two violations of one watch in two components are two', () => {
  const violations = [aViolation({ components: ['npm://a:1'] }), aViolation({ components: ['npm://b:1'] })];
  expect(findingsIn(aScan({ violations })).rows).toHaveLength(2);
});

test('what an exception can cover is what the row names', () => {
  const scan = aScan({ findings: [aFinding()], licenses: [aLicense('MIT')] });
  expect(findingsIn(scan).rows.map(({ covers }) => covers)).toEqual([
    [{ is: 'cve', cve: 'CVE-2026-1' }],
    [{ is: 'license', license: 'MIT' }],
  ]);
});

test('each of them whole: what it is, in which image, and who runs that', () => {
  const [state, page] = only(aScan({ findings: [aFinding()] }));
  const [row] = tableOf(pageOf(state, page)).rows;
  expect(`\n${textOf(pageOf(state, { ...page, at: 'finding', finding: row?.id ?? '' }))}\n`).toMatchInlineSnapshot(`
    "
    Finding:     XRAY-1
    CVEs:        CVE-2026-1
    Severity:    Critical
    CVSS:        9.8
    Component:   npm://event-stream:3.3.6
    Fixed in:    4.0.0
    Applies:     contextual analysis did not look
    Summary:     steals wallets
    Image:       acme.jfrog.io/docker-local/app:1
    Digest:      sha256:0cf457e24a479f02fd4d34540389f720f0807dcff92a7562108165b2637ea82f
    Path:        docker-local/app/1/manifest.json
    Runs in:     shop/statefulset/cart
    "
  `);
  expect(textOf(pageOf(state, { ...page, at: 'finding', finding: 'gone' }))).toContain('it is not known any more');
});
