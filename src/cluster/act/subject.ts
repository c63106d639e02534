// What the preflight looks at: the workload's pods, their labels, and the images that would have to be pulled again.
import type { ActAction, Target } from '../../core/act.ts';
import type { Labels } from '../../core/workload.ts';
import { list, text, texts, tree, type Tree } from '../tree.ts';
import type { Context } from './context.ts';
import { readFamily } from './family.ts';
import { templateOf } from './live.ts';
import type { Subject } from './preflight.ts';

/** By the template of a built-in kind; of a custom kind by its pods. `selector`: of its `/scale`. */
export async function readSubject(
  context: Context,
  target: Target,
  action: ActAction,
  object: Tree,
  selector: string | null,
): Promise<Subject> {
  const family = await readFamily(context, target, selector);
  const template = templateOf(object, target.kind);
  if (template !== null) {
    const labels = [texts(tree(template['metadata'])['labels'])];
    return { target, action, labels, family, references: imagesOf(tree(template['spec'])) };
  }
  const own = family.pods.filter(({ uid }) => family.own.has(uid));
  const labels: readonly Labels[] = own.map((pod) => pod.labels);
  const containers = own.flatMap((pod) => pod.containers).filter(({ role }) => role !== 'ephemeral');
  return { target, action, labels, family, references: containers.map(({ reference }) => reference) };
}

/** Of a pod's spec: containers, init containers and image volumes. */
export function imagesOf(spec: Tree): readonly string[] {
  const containers = [...list(spec['containers']), ...list(spec['initContainers'])].map((one) => tree(one)['image']);
  const volumes = list(spec['volumes']).map((one) => tree(tree(one)['image'])['reference']);
  return [...containers, ...volumes].map(text).filter((image) => image !== '');
}
