// A record as one text: what is the same is compared without being read, and only what is not is taken apart again.
import type { ExemptBy } from './decide.ts';
import type { Judgement } from './judgement.ts';
import type { ConditionType } from './policy.ts';
import type { EvidenceItem, WorkloadItem } from './report.ts';
import { actionText } from './rows.ts';
import { severities, severityRank } from './severity.ts';
import type { Severity, SeverityCounts } from './severity.ts';
import { findingKey, licenseKey, recordKey, unscannedKey } from './verdict-record.ts';
import type { ConditionRecord, EvidenceRecord, VerdictRecord } from './verdict-record.ts';
import type { Evidence } from './verdict.ts';

/** Between fields, between pieces of evidence, between the parts of one. */
const [field, item, part] = ['\t', '\n', '¦'] as const;
const separators = /[\t\n¦]/;
const everySeparator = /[\t\n¦]/g;

/** Fields before the conditions, of which each has two: what it is, and its evidence. */
const fieldsBefore = 13;

export function recordText(record: VerdictRecord): string {
  const conditions = record.conditions.map(({ type, exempt, covered, evidence }) => {
    return { type, exempt, covered, pieces: piecesOf(evidence, piece) };
  });
  return joined({ ...record, conditions, carried: piecesOf(record.carried ?? [], piece) });
}

/** What is kept of a judgement. */
export function textOfJudgement(judgement: Judgement): string {
  const { workload, verdict, decided } = judgement;
  return joined({
    workload,
    settled: verdict.settled,
    notEvaluated: verdict.notEvaluated,
    missing: verdict.unanswered.length === 0 ? [] : reasonsOf(verdict.unanswered),
    conditions: decided.conditions.map(({ type, exempt, covered, evidence }) => {
      return { type, exempt: exempt?.by ?? null, covered, pieces: piecesOf(evidence, pieceOfEvidence) };
    }),
    action: actionText(judgement),
    exempt: decided.decision.exempt?.by ?? null,
    severities: verdict.severities,
    images: imagesOf(workload.images),
    carried: '',
  });
}

/** The same of an item of `status -o json`. What a whitelist covers beside something stronger is not told there: it holds. */
export function textOfItem(report: WorkloadItem): string {
  return joined({
    ...report,
    missing: reasonsOf(report.unanswered),
    conditions: report.conditions.map(({ type, exempt, evidence }) => {
      const covered = exempt?.by === 'whitelist' || evidence.every(({ excepted }) => excepted !== null);
      return { type, exempt: exempt?.by ?? null, covered, pieces: piecesOf(evidence, pieceOfItem) };
    }),
    action: report.acted?.action === 'scaledown' ? 'scaled-down' : report.decision.action,
    exempt: report.decision.exempt?.by ?? null,
    images: imagesOf(report.images.map((one) => ({ ...one, image: one }))),
    carried: '',
  });
}

interface Joined extends Pick<
  VerdictRecord,
  'workload' | 'settled' | 'notEvaluated' | 'missing' | 'action' | 'exempt' | 'severities'
> {
  readonly conditions: readonly (Omit<ConditionRecord, 'evidence'> & { readonly pieces: string })[];
  readonly images: readonly string[];
  readonly carried: string;
}

function joined({ workload, settled, notEvaluated, missing, conditions, carried, ...rest }: Joined): string {
  const { apiVersion, kind, namespace, name, uid } = workload;
  const { critical, high, medium, low, information, unknown } = rest.severities;
  const fields = [
    apiVersion,
    kind,
    namespace,
    name,
    uid,
    settled ? '1' : '0',
    notEvaluated.join(' '),
    missing.join(' '),
    rest.action,
    rest.exempt ?? '',
    `${critical} ${high} ${medium} ${low} ${information} ${unknown}`,
    rest.images.join(' '),
    carried,
  ];
  for (const { type, exempt, covered, pieces } of conditions) {
    fields.push(`${type} ${exempt ?? ''} ${covered ? 'covered' : ''}`, pieces);
  }
  return fields.join(field);
}

function reasonsOf(unanswered: readonly { readonly reason: string }[]): string[] {
  return [...new Set(unanswered.map(({ reason }) => reason))].toSorted();
}

interface Run {
  readonly role: string;
  readonly injected: boolean;
  readonly outdated: boolean;
  readonly image: { readonly reference: string; readonly basis: string; readonly digest: string | null };
}

/** Only of a digest that runs is it certain which image it is. */
function imagesOf(all: readonly Run[]): string[] {
  const names = new Set<string>();
  for (const { role, injected, outdated, image } of all) {
    if (outdated || injected || role === 'ephemeral') continue;
    const { reference, basis, digest } = image;
    names.add(basis === 'digest' && digest !== null ? `${reference}@${digest.slice(0, 19)}` : reference);
  }
  return names.size === 1 ? [...names] : [...names].toSorted();
}

/** What follows upon itself, as the same finding in several components does, is told once. */
function piecesOf<T>(evidence: readonly T[], pieceOf: (one: T) => string): string {
  const pieces: string[] = [];
  let last = '';
  for (const one of evidence) {
    const next = pieceOf(one);
    if (next !== last) pieces.push(next);
    last = next;
  }
  return pieces.join(item);
}

function piece({ key, says, severity, open }: EvidenceRecord): string {
  return pieceWith(key, says, severity, open);
}

function pieceWith(key: string, says: string, severity: Severity | null, open: boolean): string {
  const said = says === key ? '' : plain(says);
  const rank = severity === null ? '' : severityRank(severity);
  return `${plain(key)}${part}${said}${part}${rank}${open ? '' : `${part}x`}`;
}

function pieceOfEvidence(evidence: Evidence): string {
  switch (evidence.type) {
    case 'security':
      return findingPiece(evidence);
    case 'license':
      return licensePiece(evidence);
    case 'unscanned':
      return unscannedPiece(evidence);
    default:
      return evidence satisfies never;
  }
}

function pieceOfItem(evidence: EvidenceItem): string {
  if ('license' in evidence) return licensePiece(evidence);
  return 'id' in evidence ? findingPiece(evidence) : unscannedPiece(evidence);
}

interface Excepted {
  readonly excepted: string | null;
}

type FindingSaid = Excepted & Pick<Extract<EvidenceItem, { id: string }>, 'id' | 'cves' | 'severity'>;

function findingPiece({ id, cves, severity, excepted }: FindingSaid): string {
  return pieceWith(findingKey({ id, cves }), cves[0] ?? id, severity, excepted === null);
}

function licensePiece({ license, excepted }: Excepted & { readonly license: string }): string {
  return pieceWith(licenseKey(license), license, null, excepted === null);
}

function unscannedPiece({ image, reason, excepted }: Excepted & { readonly image: string; readonly reason: string }) {
  return pieceWith(unscannedKey(image), reason, null, excepted === null);
}

function plain(text: string): string {
  return separators.test(text) ? text.replace(everySeparator, ' ') : text;
}

/** What of a text tells which workload it is of, as `recordKey`. */
export function keyOfText(text: string): string {
  const [apiVersion = '', kind = '', namespace = '', name = ''] = text.split(field, 4);
  return recordKey({ apiVersion, kind, namespace, name });
}

/** Whether it tells all that holds, or what held before may do so still. */
export function tellsAll(text: string): boolean {
  const [, , , , , settled, notEvaluated] = text.split(field, 7);
  return settled === '1' && notEvaluated === '';
}

/** Of a text that `recordText` made; of any other something, without a fault. */
export function recordOfText(text: string): VerdictRecord {
  const fields = text.split(field);
  const [apiVersion = '', kind = '', namespace = '', name = '', uid = '', settled, ...rest] = fields;
  const [notEvaluated = '', missing = '', action = ''] = rest;
  const [exempt = '', counts = '', images = '', carried = ''] = fields.slice(9, fieldsBefore);
  const conditions: ConditionRecord[] = [];
  for (let at = fieldsBefore; at + 1 < fields.length; at += 2) {
    const [type = '', by = '', covered = ''] = (fields[at] ?? '').split(' ');
    const evidence = evidenceIn(fields[at + 1] ?? '');
    conditions.push({ type: type as ConditionType, exempt: byOf(by), covered: covered === 'covered', evidence });
  }
  return {
    workload: { uid, apiVersion, kind, namespace, name },
    settled: settled === '1',
    notEvaluated: words(notEvaluated) as ConditionType[],
    missing: words(missing),
    conditions,
    action,
    exempt: byOf(exempt),
    severities: countsIn(counts),
    images: words(images),
    ...(carried === '' ? {} : { carried: evidenceIn(carried) }),
  };
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}

function byOf(text: string): ExemptBy | null {
  return text === '' ? null : (text as ExemptBy);
}

function countsIn(text: string): SeverityCounts {
  const [critical = 0, high = 0, medium = 0, low = 0, information = 0, unknown = 0] = text.split(' ').map(Number);
  return { critical, high, medium, low, information, unknown };
}

function evidenceIn(text: string): EvidenceRecord[] {
  if (text === '') return [];
  return text.split(item).map((one) => {
    const [key = '', says = '', rank = '', excepted] = one.split(part);
    return { key, says: says === '' ? key : says, severity: severityOf(rank), open: excepted === undefined };
  });
}

function severityOf(rank: string): Severity | null {
  return rank === '' ? null : (severities[severities.length - 1 - Number(rank)] ?? null);
}
