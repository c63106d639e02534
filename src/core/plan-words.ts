// What is to be known of an act before anybody says yes, in words: what every output shows of it, in its order.
import type { ActAction, Ready, Refusal } from './act.ts';
import type { Exempt } from './decide.ts';
import type { HandPlan } from './hand-plan.ts';
import { workloadLabel } from './workload.ts';

export interface PlanWords {
  /** `deployment/cart in namespace shop: scale down`. */
  readonly title: string;
  readonly lines: readonly PlanLine[];
}

export interface PlanLine {
  readonly name:
    | 'is'
    | 'does'
    | 'brings'
    | 'undoes'
    | 'promised'
    | 'why'
    | 'lifts'
    | 'warning'
    | 'note'
    | 'undo'
    | 'refused';
  readonly words: string;
  /** Of a refusal: why. */
  readonly refusal?: Refusal['why'];
}

/** `scale down`, as a question has it. */
export const doingWords: Readonly<Record<ActAction, string>> = {
  scaledown: 'scale down',
  delete: 'delete',
  restore: 'restore',
};

export function planWords(plan: HandPlan): PlanWords {
  const { order, inspection, lifted, unanswered, warnings } = plan;
  const { action, target } = order;
  const lines: readonly PlanLine[] = [
    ...(inspection.is === 'ready' ? readyLines(plan, inspection) : [line('is', inspection.says)]),
    ...(action === 'restore' ? undoneLines(plan) : [line('why', whyWords(order.reason.evidence, unanswered.length))]),
    ...lifted.map((exempt) => line('lifts', liftedWords(exempt))),
    ...unanswered.map(({ reference, reason, cause }) => {
      return line('warning', `Xray has not answered about ${reference}: ${cause ?? reason}`);
    }),
    ...warnings.map((one) => line('warning', one)),
    ...(inspection.is === 'ready' ? closingLines(action, inspection) : []),
  ];
  return { title: `${workloadLabel(target)} in namespace ${target.namespace}: ${doingWords[action]}`, lines };
}

function line(name: PlanLine['name'], words: string): PlanLine {
  return { name, words };
}

function readyLines({ order, promised }: HandPlan, { does, refusals }: Ready): readonly PlanLine[] {
  if (refusals.length > 0) return [];
  if (order.action !== 'restore') return [line('does', does)];
  return [line('brings', promised === null ? does : `${promised.grade}: ${does}`)];
}

/** What was promised when it was done may say more than what is to be done now. */
function undoneLines({ inspection, undoes, promised }: HandPlan): readonly PlanLine[] {
  const said = inspection.is === 'ready' ? inspection.does : '';
  return [
    ...(undoes === null ? [] : [line('undoes', undoes)]),
    ...(promised === null || said.includes(promised.means) ? [] : [line('promised', promised.means)]),
  ];
}

/** The refusals come last, where the eye is. */
function closingLines(action: ActAction, { findings, undo, refusals }: Ready): readonly PlanLine[] {
  return [
    ...findings.map(({ says }) => line('note', says)),
    ...(action === 'restore' || refusals.length > 0 ? [] : [line('undo', `${undo.grade}: ${undo.means}`)]),
    ...refusals.map(({ why, says }): PlanLine => ({ name: 'refused', words: says, refusal: why })),
  ];
}

function whyWords(evidence: readonly string[], unanswered: number): string {
  if (evidence.length > 0) return `by hand; ${evidence.join(', ')}`;
  return unanswered > 0 ? 'by hand' : 'by hand; nothing that is known of it calls for it';
}

function liftedWords({ by, rule, until }: Exempt): string {
  return `${by} (${rule}${until === null ? '' : `, until ${until}`})`;
}
