// The world the stand-in speaks of, as plain data: what lies in Artifactory, what Xray knows about it, who may ask,
// and which of the documented variants this installation shows. It says nothing about HTTP.
// The parts are readonly; to change the world while the server runs, put new values in: `world.images = [...]`.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

export interface World {
  images: readonly StoredImage[];
  repositories: readonly Repository[];
  /** Policies and watches as Xray's v2 calls answer them (API.md section 5). */
  policies: readonly JsonObject[];
  watches: readonly JsonObject[];
  violations: readonly XrayViolation[];
  /** Nobody here: every call that takes no administrator is allowed, with or without credentials. */
  accounts: readonly Account[];
  /** Webhook configurations as they were posted. */
  webhooks: readonly JsonObject[];
  /** Features `entitlements/feature/{id}` says yes to. */
  entitlements: readonly string[];
  /** Whole answers given word for word in place of the computed ones; the first that matches counts. */
  canned: readonly CannedAnswer[];
  behaviour: Behaviour;
}

/** One manifest file at one path. The same digest may lie at several paths: one entry for each. */
export interface StoredImage {
  /** `sha256:<hex>` of the manifest or index. Made up: it is not the hash of the body served. */
  readonly digest: string;
  /** Digest of the image configuration, `sha256:<hex>`. */
  readonly config: string;
  /** The local repository or remote cache it lies in. */
  readonly repo: string;
  /** The folder, `IMAGE/TAG`. */
  readonly path: string;
  readonly file: 'manifest.json' | 'list.manifest.json';
  readonly mediaType: string;
  /** Manifests an index points at; empty for a single image. */
  readonly children: readonly Child[];
  /** False: Artifactory no longer has it, Xray may still know it. */
  readonly inArtifactory: boolean;
  /** `empty`: Xray knows it and answers 0 issues and 0 licenses. */
  readonly scan: 'scanned' | 'unknown' | 'empty';
  /** In Xray's own form (API.md section 2); any odd shape may stand here. */
  readonly issues: readonly Json[] | null;
  readonly licenses: readonly Json[] | null;
  /** What `artifact/status` says; null: it answers 404. */
  readonly status: ScanStatus | null;
  /** Download refused by Xray, or because Xray could not be asked. */
  readonly blocked: 'policy' | 'xrayUnavailable' | null;
  /** The whole entry of a summary's `artifacts`, word for word. */
  readonly raw?: Json;
  /** The whole answer of `artifact/status`, word for word. */
  readonly rawStatus?: Json;
}

export interface Child {
  readonly digest: string;
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** An attestation manifest: platform `unknown/unknown`. */
  readonly attestation?: boolean;
}

/** API.md section 3 has the words; others may be given to see what a client makes of them. */
export interface ScanStatus {
  readonly overall: string;
  readonly sca: string;
  readonly contextual_analysis: string;
  readonly exposures: string;
  readonly violations: string;
  /** RFC 3339. */
  readonly time: string;
}

export interface Repository {
  readonly key: string;
  readonly type: 'LOCAL' | 'REMOTE' | 'VIRTUAL';
  /** Capitalised, as Artifactory answers: `Docker`. */
  readonly packageType: string;
  readonly url?: string;
  /** Of a virtual repository: keys of local and remote ones. */
  readonly members?: readonly string[];
  /** False: Xray does not index it. */
  readonly indexed?: boolean;
}

export interface XrayViolation {
  readonly repo: string;
  /** The folder, `IMAGE/TAG`. */
  readonly path: string;
  readonly file: string;
  readonly type: string;
  readonly severity: string;
  readonly watch: string;
  /** An issue's id, or a license's. */
  readonly issueId: string;
  readonly component: string;
  /** RFC 3339. */
  readonly created: string;
  readonly description: string;
  readonly cves: readonly string[];
  readonly policy: string;
  readonly rule: string;
  /** Covered by an ignore rule: not among the violations. */
  readonly ignored: boolean;
  /** The row, word for word; the fields above still serve the filters. */
  readonly raw?: JsonObject;
}

/** API.md section 1, "Rights"; `admin` has them all. */
export type Right =
  | 'read'
  | 'policies'
  | 'watches'
  | 'reports'
  | 'metadata'
  | 'artifactorySearch'
  | 'artifactoryRead'
  | 'admin';

/** Asks with its token (Bearer, or as the password of Basic), or with user and password. */
export interface Account {
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
  readonly rights: readonly Right[];
}

export interface CannedAnswer {
  readonly method?: string;
  /** Part of the path, or a pattern on it. */
  readonly path: string | RegExp;
  /** 200 unless said. */
  readonly status?: number;
  readonly body: Json;
}

/** What differs from one installation to the next. */
export interface Behaviour {
  readonly xrayVersion: string;
  readonly artifactoryVersion: string;
  /** The id that begins Xray's paths. */
  readonly artifactoryId: string;
  /** False: an Xray without the v2 summary (404). */
  readonly summaryV2: boolean;
  /** False: an Xray before 3.80.9 (404). */
  readonly artifactStatus: boolean;
  readonly unknownWording: 'cached' | 'plain';
  /** What stands where a summary has no artifacts, and no errors. */
  readonly noArtifacts: 'null' | 'empty' | 'absent';
  readonly noErrors: 'null' | 'empty' | 'absent';
  /** One digest at several paths: an entry for each, or a single one. */
  readonly entryPerPath: boolean;
  /** An Xray before 3.88.10: newer filters of violations are silently ignored. */
  readonly ignoresResourceFilter: boolean;
  /** False: violations without a narrowing filter are never answered. */
  readonly answersUnfiltered: boolean;
  /** The SBOM service, which `impactedResources` needs. */
  readonly sbom: boolean;
  readonly versionNeedsRead: boolean;
  /** Who answers Xray's 401 and 403: Xray itself, or the platform's router. */
  readonly refusals: 'xray' | 'platform';
  /** False: an Artifactory without the licence for the checksum search. */
  readonly checksumSearch: boolean;
}

/** An installation of today with nothing in it. */
export function aWorld(over: Partial<World> = {}): World {
  return {
    images: [],
    repositories: [{ key: 'docker-local', type: 'LOCAL', packageType: 'Docker' }],
    policies: [],
    watches: [],
    violations: [],
    accounts: [],
    webhooks: [],
    entitlements: [],
    canned: [],
    behaviour: aBehaviour(),
    ...over,
  };
}

export function aBehaviour(over: Partial<Behaviour> = {}): Behaviour {
  return {
    xrayVersion: '3.111.9',
    artifactoryVersion: '7.111.4',
    artifactoryId: 'default',
    summaryV2: true,
    artifactStatus: true,
    unknownWording: 'cached',
    noArtifacts: 'null',
    noErrors: 'absent',
    entryPerPath: true,
    ignoresResourceFilter: false,
    answersUnfiltered: false,
    sbom: false,
    versionNeedsRead: false,
    refusals: 'xray',
    checksumSearch: true,
    ...over,
  };
}
