// What a page of the screen shows: a table of rows, or a text to scroll. Pure data; widths and colours come later.
import type { ConditionType } from '../core/policy.ts';

/** What an exception covers: one of these three, as the policy file has it. */
export type Covered =
  | { readonly is: 'cve'; readonly cve: string }
  | { readonly is: 'license'; readonly license: string }
  | { readonly is: 'condition'; readonly condition: ConditionType };

/** What a cell means; a theme gives it a colour, and the words in it say the same without one. */
export type Tone =
  | 'plain'
  | 'muted'
  | 'heading'
  | 'critical'
  | 'high'
  | 'medium'
  | 'low'
  | 'good'
  | 'due'
  | 'unknown'
  | 'fault';

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

export interface Column {
  readonly id: string;
  readonly title: string;
  /** The capital letter that sorts by it; null: none. Unique within a table. */
  readonly key: string | null;
  readonly align: 'left' | 'right';
  /** Shown from so many columns of the terminal on; 0: always. */
  readonly from: number;
  /** Shown only where the wide table is asked for. */
  readonly wide?: boolean;
  /** Takes what room is left; the first one that does is cut first where there is too little. */
  readonly grows?: boolean;
  /** Never made narrower than this, but where it is left out; absent: as the layout has it. */
  readonly least?: number;
  /** Where it is cut, its end is kept: what tells names and references apart stands there. */
  readonly keepsEnd?: boolean;
}

export interface Row {
  /** A uid or another identity that outlives a refresh; unique within a table. */
  readonly id: string;
  /** Null: it is in none. */
  readonly namespace: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** As many as there are columns, in their order. */
  readonly cells: readonly Cell[];
  /** By what each column sorts, in their order; numbers before words, each from small to large. */
  readonly sort: readonly (string | number)[];
  /** What `ctrl-z` keeps. */
  readonly fault: boolean;
  /** What acts on this row are about: the uids of its workloads. */
  readonly workloads: readonly string[];
  /** What an exception for this row can cover, the first one offered first; absent: what holds of its workloads. */
  readonly covers?: readonly Covered[];
}

export interface Table {
  readonly is: 'table';
  readonly title: string;
  readonly columns: readonly Column[];
  /** In the order that holds unless one sorts by a column: worst first, or newest first. */
  readonly rows: readonly Row[];
  /** What is said where there is no row at all. */
  readonly empty: string;
}

export interface Line {
  readonly cells: readonly Cell[];
}

export interface Text {
  readonly is: 'text';
  readonly title: string;
  readonly lines: readonly Line[];
}

export type Content = Table | Text;
