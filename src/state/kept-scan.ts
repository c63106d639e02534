// An answer as it is kept: what Xray said about one image, what it was asked for, and how long such an answer does.
import { nothingFound } from '../core/scan.ts';
import type { Evaluation, Scan, ScanContents } from '../core/scan.ts';

/** Which violations were asked for. */
export interface Kinds {
  readonly security: boolean;
  readonly license: boolean;
}

export interface KeptScan {
  /** An `expired` one is older than `at`: the answer before the one that no longer knew it. */
  readonly scan: Scan;
  /** Of which violations it tells. */
  readonly kinds: Kinds;
  /** When Xray was last asked, ms since the epoch. */
  readonly at: number;
  /** The day (since the epoch) on which somebody last used it. */
  readonly seen: number;
}

export const second = 1000;
export const minute = 60 * second;
export const day = 24 * 60 * minute;

/** Milliseconds that a time may lie ahead; what was answered later than that was answered by another clock. */
const ahead = 5 * second;

/** Null where it is no answer that can be kept: nobody could be asked, or not with the image's digest. */
export function keptOf(scan: Scan, asked: Kinds, at: number): KeptScan | null {
  if (scan.state === 'unknown') return null;
  return { scan, kinds: kindsIn(scan, asked), at, seen: Math.floor(at / day) };
}

/** The same scan for whoever rests on these violations alone; null where it does not tell of all of them. */
export function tellsOf({ scan, kinds }: KeptScan, wanted: Kinds): Scan | null {
  if ((wanted.security && !kinds.security) || (wanted.license && !kinds.license)) return null;
  return told(scan, wanted);
}

/** The same where nobody can be asked: what it does not tell of is unanswered, for this cause. */
export function tellsWithout({ scan, kinds }: KeptScan, wanted: Kinds, cause: string): Scan {
  const of = (evaluation: Evaluation, type: keyof Kinds): Evaluation => (kinds[type] ? evaluation : 'unanswered');
  const known = narrowed(scan, wanted, of);
  if (known.state === 'unscanned' || !Object.values(known.evaluated).includes('unanswered')) return known;
  return { ...known, violationsCause: { reason: 'unreachable', message: cause } };
}

/** Whether an answer is young enough; negative ones age faster. What comes from the future is not trusted. */
export function isYoung({ scan, at }: KeptScan, maxAge: number, now: number): boolean {
  return now - at <= Math.min(maxAge, longestOf(scan)) && !isFromTheFuture(at, now);
}

export function isFromTheFuture(at: number, now: number): boolean {
  return at > now + ahead;
}

/** Milliseconds; as soon as core's refresh-look-ups.ts asks again at the latest. */
function longestOf(scan: Scan): number {
  switch (scan.state) {
    case 'scanned':
      return scan.reason === 'expired' ? 5 * minute : Infinity;
    case 'unscanned':
      return 5 * minute;
    case 'pending':
      return minute;
    case 'unknown':
      return 0;
    default:
      return scan satisfies never;
  }
}

/** What could not be asked for was not asked for; that it may not be read is an answer. */
function kindsIn(scan: Scan, asked: Kinds): Kinds {
  if (scan.state === 'unscanned') return { security: true, license: true };
  const isRefused = scan.violationsCause?.reason === 'forbidden';
  const isTold = (evaluation: Evaluation): boolean =>
    evaluation !== 'unanswered' && (evaluation !== 'unreadable' || isRefused);
  const { security, license } = scan.evaluated;
  return { security: asked.security && isTold(security), license: asked.license && isTold(license) };
}

/** What somebody wants to know, and what somebody wanted before: who asks next finds both. */
export function both(wanted: Kinds, before: KeptScan | undefined): Kinds {
  const { security = false, license = false } = before?.scan.state === 'unscanned' ? {} : (before?.kinds ?? {});
  return { security: wanted.security || security, license: wanted.license || license };
}

/** An answer for whoever rests on these violations alone. */
export function told(scan: Scan, wanted: Kinds): Scan {
  return narrowed(scan, wanted, (evaluation) => evaluation);
}

/**
 * Where Xray no longer knows what it once scanned: the older answer, which still counts. Null where that is not so.
 */
export function expired(scan: Scan, before: KeptScan | undefined): KeptScan | null {
  if (scan.state !== 'unscanned' || before?.scan.state !== 'scanned') return null;
  const date = new Date(before.scan.askedAt).toISOString().slice(0, 10);
  const cause = `Xray no longer knows it: this is what it said on ${date}; pull it through Artifactory, or have Xray scan it again`;
  return { ...before, scan: { ...before.scan, reason: 'expired', cause }, at: scan.askedAt };
}

function narrowed(scan: Scan, wanted: Kinds, by: (evaluation: Evaluation, type: keyof Kinds) => Evaluation): Scan {
  if (scan.state === 'unscanned') return scan;
  const evaluation = (type: keyof Kinds): Evaluation => (wanted[type] ? by(scan.evaluated[type], type) : 'notAsked');
  const evaluated = { security: evaluation('security'), license: evaluation('license') };
  const hasCause = [evaluated.security, evaluated.license].some((one) => one === 'unreadable' || one === 'unanswered');
  const contents: Pick<ScanContents, 'violations' | 'evaluated' | 'violationsCause'> = {
    violations: scan.violations.filter(({ type }) => wanted[type]),
    evaluated,
    violationsCause: hasCause ? scan.violationsCause : nothingFound.violationsCause,
  };
  return { ...scan, ...contents };
}
