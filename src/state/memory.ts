// What is remembered of a cluster between runs, in one file for any number of processes. Where it cannot be read or kept
// the tool goes on with what it knows: grace periods then begin late, never early.
import { join } from 'node:path';
import { Low } from 'lowdb';
import type { Remembered } from '../core/memory.ts';
import { cannot } from './errors.ts';
import { inTurn } from './in-turn.ts';
import { jsonFile, setAside, UnreadableFile } from './json-file.ts';
import type { JsonFile } from './json-file.ts';
import { once } from './journal.ts';
import type { StateOptions } from './journal.ts';
import { whileLocked } from './lock.ts';
import type { Held } from './lock.ts';
import { decode, encode, isMemoryFile, mergeInto, noMemories, remembered, version } from './memory-file.ts';
import type { Memories, MemoryFile } from './memory-file.ts';

export interface ClusterMemory {
  read(): Promise<Remembered>;
  /** Never rejects. Gives back what then stands, also where it could not be kept. */
  merge(more: Remembered): Promise<Remembered>;
}

const day = 24 * 60 * 60 * 1000;
/** Days after which an image is forgotten of which nobody has spoken. */
const keptFor = 400;

/** The memory in a cluster's folder; neither needs to be there. */
export function openMemory(folder: string, { clock, warn }: StateOptions): ClusterMemory {
  const file = join(folder, 'memory.json');
  const lock = `${file}.lock`;
  const adapter: JsonFile<MemoryFile> = jsonFile(file, version, isMemoryFile);
  const warnOnce = once(warn);
  const turn = inTurn();
  /** What was merged and is not on disk. */
  let unsaved: Remembered[] = [];
  /** The file as it was last read or written, ready to be worked with. */
  let kept: { readonly data: MemoryFile; readonly memories: Memories } | null = null;
  const today = (): number => Math.floor(clock.now() / day);

  const load = async (): Promise<Memories> => {
    const db = new Low<MemoryFile>(adapter, encode(noMemories(), 0));
    await db.read();
    if (kept?.data !== db.data) kept = { data: db.data, memories: decode(db.data) };
    return kept.memories;
  };
  const loadOrSetAside = async (): Promise<Memories> => {
    try {
      return await load();
    } catch (error) {
      if (!(error instanceof UnreadableFile) || error.why !== 'damaged') throw error;
      const aside = await setAside(file, clock.now());
      warnOnce('damaged', `${file} was damaged and is now ${aside}: first sights are counted from today`);
      return noMemories();
    }
  };
  const save = async (memories: Memories, held: Held): Promise<void> => {
    kept = null;
    // Another process may have written since; what is not saved now is merged with that the next time.
    if (!(await held.stillHeld())) throw new Error('another process wrote it meanwhile');
    const db = new Low<MemoryFile>(adapter, encode(memories, today() - keptFor));
    await db.write();
    kept = { data: db.data, memories };
  };
  const tell = (error: unknown): void => {
    if (error instanceof UnreadableFile) {
      warnOnce('later', `${file} was written by a later version of kubectl-xray, and is left as it is`);
      return;
    }
    const { message } = cannot(
      `what was seen cannot be kept in ${file}`,
      error,
      'name another folder with --journal DIR',
    );
    warnOnce('unsaved', message);
  };
  const addUnsaved = (memories: Memories): boolean =>
    unsaved.reduce((isNew, more) => mergeInto(memories, more, today()) || isNew, false);
  /** Where the file is of no use: what this process itself has seen. */
  const withoutFile = (): Memories => {
    const memories = noMemories();
    addUnsaved(memories);
    return memories;
  };
  const merge = async (more: Remembered): Promise<Remembered> => {
    unsaved.push(more);
    try {
      return await whileLocked(lock, clock, async (held) => {
        const memories = await loadOrSetAside();
        if (addUnsaved(memories)) await save(memories, held);
        unsaved = [];
        return remembered(memories);
      });
    } catch (error) {
      tell(error);
      unsaved = [remembered(withoutFile())];
      return read();
    }
  };
  const read = async (): Promise<Remembered> => {
    const found = await load()
      .catch(() => whileLocked(lock, clock, loadOrSetAside))
      .catch((error: unknown) => {
        tell(error);
        return withoutFile();
      });
    if (unsaved.length > 0) {
      kept = null;
      addUnsaved(found);
    }
    return remembered(found);
  };
  return { read: () => turn(read), merge: (more) => turn(() => merge(more)) };
}
