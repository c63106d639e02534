// The room's main file: the journal of one cluster, as engine/ports.ts wants it. The room keeps on this machine what must
// outlive a run, for any number of processes, any of which may be killed at any moment. It decides nothing, and takes
// nothing back that was written.
import { join } from 'node:path';
import type { JournalLine } from '../core/act.ts';
import { appendFile } from './append-file.ts';
import { cannot } from './errors.ts';
import { decodeLine, encodeLine } from './journal-line.ts';
import { whileLocked } from './lock.ts';
import type { StateClock } from './lock.ts';

export interface StateOptions {
  readonly clock: StateClock;
  /** Hears, once each, what could not be kept or read. */
  readonly warn: (message: string) => void;
}

export interface ClusterJournal {
  /** Rejects with a StateError where the file is there and cannot be read. */
  news(): Promise<readonly JournalLine[]>;
  /** Rejects with a StateError where the line is not on disk; then nothing of it is. */
  append(line: JournalLine): Promise<void>;
  /** Rejects as `work` does, and with a StateError where the lock cannot be made. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

const instead = 'name another folder with --journal DIR';

/** The journal in a cluster's folder; neither needs to be there. */
export function openJournal(folder: string, { clock, warn }: StateOptions): ClusterJournal {
  const file = join(folder, 'journal.jsonl');
  const warnOnce = once(warn);
  const onHalfLine = (): void =>
    warnOnce('half', `${file}: a line is not whole and is passed over; whoever wrote it was stopped meanwhile`);
  const lines = appendFile(file, { clock, onHalfLine });

  const news = async (): Promise<readonly JournalLine[]> => {
    const read: JournalLine[] = [];
    await lines.news((text) => {
      const decoded = decodeLine(text);
      if (decoded.is === 'line') read.push(decoded.line);
      else if (decoded.is === 'damaged') onHalfLine();
      else
        warnOnce('foreign', `${file}: lines of another version of kubectl-xray are left as they are and passed over`);
    });
    return read;
  };
  return {
    news: () =>
      news().catch((error: unknown) => {
        throw cannot(`the journal ${file} cannot be read`, error, instead);
      }),
    append: (line) =>
      lines.append(encodeLine(line)).catch((error: unknown) => {
        throw cannot(`the journal ${file} cannot be written`, error, instead);
      }),
    exclusively: (work) => exclusively(join(folder, 'acting.lock'), clock, work, warn),
  };
}

async function exclusively<T>(
  lock: string,
  clock: StateClock,
  work: () => Promise<T>,
  warn: (message: string) => void,
): Promise<T> {
  let begun = false;
  try {
    return await whileLocked(
      lock,
      clock,
      () => {
        begun = true;
        return work();
      },
      () => warn('another process went on while this one stood still for seconds; what both did is in the journal'),
    );
  } catch (error) {
    if (begun) throw error;
    throw cannot(`the lock ${lock} cannot be made`, error, instead);
  }
}

/** Each kind of message once. */
export function once(warn: (message: string) => void): (kind: string, message: string) => void {
  const said = new Set<string>();
  return (kind, message) => {
    if (said.has(kind)) return;
    said.add(kind);
    warn(message);
  };
}
