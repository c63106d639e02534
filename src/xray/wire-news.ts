// What Xray answers about violations, policies and watches, as far as it tells what has changed (API.md section 5). News
// only lead to questions, so that a row which makes no sense is passed over.
import { foldersNamed } from './places.ts';
import { fieldsOf, listOf, textOf, textsOf } from './wire.ts';
import type { Fields } from './wire.ts';

export interface ViolationSeen {
  /** Watch, issue, components and paths: a plain row has no id of its own. */
  readonly identity: string;
  /** Ms since the epoch, by Xray's clock; NaN where it does not say. */
  readonly created: number;
  readonly folders: readonly string[];
}

export interface ViolationsSeen {
  readonly rows: readonly ViolationSeen[];
  /** Rows of this page, also those passed over. */
  readonly count: number;
  /** Null where Xray does not say. */
  readonly total: number | null;
}

/** Null where the body is no list of violations. */
export function violationsSeen(body: unknown): ViolationsSeen | null {
  const top = fieldsOf(body);
  if (top === null || !('violations' in top || 'total_violations' in top)) return null;
  const list = listOf(top['violations']);
  if (list === null) return null;
  const total = top['total_violations'];
  const rows = list.map(fieldsOf).filter((one) => one !== null);
  return { rows: rows.map(violationSeen), count: list.length, total: typeof total === 'number' ? total : null };
}

function violationSeen(row: Fields): ViolationSeen {
  const read = (...names: readonly string[]): string[] => names.flatMap((name) => textsOf(row[name])).toSorted();
  const paths = read('impacted_artifacts', 'impact_artifacts', 'impacted_artifact');
  const components = read('infected_components', 'infected_component');
  return {
    identity: JSON.stringify([textOf(row['watch_name']), textOf(row['issue_id']), components, paths]),
    created: Date.parse(textOf(row['created'])),
    folders: paths.flatMap(foldersNamed),
  };
}

/** By name, what changes when the policy does; null where the body is no list of policies. */
export function policiesSeen(body: unknown): ReadonlyMap<string, string> | null {
  const list = listOf(body ?? false);
  if (list === null) return null;
  const rows = list.map(fieldsOf).filter((one) => one !== null);
  return new Map(rows.map((row) => [textOf(row['name']), textOf(row['modified']) || canonical(row)]));
}

export interface WatchSeen {
  readonly active: boolean;
  /** Names of Xray's policies. */
  readonly policies: readonly string[];
  readonly repositories: readonly string[];
  /** It covers every repository, or something of which the repositories cannot be told. */
  readonly everything: boolean;
  /** Changes when the watch does; its description and its recipients are not looked at. */
  readonly version: string;
}

/** By name; null where the body is no list of watches. */
export function watchesSeen(body: unknown): ReadonlyMap<string, WatchSeen> | null {
  const list = listOf(body ?? false);
  if (list === null) return null;
  const rows = list.map(fieldsOf).filter((one) => one !== null);
  return new Map(rows.map((row) => [textOf(fieldsOf(row['general_data'])?.['name']), watchSeen(row)]));
}

function watchSeen(row: Fields): WatchSeen {
  const active = fieldsOf(row['general_data'])?.['active'] === true;
  const [resources, policies] = [row['project_resources'], row['assigned_policies']];
  const covered = (listOf(fieldsOf(resources)?.['resources']) ?? []).map(repositoriesOf);
  return {
    active,
    policies: (listOf(policies) ?? []).map((one) => textOf(fieldsOf(one)?.['name'])),
    repositories: covered.flatMap((one) => one ?? []),
    everything: covered.includes(null),
    version: canonical([active, resources, policies]),
  };
}

/** Null: it cannot be told which. A remote repository is named without its cache, where its images lie. */
function repositoriesOf(resource: unknown): readonly string[] | null {
  const { type, name } = fieldsOf(resource) ?? {};
  const kind = textOf(type).toLowerCase();
  if (kind === 'repository' && textOf(name) !== '') return [textOf(name), `${textOf(name)}-cache`];
  return /build|bundle|git/.test(kind) ? [] : null;
}

/** The same for what differs in the order of keys or elements only: no order is documented. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).toSorted().join()}]`;
  const fields = fieldsOf(value);
  if (fields === null) return JSON.stringify(value ?? null);
  const keys = Object.keys(fields).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(fields[key])}`).join()}}`;
}
