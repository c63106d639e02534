// What the entry of the screen does of itself: other places, files, warnings.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { saveNew } from '../../src/entries/save-new.ts';
import { createWarnings } from '../../src/entries/warnings.ts';
import { watchOptionsFor } from '../../src/entries/watch.ts';
import { argumentsFor } from '../../src/entries/watch-run.ts';
import type { World } from '../../src/world.ts';

describe('the arguments for another place', () => {
  const argv = { context: 'prod', namespace: 'shop', server: 'https://prod', token: 't', policy: 'p.yaml' };
  test('of the same context keep how one connects', () => {
    expect(argumentsFor(argv, { context: 'prod', namespace: 'pay' }, 'prod')).toMatchObject({
      ...argv,
      namespace: 'pay',
      'all-namespaces': false,
    });
  });
  test('are all namespaces where none is named', () =>
    expect(argumentsFor(argv, { context: 'prod', namespace: '' }, 'prod')).toMatchObject({ 'all-namespaces': true }));
  test('of another context are without what was said of the first: its address, its credentials, its namespace', () => {
    const other = argumentsFor(argv, { context: 'test', namespace: null }, 'prod');
    expect(other).toMatchObject({ context: 'test', policy: 'p.yaml' });
    expect([other['server'], other['token'], other['namespace']]).toEqual([undefined, undefined, undefined]);
  });
  test('of another context are all namespaces where they were', () =>
    expect(argumentsFor({ 'all-namespaces': true }, { context: 'test', namespace: null }, 'prod')).toMatchObject({
      'all-namespaces': true,
    }));
});

describe('offline', () => {
  test('nothing can be changed from the screen: nobody could be asked before an act', () => {
    const world = { stdin: { isTTY: true }, stdout: { isTTY: true }, env: {} } as unknown as World;
    expect(watchOptionsFor({ offline: true }, world)).toMatchObject({ shows: 'screen', readonly: true });
    expect(watchOptionsFor({}, world)).toMatchObject({ readonly: false });
  });
});

describe('a file that is saved', () => {
  function aFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-save-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }
  test('is for its owner alone, and never written over one that is there', () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'rows.txt'), 'mine');
    const path = saveNew(folder, 'rows.txt', 'saved');
    expect(path).toBe(join(folder, 'rows-2.txt'));
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['saved', 0o600]);
    expect(readFileSync(join(folder, 'rows.txt'), 'utf8')).toBe('mine');
  });
  test('that cannot be written is said', () => {
    const folder = join(aFolder(), 'gone');
    expect(() => saveNew(folder, 'rows.txt', '')).toThrow(UsageError);
    expect(() => saveNew(folder, 'rows.txt', '')).toThrow('rows.txt cannot be written: ENOENT');
  });
});

describe('warnings', () => {
  const written: string[] = [];
  const stderr = { isTTY: true, write: (text: string) => written.push(text) };
  test('wait for the screen, go there while it is there, and to stderr afterwards', () => {
    written.length = 0;
    const warnings = createWarnings(stderr, false);
    const said: string[] = [];
    warnings.stderr.write('warning: first\n');
    const forget = warnings.onWarning((text) => said.push(text));
    warnings.stderr.write('warning: second\n');
    forget();
    warnings.stderr.write('warning: nobody has seen it\n');
    expect([said, written]).toEqual([['first', 'second'], []]);
    warnings.writeThrough();
    warnings.stderr.write('warning: after\n');
    expect(written).toEqual(['warning: nobody has seen it\n', 'warning: after\n']);
  });
  test('stand in the log where one is kept', () => {
    written.length = 0;
    const warnings = createWarnings(stderr, true);
    warnings.stderr.write('GET https://acme.example 200\n');
    expect(written).toEqual(['GET https://acme.example 200\n']);
  });
});
