import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import type { Fact } from '../../src/core/inventory.ts';
import { watchPolicy } from '../../src/settings/watch-policy.ts';
import { aManualClock } from '../support/manual-clock.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-policy-'));
  file = join(folder, 'policy.yaml');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const strict = 'scanPolicy:\n  security:\n    deployments: scaledown\n';
const lax = 'scanPolicy:\n  security:\n    deployments: ignore\n';

interface Watched {
  readonly warnings: string[];
  /** What was reported once a second has passed. */
  readonly facts: () => Promise<Fact[]>;
  readonly stop: () => Promise<void>;
}

/** Watches the policy file, which holds this text; null: it is not there, and was looked for. */
function watching(text: string | null): Watched {
  if (text !== null) writeFileSync(file, text);
  const clock = aManualClock();
  const stopping = new AbortController();
  const [facts, warnings]: [Fact[], string[]] = [[], []];
  const source = { file: text === null ? null : file, path: file, namedBy: '--policy', text };
  const warn = (message: string): void => void warnings.push(message);
  const ended = (async () => {
    for await (const batch of watchPolicy(source, { clock, signal: stopping.signal, warn })) facts.push(...batch);
  })();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await ended;
  };
  onTestFinished(stop);
  return {
    warnings,
    facts: async () => {
      clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
      return facts.splice(0);
    },
    stop,
  };
}

/** As a ConfigMap is mounted: a folder for each version, and a link to the one that counts. */
function mount(version: string, text: string): void {
  mkdirSync(join(folder, version));
  writeFileSync(join(folder, version, 'policy.yaml'), text);
  symlinkSync(version, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
}

function read(action: string, source = file): object {
  const actions = new Map([['deployments', { action, key: 'deployments' }]]);
  return {
    type: 'PolicyRead',
    policy: expect.objectContaining({ source, security: expect.objectContaining({ actions }) }),
  };
}

function refused(message: RegExp): object {
  return { type: 'PolicyRefused', message: expect.stringMatching(message) };
}

describe('what is not right is said, and changes nothing', () => {
  const cases: [name: string, spoil: () => void, message: RegExp][] = [
    [
      'broken YAML',
      () => writeFileSync(file, 'scanPolicy: ['),
      /policy\.yaml:\d+:\d+: not valid YAML[\s\S]*stays in force/,
    ],
    [
      'a mistake',
      () => writeFileSync(file, strict.replace('scaledown', 'scaledwn')),
      /:3:18: .*did you mean scaledown/,
    ],
    ['an empty file', () => writeFileSync(file, ''), /is empty[\s\S]*stays in force/],
    ['comments only', () => writeFileSync(file, '# all gone\n---\n'), /is empty/],
    ['no file', () => rmSync(file), /is gone[\s\S]*stays in force/],
    ['a folder', () => [rmSync(file), mkdirSync(file)], /cannot be read: EISDIR/],
  ];
  for (const [name, spoil, message] of cases) {
    test(`${name}, until it is right again`, async () => {
      const { facts } = watching(strict);
      spoil();
      expect(await facts()).toEqual([refused(message)]);
      expect(await facts()).toEqual([]);
      rmSync(file, { recursive: true, force: true });
      writeFileSync(file, strict);
      expect((await facts()).at(-1)).toEqual(read('scaledown'));
    });
  }

  test('a file that appears broken', async () => {
    const { facts } = watching(null);
    writeFileSync(file, 'scanPolicy: 7');
    expect(await facts()).toEqual([refused(/policy\.yaml:1:13/)]);
  });
});

describe('a change that is right is read', () => {
  test('saved in place', async () => {
    const { facts } = watching(lax);
    expect(await facts()).toEqual([]);
    writeFileSync(file, strict);
    expect(await facts()).toEqual([read('scaledown')]);
  });

  test('put in its place by rename', async () => {
    const { facts } = watching(lax);
    writeFileSync(`${file}.new`, strict);
    renameSync(`${file}.new`, file);
    expect(await facts()).toEqual([read('scaledown')]);
  });

  test('of a ConfigMap', async () => {
    mount('..1', lax);
    symlinkSync(join('..data', 'policy.yaml'), file);
    const { facts } = watching(lax);
    mount('..2', strict);
    expect(await facts()).toEqual([read('scaledown')]);
  });

  test('where there was no file, then gone again: what it said stays', async () => {
    const { facts } = watching(null);
    expect(await facts()).toEqual([]);
    writeFileSync(file, strict);
    expect(await facts()).toEqual([read('scaledown')]);
    rmSync(file);
    expect(await facts()).toEqual([refused(/is gone/)]);
  });

  test('with its warnings', async () => {
    const { facts, warnings } = watching(lax);
    writeFileSync(file, `${strict}image: x\n`);
    expect(await facts()).toEqual([read('scaledown')]);
    expect(warnings).toEqual([expect.stringMatching(/policy\.yaml:4:1: image/)]);
  });

  test('not after the end', async () => {
    const { facts, stop } = watching(lax);
    await stop();
    writeFileSync(file, strict);
    expect(await facts()).toEqual([]);
  });
});
