// Bodies of webhooks in every shape that is documented (API.md section 5, "Delivery"); made up, with one thing changed.
import type { Json, JsonObject } from '../xray-server/data.ts';

export function aPayload(over: JsonObject = {}): JsonObject {
  return {
    created: '2026-05-28T19:37:50.075822379Z',
    top_severity: 'Critical',
    watch_name: 'watch-all',
    policy_name: 'security-policy',
    issues: [anAlert()],
    ...over,
  };
}

/** The schema of Xray 3.10x. */
export function aPayload11(issues: Json = [anAlert({ vulnerability_id: 'XRAY-1', applicability_details: [] })]): Json {
  return aPayload({ schema_version: '1.1', alert_id: '66fc68dd0f12d302c68891c1', policy_rule: 'rule-1', issues });
}

export function anAlert(over: JsonObject = {}): JsonObject {
  return {
    severity: 'High',
    type: 'security',
    provider: 'JFrog',
    created: '2026-04-08T04:02:38.999Z',
    summary: 'A flaw',
    description: 'A flaw',
    impacted_artifacts: [anImpacted()],
    cve: 'CVE-2026-0001',
    ...over,
  };
}

/** A license's alert has neither provider nor time nor CVE. */
export function aLicenseAlert(over: JsonObject = {}): JsonObject {
  const { provider: _provider, created: _created, cve: _cve, ...rest } = anAlert();
  return { ...rest, type: 'License', summary: 'GPL-3.0', ...over };
}

export function anImpacted(hex = '1'.repeat(64), over: JsonObject = {}): JsonObject {
  return {
    name: 'manifest.json',
    display_name: 'team/cart:1.4',
    path: 'default/docker-local/team/cart/1.4/',
    pkg_type: 'Docker',
    sha256: hex,
    sha1: '',
    depth: 2,
    parent_sha: hex,
    infected_files: [anInfectedFile()],
    ...over,
  };
}

/** Its hash is a padded one, which is no digest of anything. */
function anInfectedFile(): JsonObject {
  return {
    name: 'pom.xml',
    path: 'META-INF/',
    sha256: '0000000000000000000000005e2da5df327912e725043569c6dc9f4b2f792ef9',
    depth: 0,
    parent_sha: 'c'.repeat(64),
    display_name: 'debian:buster:linux-libc-dev:4.19.132-1',
    pkg_type: 'Docker',
  };
}
