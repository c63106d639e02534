// Whether an active watch of Xray's with a policy of some type covers a path: only then does "no violations" say
// something (API.md section 5).
import type { XrayClient } from './client.ts';
import { nonsense } from './failure.ts';
import type { Failure } from './failure.ts';
import { fieldsOf, listOf, textOf } from './wire.ts';

interface XrayWatch {
  readonly types: ReadonlySet<string>;
  readonly resources: readonly XrayResource[];
}

interface XrayResource {
  /** Null: every repository. */
  readonly repository: string | null;
  readonly filters: readonly XrayFilter[];
}

interface XrayFilter {
  readonly type: string;
  readonly value: string;
  /** Of a filter by regular expression; made once, for it is tried on every image. */
  readonly pattern: RegExp | null;
}

type Read =
  | { readonly is: 'read'; readonly watches: readonly XrayWatch[] }
  | { readonly is: 'failed'; readonly failure: Failure };

export interface Coverage {
  readonly security: boolean;
  readonly license: boolean;
}

export interface Watches {
  /**
   * `folders`: the copies of one image. Violations of any copy are the image's, so one covered copy is enough.
   * `since`: watches read before that time (ms since the epoch) do not do.
   */
  covering(folders: readonly string[], since: number, signal: AbortSignal): Promise<Coverage | Failure>;
  forget(): void;
}

export function createWatches(client: XrayClient): Watches {
  let last: { readonly at: number; readonly reading: Promise<Read>; readonly known: Map<string, Coverage> } | null =
    null;
  return {
    covering: async (folders, since, signal) => {
      if (last === null || last.at < since) {
        last = { at: client.clock.now(), reading: readWatches(client, signal), known: new Map() };
      }
      const { reading, known } = last;
      const read = await reading;
      if (read.is === 'failed') return read.failure;
      const of = folders.map((folder) => {
        const before = known.get(folder);
        if (before !== undefined) return before;
        const types = new Set(read.watches.filter((one) => covers(one, folder)).flatMap(({ types }) => [...types]));
        const coverage = { security: types.has('security'), license: types.has('license') };
        known.set(folder, coverage);
        return coverage;
      });
      return { security: of.some(({ security }) => security), license: of.some(({ license }) => license) };
    },
    forget: () => {
      last = null;
    },
  };
}

async function readWatches(client: XrayClient, signal: AbortSignal): Promise<Read> {
  const doing = 'read the watches of Xray';
  const answer = await client.ask({ to: 'xray', method: 'GET', path: '/api/v2/watches', doing }, signal);
  if (!answer.ok) return { is: 'failed', failure: answer.failure };
  const rows = Array.isArray(answer.body) ? (answer.body as readonly unknown[]) : null;
  if (rows === null) return { is: 'failed', failure: nonsense('it is no list of watches', client.named('xray')) };
  const read = rows.map(readWatch);
  const active = read.filter((one) => one !== null);
  // The type of a policy stands in the watch, but older ones name the policy only.
  if (active.every(({ untyped }) => untyped.length === 0)) return { is: 'read', watches: active };
  const types = await readPolicyTypes(client, signal);
  if ('reason' in types) return { is: 'failed', failure: types };
  const watches = active.map((one) => {
    const named = one.untyped.flatMap((name) => types.get(name) ?? []);
    return { ...one, types: new Set([...one.types, ...named]) };
  });
  return { is: 'read', watches };
}

async function readPolicyTypes(
  client: XrayClient,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | Failure> {
  const doing = 'read the policies of Xray';
  const answer = await client.ask({ to: 'xray', method: 'GET', path: '/api/v2/policies', doing }, signal);
  if (!answer.ok) return answer.failure;
  const rows = listOf(answer.body ?? false);
  if (rows === null) return nonsense('it is no list of policies', client.named('xray'));
  return new Map(rows.map((row) => [textOf(fieldsOf(row)?.['name']), textOf(fieldsOf(row)?.['type']).toLowerCase()]));
}

/** Null for a watch that is not active. */
function readWatch(row: unknown): (XrayWatch & { readonly untyped: readonly string[] }) | null {
  const fields = fieldsOf(row);
  if (fieldsOf(fields?.['general_data'])?.['active'] !== true) return null;
  const policies = (listOf(fields?.['assigned_policies']) ?? []).map((one) => fieldsOf(one) ?? {});
  const typed = policies.map(({ type }) => textOf(type).toLowerCase()).filter((type) => type !== '');
  const untyped = policies.filter(({ type }) => textOf(type) === '').map(({ name }) => textOf(name));
  const resources = listOf(fieldsOf(fields?.['project_resources'])?.['resources']) ?? [];
  return { types: new Set(typed), untyped, resources: resources.map(readResource).filter((one) => one !== null) };
}

function readResource(value: unknown): XrayResource | null {
  const { type, name, filters } = fieldsOf(value) ?? {};
  const read = (listOf(filters) ?? []).map((one) => fieldsOf(one) ?? {});
  const known = read.map((one) => filterOf(textOf(one['type']).toLowerCase(), textOf(one['value'])));
  if (type === 'all-repos') return { repository: null, filters: known };
  return type === 'repository' && textOf(name) !== '' ? { repository: textOf(name), filters: known } : null;
}

// Filters of one type widen, those of different types narrow each other.
function covers({ resources }: XrayWatch, folder: string): boolean {
  const slash = folder.indexOf('/');
  const [repository, path] = [folder.slice(0, slash), folder.slice(slash + 1)];
  return resources.some((resource) => {
    const named = resource.repository;
    if (named !== null && named !== repository && `${named}-cache` !== repository) return false;
    const byType = Map.groupBy(resource.filters, ({ type }) => type);
    return [...byType.values()].every((filters) => filters.some((filter) => passes(filter, repository, path)));
  });
}

function filterOf(type: string, value: string): XrayFilter {
  const isPattern = type === 'regex' || type === 'path-regex';
  return { type, value, pattern: isPattern ? patternOf(value) : null };
}

// What a filter says that cannot be told from a path is taken as "does not cover": better not evaluated than clean.
function passes({ type, value, pattern }: XrayFilter, repository: string, path: string): boolean {
  if (type === 'package-type') return /^(docker|oci)$/i.test(value);
  if (pattern === null) return false;
  const file = `${path}/manifest.json`;
  return [file, `${path}/`, path, 'manifest.json', `${repository}/${file}`].some((text) => pattern.test(text));
}

function patternOf(source: string): RegExp | null {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return null;
  }
}
