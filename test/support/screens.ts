// What a screen shows, and a screen without a terminal that is driven key by key. Each builder starts valid.
import { everything } from '../../src/core/selection.ts';
import { emptyState } from '../../src/core/inventory.ts';
import type { HandPlan } from '../../src/core/hand-plan.ts';
import type { Page } from '../../src/ui/page.ts';
import type { About, Picture } from '../../src/ui/picture.ts';
import { createShown } from '../../src/ui/shown.ts';
import type { Column, Content, Row, Table, Text } from '../../src/ui/table.ts';
import { firstView, update } from '../../src/ui/update.ts';
import type { Effect, Message, Press, Shown, View, Visit } from '../../src/ui/view.ts';
import { anOrder } from './acts.ts';
import { aPolicy, now } from './builders.ts';

export function aColumn(id: string, overrides: Partial<Column> = {}): Column {
  return { id, title: id.toUpperCase(), key: null, align: 'left', from: 0, ...overrides };
}

/** In namespace shop, of the workload that its id names. */
export function aRow(id: string, overrides: Partial<Row> = {}): Row {
  return {
    id,
    namespace: 'shop',
    labels: {},
    cells: [{ text: id }, { text: '1' }],
    sort: [id, 1],
    fault: false,
    workloads: [id],
    ...overrides,
  };
}

/** With columns `name` (N) and `count` (C). */
export function aTable(rows: readonly (Row | string)[], overrides: Partial<Table> = {}): Table {
  return {
    is: 'table',
    title: 'workloads',
    columns: [aColumn('name', { key: 'N' }), aColumn('count', { key: 'C', align: 'right' })],
    rows: rows.map((one) => (typeof one === 'string' ? aRow(one) : one)),
    empty: 'nothing runs',
    ...overrides,
  };
}

export function aText(lines: readonly string[]): Text {
  return { is: 'text', title: 'a text', lines: lines.map((text) => ({ cells: [{ text }] })) };
}

export function anAbout(overrides: Partial<About> = {}): About {
  return {
    context: 'prod',
    namespace: '',
    selection: everything,
    xray: { url: 'https://acme.jfrog.io', version: '3.100' },
    policyFile: 'policy.yaml',
    readonly: false,
    enforcing: null,
    paused: false,
    asking: 0,
    fleeting: null,
    doing: null,
    contexts: ['prod', 'prod-eu', 'staging'],
    ...overrides,
  };
}

export function aPicture({
  about,
  ...overrides
}: Partial<Omit<Picture, 'about'>> & { about?: Partial<About> } = {}): Picture {
  return { state: emptyState(aPolicy()), version: 1, now, about: anAbout(about), ...overrides };
}

/** By hand, ready and refused by nothing. */
export function aHandPlan(name = 'cart', overrides: Partial<HandPlan> = {}): HandPlan {
  const order = anOrder({ id: `act-${name}`, by: 'hand', target: { ...anOrder().target, uid: name, name } });
  return {
    order,
    inspection: ready(),
    lifted: [],
    unanswered: [],
    warnings: [],
    undoes: null,
    promised: null,
    ...overrides,
  };
}

type Ready = Extract<HandPlan['inspection'], { readonly is: 'ready' }>;

export function ready(overrides: Partial<Ready> = {}): Ready {
  return {
    is: 'ready',
    resourceVersion: '1',
    generation: 1,
    saved: null,
    does: 'sets its replicas from 3 to 0',
    undo: { grade: 'full', means: 'sets its replicas to 3 again' },
    findings: [],
    refusals: [],
    ...overrides,
  };
}

/** A plan of which nothing is done, since its claims would go with it. */
export function aRefusedPlan(name = 'cart'): HandPlan {
  return aHandPlan(name, {
    inspection: ready({ refusals: [{ why: 'dataLoss', says: 'its claims would be deleted' }] }),
  });
}

const names: readonly Exclude<Press['name'], 'char'>[] = [
  'enter',
  'esc',
  'up',
  'down',
  'left',
  'right',
  'pageup',
  'pagedown',
  'home',
  'end',
  'tab',
  'backspace',
  'delete',
];

/** `j`, `ctrl-d`, `space`, `enter`, `shift-tab`, as the key table writes them. */
export function press(key: string): Press {
  if (key === 'shift-tab') return { char: '', name: 'tab', ctrl: false, shift: true };
  const name = names.find((one) => one === key);
  if (name !== undefined) return { char: '', name, ctrl: false, shift: false };
  const ctrl = key.startsWith('ctrl-');
  const char = ctrl ? key.slice('ctrl-'.length) : key;
  return { char: char === 'space' ? ' ' : char, name: 'char', ctrl, shift: /^[A-Z]$/.test(char) };
}

export interface Driven {
  readonly press: (...keys: readonly string[]) => void;
  /** Each character is a key. */
  readonly type: (text: string) => void;
  readonly send: (message: Message) => void;
  /** What is shown from now on. */
  readonly show: (content: Content) => void;
  readonly picture: (picture: Picture) => void;
  readonly view: () => View;
  readonly visit: () => Visit;
  readonly shown: () => Shown;
  readonly flash: () => string | null;
  /** All that was asked for since the last call. */
  readonly effects: () => readonly Effect[];
}

/** `contents`: what each page shows; a page that is not named is an empty text. 10 rows fit. */
export function drive(
  contents: Content | Partial<Record<Page['at'], Content>>,
  picture: Picture = aPicture(),
  first: View = firstView({ columns: 80, rows: 24 }),
): Driven {
  const pages = 'is' in contents ? { workloads: contents } : { ...contents };
  const chosen = createShown(() => 10);
  let view = first;
  let effects: Effect[] = [];
  let seen = picture;
  const empty = aText([]);
  const visit = (): Visit => {
    const last = view.visits.at(-1);
    if (last === undefined) throw new Error('no page is left');
    return last;
  };
  const content = (): Content => pages[visit().page.at] ?? empty;
  const step = (message: Message): void => {
    const updated = update(view, message, { content: content(), shown: chosen(content(), view).shown, picture: seen });
    view = updated.view;
    effects.push(...updated.effects);
  };
  const send = (message: Message): void => {
    step(message);
    step({ type: 'Turned' });
  };
  const pressed = (...keys: readonly string[]): void => {
    for (const key of keys) send({ type: 'Pressed', press: press(key), at: seen.now });
  };
  step({ type: 'Turned' });
  return {
    press: pressed,
    type: (text) => pressed(...Array.from(text, (char) => (char === ' ' ? 'space' : char))),
    send,
    show: (content) => {
      pages[visit().page.at] = content;
      step({ type: 'Turned' });
    },
    picture: (next) => {
      seen = next;
    },
    view: () => view,
    visit,
    shown: () => chosen(content(), view).shown,
    flash: () => view.flash?.text ?? null,
    effects: () => effects.splice(0),
  };
}
