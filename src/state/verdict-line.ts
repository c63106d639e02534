// How a line of verdicts stands in its file: JSON, with each text and each piece of evidence once, as most workloads have
// theirs in common.
import type { ExemptBy } from '../core/decide.ts';
import type { ConditionType } from '../core/policy.ts';
import type { Severity, SeverityCounts } from '../core/severity.ts';
import type { ConditionRecord, EvidenceRecord, VerdictRecord } from '../core/verdict-record.ts';
import type { LookedBy, VerdictLine } from '../core/verdict-lines.ts';

const version = 1;

/** Numbers are places in `texts` or `evidence`; -1: null. */
type WrittenCondition = readonly [type: number, exempt: number, covered: 0 | 1, evidence: readonly number[]];
type WrittenEvidence = readonly [key: string, says: string, severity: number, open: 0 | 1];
type WrittenRecord = readonly [
  apiVersion: number,
  kind: number,
  namespace: number,
  name: string,
  uid: string,
  settled: 0 | 1,
  missing: readonly number[],
  action: number,
  exempt: number,
  counts: readonly number[],
  conditions: readonly WrittenCondition[],
  images: readonly number[],
  carried: readonly number[],
];

interface Written {
  readonly v: typeof version;
  readonly at: number;
  readonly by: LookedBy;
  readonly namespace: string;
  readonly selection: string;
  readonly base: boolean;
  readonly complete: boolean;
  readonly policy: string;
  readonly members: readonly string[] | null;
  readonly texts: readonly string[];
  readonly evidence: readonly WrittenEvidence[];
  readonly seen: readonly WrittenRecord[];
  readonly changed: readonly WrittenRecord[];
  readonly gone: readonly (readonly [string, string])[];
}

export function encodeVerdictLine({ scope, seen, changed, ...rest }: VerdictLine): string {
  const texts = numbered<string>((one) => one);
  const evidence = numbered<EvidenceRecord>(({ key, says, severity, open }) => `${key}\n${says}\n${severity}\n${open}`);
  const write = recordWriter(texts.of, evidence.of);
  const [writtenSeen, writtenChanged] = [seen.map(write), changed.map(write)];
  const written: Written = {
    v: version,
    at: rest.at,
    by: rest.by,
    namespace: scope.namespace,
    selection: scope.selection,
    base: rest.base,
    complete: rest.complete,
    policy: rest.policy,
    members: rest.members,
    evidence: evidence.all.map(({ key, says, severity, open }) => [
      key,
      says,
      orMinus(severity, texts.of),
      open ? 1 : 0,
    ]),
    texts: texts.all,
    seen: writtenSeen,
    changed: writtenChanged,
    gone: rest.gone,
  };
  return JSON.stringify(written);
}

function recordWriter(textOf: (text: string) => number, evidenceOf: (evidence: EvidenceRecord) => number) {
  return (record: VerdictRecord): WrittenRecord => {
    const { workload, settled, missing, action, exempt, severities, conditions, images, carried = [] } = record;
    return [
      textOf(workload.apiVersion),
      textOf(workload.kind),
      textOf(workload.namespace),
      workload.name,
      workload.uid,
      settled ? 1 : 0,
      missing.map(textOf),
      textOf(action),
      orMinus(exempt, textOf),
      countNames.map((name) => severities[name]),
      conditions.map((one): WrittenCondition => {
        return [textOf(one.type), orMinus(one.exempt, textOf), one.covered ? 1 : 0, one.evidence.map(evidenceOf)];
      }),
      images.map(textOf),
      carried.map(evidenceOf),
    ];
  };
}

const countNames = ['critical', 'high', 'medium', 'low', 'information', 'unknown'] as const;

function orMinus(text: string | null, textOf: (text: string) => number): number {
  return text === null ? -1 : textOf(text);
}

/** Gives each thing a number, equal ones the same. */
function numbered<T>(keyOf: (thing: T) => string): { readonly all: T[]; readonly of: (thing: T) => number } {
  const numbers = new Map<string, number>();
  const same = new Map<T, number>();
  const all: T[] = [];
  const of = (thing: T): number => {
    const known = same.get(thing);
    if (known !== undefined) return known;
    const key = keyOf(thing);
    const number = numbers.get(key) ?? all.push(thing) - 1;
    numbers.set(key, number);
    same.set(thing, number);
    return number;
  };
  return { all, of };
}

/** Null: damaged, or of another version. */
export function decodeVerdictLine(text: string): VerdictLine | null {
  try {
    const value: unknown = JSON.parse(text);
    return isWritten(value) ? decode(value) : null;
  } catch {
    return null;
  }
}

function isWritten(value: unknown): value is Written {
  if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== version) return false;
  const { at, by, namespace, selection, policy, texts, evidence, seen, changed, gone } = value as Partial<
    Record<keyof Written, unknown>
  >;
  const strings = [by, namespace, selection, policy].every((one) => typeof one === 'string');
  return strings && Number.isFinite(at) && [texts, evidence, seen, changed, gone].every(Array.isArray);
}

/** Throws where a number leads nowhere. */
function decode(written: Written): VerdictLine {
  const { at, by, namespace, selection, base, complete, policy, members, texts, gone } = written;
  const textAt = (index: number): string => at1(texts, index);
  const nullAt = (index: number): string | null => (index === -1 ? null : textAt(index));
  const evidence = written.evidence.map(([key, says, severity, open]): EvidenceRecord => {
    return { key, says, severity: nullAt(severity) as Severity | null, open: open === 1 };
  });
  const evidenceAt = (index: number): EvidenceRecord => at1(evidence, index);
  const read = recordReader(textAt, nullAt, evidenceAt);
  const [seen, changed] = [written.seen.map(read), written.changed.map(read)];
  return { at, by, scope: { namespace, selection }, base, complete, policy, members, seen, changed, gone };
}

function recordReader(
  textAt: (index: number) => string,
  nullAt: (index: number) => string | null,
  evidenceAt: (index: number) => EvidenceRecord,
) {
  const condition = ([type, exempt, covered, evidence]: WrittenCondition): ConditionRecord => ({
    type: textAt(type) as ConditionType,
    exempt: nullAt(exempt) as ExemptBy | null,
    covered: covered === 1,
    evidence: evidence.map(evidenceAt),
  });
  return (written: WrittenRecord): VerdictRecord => {
    const [apiVersion, kind, namespace, name, uid, settled, missing, action, exempt, counts, conditions] = written;
    const [images, carried] = [written[11], written[12]];
    return {
      workload: { uid, apiVersion: textAt(apiVersion), kind: textAt(kind), namespace: textAt(namespace), name },
      settled: settled === 1,
      missing: missing.map(textAt),
      conditions: conditions.map(condition),
      action: textAt(action),
      exempt: nullAt(exempt) as ExemptBy | null,
      severities: countsOf(counts),
      images: images.map(textAt),
      ...(carried.length === 0 ? {} : { carried: carried.map(evidenceAt) }),
    };
  };
}

function countsOf(counts: readonly number[]): SeverityCounts {
  const [critical = 0, high = 0, medium = 0, low = 0, information = 0, unknown = 0] = counts;
  return { critical, high, medium, low, information, unknown };
}

function at1<T>(all: readonly T[], index: number): T {
  const found = all[index];
  if (found === undefined) throw new RangeError(`no ${index} in a line of verdicts`);
  return found;
}
