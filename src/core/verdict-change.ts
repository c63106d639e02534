// What has changed between two looks at a workload, in words. That nobody could be asked is never an improvement: what held
// before counts as holding until an answer says otherwise.
import { compareText } from './rows.ts';
import { holdingIn, rankOf, typeOfKey, wordsOfRecord } from './verdict-record.ts';
import type { EvidenceRecord, RecordedWorkload, VerdictRecord } from './verdict-record.ts';

export const changeWords = ['appeared', 'gone', 'worse', 'unsettled', 'changed', 'settled', 'better'] as const;
/**
 * `worse`: something holds that did not. `better`: something does not hold any more, and every answer is there. `unsettled`:
 * an answer is missing now; `settled`: none is any more. `changed`: what is done about it, or what exempts it.
 */
export type ChangeWord = (typeof changeWords)[number];

/** A verdict as it was last known: what holds includes what held when there last was an answer about it. */
export interface KnownVerdict {
  readonly record: VerdictRecord;
  readonly holding: ReadonlyMap<string, EvidenceRecord>;
}

export interface VerdictChange {
  readonly change: ChangeWord;
  readonly workload: RecordedWorkload;
  readonly from: VerdictRecord | null;
  readonly to: VerdictRecord | null;
  /** In words, the most telling first. */
  readonly causes: readonly string[];
  /** What holds now and did not, or was less severe. */
  readonly appeared: readonly EvidenceRecord[];
  /** What held and does not any more. */
  readonly gone: readonly EvidenceRecord[];
}

/**
 * What is known once a record follows what was known before. What held and is not told stays where nobody could be asked,
 * and where no watch covers its condition any more.
 */
export function follows(before: KnownVerdict | null, record: VerdictRecord): KnownVerdict {
  const holding = holdingIn(record);
  const { settled, notEvaluated } = record;
  if (before === null || (settled && notEvaluated.length === 0)) return { record, holding };
  const told = keysIn(record);
  for (const [key, evidence] of before.holding) {
    const isOpen = !settled || notEvaluated.includes(typeOfKey(key));
    if (isOpen && !told.has(key)) holding.set(key, evidence);
  }
  return { record, holding };
}

function keysIn({ conditions }: VerdictRecord): ReadonlySet<string> {
  return new Set(conditions.flatMap(({ evidence }) => evidence.map(({ key }) => key)));
}

export interface ComparedBy {
  /** Another policy was in force then. */
  readonly policyChanged: boolean;
  /** Where `to` is null: why it is not judged any more. */
  readonly goneBecause?: string;
}

/** Null: nothing has changed. One of the two is never null. */
export function compareVerdicts(
  before: KnownVerdict | null,
  to: VerdictRecord | null,
  by: ComparedBy,
): VerdictChange | null {
  if (to === null) {
    if (before === null) return null;
    const { record: from, holding } = before;
    const causes = [by.goneBecause ?? 'gone'];
    return { change: 'gone', workload: from.workload, from, to, causes, appeared: [], gone: [...holding.values()] };
  }
  const { workload } = to;
  const after = follows(before, to);
  if (before === null) {
    const appeared = [...after.holding.values()];
    return { change: 'appeared', workload, from: null, to, causes: ['new workload'], appeared, gone: [] };
  }
  const { record: from } = before;
  const appeared = [...after.holding.values()].filter((one) => isMore(one, before.holding.get(one.key)));
  const gone = [...before.holding.values()].filter(({ key }) => !after.holding.has(key));
  const change = wordFor(from, to, appeared.length > 0, gone.length > 0);
  if (change === null) return null;
  return { change, workload, from, to, causes: causesOf({ from, to, appeared, gone }, by), appeared, gone };
}

function isMore(one: EvidenceRecord, before: EvidenceRecord | undefined): boolean {
  return before === undefined || rankOf(one) > rankOf(before);
}

function wordFor(from: VerdictRecord, to: VerdictRecord, more: boolean, less: boolean): ChangeWord | null {
  if (more) return 'worse';
  if (from.settled && !to.settled) return 'unsettled';
  if (less && to.settled) return 'better';
  if (to.settled && !from.settled) return 'settled';
  // Why an answer is missing comes and goes: that it is missing was told.
  const same = conditionWords(from) === conditionWords(to) && from.action === to.action && from.exempt === to.exempt;
  return same && !less ? null : 'changed';
}

function conditionWords({ conditions }: VerdictRecord): string {
  return wordsOfRecord({ conditions, settled: true, missing: [] });
}

type Compared = Pick<VerdictChange, 'appeared' | 'gone'> & { readonly from: VerdictRecord; readonly to: VerdictRecord };

function causesOf({ from, to, appeared, gone }: Compared, { policyChanged }: ComparedBy): string[] {
  const others = to.images.filter((image) => !from.images.includes(image));
  const isOther = others.length > 0 || to.images.length !== from.images.length;
  const [before, after] = [excusedIn(from), excusedIn(to)];
  const excused = gone.filter(({ key }) => after.has(key));
  const unexcused = appeared.filter(({ key }) => before.has(key));
  const unexplained = !isOther && !policyChanged;
  return [
    ...(from.workload.uid !== to.workload.uid && from.workload.uid !== '' ? ['made anew'] : []),
    ...(isOther ? [others.length === 0 ? 'fewer images' : `new image ${others.map(referenceOf).join(' ')}`] : []),
    ...(unexcused.length > 0 ? ['no longer excepted'] : []),
    ...(excused.length > 0 ? ['excepted'] : []),
    ...(policyChanged ? ['another policy'] : []),
    ...(from.settled && !to.settled ? [`no answer: ${to.missing.join(' ')}`] : []),
    ...(!from.settled && to.settled ? ['answered'] : []),
    ...to.notEvaluated.filter((one) => !from.notEvaluated.includes(one)).map((one) => `${one} not evaluated`),
    ...(unexplained && appeared.length > unexcused.length ? newWords(appeared, before, keysIn(from)) : []),
    ...(unexplained && gone.length > excused.length ? ['not reported any more'] : []),
    ...doneWords(from, to),
  ];
}

/** What is there, and does not hold. */
function excusedIn(record: VerdictRecord): ReadonlySet<string> {
  const holding = holdingIn(record);
  return new Set([...keysIn(record)].filter((key) => !holding.has(key)));
}

function referenceOf(image: string): string {
  return image.replace(/@sha256:[0-9a-f]+$/, '');
}

function newWords(
  appeared: readonly EvidenceRecord[],
  excused: ReadonlySet<string>,
  before: ReadonlySet<string>,
): string[] {
  const words = appeared.map(({ key }) => {
    if (excused.has(key)) return null;
    const type = typeOfKey(key);
    if (type === 'license') return 'new license';
    if (type === 'unscanned') return 'not scanned';
    return before.has(key) ? 'more severe' : 'new finding';
  });
  return [...new Set(words)].filter((word) => word !== null);
}

function doneWords(from: VerdictRecord, to: VerdictRecord): string[] {
  const [wasStopped, isStopped] = [from, to].map(({ action }) => action === 'scaled-down');
  return [
    ...(isStopped === true && wasStopped === false ? ['stopped by kubectl-xray'] : []),
    ...(wasStopped === true && isStopped === false ? ['brought up again'] : []),
    ...(from.exempt !== null && from.exempt !== to.exempt ? [`exempt no more: ${from.exempt}`] : []),
    ...(to.exempt !== null && from.exempt !== to.exempt ? [`exempt: ${to.exempt}`] : []),
  ];
}

/** The worst first: what is worse, new or not known, then what is better; by name within. */
export function worstChangeFirst(one: VerdictChange, other: VerdictChange): number {
  const [a, b] = [one.workload, other.workload];
  return (
    urgency(other) - urgency(one) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.name, b.name) ||
    compareText(a.kind, b.kind)
  );
}

function urgency({ change, appeared }: VerdictChange): number {
  const worst = Math.max(-2, ...appeared.map(rankOf));
  if (change === 'worse' || (change === 'appeared' && appeared.length > 0)) return 10 + worst;
  return { worse: 0, unsettled: 6, appeared: 5, changed: 4, settled: 3, better: 2, gone: 1 }[change];
}
