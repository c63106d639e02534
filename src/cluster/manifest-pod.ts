// Where a manifest has its pod template, and whether its containers are what they must be: a pipeline trusts that every
// container of its manifests was judged, so none may be passed over for its shape.
import { builtinKindOf } from '../core/kind.ts';
import { ClusterError } from './errors.ts';
import type { Manifest } from './manifest-documents.ts';
import { wrongShape } from './manifest-shape.ts';
import { isTree, list, text, tree, type Tree } from './tree.ts';

const containerKeys = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** Throws a ClusterError unless the Pod's spec has containers and each is whole. */
export function checkPod({ object, where }: Manifest): void {
  checkSpec(object['spec'], { at: 'spec', where, kind: 'Pod', builtin: true });
}

/**
 * `spec.template`, or a CronJob's `spec.jobTemplate.spec.template`; null where there are no pods. A built-in kind must have
 * one; of any other kind it is one where its spec has containers. Throws a ClusterError that says what is wrong with it.
 */
export function podTemplateIn({ object, where }: Manifest): Tree | null {
  const [apiVersion, kind] = [text(object['apiVersion']), text(object['kind'])];
  const builtin = builtinKindOf(apiVersion, kind) !== undefined;
  const spec = tree(object['spec']);
  const nested = tree(tree(spec['jobTemplate'])['spec'])['template'];
  const isNested = kind === 'CronJob' && (builtin || nested !== undefined);
  const template = tree(isNested ? nested : spec['template']);
  if (!builtin && !holdsContainers(tree(template['spec']))) return null;
  const at = isNested ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec';
  checkSpec(template['spec'], { at, where, kind, builtin });
  return template;
}

interface Place {
  readonly at: string;
  readonly where: string;
  readonly kind: string;
  readonly builtin: boolean;
}

function holdsContainers(spec: Tree): boolean {
  return containerKeys.some((key) => {
    const value = spec[key];
    return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
  });
}

function checkSpec(spec: unknown, { at, where, kind, builtin }: Place): void {
  if (!isTree(spec)) throw wrongShape(where, `${at} of a ${kind}`, 'an object', spec);
  if (!holdsContainers(spec)) throw new ClusterError('manifest', `${where}: ${at} of a ${kind} names no containers`);
  for (const key of containerKeys) {
    eachOf(spec, key, { at, where }, (one, path) => {
      // Knative, for one, names a lone container itself.
      if (builtin || (one['name'] ?? null) !== null) checkText(where, `${path}.name`, one['name']);
      checkText(where, `${path}.image`, one['image']);
    });
  }
  eachOf(spec, 'volumes', { at, where }, (one, path) => {
    checkText(where, `${path}.name`, one['name']);
    const image = one['image'] ?? null;
    if (image === null) return;
    if (!isTree(image)) throw wrongShape(where, `${path}.image`, 'an object', image);
    checkText(where, `${path}.image.reference`, image['reference']);
  });
}

function eachOf(
  spec: Tree,
  key: string,
  { at, where }: Pick<Place, 'at' | 'where'>,
  check: (one: Tree, path: string) => void,
): void {
  const value = spec[key] ?? null;
  if (value !== null && !Array.isArray(value)) throw wrongShape(where, `${at}.${key}`, 'a list', value);
  list(value).forEach((one, index) => {
    const path = `${at}.${key}[${index}]`;
    if (!isTree(one)) throw wrongShape(where, path, 'an object', one);
    check(one, path);
  });
}

function checkText(where: string, path: string, value: unknown): void {
  if (text(value).trim() === '') throw wrongShape(where, path, 'text', value);
}
