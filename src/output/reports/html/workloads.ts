// The workloads of the page: a row each, and below it why it reads so, to be opened.
import type { DecidedCondition, Exempt } from '../../../core/decide.ts';
import { obstacles } from '../../../core/decide.ts';
import { actionText, quietWord, wordsOf } from '../../../core/rows.ts';
import type { Judgement } from '../../../core/report.ts';
import type { Evidence } from '../../../core/verdict.ts';
import type { ContainerImage } from '../../../core/workload.ts';
import { workloadLabel } from '../../../core/workload.ts';
import { idOf, sparedBy } from '../report.ts';
import type { Report } from '../report.ts';
import { countText } from './charts.ts';
import { placesOf } from './images.ts';
import { rowHtml, tables } from './tables.ts';
import { cell, headingRow, numberCell, severityCells, text } from './text.ts';

/** Of one condition; the others stand with their image. */
const manyEvidence = 15;

export function* workloadRowsHtml(report: Report): Iterable<string> {
  const { judgements, images } = report;
  const headings = ['Workload', 'Namespace', 'Pods', 'Critical', 'High', 'Medium', 'Low', 'Conditions', 'Action'];
  const places = placesOf(images);
  yield* tables(
    { name: 'workloads', title: 'Workloads', headings },
    judgements.map((judgement) => () => workloadHtml(judgement, report, places)),
  );
}

function workloadHtml(
  judgement: Judgement,
  { state: { policy } }: Report,
  at: ReadonlyMap<ContainerImage, number>,
): string {
  const { workload, verdict, decided } = judgement;
  const cells = [
    cell(workload.namespace),
    numberCell(workload.pods, 'Pods'),
    ...severityCells(verdict.severities),
    `<td>${chips(judgement)}</td>`,
    `<td class="action">${actionHtml(judgement)}</td>`,
  ];
  const details = [
    decisionHtml(judgement),
    missingHtml(judgement),
    ...decided.conditions.map((condition) => conditionHtml(condition, (one) => sparedBy(one, condition, policy))),
    imagesHtml(workload.images, at),
  ];
  const about = {
    of: 'workload',
    words: wordsOf(judgement),
    name: workloadLabel(workload),
    inShort: inShort(judgement),
  };
  return rowHtml(about, cells, details);
}

function chips(judgement: Judgement): string {
  const { verdict, decided } = judgement;
  const words = decided.conditions.map(({ type, exempt }) =>
    exempt === null ? chip(type, 'bad') : chip(`${type}, exempt`, 'let'),
  );
  const quiet = quietWord(verdict);
  if (words.length === 0) return chip(quiet, quiet === 'clean' ? 'fine' : 'open');
  return [...words, ...(verdict.settled ? [] : [chip(`and ${quiet}`, 'open')])].join(' ');
}

function chip(words: string, look: string): string {
  return `<span class="chip ${look}">${text(words)}</span>`;
}

function actionHtml(judgement: Judgement): string {
  const action = actionText(judgement);
  return action === 'ignore' ? text(action) : `<strong>${text(action)}</strong>`;
}

/** The line that is read without opening anything: the worst of it. */
function inShort({ decided, verdict }: Judgement): string {
  const all = decided.conditions.flatMap(({ evidence }) => evidence);
  const missing = verdict.unanswered.map(({ reference, reason }) => `${reference}: ${reason}`);
  const told = [...all.map(nameOf), ...missing];
  if (told.length === 0) return 'nothing holds';
  const shown = [...new Set(told)];
  return `${shown.slice(0, 2).join(', ')}${shown.length > 2 ? ` and ${shown.length - 2} more` : ''}`;
}

function nameOf(evidence: Evidence): string {
  if (evidence.type === 'unscanned') return `unscanned (${evidence.reason})`;
  const what = evidence.type === 'security' ? idOf(evidence) : evidence.license;
  return evidence.component === '' ? what : `${what} in ${evidence.component}`;
}

function decisionHtml({ decided, obstacle, workload }: Judgement): string {
  const { rule, exempt } = decided.decision;
  const facts = [
    ...(rule === null ? [] : [`Rule: ${rule}`]),
    ...(exempt === null ? [] : [`Exempt: ${exemptWords(exempt)}`]),
    ...(obstacle === null ? [] : [`An action is called for, but ${obstacles[obstacle]}`]),
    ...(workload.acted === null
      ? []
      : [`Acted: ${workload.acted.action} at ${workload.acted.at} by ${workload.acted.by}`]),
  ];
  return facts.map((fact) => `<p>${text(fact)}</p>`).join('');
}

function exemptWords({ by, rule, until }: Exempt): string {
  return `${by} (${rule}${until === null ? '' : `, until ${until}`})`;
}

function missingHtml({ verdict }: Judgement): string {
  const unanswered = verdict.unanswered.map(
    ({ reference, reason, cause }) => `${reference}: ${reason}${cause === null ? '' : `: ${cause}`}`,
  );
  const notEvaluated = verdict.notEvaluated.map(
    (condition) => `${condition} is not evaluated: no watch is known to cover it`,
  );
  const all = [...unanswered, ...notEvaluated];
  if (all.length === 0) return '';
  return `<div class="missing"><p>Not known:</p><ul>${all.map((one) => `<li>${text(one)}</li>`).join('')}</ul></div>`;
}

function conditionHtml(
  { type, severity, evidence, exempt }: DecidedCondition,
  spared: (evidence: Evidence) => string | null,
): string {
  const worst = severity === null ? '' : `: ${severity}`;
  const heading = `${type}${worst}${exempt === null ? '' : `, exempt by ${exemptWords(exempt)}`}`;
  const shown = evidence.slice(0, manyEvidence).map((one) => ({ one, by: spared(one) }));
  const isAccepted = shown.some(({ by }) => by !== null);
  const headings = ['Severity', 'What', 'Component', 'Fixed in', ...(isAccepted ? ['Accepted by'] : [])];
  const rows = shown.map(({ one, by }) => {
    const cells = [...evidenceCells(one), ...(isAccepted ? [by ?? ''] : [])];
    return `<tr>${cells.map(cell).join('')}</tr>`;
  });
  const more = evidence.length - rows.length;
  return `<table class="inner"><caption>${text(heading)}</caption>${headingRow(headings)}<tbody>${rows.join('')}</tbody></table>${
    more > 0 ? `<p>and ${more} more: see its images below.</p>` : ''
  }`;
}

function evidenceCells(evidence: Evidence): string[] {
  switch (evidence.type) {
    case 'security': {
      const { severity, component, fixedIn } = evidence;
      return [severity, idOf(evidence), component, fixedIn.join(', ')];
    }
    case 'license':
      return [evidence.severity ?? '', evidence.license, evidence.component, ''];
    case 'unscanned':
      return ['', evidence.reason, evidence.image, ''];
    default:
      return evidence satisfies never;
  }
}

function imagesHtml(images: readonly ContainerImage[], places: ReadonlyMap<ContainerImage, number>): string {
  const items = images.map((entry) => {
    const marks = [entry.role, ...(entry.injected ? ['injected'] : []), ...(entry.outdated ? ['outdated'] : [])].join(
      ', ',
    );
    const place = places.get(entry);
    const name = text(entry.image.reference);
    const link = place === undefined ? name : `<a href="#image-${place}">${name}</a>`;
    return `<li>${text(entry.container)} (${marks}): ${link}</li>`;
  });
  return `<p>${countText(images.length, 'image')}:</p><ul>${items.join('')}</ul>`;
}
