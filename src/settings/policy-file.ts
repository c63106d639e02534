// Settings: reads what the user wrote (policy, config.yaml, KubeXray's and the JFrog CLI's files) and says where it is
// wrong. It decides nothing, asks no server, and writes nothing but a starting file.
import { defaultPolicy } from '../core/policy.ts';
import { field, fields, inOrder, isNull, listOf, mistake, noMistakes, oneOf, shown, warning } from './fields.ts';
import { didYouMean, nearest } from '../core/nearest.ts';
import { exceptions } from './policy-exceptions.ts';
import { namespaceGlobs, readRules } from './policy-rules.ts';
import { readYaml } from './yaml-tree.ts';
import type { DecidingRole, Limits, Policy } from '../core/policy.ts';
import type { Fields, Reader } from './fields.ts';
import type { Entry, Mistake, Notes, Tree } from './yaml-tree.ts';

export type { Mistake } from './yaml-tree.ts';

/** A policy, or every mistake that keeps the file from being one; both in the order of the file. */
export type PolicyReading =
  | { readonly policy: Policy; readonly warnings: readonly Mistake[] }
  | { readonly mistakes: readonly Mistake[]; readonly warnings: readonly Mistake[] };

const conditions = ['unscanned', 'security', 'license'];
const ours = ['scanPolicy', 'exceptions', 'protect', 'limits', 'onManaged', 'roles'];
const start = { line: 1, column: 1 };
const roleNames = [
  'container',
  'sidecar',
  'init',
  'volume',
  'ephemeral',
  'injected',
] as const satisfies readonly DecidingRole[];

/**
 * Reads a policy file: ours, KubeXray's values.yaml, or its binary's config.yaml (the three maps without `scanPolicy`).
 * A file with a mistake is refused whole.
 */
export function readPolicy(text: string, fileName: string): PolicyReading {
  const notes = noMistakes();
  const root = readYaml(text, notes);
  const policy = root === null ? emptyPolicy(notes) : readRoot(root, notes);
  const warnings = inOrder(notes.warnings);
  if (notes.mistakes.length > 0) return { mistakes: inOrder(notes.mistakes), warnings };
  return { policy: { ...policy, source: fileName }, warnings };
}

/** `FILE:LINE:COLUMN: message`, as compilers write it and editors jump to it. */
export function mistakeLine(fileName: string, { line, column, message }: Mistake): string {
  return `${fileName}:${line}:${column}: ${message}`;
}

function emptyPolicy(notes: Notes): Policy {
  if (notes.mistakes.length === 0)
    notes.warnings.push({ ...start, message: 'the file is empty: everything is ignore' });
  return defaultPolicy;
}

function readRoot(root: Tree, notes: Notes): Policy {
  if (isNull(root)) return emptyPolicy(notes);
  if (root.is !== 'map') {
    const message = `${shown(root)} stands where a policy is expected: a map with the key scanPolicy`;
    notes.mistakes.push({ ...root.at, message });
    return defaultPolicy;
  }
  const top = new Map(root.entries.map((entry) => [entry.key, entry]));
  const wrapper = top.get('scanPolicy');
  const bare = conditions.some((key) => top.has(key)) && wrapper === undefined;
  for (const entry of root.entries) noteForeign(entry, wrapper !== undefined, notes);
  if (wrapper === undefined && !bare) {
    notes.warnings.push({ ...root.at, message: 'there is no scanPolicy here: every action is ignore' });
  }
  const rulePrefix = bare ? '' : 'scanPolicy.';
  const rules = bare ? top : wrappedRules(wrapper, notes);
  const from: Fields = { at: root.at, path: '', entries: top };
  return {
    ...defaultPolicy,
    rulePrefix,
    ...readRules(rules, rulePrefix, notes),
    exceptions: field(from, 'exceptions', notes, exceptions, defaultPolicy.exceptions),
    protectNamespaces: field(from, 'protect', notes, protectedNamespaces, defaultPolicy.protectNamespaces),
    limits: field(from, 'limits', notes, limits, defaultPolicy.limits),
    onManaged: field(from, 'onManaged', notes, oneOf(['refuse', 'act']), defaultPolicy.onManaged),
    roles: field(from, 'roles', notes, roles, defaultPolicy.roles),
  };
}

function wrappedRules(wrapper: Entry | undefined, notes: Notes): ReadonlyMap<string, Entry> {
  if (wrapper === undefined) return new Map();
  return fields(wrapper.value, 'scanPolicy', notes, conditions, besideIt)?.entries ?? new Map<string, Entry>();
}

function besideIt(key: string): string | undefined {
  return ours.includes(key) ? `; ${key} stands beside scanPolicy, not in it` : undefined;
}

/** A values.yaml has keys that are not ours: these warn. One that was hardly meant to be another is a mistake. */
function noteForeign({ key, at }: Entry, wrapped: boolean, notes: Notes): void {
  if (ours.includes(key)) return;
  if (conditions.includes(key)) {
    if (wrapped) mistake(notes, at, key, `stands beside scanPolicy; move it into scanPolicy`);
    return;
  }
  const known = [...ours, ...conditions];
  if (nearest(key, known) !== undefined) mistake(notes, at, key, `unknown key${didYouMean(key, known)}`);
  else warning(notes, at, key, 'not a key of a policy; left alone');
}

const protectedNamespaces: Reader<readonly string[]> = (tree, path, notes) =>
  field(fields(tree, path, notes, ['namespaces']), 'namespaces', notes, namespaceGlobs, []);

const limits: Reader<Limits> = (tree, path, notes) => {
  const from = fields(tree, path, notes, ['actionsPerMinute', 'shareOfWorkloads']);
  const { actionsPerMinute, shareOfWorkloads } = defaultPolicy.limits;
  return {
    actionsPerMinute: field(from, 'actionsPerMinute', notes, wholeNumber, actionsPerMinute),
    shareOfWorkloads: field(from, 'shareOfWorkloads', notes, share, shareOfWorkloads),
  };
};

const wholeNumber: Reader<number> = (tree, path, notes) => {
  const number = tree.is === 'scalar' && typeof tree.value === 'number' ? tree.value : Number.NaN;
  if (Number.isSafeInteger(number) && number > 0) return number;
  return mistake(
    notes,
    tree.at,
    path,
    `${shown(tree)} is not a whole number above 0; write one without quotes, such as 5`,
  );
};

/** `10%` or `0.1`, above 0 and at most all. */
const share: Reader<number> = (tree, path, notes) => {
  const text = tree.is === 'scalar' ? tree.text.trim() : '';
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
  const number = percent === undefined ? plainNumber(text) : Number(percent) / 100;
  if (!(number > 0 && number <= 1)) {
    const message = `${shown(tree)} is not a share above 0 and up to 100%; write it as 10% or 0.1`;
    return mistake(notes, tree.at, path, message);
  }
  if (text === '1') warning(notes, tree.at, path, '1 is all of them (100%); one in a hundred is written 1%');
  return number;
};

function plainNumber(text: string): number {
  return /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
}

const roles: Reader<readonly DecidingRole[]> = (tree, path, notes) => {
  const chosen = listOf(oneOf(roleNames))(tree, path, notes);
  if (tree.is !== 'list' || tree.items.length > 0) return chosen;
  return mistake(notes, tree.at, path, 'is empty, so that no image would decide anything; name at least container');
};
