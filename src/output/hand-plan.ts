// What an act by hand would do, and what undoing it would bring back, said before anybody says yes.
import type { HandPlan } from '../core/hand-plan.ts';
import { planWords } from '../core/plan-words.ts';
import { printable } from './printable.ts';

/** A block of lines: the object, then one line for each thing to be known of it. */
export function handPlanText(plan: HandPlan): string {
  const { title, lines } = planWords(plan);
  const below = lines.map(({ name, words, refusal }) => {
    const mended = refusal === 'dataLoss' ? ' (--accept-data-loss does it all the same)' : '';
    return `  ${`${name}:`.padEnd(9)} ${words}${mended}`;
  });
  return `${[title, ...below].map(printable).join('\n')}\n`;
}
