// What a terminal emulator shows, as pieces of one look each.
import type { IBufferCell, Terminal } from '@xterm/headless';
import { type Piece, shades } from './svg.ts';

/** The first eight colours of a terminal, and the bright ones after them, which bold text has. */
const palette: readonly string[] = [
  ['#484f58', '#f0883e', '#56c271', '#d4b13f', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ['#6e7681', '#ff6b6b', '#7ee293', '#ecc94b', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
].flat();

export function screenPieces({ buffer, rows, cols }: Terminal): readonly (readonly Piece[])[] {
  const { active } = buffer;
  return Array.from({ length: rows }, (_, row) => {
    const line = active.getLine(active.baseY + row);
    const pieces: Piece[] = [];
    for (let column = 0; column < cols; column += 1) {
      const cell = line?.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) continue;
      const next = { column, text: cell.getChars() || ' ', ...lookOf(cell) };
      const last = pieces.at(-1);
      if (last !== undefined && isAlike(last, next)) pieces.splice(-1, 1, { ...last, text: last.text + next.text });
      else pieces.push(next);
    }
    return pieces;
  });
}

type Look = Pick<Piece, 'colour' | 'ground' | 'bold'>;

function lookOf(cell: IBufferCell): Look {
  const own = colourOf(cell.isFgPalette(), cell.isFgRGB(), brightened(cell));
  const ground = colourOf(cell.isBgPalette(), cell.isBgRGB(), cell.getBgColor());
  const colour = own ?? (cell.isDim() ? shades.muted : undefined);
  const bold = cell.isBold() ? { bold: true } : {};
  if (cell.isInverse()) return { colour: ground ?? shades.ground, ground: colour ?? shades.text, ...bold };
  return {
    ...(colour === undefined ? {} : { colour }),
    ...(ground === undefined ? {} : { ground }),
    ...bold,
  };
}

function brightened(cell: IBufferCell): number {
  const value = cell.getFgColor();
  return cell.isBold() && cell.isFgPalette() && value < 8 ? value + 8 : value;
}

function colourOf(isPalette: boolean, isRgb: boolean, value: number): string | undefined {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  return isPalette ? (palette[value] ?? shades.text) : undefined;
}

function isAlike(one: Look, other: Look): boolean {
  return one.colour === other.colour && one.ground === other.ground && one.bold === other.bold;
}
