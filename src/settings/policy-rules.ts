// The three conditions of a policy file: actions by kind, whitelists, thresholds.
import { builtinKinds } from '../core/kind.ts';
import { actions, conditionTypes, defaultPolicy } from '../core/policy.ts';
import { severities } from '../core/severity.ts';
import { below, duration, field, fields, listOf, mistake, oneOf, shown, warning, words, yesOrNo } from './fields.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Action, ConditionType, LicenseRule, Policy, Rule, SecurityRule, UnscannedRule } from '../core/policy.ts';
import type { UnscannedReason } from '../core/scan.ts';
import type { Fields, Reader } from './fields.ts';
import type { Entry, Notes, Tree } from './yaml-tree.ts';

// Fails to compile where core knows a reason that is not here.
const reasonNames: Readonly<Record<UnscannedReason, true>> = {
  foreign: true,
  neverScanned: true,
  unconfirmed: true,
  failed: true,
  unsupported: true,
  gone: true,
};
const reasons = Object.keys(reasonNames) as UnscannedReason[];

const misspelt = 'whiltelistNamespaces';
const ofEveryRule = ['whitelistNamespaces', 'gracePeriod', 'default'] as const;
const ofOneRule: Readonly<Record<ConditionType, readonly string[]>> = {
  unscanned: ['reasons'],
  security: ['minSeverity', 'fixableOnly', 'applicableOnly', 'basis'],
  license: ['basis', 'denied', 'allowed'],
};

/** Reads the rules of the three conditions where they stand; the defaults hold for what is not written. */
export function readRules(
  trees: ReadonlyMap<string, Entry>,
  prefix: string,
  notes: Notes,
): Pick<Policy, ConditionType> {
  const read = (type: ConditionType): Fields | undefined => {
    const entry = trees.get(type);
    return entry === undefined ? undefined : ruleFields(entry.value, `${prefix}${type}`, type, notes);
  };
  return {
    unscanned: unscannedRule(read('unscanned'), notes),
    security: securityRule(read('security'), notes),
    license: licenseRule(read('license'), notes),
  };
}

function ruleFields(tree: Tree, path: string, type: ConditionType, notes: Notes): Fields | undefined {
  const known = [...ofEveryRule, ...ofOneRule[type], ...builtinKinds.map((kind) => kind.policyKey)];
  const keys = tree.is === 'map' ? tree.entries.map((entry) => entry.key) : [];
  const kinds = keys.filter((key) => key === misspelt || key.includes('.') || builtinOf(key) !== undefined);
  const hint = (key: string): string | undefined => {
    const owner = conditionTypes.find((other) => other !== type && ofOneRule[other].includes(key));
    if (owner !== undefined) return `; ${key} belongs to ${owner}`;
    return didYouMean(key, known) || `; a custom kind is written plural.group; known here: ${known.join(', ')}`;
  };
  return fields(tree, path, notes, [...known, ...kinds], hint);
}

function commonRule(from: Fields | undefined, notes: Notes, defaults: Rule): Rule {
  return {
    whitelistNamespaces: whitelist(from, notes),
    actions: namedActions(from, notes),
    default: field(from, 'default', notes, oneOf(actions), defaults.default),
    gracePeriod: field(from, 'gracePeriod', notes, duration, defaults.gracePeriod),
  };
}

/** KubeXray's own chart misspells the key; where both spellings stand, both count, since more is exempt then. */
function whitelist(from: Fields | undefined, notes: Notes): readonly string[] {
  const right = field(from, 'whitelistNamespaces', notes, namespaceGlobs, []);
  const entry = from?.entries.get(misspelt);
  if (from === undefined || entry === undefined) return right;
  warning(
    notes,
    entry.at,
    below(from.path, misspelt),
    "misspelt in KubeXray's chart, and read; write whitelistNamespaces",
  );
  return [...new Set([...right, ...field(from, misspelt, notes, namespaceGlobs, [])])];
}

function namedActions(from: Fields | undefined, notes: Notes): Rule['actions'] {
  const named = new Map<string, { action: Action; key: string }>();
  if (from === undefined) return named;
  for (const { key, at, value } of from.entries.values()) {
    const builtin = builtinOf(key);
    if (builtin === undefined && !key.includes('.')) continue;
    const path = below(from.path, key);
    const resource = builtin?.resource ?? customResource(key, at, path, notes);
    if (resource === undefined) continue;
    const other = named.get(resource);
    if (other !== undefined) {
      mistake(notes, at, path, `the same kind is named as ${other.key} above; keep one of the two`);
      continue;
    }
    const action = oneOf(actions)(value, path, notes);
    if (action === 'delete' && builtin === undefined) mistake(notes, value.at, path, neverDeleted);
    else if (action !== undefined) named.set(resource, { action, key });
  }
  return named;
}

const neverDeleted =
  'a custom kind is never deleted by a policy, because what it owns would go with it; write scaledown or ignore';

function builtinOf(key: string): (typeof builtinKinds)[number] | undefined {
  return builtinKinds.find((kind) => kind.resource === key.toLowerCase());
}

const group = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function customResource(key: string, at: Entry['at'], path: string, notes: Notes): string | undefined {
  const resource = key.toLowerCase();
  const builtin = builtinKinds.find((kind) => `${kind.resource}.${kind.group}` === resource);
  if (builtin !== undefined) return mistake(notes, at, path, `a built-in kind; write ${builtin.policyKey}`);
  if (group.test(resource)) return resource;
  return mistake(notes, at, path, 'not the name of a custom kind; write plural.group, such as widgets.example.com');
}

/** Namespaces are DNS labels; `*` and `?` stand for any characters. Anything else would never match. */
export const namespaceGlob: Reader<string> = (tree, path, notes) => {
  const text = words(tree, path, notes);
  if (text === undefined || /^[-a-z0-9*?]+$/.test(text)) return text;
  const why = /\s/.test(text)
    ? 'separate namespaces by commas'
    : 'use lower-case letters, digits, -, and * or ? as wildcards';
  return mistake(notes, tree.at, path, `${shown(tree)} matches no namespace; ${why}`);
};

export const namespaceGlobs = listOf(namespaceGlob);

function unscannedRule(from: Fields | undefined, notes: Notes): UnscannedRule {
  const chosen = field(from, 'reasons', notes, listOf(oneOf(reasons)), defaultPolicy.unscanned.reasons);
  const entry = from?.entries.get('reasons');
  if (entry !== undefined && entry.value.is === 'list' && entry.value.items.length === 0) {
    warning(notes, entry.at, below(from?.path ?? '', 'reasons'), 'is empty: unscanned images never call for an action');
  }
  return { ...commonRule(from, notes, defaultPolicy.unscanned), reasons: chosen };
}

function securityRule(from: Fields | undefined, notes: Notes): SecurityRule {
  const defaults = defaultPolicy.security;
  return {
    ...commonRule(from, notes, defaults),
    minSeverity: field(from, 'minSeverity', notes, oneOf(severities), defaults.minSeverity),
    fixableOnly: field(from, 'fixableOnly', notes, yesOrNo, defaults.fixableOnly),
    applicableOnly: field(from, 'applicableOnly', notes, yesOrNo, defaults.applicableOnly),
    basis: field(from, 'basis', notes, oneOf(['issues', 'violations']), defaults.basis),
  };
}

function licenseRule(from: Fields | undefined, notes: Notes): LicenseRule {
  const licenses = listOf(words);
  const denied = field(from, 'denied', notes, licenses, null);
  const allowed = field(from, 'allowed', notes, licenses, null);
  const basis = field(from, 'basis', notes, oneOf(['violations', 'lists', 'both']), null);
  if (from !== undefined) checkLists(from, basis, notes);
  const lists = from?.entries.has('denied') === true || from?.entries.has('allowed') === true;
  const common = commonRule(from, notes, defaultPolicy.license);
  return { ...common, basis: basis ?? (lists ? 'both' : defaultPolicy.license.basis), denied, allowed };
}

function checkLists(from: Fields, basis: LicenseRule['basis'] | null, notes: Notes): void {
  const lists = ['denied', 'allowed'].flatMap((key) => from.entries.get(key) ?? []);
  const basisEntry = from.entries.get('basis');
  const [first, second] = lists.toSorted(
    (one, other) => one.at.line - other.at.line || one.at.column - other.at.column,
  );
  if (first !== undefined && second !== undefined) {
    mistake(notes, second.at, below(from.path, second.key), `stands beside ${first.key}; keep one of the two lists`);
  }
  if (basis === 'violations' && first !== undefined) {
    const message =
      'the list would not count beside basis: violations; write basis: both or lists, or take the list out';
    mistake(notes, first.at, below(from.path, first.key), message);
  }
  if (basisEntry !== undefined && first === undefined && (basis === 'lists' || basis === 'both')) {
    const note = basis === 'lists' ? mistake : warning;
    note(
      notes,
      basisEntry.value.at,
      below(from.path, 'basis'),
      `${basis} needs a list; add denied: [...] or allowed: [...]`,
    );
  }
  const none = lists.find((entry) => entry.value.is === 'list' && entry.value.items.length === 0);
  if (none?.key === 'allowed') {
    mistake(
      notes,
      none.value.at,
      below(from.path, 'allowed'),
      'is empty, which would deny every license; name at least one',
    );
  } else if (none !== undefined) {
    warning(notes, none.value.at, below(from.path, none.key), 'is empty: no license is denied by it');
  }
}
