// Moving in a page: the cursor is the id of a row, and the window follows it.
import type { Shown, View, Visit } from './view.ts';

export type Move = 'down' | 'up' | 'first' | 'last' | 'pageDown' | 'pageUp';

/** The page shown, as it was left. */
export function visitOf({ visits }: View): Visit {
  const last = visits.at(-1);
  if (last === undefined) throw new Error('a view without a page');
  return last;
}

export function withVisit(view: View, changes: Partial<Visit>): View {
  return { ...view, visits: [...view.visits.slice(0, -1), { ...visitOf(view), ...changes }] };
}

/** The row under the cursor; null where it is not shown, as of a table of which a filter keeps nothing. */
export function rowUnder(view: View, { ids }: Shown): string | null {
  const { cursor, index } = visitOf(view);
  return cursor !== null && (ids[index] === cursor || ids.includes(cursor)) ? cursor : null;
}

/** From now on the cursor stays on its row. */
export function chooseRow(view: View): View {
  const { chosen, cursor } = visitOf(view);
  return chosen || cursor === null ? view : withVisit(view, { chosen: true });
}

/** In a text, which has no cursor, the window itself moves. */
export function move(view: View, to: Move, shown: Shown): View {
  const visit = visitOf(view);
  const { ids, length, fits } = shown;
  if (ids.length === 0) return withVisit(view, { top: clamp(target(visit.top, to, length, fits), length - fits) });
  const index = clamp(target(visit.index, to, length, fits), length - 1);
  return withVisit(view, { cursor: ids[index] ?? null, index, chosen: true, top: windowOn(index, visit.top, shown) });
}

function target(from: number, to: Move, length: number, fits: number): number {
  switch (to) {
    case 'down':
      return from + 1;
    case 'up':
      return from - 1;
    case 'first':
      return 0;
    case 'last':
      return length - 1;
    case 'pageDown':
      return from + Math.max(1, fits);
    case 'pageUp':
      return from - Math.max(1, fits);
    default:
      return to satisfies never;
  }
}

/**
 * Brings the cursor to the rows shown: it stays on its row wherever that went, and on the next one where it is gone; on
 * the first one where none was chosen. The row stays on its line of the screen too, unless the window begins at the first row: what is worst comes first there,
 * and is to be seen when it comes. The same view where nothing changes.
 */
export function settle(view: View, shown: Shown): View {
  const visit = visitOf(view);
  const { ids, length, fits } = shown;
  if (ids.length === 0) {
    const top = clamp(visit.top, length - fits);
    // Where no row is shown for a moment, the cursor is kept for when its row comes back.
    return top === visit.top ? view : withVisit(view, { top });
  }
  const index = visit.used === true ? indexOf(visit, ids) : 0;
  const cursor = ids[index] ?? null;
  const follows = visit.top === 0 || visit.cursor !== cursor ? 0 : index - visit.index;
  const top = windowOn(index, visit.top + follows, shown);
  if (cursor === visit.cursor && index === visit.index && top === visit.top) return view;
  return withVisit(view, { cursor, index, top });
}

/** From now on the cursor of the page at that place stays on its row. */
export function use(view: View, place: number): View {
  if (view.visits[place]?.used !== undefined) return view;
  return { ...view, visits: view.visits.map((one, at) => (at === place ? { ...one, used: true } : one)) };
}

/** Looks where it was first: mostly it is there still. */
function indexOf({ cursor, index, chosen }: Visit, ids: readonly string[]): number {
  if (!chosen) return 0;
  if (cursor === null) return clamp(index, ids.length - 1);
  if (ids[index] === cursor) return index;
  const found = ids.indexOf(cursor);
  return found === -1 ? clamp(index, ids.length - 1) : found;
}

/** The first row of a window that shows that index, moved as little as can be. */
function windowOn(index: number, top: number, { length, fits }: Shown): number {
  const room = Math.max(1, fits);
  const seen = Math.max(index - room + 1, Math.min(index, top));
  return clamp(seen, length - room);
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}
