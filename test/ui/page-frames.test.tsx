import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../src/ui/width.ts';
import { drawn, pictured } from '../support/drawn.tsx';
import { aFrame, aPlan, aRow, asciiTheme, aTable, aText, aVisit, colourTheme } from '../support/frames.ts';

describe('a table', () => {
  test('at 80 columns', () =>
    expect(pictured(aFrame(aTable(30), { rows: 16 }))).toMatchInlineSnapshot(`
      "
      prod  all namespaces  2 security
      Xray https://xray.example 3.100.0  coverage 97 %
      workloads (30)
        NAMESPACE  NAME                  PODS  CRIT  ACTION     AGE
      > shop       deployment/service-0     3     0  scaledown   5d
        shop       deployment/service-1     3     1  scaledown   5d
        shop       deployment/service-2     3     2  scaledown   5d
        shop       deployment/service-3     3     3  scaledown   5d
        shop       deployment/service-4     3     4  scaledown   5d
        shop       deployment/service-5     3     5  scaledown   5d
        shop       deployment/service-6     3     6  scaledown   5d
        shop       deployment/service-7     3     7  scaledown   5d
        shop       deployment/service-8     3     8  scaledown   5d
        shop       deployment/service-9     3     9  scaledown   5d
      ? help  : command  / filter  enter open  esc back
      "
    `));
  test('at 40 columns and 12 rows still shows what matters', () =>
    expect(pictured(aFrame(aTable(30), { columns: 40, rows: 12 }))).toMatchInlineSnapshot(`
      "
      prod  all namespaces  2 security
      Xray https://xray.example 3.100.0  cove…
      workloads (30)
        NAME             PODS CRIT ACTION  AGE
      > deployment/serv…    3    0 scaled…  5d
        deployment/serv…    3    1 scaled…  5d
        deployment/serv…    3    2 scaled…  5d
        deployment/serv…    3    3 scaled…  5d
        deployment/serv…    3    4 scaled…  5d
        deployment/serv…    3    5 scaled…  5d
      ? help  : command  / filter  enter open…
      "
    `));
  test('shows the cursor, marks, sort, filter and how one came there', () => {
    const visits = [
      aVisit(),
      aVisit({
        page: { at: 'cves' },
        cursor: 'uid-2',
        filter: '!cart',
        sort: { column: 'crit', reversed: true },
        top: 1,
      }),
    ];
    const view = { visits, rows: 12, marks: new Set(['uid-1', 'uid-2']), faultsOnly: true, namespace: 'shop' };
    const rows = Array.from({ length: 5 }, (_, index) => aRow(index, { fault: index > 0 }));
    expect(pictured(aFrame(aTable(0, { rows }), view))).toMatchInlineSnapshot(`
      "
      prod  all namespaces  2 security
      Xray https://xray.example 3.100.0  coverage 97 %
      workloads > workloads (4 of 5, namespace shop, /!cart, only faults, 2 marked)
        NAMESPACE  NAME                  PODS  CRIT^  ACTION     AGE
        shop       deployment/service-4     3      4  scaledown   5d
        shop       deployment/service-3     3      3  scaledown   5d
      >*shop       deployment/service-2     3      2  scaledown   5d
       *shop       deployment/service-1     3      1  scaledown   5d


      ? help  : command  / filter  enter open  esc back
      "
    `);
  });
  test('says what is so where it has no row', () =>
    expect(pictured(aFrame(aTable(0), { rows: 8 }))).toMatchInlineSnapshot(`
      "
      prod  all namespaces  2 security
      workloads (0)
        nothing runs here



      ? help  : command  / filter  enter open  esc back
      "
    `));
  test('says that there are rows where only none of them is shown', () =>
    expect(pictured(aFrame(aTable(3), { faultsOnly: true }))).toContain('3 rows are not shown'));
  test('has every column where there is room and the wide one is asked for', () =>
    expect(
      drawn(aFrame(aTable(1), { columns: 120, wide: true })).find((line) => line.includes('NAME')),
    ).toMatchInlineSnapshot(
      `"  NAMESPACE  NAME                  PODS  CRIT  CONDITIONS  ACTION     REASON                   AGE"`,
    ));
  test('of 10,000 rows reads only those in sight', () => {
    let read = 0;
    const rows = Array.from({ length: 10_000 }, (_, index) => {
      const { cells, ...row } = aRow(index);
      return Object.defineProperty({ ...row, cells }, 'cells', {
        get: () => {
          read += 1;
          return cells;
        },
      });
    });
    const frame = aFrame(aTable(0, { rows }), { visits: [aVisit({ cursor: 'uid-5000', top: 4995 })] });
    const lines = drawn(frame).filter((line) => line.includes('deployment/service-'));
    expect(lines).toHaveLength(frame.shown.fits);
    expect(lines[5]).toMatch(/>.*service-5000 /);
    expect(read).toBeLessThan(lines.length * 30);
  });
});

describe('a text', () => {
  test('says which of its lines are in sight', () =>
    expect(pictured(aFrame(aText(90), { rows: 10, visits: [aVisit({ cursor: null, top: 12 })] })))
      .toMatchInlineSnapshot(`
        "
        prod  all namespaces  2 security
        explain deployment/cart (13-18 of 90)
        line 12
        line 13
        line 14
        line 15
        line 16
        line 17
        ? help  : command  / filter  enter open  esc back
        "
      `));
  test('at 40 columns goes on below, further in', () => {
    const text = aText(0, {
      lines: [{ cells: [{ text: 'why      ' }, { text: 'a reason that is longer than the line is' }] }],
    });
    expect(pictured(aFrame(text, { columns: 40, rows: 8 }))).toMatchInlineSnapshot(`
      "
      prod  all namespaces  2 security
      explain deployment/cart (2 lines)
      why      a reason that is longer than
               the line is


      ? help  : command  / filter  enter open…
      "
    `);
  });
});

describe('the lowest line', () => {
  const last = (view: Parameters<typeof aFrame>[1]): string => drawn(aFrame(aTable(1), view)).at(-1) ?? '';
  test('shows what is typed, and where', () =>
    expect(last({ prompt: { for: 'filter', text: 'cart', before: '' } })).toBe('/cart\u001b[7m \u001b[27m'));
  test('shows the end of what is too long', () =>
    expect(last({ columns: 40, prompt: { for: 'command', text: `ns ${'a'.repeat(50)}z` } })).toMatch(
      // eslint-disable-next-line no-control-regex -- sequences of colour
      /^a{38}z\u001b\[7m /,
    ));
  test('shows what is said', () =>
    expect(last({ flash: { text: 'copied: cart', tone: 'good', until: 1 } })).toBe('copied: cart'));
  test('has a hint else', () => expect(last({})).toContain('? help'));
});

describe('no line is wider than the terminal, and one line of it stays empty', () => {
  const long = 'deployment/日本語-'.repeat(30);
  const cells = aRow(0).cells.map((cell) => ({ ...cell, text: `${long}${cell.text}` }));
  const contents = [
    aTable(30),
    aTable(1, { rows: [aRow(0, { cells })], title: long }),
    aTable(0, { empty: long }),
    aText(1, { lines: [{ cells: [{ text: long }, { text: long }] }] }),
  ];
  const views = [{}, { dialog: aPlan() }, { flash: { text: long, tone: 'fault', until: 1 } as const }];
  for (const columns of [40, 80, 120, 400]) {
    for (const rows of [12, 24, 60]) {
      test(`${columns} columns, ${rows} rows`, () => {
        for (const view of views) {
          for (const content of contents) {
            const lines = drawn(aFrame(content, { ...view, columns, rows })).map(stripVTControlCharacters);
            expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
            expect(lines).toHaveLength(rows - 1);
          }
        }
      });
    }
  }
});

describe('themes', () => {
  const view = { rows: 12, flash: { text: 'it is not there', tone: 'fault', until: 1 } as const };
  test('tell tones by colours that are neither red nor green', () => {
    const codes = drawn(aFrame(aTable(3), view), colourTheme)
      .join('')
      // eslint-disable-next-line no-control-regex -- sequences of colour
      .match(/\u001b\[3[0-7]m/g);
    expect(codes).toContain('\u001b[35m');
    expect(codes).not.toContain('\u001b[31m');
    expect(codes).not.toContain('\u001b[32m');
  });
  test('without colour only turn around what is chosen', () => {
    const codes = new Set(
      drawn(aFrame(aTable(3), view))
        .join('')
        // eslint-disable-next-line no-control-regex -- sequences of colour
        .match(/\u001b\[\d+m/g),
    );
    expect([...codes]).toEqual(['\u001b[7m', '\u001b[27m']);
  });
  test('in ASCII write nothing else', () => {
    const cells = aRow(0).cells.map((cell) => ({ ...cell, text: `✓ ${cell.text} – é … 日本` }));
    for (const dialog of [null, aPlan()]) {
      const text = drawn(
        aFrame(aTable(1, { rows: [aRow(0, { cells })] }), { ...view, dialog, columns: 60 }),
        asciiTheme,
      ).join('\n');
      // eslint-disable-next-line no-control-regex -- all of ASCII
      expect(text).toMatch(/^[\u0000-\u007f]*$/);
    }
  });
});

test('what others wrote cannot speak to the terminal', () => {
  const cells = aRow(0).cells.map((cell) => ({ ...cell, text: '\u001b[2Ja\u202e\nb' }));
  const text = drawn(aFrame(aTable(1, { rows: [aRow(0, { cells })] }))).join('\n');
  expect(text).not.toContain('\u001b[2J');
  expect(text).toContain('\\x1b[2Ja\\u202e\\x0ab');
});
