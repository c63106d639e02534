// Writes exceptions and whitelists into a policy file as a careful hand would: the rest stays as it is, character by
// character. Every result is read again, and must be the old policy with exactly that more; else nothing is written.
import { UsageError } from '../core/errors.ts';
import type { ConditionType, Exception, Policy } from '../core/policy.ts';
import { mistakeLine, readPolicy } from './policy-file.ts';
import { exceptionTree, policyTree } from './policy-text.ts';
import { startingPolicy } from './starting-policy.ts';
import {
  editableMap,
  isMap,
  newlineOf,
  pairOf,
  withItem,
  withKey,
  withLastKey,
  withLines,
  withPart,
  withQuotedPart,
  withValue,
} from './yaml-insert.ts';
import type { EditableMap, Written } from './yaml-insert.ts';

/**
 * The text of a policy file with one exception more, at the end of its list; a blank text becomes a starting file. The
 * same text where it has that exception already. Throws a UsageError where that cannot be done without disturbing it.
 */
export function addException(text: string, exception: Exception): string {
  const tree = exceptionTree(exception);
  const [wanted] = policyOf(`exceptions: [${JSON.stringify(tree)}]`, 'the exception').exceptions;
  if (wanted === undefined) throw new UsageError('the exception says not what it excuses');
  return edited(text, {
    what: flowOf(tree),
    below: 'exceptions',
    isThere: (policy) => policy.exceptions.some((one) => isSame(one, wanted)),
    expected: (policy) => ({ ...policy, exceptions: [...policy.exceptions, wanted] }),
    ways: (map) => {
      const item = isJson(map) ? JSON.stringify(tree) : flowOf(tree);
      const list = { flow: `[${item}]`, lines: map.root.flow === true ? null : [`- ${item}`] };
      const pair = pairOf(map.root, 'exceptions');
      return pair === undefined
        ? withRootKey(map, isJson(map) ? '"exceptions"' : 'exceptions', list)
        : [withItem(map, pair, item), withValue(map, pair, list)];
    },
    asOnlyKey: ['exceptions:', `  - ${flowOf(tree)}`],
  });
}

/** The same for a namespace (a glob) that is exempt from one condition. A text of namespaces between commas stays one. */
export function addWhitelist(text: string, condition: ConditionType, namespace: string): string {
  const rule = { [condition]: { whitelistNamespaces: [namespace] } };
  policyOf(JSON.stringify({ scanPolicy: rule }), 'the namespace');
  const value = plainOrQuoted(namespace);
  return edited(text, {
    what: value,
    below: `scanPolicy.${condition}.whitelistNamespaces`,
    isThere: (policy) => policy[condition].whitelistNamespaces.includes(namespace),
    expected: (policy) => {
      const old = policy[condition];
      return { ...policy, [condition]: { ...old, whitelistNamespaces: [...old.whitelistNamespaces, namespace] } };
    },
    ways: (map, policy) => waysIn(map, policy, condition, namespace),
    asOnlyKey: ['scanPolicy:', `  ${condition}:`, `    whitelistNamespaces: [${value}]`],
  });
}

interface Edit {
  /** For who has to do it by hand. */
  readonly what: string;
  readonly below: string;
  readonly isThere: (policy: Policy) => boolean;
  readonly expected: (policy: Policy) => Policy;
  /** The first that reads back as expected counts. */
  readonly ways: (map: EditableMap, policy: Policy) => readonly (string | null)[];
  /** Lines for a file that holds nothing but comments. */
  readonly asOnlyKey: readonly string[];
}

function edited(raw: string, edit: Edit): string {
  if (raw.trim() === '') return edited(startingPolicy, edit);
  const mark = raw.startsWith('\uFEFF') ? '\uFEFF' : '';
  const text = raw.slice(mark.length);
  const before = policyOf(text, 'the policy file');
  if (edit.isThere(before)) return raw;
  const wanted = treeOf(edit.expected(before));
  const map = editableMap(text);
  const ways =
    map === null ? [withLines(text, newlineOf(text), text.length, 0, edit.asOnlyKey)] : edit.ways(map, before);
  const found = ways.find((one) => one !== null && readsAs(one, wanted));
  if (found) return mark + found;
  throw new UsageError(
    'the policy file is written in a way that only a hand can add to',
    `Add it yourself, below ${edit.below}: ${edit.what}`,
  );
}

function readsAs(text: string, wanted: string): boolean {
  const reading = readPolicy(text, '');
  return 'policy' in reading && treeOf(reading.policy) === wanted;
}

function policyOf(text: string, what: string): Policy {
  const reading = readPolicy(text, what);
  if ('policy' in reading) return reading.policy;
  const lines = reading.mistakes.map((one) => mistakeLine(what, one)).join('\n');
  throw new UsageError(lines, 'Correct it first; the file was left as it is.');
}

/** Everything that a policy says. */
function treeOf(policy: Policy): string {
  return JSON.stringify(policyTree(policy));
}

function isSame(one: Exception, other: Exception): boolean {
  return JSON.stringify(exceptionTree(one)) === JSON.stringify(exceptionTree(other));
}

function waysIn(
  map: EditableMap,
  { rulePrefix }: Policy,
  condition: ConditionType,
  namespace: string,
): readonly (string | null)[] {
  const json = isJson(map);
  const key = (name: string): string => (json ? JSON.stringify(name) : name);
  const value = json ? JSON.stringify(namespace) : plainOrQuoted(namespace);
  const list = { flow: `[${value}]`, lines: null };
  const rule = nested(key('whitelistNamespaces'), list);
  const rules = rulePrefix === '' ? map.root : pairOf(map.root, 'scanPolicy')?.value;
  if (rules === undefined) return withRootKey(map, key('scanPolicy'), nested(key(condition), rule));
  if (!isMap(rules)) return atEmpty(map, pairOf(map.root, 'scanPolicy'), nested(key(condition), rule));
  const pair = pairOf(rules, condition);
  if (pair === undefined) return [withKey(map, rules, key(condition), rule)];
  if (!isMap(pair.value)) return atEmpty(map, pair, rule);
  // Where both spellings stand, both count, KubeXray's last.
  const found = pairOf(pair.value, 'whiltelistNamespaces') ?? pairOf(pair.value, 'whitelistNamespaces');
  if (found === undefined) return [withKey(map, pair.value, key('whitelistNamespaces'), list)];
  return [
    withItem(map, found, value),
    withValue(map, found, list),
    withPart(map, found.value, namespace),
    withQuotedPart(map, found.value, namespace),
  ];
}

/** Below a key that has nothing behind it; between braces on the same line. */
function atEmpty(map: EditableMap, pair: ReturnType<typeof pairOf>, value: Written): readonly (string | null)[] {
  return pair === undefined ? [] : [withValue(map, pair, value), withValue(map, pair, { ...value, lines: null })];
}

/** A map of one key. */
function nested(key: string, { flow, lines }: Written): Written {
  const below = lines === null ? [`${key}: ${flow}`] : [`${key}:`, ...lines.map((line) => `  ${line}`)];
  return { flow: `{ ${key}: ${flow} }`, lines: below };
}

function withRootKey(map: EditableMap, key: string, value: Written): readonly (string | null)[] {
  return [withLastKey(map, key, value), withKey(map, map.root, key, value)];
}

/** A file that is JSON stays JSON. */
function isJson({ text, root }: EditableMap): boolean {
  return root.flow === true && text.slice(root.range?.[0]).replaceAll(/\s/g, '').startsWith('{"');
}

/** `{ cve: CVE-2023-1234, namespaces: [shop] }`, as the documentation has it. */
function flowOf(tree: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(tree).map(([key, value]) => `${key}: ${inFlow(value)}`);
  return `{ ${entries.join(', ')} }`;
}

function inFlow(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(inFlow).join(', ')}]` : plainOrQuoted(String(value));
}

/** Quoted where it is not certain that it is one word or several. */
function plainOrQuoted(text: string): string {
  const isPlain = /^[A-Za-z0-9][\w./+*?-]*(?: [\w./+*?-]+)*$/.test(text) && Number.isNaN(Number(text));
  return isPlain && !/^(null|true|false|yes|no|on|off)$/i.test(text) ? text : JSON.stringify(text);
}
