// Folders, clocks and journals for the tests of this room.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { JournalLine } from '../../src/core/act.ts';
import { foldAll } from '../../src/core/verdict-lines.ts';
import type { Journal } from '../../src/engine/ports.ts';
import { openJournal } from '../../src/state/journal.ts';
import { openVerdictLog } from '../../src/state/verdict-log.ts';
import { realClock } from './real-clock.ts';

/** A folder that is gone after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What is no file at all: whoever opened or read it would wait for ever. */
export const notFiles: readonly (readonly [name: string, put: (path: string) => void])[] = [
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a device', (path) => symlinkSync('/dev/zero', path)],
];

export interface OpenedJournal extends Journal {
  readonly warnings: readonly string[];
}

export function aJournal(folder: string): OpenedJournal {
  const warnings: string[] = [];
  return { ...openJournal(folder, { clock: realClock, warn: (message) => warnings.push(message) }), warnings };
}

export function journalText(folder: string): string {
  return readFileSync(join(folder, 'journal.jsonl'), 'utf8');
}

/** The ids of what was intended. */
export function idsOf(lines: readonly JournalLine[]): string[] {
  return lines.flatMap((line) => (line.type === 'Intended' ? [line.order.id] : []));
}

/** The names of the workloads whose verdicts were seen. */
export async function namesSeen(folder: string): Promise<string[]> {
  const lines = await openVerdictLog(folder, { clock: realClock, warn: () => {} }).read();
  return [...foldAll(lines).known.values()].map(({ verdict }) => verdict().record.workload.name).toSorted();
}
