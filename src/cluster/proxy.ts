// Which proxy stands between us and a server: the kubeconfig's `proxy-url` always, else the environment as Go reads it.
import { BlockList, isIP } from 'node:net';

/** `proxyUrl` is the kubeconfig's. Null: none. */
export function proxyFor(server: URL, proxyUrl: string, env: NodeJS.ProcessEnv): string | null {
  if (proxyUrl !== '') return proxyUrl;
  const names = server.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const proxy = names.map((name) => env[name] ?? '').find((value) => value !== '');
  if (proxy === undefined || isLoopback(server.hostname)) return null;
  const exempt = env['NO_PROXY'] || env['no_proxy'] || '';
  if (exempt.split(',').some((rule) => covers(rule.trim().toLowerCase(), server))) return null;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
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
