// `-o custom-columns=…`: a table of one's own, with kubectl's grammar, padding and `<none>`.
import { printable } from '../printable.ts';
import { evaluateTemplate } from './evaluate.ts';
import { goText } from './go-text.ts';
import { TemplateError } from './nodes.ts';
import type { List } from './nodes.ts';
import { parseTemplate } from './parse.ts';

export interface CustomColumn {
  readonly heading: string;
  readonly template: List;
}

/** `NAME:.workload.name,KIND:{.workload.kind}`. */
export function columnsFromSpec(spec: string): CustomColumn[] {
  let at = 0;
  return spec.split(',').map((part) => {
    const start = at;
    at += part.length + 1;
    const colon = part.indexOf(':');
    if (colon < 0) {
      throw new TemplateError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`, start);
    }
    return { heading: part.slice(0, colon), template: relaxed(part.slice(colon + 1), start + colon + 1) };
  });
}

/** A line of headings, and a line of paths below it, with blanks between them. */
export function columnsFromFile(text: string): CustomColumn[] {
  const [first, second] = text.split(/\r?\n/);
  const expected = 'Expected format is one line of space separated headers, one line of space separated column specs.';
  if (first === undefined || text === '') throw new TemplateError(`invalid template, missing header line. ${expected}`);
  if (second === undefined || (second === '' && text.endsWith('\n') && text.indexOf('\n') === text.length - 1)) {
    throw new TemplateError(`invalid template, missing spec line. ${expected}`);
  }
  const [headings, paths] = [first, second].map((line) => line.split(/\s+/).filter((word) => word !== '')) as [
    string[],
    string[],
  ];
  if (headings.length !== paths.length) {
    throw new TemplateError(
      `number of headers (${headings.length}) and field specifications (${paths.length}) don't match`,
    );
  }
  return headings.map((heading, index) => ({ heading, template: relaxed(paths[index] ?? '', null) }));
}

/** `a.b`, `.a.b`, `{a.b}` and `{.a.b}` are all the same path. */
function relaxed(path: string, start: number | null): List {
  if (path === '') return parseTemplate('');
  const [, braced, bare] = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path) ?? [];
  const inner = braced ?? bare;
  if (inner === undefined) {
    const forms = "a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'";
    throw new TemplateError(`unexpected path string, expected ${forms}`, start);
  }
  try {
    return parseTemplate(`{.${inner}}`);
  } catch (error) {
    if (!(error instanceof TemplateError) || error.at === null) throw error;
    // What was put in front of it is not what was written.
    const within = start === null ? null : start + path.indexOf(inner) + Math.max(0, error.at - 2);
    throw new TemplateError(error.message, within);
  }
}

/** A row for each object; `headings` false leaves the first line out. */
export function printColumns(columns: readonly CustomColumn[], objects: readonly unknown[], headings: boolean): string {
  const rows = objects.map((object) => columns.map(({ template }) => cellOf(template, object)));
  const all = headings ? [columns.map(({ heading }) => printable(heading)), ...rows] : rows;
  const widths = columns.map((_, index) => all.reduce((widest, row) => Math.max(widest, lengthOf(row[index])), 0));
  return all.map((row) => `${row.map((cell, index) => padded(cell, index, widths)).join('')}\n`).join('');
}

function cellOf(template: List, object: unknown): string {
  const lists = evaluateTemplate(template, object);
  const nothing = (lists[0] ?? []).length === 0;
  const values = lists.flat().map((value) => (value === null ? '<none>' : printable(goText(value))));
  return [...(nothing ? ['<none>'] : []), ...values].join(',');
}

/** Three blanks between columns, of which none is narrower than six; the last one is as long as it is. */
function padded(cell: string, index: number, widths: readonly number[]): string {
  if (index === widths.length - 1) return cell;
  return cell + ' '.repeat(Math.max(6, (widths[index] ?? 0) + 3) - lengthOf(cell));
}

function lengthOf(cell = ''): number {
  return Array.from(cell).length;
}
