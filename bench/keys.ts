// Keys as a person presses them, at random moments, and how long each took to be seen.
import { setTimeout as delay } from 'node:timers/promises';
import { keys } from '../test/support/pseudo-terminal.ts';
import { chance } from '../test/support/random.ts';
import type { Watching } from './watching.ts';

export interface Wait {
  readonly kind: 'move' | 'sort' | 'filter';
  /** Milliseconds. */
  readonly took: number;
}

const random = chance(5);
/** Milliseconds between two presses. */
const [shortest, longest] = [20, 250];
const steps = 25;
/** Of the workloads' columns. Each changes the headings, again or the other way round. */
const sorting = ['N', 'W', 'P', 'V', 'X', 'A'] as const;

export async function pressKeys(watching: Watching, count: number): Promise<readonly Wait[]> {
  const waits: Wait[] = [];
  const press = async (kind: Wait['kind'], typed: string, look: (screen: string) => boolean): Promise<void> => {
    await delay(shortest + random.below(longest - shortest));
    waits.push({ kind, took: await watching.painted(typed, look) });
  };
  let down = await top(watching);
  while (waits.length < count) {
    if (random.often(0.8)) {
      const key = down === 0 || (down < steps && random.often(0.6)) ? 'j' : 'k';
      const before = watching.chosen();
      await press('move', key, () => watching.chosen() !== before);
      down += key === 'j' ? 1 : -1;
    } else if (random.often(0.5)) {
      const before = headings(watching.terminal.screen());
      await press('sort', random.one(sorting), (screen) => headings(screen) !== before);
      down = await top(watching);
    } else {
      await filter(press, watching);
      down = await top(watching);
    }
  }
  return waits;
}

type Press = (kind: Wait['kind'], typed: string, look: (screen: string) => boolean) => Promise<void>;

const shows = (text: string) => (screen: string) => screen.split('\n').some((line) => line.startsWith(text));

/** Typed letter by letter, and taken back. */
async function filter(press: Press, { terminal }: Watching): Promise<void> {
  const word = `app-${1 + random.below(9)}`;
  for (let letters = 0; letters <= word.length; letters += 1) {
    const typed = `/${word.slice(0, letters)}`;
    await press('filter', typed.at(-1) ?? '', shows(typed));
  }
  terminal.press(keys.escape);
  await terminal.until('no prompt', (screen) => !shows('/')(screen));
}

/** Not measured: where the cursor is there already, nothing is seen of it. */
async function top({ terminal }: Watching): Promise<number> {
  terminal.press('g');
  await delay(longest);
  return 0;
}

function headings(screen: string): string {
  return screen.split('\n').find((line) => line.includes('NAMESPACE') && line.includes('NAME')) ?? '';
}
