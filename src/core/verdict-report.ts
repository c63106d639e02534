// An earlier `status -o json`, as something to compare with.
import { apiVersion } from './api-version.ts';
import { UsageError } from './errors.ts';
import type { WorkloadItem, WorkloadVerdictList } from './report.ts';
import type { DiffBase } from './verdict-diff.ts';
import { knownText } from './verdict-lines.ts';
import type { VerdictBase } from './verdict-lines.ts';
import { recordKey } from './verdict-record.ts';
import { textOfItem } from './verdict-text.ts';

export interface ReportBase {
  readonly base: VerdictBase;
  readonly about: DiffBase;
  readonly tellsGone: boolean;
  readonly warnings: readonly string[];
}

/** A UsageError for what is no such report. */
export function reportBase(
  text: string,
  path: string,
  run: { readonly context: string; readonly namespace: string },
): ReportBase {
  const { metadata, items } = parseReport(text, path);
  const known = new Map(items.map((item) => [recordKey(item.workload), knownText(textOfItem(item))]));
  const at = Date.parse(metadata.generatedAt);
  const { context, namespace } = metadata;
  const isPart = namespace !== '' && namespace !== run.namespace;
  const warnings = [
    ...(context !== run.context && context !== '' && run.context !== '' ? [`${path} is of context ${context}`] : []),
    ...(isPart ? [`${path} is of namespace ${namespace} alone: what is elsewhere counts as new`] : []),
  ];
  return {
    base: { at, known, members: [...known.keys()], policy: '' },
    about: { source: 'file', at: Number.isNaN(at) ? null : metadata.generatedAt, file: path },
    // Manifests are a part of a cluster: what they do not hold is not gone from there.
    tellsGone: run.context !== '' || context === '',
    warnings,
  };
}

function parseReport(text: string, path: string): WorkloadVerdictList {
  const value = parse(text);
  const how = 'Name a file that was made with: kubectl xray status -o json';
  if (!isTree(value)) throw new UsageError(`${path} is no JSON object`, how);
  if (value['kind'] !== 'WorkloadVerdictList' || value['apiVersion'] !== apiVersion) {
    throw new UsageError(`${path} holds ${kindWords(value)}, not a WorkloadVerdictList of ${apiVersion}`, how);
  }
  const { metadata, items } = value;
  if (!isTree(metadata) || !Array.isArray(items) || !items.every(isItem)) {
    throw new UsageError(`${path} is not whole: its metadata or an item is not what status -o json writes`, how);
  }
  return value as unknown as WorkloadVerdictList;
}

function kindWords({ kind, apiVersion: version }: Readonly<Record<string, unknown>>): string {
  if (typeof kind !== 'string') return 'something else';
  return kind === 'WorkloadVerdictList' ? `one of ${typeof version === 'string' ? version : 'no apiVersion'}` : kind;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As far as it is read here. */
function isItem(value: unknown): value is WorkloadItem {
  if (!isTree(value) || typeof value['settled'] !== 'boolean') return false;
  const { workload, conditions, unanswered, notEvaluated, images, severities, decision } = value;
  const named = isTree(workload) && ['apiVersion', 'kind', 'namespace', 'name'].every((key) => isText(workload[key]));
  const trees = [severities, decision].every(isTree) && isTree(decision) && isText(decision['action']);
  const lists = Array.isArray(notEvaluated) && areTrees(unanswered) && areTrees(images) && images.every(isImage);
  return named && trees && lists && areConditions(conditions);
}

function isImage({ reference, basis, digest }: Tree): boolean {
  return isText(reference) && isText(basis) && (digest === null || isText(digest));
}

function isEvidence(one: Tree): boolean {
  if (isText(one['license'])) return true;
  return isText(one['image']) && (isText(one['reason']) || (isText(one['id']) && Array.isArray(one['cves'])));
}

function areConditions(conditions: unknown): boolean {
  if (!Array.isArray(conditions)) return false;
  return conditions.every((one: unknown) => {
    return isTree(one) && isText(one['type']) && areTrees(one['evidence']) && one['evidence'].every(isEvidence);
  });
}

function areTrees(value: unknown): value is readonly Tree[] {
  return Array.isArray(value) && value.every(isTree);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
