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
  return ranks[severity];
}

const ranks: Readonly<Record<Severity, number>> = {
  Critical: 5,
  High: 4,
  Medium: 3,
  Low: 2,
  Information: 1,
  Unknown: 0,
};

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
  for (const one of all) counts[countedAs[one]] += 1;
  return counts;
}

/** Where each is counted. */
export const countedAs = {
  Critical: 'critical',
  High: 'high',
  Medium: 'medium',
  Low: 'low',
  Information: 'information',
  Unknown: 'unknown',
} as const satisfies Record<Severity, keyof SeverityCounts>;
