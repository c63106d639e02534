// Builders of the world's parts. Each starts valid and takes overrides; an override of `undefined` leaves a field of
// Xray's JSON out, null and odd shapes go through as they are.

import { createHash } from 'node:crypto';

import type { Child, Json, JsonObject, ScanStatus, StoredImage, XrayViolation } from './data.ts';

/** A platform of an index. `image: null`: listed in the index, but never pulled, so not in Artifactory. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly image?: Partial<StoredImage> | null;
}

export interface IndexOverrides extends Partial<StoredImage> {
  readonly platforms?: readonly Platform[];
  /** Adds an attestation manifest, as build tools do. */
  readonly attestation?: boolean;
}

export const mediaTypes = {
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const;

/** Scanned, with one High issue and the license MIT. A digest not given follows from repository, path and file. */
export function anImage(over: Partial<StoredImage> = {}): StoredImage {
  const repo = over.repo ?? 'docker-local';
  const path = over.path ?? 'app/1.0';
  const file = over.file ?? 'manifest.json';
  const digest = over.digest ?? digestOfText(`${repo}/${path}/${file}`);
  const scan = over.scan ?? 'scanned';
  const single = file === 'manifest.json';
  return {
    digest,
    config: digestOfText(`configuration of ${digest}`),
    repo,
    path,
    file,
    mediaType: single ? mediaTypes.dockerManifest : mediaTypes.dockerList,
    children: [],
    inArtifactory: true,
    scan,
    issues: single ? [anIssue()] : [],
    licenses: single ? [aLicense()] : [],
    status: aStatus(statusWord[scan]),
    blocked: null,
    ...over,
  };
}

/**
 * An index and its children, the index first: by default linux/amd64 and linux/arm64, both scanned, the index itself
 * unknown to Xray (API.md section 4). Children lie in `IMAGE/sha256:HEX`, in a remote cache in `IMAGE/sha256__HEX`.
 */
export function anIndex(over: IndexOverrides = {}): readonly [StoredImage, ...StoredImage[]] {
  const { platforms = defaultPlatforms, attestation = false, ...rest } = over;
  const index = anImage({ scan: 'unknown', ...rest, file: 'list.manifest.json' });
  const made = platforms.map((platform) => ({ platform, image: childImage(index, platform) }));
  const children: Child[] = made.map(({ platform, image }) => childOf(image.digest, platform));
  if (attestation) children.push(attestationOf(index));
  const stored = made.filter(({ platform }) => platform.image !== null).map(({ image }) => image);
  return [{ ...index, children: over.children ?? children }, ...stored];
}

/** One issue of a summary, as API.md section 2 has it. */
export function anIssue(over: JsonObject = {}): JsonObject {
  return {
    issue_id: 'XRAY-100001',
    issue_type: 'security',
    severity: 'High',
    summary: 'Prototype pollution in a parser of options',
    description: 'A crafted option name reaches the prototype of every object.',
    provider: 'JFrog',
    created: '2026-01-12T00:00:08.828Z',
    cves: [{ cve: 'CVE-2026-0001', cwe: ['CWE-1321'], cvss_v3: '7.5/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' }],
    impact_path: ['default/docker-local/app/1.0/sha256__0b37.tar.gz/npm://minimist:1.2.5'],
    components: [
      { component_id: 'npm://minimist:1.2.5', version: '1.2.5', pkg_type: 'Npm', fixed_versions: ['1.2.6'] },
    ],
    component_physical_paths: [''],
    ...over,
  };
}

/** One license of a summary, as API.md section 2 has it. */
export function aLicense(over: JsonObject = {}): JsonObject {
  return {
    name: 'MIT',
    full_name: 'MIT License',
    more_info_url: ['https://opensource.org/license/mit'],
    components: ['npm://minimist:1.2.5'],
    ...over,
  };
}

/** Every part in the same state. */
export function aStatus(word: string, over: Partial<ScanStatus> = {}): ScanStatus {
  const time = '2026-02-01T09:30:00Z';
  return {
    overall: word,
    sca: word,
    contextual_analysis: word,
    exposures: 'NOT_SUPPORTED',
    violations: word,
    time,
    ...over,
  };
}

/** A security violation of `anImage()`'s issue. With `raw`, what the filters look at is read from that row. */
export function aViolation(over: Partial<XrayViolation> = {}): XrayViolation {
  const row = over.raw === undefined ? {} : fromRow(over.raw);
  const type = over.type ?? row.type ?? 'Security';
  return {
    repo: 'docker-local',
    path: 'app/1.0',
    file: 'manifest.json',
    severity: 'High',
    watch: 'watch-all',
    issueId: type === 'License' ? 'MIT' : 'XRAY-100001',
    component: 'npm://minimist:1.2.5',
    created: '2026-02-01T10:00:00Z',
    description: 'A crafted option name reaches the prototype of every object.',
    cves: type === 'Security' ? ['CVE-2026-0001'] : [],
    policy: type === 'License' ? 'license-policy' : 'security-policy',
    rule: 'rule-1',
    ignored: false,
    ...row,
    type,
    ...over,
  };
}

/** An active watch on docker-local with a security and a license policy. */
export function aWatch(
  over: JsonObject & { name?: string; active?: boolean; repositories?: string[] } = {},
): JsonObject {
  const { name = 'watch-all', active = true, repositories = ['docker-local'], ...rest } = over;
  return {
    general_data: { name, description: '', active },
    project_resources: {
      resources: repositories.map((key) => ({
        type: 'repository',
        bin_mgr_id: 'default',
        name: key,
        repo_type: key.endsWith('-cache') ? 'remote' : 'local',
        filters: [{ type: 'regex', value: '.*' }],
      })),
    },
    assigned_policies: [
      { name: 'security-policy', type: 'security' },
      { name: 'license-policy', type: 'license' },
    ],
    watch_recipients: [],
    ...rest,
  };
}

/** A security policy from High on; with `type: 'license'` one that bans GPL-3.0-only. */
export function aPolicy(over: JsonObject = {}): JsonObject {
  const license = over['type'] === 'license';
  const criteria: Json = license
    ? { banned_licenses: ['GPL-3.0-only'], allow_unknown: true, multi_license_permissive: false }
    : { min_severity: 'High' };
  return {
    name: license ? 'license-policy' : 'security-policy',
    type: 'security',
    description: '',
    author: 'admin',
    rules: [{ name: 'rule-1', priority: 1, criteria, actions: policyActions }],
    created: '2026-01-01T09:17:09.562Z',
    modified: '2026-01-15T10:30:00.000Z',
    ...over,
  };
}

const statusWord = { scanned: 'DONE', unknown: 'NOT_SCANNED', empty: 'PENDING' } as const;

const policyActions = {
  webhooks: [],
  block_download: { active: false, unscanned: false },
  fail_build: false,
} as const;

const defaultPlatforms: readonly Platform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
];

function childImage(index: StoredImage, platform: Platform): StoredImage {
  const { os, architecture, variant = '' } = platform;
  const digest = platform.image?.digest ?? digestOfText(`${index.digest} ${os}/${architecture}/${variant}`);
  const name = index.path.slice(0, index.path.lastIndexOf('/'));
  const separator = index.repo.endsWith('-cache') ? '__' : ':';
  const oci = index.mediaType === mediaTypes.ociIndex;
  return anImage({
    repo: index.repo,
    path: `${name}/${digest.replace(':', separator)}`,
    mediaType: oci ? mediaTypes.ociManifest : mediaTypes.dockerManifest,
    ...platform.image,
    digest,
  });
}

function childOf(digest: string, { os, architecture, variant }: Platform): Child {
  return { digest, os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function attestationOf(index: StoredImage): Child {
  const digest = digestOfText(`attestation of ${index.digest}`);
  return { digest, os: 'unknown', architecture: 'unknown', attestation: true };
}

function fromRow(row: JsonObject): Partial<XrayViolation> {
  const paths = row['impacted_artifacts'] ?? row['impact_artifacts'] ?? row['impacted_artifact'];
  const first = Array.isArray(paths) ? paths[0] : paths;
  return {
    ...text('type', row['type']),
    ...text('severity', row['severity']),
    ...text('watch', row['watch_name']),
    ...text('issueId', row['issue_id']),
    ...text('created', row['created']),
    ...(typeof first === 'string' ? placeOf(first) : {}),
  };
}

function placeOf(impacted: string): { repo: string; path: string } {
  const parts = impacted.replace(/^default\//, '').replace(/\/$/, '');
  const cut = parts.indexOf('/');
  return { repo: parts.slice(0, cut), path: parts.slice(cut + 1) };
}

function text(key: string, value: Json | undefined): Record<string, string> {
  return typeof value === 'string' ? { [key]: value } : {};
}

function digestOfText(words: string): string {
  return `sha256:${createHash('sha256').update(words).digest('hex')}`;
}
