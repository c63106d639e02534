// What is remembered of a cluster between runs: since when evidence is known, and how each digest stood when it was last
// answered for. Pure; state/ keeps it.
import type { Image } from './image.ts';
import type { Scan } from './scan.ts';
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
  /** By `standingKey`. */
  readonly standings: Readonly<Record<string, Standing>>;
  /** What the standings were judged by; under another one they say nothing. */
  readonly measure: string;
}

export const nothingRemembered: Remembered = { firstSeen: {}, standings: {}, measure: '' };

/**
 * What a standing is kept by: one digest may be answered for differently by platform and repository. Of an image that is
 * known by its reference alone it is the digest that its scan has found there; null where there is none.
 */
export function standingKey(
  { key, digest }: Pick<Image, 'key' | 'digest'>,
  scan: Pick<Scan, 'digest'> | null = null,
): string | null {
  if (digest !== null) return key;
  return scan === null || scan.digest === null ? null : `${scan.digest} ${key}`;
}

/** The digest that a standing is of. */
export function digestOfKey(key: string): string {
  return /sha256:[0-9a-f]{64}/.exec(key)?.[0] ?? key;
}

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
