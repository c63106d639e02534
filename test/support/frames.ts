// Builders of what the screen draws: each starts valid and takes overrides.
import { everything } from '../../src/core/selection.ts';
import type { HandPlan } from '../../src/core/hand-plan.ts';
import type { Ready } from '../../src/core/act.ts';
import { inSight } from '../../src/ui/frame.ts';
import type { Frame } from '../../src/ui/frame.ts';
import { layOut } from '../../src/ui/layout.ts';
import type { Picture } from '../../src/ui/picture.ts';
import { createShown } from '../../src/ui/shown.ts';
import type { Column, Content, Row, Table, Text } from '../../src/ui/table.ts';
import { createTheme } from '../../src/ui/theme.ts';
import type { Theme } from '../../src/ui/theme.ts';
import type { Dialog, View, Visit } from '../../src/ui/view.ts';
import { anOrder, savedReplicas } from './acts.ts';

export const plainTheme = createTheme({ colour: false, ascii: false });
export const colourTheme = createTheme({ colour: true, ascii: false });
export const asciiTheme = createTheme({ colour: false, ascii: true });

export function aVisit(overrides: Partial<Visit> = {}): Visit {
  return {
    page: { at: 'workloads' },
    cursor: 'uid-0',
    index: 0,
    chosen: true,
    top: 0,
    filter: '',
    sort: null,
    ...overrides,
  };
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
      selection: everything,
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
export function aFrame(content: Content = aTable(30), overrides: Partial<View> = {}, theme: Theme = plainTheme): Frame {
  const view = aView(overrides);
  const chosen = createShown()(content, view);
  const { shown } = chosen;
  const rows = inSight(chosen.rows, view, shown);
  const lines = inSight(chosen.lines, view, shown);
  const { columns, wide, visits } = view;
  const asked = { columns, wide, sort: visits.at(-1)?.sort ?? null };
  const placed = content.is === 'table' ? layOut(content, rows, asked, theme) : [];
  return { view, picture: aPicture(), header, content, shown, rows, lines, placed };
}

/** By hand: cart would be scaled down from 3, and wholly comes back. */
export function aHandPlan(ready: Partial<Ready> = {}, overrides: Partial<HandPlan> = {}): HandPlan {
  const order = anOrder({ by: 'hand' });
  const inspection: Ready = {
    is: 'ready',
    resourceVersion: '7',
    generation: 1,
    saved: savedReplicas(),
    does: 'sets its replicas from 3 to 0',
    undo: {
      grade: 'full',
      means: 'sets its replicas to 3 again; memory, emptyDir volumes and work in flight are lost',
    },
    findings: [],
    refusals: [],
    ...ready,
  };
  return { order, inspection, lifted: [], unanswered: [], warnings: [], undoes: null, promised: null, ...overrides };
}

type PlanDialog = Extract<Dialog, { readonly type: 'plan' }>;

/** Of one scaledown, with the focus where it begins. */
export function aPlan(overrides: Partial<PlanDialog> = {}): PlanDialog {
  return {
    type: 'plan',
    action: 'scaledown',
    plans: [aHandPlan()],
    why: [],
    focus: 'cancel',
    typed: '',
    top: 0,
    ...overrides,
  };
}
