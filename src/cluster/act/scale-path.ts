// Which field of a custom kind `/scale` sets: only to leave it unset again is that to be known.
import type { ApiResource } from '../api-resources.ts';
import { list, text, tree, type Tree } from '../tree.ts';
import { readQuietly } from './ask.ts';
import { type Context, nameOf } from './context.ts';

/**
 * As its definition says, such as `['spec', 'shards']`. Where that may not be read, the usual field, if it is plainly what
 * `/scale` has set; else null.
 */
export async function scalePath(
  context: Context,
  api: ApiResource,
  object: Tree,
  set: number | null,
): Promise<readonly string[] | null> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${nameOf(api)}`;
  const definition = await readQuietly(context, path);
  const versions = list(tree(tree(definition)['spec'])['versions']).map(tree);
  const version = versions.find((one) => one['name'] === api.version);
  const written = text(tree(tree(tree(version)['subresources'])['scale'])['specReplicasPath']);
  // The definition allows nothing but names and dots here.
  if (written.startsWith('.spec.')) return written.slice(1).split('.');
  return set !== null && tree(object['spec'])['replicas'] === set ? ['spec', 'replicas'] : null;
}

/** A merge patch that removes the field. */
export function withoutField([name = '', ...rest]: readonly string[]): Tree {
  return { [name]: rest.length === 0 ? null : withoutField(rest) };
}
