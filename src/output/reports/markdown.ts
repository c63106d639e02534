// `-o markdown`: for a comment on a pull request. What could not be asked stands before the table, what is clean is only
// counted, and it ends where a comment would be too long. Names are written so that none of them means anything: no link,
// no mention, no markup.
import { actionText, conditionsText, reasonText } from '../../core/rows.ts';
import type { ImageRow, Judgement } from '../../core/report.ts';
import type { SeverityCounts } from '../../core/severity.ts';
import { workloadLabel } from '../../core/workload.ts';
import { printable } from '../printable.ts';
import { counted, gapsOf, placeOf, ruleOf } from './report.ts';
import type { Report } from './report.ts';

/** A comment may have 65,536 characters; so many of them for what could not be asked, and for the table. */
const most = { gaps: 12_000, rows: 50_000 };

const manyNames = 5;

export function* markdown(report: Report): Iterable<string> {
  const { metadata } = report;
  const gaps = gapsOf(metadata);
  yield `## kubectl xray: ${text(placeOf(metadata))}\n\n`;
  yield `${headline(report)}\n\n`;
  if (gaps.length > 0) {
    yield '> **Not everything is known:**\n>\n';
    const lines = gaps.map((gap) => `> - ${text(gap.text)}\n`);
    yield* upTo(most.gaps, lines, (more) => `> - and ${more} more\n`);
    yield '\n';
  }
  yield* report.of === 'image' ? imageTable(report.images) : workloadTable(report);
  yield `<sub>kubectl xray ${text(report.version)}, ${metadata.generatedAt}</sub>\n`;
}

function headline({ metadata: { coverage }, judgements, images, of: about }: Report): string {
  const { scanned, unscanned, pending, unknown } = coverage;
  const answers = [`${scanned} scanned`, `${unscanned} unscanned`, `${pending} pending`, `${unknown} unknown`];
  const rows = about === 'image' ? counted(images.length, 'image') : counted(judgements.length, 'workload');
  return `**${rows}**; images: ${answers.join(', ')}.`;
}

function* workloadTable({ judgements }: Report): Iterable<string> {
  const shown = judgements.filter((one) => conditionsText(one) !== 'clean');
  const clean = judgements.length - shown.length;
  if (shown.length > 0) {
    yield '| Workload | Conditions | Critical | High | Medium | Low | Action | Why |\n';
    yield '| --- | --- | ---: | ---: | ---: | ---: | --- | --- |\n';
    yield* upTo(most.rows, shown.map(workloadRow), moreRows('workloads'));
    yield '\n';
  }
  yield clean === 0 ? '' : `${counted(clean, 'workload')} clean.\n\n`;
}

function workloadRow(judgement: Judgement): string {
  const { workload, verdict, decided } = judgement;
  const names = [...new Set(decided.conditions.flatMap(({ evidence }) => evidence.map(ruleOf)))];
  const causes = verdict.unanswered.map(({ reason, cause }) => (cause === null ? reason : `${reason}: ${cause}`));
  const why = [...names, ...new Set(causes)];
  const told = why.slice(0, manyNames).map(text).join(', ');
  const more = why.length > manyNames ? ` and ${why.length - manyNames} more` : '';
  const reason = reasonText(judgement);
  const action = `${text(actionText(judgement))}${reason === null ? '' : `<br>${text(reason)}`}`;
  const name = `${text(workload.namespace)} ${text(workloadLabel(workload))}`;
  return row([name, text(conditionsText(judgement)), ...numbers(verdict.severities), action, `${told}${more}`]);
}

function* imageTable(images: readonly ImageRow[]): Iterable<string> {
  if (images.length === 0) return;
  yield '| Image | Scan | Critical | High | Medium | Low | Workloads |\n';
  yield '| --- | --- | ---: | ---: | ---: | ---: | ---: |\n';
  const lines = images.map(({ item }) => {
    const scan = item.reason === null ? item.scan : `${item.scan} (${item.reason})`;
    return row([text(item.reference), text(scan), ...numbers(item.severities), String(item.workloads.length)]);
  });
  yield* upTo(most.rows, lines, moreRows('images'));
  yield '\n';
}

/** As many lines as so many characters hold, and how many more there are. */
function* upTo(characters: number, lines: readonly string[], told: (more: number) => string): Iterable<string> {
  let length = 0;
  for (const [index, line] of lines.entries()) {
    length += line.length;
    if (length > characters) {
      yield told(lines.length - index);
      return;
    }
    yield line;
  }
}

function moreRows(noun: string): (more: number) => string {
  return (more) => `\nand ${more} more ${noun}.\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function numbers({ critical, high, medium, low }: SeverityCounts): string[] {
  return [critical, high, medium, low].map(String);
}

/** Within code nobody is mentioned and nothing is linked; each character that could mean something is an entity. */
function text(value: string): string {
  const harmless = printable(value.toWellFormed())
    .replaceAll(/[^\p{L}\p{N} ,.:/()-]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`)
    .replaceAll('://', '&#58;//')
    .replaceAll(/www\./gi, (found) => `${found.slice(0, 3)}&#46;`);
  return `<code>${harmless}</code>`;
}
