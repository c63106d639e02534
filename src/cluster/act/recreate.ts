// Creates a deleted object again from its saved manifest, once the old one is gone. What others have made under its name
// meanwhile stays.
import { actedAnew, actedAnnotation, heldAnnotation, heldText, readActed } from '../../core/annotations.ts';
import type { ActOrder, Performed, RestoreOrder } from '../../core/act.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { ApiResource } from '../api-resources.ts';
import { wordsOf } from '../errors.ts';
import { tree, type Tree } from '../tree.ts';
import { write } from './ask.ts';
import { objectBlockers } from './blockers.ts';
import { type Context, pathOf, timeOf } from './context.ts';
import { metadataOf, readLive, servedAs } from './live.ts';
import { cleanedManifest } from './manifest.ts';
import { failure } from './outcome.ts';
import { ownersGone } from './owners-gone.ts';
import { withoutSecrets } from './words.ts';

/** Milliseconds between two looks whether the old object is gone, and how long it is waited for unless told. */
const look = 500;
const longestWait = 60_000;

export async function recreate(
  context: Context,
  order: ActOrder,
  { release }: RestoreOrder,
  manifest: Tree,
  api: ApiResource,
  dryRun: boolean,
): Promise<Performed> {
  const { target } = order;
  const what = `creating ${workloadLabel(target)} again`;
  const waits = await untilGone(context, order, dryRun);
  if (waits !== null) return waits;
  const owners = await ownersGone(context, manifest).catch(() => null);
  if (owners === null) return { is: 'failed', says: `${what}: its owners could not be read; nothing was done` };
  const cleaned = cleanedManifest(manifest, { ownersGone: owners.gone, suspendJob: !release });
  const body = withHold(context, order, { ...cleaned, ...servedAs(api) });
  const path = pathOf(api, target.namespace);
  // The server checks it whole before anything is there.
  for (const trying of dryRun ? [true] : [true, false]) {
    const written = await write(context, { method: 'POST', path, dryRun: trying, body });
    if (written.is !== 'ok') return refusedCreate(written, what, manifest);
    if (!trying) return held(context, order, manifest, api, metadataOf(written.object).uid);
  }
  return { is: 'accepted', says: 'created it again' };
}

function refusedCreate(written: Parameters<typeof failure>[0], what: string, manifest: Tree): Performed {
  // Its namespace is gone, not the object.
  const gone = written.is === 'refused' && written.status === 404;
  const failed = gone ? ({ is: 'failed', says: `${what}: ${written.says}` } as const) : failure(written, what);
  return { ...failed, says: withoutSecrets(failed.says, manifest) };
}

/** Null once there is nothing of that name; a conflict where somebody else has it. */
async function untilGone(whole: Context, { target }: ActOrder, dryRun: boolean): Promise<Performed | null> {
  const label = workloadLabel(target);
  const limit = AbortSignal.timeout(whole.parts.waitAtMost ?? longestWait);
  const signal = AbortSignal.any([whole.signal, limit]);
  const context = { ...whole, signal };
  let blocked = 'the server has not confirmed that it is gone';
  for (;;) {
    try {
      const live = await readLive(context, target);
      if (live.is === 'absent') return null;
      if (live.is === 'forbidden')
        return { is: 'failed', says: `whether ${label} is gone may not be read: ${live.says}` };
      const { uid, terminating } = metadataOf(live.object);
      if (uid !== target.uid) return { is: 'conflict', says: `somebody has made another ${label} since` };
      if (!terminating) return { is: 'conflict', says: `${label} is still there: it was not deleted` };
      if (dryRun) return { is: 'accepted', says: `waited until the deleted ${label} was gone, and created it again` };
      blocked = (await objectBlockers(context, target, live.object)).join('; ') || blocked;
      await context.connection.patience.sleep(look, signal);
    } catch (error) {
      if (signal.aborted) {
        return { is: 'failed', says: `${label} was not created again, the deleted one is still there: ${blocked}` };
      }
      return { is: 'failed', says: `whether ${label} is gone could not be read: ${wordsOf(error)}` };
    }
  }
}

/** From the beginning it is held, as what was made at that time; soon by its uid. */
function withHold(context: Context, order: ActOrder, manifest: Tree): Tree {
  const metadata = tree(manifest['metadata']);
  const hold = { [heldAnnotation]: heldText(order, '', context.parts, timeOf(context)) };
  return { ...manifest, metadata: { ...metadata, annotations: { ...tree(metadata['annotations']), ...hold } } };
}

/** Only now its uid is known, by which it is held for as long as it is there. */
async function held(
  context: Context,
  order: ActOrder,
  manifest: Tree,
  api: ApiResource,
  uid: string,
): Promise<Performed> {
  const { namespace, name } = order.target;
  const acted = readActed(metadataOf(manifest).annotations[actedAnnotation]);
  const annotations = {
    [heldAnnotation]: heldText(order, uid, context.parts, timeOf(context)),
    // It was stopped before it was deleted: that can still be undone.
    ...(acted?.uid === order.target.uid ? { [actedAnnotation]: actedAnew(acted, uid) } : {}),
  };
  const written = await write(context, {
    method: 'PATCH',
    path: pathOf(api, namespace, name),
    dryRun: false,
    body: { metadata: { uid, annotations } },
  });
  const says = 'created it again';
  if (written.is === 'ok') return { is: 'accepted', says, uid };
  return { is: 'accepted', says: `${says}, but what holds it does not name it yet: ${written.says}`, uid };
}
