import { describe, expect, test } from 'vitest';

import type { Digest } from '../../src/core/image.ts';
import type { Finding } from '../../src/core/scan.ts';
import { folderAmong } from '../../src/xray/violations.ts';
import { findingsIn } from '../../src/xray/wire-issues.ts';
import { readSummary } from '../../src/xray/wire-summary.ts';
import type { ArtifactSummary } from '../../src/xray/wire-summary.ts';
import { readViolations } from '../../src/xray/wire-violations.ts';
import { severityOf } from '../../src/xray/wire.ts';
import { aLicense, anIssue } from '../xray-server/builders.ts';
import type { Json, JsonObject } from '../xray-server/data.ts';
import { digestOf } from '../support/digests.ts';

const digest = digestOf(0) as Digest;
const sha256 = digest.slice('sha256:'.length);

function findings(over: JsonObject): readonly Finding[] {
  return findingsIn([anIssue(over)]).findings;
}

function finding(over: JsonObject): Finding | undefined {
  return findings(over)[0];
}

function summary(artifact: JsonObject): ArtifactSummary | undefined {
  const general = { name: 'app:1.0', path: 'default/docker-local/app/1.0/', sha256 };
  return readSummary({ artifacts: [{ general, issues: [], licenses: [], ...artifact }] })?.known.get(digest);
}

const details = (...results: [component: string, result: string][]): JsonObject => ({
  components: [{ component_id: '3.23:libssl3', version: '3.5.5-r0' }],
  applicability_details: results.map(([source_comp_id, result]) => ({
    component_id: 'docker://app:1.0',
    source_comp_id,
    result,
  })),
});

/** An issue of these CVEs, with results of some of them. */
const analysed = (cves: readonly string[], ...results: [vulnerability_id: string, result: string][]): JsonObject => ({
  cves: cves.map((cve) => ({ cve })),
  applicability_details: results.map(([vulnerability_id, result]) => ({ vulnerability_id, result })),
});

const artifactIn = (repo: string, issue: string, result: string) => ({
  general: { name: 'app:1.0', path: `default/${repo}/app/1.0/`, sha256 },
  issues: [anIssue({ applicability_details: [{ result }] }), anIssue({ issue_id: issue })],
  licenses: [aLicense({ components: [repo] })],
});

describe('severities', () => {
  const cases: [written: unknown, read: string][] = [
    ['Critical', 'Critical'],
    [' critical ', 'Critical'],
    ['HIGH', 'High'],
    ['Major', 'High'],
    ['moderate', 'Medium'],
    ['Normal', 'Medium'],
    ['Minor', 'Low'],
    ['Information', 'Information'],
    ['Pending', 'Unknown'],
    ['Scanned - No Issues', 'Unknown'],
    ['', 'Unknown'],
    [undefined, 'Unknown'],
    [null, 'Unknown'],
    [5, 'Unknown'],
  ];
  for (const [written, read] of cases)
    test(`${JSON.stringify(written)} is ${read}`, () => expect(severityOf(written)).toBe(read));
});

describe('issues', () => {
  test('that are no list, or hold something else, spoil the answer', () => {
    expect(findingsIn('none').damage).not.toBeNull();
    expect(findingsIn({}).damage).not.toBeNull();
    expect(findingsIn([anIssue(), null])).toMatchObject({ findings: [{}], damage: expect.any(String) });
  });

  test('that are null or absent are none', () => {
    expect(findingsIn(null)).toEqual({ findings: [], others: 0, damage: null });
    expect(findingsIn(undefined)).toEqual({ findings: [], others: 0, damage: null });
  });

  test('with little in them are findings still', () => {
    expect(findingsIn([{ summary: 's', severity: 'Low' }]).findings).toEqual([
      { id: '', cves: [], cvss: null, severity: 'Low', component: '', fixedIn: [], applicability: null, summary: 's' },
    ]);
    expect(findingsIn([{}]).findings).toHaveLength(1);
  });

  const types: [type: Json | undefined, counted: number][] = [
    ['security', 1],
    ['Security', 1],
    [undefined, 1],
    [null, 1],
    ['something new', 1],
    ['license', 0],
    ['operational risk', 0],
    ['Operational_Risk', 0],
  ];
  for (const [type, counted] of types) {
    test(`of type ${JSON.stringify(type)}: ${counted === 1 ? 'a finding' : 'no finding'}`, () => {
      expect(findings({ issue_type: type })).toHaveLength(counted);
    });
  }

  test('without an id take the first CVE', () => {
    expect(finding({ issue_id: null })?.id).toBe('CVE-2026-0001');
    expect(finding({ issue_id: undefined, cves: null })?.id).toBe('');
  });

  test('with several components are several findings', () => {
    const components = [{ component_id: 'a://x:1' }, { component_id: 'b', version: '2' }, 'c://z:3'];
    expect(findings({ components }).map(({ component }) => component)).toEqual(['a://x:1', 'b:2', 'c://z:3']);
  });

  test('with components keyed by id read as well', () => {
    const components = { 'npm://x:1': { fixed_versions: ['2'] }, 'npm://y:1': {} };
    expect(findings({ components }).map(({ component, fixedIn }) => [component, fixedIn])).toEqual([
      ['npm://x:1', ['2']],
      ['npm://y:1', []],
    ]);
  });

  const layer = 'default/docker-local/app/1.0/sha256__0b37.tar.gz';
  const paths: [path: Json, component: string][] = [
    [[`${layer}/3.23:libssl3:3.5.5-r0`], '3.23:libssl3:3.5.5-r0'],
    [[`${layer}/npm://minimist:1.2.5`], 'npm://minimist:1.2.5'],
    [[`${layer}/bar/github.com/lang/go`], 'bar/github.com/lang/go'],
    [['default/local/x/lib/okio-jvm-2.8.0.jar'], 'okio-jvm-2.8.0.jar'],
    [[], ''],
    [null, ''],
  ];
  for (const [impact_path, component] of paths) {
    test(`without components take "${component}" from the impact path`, () => {
      for (const components of [null, undefined, []]) {
        expect(findings({ components, impact_path }).map((one) => one.component)).toEqual([component]);
      }
    });
  }

  const versions: [written: Json, read: string[]][] = [
    [['2.29.4'], ['2.29.4']],
    [
      ['[1.16.10]', '[1.17.3]'],
      ['1.16.10', '1.17.3'],
    ],
    [
      ['≥ 1.2', '>= 1.3'],
      ['1.2', '1.3'],
    ],
    [['[1.0,2.0)'], ['[1.0,2.0)']],
    ['4.0.0', ['4.0.0']],
    [null, []],
    [['', null], []],
  ];
  for (const [fixed_versions, read] of versions) {
    test(`fixed in ${JSON.stringify(fixed_versions)} is ${JSON.stringify(read)}`, () => {
      expect(finding({ components: [{ component_id: 'x', fixed_versions }] })?.fixedIn).toEqual(read);
    });
  }

  const scores: [cves: Json | undefined, cvss: number | null][] = [
    [[{ cvss_v3: '9.8/CVSS:3.1/AV:N/AC:L' }], 9.8],
    [[{ cvss_v3: '9.3/AV:N/AC:M' }], 9.3],
    [[{ cvss_v3: '5.9' }], 5.9],
    [[{ cvss_v3: 5.9 }], 5.9],
    [[{ cvss_v3_score: '7.1', cvss_v3_vector: 'CVSS:3.1/AV:N' }], 7.1],
    [[{ cvss_v2: '9.9', cvss_v3: '5.0' }], 5],
    [[{ cvss_v2: '6.8/AV:N' }], 6.8],
    [[{ cvss_v3: '5.0' }, { cvss_v3: '7.0' }], 7],
    [[{ cvss_v3: 'CVSS:3.1/AV:N' }], null],
    [[{ cvss_v3: 'high' }], null],
    [[{ cvss_v3: '' }], null],
    [[{ cvss_v3: 42 }], null],
    [[], null],
    [null, null],
    [undefined, null],
  ];
  for (const [cves, cvss] of scores) {
    test(`cvss of ${JSON.stringify(cves)} is ${cvss}`, () => expect(finding({ cves })?.cvss).toBe(cvss));
  }

  const applicability: [over: JsonObject, read: string | null][] = [
    [{ applicability_details: null }, null],
    [{ applicability_details: [] }, null],
    [details(['alpine://3.23:libssl3:3.5.5-r0', 'not_applicable']), 'not_applicable'],
    [
      details(['alpine://3.23:libssl3:3.5.5-r0', 'not_applicable'], ['alpine://3.23:libssl3:3.5.5-r0', 'applicable']),
      'applicable',
    ],
    [details(['other', 'not_applicable'], ['another', 'undetermined']), 'undetermined'],
    [details(['other', 'not_applicable'], ['another', 'not_applicable']), 'not_applicable'],
    [details(['3.23:libssl3:3.5.5-r0', 'Not Applicable']), 'not_applicable'],
    [details(['3.23:libssl3:3.5.5-r0', 'a new word']), 'undetermined'],
    [analysed(['CVE-2026-1', 'CVE-2026-2'], ['CVE-2026-1', 'not_applicable']), 'not_covered'],
    [analysed(['CVE-2026-1', 'CVE-2026-2'], ['CVE-2026-1', 'applicable']), 'applicable'],
    [analysed(['CVE-2026-1'], ['CVE-2026-1', 'not_applicable']), 'not_applicable'],
  ];
  for (const [over, read] of applicability) {
    test(`applicability of ${JSON.stringify(over['applicability_details'])} is ${read}`, () => {
      expect(finding(over)?.applicability).toBe(read);
    });
  }
});

describe('summaries', () => {
  test('that are none are not read', () => {
    for (const body of [null, 'text', 7, [], { artifacts: 'none' }, { errors: {} }])
      expect(readSummary(body)).toBeNull();
  });

  test('without artifacts and errors say nothing about anybody', () => {
    for (const body of [{}, { artifacts: null, errors: null }, { artifacts: [{}], errors: [{}] }]) {
      expect(readSummary(body)).toMatchObject({ known: new Map(), notIndexed: new Set() });
    }
  });

  test("an artifact without a checksum is nobody's answer", () => {
    expect(readSummary({ artifacts: [{ general: { name: 'app' }, issues: [] }] })?.known.size).toBe(0);
  });

  const wordings: [error: string, notIndexed: boolean][] = [
    ["Artifact doesn't exist or not indexed/cached in Xray", true],
    ["Artifact doesn't exist or not indexed in Xray", true],
    ["doesn't exist or isn't INDEXED in Xray", true],
    ['Permission denied', false],
    ['', false],
  ];
  for (const [error, notIndexed] of wordings) {
    test(`"${error}" ${notIndexed ? 'is' : 'is not'} "does not know it"`, () => {
      const read = readSummary({ artifacts: null, errors: [{ identifier: sha256.toUpperCase(), error }] });
      expect(read?.notIndexed.has(digest)).toBe(notIndexed);
      expect(read?.refused.has(digest)).toBe(!notIndexed);
    });
  }

  test('issues or licenses that are no lists spoil the answer about their image', () => {
    expect(summary({ issues: 'none' })?.damage).not.toBeNull();
    expect(summary({ licenses: {} })?.damage).not.toBeNull();
    expect(summary({ issues: null, licenses: undefined })).toMatchObject({ damage: null, empty: true });
  });

  test('an issue of another type is content, not an empty answer', () => {
    expect(summary({ issues: [anIssue({ issue_type: 'license' })] })).toMatchObject({ findings: [], empty: false });
  });

  test('licenses are read whatever their names', () => {
    const licenses = [aLicense(), aLicense({ name: 'https://x.example/L', components: null }), { full_name: 'Full' }];
    expect(summary({ licenses })?.licenses).toEqual([
      { name: 'MIT', components: ['npm://minimist:1.2.5'] },
      { name: 'https://x.example/L', components: [] },
      { name: 'Full', components: [] },
    ]);
  });

  const places: [path: Json | undefined, name: string, folder: string | undefined][] = [
    ['default/docker-local/app/1.0/', 'app:1.0', 'docker-local/app/1.0'],
    ['docker-local/app/1.0/', 'app:1.0', 'docker-local/app/1.0'],
    ['id-of-ours/docker-local/team/app/1.0/', 'team/app:1.0', 'docker-local/team/app/1.0'],
    ['default/docker-local/app/1.0/manifest.json', 'app:1.0', 'docker-local/app/1.0'],
    ['default/hub-cache/app/sha256__ab/', 'app:sha256__ab', 'hub-cache/app/sha256__ab'],
    ['default/docker-local/app/sha256:ab/', 'app:sha256__ab', 'docker-local/app/sha256:ab'],
    ['default/foo/bar/84a28a42/', 'foo/bar:84a28a42', 'foo/bar/84a28a42'],
    ['default/docker-local/app/1.0/', 'another name', 'docker-local/app/1.0'],
    ['/docker-local/app/1.0', 'app:1.0', 'docker-local/app/1.0'],
    [undefined, 'app:1.0', undefined],
  ];
  for (const [path, name, folder] of places) {
    test(`the path ${JSON.stringify(path)} of ${name} is ${folder}`, () => {
      expect(summary({ general: { path, name, sha256 } })?.folders).toEqual(folder === undefined ? [] : [folder]);
    });
  }

  test('all entries of one checksum are folded', () => {
    const artifacts = [artifactIn('b', 'XRAY-1', 'not_applicable'), artifactIn('a', 'XRAY-2', 'applicable')];
    const read = readSummary({ artifacts })?.known.get(digest);
    expect(read?.folders).toEqual(['a/app/1.0', 'b/app/1.0']);
    expect(read?.findings.map(({ id, applicability }) => [id, applicability])).toEqual([
      ['XRAY-100001', 'applicable'],
      ['XRAY-1', null],
      ['XRAY-2', null],
    ]);
    expect(read?.licenses).toEqual([{ name: 'MIT', components: ['b', 'a'] }]);
  });
});

test('a violation lies in the nearest folder above it', () => {
  const folders = new Set(['r/app/1.0', 'r/app/1.0/deeper', 'default/x/1']);
  expect(folderAmong(folders, 'default/r/app/1.0/manifest.json')).toBe('r/app/1.0');
  expect(folderAmong(folders, 'r/app/1.0/deeper/file')).toBe('r/app/1.0/deeper');
  expect(folderAmong(folders, 'r/app/1.01')).toBeNull();
  expect(folderAmong(folders, 'default/x/1')).toBe('default/x/1');
  expect(folderAmong(folders, '')).toBeNull();
});

test('violations without any rows are none', () => {
  expect(readViolations({ total_violations: 0, violations: null })).toMatchObject({ rows: [], total: 0 });
  expect(readViolations({ violations: [] })).toMatchObject({ rows: [], total: null });
});
