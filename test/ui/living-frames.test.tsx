// Every page over the living demo, as a terminal of 80 and one of 40 columns shows it.
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { createContents } from '../../src/ui/contents.ts';
import { helpOf } from '../../src/ui/help.ts';
import type { Page } from '../../src/ui/page.ts';
import type { Picture } from '../../src/ui/picture.ts';
import { widthOf } from '../../src/ui/width.ts';
import { drawn } from '../support/drawn.tsx';
import { asciiTheme, colourTheme } from '../support/frames.ts';
import { aLivingPicture, frameOf, linesOf } from '../support/living-screen.tsx';

let picture: Picture;
beforeAll(async () => {
  picture = await aLivingPicture();
});

function firstOf(page: Page): string {
  const content = createContents({ help: helpOf })(page, picture);
  const id = content.is === 'table' ? content.rows[0]?.id : undefined;
  if (id === undefined) throw new Error(`${page.at} has no row`);
  return id;
}

function uidOf(name: string): string {
  const all = [...(picture.state?.judged.values() ?? [])];
  const found = all.find(({ workload }) => workload.name === name);
  if (found === undefined) throw new Error(`${name} is not there`);
  return found.workload.uid;
}

function walletImage(): { image: string; workload: string } {
  const workload = uidOf('wallet-web');
  return { image: firstOf({ at: 'images', workload }), workload };
}

interface Case {
  readonly name: string;
  readonly page: () => Page;
  /** What has to be read at 40 columns and 24 rows, and so at 80. */
  readonly says: readonly (string | RegExp)[];
  /** What is read at 80 columns beside that. */
  readonly at80: readonly (string | RegExp)[];
}

const cases: readonly Case[] = [
  {
    name: 'workloads',
    page: () => ({ at: 'workloads' }),
    says: [/pod\/load-test +.*security/, /deployment\/chat .*security,\?/, /deployment\/mailer .*unknown/],
    at80: [/staging +pod\/load-test .*security +delete/, /deployment\/wallet-web +3 +3 +security +scaledown/],
  },
  {
    name: 'images',
    page: () => ({ at: 'images', workload: null }),
    says: [/wallet-web:2\.8 +scanned +3/, /orders-migrate:12 +scanned +0/],
    at80: [/catalog:3\.1 +scanned +1 +1 +1 +3/, /WORKLOADS +PODS/],
  },
  {
    name: 'images of a workload that Xray was not reached about',
    page: () => ({ at: 'images', workload: uidOf('checkout') }),
    says: [/checkout:\S+ +(?:unknown|pending|scanned)/, 'deployment/checkout'],
    at80: [],
  },
  {
    name: 'findings',
    page: () => ({ at: 'findings', ...walletImage() }),
    says: ['findings of wallet-web:2.8', /Critical +CVE-2019-10744/, /High +CVE-2021-23337/],
    at80: [/CVE-2019-10744 +9\.1 +npm:\/\/lodash:4\.17\.11/],
  },
  {
    name: 'finding',
    page: () => {
      const of = walletImage();
      return { at: 'finding', ...of, finding: firstOf({ at: 'findings', ...of }) };
    },
    says: ['XRAY-104732', /Severity: +Critical/, /Component: +npm:\/\/event-stream:3\.3\.6/, /Fixed in: +4\.0\.0/],
    at80: [/Runs in: +payments\/deployment\/wallet-web/, /sha256:[0-9a-f]{64}/],
  },
  {
    name: 'cves',
    page: () => ({ at: 'cves' }),
    says: [/Critical +CVE-2021-44228 +(?:10 +)?3/, 'WORKLOADS'],
    at80: [/CVE-2021-44228 +10 +3 +6 .*log4j-core:2\.14\.1/],
  },
  {
    name: 'reached',
    page: () => ({ at: 'reached', cve: 'CVE-2021-44228' }),
    says: ['CVE-2021-44228 reaches (3)', /deployment\/catalog .*security,license/, /elastic .*\[security\]/],
    at80: [/gift-cards .*security +scaled-down/],
  },
  {
    name: 'explain',
    page: () => ({ at: 'explain', workload: uidOf('wallet-web') }),
    says: [/Name: +deployment\/wallet-web/, /Conditions: +security/, /Action: +scaledown/],
    at80: [/Namespace: +payments/],
  },
  {
    name: 'actions',
    page: () => ({ at: 'actions' }),
    says: [/due +delete +pod\/load-test/, /effective +scaledown +\S*storefront/],
    at80: [/due +delete +pod\/load-test +partial/],
  },
  {
    name: 'history',
    page: () => ({ at: 'history' }),
    says: [/scaledown +effective +\S*storefront/, /scaledown +effective +\S*gift-cards/],
    at80: [/deployment\/storefront +you +by.hand/],
  },
  {
    name: 'record',
    page: () => ({ at: 'record', id: firstOf({ at: 'history' }) }),
    says: [/On: +deployment\/storefront/, /Outcome: +effective/, /Saved: +replicas was 4/, /Undo: +full/],
    at80: ['kubectl xray restore deployment/storefront -n shop'],
  },
  {
    name: 'what is due, as a record',
    page: () => ({ at: 'record', id: firstOf({ at: 'actions' }) }),
    says: [/Act: +delete, by policy: due/, /On: +pod\/load-test/, /Undo: +partial/],
    at80: [/Does: +deletes the pod/],
  },
  {
    name: 'policy',
    page: () => ({ at: 'policy' }),
    says: [/unscanned +deployments +scaledown +2/, /security +pods +delete +1/, 'MATCH'],
    at80: [/security +deployments +scaledown +12 +4 exempt/],
  },
  {
    name: 'help',
    page: () => ({ at: 'help', of: 'workloads' }),
    says: ['help: workloads', 'open the row', 'go back; :q ends'],
    at80: [/space +mark the row, or unmark it/],
  },
];

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 40, rows: 24 },
  { columns: 40, rows: 12 },
] as const;

describe.each(cases)('$name', ({ page, says, at80 }) => {
  for (const size of sizes) {
    test(`fits into ${size.columns} columns and ${size.rows} rows, also in ASCII and in colour`, () => {
      for (const theme of [undefined, asciiTheme, colourTheme]) {
        const lines = linesOf(page(), picture, size, theme);
        expect(lines.length).toBeLessThan(size.rows);
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(size.columns);
        expect(lines.at(-1)).toContain('? help');
      }
    });
  }
  test('says at 40 columns what matters', () => {
    const text = linesOf(page(), picture, { columns: 40, rows: 24 }).join('\n');
    for (const part of says) expect(text).toMatch(part);
  });
  test('says it, and more, at 80 columns', () => {
    const text = linesOf(page(), picture, { columns: 80, rows: 24 }).join('\n');
    for (const part of [...says, ...at80]) expect(text).toMatch(part);
  });
  test('at 12 rows still shows where one is, and its first line', () => {
    const lines = linesOf(page(), picture, { columns: 40, rows: 12 });
    expect(lines[0]).toContain('demo');
    const frame = frameOf(page(), picture, { columns: 40, rows: 12 });
    const first = frame.content.is === 'table' ? frame.content.rows[0]?.cells : frame.lines[0]?.cells;
    const words = (first ?? []).flatMap(({ text }) => text.trim().split(' '));
    expect(words.filter((word) => word !== '').some((word) => lines.join('\n').includes(word))).toBe(true);
  });
  test('is the same without colour', () => {
    const size = { columns: 40, rows: 24 };
    const trimmed = (lines: readonly string[]) => lines.map((line) => stripVTControlCharacters(line).trimEnd());
    const coloured = drawn(frameOf(page(), picture, size, colourTheme), colourTheme);
    expect(trimmed(coloured)).toEqual(trimmed(linesOf(page(), picture, size)));
    const plain = drawn(frameOf(page(), picture, size))
      .join('')
      .split('\u001b[')
      .slice(1);
    expect(plain.filter((rest) => !/^2?7m/.test(rest))).toEqual([]);
  });
  test('in ASCII has no other character', () => {
    for (const columns of [40, 80]) {
      const text = linesOf(page(), picture, { columns, rows: 24 }, asciiTheme).join('\n');
      // eslint-disable-next-line no-control-regex -- all of ASCII
      expect(text).toMatch(/^[\u0000-\u007f]*$/);
    }
  });
});

describe('above every page', () => {
  const header = (columns: number, about: Partial<Picture['about']> = {}, rows = 24): string =>
    linesOf({ at: 'workloads' }, { ...picture, about: { ...picture.about, ...about } }, { columns, rows })
      .slice(0, 4)
      .join('\n');
  test('no terminal is so narrow that it hides that something is not known', () => {
    for (const columns of [40, 80]) expect(header(columns)).toMatch(/unknown [1-9]/);
  });
  test('how much was answered for stands at 40 columns too', () =>
    expect(header(40)).toMatch(/\d+\/\d+ images scanned/));
  test('who enforces is said on the lowest terminal', () =>
    expect(header(40, { enforcing: 'none' }, 12).split('\n')[0]).toContain('ENFORCING'));
  test('that no Xray is asked is said first', () => expect(header(40, { xray: null })).toContain('no Xray is asked'));
});
