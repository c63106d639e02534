// A large made-up world for measuring: K images in docker-local, with findings of the size real ones have.

import { aLicense, anImage, aPolicy, aViolation, aWatch } from './builders.ts';
import { aWorld } from './data.ts';
import type { JsonObject, StoredImage, World, XrayViolation } from './data.ts';

export interface BenchSizes {
  /** Digests in the cluster: image 0 to `images - 1`. */
  readonly images: number;
  readonly findingsPerImage: number;
  /** In Artifactory, not known to Xray: the ones before the foreign. */
  readonly unscanned: number;
  /** Not in Artifactory at all: the last ones. */
  readonly foreign: number;
  /** License violations in all, spread over the scanned. */
  readonly violations: number;
  readonly digestOf: (index: number) => string;
}

/** Image i lies at `docker-local/app-<i>/1.0`; one active watch covers docker-local with a security and a license policy. */
export function benchWorld(sizes: BenchSizes): World {
  const stored = Math.max(0, sizes.images - sizes.foreign);
  const scanned = Math.max(0, stored - sizes.unscanned);
  const violating = spread(sizes.violations, scanned);
  const images = Array.from({ length: stored }, (_, at) =>
    at < scanned ? scannedImage(at, sizes, violating.has(at)) : storedImage(at, sizes),
  );
  return aWorld({
    images,
    policies: [aPolicy(), aPolicy({ type: 'license' })],
    watches: [aWatch()],
    violations: Array.from({ length: scanned > 0 ? sizes.violations : 0 }, (_, at) =>
      licenseViolation(placeOf(at, sizes.violations, scanned), at),
    ),
  });
}

function scannedImage(at: number, { digestOf, findingsPerImage }: BenchSizes, violating: boolean): StoredImage {
  const path = `app-${at}/1.0`;
  const banned = aLicense({ name: bannedLicense, full_name: bannedLicense, components: [bannedComponent] });
  return anImage({
    digest: digestOf(at),
    path,
    issues: Array.from({ length: findingsPerImage }, (_, nth) => finding(at, nth, path)),
    licenses: [...licenses, ...(violating ? [banned] : [])],
  });
}

function storedImage(at: number, { digestOf }: BenchSizes): StoredImage {
  return anImage({ digest: digestOf(at), path: `app-${at}/1.0`, scan: 'unknown', issues: [], licenses: [] });
}

function licenseViolation(at: number, nth: number): XrayViolation {
  return aViolation({
    path: `app-${at}/1.0`,
    type: 'License',
    issueId: bannedLicense,
    component: bannedComponent,
    created: new Date(Date.UTC(2026, 1, 1) + nth * 60_000).toISOString(),
    description: 'GNU General Public License v3.0 only',
  });
}

// One issue of about 900 bytes, as recorded ones are: a summary, a description, a CVE with its vector, a layer's path.
function finding(at: number, nth: number, path: string): JsonObject {
  const [severity, score] = severities[(at + nth) % severities.length] ?? ['Low', '3.1'];
  const number = 1000 + ((at * 7 + nth * 131) % 8000);
  const [name, version] = [`library-${number % 400}`, `${nth % 5}.${number % 20}.1`];
  const layer = `sha256__${number.toString(16).padStart(4, '0').repeat(16)}.tar.gz`;
  const summary = `A crafted request makes ${name} before ${version} read beyond the end of a buffer`;
  return {
    issue_id: `XRAY-${100_000 + number}`,
    issue_type: 'security',
    severity,
    summary,
    description: `${summary}, which ${'discloses the memory of the process to whoever sends it, '.repeat(2)}or ends it.`,
    provider: 'JFrog',
    created: `2026-01-${String(1 + (number % 28)).padStart(2, '0')}T00:00:08.828Z`,
    cves: [
      {
        cve: `CVE-2026-${number}`,
        cwe: ['CWE-125'],
        cvss_v3: `${score}/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N`,
      },
    ],
    impact_path: [`default/docker-local/${path}/${layer}/npm://${name}:${version}`],
    components: [
      { component_id: `npm://${name}:${version}`, version, pkg_type: 'Npm', fixed_versions: [`[${nth % 5}.99.0]`] },
    ],
    component_physical_paths: [`${layer}/usr/lib/node_modules/${name}/package.json`],
  };
}

const severities: readonly (readonly [string, string])[] = [
  ['Critical', '9.8'],
  ['High', '7.5'],
  ['High', '8.1'],
  ['Medium', '5.3'],
  ['Medium', '6.1'],
  ['Low', '3.1'],
];

const bannedLicense = 'GPL-3.0-only';
const bannedComponent = 'npm://readline-bindings:2.4.1';

const licenses: readonly JsonObject[] = [
  aLicense({ components: ['npm://library-1:1.0.1', 'npm://library-2:1.0.1'] }),
  aLicense({ name: 'Apache-2.0', full_name: 'Apache License 2.0', components: ['npm://library-3:1.0.1'] }),
];

function spread(violations: number, scanned: number): ReadonlySet<number> {
  return new Set(Array.from({ length: violations }, (_, nth) => placeOf(nth, violations, scanned)));
}

function placeOf(nth: number, violations: number, scanned: number): number {
  return violations <= scanned ? Math.floor((nth * scanned) / violations) : nth % Math.max(1, scanned);
}
