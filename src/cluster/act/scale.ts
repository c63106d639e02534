// The `/scale` of custom kinds, by which anything that can be scaled is scaled alike.
import { integer, text, textOrNull, tree, type Tree } from '../tree.ts';
import { readObject, readQuietly, write } from './ask.ts';
import type { Context } from './context.ts';
import { type Metadata, metadataOf, type There } from './live.ts';
import { type Failed, failure } from './outcome.ts';

export type Scale =
  /** `value` null: what it sets is unset in the object. `selector` is that of its pods. */
  | { readonly is: 'scale'; readonly value: number | null; readonly selector: string | null }
  | { readonly is: 'none'; readonly says: string }
  | { readonly is: 'forbidden'; readonly says: string };

const mostTries = 5;

export async function readScale(context: Context, { api, path }: There): Promise<Scale> {
  const none: Scale = { is: 'none', says: `${api.kind} has no /scale` };
  if (!api.scalable) return none;
  const read = await readObject(context, `${path}/scale`);
  if (read.is === 'ok') {
    const selector = textOrNull(tree(read.object['status'])['selector']);
    return { is: 'scale', value: replicasOf(read.object), selector };
  }
  if (read.status === 403) return { is: 'forbidden', says: read.says };
  // The API server has no words of its own for an unset field: it fails (apiextensions, ScaleREST.Get).
  if (read.status === 500 && text(read.says).includes('does not exist')) {
    return { is: 'scale', value: null, selector: null };
  }
  return { is: 'none', says: `${api.kind} gives no /scale: ${read.says}` };
}

/**
 * `/scale` of a custom resource ignores a wrong uid (tried), so the resourceVersion of the object is carried, as it was
 * just answered with its uid. As long as only its status has changed since, it is tried again.
 */
export async function patchScale(
  context: Context,
  path: string,
  answered: Metadata,
  replicas: number | null,
  dryRun: boolean,
): Promise<Failed | null> {
  const what = `setting /scale to ${replicas}`;
  let { resourceVersion } = answered;
  for (let attempt = 1; ; attempt += 1) {
    const body = { metadata: { resourceVersion }, spec: { replicas } };
    const written = await write(context, { method: 'PATCH', path: `${path}/scale`, dryRun, body });
    if (written.is === 'ok') {
      const value = replicasOf(written.object);
      if (value === replicas) return null;
      return { is: 'failed', says: `${what}: the server did not keep it, /scale is ${value}` };
    }
    const conflict = written.is === 'refused' && written.status === 409;
    if (!conflict || attempt === mostTries) return failure(written, what);
    const read = await readQuietly(context, path);
    const now = read === null ? null : metadataOf(read);
    const same = now?.uid === answered.uid && !now.terminating && now.generation === answered.generation;
    if (now === null || !same) return failure(written, what);
    ({ resourceVersion } = now);
  }
}

/** A Scale leaves out a 0. */
function replicasOf(scale: Tree): number {
  return integer(tree(scale['spec'])['replicas']);
}
