// What a dialog says and asks, before it is laid out.
import type { Cell } from '../table.ts';

export interface Form {
  readonly title: string;
  /** What is said, wrapped where it is too long and scrolled by `top`. */
  readonly says: readonly Said[];
  readonly top: number;
  /** What is asked, below it and always in sight. */
  readonly fields: readonly Field[];
  readonly buttons: readonly Button[];
  /** Which keys do what: the lowest line of the screen. */
  readonly hint: string;
}

/** A name and what is said of it, which is indented below the name where it is wrapped. */
export interface Said {
  readonly name: string;
  readonly words: string;
  readonly tone?: Cell['tone'];
}

export interface Field {
  readonly label: string;
  readonly text: string;
  readonly focused: boolean;
  /** One writes in it now; a field that is focused and not written in is chosen with arrows. */
  readonly writes: boolean;
}

export interface Button {
  readonly label: string;
  readonly focused: boolean;
}

/** A sentence on its own. */
export function sentence(words: string, tone?: Cell['tone']): Said {
  return tone === undefined ? { name: '', words } : { name: '', words, tone };
}

export const blank: Said = { name: '', words: '' };
