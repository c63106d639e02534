// The roles of docs/rbac.md, read out of the page as a reader would apply them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { KubeObject } from '../control-plane/requests.ts';
import type { Rule } from '../control-plane/users.ts';
import type { Ended } from './run-cli.ts';
import { root } from './run-cli.ts';

/** A ClusterRole or a binding of one. */
export interface Published extends KubeObject {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
}

export interface Role {
  readonly all: readonly Rule[];
  /** Those before the comment that says where the others begin; all, where nothing says so. */
  readonly needed: readonly Rule[];
}

const optional = '# Optional from here on.';

/** Every block of YAML, in order. */
export function publishedObjects(): readonly Published[] {
  return blocks().map(parsed);
}

/** Throws where the page has no such ClusterRole. */
export function publishedRole(name: string): Role {
  const block = blocks().find((one) => parsed(one).kind === 'ClusterRole' && parsed(one).metadata.name === name);
  if (block === undefined) throw new Error(`docs/rbac.md has no ClusterRole ${name}`);
  const [needed = ''] = block.split(optional);
  return { all: parsed(block).rules ?? [], needed: parsed(needed).rules ?? [] };
}

function blocks(): readonly string[] {
  const page = readFileSync(join(root, 'docs', 'rbac.md'), 'utf8');
  return [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

function parsed(block: string): Published {
  const document = parseDocument(block);
  const [mistake] = document.errors;
  if (mistake !== undefined) throw mistake;
  return document.toJS() as Published;
}

/** The rules without some verbs on some resources; a rule that is left without verbs is gone. */
export function without(rules: readonly Rule[], verbs: readonly string[], resources: readonly string[]): Rule[] {
  return rules
    .flatMap((rule) => rule.resources.map((resource) => ({ ...rule, resources: [resource] })))
    .map((rule) => {
      const isMeant = resources.length === 0 || rule.resources.some((one) => resources.includes(one));
      return isMeant ? { ...rule, verbs: rule.verbs.filter((one) => !verbs.includes(one)) } : rule;
    })
    .filter((rule) => rule.verbs.length > 0);
}

/** What was answered with 403 in a run with `-v 6`: `list pods`, `create events`, each once. */
export function refusedIn({ stderr }: Ended): readonly string[] {
  const lines = stderr.matchAll(/^(GET|POST|PATCH|DELETE) https?:\/\/[^/]+(\/apis?\/\S+) 403\b/gm);
  return [...new Set([...lines].map(([, method = '', path = '']) => asked(method, path)))].toSorted();
}

function asked(method: string, url: string): string {
  const { pathname, searchParams } = new URL(url, 'https://server');
  const place = pathname.replace(/^\/(api\/v1|apis\/[^/]+\/[^/]+)\//, '').replace(/^namespaces\/[^/]+\/(?=.)/, '');
  const [resource = '', name, subresource] = place.split('/');
  const reading = searchParams.has('watch') ? 'watch' : name === undefined ? 'list' : 'get';
  const verb = { GET: reading, POST: 'create', PATCH: 'patch', DELETE: 'delete' }[method] ?? method;
  return `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
}

/** What a role does not allow of what another one does, in the words of `refusedIn`. */
export function lackingOf(all: readonly Rule[], rules: readonly Rule[]): readonly string[] {
  const has = allowedBy(rules);
  return allowedBy(all).filter((one) => !has.includes(one));
}

export function allowedBy(rules: readonly Rule[]): readonly string[] {
  return rules.flatMap(({ resources, verbs }) => resources.flatMap((one) => verbs.map((verb) => `${verb} ${one}`)));
}
