import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { UsageError } from '../../src/core/errors.ts';
import { diskFiles } from '../../src/settings/files.ts';
import { writePolicyFile } from '../../src/settings/write-policy.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-policy-'));
  file = join(folder, 'policy.yaml');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const { readFile } = diskFiles('linux');

function write(before: string | null, text: string, path = file): void {
  writePolicyFile(path, before, text, readFile);
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe('a file is left as it is', () => {
  test('where it was changed since it was read', () => {
    writeFileSync(file, 'theirs');
    expect(() => write('read', 'ours')).toThrow(/was changed meanwhile/);
    expect(() => write(null, 'ours')).toThrow(UsageError);
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    rmSync(file);
    expect(() => write('read', 'ours')).toThrow(/was changed meanwhile/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('where a folder stands in its place', () => {
    mkdirSync(file);
    expect(() => write(null, 'ours')).toThrow(UsageError);
    expect(readdirSync(folder)).toEqual(['policy.yaml']);
  });

  test('where its folder is a file', () => {
    writeFileSync(file, 'x');
    expect(() => write(null, 'ours', join(file, 'policy.yaml'))).toThrow(/cannot be written: E/);
  });
});

describe('a file is replaced whole', () => {
  test('with its mode, and nothing beside it', () => {
    writeFileSync(file, 'read');
    chmodSync(file, 0o640);
    write('read', 'ours\n');
    expect(readFileSync(file, 'utf8')).toBe('ours\n');
    expect([modeOf(file), readdirSync(folder)]).toEqual([0o640, ['policy.yaml']]);
  });

  test('by a new one: who has it open reads the old one to its end', () => {
    writeFileSync(file, 'read');
    const before = statSync(file).ino;
    write('read', 'ours');
    expect(statSync(file).ino).not.toBe(before);
  });

  test('behind the link that leads to it', () => {
    mkdirSync(join(folder, 'dotfiles'));
    writeFileSync(join(folder, 'dotfiles', 'real.yaml'), 'read');
    symlinkSync(join('dotfiles', 'real.yaml'), file);
    write('read', 'ours');
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'dotfiles', 'real.yaml'), 'utf8')).toBe('ours');
  });

  test('or made, with its folder, for the user alone', () => {
    const path = join(folder, 'new', 'policy.yaml');
    write(null, 'ours', path);
    expect(readFileSync(path, 'utf8')).toBe('ours');
    expect([modeOf(path), modeOf(join(folder, 'new'))]).toEqual([0o600, 0o700]);
  });
});
