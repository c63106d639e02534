// The one place that makes a new view: of a message, and of what is seen. Pure; what is to be done in the world is given
// back as effects. With `--readonly` no effect that changes something ever leaves it.
import { askForPlan, askToEnforce, askToIgnore, askToWhitelist, refresh, refusedHere } from './acting.ts';
import type { Command } from './command-line.ts';
import { dialogPressed, planDialog } from './dialogs.ts';
import { explain, openRow, toggleHelp } from './opening.ts';
import { freshVisit, goBack, goTo, setFilter, sortBy } from './going.ts';
import { holdsOn, intentOf, keyOf } from './keys.ts';
import type { Intent, Plain } from './keys.ts';
import { clearMarks, forgetGone, markRange, noMarks, toggleMark } from './marking.ts';
import { chooseRow, move, settle, use, visitOf } from './moving.ts';
import { chooseContext, chooseNamespace, namespaceAt, showNamespace } from './namespaces.ts';
import { openCommand, openFilter, promptPressed } from './prompt.ts';
import { copy, save } from './taking.ts';
import { asking, flash, flashed, only } from './updated.ts';
import type { Seen, Updated } from './updated.ts';
import type { Effect, Message, Press, View } from './view.ts';

/** Of a terminal of that size. `recent`: namespaces for the keys 1 to 9. */
export function firstView(size: Pick<View, 'columns' | 'rows'>, recent: readonly string[] = []): View {
  return {
    visits: [freshVisit({ at: 'workloads' })],
    columns: size.columns,
    rows: size.rows,
    prompt: null,
    flash: null,
    dialog: null,
    marks: noMarks,
    anchor: null,
    faultsOnly: false,
    wide: false,
    namespace: null,
    recent,
  };
}

/**
 * `seen` is what the view shows before the message. Where the rows shown are others afterwards (another page, filter, sort),
 * `Turned` brings the cursor to them.
 */
export function update(view: View, message: Message, seen: Seen): Updated {
  return guarded(view, answer(view, message, seen), seen);
}

function answer(view: View, message: Message, seen: Seen): Updated {
  switch (message.type) {
    case 'Pressed':
      return answerPress(settle(withoutOldFlash(view, message.at), seen.shown), message.press, seen);
    case 'Resized':
      return only(settle({ ...view, columns: message.columns, rows: message.rows }, seen.shown));
    case 'Flashed':
      return only({ ...view, flash: message.flash });
    case 'Planned': {
      const dialog = planDialog(view.dialog, message);
      return only(dialog === null ? view : { ...view, dialog });
    }
    case 'Progressed': {
      const { dialog } = view;
      return only(dialog?.type === 'progress' ? { ...view, dialog: { ...dialog, rows: message.rows } } : view);
    }
    case 'Turned':
      return only(settle(forgetGone(view, seen.content), seen.shown));
    default:
      return message satisfies never;
  }
}

/** Once a key has done something the cursor of the page where it was pressed stays on its row. */
function answerPress(view: View, press: Press, seen: Seen): Updated {
  const updated = pressed(view, press, seen);
  if (updated.view === view) return updated;
  return { ...updated, view: use(updated.view, view.visits.length - 1) };
}

const changing: ReadonlySet<Effect['type']> = new Set(['Plan', 'Act', 'Ignore', 'Whitelist', 'Enforce']);

/** Whatever led to it: what changes something does not leave a screen that may change nothing. */
function guarded(before: View, updated: Updated, seen: Seen): Updated {
  const kept = updated.effects.filter(({ type }) => !changing.has(type));
  if (!seen.picture.about.readonly || kept.length === updated.effects.length) return updated;
  const view = { ...before, dialog: null, prompt: null };
  return { view: flash(view, refusedHere(seen, 'this') ?? '', seen.picture.now), effects: kept };
}

function withoutOldFlash(view: View, at: number): View {
  return view.flash !== null && view.flash.until <= at ? { ...view, flash: null } : view;
}

function pressed(view: View, press: Press, seen: Seen): Updated {
  if (keyOf(press) === 'ctrl-c') return asking(view, { type: 'Quit' });
  if (view.dialog !== null) return dialogPressed(view, view.dialog, press, seen);
  if (view.prompt !== null) {
    return promptPressed(view, view.prompt, press, seen, (closed, command) => run(closed, command, seen));
  }
  const intent = intentOf(press, visitOf(view).page, seen.content);
  return intent === null ? only(view) : meant(view, intent, seen);
}

/** Those that are about the row under the cursor: whoever asks for something there has chosen it. */
const ofTheRow: ReadonlySet<Plain> = new Set([
  'deeper',
  'explain',
  'mark',
  'markRange',
  'copy',
  'refresh',
  'scaledown',
  'delete',
  'restore',
  'ignore',
  'whitelist',
]);

function meant(view: View, intent: Intent, seen: Seen): Updated {
  if (intent.is === 'namespace') return namespaceAt(view, intent.slot, seen);
  if (intent.is === 'sort') return only(sortBy(view, intent.column));
  return plainly(view, intent.is, seen);
}

function plainly(before: View, intent: Plain, seen: Seen): Updated {
  const { shown, picture } = seen;
  const view = ofTheRow.has(intent) ? chooseRow(before) : before;
  switch (intent) {
    case 'down':
    case 'up':
    case 'first':
    case 'last':
    case 'pageDown':
    case 'pageUp':
      return only(move(view, intent, shown));
    case 'deeper':
      return only(openRow(view, shown));
    case 'back':
      return only(visitOf(view).filter === '' ? goBack(view) : setFilter(view, ''));
    case 'leave':
      return view.visits.length > 1 ? only(goBack(view)) : flashed(view, ':q or ctrl-c ends', seen, 'muted');
    case 'filter':
      return only(openFilter(view));
    case 'command':
      return only(openCommand(view));
    case 'help':
      return only(toggleHelp(view));
    case 'mark':
      return only(toggleMark(view, shown));
    case 'markRange':
      return only(markRange(view, shown));
    case 'clearMarks':
      return only(clearMarks(view));
    case 'faultsOnly':
      return only({ ...view, faultsOnly: !view.faultsOnly });
    case 'wide':
      return only({ ...view, wide: !view.wide });
    case 'copy':
      return copy(view, seen);
    case 'save':
      return save(view, seen);
    case 'refresh':
      return refresh(view, seen);
    case 'explain':
      return explain(view, seen);
    case 'pause':
      return asking(view, { type: 'Pause', on: !picture.about.paused });
    case 'quit':
      return asking(view, { type: 'Quit' });
    case 'scaledown':
    case 'delete':
    case 'restore':
      return unlessReadonly(view, refusedWords[intent], seen, () => askForPlan(view, intent, seen));
    case 'ignore':
      return unlessReadonly(view, 'ignoring', seen, () => askToIgnore(view, seen));
    case 'whitelist':
      return unlessReadonly(view, 'whitelisting', seen, () => askToWhitelist(view, seen));
    case 'enforce':
      return unlessReadonly(view, 'enforcing', seen, () => askToEnforce(view, null, seen));
    default:
      return intent satisfies never;
  }
}

const refusedWords = { scaledown: 'scaling down', delete: 'deleting', restore: 'undoing' } as const;

function unlessReadonly(view: View, what: string, seen: Seen, ask: () => Updated): Updated {
  const refused = refusedHere(seen, what);
  return refused === null ? ask() : flashed(view, refused, seen);
}

function run(view: View, command: Command, seen: Seen): Updated {
  switch (command.is) {
    case 'page':
      return only(goTo(view, command.page));
    case 'namespace':
      return command.name === 'all' ? showNamespace(view, null, seen) : chooseNamespace(view, command.name, seen);
    case 'context':
      return chooseContext(view, command.name, seen);
    case 'key':
      return holdsOn(visitOf(view).page.at, command.key)
        ? plainly(view, command.key, seen)
        : flashed(view, `on this page there is nothing to ${command.key}`, seen);
    case 'enforce':
      return unlessReadonly(view, 'enforcing', seen, () => askToEnforce(view, command.on, seen));
    case 'refreshAll':
      return asking(view, { type: 'Refresh', workloads: [] });
    case 'suspend':
      return asking(view, { type: 'Suspend' });
    case 'mistake':
      return flashed(view, command.says, seen, 'fault');
    default:
      return command satisfies never;
  }
}
