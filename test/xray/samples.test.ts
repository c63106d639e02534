import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import type { Digest } from '../../src/core/image.ts';
import { readSummary } from '../../src/xray/wire-summary.ts';
import { readViolations } from '../../src/xray/wire-violations.ts';
import { digestOf } from '../support/digests.ts';

// Recorded and documented payloads that are not part of this repository; where they are not there, nor is the test.
const folder = path.resolve(import.meta.dirname, '../../../shared/xray/samples');
const names = existsSync(folder) ? readdirSync(folder) : [];

interface Sample {
  readonly artifacts?:
    | readonly { readonly general: object; readonly issues?: readonly { components?: unknown }[] }[]
    | null;
}

function payload(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
}

for (const name of names.filter((one) => one.startsWith('summary-artifact.'))) {
  test(`nothing of ${name} is lost`, () => {
    const artifacts = (payload(name) as Sample).artifacts ?? [];
    // Some were shortened by who recorded them, the checksum included.
    const whole = artifacts.map((one, at) => ({ ...one, general: { ...one.general, sha256: digestOf(at).slice(7) } }));
    const read = readSummary({ artifacts: whole });
    expect(read?.known.size).toBe(artifacts.length);
    for (const [at, { issues = [] }] of artifacts.entries()) {
      const summary = read?.known.get(digestOf(at) as Digest);
      expect(summary?.damage).toBeNull();
      expect(summary?.findings.length).toBeGreaterThanOrEqual(issues.length);
      expect(summary?.findings.every(({ severity }) => severity !== 'Unknown')).toBe(true);
    }
  });
}

for (const name of names.filter((one) => /^violations\.(page|security)/.test(one))) {
  test(`every row of ${name} is read`, () => {
    const page = readViolations(payload(name));
    expect(page?.count).toBeGreaterThan(0);
    expect(page?.rows).toHaveLength(page?.count ?? 0);
    for (const { violation, places } of page?.rows ?? []) {
      expect(violation).toMatchObject({ id: expect.stringMatching(/./), watch: expect.stringMatching(/./) });
      expect(violation.components.length).toBeGreaterThan(0);
      expect(places.length).toBeGreaterThan(0);
    }
  });
}

// A file without any test would fail where the payloads are not there.
test('a summary of nothing holds nothing', () => {
  expect(readSummary({ artifacts: null })?.known.size).toBe(0);
});
