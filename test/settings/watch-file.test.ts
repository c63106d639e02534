import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { watchFile } from '../../src/settings/watch-file.ts';
import type { FileSeen, WatchClock } from '../../src/settings/watch-file.ts';
import { eventually } from '../control-plane/eventually.ts';
import { aManualClock } from '../support/manual-clock.ts';

const second = 1_000;

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'watch-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Watched {
  /** What was told since, after so many milliseconds more. */
  readonly after: (milliseconds: number) => FileSeen[];
  readonly stop: () => void;
}

/** Time stands still: what the system tells is only looked at when the clock moves on. */
function watching(path: string, known: string | null | undefined): Watched {
  const seen: FileSeen[] = [];
  const clock = aManualClock();
  const stopping = new AbortController();
  watchFile(path, { clock, signal: stopping.signal, known, onChange: (one) => void seen.push(one) });
  onTestFinished(() => stopping.abort());
  const after = (milliseconds: number): FileSeen[] => {
    clock.advance(milliseconds);
    return seen.splice(0);
  };
  return { after, stop: () => stopping.abort() };
}

const there = (text: string): FileSeen => ({ is: 'there', text });

describe('a change is told within a second', () => {
  test('by an edit in place, of the same length too', () => {
    const path = join(aFolder(), 'a.yaml');
    writeFileSync(path, 'one');
    const { after } = watching(path, 'one');
    writeFileSync(path, 'two');
    expect(after(second)).toEqual([there('two')]);
  });

  test('by a new file under its name, as editors save', () => {
    const folder = aFolder();
    const path = join(folder, 'a.yaml');
    writeFileSync(path, 'one');
    const { after } = watching(path, 'one');
    for (const text of ['two', 'three']) {
      renameSync(path, `${path}~`);
      writeFileSync(join(folder, '.new'), text);
      renameSync(join(folder, '.new'), path);
      expect(after(second)).toEqual([there(text)]);
    }
  });

  test('by another folder behind the link, as ConfigMaps and Secrets are mounted', () => {
    const folder = aFolder();
    const version = (name: string, text: string): void => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'a.yaml'), text);
      symlinkSync(name, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    version('..1', 'one');
    symlinkSync(join('..data', 'a.yaml'), join(folder, 'a.yaml'));
    const { after } = watching(join(folder, 'a.yaml'), 'one');
    version('..2', 'two');
    rmSync(join(folder, '..1'), { recursive: true });
    expect(after(second)).toEqual([there('two')]);
  });

  test('in a file that a link leads to, which lies in another folder', () => {
    const [here, elsewhere] = [aFolder(), aFolder()];
    writeFileSync(join(elsewhere, 'real'), 'one');
    symlinkSync(join(elsewhere, 'real'), join(here, 'a.yaml'));
    const { after } = watching(join(here, 'a.yaml'), 'one');
    writeFileSync(join(elsewhere, 'real'), 'two');
    expect(after(second)).toEqual([there('two')]);
  });

  test('that it is gone, and there again', () => {
    const path = join(aFolder(), 'a.yaml');
    writeFileSync(path, 'one');
    const { after } = watching(path, 'one');
    rmSync(path);
    expect(after(second)).toEqual([{ is: 'gone' }]);
    writeFileSync(path, 'one');
    expect(after(second)).toEqual([there('one')]);
  });

  test('that it is there at last, with its folder', () => {
    const folder = join(aFolder(), 'later');
    const { after } = watching(join(folder, 'a.yaml'), null);
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.yaml'), 'one');
    expect(after(second)).toEqual([there('one')]);
  });

  test('that it was changed before the watching began', () => {
    const path = join(aFolder(), 'a.yaml');
    writeFileSync(path, 'two');
    expect(watching(path, 'one').after(second)).toEqual([there('two')]);
    expect(watching(path, undefined).after(second)).toEqual([there('two')]);
  });

  test('that it is a folder now', () => {
    const path = join(aFolder(), 'a.yaml');
    writeFileSync(path, 'one');
    const { after } = watching(path, 'one');
    rmSync(path);
    mkdirSync(path);
    expect(after(second)).toEqual([{ is: 'unreadable', code: 'EISDIR' }]);
  });

  test('that it cannot be read: a link that leads to itself', () => {
    const path = join(aFolder(), 'a.yaml');
    writeFileSync(path, 'one');
    const { after } = watching(path, 'one');
    rmSync(path);
    symlinkSync(path, path);
    expect(after(second)).toEqual([{ is: 'unreadable', code: 'ELOOP' }]);
  });
});

describe('nothing is told', () => {
  test('of other files beside it, nor of the same content written again', () => {
    const folder = aFolder();
    const path = join(folder, 'a.yaml');
    writeFileSync(path, 'one');
    const { after } = watching(path, 'one');
    writeFileSync(join(folder, 'b.yaml'), 'x');
    expect(after(second)).toEqual([]);
    writeFileSync(path, 'one');
    expect(after(second)).toEqual([]);
  });

  test('of what a save passes through: emptied, gone for a moment, written in pieces', () => {
    const path = join(aFolder(), 'a.yaml');
    writeFileSync(path, 'one');
    const { after } = watching(path, 'one');
    expect(after(second)).toEqual([]);
    writeFileSync(path, '');
    expect(after(200)).toEqual([]);
    rmSync(path);
    expect(after(200)).toEqual([]);
    for (const text of ['e', 'en', 'end']) {
      writeFileSync(path, text);
      expect(after(50)).toEqual([]);
    }
    expect(after(second)).toEqual([there('end')]);
  });

  test('of a file that is changed on and on, but once a second', () => {
    const path = join(aFolder(), 'a.yaml');
    writeFileSync(path, 'one');
    const { after } = watching(path, 'one');
    const told = Array.from({ length: 100 }, (_, nth) => {
      writeFileSync(path, `text ${nth}`);
      return after(40);
    });
    expect(told.flat().length).toBeGreaterThanOrEqual(2);
    expect(told.flat().length).toBeLessThanOrEqual(4);
  });

  test('after the end', () => {
    const path = join(aFolder(), 'a.yaml');
    writeFileSync(path, 'one');
    const { after, stop } = watching(path, 'one');
    writeFileSync(path, 'two');
    stop();
    expect(after(second)).toEqual([]);
  });
});

/** Its looks at regular times are kept from it. */
const onlyPauses: WatchClock = {
  after: (milliseconds, call) => {
    const timer = milliseconds < 500 ? setTimeout(call, milliseconds) : undefined;
    return () => clearTimeout(timer);
  },
};

test('what the system tells is noticed without a look at regular times', async () => {
  const path = join(aFolder(), 'a.yaml');
  writeFileSync(path, 'one');
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const seen: FileSeen[] = [];
  watchFile(path, { clock: onlyPauses, signal: stopping.signal, onChange: (one) => void seen.push(one) });
  await eventually('the file is read', () => seen.length === 1);
  writeFileSync(path, 'two');
  await eventually('the change is told', () => seen.length === 2);
  expect(seen).toEqual([there('one'), there('two')]);
});
