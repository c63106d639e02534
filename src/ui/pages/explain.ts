// All that `explain` says of a workload, in its words.
import { explain } from '../../core/explain.ts';
import { explanationText } from '../../core/explanation.ts';
import { conditionsText } from '../../core/rows.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Picture } from '../picture.ts';
import type { Line, Text } from '../table.ts';

export function explainPage({ state, about, now }: Picture, uid: string): Text {
  const judgement = state?.judged.get(uid);
  if (state === null || judgement === undefined) {
    return { is: 'text', title: 'explain', lines: [{ cells: [{ text: 'it is not there any more' }] }] };
  }
  const label = workloadLabel(judgement.workload);
  const words = { label, conditions: conditionsText(judgement) };
  const text = explanationText(explain(judgement, state, { context: about.context, now }), words, (word) => word);
  return { is: 'text', title: `explain ${label}`, lines: text.trimEnd().split('\n').map(lineOf) };
}

function lineOf(text: string): Line {
  const label = /^[A-Z][A-Za-z ]*:( +|$)/.exec(text)?.[0];
  if (label === undefined) return { cells: [{ text }] };
  return { cells: [{ text: label, tone: 'heading' }, { text: text.slice(label.length) }] };
}
