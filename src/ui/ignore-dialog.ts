// The dialog of an exception: what it covers, why, and until when.
import { around, typedInto } from './typing.ts';
import { asking, flashed, only } from './updated.ts';
import type { Seen, Updated } from './updated.ts';
import type { Dialog, Press, View } from './view.ts';

type Ignoring = Extract<Dialog, { readonly type: 'ignore' }>;

const stops = ['what', 'reason', 'until', 'cancel', 'do'] as const;

export function ignorePressed(view: View, dialog: Ignoring, press: Press, seen: Seen): Updated {
  const change = (changes: Partial<Ignoring>): Updated => only({ ...view, dialog: { ...dialog, ...changes } });
  const { focus } = dialog;
  const turn = press.name === 'left' ? -1 : press.name === 'right' ? 1 : 0;
  if (press.name === 'esc') return only({ ...view, dialog: null });
  if (press.name === 'enter') return entered(view, dialog, seen);
  if (press.name === 'tab') return change({ focus: around(stops, focus, press.shift ? -1 : 1) });
  const step = press.name === 'up' ? -1 : press.name === 'down' ? 1 : turn;
  if (focus === 'what') {
    const chosen = Math.max(0, Math.min(dialog.chosen + step, dialog.for.length - 1));
    return step === 0 ? only(view) : change({ chosen });
  }
  if (press.name === 'up' || press.name === 'down') return change({ focus: around(stops, focus, step) });
  if (focus === 'cancel' || focus === 'do') {
    return turn === 0 ? only(view) : change({ focus: focus === 'cancel' ? 'do' : 'cancel' });
  }
  return change({ [focus]: typedInto(dialog[focus], press) });
}

/** In a field it leads on; what is missing is said before anything is asked for. */
function entered(view: View, dialog: Ignoring, seen: Seen): Updated {
  const { focus, workloads, chosen, reason, until } = dialog;
  const covers = dialog.for[chosen];
  const to = (focus: Ignoring['focus']): View => ({ ...view, dialog: { ...dialog, focus } });
  if (focus === 'cancel') return only({ ...view, dialog: null });
  if (focus !== 'do') return only(to(around(stops, focus, 1)));
  if (reason.trim() === '') return flashed(to('reason'), 'a reason is needed: it is kept in the policy file', seen);
  if (!isEnd(until.trim(), seen.picture.now)) {
    return flashed(
      to('until'),
      'until is a day that is not over, such as 2027-01-31, a duration such as 30d, or empty',
      seen,
    );
  }
  if (covers === undefined) return only(view);
  const effect = { type: 'Ignore', workloads, covers, reason: reason.trim(), until: until.trim() } as const;
  return asking({ ...view, dialog: null }, effect);
}

/** As `ignore --until` has it: that day included, in UTC. */
function isEnd(text: string, now: number): boolean {
  if (text === '' || /^[1-9]\d{0,4}(ms|s|m|h|d)$/.test(text)) return true;
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== text) return false;
  return text >= new Date(now).toISOString().slice(0, 10);
}
