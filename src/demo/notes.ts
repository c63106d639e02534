// A journal and a memory that last as long as the made-up world does.
import type { JournalLine } from '../core/act.ts';
import { nothingRemembered } from '../core/memory.ts';
import type { Remembered } from '../core/memory.ts';

export interface DemoJournal {
  news(): Promise<readonly JournalLine[]>;
  append(line: JournalLine): Promise<void>;
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

export interface DemoMemory {
  read(): Promise<Remembered>;
  merge(more: Remembered): Promise<Remembered>;
}

/** Each call of the result opens the same journal for another reader, who is handed every line once. */
export function createJournals(first: readonly JournalLine[]): () => DemoJournal {
  const lines = [...first];
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    let read = 0;
    return {
      news: () => {
        const news = lines.slice(read);
        read = lines.length;
        return Promise.resolve(news);
      },
      append: (line) => {
        lines.push(line);
        return Promise.resolve();
      },
      exclusively: (work) => {
        const mine = last.then(work);
        last = mine.catch(() => {});
        return mine;
      },
    };
  };
}

/** The earliest first sight and the latest standing win; standings by another measure say nothing any more. */
export function createMemory(): DemoMemory {
  let kept = nothingRemembered;
  return {
    read: () => Promise.resolve(kept),
    merge: (more) => {
      const seen = new Map(Object.entries(kept.firstSeen));
      for (const [key, at] of Object.entries(more.firstSeen)) seen.set(key, Math.min(at, seen.get(key) ?? at));
      const standings = new Map(more.measure === kept.measure ? Object.entries(kept.standings) : []);
      for (const [key, standing] of Object.entries(more.standings)) {
        if (standing.since > (standings.get(key)?.since ?? -Infinity)) standings.set(key, standing);
      }
      kept = {
        firstSeen: Object.fromEntries(seen),
        standings: Object.fromEntries(standings),
        measure: more.measure,
      };
      return Promise.resolve(kept);
    },
  };
}
