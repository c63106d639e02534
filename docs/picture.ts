// Draws docs/demo.svg from the demo, so that the picture in the README shows what the program prints: npm run picture
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const plugin = fileURLToPath(new URL('../plugin/kubectl-xray', import.meta.url));
const target = fileURLToPath(new URL('demo.svg', import.meta.url));
const charWidth = 7.8;
const lineHeight = 18;
const colours: Readonly<Record<string, string>> = {
  '1;31': '#ff6b6b',
  '31': '#f0883e',
  '33': '#d4b13f',
  '32': '#56c271',
  '2': '#8b949e',
};

const printed = execFileSync(plugin, ['demo', '--color=always'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});
const lines = ['$ kubectl xray status -A', ...printed.trimEnd().split('\n')];
writeFileSync(target, svg(lines));

function svg(all: readonly string[]): string {
  // oxlint-disable-next-line no-control-regex -- colour sequences
  const longest = Math.max(...all.map((line) => line.replaceAll(/\u001b\[[\d;]*m/g, '').length));
  const width = Math.ceil(longest * charWidth + 40);
  const height = all.length * lineHeight + 36;
  const rows = all.map((line, row) => `<text x="20" y="${30 + row * lineHeight}">${spans(line)}</text>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    '<title>kubectl xray status: one row per workload, worst first</title>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#e6edf3" xml:space="preserve">',
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Every piece stands at its own column, so that the picture does not depend on the font's width. */
function spans(line: string): string {
  let column = 0;
  let colour = '';
  const pieces: string[] = [];
  // oxlint-disable-next-line no-control-regex -- colour sequences
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    const code = /\[([\d;]*)m$/.exec(part)?.[1];
    if (code !== undefined) colour = colours[code] ?? '';
    else {
      for (const word of part.matchAll(/\S+/g)) {
        const x = (20 + (column + word.index) * charWidth).toFixed(1);
        pieces.push(`<tspan x="${x}"${colour === '' ? '' : ` fill="${colour}"`}>${escaped(word[0])}</tspan>`);
      }
      column += part.length;
    }
  }
  return pieces.join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
