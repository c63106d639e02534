import { describe, expect, test } from 'vitest';
import { readSought } from '../../../src/core/where/sought.ts';

describe('what looks like none of it says so', () => {
  const cases: [written: string, says: RegExp][] = [
    ['', /neither/],
    ['CVE-12', /is no CVE/],
    ['CVE-2021-44228-1', /is no CVE/],
    ['XRAY-abc', /is no id of Xray's/],
    ['GHSA-jfh8-c2jp-5v3q', /give its CVE/],
    [`sha256:${'a'.repeat(64)}`, /is a digest/],
    ['1.2.3', /neither/],
    ['---', /neither/],
    ['a"b', /neither/],
    ['a\u0007b', /neither/],
  ];
  for (const [written, says] of cases) {
    test(JSON.stringify(written), () => {
      const reading = readSought(written);
      expect('fault' in reading ? reading.fault : '').toMatch(says);
    });
  }
});

describe('what does', () => {
  const cases: [written: string, is: string, text: string][] = [
    ['cve-2021-44228', 'cve', 'CVE-2021-44228'],
    [' CVE-2021-44228 ', 'cve', 'CVE-2021-44228'],
    ['xray-123456', 'issue', 'XRAY-123456'],
    ['event-stream', 'word', 'event-stream'],
    ['GPL-3.0-only', 'word', 'GPL-3.0-only'],
    ['Apache License 2.0', 'word', 'Apache License 2.0'],
    ['pkg:npm/event-stream@3.3.6', 'word', 'pkg:npm/event-stream@3.3.6'],
  ];
  for (const [written, is, text] of cases) {
    test(written, () => expect(readSought(written)).toMatchObject({ sought: { is, text } }));
  }
});
