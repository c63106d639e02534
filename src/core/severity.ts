// Severities, worst first, and how they are counted.

export const severities = ['Critical', 'High', 'Medium', 'Low', 'Information', 'Unknown'] as const;

export type Severity = (typeof severities)[number];

/** How many findings there are of each severity; the keys are those of `status -o json`. */
export interface SeverityCounts {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  readonly information: number;
  readonly unknown: number;
}

/** 5 for Critical down to 0 for Unknown. */
export function severityRank(severity: Severity): number {
  return severities.length - 1 - severities.indexOf(severity);
}

/** Whether a severity reaches a threshold. Unknown reaches no threshold but `Unknown`. */
export function reaches(severity: Severity, threshold: Severity): boolean {
  return severityRank(severity) >= severityRank(threshold);
}

/** The worst of some severities; null of none. */
export function worstOf(all: Iterable<Severity>): Severity | null {
  let worst: Severity | null = null;
  for (const one of all) if (worst === null || severityRank(one) > severityRank(worst)) worst = one;
  return worst;
}

/** Reads a severity as users write it, in any case; undefined for another word. */
export function parseSeverity(text: string): Severity | undefined {
  return severities.find((severity) => severity.toLowerCase() === text.trim().toLowerCase());
}

export const noFindings: SeverityCounts = { critical: 0, high: 0, medium: 0, low: 0, information: 0, unknown: 0 };

export function countSeverities(all: Iterable<Severity>): SeverityCounts {
  const counts = { ...noFindings };
  for (const one of all) counts[one.toLowerCase() as keyof SeverityCounts] += 1;
  return counts;
}
