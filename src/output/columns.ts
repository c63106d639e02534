// Plain columns, as kubectl prints them: upper-case headings, three blanks between, no blanks inside a cell.

/** Lays rows out under their headings; `headings` null leaves them out. The last column is not padded. */
export function columns(headings: readonly string[] | null, rows: readonly (readonly string[])[]): string {
  const all = headings === null ? rows : [headings, ...rows];
  const widths: number[] = [];
  for (const row of all)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, visibleLength(cell))));
  const lines = all.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - visibleLength(cell)),
      )
      .join('   '),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

// eslint-disable-next-line no-control-regex -- colour sequences take no room
const colourSequence = /\u001b\[\d+(;\d+)*m/g;

function visibleLength(text: string): number {
  return text.includes('\u001b') ? text.replaceAll(colourSequence, '').length : text.length;
}
