// Which owners that a saved manifest names are gone: with them the collector would take the object within seconds.
import type { PreflightFinding } from '../../core/act.ts';
import { text, tree, type Tree } from '../tree.ts';
import { readObject } from './ask.ts';
import { type Context, pathOf } from './context.ts';
import { metadataOf } from './live.ts';

export interface OwnersGone {
  readonly gone: ReadonlySet<string>;
  readonly findings: readonly PreflightFinding[];
}

/** One that cannot be read is left out as well, and said: an object without an owner lives, one with a wrong one does not. */
export async function ownersGone(context: Context, manifest: Tree): Promise<OwnersGone> {
  const { owners } = metadataOf(manifest);
  const namespace = text(tree(manifest['metadata'])['namespace']);
  const gone = new Set<string>();
  const findings: PreflightFinding[] = [];
  for (const { apiVersion, kind, name, uid } of owners) {
    const api = await context.discovery.find(apiVersion, kind);
    const read = api === null ? null : await readObject(context, pathOf(api, namespace, name));
    if (read?.is === 'ok' && metadataOf(read.object).uid === uid) continue;
    gone.add(uid);
    if (read?.is === 'refused' && read.status !== 404) {
      const says = `its owner ${kind}/${name} could not be read and is left out: ${read.says}`;
      findings.push({ topic: 'unread', says });
    }
  }
  return { gone, findings };
}
