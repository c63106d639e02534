// Scans: what Xray answered about one image, and what such an answer is worth.
import type { Digest, Image } from './image.ts';
import type { Severity } from './severity.ts';

export type UnscannedReason = 'foreign' | 'neverScanned' | 'unconfirmed' | 'failed' | 'unsupported' | 'gone';

/** Why there is no answer. Never clean, never unscanned. */
export type UnknownReason =
  | 'unauthorized'
  | 'forbidden'
  | 'unreachable'
  | 'timeout'
  | 'throttled'
  | 'notXray'
  | 'badAnswer'
  | 'configDigest'
  | 'pendingTooLong'
  | 'forgotten';

export type ScanReason = UnscannedReason | UnknownReason | 'partial' | 'expired' | 'indexing' | 'scanning';

export type Applicability =
  | 'applicable'
  | 'not_applicable'
  | 'undetermined'
  | 'rescan_required'
  | 'upgrade_required'
  | 'not_scanned'
  | 'technology_unsupported'
  | 'not_covered';

/** A vulnerability in one component of an image; one issue of Xray's with several components is several findings. */
export interface Finding {
  /** Xray's issue id, else the first CVE; empty where Xray gives neither. */
  readonly id: string;
  readonly cves: readonly string[];
  /** Highest CVSS score that could be read, v3 before v2. */
  readonly cvss: number | null;
  readonly severity: Severity;
  /** As Xray writes it, `npm://event-stream:3.3.6`. */
  readonly component: string;
  readonly fixedIn: readonly string[];
  /** JFrog's contextual analysis; not_applicable only if all its results are. Null where it did not look. */
  readonly applicability: Applicability | null;
  readonly summary: string;
}

export interface License {
  readonly name: string;
  readonly components: readonly string[];
}

/** A finding or license that breaks one of Xray's own policies, already matched to this image. */
export interface Violation {
  readonly type: 'security' | 'license';
  readonly severity: Severity;
  /** The issue id of a security violation, the license of a license violation. */
  readonly id: string;
  readonly cves: readonly string[];
  readonly components: readonly string[];
  readonly watch: string;
  readonly policy: string | null;
  /** RFC 3339; null where Xray does not say. */
  readonly created: string | null;
  readonly summary: string;
}

/**
 * What "no violations" means for a condition that rests on them: `covered` by an active watch with such a policy;
 * `notCovered`; `unreadable` watches; `unanswered` because the question failed; `notAsked`.
 */
export type Evaluation = 'covered' | 'notCovered' | 'unreadable' | 'unanswered' | 'notAsked';

export interface ScanDetails {
  /** The platform that was judged: `os/architecture`, or `assumed` where every child of an index was. */
  readonly platform: string | null;
  /** The digest that a reference or a config digest was resolved to. */
  readonly digest: Digest | null;
  /** The digests whose findings these are: the image's own, or those of an index's children. */
  readonly judged: readonly Digest[];
  /** When Xray was asked, ms since the epoch. */
  readonly askedAt: number;
  /** `REPOSITORY/PATH/manifest.json` in Artifactory, every copy, sorted. */
  readonly paths: readonly string[];
  /** In words, what could not be confirmed or why there is no answer. */
  readonly cause: string | null;
}

/** What was read about an image that Xray knows. */
export interface ScanContents {
  readonly findings: readonly Finding[];
  readonly licenses: readonly License[];
  readonly violations: readonly Violation[];
  readonly evaluated: { readonly security: Evaluation; readonly license: Evaluation };
  /** Why the violations could not be asked for; null unless one of `evaluated` is `unanswered` or `unreadable`. */
  readonly violationsCause: { readonly reason: UnknownReason; readonly message: string } | null;
}

/** Xray's answer for an image; `unknown` is no answer. An unknown one may carry what some children of an index proved. */
export type Scan =
  | ({ readonly state: 'scanned'; readonly reason: 'partial' | 'expired' | null } & ScanDetails & ScanContents)
  | ({ readonly state: 'unscanned'; readonly reason: UnscannedReason } & ScanDetails)
  | ({ readonly state: 'pending'; readonly reason: 'indexing' | 'scanning' } & ScanDetails & ScanContents)
  | ({ readonly state: 'unknown'; readonly reason: UnknownReason } & ScanDetails & ScanContents);

export type ScanState = Scan['state'];

export const nothingFound: ScanContents = {
  findings: [],
  licenses: [],
  violations: [],
  evaluated: { security: 'notAsked', license: 'notAsked' },
  violationsCause: null,
};

/** No answer, with its cause in words; `judged` names the digest that was asked about. */
export function unknownScan(reason: UnknownReason, cause: string, askedAt: number, digest: Digest | null = null): Scan {
  const judged = digest === null ? [] : [digest];
  return { state: 'unknown', reason, cause, askedAt, platform: null, digest, judged, paths: [], ...nothingFound };
}

/** What a scan proves; nothing where Xray does not know the image. */
export function contentsOf(scan: Scan): ScanContents {
  return scan.state === 'unscanned' ? nothingFound : scan;
}

/** The digest judged tells an index's platforms apart; a manifest is one image on whatever platform it runs. */
export function imageIdentity(image: Image, scan: Scan | null): string {
  const digest = image.basis === 'digest' ? image.digest : (scan?.digest ?? image.digest);
  if (digest === null) return image.reference;
  const isIndex = scan !== null && scan.judged.length > 0 && !scan.judged.includes(digest);
  return isIndex ? `${digest}|${scan.platform ?? ''}` : digest;
}
