// Whether the server would create an object, tried without creating it.
import type { ApiResource } from '../api-resources.ts';
import { tree, type Tree } from '../tree.ts';
import { write } from './ask.ts';
import { type Context, pathOf } from './context.ts';
import { withoutSecrets } from './words.ts';

/** Null where it would; else why not. `name` null: under the manifest's own name. */
export async function probe(
  context: Context,
  api: ApiResource,
  namespace: string,
  manifest: Tree,
  name: string | null,
): Promise<string | null> {
  const metadata = tree(manifest['metadata']);
  const body = name === null ? manifest : { ...manifest, metadata: { ...metadata, name } };
  const written = await write(context, { method: 'POST', path: pathOf(api, namespace), dryRun: true, body });
  return written.is === 'ok' ? null : withoutSecrets(written.says, manifest);
}

/** A name that every kind takes and nobody has. */
export function probeName(id: string): string {
  const rest = id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(-12);
  return `kubectl-xray-probe-${rest || 'x'}`;
}
