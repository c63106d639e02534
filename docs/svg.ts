// Draws what a terminal shows as an SVG. It knows text, places and colours, not where they come from.

/** A word, or a ground of one colour below it. */
export interface Piece {
  /** Where it begins, from 0. */
  readonly column: number;
  readonly text: string;
  readonly colour?: string;
  readonly ground?: string;
  readonly bold?: boolean;
}

export const shades = { text: '#e6edf3', ground: '#0d1117', muted: '#8b949e' } as const;

const charWidth = 7.8;
const lineHeight = 18;
const margin = { left: 20, top: 30, height: 36, width: 40 };

export function drawing(title: string, lines: readonly (readonly Piece[])[], columns: number): string {
  const width = Math.ceil(columns * charWidth + margin.width);
  const height = lines.length * lineHeight + margin.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${shades.ground}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="${shades.text}" xml:space="preserve">`,
    ...lines.flatMap((pieces, row) => [...pieces.flatMap((piece) => ground(piece, row)), line(pieces, row)]),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function ground({ column, text, ground }: Piece, row: number): readonly string[] {
  if (ground === undefined) return [];
  const [y, width] = [margin.top + row * lineHeight - 13, (text.length * charWidth).toFixed(1)];
  return [`<rect x="${x(column)}" y="${y}" width="${width}" height="${lineHeight}" fill="${ground}"/>`];
}

/** Every word stands at its own column, so that the picture does not depend on the font's width. */
function line(pieces: readonly Piece[], row: number): string {
  const words = pieces.flatMap(({ column, text, colour, bold }) =>
    [...text.matchAll(/\S+/g)].map((word) => {
      const look = `${colour === undefined ? '' : ` fill="${colour}"`}${bold === true ? ' font-weight="bold"' : ''}`;
      return `<tspan x="${x(column + word.index)}"${look}>${escaped(word[0])}</tspan>`;
    }),
  );
  return `<text x="${margin.left}" y="${margin.top + row * lineHeight}">${words.join('')}</text>`;
}

function x(column: number): string {
  return (margin.left + column * charWidth).toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
