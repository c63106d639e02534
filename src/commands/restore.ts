// `restore`: brings back what an act has stopped or deleted, after saying what comes back and what does not. It asks Xray
// nothing.
import type { ActOrder } from '../core/act.ts';
import { mayRunAtOnce, refusalOf } from '../core/hand-plan.ts';
import type { HandPlan } from '../core/hand-plan.ts';
import type { DryRun } from '../core/plan-acts.ts';
import { toUndo } from '../core/restore.ts';
import type { LiveObject, NamedObject, Undoable } from '../core/restore.ts';
import { rootsNamed } from '../core/selection.ts';
import { workloadLabel } from '../core/workload.ts';
import { handPlanText } from '../output/hand-plan.ts';
import { printable } from '../output/printable.ts';
import { interruptedCode, Interrupted, readThrough, whileFollowing } from './acting-run.ts';
import type { ActingRun } from './acting-run.ts';
import { allWorked, mustBeAbleToAsk, tellRefused } from './by-hand.ts';
import { dryRunOf, namesNeeded } from './flags.ts';
import { liveObject, planRestore } from './hand-plans.ts';
import { confirms } from './terminal.ts';

export interface RestoreOptions {
  readonly dryRun: DryRun;
  readonly yes: boolean;
  /** Milliseconds for which no automatic act may follow; null: until digests or conditions change. */
  readonly hold: number | null;
  readonly release: boolean;
}

export type RestoringRun = ActingRun & {
  /** Reads an object that the lists do not show: of a custom kind without pods. Null: it is not there. */
  readonly readNamed: (named: NamedObject) => Promise<LiveObject | null>;
};

/** Reads the flags; every mistake is a UsageError before anything is asked. */
export function restoreOptions(
  argv: Readonly<Record<string, unknown>>,
  hold: number | null,
  isTerminal: boolean,
): RestoreOptions {
  namesNeeded('restore', argv);
  const options = {
    dryRun: dryRunOf(argv) ?? 'none',
    yes: argv['yes'] === true,
    hold,
    release: argv['release'] === true,
  };
  mustBeAbleToAsk('restore', options, isTerminal);
  return options;
}

/** Ends with 0, or 1 where there is nothing to restore, or a restore was refused, failed or is stuck. */
export async function restore(options: RestoreOptions, run: RestoringRun): Promise<number> {
  try {
    return await whileFollowing(run, (following) => planAndRestore(options, following));
  } catch (error) {
    if (error instanceof Interrupted) return interruptedCode;
    throw error;
  }
}

interface ToRestore {
  readonly undoable: Undoable;
  readonly plan: HandPlan;
}

async function planAndRestore(options: RestoreOptions, run: RestoringRun): Promise<number> {
  await readThrough(run);
  const found: ToRestore[] = [];
  let complete = true;
  for (const { named, live } of await objectsNamed(run)) {
    const undoable = toUndo(named, live, run.engine.getState().acting.history);
    if (undoable.is === 'nothing') {
      tellNothing(`${named.resource}/${named.name}`, undoable.says, run);
      complete = false;
      continue;
    }
    if (found.some((one) => one.undoable.undoes === undoable.undoes)) continue;
    const plan = await planRestore(undoable, options, run);
    if (plan.inspection.is === 'ready') found.push({ undoable, plan });
    else tellNothing(workloadLabel(undoable.target), plan.inspection.says, run);
    complete &&= plan.inspection.is === 'ready';
  }
  for (const { plan } of found) run.stderr.write(handPlanText(plan));
  const plans = found.map(({ plan }) => plan);
  if (await tellRefused(plans, options.dryRun, run)) complete = false;
  const orders = await agreed(
    found.filter(({ plan }) => refusalOf(plan) === null),
    options,
    run,
  );
  if (orders === null) {
    run.stderr.write('nothing was changed\n');
    return 1;
  }
  const worked = await allWorked(orders, options.dryRun, run);
  if (options.dryRun === 'none') for (const order of orders) tellHowToRelease(order, run);
  return worked && complete ? 0 : 1;
}

/** A deleted Job comes back suspended: it would run from its start. */
function tellHowToRelease({ target, restore: how }: ActOrder, { stderr }: RestoringRun): void {
  if (target.kind !== 'Job' || how === null || how.release || how.saved.is !== 'manifest') return;
  const patch = `kubectl patch job ${target.name} -n ${target.namespace} --type merge -p '{"spec":{"suspend":false}}'`;
  stderr.write(`it is suspended; let it run with: ${printable(patch)}\n`);
}

function tellNothing(label: string, says: string, { stderr }: RestoringRun): void {
  stderr.write(`error: nothing to restore of ${printable(`${label}: ${says}`)}\n`);
}

interface Found {
  readonly named: NamedObject;
  readonly live: LiveObject | null;
}

/** A pod or ReplicaSet that is there stands for its workload; what is not there any more is known by its name alone. */
async function objectsNamed({ engine, selection, namespace, readNamed }: RestoringRun): Promise<Found[]> {
  const state = engine.getState();
  const found: Found[] = [];
  for (const type of selection.types ?? []) {
    if (type.name === null) continue;
    const named = { resource: type.resource, namespace, name: type.name };
    const lives = rootsNamed(state, type).flatMap((root) => liveObject(root) ?? []);
    if (lives.length > 0) found.push(...lives.map((live) => ({ named: live.target, live })));
    else found.push({ named, live: await readNamed(named) });
  }
  return found;
}

/** The orders that somebody agreed to; null where nobody did. A CronJob that may run at once is asked about by itself. */
async function agreed(
  found: readonly ToRestore[],
  { dryRun, yes }: RestoreOptions,
  { terminal, namespace, interruption }: RestoringRun,
): Promise<readonly ActOrder[] | null> {
  const orders = found.map(({ plan }) => plan.order);
  if (yes || dryRun !== 'none' || orders.length === 0) return orders;
  const kept: ActOrder[] = [];
  for (const { undoable, plan } of found.filter((one) => mayRunAtOnce(one.undoable))) {
    const name = printable(workloadLabel(undoable.target));
    const question = `${name} may start a missed run at once. Resume it all the same?`;
    if (await confirms(terminal, question, interruption)) continue;
    kept.push(plan.order);
  }
  const others = orders.filter((order) => !kept.includes(order));
  const [first] = others;
  if (first === undefined) return null;
  const many = others.length > 1 ? ` and ${others.length - 1} more` : '';
  const question = `Restore ${printable(workloadLabel(first.target))}${many} in namespace ${namespace}?`;
  return (await confirms(terminal, question, interruption)) ? others : null;
}
