// All that `explain` says of a workload, in its words.
import { explain } from '../../core/explain.ts';
import { explanationText } from '../../core/explanation.ts';
import { conditionsText } from '../../core/rows.ts';
import { parseSeverity } from '../../core/severity.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Picture } from '../picture.ts';
import type { Line, Text } from '../table.ts';
import { severityCell } from './cells.ts';

export function explainPage({ state, about, now }: Picture, uid: string): Text {
  const judgement = state?.judged.get(uid);
  if (state === null || judgement === undefined) {
    return { is: 'text', title: 'explain', lines: [{ cells: [{ text: 'it is not there any more' }] }] };
  }
  const label = workloadLabel(judgement.workload);
  const words = { label, conditions: conditionsText(judgement), most: Infinity };
  const text = explanationText(explain(judgement, state, { context: about.context, now }), words, (word) => word);
  return { is: 'text', title: `explain ${label}`, lines: text.trimEnd().split('\n').map(lineOf) };
}

/** The look of a text that is made for paper: labels, and the severity that a finding begins with. */
function lineOf(text: string): Line {
  const label = /^[A-Z][A-Za-z ]*:( +|$)/.exec(text)?.[0];
  if (label !== undefined) return { cells: [{ text: label, tone: 'heading' }, { text: text.slice(label.length) }] };
  const [, before = '', severity = ''] = /^( +(?:Finding: +)?)([A-Z][a-z]+) /.exec(text) ?? [];
  const known = parseSeverity(severity);
  if (known === undefined) return { cells: [{ text }] };
  return { cells: [{ text: before }, severityCell(known), { text: text.slice(before.length + severity.length) }] };
}
