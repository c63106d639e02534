// Keys that ask for something to be done: to the marked rows, to the row under the cursor, or to what a text is about. Each
// opens a dialog; nothing is done before it was agreed to. Asking Xray again changes nothing, and is done at once.
import { conditionTypes } from '../core/policy.ts';
import { workloadLabel } from '../core/workload.ts';
import { coveredBy } from './covered.ts';
import { limitLines } from './limit-lines.ts';
import { chosenRows } from './marking.ts';
import { visitOf } from './moving.ts';
import type { Row } from './table.ts';
import { asking, flashed, only } from './updated.ts';
import type { Seen, Updated } from './updated.ts';
import type { ActVerb, View } from './view.ts';

/** Why nothing may be changed from here; null where it may. */
export function refusedHere({ picture }: Seen, what: string): string | null {
  return picture.about.readonly ? `${what} is refused: this screen was started with --readonly` : null;
}

export function askForPlan(view: View, action: ActVerb, seen: Seen): Updated {
  const rows = chosenRows(view, seen.content, seen.shown);
  if (typeof rows === 'string') return flashed(view, rows, seen);
  const records = action === 'restore' ? recordsOf(view, rows) : null;
  const workloads = records === null ? workloadsOf(view, rows) : [];
  const many = records?.length ?? workloads.length;
  if (many === 0) return flashed(view, `there is nothing here to ${wordsFor[action]}`, seen);
  const dialog = { type: 'planning', action, many } as const;
  return asking({ ...view, dialog }, { type: 'Plan', action, workloads, records: records ?? [] });
}

const wordsFor: Readonly<Record<ActVerb, string>> = { scaledown: 'scale down', delete: 'delete', restore: 'undo' };

/** Of pages that show acts, which are undone one by one; null elsewhere. */
function recordsOf(view: View, rows: readonly Row[]): readonly string[] | null {
  const { page } = visitOf(view);
  if (page.at === 'record') return [page.id];
  return page.at === 'actions' || page.at === 'history' ? rows.map(({ id }) => id) : null;
}

/** Uids, each once; of a text the workload that it is about. */
export function workloadsOf(view: View, rows: readonly Row[]): readonly string[] {
  const { page } = visitOf(view);
  if (page.at === 'explain') return [page.workload];
  return [...new Set(rows.flatMap(({ workloads }) => workloads))];
}

export function askToIgnore(view: View, seen: Seen): Updated {
  const rows = chosenRows(view, seen.content, seen.shown);
  if (typeof rows === 'string') return flashed(view, rows, seen);
  const workloads = workloadsOf(view, rows);
  const { page } = visitOf(view);
  const subjects = page.at === 'explain' ? [aboutWorkload(page.workload)] : rows;
  const covers = coveredBy(subjects, page, seen.picture);
  if (workloads.length === 0 || covers.length === 0) return flashed(view, 'there is nothing here to ignore', seen);
  const focus = covers.length > 1 ? 'what' : 'reason';
  return only({
    ...view,
    dialog: {
      type: 'ignore',
      workloads,
      names: workloads.map((uid) => nameOf(uid, seen)),
      for: covers,
      chosen: 0,
      reason: '',
      until: '',
      focus,
    },
  });
}

function nameOf(uid: string, { picture }: Seen): string {
  const judgement = picture.state?.judged.get(uid);
  if (judgement === undefined) return uid;
  const { workload } = judgement;
  return `${workload.namespace}/${workloadLabel(workload)}`;
}

function aboutWorkload(uid: string): Row {
  return { id: uid, namespace: null, labels: {}, cells: [], sort: [], fault: false, workloads: [uid] };
}

export function askToWhitelist(view: View, seen: Seen): Updated {
  const rows = chosenRows(view, seen.content, seen.shown);
  if (typeof rows === 'string') return flashed(view, rows, seen);
  const judgements = workloadsOf(view, rows).flatMap((uid) => seen.picture.state?.judged.get(uid) ?? []);
  const known = judgements.map(({ workload }) => workload.namespace);
  const namespaces = new Set([...known, ...rows.flatMap(({ namespace }) => namespace ?? [])]);
  const [namespace] = namespaces;
  if (namespace === undefined) return flashed(view, 'no namespace is known of this row', seen);
  if (namespaces.size > 1) {
    return flashed(view, `these are in ${namespaces.size} namespaces: one is whitelisted at a time`, seen);
  }
  const held = judgements.flatMap(({ decided }) => decided.conditions.map(({ type }) => type));
  const condition = held[0] ?? conditionTypes[0];
  return only({ ...view, dialog: { type: 'whitelist', namespace, condition, focus: 'condition' } });
}

/** `on` null: the other way round. To stop needs no agreement. */
export function askToEnforce(view: View, on: boolean | null, seen: Seen): Updated {
  const { enforcing } = seen.picture.about;
  const wanted = on ?? enforcing === null;
  if (!wanted) {
    if (enforcing === null) return flashed(view, 'the policy is not carried out automatically', seen);
    return asking(view, { type: 'Enforce', on: false });
  }
  if (enforcing !== null) return flashed(view, 'the policy is carried out automatically already', seen);
  return only({ ...view, dialog: { type: 'enforce', typed: '', limits: limitLines(seen.picture) } });
}

/** Of all only where that is said: it may be thousands of questions. */
export function refresh(view: View, seen: Seen): Updated {
  const rows = chosenRows(view, seen.content, seen.shown);
  if (typeof rows === 'string') return flashed(view, rows, seen);
  const workloads = workloadsOf(view, rows);
  if (workloads.length > 0) return asking(view, { type: 'Refresh', workloads });
  return flashed(view, 'no workload is chosen; :refresh all asks about all of them', seen);
}
