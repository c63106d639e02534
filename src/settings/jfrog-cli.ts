// The servers that the JFrog CLI is configured with. Only read: it refreshes and encrypts its own file.
// Layout: `ServerDetails` and `ConfigV5` of jfrog-cli-core, utils/config/config.go; older files name them `artifactory`.
import { addressFault, tidyAddress } from './addresses.ts';
import { pathsOf, resolvePath, variable } from './files.ts';
import type { Environment, Ground, ReadFile } from './files.ts';

export interface JfrogServer {
  readonly id: string;
  /** The platform's address, or Xray's own where that differs. */
  readonly url: string;
  readonly artifactoryUrl: string | null;
  readonly credentials:
    | { readonly kind: 'bearer'; readonly token: string }
    | { readonly kind: 'basic'; readonly user: string; readonly password: string }
    | null;
  /** Why its credentials cannot be used, in words; null where they can. */
  readonly problem: string | null;
}

export interface JfrogCli {
  /** The file that was read; null where there is none. */
  readonly file: string | null;
  readonly servers: readonly JfrogServer[];
  /** The one the CLI itself would use. */
  readonly chosen: JfrogServer | null;
  readonly warnings: readonly string[];
}

export interface JfrogCliSearch {
  readonly env: Environment;
  readonly ground: Ground;
  readonly readFile: ReadFile;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Newest first, as the CLI itself falls back. */
const fileNames = ['jfrog-cli.conf.v6', 'jfrog-cli.conf.v5', 'jfrog-cli.conf.v4', 'jfrog-cli.conf'];

/** Reads the newest configuration in JFROG_CLI_HOME_DIR or `~/.jfrog`. What is wrong with it is a warning, never an error. */
export function readJfrogCli({ env, ground, readFile, now }: JfrogCliSearch): JfrogCli {
  const { join } = pathsOf(ground.platform);
  const folder = resolvePath(variable(env, 'JFROG_CLI_HOME_DIR') ?? join('~', '.jfrog'), ground.home, ground);
  for (const name of fileNames) {
    const file = join(folder, name);
    const text = textOf(file, readFile);
    if (text !== null) return readServers(text, file, variable(env, 'JFROG_CLI_SERVER_ID'), now);
  }
  return { file: null, servers: [], chosen: null, warnings: [] };
}

/** A file that may not be read is as good as none: the next one is an older copy of it. */
function textOf(file: string, readFile: ReadFile): string | null {
  try {
    return readFile(file);
  } catch {
    return null;
  }
}

type Json = Readonly<Record<string, unknown>>;

function readServers(text: string, file: string, wanted: string | undefined, now: number): JfrogCli {
  const root = parseJson(text);
  if (root === null) {
    return { file, servers: [], chosen: null, warnings: [`${file} is not the JFrog CLI's JSON; left aside`] };
  }
  const old = !Array.isArray(root['servers']);
  const listed = (old ? root['artifactory'] : root['servers']) ?? [];
  const encrypted = root['enc'] === true;
  const entries = (Array.isArray(listed) ? listed : []).filter(isObject);
  const read = entries.map((entry) => ({ entry, server: serverOf(entry, old, encrypted, now) }));
  const servers = read.flatMap(({ server }) => (typeof server === 'string' ? [] : [server]));
  const warnings = read.flatMap(({ server }) => (typeof server === 'string' ? [`${file}: ${server}; left aside`] : []));
  const byDefault = read.find(({ entry }) => entry['isDefault'] === true)?.server;
  const named = wanted === undefined ? undefined : servers.find((server) => server.id === wanted);
  if (wanted !== undefined && named === undefined) {
    warnings.push(`${file} has no server ${wanted}, which JFROG_CLI_SERVER_ID names`);
    return { file, servers, chosen: null, warnings };
  }
  const only = servers.length === 1 ? servers[0] : undefined;
  const chosen = named ?? (typeof byDefault === 'object' ? byDefault : byDefault === undefined ? only : undefined);
  return { file, servers, chosen: chosen ?? null, warnings };
}

/** A server, or in words why the entry is none. */
function serverOf(entry: Json, old: boolean, encrypted: boolean, now: number): JfrogServer | string {
  const id = textAt(entry, 'serverId') ?? 'Default-Server';
  const artifactory = textAt(entry, old ? 'url' : 'artifactoryUrl');
  const platform = old ? undefined : textAt(entry, 'url');
  const xray = textAt(entry, 'xrayUrl');
  const usual = platform === undefined ? undefined : `${platform.replace(/\/+$/, '')}/xray`;
  const ownXray = xray === undefined || xray.replace(/\/+$/, '') === usual ? undefined : xray;
  const url = ownXray ?? platform ?? artifactory?.replace(/\/artifactory\/*$/, '');
  if (url === undefined) return `server ${id} has no address`;
  if (addressFault(url) !== null) return `the address of server ${id} ${addressFault(url)}`;
  const artifactoryUrl =
    artifactory !== undefined && addressFault(artifactory) === null ? tidyAddress(artifactory) : null;
  const common = { id, url: tidyAddress(url), artifactoryUrl };
  if (encrypted) return { ...common, credentials: null, problem: 'its credentials are encrypted' };
  return { ...common, ...credentialsOf(entry, now) };
}

function credentialsOf(entry: Json, now: number): Pick<JfrogServer, 'credentials' | 'problem'> {
  const token = textAt(entry, 'accessToken');
  const expiry = token === undefined ? null : expiryOf(token);
  if (token !== undefined && (expiry === null || expiry > now)) {
    return { credentials: { kind: 'bearer', token }, problem: null };
  }
  const user = textAt(entry, 'user');
  const password = textAt(entry, 'password') ?? textAt(entry, 'apiKey');
  if (user !== undefined && password !== undefined) {
    return { credentials: { kind: 'basic', user, password }, problem: null };
  }
  if (expiry === null) return { credentials: null, problem: 'it has no access token and no password' };
  return { credentials: null, problem: `its access token expired at ${new Date(expiry).toISOString()}` };
}

/** When a JWT ends, in ms since the epoch; null where it does not, or where the token is none. */
export function expiryOf(token: string): number | null {
  const payload = token.split('.')[1];
  if (payload === undefined || token.split('.').length !== 3) return null;
  const claims = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
  const exp = claims?.['exp'];
  return typeof exp === 'number' && Number.isFinite(exp) && Math.abs(exp) < 8.64e12 ? exp * 1000 : null;
}

/** An object, or null. The parser's own message would quote the file, secrets included. */
function parseJson(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textAt(entry: Json, key: string): string | undefined {
  const value = entry[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
