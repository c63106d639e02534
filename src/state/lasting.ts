// Whether a folder lasts: what is kept in it must still be there in the next run.
import { randomUUID } from 'node:crypto';
import { access, open, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, whyOf } from './errors.ts';
import { fileMode, makeFolder } from './folder.ts';

export interface Place {
  readonly folder: string;
  /** The user named it (`--journal`, KUBECTL_XRAY_HOME): it is taken as lasting where it can be written. */
  readonly named: boolean;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `why` is what follows "the state does not last: ". */
export type Lasting = { readonly lasts: true } | { readonly lasts: false; readonly why: string };

/** Makes the folder and writes into it. What a container takes along with it does not last, as far as that can be seen. */
export async function lastingOf({ folder, named, platform, env }: Place): Promise<Lasting> {
  const fault = await writeProbe(folder);
  if (fault !== null) return { lasts: false, why: fault };
  if (named || platform !== 'linux') return { lasts: true };
  const gone = await goesWith(folder, env);
  return gone === null ? { lasts: true } : { lasts: false, why: `${folder} ${gone}` };
}

async function writeProbe(folder: string): Promise<string | null> {
  const probe = join(folder, `.probe-${randomUUID()}`);
  try {
    await makeFolder(folder);
    const handle = await open(probe, 'wx', fileMode);
    try {
      await handle.writeFile('written to see whether it can be');
      await handle.sync();
    } finally {
      await handle.close();
      await unlink(probe);
    }
    return null;
  } catch (error) {
    const noHome = folder.startsWith('/dev/null') || folder.startsWith('NUL:');
    if (noHome && codeOf(error) !== 'ENOSPC') return 'there is no home folder';
    return `${folder} cannot be written: ${whyOf(error)}`;
  }
}

/** File systems that live in memory (linux/magic.h). */
const inMemory: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
]);
const overlay = 0x794c7630;

/** What a folder goes with, in words: `lies in memory (tmpfs)`; null where it stays. */
export async function goesWith(folder: string, env: Place['env']): Promise<string | null> {
  const { type } = await statfs(folder);
  const memory = inMemory.get(type);
  if (memory !== undefined) return `lies in memory (${memory})`;
  return type === overlay && (await isContainer(env)) ? 'lies in the container itself, and goes with it' : null;
}

async function isContainer(env: Place['env']): Promise<boolean> {
  if (env['KUBERNETES_SERVICE_HOST'] !== undefined) return true;
  const marks = await Promise.all(
    ['/.dockerenv', '/run/.containerenv'].map((mark) =>
      access(mark).then(
        () => true,
        () => false,
      ),
    ),
  );
  return marks.includes(true);
}
