import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, onTestFinished, test } from 'vitest';

import type { Credentials } from '../../src/settings/credentials.ts';
import { watchToken } from '../../src/settings/watch-token.ts';
import { aManualClock } from '../support/manual-clock.ts';

let file: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'watch-token-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  file = join(folder, 'token');
});

interface Told {
  readonly renewed: Credentials[];
  readonly warnings: string[];
}

/** Watches a file that holds `first-token`; gives what is told within a second after a change. */
function watching(credentials: Credentials): (change: () => void) => Told {
  writeFileSync(file, 'first-token\n');
  const [renewed, warnings]: [Credentials[], string[]] = [[], []];
  const clock = aManualClock();
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const onChange = (one: Credentials): void => void renewed.push(one);
  const warn = (message: string): void => void warnings.push(message);
  const inUse = { credentials, origin: '--xray-token-file' };
  watchToken(file, inUse, { clock, signal: stopping.signal, onChange, warn });
  return (change) => {
    change();
    clock.advance(1_000);
    return { renewed: renewed.splice(0), warnings: warnings.splice(0) };
  };
}

function write(text: string): () => void {
  return () => writeFileSync(file, text);
}

function nothing(): void {
  // What was there stays.
}

function bearer(token: string): Credentials {
  return { kind: 'bearer', token };
}

test('a file that is gone, empty or holds more than a token is said, without what it holds', () => {
  const after = watching(bearer('first-token'));
  for (const [change, message] of [
    [() => rmSync(file), /is gone; .*stays in use/],
    [write('\n'), /is empty; .*stays in use/],
    [write('second token'), /holds more than a token; .*stays in use/],
  ] as const) {
    const { renewed, warnings } = after(change);
    expect([renewed, warnings]).toEqual([[], [expect.stringMatching(message)]]);
    expect(warnings.join()).not.toContain('second');
  }
  expect(after(write('first-token'))).toEqual({ renewed: [], warnings: [] });
});

test('a file that is renewed gives new credentials, once', () => {
  const after = watching(bearer('first-token'));
  expect(after(nothing)).toEqual({ renewed: [], warnings: [] });
  expect(after(write('second-token\n'))).toEqual({ renewed: [bearer('second-token')], warnings: [] });
  expect(after(write('second-token'))).toEqual({ renewed: [], warnings: [] });
});

test('a file beside a user holds his password', () => {
  const after = watching({ kind: 'basic', user: 'ana', password: 'first-token' });
  expect(after(write('word')).renewed).toEqual([{ kind: 'basic', user: 'ana', password: 'word' }]);
});

test('a file that was renewed before the watching began counts too', () => {
  const after = watching(bearer('read-long-before'));
  expect(after(nothing).renewed).toEqual([bearer('first-token')]);
});
