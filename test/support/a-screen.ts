// A screen over rows that a test holds, with keys that move and quit: enough to watch how frames come about.
import type { Picture } from '../../src/ui/picture.ts';
import { createScreen } from '../../src/ui/screen.ts';
import type { Screen, ScreenParts } from '../../src/ui/screen.ts';
import { createShown } from '../../src/ui/shown.ts';
import type { Table } from '../../src/ui/table.ts';
import { firstView, update } from '../../src/ui/update.ts';
import type { Effect, Press } from '../../src/ui/view.ts';
import { aPicture, aTable, plainTheme } from './frames.ts';
import { aManualClock } from './manual-clock.ts';
import type { ManualClock } from './manual-clock.ts';

export interface ScreenUnderTest {
  readonly screen: Screen;
  readonly clock: ManualClock;
  /** What was performed. */
  readonly effects: readonly Effect[];
  /** What the run shows from the next turn on. */
  readonly show: (table: Table) => void;
  readonly press: (char: string, press?: Partial<Press>) => void;
  /** How many frames were drawn since this was asked last. */
  readonly frames: () => number;
}

export function aScreen(overrides: Partial<ScreenParts> = {}, rows = 24): ScreenUnderTest {
  const clock = aManualClock({ start: 1_000_000 });
  const effects: Effect[] = [];
  let table = aTable(30);
  let seen = table;
  let picture = aPicture();
  let drawn = 0;
  const screen = createScreen({
    clock,
    theme: plainTheme,
    first: firstView({ columns: 80, rows }),
    look: (): Picture => {
      seen = table;
      picture = { ...picture, now: clock.now() };
      return picture;
    },
    contents: () => seen,
    header: ({ now }) => ({ lines: [{ cells: [{ text: `now ${now}` }] }] }),
    filtered: createShown(),
    update,
    perform: (effect) => void effects.push(effect),
    ...overrides,
  });
  screen.subscribe(() => (drawn += 1));
  return {
    screen,
    clock,
    effects,
    show: (next) => void (table = next),
    press: (char, press = {}) =>
      screen.send({
        type: 'Pressed',
        press: { char, name: 'char', ctrl: false, shift: /[A-Z]/.test(char), ...press },
        at: clock.now(),
      }),
    frames: () => {
      const since = drawn;
      drawn = 0;
      return since;
    },
  };
}
