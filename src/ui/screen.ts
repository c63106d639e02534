// Holds what the screen shows. A key is answered with a new frame at once where there is room; all is gathered to ten frames
// a second at most. It decides nothing (`update` does) and performs nothing: effects are handed out.
import { inSight, pageOf } from './frame.ts';
import type { Frame, Header } from './frame.ts';
import { layOut } from './layout.ts';
import type { Placed } from './layout.ts';
import { createPace } from './pace.ts';
import type { Page } from './page.ts';
import type { Picture } from './picture.ts';
import type { Chosen } from './shown.ts';
import type { Content, Row } from './table.ts';
import type { Theme } from './theme.ts';
import type { Seen, Updated } from './updated.ts';
import type { Effect, Message, View } from './view.ts';

export interface ScreenParts {
  readonly clock: Clock;
  readonly theme: Theme;
  readonly first: View;
  /** What is there to be shown now. */
  readonly look: () => Picture;
  readonly contents: (page: Page, picture: Picture) => Content;
  readonly header: (picture: Picture, view: View) => Header;
  readonly filtered: (content: Content, view: View) => Chosen;
  readonly update: (view: View, message: Message, seen: Seen) => Updated;
  readonly perform: (effect: Effect) => void;
}

interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly after: (milliseconds: number, call: () => void) => () => void;
}

export interface Screen {
  readonly theme: Theme;
  /** The result takes it back. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The same object until something has changed. */
  readonly frame: () => Frame;
  readonly send: (message: Message) => void;
  readonly now: () => number;
  /** Something of the run has changed. */
  readonly turned: () => void;
  /** No timer is left afterwards, and nothing changes any more. */
  readonly stop: () => void;
}

/** Ages grow while nothing else happens. */
const agesEvery = 10_000;
const nothing = (): void => {};

export function createScreen(parts: ScreenParts): Screen {
  const { clock, theme, perform } = parts;
  const listeners = new Set<() => void>();
  let picture = parts.look();
  let frame = draw(parts, parts.first, picture, null);
  let stopped = false;
  let ages = nothing;
  let flashEnd = nothing;

  /** What one looks at, and what time it is now: the picture may be some seconds old. */
  const seen = (): Seen => {
    const { content, shown } = frame;
    return { content, shown, picture: { ...picture, now: clock.now() } };
  };
  /** What `update` makes of a message; nobody is told yet. */
  const step = (message: Message): readonly Effect[] => {
    const before = frame;
    const { view, effects } = parts.update(frame.view, message, seen());
    frame = draw(parts, view, picture, frame);
    // Another page, or other rows: the cursor may stand on what is not there.
    const others =
      frame.content !== before.content || frame.shown !== before.shown || pageOf(frame.view) !== pageOf(before.view);
    return others && message.type !== 'Turned' ? [...effects, ...step({ type: 'Turned' })] : effects;
  };
  const paint = (): void => {
    flashEnd();
    flashEnd = nothing;
    const { flash } = frame.view;
    if (flash !== null) {
      const left = Math.max(0, flash.until - clock.now());
      flashEnd = clock.after(left, () => send({ type: 'Flashed', flash: null }));
    }
    for (const listener of listeners) listener();
  };
  const send = (message: Message): void => {
    if (stopped) return;
    const before = frame;
    const effects = step(message);
    if (frame !== before) pace.pressed(keyOf(message));
    for (const effect of effects) perform(effect);
  };
  const take = (): void => {
    ages();
    ages = clock.after(agesEvery, pace.turned);
    picture = parts.look();
    frame = draw(parts, frame.view, picture, frame);
    const effects = step({ type: 'Turned' });
    paint();
    for (const effect of effects) perform(effect);
  };
  const pace = createPace(clock, { take, paint });
  take();
  return {
    theme,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    frame: () => frame,
    send,
    now: clock.now,
    turned: () => {
      if (!stopped) pace.turned();
    },
    stop: () => {
      stopped = true;
      pace.stop();
      ages();
      flashEnd();
    },
  };
}

function keyOf(message: Message): string {
  return message.type === 'Pressed' ? `${message.press.name} ${message.press.char}` : '';
}

/** The frame before, where nothing has changed. */
function draw(parts: ScreenParts, view: View, picture: Picture, before: Frame | null): Frame {
  const { contents, header, filtered, theme } = parts;
  const page = pageOf(view);
  const content = contents(page, picture);
  if (before !== null && before.view === view && before.content === content && before.picture === picture) {
    return before;
  }
  const { rows, lines, shown } = filtered(content, view);
  const visible = { rows: inSight(rows, view, shown), lines: inSight(lines, view, shown) };
  const placed = place(content, visible.rows, view, theme, before);
  return { view, picture, header: header(picture, view), content, shown, ...visible, placed };
}

/** Columns keep their widths while page and terminal are the same. */
function place(
  content: Content,
  rows: readonly Row[],
  view: View,
  theme: Theme,
  before: Frame | null,
): readonly Placed[] {
  if (content.is === 'text') return [];
  const last = before?.view;
  const same =
    last !== undefined &&
    last.columns === view.columns &&
    last.wide === view.wide &&
    pageOf(last) === pageOf(view) &&
    before?.content.is === 'table';
  const { columns, wide } = view;
  const asked = { columns, wide, sort: view.visits.at(-1)?.sort ?? null };
  return layOut(content, rows, asked, theme, same ? before.placed : []);
}
