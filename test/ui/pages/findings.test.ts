import { describe, expect, test } from 'vitest';
import type { Scan } from '../../../src/core/scan.ts';
import { findingPage, findingsPage } from '../../../src/ui/pages/findings.ts';
import { imagesPage } from '../../../src/ui/pages/images.ts';
import type { Table } from '../../../src/ui/table.ts';
import { aFinding, aLicense, aPolicy, aScan, aViolation, pending, unknown, unscanned } from '../../support/builders.ts';
import { readText, wordsIn } from '../../support/drawn.ts';
import { answered, aRunOver, deployed } from '../../support/runs.ts';

const policy = aPolicy({ security: { basis: 'violations' } });

function opened(scan: Scan | null): { table: Table; read: (id: string) => string } {
  const run = aRunOver([deployed('cart', 1)], { policy });
  if (scan !== null) run.turn(answered(1, scan));
  const image = imagesPage(run.state, null, run.now()).rows[0]?.id ?? '';
  return {
    table: findingsPage(run.state, image, null),
    read: (id) => readText(findingPage(run.state, image, null, id)),
  };
}

describe('where there is no finding, it is said why', () => {
  const cases: [name: string, scan: Scan | null, says: RegExp][] = [
    ['nobody has answered', null, /^unknown: nothing is known of it, timeout/],
    ['Xray was not reached', unknown(), /^unknown: nothing is known of it, unreachable, connect ECONNREFUSED$/],
    ['the scan is under way', pending(), /^pending: nothing is known of it, scanning/],
    ['never scanned', unscanned(), /^unscanned: nothing is known of it, neverScanned/],
    [
      'violations were not answered',
      aScan({
        evaluated: { security: 'unanswered', license: 'covered' },
        violationsCause: { reason: 'timeout', message: 'no answer within 20s' },
      }),
      /found nothing; but whether it violates anything is not known \(no answer within 20s\)$/,
    ],
    [
      'violations were not asked for',
      aScan({ evaluated: { security: 'notAsked', license: 'notAsked' } }),
      /found nothing; but whether it violates anything is not known \(not asked yet\)$/,
    ],
    ['only a part of an index is known', aScan({ reason: 'partial' }), /found nothing; but partial$/],
    ['nothing was found', aScan(), /^Xray has scanned it and found nothing$/],
  ];
  test.each(cases)('%s', (_, scan, says) =>
    expect(opened(scan).table).toMatchObject({ rows: [], empty: expect.stringMatching(says) }),
  );
});

describe('findings', () => {
  test('come worst first, then violations and licenses', () => {
    const { table } = opened(
      aScan({
        findings: [aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'], severity: 'Low' }), aFinding()],
        violations: [aViolation()],
        licenses: [aLicense('MIT')],
      }),
    );
    expect(wordsIn(table, 'severity', 'id', 'what')).toEqual([
      'Critical | CVE-2026-1 | finding',
      'Low | CVE-2026-2 | finding',
      'High | GPL-3.0-only | violates all-images',
      ' | MIT | license',
    ]);
    expect(table.rows.map(({ covers }) => covers)).toEqual([
      [{ is: 'cve', cve: 'CVE-2026-1' }],
      [{ is: 'cve', cve: 'CVE-2026-2' }],
      [{ is: 'license', license: 'GPL-3.0-only' }],
      [{ is: 'license', license: 'MIT' }],
    ]);
  });
  test('without an id are all shown, the worst not hidden by another, each to be opened', () => {
    const bare = { id: '', cves: [], component: 'npm://a:1' };
    const { table, read } = opened(
      aScan({
        findings: [
          aFinding({ ...bare, severity: 'Low', summary: 'small' }),
          aFinding({ ...bare, severity: 'Critical', summary: 'great' }),
        ],
      }),
    );
    expect(wordsIn(table, 'severity', 'id')).toEqual(['Critical | (no id)', 'Low | (no id)']);
    expect(new Set(table.rows.map(({ id }) => id)).size).toBe(2);
    const [great = '', small = ''] = table.rows.map(({ id }) => read(id));
    expect(great).toMatch(/Finding: +<none>[^]*Summary: +great/);
    expect(small).toMatch(/Summary: +small/);
    expect(table.rows.map(({ covers }) => covers)).toEqual([[], []]);
  });
  test('of one issue in two components are two, and an answer told again leaves their ids', () => {
    const scan = aScan({
      findings: [aFinding(), aFinding({ component: 'npm://b:2' })],
      violations: [aViolation(), aViolation({ components: ['npm://b:2'] })],
    });
    const ids = opened(scan).table.rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(opened(scan).table.rows.map(({ id }) => id)).toEqual(ids);
  });
  test('one of them is told whole, with the image and who runs it', () => {
    const { table, read } = opened(aScan({ findings: [aFinding({ fixedIn: [], cvss: null })] }));
    const text = read(table.rows[0]?.id ?? '');
    for (const line of [
      /Finding: +XRAY-1$/m,
      /CVEs: +CVE-2026-1$/m,
      /CVSS: +<unknown>$/m,
      /Fixed in: +no fix known$/m,
      /Applies: +contextual analysis did not look$/m,
      /Runs in: +shop\/deployment\/cart$/m,
    ])
      expect(text).toMatch(line);
  });
  test('a violation tells watch and policy, a license its components', () => {
    const { table, read } = opened(
      aScan({ violations: [aViolation({ policy: null })], licenses: [aLicense('MIT', [])] }),
    );
    const [violation = '', license = ''] = table.rows.map(({ id }) => read(id));
    expect(violation).toMatch(/Watch: +all-images\nPolicy: +<unknown>/);
    expect(license).toMatch(/License: +MIT\nComponents: +<none>/);
  });
});
