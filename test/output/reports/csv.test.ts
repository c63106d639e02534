// CSV, as RFC 4180 has it, for spreadsheets that compute what looks like a formula.
import { describe, expect, test } from 'vitest';
import { csv } from '../../../src/output/reports/csv.ts';
import { aPair, aReport, everyPolicy, hostile, hostileReport, oneOfEach, written } from '../../support/a-report.ts';
import { aFinding, aLicense, aScan, aWorkload, anEntry, anImage, digest } from '../../support/builders.ts';

/** Rows by their headings; what is not RFC 4180 is an error. */
function rowsOf(report = aReport(oneOfEach, { policy: everyPolicy })): Readonly<Record<string, string>>[] {
  const [headings = [], ...rows] = recordsOf(written(csv, report));
  return rows.map((row) => {
    expect(row).toHaveLength(headings.length);
    return Object.fromEntries(row.map((cell, index) => [headings[index] ?? '', cell]));
  });
}

function recordsOf(text: string): string[][] {
  expect(text === '' || text.endsWith('\r\n')).toBe(true);
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [cell = '', quoted, bare, end = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(text.slice(at)) ?? [];
    if (cell === '') throw new Error(`no cell at ${at}: ${text.slice(at, at + 40)}`);
    record.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    at += cell.length;
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

test('a row is a workload, with whole values', () => {
  const scan = aScan({
    findings: [aFinding(), aFinding({ id: 'XRAY-2', cves: [], component: 'b', severity: 'Low' })],
    licenses: [aLicense('MIT')],
  });
  expect(rowsOf(aReport([aPair('cart', 1, scan)], { policy: everyPolicy }))).toEqual([
    {
      namespace: 'shop',
      kind: 'Deployment',
      name: 'cart',
      apiVersion: 'apps/v1',
      uid: 'cart',
      pods: '1',
      conditions: 'security',
      settled: 'true',
      action: 'scaledown',
      reason: 'scanPolicy.security.default',
      critical: '1',
      high: '0',
      medium: '0',
      low: '1',
      information: '0',
      unknown: '0',
      evidence: 'CVE-2026-1 XRAY-2',
      images: 'acme.jfrog.io/docker-local/app:1',
      digests: digest(1),
      licenses: 'MIT',
      scanned: '1',
      deciding: '1',
      createdAt: '2026-11-20T20:00:00.000Z',
    },
  ]);
});

test('what could not be asked is not clean', () => {
  const rows = rowsOf();
  const words = new Map(rows.map(({ name = '', conditions, settled }) => [name, `${conditions} ${settled}`]));
  expect(words.get('lost')).toBe('unknown false');
  expect(words.get('waiting')).toBe('pending false');
  expect(words.get('half')).toBe('security,? false');
  expect(words.get('clean')).toBe('clean true');
});

test('with --images a row is an image', () => {
  const [row] = rowsOf(aReport([aPair('cart', 1, aScan())], { of: 'image' }));
  expect(row).toMatchObject({
    reference: 'acme.jfrog.io/docker-local/app:1',
    digest: digest(1),
    scan: 'scanned',
    reason: '',
    workloads: 'shop/deployment/cart',
  });
});

test('headings may be left out', () => {
  const report = aReport([aPair('cart', 1, aScan())], { headings: false });
  expect(written(csv, report)).toMatch(/^shop,Deployment,cart,/);
});

describe('no cell is a formula', () => {
  const cases: [name: string, cell: string][] = [
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '\\x09=1'],
    [' =1', "' =1"],
    ['＝1', "'＝1"],
    ['a=1', 'a=1'],
    ['a"b,c', 'a"b,c'],
  ];
  for (const [name, cell] of cases) {
    test(JSON.stringify(name), () => {
      const workload = aWorkload({ name, images: [anEntry({ image: anImage(1) })] });
      expect(rowsOf(aReport([[workload, [aScan()]]]))[0]?.['name']).toBe(cell);
    });
  }
});

test('whatever a name holds, it stays a cell', () => {
  const rows = rowsOf(hostileReport());
  expect(rows).toHaveLength(2);
  expect(rows.some(({ name }) => name?.startsWith(hostile.slice(0, 40)) === true)).toBe(true);
});
