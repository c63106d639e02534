// Cells that several pages have in common: their words, and what these mean.
import { restsOnViolations } from '../../core/policy.ts';
import type { Policy } from '../../core/policy.ts';
import { ageText } from '../../core/rows.ts';
import type { Scan } from '../../core/scan.ts';
import { severityRank } from '../../core/severity.ts';
import type { Severity, SeverityCounts } from '../../core/severity.ts';
import type { Cell, Column, Tone } from '../table.ts';

const tones: Readonly<Record<Severity, Tone>> = {
  Critical: 'critical',
  High: 'high',
  Medium: 'medium',
  Low: 'low',
  Information: 'muted',
  Unknown: 'unknown',
};

export function severityCell(severity: Severity | null): Cell {
  return severity === null ? { text: '' } : { text: severity, tone: tones[severity] };
}

/** Worst first, as numbers that grow. */
export function severitySort(severity: Severity | null): number {
  return severity === null ? 0 : -1 - severityRank(severity);
}

/** CRIT HIGH MED LOW, in that order; each is sorted with the most first. */
export function severityColumns(from: readonly [number, number, number, number]): Column[] {
  return [
    { id: 'crit', title: 'CRIT', key: 'C', align: 'right', from: from[0] },
    { id: 'high', title: 'HIGH', key: 'H', align: 'right', from: from[1] },
    { id: 'med', title: 'MED', key: 'M', align: 'right', from: from[2] },
    { id: 'low', title: 'LOW', key: 'L', align: 'right', from: from[3] },
  ];
}

export function severityCells({ critical, high, medium, low }: SeverityCounts): Cell[] {
  return [counted(critical, 'critical'), counted(high, 'high'), counted(medium, 'medium'), counted(low, 'low')];
}

export function severitySorts({ critical, high, medium, low }: SeverityCounts): number[] {
  return [-critical, -high, -medium, -low];
}

function counted(count: number, tone: Tone): Cell {
  return count === 0 ? { text: '0', tone: 'muted' } : { text: String(count), tone };
}

/** An age as kubectl has it; null: it is not known. */
export function ageCell(since: number | null, now: number): Cell {
  return { text: since === null ? '<unknown>' : ageText(now - since), tone: 'muted' };
}

/** Where nobody has answered, that is said, and never taken for an answer. */
export function scanCell(scan: Scan | null, lacking: boolean): Cell {
  if (scan === null) return { text: 'unknown', tone: 'unknown' };
  if (scan.state === 'scanned' && lacking) return { text: 'scanned,?', tone: 'unknown' };
  if (scan.state === 'scanned') return { text: 'scanned', tone: scan.reason === null ? 'good' : 'unknown' };
  return { text: scan.state, tone: scan.state === 'unscanned' ? 'high' : 'unknown' };
}

/** It is scanned, but whether it violates anything was not answered, and the policy rests on that. */
export function lacksViolations(scan: Scan | null, policy: Policy): boolean {
  if (scan?.state !== 'scanned') return false;
  const rests = restsOnViolations(policy);
  const isOpen = (type: 'security' | 'license'): boolean =>
    rests[type] && (scan.evaluated[type] === 'unanswered' || scan.evaluated[type] === 'notAsked');
  return isOpen('security') || isOpen('license');
}

/** `<none>` of nothing, as kubectl has it. */
export function listCell(items: readonly string[]): Cell {
  return items.length === 0 ? { text: '<none>', tone: 'muted' } : { text: items.join(',') };
}

/** `sha256:` and twelve digits tell images apart. */
export function shortDigest(digest: string | null): string {
  return digest === null ? '<none>' : digest.slice(0, 19);
}
