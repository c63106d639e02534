import { describe, expect, test } from 'vitest';
import { aRow, aTable, aText, drive } from '../support/screens.ts';

const letters = Array.from('abcdefghijklmnopqrstuvwxyz');

/** What the cursor stands on, and the first row in sight. 10 rows fit. */
function at({ visit }: ReturnType<typeof drive>): [string | null, number] {
  return [visit().cursor, visit().top];
}

describe('the cursor', () => {
  test('stands nowhere while there is no row, and on the first one once there is', () => {
    const screen = drive(aTable([]));
    screen.press('j', 'G', 'k', 'pagedown');
    expect(at(screen)).toEqual([null, 0]);
    screen.show(aTable(['a', 'b']));
    expect(at(screen)).toEqual(['a', 0]);
  });

  test('stays on the first row, the worst, until it is moved', () => {
    const screen = drive(aTable(['a', 'b']));
    screen.show(aTable(['worse', 'a', 'b']));
    expect(at(screen)).toEqual(['worse', 0]);
    screen.press('j');
    screen.show(aTable(['worst', 'worse', 'a', 'b']));
    expect(at(screen)).toEqual(['a', 0]);
    screen.press('g');
    screen.show(aTable(['new', 'worst', 'worse', 'a', 'b']));
    expect(at(screen)).toEqual(['worst', 0]);
  });

  test.each(['space', 's', 'enter', 'c'])('stays on the row that %s was pressed on', (key) => {
    const screen = drive({ workloads: aTable(['a', 'b']), images: aTable(['i']) });
    screen.press(key, 'esc');
    screen.show(aTable(['worse', 'a', 'b']));
    expect(screen.visit()).toMatchObject({ page: { at: 'workloads' }, cursor: 'a', index: 1 });
  });

  test.each(['/', ':', 'ctrl-w', '?'])('is not moved by %s, which is not about its row', (key) => {
    const screen = drive(aTable(['a', 'b']));
    screen.press(key, 'esc');
    screen.show(aTable(['worse', 'a', 'b']));
    expect(screen.visit()).toMatchObject({ page: { at: 'workloads' }, cursor: 'worse', index: 0 });
  });

  test('is taken by the next row where its own is gone, and by the last one where there is no next', () => {
    const screen = drive(aTable(['a', 'b', 'c']));
    screen.press('j');
    screen.show(aTable(['a', 'c']));
    expect(at(screen)).toEqual(['c', 0]);
    screen.show(aTable(['a']));
    expect(at(screen)).toEqual(['a', 0]);
  });

  test('stands on the first row, whichever comes to be it, until a key has done something', () => {
    const screen = drive(aTable(letters));
    screen.show(aTable(letters.toReversed()));
    expect(at(screen)).toEqual(['z', 0]);
    screen.press('~');
    screen.show(aTable(letters));
    expect(at(screen)).toEqual(['a', 0]);
    screen.press('space');
    screen.show(aTable(letters.toReversed()));
    expect(screen.visit().cursor).toBe('a');
  });

  test('stays on its row wherever that goes', () => {
    const screen = drive(aTable(letters));
    screen.press('j');
    screen.show(aTable(['new', ...letters.toReversed()]));
    expect(screen.visit().cursor).toBe('b');
    expect(screen.visit().index).toBe(25);
  });

  test('comes back to its row when no row was shown for a moment', () => {
    const screen = drive(aTable(['a', 'b', 'c']));
    screen.press('G');
    screen.show(aTable([]));
    screen.press('enter', 'space', 's');
    expect(screen.effects()).toEqual([]);
    expect(screen.view().marks.size).toBe(0);
    expect(screen.view().visits).toHaveLength(1);
    screen.show(aTable(['x', 'a', 'b', 'c']));
    expect(screen.visit().cursor).toBe('c');
  });

  test.each([
    [['k'], 'a', 0],
    [['j'], 'b', 0],
    [['down', 'down', 'up'], 'b', 0],
    [['G'], 'z', 16],
    [['end', 'j'], 'z', 16],
    [['G', 'g'], 'a', 0],
    [['G', 'home'], 'a', 0],
    [['pagedown'], 'k', 1],
    [['pagedown', 'pagedown', 'pagedown'], 'z', 16],
    [['pagedown', 'pageup'], 'a', 0],
    [['G', 'k', 'k'], 'x', 16],
  ])('%j leads to %s, with row %i first in sight', (keys, cursor, top) => {
    const screen = drive(aTable(letters));
    screen.press(...keys);
    expect(at(screen)).toEqual([cursor, top]);
  });
});

describe('the window', () => {
  test('does not move while rows below it come and go', () => {
    const screen = drive(aTable(letters));
    screen.press('pagedown', 'pagedown');
    const before = at(screen);
    screen.show(aTable([...letters, '0', '1']));
    expect(at(screen)).toEqual(before);
  });

  test('keeps the row on its line of the screen when rows come before it', () => {
    const screen = drive(aTable(letters));
    screen.press('pagedown', 'pagedown');
    const { index, top } = screen.visit();
    screen.show(aTable(['0', '1', ...letters]));
    expect(screen.visit()).toMatchObject({ cursor: 'u', index: index + 2, top: top + 2 });
  });

  test('shows what comes before the first row, since that is the worst', () => {
    const screen = drive(aTable(letters));
    screen.press('j', 'k');
    screen.show(aTable(['worst', ...letters]));
    expect(at(screen)).toEqual(['a', 0]);
    expect(screen.visit().index).toBe(1);
  });

  test('never ends behind the last row', () => {
    const screen = drive(aTable(letters));
    screen.press('G');
    screen.show(aTable(letters.slice(0, 12)));
    expect(at(screen)).toEqual(['l', 2]);
  });

  test('moves over a text, which has no cursor', () => {
    const screen = drive(aText(letters));
    screen.press('j', 'j');
    expect(at(screen)).toEqual([null, 2]);
    screen.press('G');
    expect(at(screen)).toEqual([null, 16]);
    screen.press('pageup');
    expect(at(screen)).toEqual([null, 6]);
    screen.show(aText(['a']));
    expect(at(screen)).toEqual([null, 0]);
  });
});

describe('sorting', () => {
  const table = aTable(letters.map((id, index) => aRow(id, { sort: [id, 100 - index] })));

  test('who stands on the first row stays there', () => {
    const screen = drive(table);
    screen.press('C');
    expect(at(screen)).toEqual(['z', 0]);
  });

  test('another row is followed, and the letter again turns the order round', () => {
    const screen = drive(table);
    screen.press('j', 'C');
    expect(screen.shown().ids.slice(0, 2)).toEqual(['z', 'y']);
    expect(screen.visit().cursor).toBe('b');
    screen.press('C');
    expect(screen.visit().sort).toEqual({ column: 'count', reversed: true });
    screen.press('N');
    expect(screen.visit().sort).toEqual({ column: 'name', reversed: false });
  });

  test('a letter of no column does nothing', () => {
    const screen = drive(table);
    screen.press('Z');
    expect(screen.visit().sort).toBeNull();
  });
});

describe('marks', () => {
  test('of rows that are gone are forgotten', () => {
    const screen = drive(aTable(['a', 'b', 'c']));
    screen.press('space', 'j', 'space');
    screen.show(aTable(['b', 'c']));
    expect([...screen.view().marks]).toEqual(['b']);
    screen.show(aTable(['a', 'b', 'c']));
    expect([...screen.view().marks]).toEqual(['b']);
  });

  test('are set and taken back one by one, as a range, and cleared', () => {
    const screen = drive(aTable(letters));
    screen.press('space', 'j', 'space', 'space');
    expect([...screen.view().marks]).toEqual(['a']);
    screen.press('space', 'j', 'j', 'j', 'ctrl-space');
    expect([...screen.view().marks]).toEqual(['a', 'b', 'c', 'd', 'e']);
    screen.press('ctrl-\\');
    expect(screen.view().marks.size).toBe(0);
  });

  test('a range without a beginning is the row alone, and one may go upwards', () => {
    const screen = drive(aTable(letters));
    screen.press('j', 'j', 'ctrl-space');
    expect([...screen.view().marks]).toEqual(['c']);
    screen.press('k', 'k', 'ctrl-space');
    expect([...screen.view().marks].toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('belong to the page they were set on', () => {
    const screen = drive({ workloads: aTable(['a', 'b']), images: aTable(['a', 'b']) });
    screen.press('space', 'enter');
    expect(screen.view().marks.size).toBe(0);
  });
});
