// An index is judged by its children, never by itself: the one of the node's platform, or all, worst wins.
import type { Digest } from '../core/image.ts';
import { contentsOf, nothingFound } from '../core/scan.ts';
import type { Evaluation, Scan, ScanContents, ScanReason, UnscannedReason } from '../core/scan.ts';
import type { Child } from './manifests.ts';
import { unionOfFindings, unionOfLicenses } from './wire-summary.ts';

export interface Chosen {
  readonly children: readonly Child[];
  /** What was judged: the node's platform, or `assumed`. */
  readonly platform: string;
}

/** Without a known platform, or where the index has none of it, every child counts. */
export function childrenFor(children: readonly Child[], platform: string | null): Chosen {
  const matching = children.filter((child) => child.platform === platform);
  return platform !== null && matching.length > 0
    ? { children: matching, platform }
    : { children, platform: 'assumed' };
}

/**
 * Several scans as one. Unknown where one could not be asked, pending where one is; a child that Xray does not know
 * beside one that it knows makes the whole `partial`; unscanned only where no child is known.
 */
export function together(scans: readonly Scan[], platform: string, own: ScanContents = nothingFound): Scan {
  const states = <State extends Scan['state']>(state: State): Extract<Scan, { state: State }>[] =>
    scans.filter((scan): scan is Extract<Scan, { state: State }> => scan.state === state);
  const [scannedOnes, unscannedOnes] = [states('scanned'), states('unscanned')];
  const details = {
    platform,
    digest: null,
    judged: [...new Set<Digest>(scans.flatMap(({ judged }) => judged))],
    askedAt: Math.min(...scans.map(({ askedAt }) => askedAt)),
    paths: [...new Set(scans.flatMap(({ paths }) => paths))].toSorted(),
  };
  const contents = mergeContents([...scans.map(contentsOf), own]);
  const [unanswered] = states('unknown');
  if (unanswered !== undefined) {
    const { state, reason, cause } = unanswered;
    return { state, reason, cause, ...details, ...contents };
  }
  const [waiting] = states('pending').toSorted((a, b) => a.reason.localeCompare(b.reason));
  if (waiting !== undefined) {
    const { state, reason, cause } = waiting;
    return { state, reason, cause, ...details, ...contents };
  }
  if (scannedOnes.length === 0) {
    const first = unscannedOnes.toSorted((a, b) => rankOf(a.reason) - rankOf(b.reason))[0];
    return { state: 'unscanned', reason: first?.reason ?? 'unsupported', cause: first?.cause ?? null, ...details };
  }
  const partial = unscannedOnes.length > 0 || scannedOnes.some(({ reason }) => reason === 'partial');
  const cause = scannedOnes.find((scan) => scan.cause !== null)?.cause ?? null;
  return { state: 'scanned', reason: partial ? 'partial' : null, cause, ...details, ...contents };
}

// What calls for action by default first.
const unscannedRank: readonly UnscannedReason[] = [
  'neverScanned',
  'foreign',
  'failed',
  'unsupported',
  'gone',
  'unconfirmed',
];

function rankOf(reason: ScanReason): number {
  return unscannedRank.indexOf(reason as UnscannedReason);
}

// Field by field: what `contentsOf` gives is the whole scan.
function mergeContents(all: readonly ScanContents[]): ScanContents {
  return {
    findings: unionOfFindings(all.map(({ findings }) => findings)),
    licenses: unionOfLicenses(all.map(({ licenses }) => licenses)),
    violations: [
      ...new Map(all.flatMap(({ violations }) => violations).map((one) => [JSON.stringify(one), one])).values(),
    ],
    evaluated: {
      security: leastOf(all.map(({ evaluated }) => evaluated.security)),
      license: leastOf(all.map(({ evaluated }) => evaluated.license)),
    },
    violationsCause: all.find(({ violationsCause }) => violationsCause !== null)?.violationsCause ?? null,
  };
}

const evaluations: readonly Evaluation[] = ['unanswered', 'unreadable', 'notCovered', 'covered', 'notAsked'];

function leastOf(all: readonly Evaluation[]): Evaluation {
  return evaluations.find((one) => all.includes(one)) ?? 'notAsked';
}
