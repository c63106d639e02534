// Draws docs/*.svg from the demo, so that the pictures in the README show what the program shows: npm run picture
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { openTerminal, type OpenTerminal } from '../test/support/pseudo-terminal.ts';
import { screenPieces } from './screen-pieces.ts';
import { drawing, type Piece } from './svg.ts';

const plugin = fileURLToPath(new URL('../plugin/kubectl-xray', import.meta.url));
const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir() };

await drawStatus();

/** The table of `status`, under the words that print it. */
async function drawStatus(): Promise<void> {
  const terminal = openTerminal('sh', ['-c', '"$0" demo 2>/dev/null', plugin], { env, columns: 160, rows: 60 });
  await terminal.ended;
  const table = trimmed(screenPieces(terminal.emulator));
  const words: Piece[] = [{ column: 0, text: '$ kubectl xray status -A' }];
  await write(terminal, 'demo', 'kubectl xray status: one row per workload, worst first', [words, ...table]);
}

async function write(terminal: OpenTerminal, name: string, title: string, lines: readonly (readonly Piece[])[]) {
  const target = fileURLToPath(new URL(`${name}.svg`, import.meta.url));
  const ends = lines.flatMap((pieces) =>
    pieces.map(({ column, text, ground }) => column + (ground === undefined ? text.trimEnd() : text).length),
  );
  writeFileSync(target, drawing(title, lines, Math.max(...ends)));
  await terminal.close();
}

/** Without the empty lines at its end. */
function trimmed(lines: readonly (readonly Piece[])[]): readonly (readonly Piece[])[] {
  const last = lines.findLastIndex((pieces) => pieces.some(({ text, ground }) => text.trim() !== '' || ground));
  return lines.slice(0, last + 1);
}
