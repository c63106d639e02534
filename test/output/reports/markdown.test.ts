// Markdown, for a comment on a pull request.
import { describe, expect, test } from 'vitest';
import { markdown } from '../../../src/output/reports/markdown.ts';
import { aPair, aReport, everyPolicy, hostile, hostileReport, oneOfEach, written } from '../../support/a-report.ts';
import { aFinding, aScan } from '../../support/builders.ts';

const text = (report = aReport(oneOfEach, { policy: everyPolicy })): string => written(markdown, report);
const linesOf = (report?: ReturnType<typeof aReport>): string[] => text(report).split('\n');
const tableOf = (report?: ReturnType<typeof aReport>): string[] =>
  linesOf(report).filter((line) => line.startsWith('|'));

test('what could not be asked stands before the table', () => {
  const lines = linesOf();
  const gap = lines.findIndex((line) => line.includes('connect ECONNREFUSED'));
  expect(lines[gap]).toMatch(/^> - /);
  expect(gap).toBeLessThan(lines.findIndex((line) => line.startsWith('|')));
  expect(text(aReport([aPair('clean', 1, aScan())]))).not.toContain('Not everything is known');
});

test('a row says what holds, what is due and why', () =>
  expect(tableOf(aReport([aPair('cart', 1, aScan({ findings: [aFinding()] }))], { policy: everyPolicy }))).toEqual([
    '| Workload | Conditions | Critical | High | Medium | Low | Action | Why |',
    '| --- | --- | ---: | ---: | ---: | ---: | --- | --- |',
    '| <code>shop</code> <code>deployment/cart</code> | <code>security</code> | 1 | 0 | 0 | 0 | <code>scaledown</code><br><code>scanPolicy.security.default</code> | <code>CVE-2026-1</code> |',
  ]));

test('what is clean is counted, and what is not known is no part of it', () => {
  expect(text()).toContain('\n2 workloads clean.\n');
  expect(tableOf()).toHaveLength(oneOfEach.length);
  expect(tableOf().join('\n')).toContain('<code>deployment/lost</code> | <code>unknown</code>');
});

test('with --images a row is an image', () => {
  const [, , row] = tableOf(aReport([aPair('cart', 1, aScan())], { of: 'image' }));
  expect(row).toBe('| <code>acme.jfrog.io/docker-local/app:1</code> | <code>scanned</code> | 0 | 0 | 0 | 0 | 1 |');
});

test('a comment takes all of it, however much there is', () => {
  const many = Array.from({ length: 2000 }, (_, index) => aPair(`cart-${index}`, 1, aScan({ findings: [aFinding()] })));
  const comment = text(aReport(many));
  expect(comment.length).toBeLessThan(65_536);
  expect(comment).toMatch(/\nand \d+ more workloads\.\n/);
  const forbidden = many.map((_, index) => ({ resource: 'pods', namespace: `n-${index}`, message: hostile }));
  const gaps = text(aReport(many, { forbidden }));
  expect(gaps.length).toBeLessThan(65_536);
  expect(gaps).toMatch(/\n> - and \d+ more\n/);
});

describe('whatever a name holds', () => {
  const lines = linesOf(hostileReport());

  test('no markup is left of it', () => {
    const bare = lines.join('\n').replaceAll(/<\/?code>|<br>|<\/?sub>/g, '');
    expect(bare).not.toMatch(/[<`@[\]]|\w:\/\/|www\./);
  });
  test('each row has its cells', () => {
    const cells = lines.filter((line) => line.startsWith('|')).map((line) => line.split('|').length);
    expect(new Set(cells)).toEqual(new Set([10]));
  });
});
