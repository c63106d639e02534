// One entry of the history, whole, or what is due with why it waits. Of what was saved no value of a manifest is shown.
import type { ActRecord, Saved } from '../../core/act.ts';
import { consequenceOf } from '../../core/consequences.ts';
import { describeOutcome } from '../../core/history.ts';
import type { IgnoredLine, PauseLine } from '../../core/history.ts';
import { historyEntry } from '../../core/history-entries.ts';
import { orderByPolicy } from '../../core/order.ts';
import type { DryRun } from '../../core/plan-acts.ts';
import { undoneIn } from '../../core/restore.ts';
import { ageText } from '../../core/rows.ts';
import type { State } from '../../core/state.ts';
import { waitingOn } from '../../core/waiting.ts';
import type { Waiting } from '../../core/waiting.ts';
import type { DatedChange } from '../../core/verdict-lines.ts';
import type { EvidenceRecord } from '../../core/verdict-record.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Workload } from '../../core/workload.ts';
import type { About } from '../picture.ts';
import type { Line, Text, Tone } from '../table.ts';
import { outcomeCell, timeText, told, undoCell } from './act-cells.ts';
import { changeCell, changedOn, readsWords } from './change-cells.ts';
import { field, listed } from './fields.ts';

/** `id`: as the rows of `actions` and `history` have it. */
export function recordPage(
  state: State,
  id: string,
  now: number,
  { enforcing, changes = [], sameFlags = '' }: Pick<About, 'enforcing' | 'changes' | 'sameFlags'>,
): Text {
  const [, uid] = /^due (.*)$/s.exec(id) ?? [];
  if (uid !== undefined) return duePage(state, uid, now, enforcing);
  const entry = historyEntry(state.acting.history, id, changes);
  switch (entry?.is) {
    case undefined:
      return notThere(state);
    case 'act':
      return actPage(entry.record, state, now, sameFlags);
    case 'ignored':
      return ignoredPage(entry.line, now);
    case 'pause':
      return pausePage(entry.line, state, now);
    case 'verdict':
      return changePage(entry.change, now);
    default:
      return entry satisfies never;
  }
}

/** An act that was asked for is written down once it begins. */
function notThere({ acting }: State): Text {
  const begun = [...acting.asked, ...[...acting.underWay.values()].map(({ order }) => order)];
  const text = begun.length > 0 ? 'it is not written down yet' : 'the journal knows of no such act';
  return { is: 'text', title: 'record', lines: [{ cells: [{ text }] }] };
}

type Named = Pick<Workload, 'kind' | 'resource' | 'namespace' | 'name' | 'uid'>;

function onLines(target: Named): readonly Line[] {
  return [
    ...field('On', workloadLabel(target)),
    ...field('Namespace', target.namespace),
    ...field('Uid', target.uid, 'muted'),
  ];
}

function whenText(at: number, now: number): string {
  return `${timeText(at)}, ${ageText(now - at)} ago`;
}

function actPage(record: ActRecord, state: State, now: number, sameFlags: string): Text {
  const { id, at, order, actor, machine, saved, undo } = record;
  const { action, target, reason } = order;
  const by = order.by === 'policy' ? `the policy, carried out by ${actor}` : actor;
  const lines = [
    ...field('Act', `${action}, by ${order.by}`),
    ...onLines(target),
    ...field('When', whenText(at, now)),
    ...field('By', `${by} on ${machine}`),
    ...field('Why', reason.condition ?? (order.by === 'hand' ? 'by hand' : 'policy')),
    ...(reason.rule === null ? [] : field('Rule', reason.rule)),
    ...listed('Evidence', reason.evidence),
    ...listed('Digests', order.digests),
    ...field('Outcome', describeOutcome(record), outcomeCell(record.outcome).tone),
    ...(saved === null ? [] : field('Saved', savedWords(saved))),
    ...(undo === null ? [] : field('Undo', `${undo.grade}: ${undo.means}`, undoCell(undo.grade).tone)),
    ...toUndoLines(record, state, sameFlags),
    ...field('Id', id, 'muted'),
  ];
  return { is: 'text', title: `${action} ${printableLabel(target)}`, lines };
}

function printableLabel(target: Named): string {
  return told(workloadLabel(target)).text;
}

/** A manifest may hold what is secret: that it is there is all that is said. */
function savedWords(saved: Saved): string {
  if (saved.is === 'manifest') return 'its whole manifest, which is never shown';
  const others = saved.others.length === 0 ? '' : `, and the same of ${saved.others.length} Jobs`;
  return `${saved.field} was ${saved.before === null ? 'unset' : String(saved.before)}${others}`;
}

function toUndoLines({ id, order, outcome, saved }: ActRecord, { acting }: State, sameFlags: string): readonly Line[] {
  const { target, action } = order;
  if (action === 'restore') return field('To undo', 'scale it down or delete it again');
  if (outcome === 'refused') return field('To undo', 'nothing was changed');
  if (undoneIn(acting.history).has(id)) return field('To undo', 'it was undone already', 'muted');
  if (saved === null) return field('To undo', 'nothing was saved to bring it back from', 'fault');
  return field('To undo', `u, or: kubectl xray restore ${workloadLabel(target)} -n ${target.namespace}${sameFlags}`);
}

function ignoredPage({ at, target, covers, until, reason, actor, machine }: IgnoredLine, now: number): Text {
  const lines = [
    ...field('Exception', covers),
    ...onLines(target),
    ...field('When', whenText(Date.parse(at), now)),
    ...field('By', `${actor} on ${machine}`),
    ...field('Why', reason ?? '<none>'),
    ...field('Until', until ?? 'it is deleted from the policy file'),
    ...field('To undo', 'delete it from the policy file; :policy shows those in force'),
  ];
  return { is: 'text', title: `ignore ${printableLabel(target)}`, lines };
}

function pausePage(line: PauseLine, { acting }: State, now: number): Text {
  const when = field('When', whenText(Date.parse(line.at), now));
  if (line.type === 'Resumed') {
    const lines = [
      ...field('Resumed', 'automatic acts go on'),
      ...when,
      ...field('By', `${line.actor} on ${line.machine}`),
    ];
    return { is: 'text', title: 'resume', lines };
  }
  const holds = acting.history.pause !== null && Date.parse(line.at) >= acting.history.pause.at;
  const lines = [
    ...field('Paused', 'automatic acts stop, for every process', 'due'),
    ...when,
    ...field('By', `the ${line.by}`),
    ...field('Why', line.message),
    ...(holds
      ? field('To go on', 'kubectl xray enforce --confirm --resume', 'due')
      : field('Since', 'somebody has resumed', 'muted')),
  ];
  return { is: 'text', title: 'pause', lines };
}

function changePage(change: DatedChange, now: number): Text {
  const { at, by, causes, from, to, appeared, gone } = change;
  const on = changedOn(change);
  const lines = [
    ...field('Verdict', `${change.change}: ${readsWords(change)}`, changeCell(change).tone),
    ...onLines(on),
    ...field('Seen', `${whenText(at, now)}, by ${by}`),
    ...listed('Why', causes),
    ...listed('New', appeared.map(evidenceWords), 'high'),
    ...listed('No longer', gone.map(evidenceWords)),
    ...listed('Missing', to?.missing ?? [], 'unknown'),
    ...listed('Images', to?.images ?? from?.images ?? []),
    ...field('Action', `${from?.action ?? '<none>'} > ${to?.action ?? '<none>'}`),
  ];
  return { is: 'text', title: `verdict ${printableLabel(on)}`, lines };
}

function evidenceWords({ says, severity }: EvidenceRecord): string {
  return severity === null ? says : `${says} (${severity})`;
}

function duePage(state: State, uid: string, now: number, enforcing: DryRun | null): Text {
  const waiting = waitingOn(state, uid, enforcing, now);
  const judgement = state.judged.get(uid);
  if (waiting !== null) return waitingPage(waiting, state, now);
  const text =
    judgement === undefined
      ? 'it is not there any more'
      : state.acting.underWay.has(uid)
        ? 'it is under way now; :actions shows it'
        : 'the policy does not call for it any more';
  return { is: 'text', title: 'due', lines: [{ cells: [{ text }] }] };
}

function waitingPage({ judgement, action, is, why }: Waiting, state: State, now: number): Text {
  const { workload, decided } = judgement;
  const { condition, rule } = decided.decision;
  const evidence = orderByPolicy(judgement, state.policy, now)?.reason.evidence ?? [];
  const consequence = consequenceOf(action, workload);
  const tone: Tone = is === 'due' ? 'due' : 'muted';
  const lines = [
    ...field('Act', `${action}, by policy: ${is === 'due' ? 'due' : 'exempt for now'}`, tone),
    ...onLines(workload),
    ...listed('Waits', why, 'due'),
    ...field('Why', condition ?? 'policy'),
    ...field('Rule', rule ?? '<none>'),
    ...listed('Evidence', evidence),
    ...(consequence === null ? [] : field('Does', consequence.does)),
    ...(consequence === null
      ? []
      : field('Undo', `${consequence.undo.grade}: ${consequence.undo.means}`, undoCell(consequence.undo.grade).tone)),
    ...field('More', 'd explains the verdict in :workloads and :actions'),
  ];
  return { is: 'text', title: `due: ${action} ${printableLabel(workload)}`, lines };
}
