// `scaledown` and `delete` by hand, whatever the policy says: first the plan for each object, then a question, then the act
// by the same way as any other.
import type { ActOrder } from '../core/act.ts';
import { UsageError } from '../core/errors.ts';
import { refusalOf } from '../core/hand-plan.ts';
import type { HandPlan } from '../core/hand-plan.ts';
import { doingWords } from '../core/plan-words.ts';
import type { Judgement } from '../core/judgement.ts';
import type { DryRun } from '../core/plan-acts.ts';
import { namedByParts } from '../core/selection.ts';
import { workloadLabel } from '../core/workload.ts';
import { handPlanText } from '../output/hand-plan.ts';
import { doneWords } from '../output/notices.ts';
import { printable } from '../output/printable.ts';
import { carryOut, dryRunMark, interruptedCode, Interrupted, readThrough, whileFollowing } from './acting-run.ts';
import type { ActingRun, Done } from './acting-run.ts';
import { dryRunOf, namesNeeded } from './flags.ts';
import { isToDo, planByHand, writeRefusal } from './hand-plans.ts';
import { reportMissing, reportUnjudged } from './run.ts';
import { confirms, confirmsNumber } from './terminal.ts';

export interface ByHandOptions {
  readonly action: 'scaledown' | 'delete';
  readonly dryRun: DryRun;
  readonly yes: boolean;
  readonly acceptDataLoss: boolean;
}

/** Reads the flags; every mistake is a UsageError before anything is asked. */
export function byHandOptions(
  action: ByHandOptions['action'],
  argv: Readonly<Record<string, unknown>>,
  isTerminal: boolean,
): ByHandOptions {
  namesNeeded(action, argv);
  const options = {
    action,
    dryRun: dryRunOf(argv) ?? 'none',
    yes: argv['yes'] === true,
    acceptDataLoss: argv['accept-data-loss'] === true,
  };
  mustBeAbleToAsk(action, options, isTerminal);
  return options;
}

/** Off a terminal nobody can say yes, so that it has to be said before. */
export function mustBeAbleToAsk(
  command: string,
  { dryRun, yes }: Pick<ByHandOptions, 'dryRun' | 'yes'>,
  isTerminal: boolean,
): void {
  if (isTerminal || yes || dryRun !== 'none') return;
  const hint = `Add --yes, or look first with --dry-run=client.`;
  throw new UsageError(`${command} asks before it acts, and there is no terminal to ask on`, hint);
}

/** Ends with 0, or 1 where an object is not there, or its act was refused, failed or is stuck. */
export async function actByHand(options: ByHandOptions, run: ActingRun): Promise<number> {
  try {
    return await whileFollowing(run, (following) => planAndAct(options, following));
  } catch (error) {
    if (error instanceof Interrupted) return interruptedCode;
    throw error;
  }
}

async function planAndAct(options: ByHandOptions, run: ActingRun): Promise<number> {
  const { engine, stderr } = run;
  await readThrough(run);
  const state = engine.getState();
  const unnamed = unnamedIn(options, run);
  const missing = [reportMissing(run, state), reportUnjudged(run, state), unnamed.size > 0].includes(true);
  const plans: HandPlan[] = [];
  for (const judgement of judgementsIn(run).filter(({ workload }) => !unnamed.has(workload.uid)))
    plans.push(await planByHand(judgement, options, run));
  for (const plan of plans) stderr.write(handPlanText(plan));
  const refused = await tellRefused(plans, options.dryRun, run);
  const orders = plans.filter(isToDo).map(({ order }) => order);
  if (orders.length === 0)
    return missing || refused || plans.some(({ inspection }) => inspection.is === 'gone') ? 1 : 0;
  if (!(await agreed(orders, options, run))) {
    stderr.write('nothing was changed\n');
    return 1;
  }
  const worked = await allWorked(orders, options.dryRun, run);
  return missing || refused || !worked ? 1 : 0;
}

/**
 * Whoever names a pod means its workload only where a question has named that. Says of each that was not named what to
 * write; gives back their uids.
 */
function unnamedIn(
  { action, dryRun, yes }: ByHandOptions,
  { engine, selection, stderr, sameFlags }: ActingRun,
): Set<string> {
  if (!yes || dryRun !== 'none') return new Set();
  const unnamed = namedByParts(engine.getState(), selection);
  for (const { part, workload } of unnamed) {
    const [what, whole] = [workloadLabel(part), workloadLabel(workload)];
    const how = `kubectl xray ${action} ${whole} -n ${workload.namespace}${sameFlags}`;
    stderr.write(`error: ${printable(`${what} belongs to ${whole}, which has to be named with --yes: ${how}`)}\n`);
  }
  return new Set(unnamed.map(({ workload }) => workload.uid));
}

function judgementsIn({ engine }: ActingRun): Judgement[] {
  const { judged } = engine.getState();
  return engine.workloads().flatMap(({ uid }) => judged.get(uid) ?? []);
}

/** A refusal stands in the journal, as every other end of an act does. */
export async function tellRefused(plans: readonly HandPlan[], dryRun: DryRun, run: ActingRun): Promise<boolean> {
  let any = false;
  for (const plan of plans) {
    const message = refusalOf(plan);
    if (message === null) continue;
    any = true;
    run.stderr.write(`error: ${nameOf(plan.order)} is refused: ${printable(message)}\n`);
    if (dryRun === 'none') await writeRefusal(plan, message, run);
  }
  return any;
}

async function agreed(orders: readonly ActOrder[], { action, dryRun, yes }: ByHandOptions, run: ActingRun) {
  if (yes || dryRun !== 'none') return true;
  const { terminal, interruption } = run;
  if (action === 'delete' && orders.length > 1) {
    return confirmsNumber(terminal, orders.length, `Delete ${orders.length} objects?`, interruption);
  }
  const [first] = orders;
  if (first === undefined) return false;
  const many = orders.length > 1 ? ` and ${orders.length - 1} more` : '';
  const { namespace } = first.target;
  const doing = doingWords[action];
  const question = `${doing[0]?.toUpperCase()}${doing.slice(1)} ${nameOf(first)}${many} in namespace ${namespace}?`;
  return confirms(terminal, printable(question), interruption);
}

/** Has them carried out, and tells of each as it goes. */
export async function allWorked(orders: readonly ActOrder[], dryRun: DryRun, run: ActingRun): Promise<boolean> {
  const done = await carryOut(orders, run, (one) => tellDone(one, dryRun, run));
  const undoable = done.filter(
    ({ order, end }) => order.action !== 'restore' && (end === 'effective' || end === 'stuck'),
  );
  if (undoable.length > 0)
    run.stderr.write(
      `${howToUndo(
        undoable.map(({ order }) => order),
        run,
      )}\n`,
    );
  return done.every(({ end }) => end === 'effective' || end === 'wouldAct' || end === 'notNeeded');
}

function tellDone({ order, end, message }: Done, dryRun: DryRun, { stdout, stderr }: ActingRun): void {
  const name = nameOf(order);
  const because = message === null || message === '' ? '' : `: ${printable(message)}`;
  switch (end) {
    case 'accepted':
    case 'wouldAct':
      stdout.write(`${name} ${doneWords[order.action]}${dryRunMark(dryRun)}\n`);
      return;
    case 'stuck':
      stderr.write(`error: ${name} is stuck${because}\n`);
      return;
    case 'refused':
      stderr.write(`error: ${name} is refused${because}\n`);
      return;
    case 'failed':
    case 'deferred':
      stderr.write(`error: ${name} was not ${doneWords[order.action]}${because}\n`);
      return;
    case 'effective':
    case 'notNeeded':
      return;
    default:
      end satisfies never;
  }
}

function howToUndo(orders: readonly ActOrder[], { sameFlags }: ActingRun): string {
  const namespace = orders[0]?.target.namespace ?? '';
  return `undo with: kubectl xray restore ${orders.map(nameOf).join(' ')} -n ${namespace}${sameFlags}`;
}

function nameOf({ target }: ActOrder): string {
  return printable(workloadLabel(target));
}
