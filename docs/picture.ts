// Draws docs/*.svg from the demo, so that the pictures in the README show what the program shows: npm run picture
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { keys, openTerminal, type OpenTerminal } from '../test/support/pseudo-terminal.ts';
import { screenPieces } from './screen-pieces.ts';
import { drawing, type Piece } from './svg.ts';

const plugin = fileURLToPath(new URL('../plugin/kubectl-xray', import.meta.url));
/** Milliseconds until something of the living demo has happened. */
const patience = { deadline: 60_000 };
const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir() };

await drawStatus();
await drawScreen();

/** The table of `status`, under the words that print it. */
async function drawStatus(): Promise<void> {
  const terminal = openTerminal('sh', ['-c', '"$0" demo 2>/dev/null', plugin], { env, columns: 160, rows: 60 });
  await terminal.ended;
  const words: Piece[] = [{ column: 0, text: '$ kubectl xray status -A' }];
  write(terminal, 'demo', 'kubectl xray status: one row per workload, worst first', words);
  await terminal.close();
}

/** The living screen once a new service has come and turned out to be malicious, and the plan to stop it. */
async function drawScreen(): Promise<void> {
  const terminal = openTerminal(plugin, ['demo', 'watch'], { env, columns: 120, rows: 32 });
  await terminal.until('the new service is judged', (screen) => /loyalty .*security/.test(screen), patience);
  terminal.press('g');
  for (let down = 0; !chosen(terminal).includes('loyalty'); down += 1) {
    if (down > 40) throw new Error(`the new service is not reached\n${terminal.screen()}`);
    const before = chosen(terminal);
    terminal.press('j');
    await terminal.until('one row down', () => chosen(terminal) !== before);
  }
  write(terminal, 'watch', 'kubectl xray watch: every workload live, worst first');
  terminal.press('s');
  await terminal.until('the plan', (screen) => screen.includes('[ Cancel ]') && screen.includes('undo:'));
  write(terminal, 'watch-plan', 'kubectl xray watch: what scaling down would do, before it is done');
  terminal.press(keys.escape);
  terminal.kill();
  await terminal.close();
}

function chosen(terminal: OpenTerminal): string {
  return (
    terminal
      .screen()
      .split('\n')
      .find((line) => line.startsWith('>')) ?? ''
  );
}

/** `above` stands over what the terminal shows. */
function write({ emulator }: OpenTerminal, name: string, title: string, above: readonly Piece[] = []): void {
  const lines = [...(above.length === 0 ? [] : [above]), ...trimmed(screenPieces(emulator))];
  const ends = lines.flatMap((pieces) =>
    pieces.map(({ column, text, ground }) => column + (ground === undefined ? text.trimEnd() : text).length),
  );
  writeFileSync(fileURLToPath(new URL(`${name}.svg`, import.meta.url)), drawing(title, lines, Math.max(...ends)));
}

/** Without the empty lines at its end. */
function trimmed(lines: readonly (readonly Piece[])[]): readonly (readonly Piece[])[] {
  const last = lines.findLastIndex((pieces) => pieces.some(({ text, ground }) => text.trim() !== '' || ground));
  return lines.slice(0, last + 1);
}
