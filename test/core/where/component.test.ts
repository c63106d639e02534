import { describe, expect, test } from 'vitest';
import { isComponent, parseComponent, parseComponentQuery } from '../../../src/core/where/component.ts';

describe('components as Xray writes them', () => {
  const cases: [id: string, type: string, name: string, version: string][] = [
    ['npm://event-stream:3.3.6', 'npm', 'event-stream', '3.3.6'],
    ['npm://@acme/ui:1.0.0', 'npm', '@acme/ui', '1.0.0'],
    ['gav://org.apache.logging.log4j:log4j-core:2.14.1', 'gav', 'org.apache.logging.log4j:log4j-core', '2.14.1'],
    ['deb://debian:bookworm:libssl3:3.0.11-1', 'deb', 'debian:bookworm:libssl3', '3.0.11-1'],
    ['rpm://8:openssl-libs:1:1.1.1k-9.el8', 'rpm', '8:openssl-libs', '1:1.1.1k-9.el8'],
    ['rpm://8:zlib:1.2.11', 'rpm', '8:zlib', '1.2.11'],
    ['go://github.com/gin-gonic/gin:1.7.0', 'go', 'github.com/gin-gonic/gin', '1.7.0'],
    ['left-pad', '', 'left-pad', ''],
    ['', '', '', ''],
  ];
  for (const [id, type, name, version] of cases) {
    test(id, () => expect(parseComponent(id)).toEqual({ type, name, version }));
  }
});

describe('what somebody writes', () => {
  const stream = 'npm://event-stream:3.3.6';
  const log4j = 'gav://org.apache.logging.log4j:log4j-core:2.14.1';
  const cases: [written: string, id: string, meant: boolean][] = [
    ['event-stream', stream, true],
    ['Event-Stream', stream, true],
    ['event-stream:3.3.6', stream, true],
    ['event-stream@3.3.6', stream, true],
    ['event-stream:3.3.5', stream, false],
    ['event-stream:3.*', stream, true],
    ['npm://event-stream', stream, true],
    ['pypi://event-stream', stream, false],
    ['npm://event-stream:3.3.6', stream, true],
    ['event', stream, false],
    ['event-*', stream, true],
    ['stream', stream, false],
    ['pkg:npm/event-stream@3.3.6', stream, true],
    ['pkg:npm/event-stream', stream, true],
    ['pkg:npm/event-stream@4.0.0', stream, false],
    ['pkg:npm/%40acme/ui@1.0.0?os=linux#sub', 'npm://@acme/ui:1.0.0', true],
    ['@acme/ui', 'npm://@acme/ui:1.0.0', true],
    ['@acme/ui@1.0.0', 'npm://@acme/ui:1.0.0', true],
    ['log4j-core', log4j, true],
    ['log4j', log4j, false],
    ['org.apache.logging.log4j:log4j-core', log4j, true],
    ['org.apache.logging.log4j:log4j-core:2.14.1', log4j, true],
    ['log4j-core:2.14.1', log4j, true],
    ['log4j-core:2.17.0', log4j, false],
    ['org.apache.logging.log4j', log4j, false],
    ['pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1', log4j, true],
    ['libssl3', 'deb://debian:bookworm:libssl3:3.0.11-1', true],
    ['debian', 'deb://debian:bookworm:libssl3:3.0.11-1', false],
    ['pkg:deb/debian/libssl3@3.0.11-1?arch=amd64', 'deb://debian:bookworm:libssl3:3.0.11-1', true],
    ['openssl-libs', 'rpm://8:openssl-libs:1:1.1.1k-9.el8', true],
    ['openssl-libs:1:1.1.1k-9.el8', 'rpm://8:openssl-libs:1:1.1.1k-9.el8', true],
    ['gin', 'go://github.com/gin-gonic/gin:1.7.0', true],
    ['github.com/gin-gonic/gin', 'go://github.com/gin-gonic/gin:1.7.0', true],
    ['pkg:golang/github.com/gin-gonic/gin@1.7.0', 'go://github.com/gin-gonic/gin:1.7.0', true],
    ['pkg:npm/%E0%A4%A', stream, false],
  ];
  for (const [written, id, meant] of cases) {
    test(`${written} ${meant ? 'means' : 'does not mean'} ${id}`, () =>
      expect(isComponent(parseComponentQuery(written), parseComponent(id))).toBe(meant));
  }
});
