// Long tables, in parts: a browser lays out the parts that are in sight, where one table of ten thousand rows would be laid
// out over and over while it loads. Each part has the headings, and columns as wide as those of the others.
import { headingRow, text } from './text.ts';

const rowsOfPart = 200;

/** `name`: a class of the style, which says how wide the columns are; `rows`: a `<tbody>` each. */
export function* tables(
  { name, title, headings }: { readonly name: string; readonly title: string; readonly headings: readonly string[] },
  rows: readonly (() => string)[],
): Iterable<string> {
  yield `<section><h2 id="${name}">${text(title)}</h2>\n`;
  const begin = (isWhole: boolean): string =>
    `<div class="part${isWhole ? ' long' : ''}"><table class="rows ${name}" aria-labelledby="${name}">${headingRow(headings)}\n`;
  for (const [index, row] of rows.entries()) {
    if (index % rowsOfPart === 0)
      yield `${index === 0 ? '' : '</table></div>\n'}${begin(index + rowsOfPart <= rows.length)}`;
    yield row();
  }
  yield rows.length === 0 ? '<p>None.</p></section>\n' : '</table></div></section>\n';
}

export interface RowAbout {
  /** What the row is: the filter counts them apart. */
  readonly of: string;
  /** What the filter's list of conditions finds. */
  readonly words: readonly string[];
  readonly name: string;
  /** What is read without opening anything. */
  readonly inShort: string;
  readonly id?: string;
}

/** A row, and below it what can be opened. `cells` and `details` are written already. */
export function rowHtml(
  { of, words, name, inShort, id }: RowAbout,
  cells: readonly string[],
  details: readonly string[],
) {
  const named = id === undefined ? '' : ` id="${id}"`;
  const more = `<details><summary>${text(inShort)}</summary>${details.join('')}</details>`;
  return `<tbody data-of="${of}" data-words="${words.join(' ')}"${named}><tr><th scope="row">${text(name)}</th>${cells.join('')}</tr>
<tr class="more"><td colspan="${cells.length + 1}">${more}</td></tr></tbody>\n`;
}
