// The exceptions of a policy file.
import { builtinKinds } from '../core/kind.ts';
import { conditionTypes } from '../core/policy.ts';
import { field, fields, isNull, listOf, mistake, noMistakes, oneOf, shown, warning, words } from './fields.ts';
import { namespaceGlobs } from './policy-rules.ts';
import type { Exception } from '../core/policy.ts';
import type { Fields, Reader } from './fields.ts';
import { readYaml } from './yaml-tree.ts';
import type { Notes, Place, Tree } from './yaml-tree.ts';

const subjects = ['cve', 'license', 'condition'] as const;
const known = [...subjects, 'namespaces', 'workloads', 'image', 'until', 'reason', 'by'];

/** Reads the list of exceptions; each covers exactly one CVE, license or condition. */
export const exceptions: Reader<readonly Exception[]> = (tree, path, notes) => {
  if (isNull(tree)) return [];
  if (tree.is !== 'list') {
    return mistake(
      notes,
      tree.at,
      path,
      `${shown(tree)} stands where a list is expected; begin each exception with "- "`,
    );
  }
  return tree.items
    .map((item, index) => exception(item, `${path}[${index}]`, notes))
    .filter((one) => one !== undefined);
};

/** Where each exception of a policy file stands, in their order; none of a text that is no policy. */
export function exceptionPlaces(text: string): readonly Place[] {
  const root = readYaml(text, noMistakes());
  const entries = root?.is === 'map' ? root.entries : [];
  const list = entries.find(({ key }) => key === 'exceptions')?.value;
  return list?.is === 'list' ? list.items.map(({ at }) => at) : [];
}

function exception(tree: Tree, path: string, notes: Notes): Exception | undefined {
  const from = fields(tree, path, notes, known);
  if (from === undefined) return undefined;
  const covers = covered(from, notes);
  const read: Omit<Exception, 'covers'> = {
    namespaces: field(from, 'namespaces', notes, namespaceGlobs, null),
    workloads: field(from, 'workloads', notes, listOf(workloadGlob), null),
    image: field(from, 'image', notes, words, null),
    until: field(from, 'until', notes, date, null),
    reason: field(from, 'reason', notes, words, null),
    by: field(from, 'by', notes, words, null),
  };
  warnOfBreadth(from, covers, notes);
  return covers === undefined ? undefined : { covers, ...read };
}

function covered(from: Fields, notes: Notes): Exception['covers'] | undefined {
  const given = subjects.filter((subject) => from.entries.has(subject));
  const [subject, second] = given;
  if (subject === undefined) {
    return mistake(notes, from.at, from.path, 'says not what it excuses; add one of cve, license or condition');
  }
  if (second !== undefined) {
    const at = from.entries.get(second)?.at ?? from.at;
    return mistake(notes, at, from.path, `names ${given.join(' and ')}; an exception covers exactly one, so write two`);
  }
  if (subject === 'condition') {
    const condition = field(from, subject, notes, oneOf(conditionTypes), undefined);
    return condition === undefined ? undefined : { condition };
  }
  const text = field(from, subject, notes, subject === 'cve' ? cve : words, undefined);
  if (text === undefined) return undefined;
  return subject === 'cve' ? { cve: text } : { license: text };
}

/** A CVE, or an issue id of Xray's for what has none. */
const cve: Reader<string> = (tree, path, notes) => {
  const text = tree.is === 'scalar' ? tree.text.trim().toUpperCase() : '';
  if (/^CVE-\d{4}-\d{4,}$/.test(text) || /^XRAY-\d+$/.test(text)) return text;
  return mistake(
    notes,
    tree.at,
    path,
    `${shown(tree)} is not a CVE; write it as CVE-2023-1234 (or Xray's id, XRAY-1234)`,
  );
};

/** `deployment/report` with wildcards; plurals and short names of built-in kinds are read too. */
const workloadGlob: Reader<string> = (tree, path, notes) => {
  const text = words(tree, path, notes);
  if (text === undefined) return undefined;
  const [kind = '', name = '', ...more] = text.split('/');
  if (kind === '' || name === '' || more.length > 0) {
    return mistake(
      notes,
      tree.at,
      path,
      `${shown(tree)} names no workload; write kind/name, such as deployment/report or */report`,
    );
  }
  const lower = kind.toLowerCase();
  const builtin = builtinKinds.find((one) => one.resource === lower || one.shortNames.includes(lower));
  return `${builtin?.kind.toLowerCase() ?? lower}/${name}`;
};

/** The last day on which an exception holds, UTC. */
const date: Reader<string> = (tree, path, notes) => {
  const text = tree.is === 'scalar' ? tree.text.trim() : '';
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return text;
  return mistake(
    notes,
    tree.at,
    path,
    `${shown(tree)} is not a day of the calendar; write YYYY-MM-DD, such as 2027-01-31`,
  );
};

function warnOfBreadth(from: Fields, covers: Exception['covers'] | undefined, notes: Notes): void {
  const narrowed = ['namespaces', 'workloads', 'image'].some((key) => from.entries.has(key));
  if (narrowed || covers === undefined || !('condition' in covers)) return;
  const message = `covers every workload: ${covers.condition} can no longer call for anything; add namespaces, workloads or image`;
  warning(notes, from.at, from.path, message);
}
