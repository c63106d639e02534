import { afterEach, expect, test } from 'vitest';
import { type OpenTerminal, type TerminalOptions, keys, openTerminal } from './pseudo-terminal.ts';

const open: OpenTerminal[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

test('a program that cannot be found ends with its code', async () => {
  expect(await inTerminal('exec no-such-program').ended).toEqual({ code: 127, signal: null });
});

test('a program that a signal ends is told by the name of it', async () => {
  const terminal = inTerminal('echo ready; exec sleep 60');
  await terminal.until('it runs', (screen) => screen.includes('ready'));
  terminal.kill('SIGHUP');
  expect(await terminal.ended).toEqual({ code: null, signal: 'SIGHUP' });
});

test('a screen that never looks so is shown in the error', async () => {
  const terminal = inTerminal('echo something else; exec sleep 60');
  await terminal.until('it runs', (screen) => screen.includes('else'));
  await expect(terminal.until('a word', (screen) => screen.includes('word'), { deadline: 50 })).rejects.toThrow(
    'a word: not on the screen\nsomething else',
  );
});

test('all it wrote is on the screen once it has ended, and so is its code', async () => {
  const terminal = inTerminal('for i in $(seq 1000); do echo "line $i"; done; exit 3');
  expect(await terminal.ended).toEqual({ code: 3, signal: null });
  expect(terminal.screen()).toMatch(/line 999\nline 1000$/);
  expect(terminal.screen().split('\n')).toHaveLength(23);
  expect(terminal.raw()).toContain('line 1\r\n');
});

test('has its size, and another after a resize, of which the program is told', async () => {
  const terminal = inTerminal('trap "stty size" WINCH; stty size; while :; do sleep 0.05; done', {
    columns: 40,
    rows: 10,
  });
  await terminal.until('its first size', (screen) => screen === '10 40');
  terminal.resize(200, 50);
  await terminal.until('its next size', (screen) => screen === '10 40\n50 200');
});

test('hands over keys', async () => {
  const terminal = inTerminal('read -r word; echo "<$word>"; cat');
  terminal.press(`hello${keys.enter}`);
  await terminal.until('the word', (screen) => screen.includes('<hello>'));
  terminal.press(keys.control('d'));
  expect(await terminal.ended).toEqual({ code: 0, signal: null });
});

test('answers what a program asks of a terminal', async () => {
  const terminal = inTerminal(`stty raw -echo; printf 'ab\\033[6n'; dd bs=1 count=6 2>/dev/null | od -An -c`);
  await terminal.ended;
  expect(terminal.screen().replaceAll(/\s+/g, ' ')).toContain('033 [ 1 ; 3 R');
});

test('knows the alternate screen and a hidden cursor', async () => {
  const terminal = inTerminal(`printf '\\033[?1049h\\033[?25linside'; read -r _; printf '\\033[?1049l\\033[?25hafter'`);
  expect([terminal.isAlternate(), terminal.isCursorShown()]).toEqual([false, true]);
  await terminal.until('it is inside', (screen) => screen.includes('inside'));
  expect([terminal.isAlternate(), terminal.isCursorShown()]).toEqual([true, false]);
  terminal.press(keys.enter);
  await terminal.ended;
  expect([terminal.isAlternate(), terminal.isCursorShown()]).toEqual([false, true]);
  expect(terminal.screen()).toBe('after');
});

test('has nothing of the environment of the tests', async () => {
  const terminal = inTerminal('env', { env: { PATH: '/usr/bin:/bin', WORD: 'given' } });
  await terminal.ended;
  const names = terminal.screen().matchAll(/^([A-Z]+)=/gm);
  expect(new Set([...names].map(([, name]) => name))).toEqual(new Set(['PATH', 'PWD', 'TERM', 'WORD']));
});

function inTerminal(script: string, options?: TerminalOptions): OpenTerminal {
  const terminal = openTerminal('sh', ['-c', script], options);
  open.push(terminal);
  return terminal;
}
