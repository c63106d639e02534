// The page for people without access to the cluster, as text; html.browser.test.ts looks at it in a browser.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { html } from '../../../src/output/reports/html.ts';
import { style } from '../../../src/output/reports/html/style.ts';
import { aPair, aReport, everyPolicy, hostileReport, oneOfEach, written } from '../../support/a-report.ts';
import { aFinding, aScan } from '../../support/builders.ts';

const page = (report = aReport(oneOfEach, { policy: everyPolicy })): string => written(html, report);

/** Without style and script. */
const body = (report?: ReturnType<typeof aReport>): string =>
  page(report).replaceAll(/<(style|script)>[\s\S]*?<\/\1>/g, '');

test('what is not known stands first', () => {
  expect(page().indexOf('connect ECONNREFUSED')).toBeLessThan(page().indexOf('In numbers'));
  expect(body()).toContain('Not everything is known');
  expect(body(aReport([aPair('clean', 1, aScan())]))).toContain('Everything in scope was asked and answered');
});

test('the policy of the page names its own script and style, and nothing else', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page())?.[1];
  const hash = (name: string): string => {
    const source = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(page())?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
  };
  expect(policy?.split('; ')).toEqual([
    "default-src 'none'",
    `style-src ${hash('style')}`,
    `script-src ${hash('script')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test('nothing in it is to be loaded', () => {
  const loaded = /<(link|img|iframe|object|embed|base|video|audio|source)\b|\b(src|style|on\w+)=|@import|url\(/i;
  expect(body()).not.toMatch(loaded);
  expect(style).not.toMatch(loaded);
  expect(body()).not.toMatch(/href="(?!#)/);
});

test('every workload and every image is there, with what was found', () => {
  const text = body();
  for (const [{ name }] of oneOfEach) expect(text).toContain(`deployment/${name}</th>`);
  expect(text.match(/data-of="image"/g)).toHaveLength(13);
  expect(text).toContain('CVE-2026-5000');
});

test('what is accepted says by what', () =>
  expect(body()).toContain('<td>exceptions[0]: not reachable (ana), until 2027-01-31</td>'));

test('with --images there are images alone', () => {
  const text = body(aReport(oneOfEach, { of: 'image' }));
  expect(text).not.toContain('data-of="workload"');
  expect(text.match(/data-of="image"/g)).toHaveLength(13);
});

test('of very many findings the image has all, the workload the worst', () => {
  const findings = Array.from({ length: 100 }, (_, index) => aFinding({ id: `X-${index}`, cves: [] }));
  const text = body(aReport([aPair('cart', 1, aScan({ findings }))]));
  expect(text).toContain('and 85 more: see its images below');
  expect(text.match(/X-99\b/g)).toHaveLength(1);
});

test('tables have headings, and every row has one', () => {
  const text = body();
  const tables = text.match(/<table/g)?.length ?? 0;
  expect(text.match(/<thead>/g)).toHaveLength(tables);
  expect(text.match(/<th scope="row">/g)).toHaveLength(26);
  expect(text).toMatch(/<html lang="en">/);
});

describe('whatever a name holds', () => {
  const text = page(hostileReport());
  test('there is one script, and nothing that runs', () => {
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text.match(/<\/script/g)).toHaveLength(1);
    expect(text).not.toMatch(/<img|onerror="/);
  });
  test('every tag is one of ours', () => {
    const tags = new Set([...body(hostileReport()).matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag));
    const ours = (
      'html head meta title body header main section h1 h2 p time ul li dl div dt dd ' +
      'figure figcaption svg text rect form label input select option button output table caption thead tbody tr th td span strong a details summary'
    ).split(' ');
    expect([...tags].filter((tag) => !ours.includes(tag ?? ''))).toEqual([]);
  });
});

describe('colours can be told from the page', () => {
  const schemes: [name: string, colours: ReadonlyMap<string, string>][] = [...style.matchAll(/:root\{([^}]*)\}/g)].map(
    ([, declared = ''], index) => [
      ['light', 'dark', 'print'][index] ?? '',
      new Map([...declared.matchAll(/--(\w+):(#[0-9a-f]{3,6})/g)].map(([, name = '', colour = '']) => [name, colour])),
    ],
  );
  test('in light, dark and print', () => expect(schemes.map(([name]) => name)).toEqual(['light', 'dark', 'print']));
  for (const [scheme, colours] of schemes) {
    for (const name of ['ink', 'dim', 'link', 'critical', 'high', 'medium', 'low', 'good', 'open']) {
      for (const ground of ['page', 'card', 'note']) {
        test(`${scheme}: ${name} on ${ground}`, () =>
          expect(contrast(colours.get(name) ?? '', colours.get(ground) ?? '')).toBeGreaterThanOrEqual(4.5));
      }
    }
  }
});

/** As WCAG 2 computes it: from 1 to 21. */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const digits = colour.slice(1);
  const pairs = digits.length === 3 ? Array.from(digits, (digit) => digit + digit) : (digits.match(/../g) ?? []);
  const [red = 0, green = 0, blue = 0] = pairs.map((pair) => {
    const part = parseInt(pair, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
