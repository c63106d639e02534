// Which proxy stands between us and a server: the kubeconfig's `proxy-url` always, else the environment as Go reads it.
import { BlockList, isIP } from 'node:net';
import { ClusterError } from './errors.ts';

export interface Proxy {
  readonly url: URL;
  /** Without user and password. */
  readonly shown: string;
  /** Where it is configured: `proxy-url of cluster "x"`, `HTTPS_PROXY`. */
  readonly named: string;
}

/** What the kubeconfig says of it. */
export interface OwnProxy {
  readonly clusterName: string;
  /** Empty where it says nothing. */
  readonly url: string;
}

/** Null: none. Throws a ClusterError for what is no proxy that can be used. */
export function proxyFor(server: URL, env: NodeJS.ProcessEnv, own: OwnProxy | null): Proxy | null {
  if (own !== null && own.url !== '') return proxyAt(own.url, `proxy-url of cluster "${own.clusterName}"`);
  const names = server.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const name = names.find((one) => Boolean(env[one]));
  const written = name === undefined ? undefined : env[name];
  if (name === undefined || written === undefined || isLoopback(server.hostname)) return null;
  const exempt = env['NO_PROXY'] || env['no_proxy'] || '';
  if (exempt.split(',').some((rule) => covers(rule.trim().toLowerCase(), server))) return null;
  return proxyAt(written.includes('://') ? written : `http://${written}`, name);
}

/** What is written may hold a password: no message has it. */
function proxyAt(written: string, named: string): Proxy {
  const url = URL.parse(written);
  if (url === null) {
    throw new ClusterError('configuration', `invalid ${named}: it is no address such as http://proxy.example:3128`);
  }
  const scheme = url.protocol.slice(0, -1);
  if (!['http', 'https', 'socks5', 'socks5h'].includes(scheme) || url.host === '') {
    // `user:password` without a scheme reads as one, too.
    const why = written.includes('://') ? `unsupported scheme "${scheme}"` : 'no scheme';
    throw new ClusterError('configuration', `invalid ${named}: ${why}, must be http, https, or socks5`);
  }
  return { url, shown: `${url.protocol}//${url.host}`, named };
}

function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** `*`, `example.com` with everything below it, `.example.com` only what is below, an address, a network, each with or without a port. */
function covers(rule: string, server: URL): boolean {
  if (rule === '') return false;
  if (rule === '*') return true;
  const host = bare(server.hostname);
  if (rule.includes('/')) return isIP(host) !== 0 && inNetwork(rule, host);
  const [, name = '', port] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(rule) ?? [];
  if (port !== undefined && port !== (server.port || (server.protocol === 'https:' ? '443' : '80'))) return false;
  const plain = bare(name.replace(/^\*(?=\.)/, ''));
  if (plain.startsWith('.')) return host.endsWith(plain);
  return host === plain || (isIP(host) === 0 && host.endsWith(`.${plain}`));
}

function inNetwork(rule: string, host: string): boolean {
  const [network = '', bits = ''] = rule.split('/');
  const family = isIP(network);
  const prefix = Number(bits);
  if (family === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 32 : 128)) return false;
  const block = new BlockList();
  block.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return block.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}

function bare(hostname: string): string {
  return hostname.toLowerCase().replace(/^\[|\]$/g, '');
}
