import { describe, expect, test } from 'vitest';
import { pageOf } from '../../src/ui/frame.ts';
import type { Frame } from '../../src/ui/frame.ts';
import { aScreen } from '../support/a-screen.ts';
import { aRow, aTable } from '../support/frames.ts';

const cursorOf = ({ view }: Frame): string | null => view.visits.at(-1)?.cursor ?? null;

describe('a key', () => {
  test('is answered with a frame at once', () => {
    const { screen, press, frames } = aScreen();
    press('j');
    expect(frames()).toBe(1);
    expect(cursorOf(screen.frame())).toBe('uid-1');
  });
  test.each([
    ['held down', () => 'j'],
    ['and another in turn', (passed: number) => (passed % 66 === 0 ? 'j' : 'k')],
  ])('%s, again and again, makes ten frames a second, the last of them in full', (_, key) => {
    const { screen, clock, press, frames } = aScreen();
    clock.advance(5000);
    frames();
    let painted = screen.frame();
    screen.subscribe(() => (painted = screen.frame()));
    for (let passed = 0; passed < 3000; passed += 33) {
      press(key(passed));
      clock.advance(33);
    }
    expect(frames()).toBeLessThanOrEqual(31);
    clock.advance(1000);
    expect(painted).toBe(screen.frame());
  });
  test('held down is drawn evenly', () => {
    const { screen, clock, press } = aScreen();
    clock.advance(5000);
    const drawn: number[] = [];
    screen.subscribe(() => drawn.push(clock.now()));
    for (let passed = 0; passed < 2000; passed += 33) {
      press('j');
      clock.advance(33);
    }
    const gaps = drawn.map((at, nth) => at - (drawn[nth - 1] ?? at));
    expect(Math.max(...gaps)).toBeLessThan(200);
  });
  test('that means nothing draws nothing', () => {
    const { screen, press, frames } = aScreen();
    const before = screen.frame();
    press('~');
    expect(frames()).toBe(0);
    expect(screen.frame()).toBe(before);
  });
  test('that asks for something has its frame first', () => {
    const { press, effects } = aScreen();
    press('', { name: 'esc' });
    press('c', { ctrl: true });
    expect(effects).toEqual([{ type: 'Quit' }]);
  });
  test('acts on what is seen, although the run has gone on', () => {
    const { screen, press, show } = aScreen();
    show(aTable(0, { rows: [aRow(7)] }));
    screen.turned();
    press('j');
    expect(cursorOf(screen.frame())).toBe('uid-1');
  });
  test('that opens a page sets its cursor on a row', () => {
    const { screen, press } = aScreen();
    press('', { name: 'enter' });
    expect(pageOf(screen.frame().view)).toEqual({ at: 'images', workload: 'uid-0' });
    expect(cursorOf(screen.frame())).toBe('uid-0');
  });
});

describe('turns of the run', () => {
  test('are gathered to ten frames a second', () => {
    const { screen, clock, frames } = aScreen();
    clock.advance(5000);
    frames();
    for (let passed = 0; passed < 10_000; passed += 1) {
      screen.turned();
      clock.advance(1);
    }
    expect(frames()).toBeLessThanOrEqual(101);
  });
  test('with keys between them make ten frames a second too', () => {
    const { screen, clock, press, frames } = aScreen();
    clock.advance(5000);
    frames();
    for (let passed = 0; passed < 3000; passed += 10) {
      screen.turned();
      if (passed % 250 === 0) press(passed % 500 === 0 ? 'j' : 'k');
      clock.advance(10);
    }
    expect(frames()).toBeLessThanOrEqual(31);
  });
  test('are seen within a second, however many keys are pressed', () => {
    const { screen, clock, press, show } = aScreen();
    show(aTable(0, { rows: [aRow(7)] }));
    screen.turned();
    for (let passed = 0; passed <= 1000; passed += 20) {
      press(passed % 40 === 0 ? 'j' : 'k');
      clock.advance(20);
    }
    expect(screen.frame().rows.map(({ id }) => id)).toEqual(['uid-7']);
  });
  test('keep the cursor on its row, and take the next one where it is gone', () => {
    const { screen, clock, press, show } = aScreen();
    press('j');
    show(aTable(0, { rows: [aRow(9), aRow(8), aRow(1), aRow(2)] }));
    screen.turned();
    clock.advance(1000);
    expect(cursorOf(screen.frame())).toBe('uid-1');
    show(aTable(0, { rows: [aRow(9), aRow(8), aRow(2)] }));
    screen.turned();
    clock.advance(1000);
    expect(cursorOf(screen.frame())).toBe('uid-2');
  });
});

describe('while nothing happens', () => {
  test('one timer waits, for ages to grow', () => {
    const { screen, clock, frames } = aScreen();
    expect(clock.waits()).toEqual([10_000]);
    const before = screen.frame();
    clock.advance(10_000);
    expect(frames()).toBe(1);
    expect(screen.frame().header).not.toEqual(before.header);
  });
  test('what was said goes when its time is over', () => {
    const { screen, clock } = aScreen();
    screen.send({ type: 'Flashed', flash: { text: 'saved', tone: 'good', until: clock.now() + 3000 } });
    expect(screen.frame().view.flash?.text).toBe('saved');
    clock.advance(3000);
    expect(screen.frame().view.flash).toBeNull();
  });
  test('what is said after ten quiet seconds stays as long as any other', () => {
    const { screen, clock, press } = aScreen();
    clock.advance(9999);
    press(':');
    for (const char of 'nonsense') press(char);
    press('', { name: 'enter' });
    expect((screen.frame().view.flash?.until ?? 0) - clock.now()).toBeGreaterThan(1000);
  });
});

test('once stopped, no timer is left and nothing changes', () => {
  const { screen, clock, press, frames } = aScreen();
  screen.turned();
  screen.stop();
  screen.turned();
  press('j');
  expect(clock.waits()).toEqual([]);
  expect(frames()).toBe(0);
});

describe('the widths of columns', () => {
  const long = aRow(25, { cells: aRow(25).cells.map((cell) => ({ ...cell, text: `${cell.text}-and-more` })) });
  const rows = Array.from({ length: 30 }, (_, index) => (index === 25 ? long : aRow(index)));
  const widths = ({ placed }: Frame): readonly number[] => placed.map(({ width }) => width);
  test('grow with what comes in sight, and stay so while one scrolls back', () => {
    const { screen, clock, press, show } = aScreen();
    show(aTable(0, { rows }));
    screen.turned();
    clock.advance(1000);
    const narrow = widths(screen.frame());
    press('G');
    const wide = widths(screen.frame());
    expect(wide).not.toEqual(narrow);
    press('g');
    expect(widths(screen.frame())).toEqual(wide);
  });
  test('are found anew when the terminal has another size', () => {
    const { screen, press } = aScreen();
    press('G');
    screen.send({ type: 'Resized', columns: 60, rows: 20 });
    expect(screen.frame().view).toMatchObject({ columns: 60, rows: 20 });
    expect(widths(screen.frame())[0]).toBe('NAMESPACE'.length);
  });
});
