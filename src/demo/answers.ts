// What the made-up Xray says of a manifest. Each answer is a function of when and how it is asked, so that the data
// of the shop holds ages and no times.
import type { Question } from '../core/plan.ts';
import { nothingFound, unknownScan } from '../core/scan.ts';
import type {
  Finding,
  Scan,
  ScanContents,
  ScanDetails,
  UnknownReason,
  UnscannedReason,
  Violation,
} from '../core/scan.ts';
import type { Severity } from '../core/severity.ts';

/** How a question is put: what is asked about, where it lies, and what the policy rests on. */
export interface Asked extends Pick<ScanDetails, 'platform' | 'digest' | 'judged' | 'paths'> {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** As of when the data of the shop tells ages, ms since the epoch. */
  readonly since: number;
  readonly violations: Question['violations'];
  /** A watch with a license policy covers the repository. */
  readonly licensesWatched: boolean;
}

export type Answer = (asked: Asked) => Scan;

/** A license that one of Xray's own policies forbids, since so many milliseconds. */
export interface Breach {
  readonly license: string;
  readonly component: string;
  readonly severity: Severity;
  readonly age: number;
}

export interface Found {
  readonly findings?: readonly Finding[];
  /** By name, the components under it. */
  readonly licenses?: Readonly<Record<string, readonly string[]>>;
  readonly breaches?: readonly Breach[];
}

export function scanned(found: Found = {}): Answer {
  return (asked) => ({ state: 'scanned', reason: null, ...details(asked), ...contents(found, asked) });
}

/** Part of it was scanned. */
export function partly(cause: string, found: Found): Answer {
  return (asked) => ({ state: 'scanned', reason: 'partial', ...details(asked, cause), ...contents(found, asked) });
}

/** Xray has dropped it; the scan that was read so many milliseconds ago still counts. */
export function expired(age: number, found: Found): Answer {
  return (asked) => ({
    state: 'scanned',
    reason: 'expired',
    ...details(asked, 'Xray no longer knows it: the older scan counts'),
    ...contents(found, asked),
    askedAt: asked.since - age,
  });
}

export function unscanned(reason: UnscannedReason, cause: string | null = null): Answer {
  return (asked) => ({ state: 'unscanned', reason, ...details(asked, cause) });
}

export function pending(reason: 'indexing' | 'scanning'): Answer {
  return (asked) => ({ state: 'pending', reason, ...details(asked), ...nothingFound });
}

/** The question failed. */
export function noAnswer(reason: UnknownReason, cause: string): Answer {
  return ({ now, digest }) => unknownScan(reason, cause, now, digest);
}

function details({ platform, digest, judged, paths, now }: Asked, cause: string | null = null): ScanDetails {
  return { platform, digest, judged, paths, askedAt: now, cause };
}

function contents({ findings = [], licenses = {}, breaches = [] }: Found, asked: Asked): ScanContents {
  const { since, violations: wanted, licensesWatched } = asked;
  return {
    findings,
    licenses: Object.entries(licenses).map(([name, components]) => ({ name, components })),
    violations: wanted.license && licensesWatched ? breaches.map((breach) => violationOf(breach, since)) : [],
    evaluated: {
      security: wanted.security ? 'covered' : 'notAsked',
      license: !wanted.license ? 'notAsked' : licensesWatched ? 'covered' : 'notCovered',
    },
    violationsCause: null,
  };
}

function violationOf({ license, component, severity, age }: Breach, since: number): Violation {
  return {
    type: 'license',
    severity,
    id: license,
    cves: [],
    components: [component],
    watch: 'prod-licenses',
    policy: 'no-copyleft-in-products',
    created: new Date(since - age).toISOString(),
    summary: `${license} is not allowed here`,
  };
}
