// Which answers belong together: those of one Xray, asked in one way, by one who asks. Others may see other things there,
// and what is foreign depends on which registries are ours.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addressOf } from './cluster-id.ts';
import { version } from './shard-form.ts';

export interface CachedServer {
  readonly url: string;
  readonly artifactoryUrl: string | null;
  readonly project: string | null;
  readonly registries: readonly { readonly host: string; readonly repository: string }[];
  /** A name that tells one who asks from another; no secret. Empty where nobody says who it is. */
  readonly asker: string;
}

/** The folder of all answers in this form, below the cache folder. */
export function rootOf(cache: string): string {
  return join(cache, `scans-${version}`);
}

/** The folder of one server's answers. */
export function serverFolder(cache: string, server: CachedServer): string {
  return join(rootOf(cache), `${namesServer(server)}-${hashOf(server.asker)}`);
}

/**
 * For who cannot say who asks, as without credentials: the folder of whoever asked this server, the own one first. None
 * where nobody has.
 */
export async function foldersOfAnybody(cache: string, server: CachedServer): Promise<readonly string[]> {
  const own = serverFolder(cache, server);
  const names = await readdir(rootOf(cache)).catch((): string[] => []);
  const others = names.filter((name) => name.startsWith(`${namesServer(server)}-`)).toSorted();
  return [...new Set([own, ...others.map((name) => join(rootOf(cache), name))])];
}

/** Address without a user in it, and project, as `cache info` shows them. */
export function nameOf({ url, project }: CachedServer): string {
  return project === null ? addressOf(url) : `${addressOf(url)} (project ${project})`;
}

function namesServer({ url, artifactoryUrl, project, registries }: CachedServer): string {
  const mapped = registries.map(({ host, repository }) => `${host}=${repository}`).toSorted();
  const artifactory = artifactoryUrl === null ? '' : addressOf(artifactoryUrl);
  return `xray-${hashOf(addressOf(url), artifactory, project ?? '', ...mapped)}`;
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
