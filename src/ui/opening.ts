// Opening what a row is about, and help.
import { workloadsOf } from './acting.ts';
import { goBack, goTo } from './going.ts';
import { rowUnder, visitOf } from './moving.ts';
import { deeper } from './page.ts';
import { flashed, only } from './updated.ts';
import type { Seen, Updated } from './updated.ts';
import type { Shown, View } from './view.ts';

export function openRow(view: View, shown: Shown): View {
  const { page } = visitOf(view);
  const cursor = rowUnder(view, shown);
  const to = cursor === null ? null : deeper(page, cursor);
  return to === null ? view : goTo(view, to);
}

/** From help the same key leads back. */
export function toggleHelp(view: View): View {
  const { page } = visitOf(view);
  return page.at === 'help' ? goBack(view) : goTo(view, { at: 'help', of: page.at });
}

export function explain(view: View, seen: Seen): Updated {
  const { page } = visitOf(view);
  const cursor = rowUnder(view, seen.shown);
  if (page.at === 'images' && page.workload !== null)
    return only(goTo(view, { at: 'explain', workload: page.workload }));
  const rows = seen.content.is === 'table' ? seen.content.rows.filter(({ id }) => id === cursor) : [];
  const [workload, ...more] = workloadsOf(view, rows);
  if (workload === undefined) return flashed(view, 'no workload is known of this row', seen);
  if (more.length > 0) return flashed(view, `this is about ${more.length + 1} workloads: explain one of them`, seen);
  return only(goTo(view, { at: 'explain', workload }));
}
