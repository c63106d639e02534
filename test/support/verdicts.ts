// Records of verdicts and lines of looks: each starts valid and takes overrides.
import { judgeAll, workloadItem } from '../../src/core/report.ts';
import type { WorkloadItem } from '../../src/core/report.ts';
import type { Judgement } from '../../src/core/judgement.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import { noFindings } from '../../src/core/severity.ts';
import type { Severity } from '../../src/core/severity.ts';
import type { Workload } from '../../src/core/workload.ts';
import { foldAll } from '../../src/core/verdict-lines.ts';
import type { Look, VerdictFold, VerdictLine } from '../../src/core/verdict-lines.ts';
import { recordKey } from '../../src/core/verdict-record.ts';
import type { ConditionRecord, EvidenceRecord, VerdictRecord } from '../../src/core/verdict-record.ts';
import { recordText } from '../../src/core/verdict-text.ts';
import { aPolicy, circumstances, now } from './builders.ts';
import { stateWithScans } from './states.ts';

export function evidence(key: string, severity: Severity | null = 'Critical', open = true): EvidenceRecord {
  return { key, says: key.replace('XRAY-', 'CVE-2026-'), severity, open };
}

export function condition(
  type: ConditionRecord['type'],
  all: readonly EvidenceRecord[],
  overrides: Partial<ConditionRecord> = {},
): ConditionRecord {
  return { type, exempt: null, covered: false, evidence: all, ...overrides };
}

/** Clean, unless said otherwise. */
export function aRecord(name = 'cart', overrides: Partial<VerdictRecord> = {}, namespace = 'shop'): VerdictRecord {
  return {
    workload: { uid: `uid-${name}`, apiVersion: 'apps/v1', kind: 'Deployment', namespace, name },
    settled: true,
    notEvaluated: [],
    missing: [],
    conditions: [],
    action: 'ignore',
    exempt: null,
    severities: noFindings,
    images: [`acme/${name}:1`],
    ...overrides,
  };
}

/** Condemned by these findings. */
export function condemned(name: string, ...keys: readonly string[]): VerdictRecord {
  return aRecord(name, {
    conditions: [
      condition(
        'security',
        keys.map((key) => evidence(key)),
      ),
    ],
  });
}

/** Nobody could be asked. */
export function unanswered(name: string, overrides: Partial<VerdictRecord> = {}): VerdictRecord {
  return aRecord(name, { settled: false, missing: ['timeout'], ...overrides });
}

/** At all of the cluster, in which nothing else is. */
export function aLook(records: readonly VerdictRecord[], overrides: Partial<Look> = {}): Look {
  return {
    at: now,
    by: 'status',
    scope: { namespace: '', selection: '' },
    complete: true,
    policy: 'p',
    texts: new Map(records.map((one) => [recordKey(one.workload), recordText(one)])),
    members: null,
    whyGone: () => 'gone',
    ...overrides,
  };
}

export function aLine(overrides: Partial<VerdictLine> = {}): VerdictLine {
  return {
    at: now,
    by: 'status',
    scope: { namespace: '', selection: '' },
    base: true,
    complete: true,
    policy: 'p',
    members: null,
    seen: [],
    changed: [],
    gone: [],
    ...overrides,
  };
}

/** A log in memory, and what it holds. */
export function aVerdictLog(first: readonly VerdictLine[] = []) {
  const lines = [...first];
  return {
    lines,
    read: async (): Promise<readonly VerdictLine[]> => [...lines],
    add: async (make: (known: VerdictFold) => VerdictLine | null): Promise<void> => {
      const line = make(foldAll(lines));
      if (line !== null) lines.push(line);
    },
  };
}

/** One workload as it is judged, and as `status -o json` tells of it. */
export function judgedTwice(
  workload: Workload,
  scans: readonly (Scan | null)[],
  policy: Policy = aPolicy(),
): { readonly judgement: Judgement; readonly item: WorkloadItem } {
  const state = stateWithScans([[workload, scans]], policy);
  const [judgement] = judgeAll(state, [workload], circumstances());
  if (judgement === undefined) throw new Error('nothing was judged');
  return { judgement, item: JSON.parse(JSON.stringify(workloadItem(judgement, state))) as WorkloadItem };
}
