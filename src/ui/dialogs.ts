// Keys while a dialog is open. Nothing is done but by `enter` on what does it; `esc` always leaves without an effect.
import { conditionTypes } from '../core/policy.ts';
import type { HandPlan } from '../core/hand-plan.ts';
import { doable, numberToType } from './dialogs/doable.ts';
import { formOf } from './dialogs/form-of.ts';
import { undoable } from './dialogs/progress.ts';
import { mostTop } from './dialogs/lines.ts';
import { heightsOf } from './frame.ts';
import { ignorePressed } from './ignore-dialog.ts';
import { createTheme } from './theme.ts';
import { around, typedInto } from './typing.ts';
import { asking, flashed, only } from './updated.ts';
import type { Seen, Updated } from './updated.ts';
import type { ActVerb, Dialog, Press, View } from './view.ts';

type Open<T extends Dialog['type']> = Extract<Dialog, { readonly type: T }>;

export function dialogPressed(view: View, dialog: Dialog, press: Press, seen: Seen): Updated {
  switch (dialog.type) {
    case 'planning':
      return press.name === 'esc' ? asking(closed(view), { type: 'GiveUp' }) : only(view);
    case 'plan':
      return planPressed(view, dialog, press, seen);
    case 'progress':
      return progressPressed(view, dialog, press, seen);
    case 'ignore':
      return ignorePressed(view, dialog, press, seen);
    case 'whitelist':
      return whitelistPressed(view, dialog, press);
    case 'enforce':
      return enforcePressed(view, dialog, press, seen);
    default:
      return dialog satisfies never;
  }
}

function closed(view: View): View {
  return { ...view, dialog: null };
}

/** Null: nobody waits for this plan any more. */
export function planDialog(
  dialog: Dialog | null,
  planned: { readonly action: ActVerb; readonly plans: readonly HandPlan[]; readonly why: readonly string[] },
): Dialog | null {
  if (dialog?.type !== 'planning' || dialog.action !== planned.action) return null;
  const { action, plans, why } = planned;
  return { type: 'plan', action, plans, why, focus: 'cancel', typed: '', top: 0 };
}

function planPressed(view: View, dialog: Open<'plan'>, press: Press, seen: Seen): Updated {
  const number = numberToType(dialog);
  const change = (changes: Partial<Open<'plan'>>): Updated => only({ ...view, dialog: { ...dialog, ...changes } });
  if (press.name === 'esc') return only(closed(view));
  const scrolled = scroll(dialog.top, press, mostTopOf(dialog, view, seen));
  if (scrolled !== null) return change({ top: scrolled });
  const todo = doable(dialog.plans);
  if (press.name === 'enter') return planAnswered(view, dialog, todo, seen);
  if (todo.length === 0) return only(view);
  if (['tab', 'left', 'right'].includes(press.name)) {
    return change({ focus: dialog.focus === 'cancel' ? 'do' : 'cancel' });
  }
  if (number !== null) return change({ typed: typedInto(dialog.typed, press, /^\d$/) });
  return only(view);
}

function planAnswered(view: View, dialog: Open<'plan'>, todo: readonly HandPlan[], seen: Seen): Updated {
  if (dialog.focus === 'cancel' || todo.length === 0) return only(closed(view));
  const number = numberToType(dialog);
  if (number !== null && dialog.typed !== number) {
    return flashed(view, `to delete ${number} workloads, type ${number} first`, seen);
  }
  const rows = todo.map(({ order }) => ({ order, state: 'asked', message: null }) as const);
  const progress: Dialog = { type: 'progress', action: dialog.action, rows, top: 0 };
  return asking({ ...view, dialog: progress, flash: null }, { type: 'Act', plans: todo });
}

function progressPressed(view: View, dialog: Open<'progress'>, press: Press, seen: Seen): Updated {
  if (press.name === 'esc' || press.name === 'enter') return only(closed(view));
  if (press.char === 'u' && !press.ctrl && dialog.action !== 'restore') return undoPressed(view, dialog, seen);
  const top = scroll(dialog.top, press, mostTopOf(dialog, view, seen));
  return top === null ? only(view) : only({ ...view, dialog: { ...dialog, top } });
}

/** By the acts themselves: what was deleted has no row, and what was scaled down may have lost its own. */
function undoPressed(view: View, { rows }: Open<'progress'>, seen: Seen): Updated {
  const done = undoable(rows);
  if (done.length === 0) return flashed(view, 'none of these has been done yet: there is nothing to undo', seen);
  const records = done.map(({ order }) => order.id);
  const dialog = { type: 'planning', action: 'restore', many: records.length } as const;
  return asking({ ...view, dialog }, { type: 'Plan', action: 'restore', workloads: [], records });
}

function whitelistPressed(view: View, dialog: Open<'whitelist'>, press: Press): Updated {
  const change = (changes: Partial<Open<'whitelist'>>): Updated => only({ ...view, dialog: { ...dialog, ...changes } });
  const { focus, namespace, condition } = dialog;
  const back = press.name === 'up' || press.name === 'left';
  const step = back ? -1 : press.name === 'down' || press.name === 'right' ? 1 : 0;
  if (press.name === 'esc') return only(closed(view));
  if (press.name === 'tab') return change({ focus: around(whitelistStops, focus, press.shift ? -1 : 1) });
  if (step !== 0) {
    if (focus === 'condition') return change({ condition: around(conditionTypes, condition, step) });
    return change({ focus: focus === 'cancel' ? 'do' : 'cancel' });
  }
  if (press.name !== 'enter') return only(view);
  if (focus === 'condition') return change({ focus: 'cancel' });
  if (focus === 'cancel') return only(closed(view));
  return asking(closed(view), { type: 'Whitelist', namespace, condition });
}

const whitelistStops = ['condition', 'cancel', 'do'] as const;

function enforcePressed(view: View, dialog: Open<'enforce'>, press: Press, seen: Seen): Updated {
  if (press.name === 'esc') return only(closed(view));
  if (press.name === 'enter') {
    if (dialog.typed === 'enforce') return asking(closed(view), { type: 'Enforce', on: true });
    return flashed(view, 'type enforce first, or leave with esc', seen);
  }
  return only({ ...view, dialog: { ...dialog, typed: typedInto(dialog.typed, press) } });
}

/** Null: the key does not scroll. */
function scroll(top: number, { name }: Press, most: number): number | null {
  const steps: Partial<Record<Press['name'], number>> = { up: -1, down: 1, pageup: -10, pagedown: 10 };
  const step = name === 'home' ? -top : name === 'end' ? most - top : steps[name];
  return step === undefined ? null : Math.max(0, Math.min(top + step, most));
}

/** How far what a dialog says can be scrolled. */
function mostTopOf(dialog: Dialog, view: View, { content, shown }: Seen): number {
  const height = heightsOf({ view, content, shown }).body;
  return mostTop(formOf(dialog), { height, columns: view.columns }, plain);
}

const plain = createTheme({ colour: false, ascii: false });
