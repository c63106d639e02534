import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalOf } from '../../src/entries/terminal.ts';

const never = new AbortController().signal;

function aTerminal(signal = never, unread = never) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.ReadStream & PassThrough;
  const shown: string[] = [];
  const { ask } = terminalOf({ stdin, stderr: { write: (text) => shown.push(text) }, unread });
  return { stdin, shown, ask: (question: string) => ask(question, signal) };
}

test('a question is shown on stderr, and answered by one line', async () => {
  const { ask, stdin, shown } = aTerminal();
  const answer = ask('Really? ');
  stdin.write('y\n');
  expect(await answer).toBe('y');
  expect(shown).toEqual(['Really? ']);
});

test('a second question is answered by the next line', async () => {
  const { ask, stdin } = aTerminal();
  const first = ask('1? ');
  stdin.write('a\n');
  expect(await first).toBe('a');
  const second = ask('2? ');
  stdin.write('b\n');
  expect(await second).toBe('b');
});

test('lines typed ahead are kept for the next question', async () => {
  const { ask, stdin } = aTerminal();
  stdin.write('a\nb\n');
  expect([await ask('1? '), await ask('2? ')]).toEqual(['a', 'b']);
});

test('an input that has ended answers nothing', async () => {
  const { ask, stdin } = aTerminal();
  stdin.end();
  expect(await ask('Really? ')).toBe('');
  expect(await ask('Really? ')).toBe('');
});

test('whoever interrupts has not answered', async () => {
  const controller = new AbortController();
  const { ask } = aTerminal(controller.signal);
  const answer = ask('Really? ');
  controller.abort();
  expect(await answer).toBe('');
});

test('a question that nobody could read is not answered, not even by what was typed ahead', async () => {
  const controller = new AbortController();
  const { ask, stdin } = aTerminal(never, controller.signal);
  const answer = ask('Really? ');
  controller.abort();
  expect(await answer).toBe('');
  stdin.write('y\n');
  expect(await ask('Really? ')).toBe('');
});
