// The last line on stderr: what was covered and what could not be asked, once, with the cause.
import { forbiddenWords, shortList } from '../core/forbidden.ts';
import type { Coverage } from '../core/report.ts';
import { ageText } from '../core/rows.ts';
import { printable } from './printable.ts';

/**
 * `oldest`: how old the oldest answer is where nobody was asked, milliseconds.
 * `inScope`: workloads in scope, of which filters may have left some out of the list. `newsFaults`: what cannot be heard of
 * news, so that answers from the cache may be older than what is known by now; by kind of news, with the cause.
 */
export function coverageLine(
  coverage: Coverage,
  inScope: number,
  newsFaults: ReadonlyMap<string, string> = new Map(),
  oldest: number | null = null,
): string {
  const { pods, images, scanned, unscanned, pending, unknown } = coverage;
  const listed = coverage.workloads === inScope ? '' : `${coverage.workloads} of `;
  const scans = [
    `${scanned} scanned`,
    ...(unscanned > 0 ? [`${unscanned} unscanned`] : []),
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
  ];
  const parts = [
    `${listed}${counted(inScope, 'workload')}, ${counted(pods, 'pod')}, ${counted(images, 'image')}: ${scans.join(', ')}`,
    ...(oldest === null ? [] : [`the oldest answer is ${ageText(oldest)} old (--offline)`]),
    ...causes(coverage),
    ...notEvaluated(coverage),
    ...forbidden(coverage),
    ...unheard(newsFaults),
  ];
  return `${printable(parts.join('; '))}\n`;
}

const manyCauses = 5;

/** Refused credentials keep an image and the violations of another from being asked about: the words are the same. */
function causes(coverage: Coverage): string[] {
  const told = [...Map.groupBy(coverage.causes, (one) => one.message)].map(([message, alike]) => {
    const names = [...new Set(alike.map((one) => one.cause))].join(', ');
    const images = alike.reduce((sum, one) => sum + one.images, 0);
    return `${names} (${counted(images, 'image')}): ${message}`;
  });
  const more = told.length - manyCauses;
  return more > 0 ? [...told.slice(0, manyCauses), `${counted(more, 'more cause')} (-o json names them)`] : told;
}

function notEvaluated(coverage: Coverage): string[] {
  const byCondition = Map.groupBy(coverage.notEvaluated, (one) => one.condition);
  return [...byCondition].map(([condition, all]) => {
    const named = all.map((one) => one.repository || '(repository unknown)');
    return `${condition} not evaluated: no watch with such a policy is known to cover ${shortList(named)}`;
  });
}

function forbidden(coverage: Coverage): string[] {
  return coverage.forbidden.length === 0 ? [] : [`forbidden: ${forbiddenWords(coverage.forbidden)}`];
}

function unheard(newsFaults: ReadonlyMap<string, string>): string[] {
  if (newsFaults.size === 0) return [];
  const kinds = [...newsFaults.keys()].toSorted();
  const causes = new Set(kinds.map((kind) => newsFaults.get(kind)));
  const why = [...causes].join('; ');
  return [`answers from the cache are used by their age alone, without news of ${kinds.join(', ')}: ${why}`];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
