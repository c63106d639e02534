// What is planned on the screen: the plan of each act by hand, read live, a few at a time; and in words why there is none.
import type { HandPlan } from '../../core/hand-plan.ts';
import { refusalOf } from '../../core/hand-plan.ts';
import { rootOf } from '../../core/owners.ts';
import { toUndo } from '../../core/restore.ts';
import type { LiveObject, NamedObject, Undoable } from '../../core/restore.ts';
import { rootsNamed } from '../../core/selection.ts';
import type { State } from '../../core/state.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Effect, Message } from '../../ui/view.ts';
import { isToDo, liveObject, planByHand, planRestore, writeRefusal } from '../hand-plans.ts';
import type { WatchRun } from './run.ts';

type Planned = Extract<Message, { type: 'Planned' }>;

export type PlanningWatchRun = Pick<
  WatchRun,
  'engine' | 'acting' | 'clock' | 'interruption' | 'journal' | 'identity' | 'sameFlags' | 'readNamed'
>;

/** A plan, or why there is nothing to do. */
type Outcome = HandPlan | string;

/** So many objects are read at once. */
const atOnce = 4;

/** Answers `Plan`. Plans hold only what may be done; refusals stand in the journal. Rejects where the signal aborts. */
export async function planActs(
  { action, workloads, records }: Extract<Effect, { type: 'Plan' }>,
  run: PlanningWatchRun,
): Promise<Planned> {
  const outcomes =
    action === 'restore'
      ? await planRestores(workloads, records, run)
      : await inTurns([...new Set(workloads)], (uid) => planOne(uid, action, run));
  run.interruption.throwIfAborted();
  const plans: HandPlan[] = [];
  const why: string[] = [];
  for (const outcome of outcomes) {
    if (typeof outcome === 'string') why.push(outcome);
    else if (isToDo(outcome)) plans.push(outcome);
    else why.push(await whyNot(outcome, run));
  }
  return { type: 'Planned', action, plans, why: [...new Set(why)] };
}

async function planOne(uid: string, action: 'scaledown' | 'delete', run: PlanningWatchRun): Promise<Outcome> {
  const judgement = run.engine.getState().judged.get(uid);
  if (judgement === undefined) return notThere;
  const label = labelOf(judgement.workload);
  return orWhy(label, run, () => planByHand(judgement, { action, acceptDataLoss: false }, run));
}

const notThere = 'a workload that was chosen is not there any more';

/** Two rows may come to the same act: it is undone once. */
async function planRestores(
  workloads: readonly string[],
  records: readonly string[],
  run: PlanningWatchRun,
): Promise<Outcome[]> {
  const found = await inTurns<Wanted, Undoable | string>(
    [...workloads.map((uid) => ({ uid })), ...records.map((id) => ({ id }))],
    (wanted) => ('uid' in wanted ? Promise.resolve(undoableOf(wanted.uid, run)) : undoableBy(wanted.id, run)),
  );
  const why = found.filter((one) => typeof one === 'string');
  const undoables = new Map(found.flatMap((one) => (typeof one === 'string' ? [] : [[one.undoes, one] as const])));
  const plans = await inTurns([...undoables.values()], (undoable) =>
    orWhy(labelOf(undoable.target), run, () => planRestore(undoable, { hold: null, release: false }, run)),
  );
  return [...plans, ...why];
}

type Wanted = { readonly uid: string } | { readonly id: string };

function undoableOf(uid: string, { engine }: PlanningWatchRun): Undoable | string {
  const state = engine.getState();
  const root = rootOf(state, uid);
  const live = root === null ? null : liveObject(root);
  if (live === null) return notThere;
  const found = toUndo(live.target, live, state.acting.history);
  return found.is === 'undo' ? found : `${labelOf(live.target)}: ${found.says}`;
}

/** Only the last act on an object can be undone: an earlier one left it otherwise than it is. */
async function undoableBy(id: string, run: PlanningWatchRun): Promise<Undoable | string> {
  const { history } = run.engine.getState().acting;
  const record = history.records.get(id);
  if (record === undefined) return 'an act that was chosen is not in the journal';
  const { target, action } = record.order;
  const label = labelOf(target);
  if (action === 'restore') return `${label}: a restore is undone by scaling down or deleting again`;
  const live = await liveOf(target, run).catch((error: unknown) => `${label}: ${messageOf(error, run)}`);
  if (typeof live === 'string') return live;
  const found = toUndo(live?.target ?? target, live, history);
  if (found.is === 'nothing') return `${label}: ${found.says}`;
  if (found.undoes === id) return found;
  return `${label}: not this act, but the ${found.action} of ${found.at} by ${found.by} is the one that can be undone`;
}

/** By its own uid, else whatever has its name now. */
async function liveOf(
  target: NamedObject & { readonly uid: string },
  { engine, readNamed }: PlanningWatchRun,
): Promise<LiveObject | null> {
  const state = engine.getState();
  const own = rootOf(state, target.uid);
  const live = own === null ? namesakeOf(target, state) : liveObject(own);
  return live ?? (await readNamed(target));
}

function namesakeOf({ resource, namespace, name }: NamedObject, state: State): LiveObject | null {
  const roots = rootsNamed(state, { resource, name }).filter((root) => root.namespace === namespace);
  return roots.map(liveObject).find((live) => live?.target.name === name) ?? null;
}

/** What the world refuses to tell of one object keeps nobody from planning for the others. */
async function orWhy(label: string, run: PlanningWatchRun, plan: () => Promise<HandPlan>): Promise<Outcome> {
  try {
    return await plan();
  } catch (error) {
    return `${label}: ${messageOf(error, run)}`;
  }
}

function messageOf(error: unknown, { interruption }: PlanningWatchRun): string {
  interruption.throwIfAborted();
  return error instanceof Error ? error.message : String(error);
}

async function whyNot(plan: HandPlan, run: PlanningWatchRun): Promise<string> {
  const { order, inspection } = plan;
  const label = labelOf(order.target);
  const refusal = refusalOf(plan);
  if (refusal === null) return `${label}: ${inspection.is === 'ready' ? inspection.does : inspection.says}`;
  await writeRefusal(plan, refusal, run);
  const command = `kubectl xray delete ${workloadLabel(order.target)} -n ${order.target.namespace}${run.sameFlags} --accept-data-loss`;
  const isLoss = inspection.is === 'ready' && inspection.refusals.some(({ why }) => why === 'dataLoss');
  return `${label} is refused: ${refusal}${isLoss ? `; done all the same by: ${command}` : ''}`;
}

function labelOf(target: NamedObject & { readonly kind: string }): string {
  return `${target.namespace}/${workloadLabel(target)}`;
}

/** The results in the order of the items. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
