// The room that speaks Kubernetes. This file finds out which cluster is meant and who is asking, as kubectl does, and
// makes the one connection everything else in the room uses. It must not read workloads, and never puts a credential
// into an error.
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect as connectPlain, isIPv6 } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import type { RequestListener } from '../core/requests.ts';
import { credentialsOf, fileOrData, type Certificate } from './credentials.ts';
import { ClusterError, wordsOf } from './errors.ts';
import { type Connections, type Patience, plainHost, portOf, type Request, requester } from './http.ts';
import { kubeconfigFiles, loadKubeconfig, type Kubeconfig } from './kubeconfig.ts';
import { proxyFor } from './proxy.ts';
import { tlsIdentity } from './tls-identity.ts';
import { list, text, tree, type Tree } from './tree.ts';

/** The connection flags of kubectl; absent ones are undefined. */
export interface ConnectionFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  readonly server?: string | undefined;
  readonly namespace?: string | undefined;
  readonly token?: string | undefined;
  readonly as?: string | undefined;
  readonly asGroup?: readonly string[] | undefined;
  readonly asUid?: string | undefined;
  readonly clientCertificate?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly certificateAuthority?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** Milliseconds; undefined or 0: none. */
  readonly requestTimeout?: number | undefined;
}

export interface Surroundings extends Patience {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** Whether a credential plugin may ask the user. */
  readonly stdinIsTerminal: boolean;
  /** Where a pod finds its service account; the usual place unless given. */
  readonly serviceAccountFolder?: string;
  readonly userAgent?: string;
  readonly listener?: RequestListener | null;
}

export interface ClusterConnection {
  /** Empty where there is none (in a pod, or by flags alone). */
  readonly contextName: string;
  readonly clusterName: string;
  readonly userName: string;
  /** Without user information and query. */
  readonly server: string;
  /** The authority that the server is trusted by, as PEM; null: what the system trusts. */
  readonly ca: string | null;
  /** `--namespace`, else the context's, else `default`. */
  readonly namespace: string;
  readonly request: Request;
  /** How to wait, for whoever has to try again. */
  readonly patience: Patience;
  /** For messages: `https://host (context "x", cluster "y")`. */
  readonly words: string;
  /** Ends idle connections; running requests end by their signals. */
  readonly close: () => void;
}

interface Choice {
  readonly contextName: string;
  readonly clusterName: string;
  readonly userName: string;
  readonly namespace: string;
  readonly cluster: Tree;
  readonly user: Tree;
}

/** For what is asked at the same time, beside streams: a handshake costs more than to wait for a connection. */
const maxSockets = 6;
/** A server that answers at all does so, or sends some of its answer, within this time; milliseconds. */
const silence = 60_000;
const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Asks the cluster nothing yet. Throws a ClusterError for a mistake in the kubeconfig or in the flags. */
export function connect(written: ConnectionFlags, surroundings: Surroundings): ClusterConnection {
  const flags = withoutEmpty(written);
  const choice = choose(flags, surroundings);
  const server = serverOf(choice);
  const shown = `${server.protocol}//${server.host}${server.pathname === '/' ? '' : server.pathname}`;
  const words = wordsFor(shown, choice);
  const agents = agentsFor(choice, server, surroundings);
  const credentials = credentialsOf(choice.user, {
    env: surroundings.env,
    platform: surroundings.platform,
    stdinIsTerminal: surroundings.stdinIsTerminal,
    now: surroundings.now,
    userName: choice.userName,
    cluster: execCluster(choice.cluster),
  });
  const timeout = flags.requestTimeout ?? 0;
  const target = {
    server,
    words,
    credentials,
    connections: agents.get,
    via: agents.via,
    requestTimeout: timeout > 0 ? timeout : null,
    silence,
    userAgent: surroundings.userAgent ?? 'kubectl-xray',
    listener: surroundings.listener ?? null,
  };
  const { contextName, clusterName, userName, namespace } = choice;
  const request = requester(target, surroundings);
  return {
    contextName,
    clusterName,
    userName,
    server: shown,
    ca: agents.ca,
    namespace,
    request,
    patience: surroundings,
    words,
    close: agents.close,
  };
}

/** As kubectl: a flag with an empty value (`-n "$UNSET"`) is one that was not given. */
function withoutEmpty(flags: ConnectionFlags): ConnectionFlags {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== ''));
}

function choose(flags: ConnectionFlags, surroundings: Surroundings): Choice {
  const { env, home } = surroundings;
  const config = loadKubeconfig(flags.kubeconfig, env, home);
  const contextName = flags.context ?? config.currentContext;
  const context = named(config, 'contexts', contextName, flags.context);
  const clusterName = flags.cluster ?? text(context['cluster']);
  const userName = flags.user ?? text(context['user']);
  const cluster = withClusterFlags(named(config, 'clusters', clusterName, clusterName || undefined), flags);
  const user = withUserFlags(named(config, 'users', userName, userName || undefined), flags);
  if (text(cluster['server']) === '') {
    return inCluster(flags, surroundings) ?? nowhere(config, flags, surroundings, contextName, clusterName);
  }
  const namespace = flags.namespace ?? (text(context['namespace']) || 'default');
  return { contextName, clusterName, userName, namespace, cluster, user };
}

/** An entry that something names must exist; kubectl's words where it does not. */
function named(
  config: Kubeconfig,
  section: 'contexts' | 'clusters' | 'users',
  name: string,
  required: string | undefined,
): Tree {
  const entry = config[section].get(name);
  if (entry !== undefined) return entry;
  // A current-context that is not there is forgiven only where nothing at all is configured.
  if (required === undefined && (name === '' || section !== 'contexts')) return {};
  const kind = { contexts: 'context', clusters: 'cluster', users: 'user' }[section];
  const known = [...config[section].keys()].join(', ') || 'none';
  const [files, where] = [config.files.join(', '), `${kind} "${name}" does not exist`];
  const words = files === '' ? `${where}: there is no kubeconfig` : `${where} in ${files} (there: ${known})`;
  throw new ClusterError('configuration', words);
}

function withClusterFlags(cluster: Tree, flags: ConnectionFlags): Tree {
  const { server, certificateAuthority, tlsServerName, insecureSkipTlsVerify } = flags;
  const trust =
    insecureSkipTlsVerify === true || certificateAuthority !== undefined
      ? {
          'certificate-authority': certificateAuthority,
          'certificate-authority-data': undefined,
          'insecure-skip-tls-verify': insecureSkipTlsVerify === true,
        }
      : {};
  // As kubectl: another server also means another name in its certificate.
  const name = tlsServerName !== undefined || server !== undefined ? { 'tls-server-name': tlsServerName } : {};
  return { ...cluster, ...trust, ...name, ...(server === undefined ? {} : { server }) };
}

function withUserFlags(user: Tree, flags: ConnectionFlags): Tree {
  const certificate =
    flags.clientCertificate === undefined
      ? {}
      : { 'client-certificate': flags.clientCertificate, 'client-certificate-data': undefined };
  const key = flags.clientKey === undefined ? {} : { 'client-key': flags.clientKey, 'client-key-data': undefined };
  return {
    ...user,
    ...certificate,
    ...key,
    ...(flags.token === undefined ? {} : { token: flags.token }),
    ...(flags.as === undefined ? {} : { as: flags.as }),
    ...(flags.asGroup === undefined || flags.asGroup.length === 0 ? {} : { 'as-groups': flags.asGroup }),
    ...(flags.asUid === undefined ? {} : { 'as-uid': flags.asUid }),
  };
}

/** In a pod: what its service account says. Null elsewhere, and where a kubeconfig was named. */
function inCluster(
  flags: ConnectionFlags,
  { env, serviceAccountFolder = serviceAccount }: Surroundings,
): Choice | null {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '';
  const tokenFile = join(serviceAccountFolder, 'token');
  if (host === '' || port === '' || flags.kubeconfig !== undefined || !existsSync(tokenFile)) return null;
  const namespaceFile = join(serviceAccountFolder, 'namespace');
  const own = existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : '';
  const cluster = {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    'certificate-authority': join(serviceAccountFolder, 'ca.crt'),
  };
  return {
    contextName: '',
    clusterName: 'in-cluster',
    userName: 'service account',
    namespace: flags.namespace ?? (own || 'default'),
    cluster: withClusterFlags(cluster, flags),
    user: withUserFlags({ tokenFile }, flags),
  };
}

function nowhere(
  config: Kubeconfig,
  flags: ConnectionFlags,
  { env, home }: Surroundings,
  contextName: string,
  clusterName: string,
): never {
  const looked = kubeconfigFiles(flags.kubeconfig, env, home).join(', ');
  if (config.files.length === 0) {
    throw new ClusterError(
      'configuration',
      `no cluster is configured: there is no kubeconfig (looked at ${looked}). Set KUBECONFIG, or use --kubeconfig or --server.`,
    );
  }
  if (clusterName !== '')
    throw new ClusterError('configuration', `cluster "${clusterName}" in ${looked} has no server`);
  if (contextName !== '')
    throw new ClusterError('configuration', `context "${contextName}" in ${looked} names no cluster`);
  const known = [...config.contexts.keys()].join(', ') || 'none';
  throw new ClusterError(
    'configuration',
    `no context is chosen in ${looked}: use --context, or kubectl config use-context (there: ${known})`,
  );
}

/** As client-go: without a scheme it is https where anything about TLS is said, else http. */
function serverOf({ cluster, user, clusterName }: Choice): URL {
  const written = text(cluster['server']).trim().replace(/\/+$/, '');
  const tls = ['certificate-authority', 'certificate-authority-data', 'insecure-skip-tls-verify'].some((key) =>
    Boolean(cluster[key]),
  );
  const secure = tls || ['client-certificate', 'client-certificate-data'].some((key) => Boolean(user[key]));
  const url = URL.parse(written.includes('://') ? written : `${secure ? 'https' : 'http'}://${written}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new ClusterError('configuration', `server of cluster "${clusterName}" is no http or https address`);
  }
  return url;
}

function wordsFor(shown: string, { contextName, clusterName }: Choice): string {
  const names = [contextName && `context "${contextName}"`, clusterName && `cluster "${clusterName}"`].filter(Boolean);
  return names.length === 0 ? shown : `${shown} (${names.join(', ')})`;
}

/** What a credential plugin is told of the cluster, where it wants to know. */
function execCluster(cluster: Tree): Tree {
  const ca = fileOrData(cluster, 'certificate-authority', 'the cluster');
  const extension = list(cluster['extensions']).find(
    (one) => tree(one)['name'] === 'client.authentication.k8s.io/exec',
  );
  return {
    server: cluster['server'],
    'tls-server-name': cluster['tls-server-name'],
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
    'certificate-authority-data': ca?.toString('base64'),
    'proxy-url': cluster['proxy-url'],
    config: tree(extension)['extension'],
  };
}

interface Agents {
  readonly ca: string | null;
  /** The proxy, for messages; empty without one. */
  readonly via: string;
  readonly get: (certificate: Certificate | null) => Promise<Connections>;
  readonly close: () => void;
}

/** One agent, made anew only where a credential plugin hands out another certificate. */
function agentsFor(choice: Choice, server: URL, { env }: Surroundings): Agents {
  const { cluster, clusterName } = choice;
  const ca = fileOrData(cluster, 'certificate-authority', `cluster "${clusterName}"`);
  const proxy = proxyFor(server, env, { clusterName, url: text(cluster['proxy-url']) });
  const isSecure = [server.protocol, proxy?.url.protocol].includes('https:');
  const insecure = cluster['insecure-skip-tls-verify'] === true;
  let made: { readonly certificate: Certificate | null; readonly connections: Promise<Connections> } | null = null;
  const make = async (certificate: Certificate | null): Promise<Connections> => {
    const trust = {
      ca: ca ?? (isSecure ? systemAuthorities() : undefined),
      rejectUnauthorized: !insecure,
      ...certificate,
      ...tlsIdentity(text(cluster['tls-server-name']) || plainHost(server)),
    };
    const options = { keepAlive: true, maxSockets, scheduling: 'lifo' as const };
    const [host, port] = [plainHost(server), portOf(server)];
    if (proxy === null && server.protocol === 'http:') {
      return { shared: new http.Agent(options), connect: (onread) => connectPlain({ host, port, onread }) };
    }
    const trusted = { ...trust, secureContext: contextFor(trust, clusterName) };
    if (proxy !== null) {
      const { agentThrough } = await import('./through-proxy.ts');
      return { shared: agentThrough(proxy, server, { trust: trusted, agent: options, silence }), connect: null };
    }
    return {
      shared: new https.Agent({ ...options, ...trusted }),
      connect: (onread) => {
        const own = { ...trusted, host, port, onread };
        return tls.connect(own);
      },
    };
  };
  return {
    ca: ca?.toString('utf8') ?? null,
    via: proxy === null ? '' : ` through the proxy ${proxy.shown} (${proxy.named})`,
    get: (certificate) => {
      if (made === null || !same(made.certificate, certificate)) made = { certificate, connections: make(certificate) };
      return made.connections;
    },
    close: () => void made?.connections.then(({ shared }) => shared.destroy()).catch(() => {}),
  };
}

/** One for all connections: each would take the certificates apart again. */
function contextFor(trust: tls.SecureContextOptions, clusterName: string): tls.SecureContext {
  try {
    return tls.createSecureContext(trust);
  } catch (error) {
    const message = `a certificate or key for cluster "${clusterName}" cannot be used: ${wordsOf(error)}`;
    throw new ClusterError('configuration', message, { cause: error });
  }
}

function same(one: Certificate | null, other: Certificate | null): boolean {
  return one === other || (one !== null && other !== null && one.cert === other.cert && one.key === other.key);
}

/** As kubectl: without an authority of its own, a cluster is trusted as the system trusts. */
function systemAuthorities(): string[] {
  return [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
}
