// A message for people: one line an act, in Slack's markup, which others of its kind take too.
import type { ActRecord } from '../core/act.ts';
import { describeOutcome, describeReason } from '../core/history.ts';
import { workloadLabel } from '../core/workload.ts';

/** Characters of one line: fifty of them stay below what Slack takes. */
const longest = 600;

export function slackText(records: readonly ActRecord[], context: string): string {
  const where = context === '' ? '' : ` in ${markup(context)}`;
  return [`*kubectl-xray*${where}`, ...records.map(line)].join('\n');
}

function line(record: ActRecord): string {
  const { order, actor, machine, undo } = record;
  const { target, action, by } = order;
  const who = by === 'policy' ? 'by policy' : `by ${actor}`;
  const back = undo === null || action === 'restore' ? '' : ` Undo (${undo.grade}): ${undo.means}.`;
  const what = `${action} *${workloadLabel(target)}* in ${target.namespace}: ${describeOutcome(record)}.`;
  const why = `${describeReason(record)}; ${who}, on ${machine}.`;
  const text = `${what} ${why}${back}`;
  return `• ${markup(text.length > longest ? `${text.slice(0, longest)}…` : text)}`;
}

/** Names and messages are others' words: none of them becomes a mention, a link or a line of its own. */
function markup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
}
