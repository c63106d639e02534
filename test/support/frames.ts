// Builders of what the screen draws: each starts valid and takes overrides.
import type { Frame } from '../../src/ui/frame.ts';
import { layOut } from '../../src/ui/layout.ts';
import type { Picture } from '../../src/ui/picture.ts';
import type { Column, Content, Row, Table, Text } from '../../src/ui/table.ts';
import { createTheme } from '../../src/ui/theme.ts';
import type { Theme } from '../../src/ui/theme.ts';
import type { View, Visit } from '../../src/ui/view.ts';

export const plainTheme = createTheme({ colour: false, ascii: false });
export const colourTheme = createTheme({ colour: true, ascii: false });
export const asciiTheme = createTheme({ colour: false, ascii: true });

export function aVisit(overrides: Partial<Visit> = {}): Visit {
  return { page: { at: 'workloads' }, cursor: 'uid-0', index: 0, top: 0, filter: '', sort: null, ...overrides };
}

/** 80 columns and 24 rows; nothing is typed, asked or marked. */
export function aView(overrides: Partial<View> = {}): View {
  return {
    visits: [aVisit()],
    columns: 80,
    rows: 24,
    prompt: null,
    flash: null,
    dialog: null,
    marks: new Set(),
    anchor: null,
    faultsOnly: false,
    wide: false,
    namespace: null,
    recent: [],
    ...overrides,
  };
}

export function aPicture(overrides: Partial<Picture> = {}): Picture {
  return {
    state: null,
    version: 1,
    now: 1_000_000,
    about: {
      context: 'prod',
      namespace: '',
      xray: { url: 'https://xray.example', version: '3.100.0' },
      policyFile: 'policy.yaml',
      readonly: false,
      enforcing: null,
      paused: false,
      asking: 0,
      fleeting: null,
      doing: null,
      contexts: [],
    },
    ...overrides,
  };
}

export function aColumn(id: string, overrides: Partial<Column> = {}): Column {
  return { id, title: id.toUpperCase(), key: null, align: 'left', from: 0, ...overrides };
}

export const someColumns: readonly Column[] = [
  aColumn('namespace', { from: 60 }),
  aColumn('name', { grows: true }),
  aColumn('pods', { align: 'right' }),
  aColumn('crit', { align: 'right' }),
  aColumn('conditions', { from: 100 }),
  aColumn('action'),
  aColumn('reason', { wide: true, grows: true }),
  aColumn('age', { align: 'right' }),
];

export function aRow(index: number, overrides: Partial<Row> = {}): Row {
  const name = `deployment/service-${index}`;
  const texts = ['shop', name, '3', String(index), 'security', 'scaledown', `CVE-2026-${index} in npm://a:1`, '5d'];
  return {
    id: `uid-${index}`,
    namespace: 'shop',
    labels: {},
    cells: texts.map((text, column) => (column === 3 ? { text, tone: 'critical' } : { text })),
    sort: texts,
    fault: false,
    workloads: [`uid-${index}`],
    ...overrides,
  };
}

export function aTable(many: number, overrides: Partial<Table> = {}): Table {
  const rows = Array.from({ length: many }, (_, index) => aRow(index));
  return { is: 'table', title: 'workloads', columns: someColumns, rows, empty: 'nothing runs here', ...overrides };
}

export function aText(many: number, overrides: Partial<Text> = {}): Text {
  const lines = Array.from({ length: many }, (_, index) => ({ cells: [{ text: `line ${index}` }] }));
  return { is: 'text', title: 'explain deployment/cart', lines, ...overrides };
}

const header = {
  lines: [
    { cells: [{ text: 'prod  all namespaces  ' }, { text: '2 security', tone: 'critical' }] },
    { cells: [{ text: 'Xray https://xray.example 3.100.0  coverage 97 %' }] },
    { cells: [{ text: 'policy policy.yaml  not enforcing' }] },
  ],
} as const;

/** A header of three lines where there is room for it. */
export function aFrame(content: Content = aTable(30), view: Partial<View> = {}, theme: Theme = plainTheme): Frame {
  const whole = aView(view);
  const { columns, wide, rows, visits } = whole;
  const fits = Math.max(1, rows - (rows < 16 ? 5 : 6) - (content.is === 'table' ? 1 : 0));
  const top = visits.at(-1)?.top ?? 0;
  const visible = content.is === 'table' ? content.rows.slice(top, top + fits) : [];
  const lines = content.is === 'text' ? content.lines.slice(top, top + fits) : [];
  const length = content.is === 'table' ? content.rows.length : content.lines.length;
  const ids = content.is === 'table' ? content.rows.map(({ id }) => id) : [];
  const asked = { columns, wide, sort: visits.at(-1)?.sort ?? null };
  const placed = content.is === 'table' ? layOut(content, visible, asked, theme) : [];
  const shown = { ids, length, fits };
  return { view: whole, picture: aPicture(), header, content, shown, rows: visible, lines, placed };
}
