// Formats of `-o` that are loaded only where they are asked for: templates as kubectl has them, and written reports.
// What is wrong with one is said before anything is asked.
import { UsageError } from '../core/errors.ts';
import type { CustomColumn } from '../output/jsonpath/custom-columns.ts';
import type { WriteReport } from '../output/reports/report.ts';
import { last } from './flags.ts';
import { RunError } from './run.ts';

export const reportFormats = ['sarif', 'junit', 'csv', 'markdown', 'html', 'cyclonedx'] as const;
const templateFormats = [
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'custom-columns',
  'custom-columns-file',
] as const;

export type ReportFormat = (typeof reportFormats)[number];
type TemplateFormat = (typeof templateFormats)[number];

/** Prints what a template finds in documents; a list is gone through by columns, and is one object to a JSONPath. */
export type PrintTemplate = (documents: readonly object[], headings: boolean) => string;

export type LateFormat =
  | { readonly is: 'template'; readonly print: PrintTemplate }
  | { readonly is: 'report'; readonly format: ReportFormat; readonly write: WriteReport; readonly version: string };

export interface LateFormats {
  /** `templates`: the command has no reports. */
  readonly known: 'all' | 'templates';
  /** Reads a file that was named; throws a UsageError. */
  readonly readFile: (path: string) => string;
  /** Of this program. */
  readonly version: string;
}

/** The words of `-o` with these formats among them, for what is said of another one. */
export function withLateFormats(words: readonly string[], known: LateFormats['known']): string[] {
  const templates = templateFormats.map((name) => `${name}=…`);
  return [...words, ...templates, ...(known === 'all' ? reportFormats : [])];
}

const chunk = 65_536;

/** Small pieces put together, so that each is worth a write. */
export function* inChunks(pieces: Iterable<string>): Iterable<string> {
  let held: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    held.push(piece);
    length += piece.length;
    if (length < chunk) continue;
    yield held.join('');
    held = [];
    length = 0;
  }
  yield held.join('');
}

/** Null where `-o` says something else. A UsageError names what is wrong with a template, and where. */
export async function lateFormat(
  argv: Readonly<Record<string, unknown>>,
  { known, readFile, version }: LateFormats,
): Promise<LateFormat | null> {
  const written = last(argv['output']) ?? '';
  const equals = written.indexOf('=');
  const name = (equals < 0 ? written : written.slice(0, equals)).trim().toLowerCase();
  const template = templateFormats.find((one) => one === name);
  if (template !== undefined) {
    return { is: 'template', print: await templateOf(template, written.slice(equals + 1), equals >= 0, readFile) };
  }
  const format = known === 'all' && equals < 0 ? reportFormats.find((one) => one === name) : undefined;
  return format === undefined ? null : { is: 'report', format, write: await writerOf(format), version };
}

async function templateOf(
  format: TemplateFormat,
  argument: string,
  isGiven: boolean,
  readFile: LateFormats['readFile'],
): Promise<PrintTemplate> {
  const isColumns = format.startsWith('custom-columns');
  if (!isGiven || argument === '') {
    const example = isColumns ? 'NAME:.workload.name,KIND:.workload.kind' : "'{.items[*].workload.name}'";
    const what = isColumns
      ? 'custom-columns format specified but no custom columns given'
      : 'template format specified but no template given';
    throw new UsageError(what, `write -o ${format}=${format.endsWith('-file') ? 'FILE' : example}`);
  }
  const text = format.endsWith('-file') ? readFile(argument) : argument;
  return isColumns ? columnsOf(format, text) : jsonpathOf(format, text);
}

async function jsonpathOf(format: TemplateFormat, text: string): Promise<PrintTemplate> {
  const { parseTemplate } = await import('../output/jsonpath/parse.ts');
  const { printTemplate, printTemplateAsJson } = await import('../output/jsonpath/print.ts');
  const { TemplateError } = await import('../output/jsonpath/nodes.ts');
  const print = format === 'jsonpath-as-json' ? printTemplateAsJson : printTemplate;
  const template = checked(() => parseTemplate(text), TemplateError, text, `error parsing jsonpath ${text}, `);
  return (documents) =>
    executed(
      () => documents.map((one) => print(template, one)).join(''),
      TemplateError,
      `error executing jsonpath ${JSON.stringify(text)}: Error executing template: `,
    );
}

async function columnsOf(format: TemplateFormat, text: string): Promise<PrintTemplate> {
  const { columnsFromFile, columnsFromSpec, printColumns } = await import('../output/jsonpath/custom-columns.ts');
  const { TemplateError } = await import('../output/jsonpath/nodes.ts');
  const read = format === 'custom-columns-file' ? columnsFromFile : columnsFromSpec;
  const columns: readonly CustomColumn[] = checked(() => read(text), TemplateError, text, '');
  return (documents, headings) =>
    executed(() => printColumns(columns, documents.flatMap(itemsOf), headings), TemplateError, '');
}

function itemsOf(document: object): readonly unknown[] {
  return 'items' in document && Array.isArray(document.items) ? document.items : [document];
}

interface Located {
  readonly message: string;
  readonly at: number | null;
}

type LocatedClass = new (message: string, at: number | null) => Error & Located;

function checked<T>(read: () => T, TemplateError: LocatedClass, text: string, before: string): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const at =
      error.at === null ? '' : `at character ${error.at + 1}: ${text.slice(error.at, error.at + 40) || '(its end)'}\n`;
    throw new UsageError(`${before}${error.message}`, `${at}docs/reports.md has the grammar, which is kubectl's`);
  }
}

/** The template may be right, and not fit what was found. */
function executed(print: () => string, TemplateError: LocatedClass, before: string): string {
  try {
    return print();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new RunError(`${before}${error.message}`, { cause: error });
  }
}

async function writerOf(format: ReportFormat): Promise<WriteReport> {
  switch (format) {
    case 'sarif':
      return (await import('../output/reports/sarif.ts')).sarif;
    case 'junit':
      return (await import('../output/reports/junit.ts')).junit;
    case 'csv':
      return (await import('../output/reports/csv.ts')).csv;
    case 'markdown':
      return (await import('../output/reports/markdown.ts')).markdown;
    case 'html':
      return (await import('../output/reports/html.ts')).html;
    case 'cyclonedx':
      return (await import('../output/reports/cyclonedx.ts')).cyclonedx;
    default:
      return format satisfies never;
  }
}
