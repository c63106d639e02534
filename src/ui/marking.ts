// Marks: rows that what is done next is about. They belong to the page shown.
import { rowUnder } from './moving.ts';
import type { Content, Row } from './table.ts';
import type { Shown, View } from './view.ts';

export const noMarks: ReadonlySet<string> = new Set();

export function toggleMark(view: View, shown: Shown): View {
  const cursor = rowUnder(view, shown);
  if (cursor === null) return view;
  const marks = new Set(view.marks);
  const marked = !marks.delete(cursor);
  if (marked) marks.add(cursor);
  return { ...view, marks, anchor: marked ? cursor : null };
}

/** From the last row that was marked to the cursor; the row alone where none was. */
export function markRange(view: View, shown: Shown): View {
  const cursor = rowUnder(view, shown);
  if (cursor === null) return view;
  const { ids } = shown;
  const to = ids.indexOf(cursor);
  const begin = view.anchor === null ? -1 : ids.indexOf(view.anchor);
  const from = begin === -1 ? to : begin;
  const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ...view, marks: new Set([...view.marks, ...range]), anchor: cursor };
}

export function clearMarks(view: View): View {
  return view.marks.size === 0 && view.anchor === null ? view : { ...view, marks: noMarks, anchor: null };
}

/** Rows that are gone are not marked any more: one of that id may come again and be another. */
export function forgetGone(view: View, content: Content): View {
  if (view.marks.size === 0) return view;
  const present = content.is === 'table' ? new Set(content.rows.map(({ id }) => id)) : noMarks;
  const marks = new Set([...view.marks].filter((id) => present.has(id)));
  if (marks.size === view.marks.size) return view;
  return { ...view, marks, anchor: view.anchor !== null && marks.has(view.anchor) ? view.anchor : null };
}

/**
 * What an act is about: the marked rows that are shown, else the row under the cursor. A text where marks are hidden by a
 * filter, since then neither the one nor the other was meant for certain.
 */
export function chosenRows(view: View, content: Content, shown: Shown): readonly Row[] | string {
  if (content.is === 'text') return [];
  if (view.marks.size > 0) {
    const ids = new Set(shown.ids);
    const marked = content.rows.filter(({ id }) => view.marks.has(id) && ids.has(id));
    return marked.length > 0
      ? marked
      : 'the marked rows are filtered out: clear the filter or the marks (ctrl-\\) first';
  }
  const cursor = rowUnder(view, shown);
  return cursor === null ? [] : content.rows.filter(({ id }) => id === cursor);
}
