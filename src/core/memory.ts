// What is remembered of a cluster between runs: since when evidence is known, and how each digest stood when it was last
// answered for. Pure; state/ keeps it.
import type { Evidence } from './verdict.ts';

/** How an answer left a digest, by the policy of that time. */
export interface Standing {
  readonly is: 'clean' | 'condemned' | 'unscanned';
  /** When it came to stand so, ms since the epoch. */
  readonly since: number;
  /** The answer that it replaced stood otherwise: counted by the breaker. */
  readonly turned: boolean;
}

export interface Remembered {
  /** By `evidenceKey`; ms since the epoch. */
  readonly firstSeen: Readonly<Record<string, number>>;
  /** By digest. */
  readonly standings: Readonly<Record<string, Standing>>;
  /** What the standings were judged by; under another one they say nothing. */
  readonly measure: string;
}

export const nothingRemembered: Remembered = { firstSeen: {}, standings: {}, measure: '' };

/** What first sight is kept by: a finding or license on a digest, or that the digest is not scanned. */
export function evidenceKey(evidence: Evidence): string {
  switch (evidence.type) {
    case 'security':
      return `${evidence.image}|${evidence.id || evidence.cves.join()}`;
    case 'license':
      return `${evidence.image}|license ${evidence.license}`;
    case 'unscanned':
      return `${evidence.image}|unscanned`;
    default:
      return evidence satisfies never;
  }
}
