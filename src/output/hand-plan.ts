// What an act by hand would do, and what undoing it would bring back, said before anybody says yes.
import type { ActAction, Ready } from '../core/act.ts';
import type { Exempt } from '../core/decide.ts';
import type { HandPlan } from '../core/hand-plan.ts';
import { workloadLabel } from '../core/workload.ts';
import { printable } from './printable.ts';

/** A block of lines: the object, then one line for each thing to be known of it. */
export function handPlanText(plan: HandPlan): string {
  const { order, inspection, lifted, unanswered, warnings } = plan;
  const { action, target } = order;
  const lines = [
    `${workloadLabel(target)} in namespace ${target.namespace}: ${doingWords[action]}`,
    ...(inspection.is === 'ready' ? readyLines(plan, inspection) : [line('is', inspection.says)]),
    ...(action === 'restore' ? undoneLines(plan) : [line('why', whyWords(order.reason.evidence, unanswered.length))]),
    ...lifted.map((exempt) => line('lifts', liftedWords(exempt))),
    ...unanswered.map(({ reference, reason, cause }) => {
      return line('warning', `Xray has not answered about ${reference}: ${cause ?? reason}`);
    }),
    ...warnings.map((one) => line('warning', one)),
    ...(inspection.is === 'ready' ? closingLines(order.action, inspection) : []),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** `scale down`, as a question has it. */
export const doingWords: Readonly<Record<ActAction, string>> = {
  scaledown: 'scale down',
  delete: 'delete',
  restore: 'restore',
};

function line(name: string, words: string): string {
  return `  ${`${name}:`.padEnd(9)} ${words}`;
}

function readyLines({ order, promised }: HandPlan, { does, refusals }: Ready): string[] {
  if (refusals.length > 0) return [];
  if (order.action !== 'restore') return [line('does', does)];
  return [line('brings', promised === null ? does : `${promised.grade}: ${does}`)];
}

/** What was promised when it was done may say more than what is to be done now. */
function undoneLines({ inspection, undoes, promised }: HandPlan): string[] {
  const said = inspection.is === 'ready' ? inspection.does : '';
  return [
    ...(undoes === null ? [] : [line('undoes', undoes)]),
    ...(promised === null || said.includes(promised.means) ? [] : [line('promised', promised.means)]),
  ];
}

/** The refusals come last, where the eye is. */
function closingLines(action: ActAction, { findings, undo, refusals }: Ready): string[] {
  return [
    ...findings.map(({ says }) => line('note', says)),
    ...(action === 'restore' || refusals.length > 0 ? [] : [line('undo', `${undo.grade}: ${undo.means}`)]),
    ...refusals.map(({ why, says }) => {
      return line('refused', why === 'dataLoss' ? `${says} (--accept-data-loss does it all the same)` : says);
    }),
  ];
}

function whyWords(evidence: readonly string[], unanswered: number): string {
  if (evidence.length > 0) return `by hand; ${evidence.join(', ')}`;
  return unanswered > 0 ? 'by hand' : 'by hand; nothing that is known of it calls for it';
}

function liftedWords({ by, rule, until }: Exempt): string {
  return `${by} (${rule}${until === null ? '' : `, until ${until}`})`;
}
