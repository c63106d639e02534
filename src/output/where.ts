// What `where` prints: a row for each hit, and in words what the search came to.
import { shortList } from '../core/forbidden.ts';
import { actionText, ageText } from '../core/rows.ts';
import type { Severity } from '../core/severity.ts';
import type { Answer, Elsewhere, Searched } from '../core/where/answer.ts';
import type { Hit } from '../core/where/hits.ts';
import { workloadLabel } from '../core/workload.ts';
import type { Paint, Tone } from './colour.ts';
import { columns } from './columns.ts';
import { printable } from './printable.ts';

export interface WhereTableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  readonly headings: boolean;
  readonly paint: Paint;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function whereTable(hits: readonly Hit[], options: WhereTableOptions): string {
  const { wide, withNamespace, headings, paint, now } = options;
  const names = [
    ...(withNamespace ? ['NAMESPACE'] : []),
    'NAME',
    'IMAGE',
    'FOUND',
    'COMPONENT',
    'FIXED-IN',
    'SEVERITY',
    'ACTION',
    ...(wide ? ['CONTAINER', 'DIGEST', 'CVSS', 'APPLICABLE', 'EXEMPT', 'ASKED'] : []),
  ];
  const rows = hits.map((hit) => {
    const { judgement, entry } = hit;
    return [
      ...(withNamespace ? [printable(judgement.workload.namespace)] : []),
      printable(workloadLabel(judgement.workload)),
      cell(entry.image.reference),
      foundCell(hit, paint),
      componentCell(hit),
      cell(hit.fixedIn.join(',')),
      severityCell(hit.severity, paint),
      actionCell(actionText(judgement), paint),
      ...(wide
        ? [
            cell(entry.container),
            entry.image.digest ?? '<none>',
            hit.cvss === null ? '<none>' : String(hit.cvss),
            cell(hit.applicability ?? ''),
            cell(hit.exempt ?? ''),
            ageText(now - hit.askedAt),
          ]
        : []),
    ];
  });
  // What two words mean alike is one row.
  const distinct = new Map(rows.map((row) => [row.join('\n'), row]));
  return columns(headings ? names : null, [...distinct.values()]);
}

/** In brackets what is exempt, as in the table of `status`. */
function foundCell({ as, cves, ids, license, exempt, sought }: Hit, paint: Paint): string {
  const [first = ids[0] ?? '', ...more] = cves;
  const known = more.length === 0 ? first : `${first}+${more.length}`;
  const text = cell(license ?? (as === 'component' ? known || 'present' : known || sought));
  return exempt === null ? text : paint(`[${text}]`, 'dim');
}

function componentCell({ components }: Hit): string {
  const [first = '', ...more] = components;
  return more.length === 0 ? cell(first) : `${cell(first)}+${more.length}`;
}

const tones: Readonly<Record<Severity, Tone | null>> = {
  Critical: 'critical',
  High: 'high',
  Medium: 'warning',
  Low: null,
  Information: null,
  Unknown: null,
};

function severityCell(severity: Severity | null, paint: Paint): string {
  if (severity === null) return '<none>';
  const tone = tones[severity];
  return tone === null ? severity : paint(severity, tone);
}

function actionCell(text: string, paint: Paint): string {
  return text === 'ignore' ? text : paint(text, text === 'scaled-down' ? 'dim' : 'critical');
}

/** No blanks inside a column, so that awk and cut work. */
function cell(text: string): string {
  return printable(text.trim().replaceAll(/\s+/g, '_')) || '<none>';
}

/** What stands against a "nothing". */
export interface Unseen {
  /** Something may run that may not be seen. */
  readonly isHidden: boolean;
  /** Nothing runs where it was looked, which may be a slip in its name. */
  readonly isEmpty: boolean;
  /** By what is kept alone. */
  readonly isOffline: boolean;
  /** By what was looked for: what Xray's own search names. */
  readonly beyond: ReadonlyMap<string, Elsewhere>;
}

/** A line for each thing that was looked for. */
export function answerLines(answers: readonly Answer[], searched: Searched, unseen: Unseen): string {
  return answers.map((one) => `${printable(`${one.sought}: ${answerWords(one, searched, unseen)}`)}\n`).join('');
}

function answerWords(
  { sought, workloads, images }: Answer,
  { unanswered, pending, unscanned, expired }: Searched,
  { isHidden, isEmpty, isOffline, beyond }: Unseen,
): string {
  const named = beyond.get(sought)?.contradicting.length ?? 0;
  const open = [
    ...(isEmpty && !isHidden ? ['nothing runs where it was looked for'] : []),
    ...(isOffline ? ['nobody was asked'] : []),
    ...(unanswered > 0 ? [`could not ask about ${counted(unanswered, 'image')}`] : []),
    ...(pending > 0 ? [`${counted(pending, 'image')} ${pending === 1 ? 'is' : 'are'} being scanned`] : []),
    ...(named > 0 ? [`Xray's search names ${counted(named, 'artifact')} here that its answers do not`] : []),
    ...(isHidden ? ['not everything that runs may be seen'] : []),
  ].join(', ');
  const unknown = [
    ...(unscanned > 0 ? [`; ${counted(unscanned, 'image')} Xray has not scanned`] : []),
    ...(expired > 0 ? [`; ${counted(expired, 'image')} Xray no longer knows`] : []),
  ].join('');
  if (workloads > 0) {
    const more = open === '' ? unknown : `; there may be more: ${open}${unknown}`;
    return `${counted(workloads, 'workload')} hit, by ${counted(images, 'image')}${more}`;
  }
  if (open !== '') return `nothing found, but ${open}${unknown}`;
  return unknown === '' ? 'nothing is hit' : `nothing is hit of what Xray has scanned${unknown}`;
}

export interface LookedAt {
  /** Empty for all namespaces. */
  readonly namespace: string;
  /** Of the workloads in scope, sorted. */
  readonly namespaces: readonly string[];
}

/** `looked at all namespaces (shop, pay)`, and how old the oldest answer is. */
export function lookedAtWords({ namespace, namespaces }: LookedAt, { oldest }: Searched, now: number): string {
  const all = `all namespaces (${namespaces.length === 0 ? 'nothing runs in them' : shortList(namespaces, 20)})`;
  const where = namespace === '' ? all : `namespace ${namespace}`;
  return `looked at ${where}${oldest === null ? '' : `, by answers of the last ${ageText(now - oldest)}`}`;
}

export interface SearchSaid {
  /** There are no more artifacts than it named. */
  readonly whole: boolean;
  /** Of every image that runs here it is known where it lies. */
  readonly allFound: boolean;
}

/** What Xray's own search says of a CVE. */
export function elsewhereLine(
  cve: string,
  { others, contradicting }: Elsewhere,
  { whole, allFound }: SearchSaid,
): string {
  const more = whole ? '' : ' at least';
  const here = others === 1 ? 'does not run here' : 'do not run here';
  const said = [
    ...(contradicting.length > 0
      ? [`Xray's search names images that run here, while its answers about them do not: ${shortList(contradicting)}`]
      : []),
    ...(others > 0
      ? [
          `Xray knows${more} ${counted(others, 'more artifact')} with it, which ${allFound ? here : 'may run here or not'}`,
        ]
      : []),
  ];
  return said.length === 0 ? '' : `${printable(`${cve}: ${said.join('; ')}`)}\n`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
