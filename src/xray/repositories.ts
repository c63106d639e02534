// Which reference means which repository of Artifactory, whether its host is ours, and what stands behind a repository.
import type { ImageReference } from '../core/image.ts';
import type { XrayClient } from './client.ts';
import { nonsense } from './failure.ts';
import type { Failure } from './failure.ts';
import { fieldsOf, listOf, textOf, textsOf } from './wire.ts';

/** Reference to repository where nothing else can tell; `host` with its port where it has one. */
export interface RegistryMapping {
  readonly host: string;
  readonly repository: string;
}

/** An image in a repository of Artifactory: `docker-local` and `team/app`. */
export interface Spot {
  readonly repository: string;
  readonly image: string;
  /** The repository is known to be a local one or a cache, with nothing behind it. */
  readonly isStore?: boolean;
}

export interface Location {
  readonly ours: boolean;
  /** In the order to be tried; none where the host is ours but the reference names no repository. */
  readonly spots: readonly Spot[];
  /** Why it could not be told whether the host is ours. */
  readonly failure: Failure | null;
}

/** The local repositories and caches behind a key. `null`: repositories may not be listed. */
export type Stores = readonly string[] | null;

export interface Repositories {
  locate(reference: ImageReference, signal: AbortSignal): Promise<Location>;
  storesOf(key: string, signal: AbortSignal): Promise<Stores | { readonly failure: Failure }>;
  /** Why Artifactory cannot be asked at all; null where it answers, if only by refusing. */
  silence(signal: AbortSignal): Promise<Failure | null>;
  forget(): void;
}

export type Listed =
  | { readonly is: 'listed'; readonly types: ReadonlyMap<string, string>; readonly docker: readonly string[] }
  | { readonly is: 'refused' | 'failed'; readonly failure: Failure };

const elsewhere: Location = { ours: false, spots: [], failure: null };

export function createRepositories(client: XrayClient, registries: readonly RegistryMapping[]): Repositories {
  let listing: Promise<Listed> | null = null;
  const list = (signal: AbortSignal): Promise<Listed> => (listing ??= listRepositories(client, signal));
  const mapped = Map.groupBy(registries, ({ host }) => plainHost(host));

  const byLabel = async (key: string, { path }: ImageReference, signal: AbortSignal): Promise<Location> => {
    const listed = await list(signal);
    if (listed.is === 'failed') return { ours: false, spots: [], failure: listed.failure };
    // Where the list is refused, the manifest will tell.
    if (listed.is === 'listed' && !listed.types.has(key)) return elsewhere;
    return { ours: true, spots: [{ repository: key, image: path }], failure: null };
  };

  return {
    locate: async (reference, signal) => {
      const host = plainHost(reference.host);
      const mappings = mapped.get(host);
      if (mappings !== undefined) {
        const spots = mappings.map(({ repository }) => ({ repository, image: reference.path }));
        return { ours: true, spots, failure: null };
      }
      const { hosts } = client.connection;
      if (hosts.includes(host)) return { ours: true, spots: spotsInPath(reference.path), failure: null };
      const key = hosts.map((ours) => repositoryInHost(host, ours)).find((one) => one !== null);
      if (key === undefined || key === null || client.base().artifactory === null) return elsewhere;
      return await byLabel(key, reference, signal);
    },
    storesOf: async (key, signal) => {
      const listed = await list(signal);
      if (listed.is !== 'listed') return listed.is === 'refused' ? null : { failure: listed.failure };
      return await storesIn(client, listed, key, signal, 0);
    },
    silence: async (signal) => {
      const listed = await list(signal);
      return listed.is === 'failed' ? listed.failure : null;
    },
    forget: () => {
      listing = null;
    },
  };
}

// `HOST/REPO/IMAGE`.
function spotsInPath(path: string): readonly Spot[] {
  const slash = path.indexOf('/');
  return slash < 0 ? [] : [{ repository: path.slice(0, slash), image: path.slice(slash + 1) }];
}

/** `REPO.HOST`, or on JFrog Cloud `INSTANCE-REPO.jfrog.io`, whose dashes only the list of repositories can tell apart. */
function repositoryInHost(host: string, ours: string): string | null {
  if (host.endsWith(`.${ours}`)) return host.split('.', 1)[0] ?? null;
  const instance = /^([^.:]+)\.jfrog\.io$/.exec(ours)?.[1];
  const label = /^([^.:]+)\.jfrog\.io$/.exec(host)?.[1];
  if (instance === undefined || label?.startsWith(`${instance}-`) !== true) return null;
  return label.slice(instance.length + 1) || null;
}

/** Without the port that is the scheme's own. */
function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/:(443|80)$/, '');
}

export async function listRepositories(client: XrayClient, signal: AbortSignal): Promise<Listed> {
  const request = { to: 'artifactory', method: 'GET', path: '/api/repositories', doing: 'list repositories' } as const;
  const answer = await client.ask(request, signal);
  if (!answer.ok) {
    const refused = answer.status === 403 || answer.status === 404;
    return { is: refused ? 'refused' : 'failed', failure: answer.failure };
  }
  const rows = listOf(answer.body ?? false);
  if (rows === null) {
    return { is: 'failed', failure: nonsense('it is no list of repositories', client.named('artifactory')) };
  }
  const types = new Map<string, string>();
  const docker: string[] = [];
  for (const row of rows) {
    const { key, type, packageType } = fieldsOf(row) ?? {};
    types.set(textOf(key), textOf(type).toUpperCase());
    if (/^(docker|oci)$/i.test(textOf(packageType))) docker.push(textOf(key));
  }
  return { is: 'listed', types, docker };
}

// Pulled through a remote repository an image lies in `REMOTE-cache`; a virtual one holds nothing itself (API.md 4).
async function storesIn(
  client: XrayClient,
  listed: Extract<Listed, { is: 'listed' }>,
  key: string,
  signal: AbortSignal,
  depth: number,
): Promise<Stores | { readonly failure: Failure }> {
  const type = listed.types.get(key);
  if (type === 'REMOTE') return [`${key}-cache`];
  if (type === 'VIRTUAL') return await storesOfVirtual(client, listed, key, signal, depth);
  // A cache is not listed; what else is not listed is gone, or hidden from us, and answers for itself.
  return [key];
}

// Its members are told to administrators only. For others every Docker repository may be one: together they hold all.
async function storesOfVirtual(
  client: XrayClient,
  listed: Extract<Listed, { is: 'listed' }>,
  key: string,
  signal: AbortSignal,
  depth: number,
): Promise<Stores | { readonly failure: Failure }> {
  const path = `/api/repositories/${encodeURIComponent(key)}`;
  const request = {
    to: 'artifactory',
    method: 'GET',
    path,
    doing: 'read the members of a virtual repository',
  } as const;
  const answer = await client.ask(request, signal);
  if (
    !answer.ok &&
    (answer.status === null || answer.status >= 500 || answer.status === 429 || answer.status === 401)
  ) {
    return { failure: answer.failure };
  }
  const told = answer.ok ? textsOf(fieldsOf(answer.body)?.['repositories']) : [];
  const members = told.length > 0 ? told : listed.docker.filter((one) => listed.types.get(one) !== 'VIRTUAL');
  const stores = new Set<string>();
  for (const member of members) {
    const found = depth < 5 ? await storesIn(client, listed, member, signal, depth + 1) : null;
    if (found === null) return null;
    if ('failure' in found) return found;
    for (const store of found) stores.add(store);
  }
  return [...stores];
}
