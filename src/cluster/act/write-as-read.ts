// A write to an object that must still be as it was read. Controllers write its status all the time, which is no reason to
// give up: only what else has changed is a conflict.
import type { Ready } from '../../core/act.ts';
import { readQuietly, type Write, write, type Written } from './ask.ts';
import type { Context } from './context.ts';
import { asRead, metadataOf } from './live.ts';

const mostTries = 5;

/** `path` is that of the object; `make` gives the write that carries a resourceVersion. */
export async function writeAsRead(
  context: Context,
  path: string,
  ready: Pick<Ready, 'resourceVersion' | 'asRead'>,
  make: (resourceVersion: string) => Write,
): Promise<Written> {
  let { resourceVersion } = ready;
  for (let attempt = 1; ; attempt += 1) {
    const written = await write(context, make(resourceVersion));
    const conflict = written.is === 'refused' && written.status === 409;
    if (!conflict || attempt === mostTries) return written;
    const now = await readQuietly(context, path);
    if (now === null || asRead(now) !== ready.asRead) return written;
    ({ resourceVersion } = metadataOf(now));
  }
}
