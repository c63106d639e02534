import { afterEach, expect, test } from 'vitest';
import { openShell, type ShellTerminal } from './shell-terminal.ts';

const open: ShellTerminal[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

test('a program that leaves the terminal raw is seen to', async () => {
  const shell = inShell('stty raw -echo; echo ready');
  await shell.back(0);
  expect(await shell.type('stty -a')).toMatch(/-icanon[^]* -echo /);
});

test('a program that leaves it as it was is seen to', async () => {
  const shell = inShell('exit 4');
  await shell.back(4);
  expect(await shell.type('stty -a')).toMatch(/ icanon[^]* echo /);
});

test('a program can be ended, stopped and let on, and the shell has the terminal meanwhile', async () => {
  const shell = inShell('trap "echo on" CONT; trap "exit 5" TERM; echo ready; while :; do sleep 0.05; done');
  await shell.until('it runs', (screen) => screen.includes('ready'));
  const program = shell.foreground();
  expect(program).not.toBe(shell.pid);
  shell.signal('SIGTSTP');
  await shell.back(148);
  expect(shell.foreground()).toBe(shell.pid);
  shell.press('fg\r');
  await shell.until('it goes on', (screen) => screen.endsWith('on'));
  expect(shell.foreground()).toBe(program);
  shell.signal('SIGTERM');
  await shell.back(5);
});

function inShell(words: string): ShellTerminal {
  const shell = openShell('sh', ['-c', words]);
  open.push(shell);
  return shell;
}
