// Scans as they are made up from what was learnt: one place for their common parts.
import type { Digest } from '../core/image.ts';
import { nothingFound } from '../core/scan.ts';
import type { Scan, ScanContents, UnscannedReason } from '../core/scan.ts';
import type { Failure } from './failure.ts';

/** What one digest's answers have in common. */
export interface About {
  readonly digest: Digest;
  readonly platform: string | null;
  readonly askedAt: number;
  readonly paths: readonly string[];
}

type Details = Pick<Scan, 'platform' | 'digest' | 'judged' | 'askedAt' | 'paths'>;

export function scanned(
  about: About,
  contents: ScanContents,
  more: { readonly reason?: 'partial' | null; readonly cause?: string | null } = {},
): Scan {
  return { state: 'scanned', reason: more.reason ?? null, cause: more.cause ?? null, ...detailsOf(about), ...contents };
}

export function unscanned(about: About, reason: UnscannedReason, cause: string | null = null): Scan {
  return { state: 'unscanned', reason, cause, ...detailsOf(about) };
}

export function pending(about: About, reason: 'indexing' | 'scanning'): Scan {
  return { state: 'pending', reason, cause: null, ...detailsOf(about), ...nothingFound };
}

export function unknown(about: About, failure: Failure, contents: ScanContents = nothingFound): Scan {
  return { state: 'unknown', reason: failure.reason, cause: failure.message, ...detailsOf(about), ...contents };
}

function detailsOf({ digest, platform, askedAt, paths }: About): Details {
  return { platform, digest: null, judged: [digest], askedAt, paths };
}
