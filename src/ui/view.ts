// The state of the screen alone: where one is, what is marked, what is being typed. Only `update` (update.ts) makes a new
// one; it never enters the state of the run, and it never asks the world anything.
import type { HandPlan } from '../core/hand-plan.ts';
import type { ConditionType } from '../core/policy.ts';
import type { Page } from './page.ts';
import type { Progress } from './picture.ts';
import type { Covered, Tone } from './table.ts';

export type { Covered } from './table.ts';

/** A page one has come by, as it was left. */
export interface Visit {
  readonly page: Page;
  /** The id of the row under the cursor, and where it was when last seen, so that the next one is taken if it goes. */
  readonly cursor: string | null;
  readonly index: number;
  /** The user has chosen that row; until then the cursor stays on the first one, which is the worst. */
  readonly chosen: boolean;
  /** The first row, or line of a text, that is shown. */
  readonly top: number;
  /** A key was pressed there: until then the first row is looked at, whichever comes to be the first. Absent: none was. */
  readonly used?: true;
  /** As it was typed after `/`; empty: none. */
  readonly filter: string;
  readonly sort: { readonly column: string; readonly reversed: boolean } | null;
}

/** What is typed at the bottom; `before` is the filter that `esc` brings back. */
export type Prompt =
  | { readonly for: 'filter'; readonly text: string; readonly before: string }
  | { readonly for: 'command'; readonly text: string };

export interface Flash {
  readonly text: string;
  readonly tone: Tone;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export type ActVerb = 'scaledown' | 'delete' | 'restore';

export type Dialog =
  /** The plan is being made. */
  | { readonly type: 'planning'; readonly action: ActVerb; readonly many: number }
  /** `typed` is the number that more than one delete asks for; `why` are those of which there is nothing to do. */
  | {
      readonly type: 'plan';
      readonly action: ActVerb;
      readonly plans: readonly HandPlan[];
      readonly why: readonly string[];
      readonly focus: 'cancel' | 'do';
      readonly typed: string;
      readonly top: number;
    }
  | { readonly type: 'progress'; readonly action: ActVerb; readonly rows: readonly Progress[]; readonly top: number }
  /** An exception; `for`: what it can cover, chosen with arrows. */
  | {
      readonly type: 'ignore';
      readonly workloads: readonly string[];
      /** Of the same workloads, as they are shown: the table is not in sight meanwhile. */
      readonly names: readonly string[];
      readonly for: readonly Covered[];
      readonly chosen: number;
      readonly reason: string;
      /** A date, or a duration such as `30d`; empty: it does not end. */
      readonly until: string;
      readonly focus: 'what' | 'reason' | 'until' | 'cancel' | 'do';
    }
  | {
      readonly type: 'whitelist';
      readonly namespace: string;
      readonly condition: ConditionType;
      readonly focus: 'condition' | 'cancel' | 'do';
    }
  /** `typed` must come to be `enforce`; switching off asks nothing. */
  | { readonly type: 'enforce'; readonly typed: string; readonly limits: readonly string[] };

export interface View {
  /** The last one is shown; the first one is never left by going back. */
  readonly visits: readonly Visit[];
  readonly columns: number;
  readonly rows: number;
  readonly prompt: Prompt | null;
  readonly flash: Flash | null;
  readonly dialog: Dialog | null;
  /** Ids of rows of the page shown. */
  readonly marks: ReadonlySet<string>;
  /** Where a range of marks begins. */
  readonly anchor: string | null;
  readonly faultsOnly: boolean;
  readonly wide: boolean;
  /** The screen is narrowed to it; null: all that the run reads. */
  readonly namespace: string | null;
  /** Of the keys 1 to 9, the latest first. */
  readonly recent: readonly string[];
}

/** A key as Ink tells it. `char` is what it writes, empty for those that write nothing. */
export interface Press {
  readonly char: string;
  readonly name:
    | 'char'
    | 'enter'
    | 'esc'
    | 'up'
    | 'down'
    | 'left'
    | 'right'
    | 'pageup'
    | 'pagedown'
    | 'home'
    | 'end'
    | 'tab'
    | 'backspace'
    | 'delete';
  readonly ctrl: boolean;
  readonly shift: boolean;
}

export type Message =
  | { readonly type: 'Pressed'; readonly press: Press; readonly at: number }
  | { readonly type: 'Resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'Flashed'; readonly flash: Flash | null }
  /** Answers `Plan`; plans without anything to do are said in `why`. */
  | {
      readonly type: 'Planned';
      readonly action: ActVerb;
      readonly plans: readonly HandPlan[];
      readonly why: readonly string[];
    }
  | { readonly type: 'Progressed'; readonly rows: readonly Progress[] }
  /** A turn of the run: the rows may be others. */
  | { readonly type: 'Turned' };

/** What the screen asks of the world; what comes of it is a message or a new picture. */
export type Effect =
  | { readonly type: 'Quit' }
  | { readonly type: 'Suspend' }
  | {
      readonly type: 'Plan';
      readonly action: ActVerb;
      readonly workloads: readonly string[];
      /** Of `:actions` and `:history`: what is undone. */ readonly records: readonly string[];
    }
  /** What was agreed to. */
  | { readonly type: 'Act'; readonly plans: readonly HandPlan[] }
  /** Gives up on a plan that is being made. */
  | { readonly type: 'GiveUp' }
  | {
      readonly type: 'Ignore';
      readonly workloads: readonly string[];
      readonly covers: Covered;
      readonly reason: string;
      readonly until: string;
    }
  | { readonly type: 'Whitelist'; readonly namespace: string; readonly condition: ConditionType }
  | { readonly type: 'Enforce'; readonly on: boolean }
  | { readonly type: 'Pause'; readonly on: boolean }
  /** Asks Xray again about what these workloads run; none named: all. */
  | { readonly type: 'Refresh'; readonly workloads: readonly string[] }
  | { readonly type: 'Copy'; readonly text: string }
  /** Lines as the page shows them, without colour, to a file in the folder one is in. */
  | { readonly type: 'Save'; readonly name: string; readonly lines: readonly string[] }
  | { readonly type: 'Switch'; readonly context: string | null; readonly namespace: string | null };

/** What the page shown holds, after filter and sort: what keys move in. */
export interface Shown {
  /** Ids of rows; of a text none. */
  readonly ids: readonly string[];
  /** How many lines there are to scroll in: rows, or lines of a text. */
  readonly length: number;
  /** How many of them fit. */
  readonly fits: number;
}
