// What is typed after `/`, in four forms: `text` (a regular expression, or plain text where it is none), `!text` inverse,
// `-l app=x` by labels, `-f text` fuzzy: its characters in that order, others between them.
import { UsageError } from '../core/errors.ts';
import { matchesLabels, parseLabelSelector } from '../core/labels.ts';
import type { LabelSelector } from '../core/labels.ts';
import type { Labels } from '../core/workload.ts';
import type { Cell, Row } from './table.ts';

export interface Filter {
  readonly keeps: (text: string, labels: Labels) => boolean;
  /** Why nothing is filtered although something is typed; null where that is not so. */
  readonly says: string | null;
}

/** Null: nothing is left out. */
export function readFilter(typed: string): Filter | null {
  const text = typed.trim();
  if (text === '' || text === '!') return null;
  if (text.startsWith('-l')) return byLabels(text.slice(2).trim());
  if (text.startsWith('-f')) return fuzzy(text.slice(2).trim());
  if (text.startsWith('!')) {
    const found = finder(text.slice(1).trim());
    return { keeps: (where) => !found(where), says: null };
  }
  return { keeps: finder(text), says: null };
}

/** Why a filter leaves nothing out although something is typed; null where it does its work. */
export function unfinished(typed: string): string | null {
  return readFilter(typed)?.says ?? null;
}

/** What a filter looks through. */
export function textOf({ cells, namespace }: Pick<Row, 'cells' | 'namespace'>): string {
  return `${namespace ?? ''} ${textOfCells(cells)}`;
}

export function textOfCells(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join(' ');
}

function finder(text: string): (where: string) => boolean {
  try {
    const expression = new RegExp(text, 'i');
    return (where) => expression.test(where);
  } catch {
    const lower = text.toLowerCase();
    return (where) => where.toLowerCase().includes(lower);
  }
}

function fuzzy(text: string): Filter | null {
  if (text === '') return null;
  const characters = Array.from(text.toLowerCase()).filter((one) => one !== ' ');
  return {
    says: null,
    keeps: (where) => {
      const lower = where.toLowerCase();
      let at = 0;
      for (const character of characters) {
        at = lower.indexOf(character, at) + 1;
        if (at === 0) return false;
      }
      return true;
    },
  };
}

function byLabels(text: string): Filter {
  const selector = selectorOf(text);
  if (typeof selector === 'string') return { keeps: () => true, says: selector };
  return { keeps: (_, labels) => matchesLabels(selector, labels), says: null };
}

/** `app=` would ask for an empty label; while it is typed that is hardly meant. */
function selectorOf(text: string): LabelSelector | string {
  const notYet = 'the label selector is not finished: nothing is filtered';
  if (text === '' || /[=,!(]$/.test(text)) return notYet;
  try {
    return parseLabelSelector(text);
  } catch (error) {
    if (error instanceof UsageError) return `${error.message}: nothing is filtered`;
    throw error;
  }
}
