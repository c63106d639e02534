// Going from page to page. Each page one has come by keeps its cursor, filter and sort.
import { clearMarks } from './marking.ts';
import { visitOf, withVisit } from './moving.ts';
import type { Page } from './page.ts';
import type { View, Visit } from './view.ts';

export function freshVisit(page: Page): Visit {
  return { page, cursor: null, index: 0, chosen: false, top: 0, filter: '', sort: null };
}

/** To a page one has come by already back on the way, so that the way does not grow without end. */
export function goTo(view: View, page: Page): View {
  const words = JSON.stringify(page);
  const known = view.visits.findIndex((one) => JSON.stringify(one.page) === words);
  const visits = known === -1 ? [...view.visits, freshVisit(page)] : view.visits.slice(0, known + 1);
  return { ...clearMarks(view), visits };
}

/** One page back; on the first one nothing. */
export function goBack(view: View): View {
  return view.visits.length < 2 ? view : { ...clearMarks(view), visits: view.visits.slice(0, -1) };
}

/** To the first page as if it had just been opened: what was looked at is elsewhere. */
export function goHome(view: View): View {
  const [first] = view.visits;
  if (first === undefined) return view;
  return {
    ...clearMarks(view),
    visits: [{ ...first, cursor: null, index: 0, chosen: false, top: 0 }],
    namespace: null,
    dialog: null,
  };
}

/** What is found is looked at from its first row, unless the row under the cursor is among it. */
export function setFilter(view: View, filter: string): View {
  return filter === visitOf(view).filter ? view : withVisit(view, { filter, index: 0, top: 0 });
}

/** Again: the other way round. Who stands on the first row stays there, since what comes first is what is looked for. */
export function sortBy(view: View, column: string): View {
  const { sort, index, cursor } = visitOf(view);
  const reversed = sort?.column === column && !sort.reversed;
  return withVisit(view, { sort: { column, reversed }, cursor: index === 0 ? null : cursor });
}
