// Where Xray and Artifactory are and how they are spoken to: addresses, credentials, trust, proxy. Nothing is asked
// here, and nothing is read from files or the environment: both are handed in.
import { UsageError } from '../core/errors.ts';
import type { RequestListener } from '../core/requests.ts';
import { createTransport } from './transport.ts';
import type { Transport } from './transport.ts';

export type XrayCredentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string };

export interface XrayConnectionSettings {
  /** The platform, with or without `/xray`, or a standalone Xray. */
  readonly url: string;
  /** Artifactory, where it is not `/artifactory` of the platform. */
  readonly artifactoryUrl?: string | null;
  readonly credentials: XrayCredentials | null;
  /** Certificates (PEM) to be trusted besides the system's: the text, not the file's name. */
  readonly ca?: string | null;
  readonly insecureSkipTlsVerify?: boolean;
  /** The key of a JFrog project; scopes most calls. */
  readonly project?: string | null;
  /** Milliseconds for one request, its whole body included; 20,000 unless said. */
  readonly requestTimeout?: number | null;
}

/** One way the configured address may be meant; none ends in a slash. */
export interface XrayBase {
  readonly xray: string;
  readonly artifactory: string | null;
}

export interface XrayConnection {
  /** In the order to be tried (API.md section 1: a configured url may or may not end in `/xray`). */
  readonly bases: readonly [XrayBase, ...XrayBase[]];
  /** Hosts, with a port that is not the scheme's own, of the platform and of Artifactory. */
  readonly hosts: readonly string[];
  /** The Authorization header as of now; null without credentials. */
  readonly authorization: string | null;
  /** Goes on with other credentials, as when a token file has changed. */
  readonly renew: (credentials: XrayCredentials) => void;
  readonly project: string | null;
  readonly requestTimeout: number;
  readonly transport: Transport;
  /** Takes every form of the credentials out of a text, of those in use before too. */
  readonly scrub: (text: string) => string;
}

/**
 * Makes a connection from plain settings and the environment's proxy variables (`HTTPS_PROXY`, `HTTP_PROXY`,
 * `NO_PROXY`, any case). Throws a UsageError for an address that is none.
 */
export function connectToXray(
  settings: XrayConnectionSettings,
  env: Readonly<Record<string, string | undefined>> = {},
  listener: RequestListener | null = null,
): XrayConnection {
  const url = parsed(settings.url, 'The address of Xray');
  const artifactory = settings.artifactoryUrl ? parsed(settings.artifactoryUrl, 'The address of Artifactory') : null;
  const held = createCredentials(settings.credentials ?? credentialsIn(url));
  const bases = basesOf(url, artifactory);
  const insecure = settings.insecureSkipTlsVerify === true;
  return {
    bases,
    hosts: [...new Set([url.host, ...(artifactory === null ? [] : [artifactory.host])])],
    get authorization() {
      return held.authorization();
    },
    renew: held.renew,
    project: settings.project || null,
    requestTimeout: settings.requestTimeout ?? 20_000,
    transport: createTransport({ ca: settings.ca || null, insecure, env, listener }),
    scrub: held.scrub,
  };
}

function parsed(text: string, what: string): URL {
  const trimmed = text.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError(`${what} is not a url`, 'write it as https://acme.jfrog.io');
  }
  return url;
}

function basesOf(url: URL, artifactory: URL | null): readonly [XrayBase, ...XrayBase[]] {
  const given = plain(url);
  const other = artifactory === null ? null : artifactoryOf(artifactory);
  const platform = given.replace(/\/(xray|artifactory)$/i, '');
  const below: XrayBase = { xray: `${platform}/xray`, artifactory: other ?? `${platform}/artifactory` };
  if (platform !== given) return [below];
  return [below, { xray: given, artifactory: other }];
}

function artifactoryOf(url: URL): string {
  const address = plain(url);
  return url.pathname === '/' ? `${address}/artifactory` : address;
}

/** Without credentials, query, fragment and the slash at the end. */
function plain(url: URL): string {
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function credentialsIn(url: URL): XrayCredentials | null {
  if (url.password === '') return null;
  return { kind: 'basic', user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
}

function authorizationOf(credentials: XrayCredentials | null): string | null {
  if (credentials === null) return null;
  if (credentials.kind === 'bearer') return `Bearer ${credentials.token.trim()}`;
  return `Basic ${basic(credentials)}`;
}

function basic({ user, password }: { readonly user: string; readonly password: string }): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}

/** So many credentials that were in use before are still scrubbed: answers to them may be under way. */
const remembered = 8;

function createCredentials(first: XrayCredentials | null) {
  let authorization = authorizationOf(first);
  let secrets = [secretsIn(first)];
  return {
    authorization: (): string | null => authorization,
    renew: (credentials: XrayCredentials): void => {
      authorization = authorizationOf(credentials);
      secrets = [secretsIn(credentials), ...secrets].slice(0, remembered + 1);
    },
    // A server may echo what it was sent, and a message may quote a header.
    scrub: (text: string): string => secrets.flat().reduce((left, secret) => left.replaceAll(secret, '***'), text),
  };
}

function secretsIn(credentials: XrayCredentials | null): string[] {
  if (credentials === null) return [];
  const secrets =
    credentials.kind === 'bearer'
      ? [credentials.token, credentials.token.trim()]
      : [credentials.password, basic(credentials), encodeURIComponent(credentials.password)];
  return secrets.filter((secret) => secret.length > 0);
}
