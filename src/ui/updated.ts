// What `update` and its parts give back, and what they are given beside the view.
import type { Picture } from './picture.ts';
import type { Content, Tone } from './table.ts';
import type { Effect, Shown, View } from './view.ts';

export interface Seen {
  readonly content: Content;
  readonly shown: Shown;
  readonly picture: Picture;
}

export interface Updated {
  readonly view: View;
  readonly effects: readonly Effect[];
}

export function only(view: View): Updated {
  return { view, effects: [] };
}

export function asking(view: View, ...effects: readonly Effect[]): Updated {
  return { view, effects };
}

/** How long a flash stays, in milliseconds. */
const stays = 6000;

export function flash(view: View, text: string, now: number, tone: Tone = 'due'): View {
  return { ...view, flash: { text, tone, until: now + stays } };
}

export function flashed(view: View, text: string, { picture }: Seen, tone?: Tone): Updated {
  return only(flash(view, text, picture.now, tone));
}
