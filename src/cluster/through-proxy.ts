// Connections to the API server through a proxy: first one to the proxy, through it a tunnel to the server, by name, so that
// the proxy resolves it as with kubectl, and inside of that the server's own TLS. Loaded late: few have a proxy.
import http from 'node:http';
import https from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { SocksClient } from 'socks';
import { codeOf, ProxyError, wordsOf } from './errors.ts';
import { plainHost, portOf } from './http.ts';
import type { Proxy } from './proxy.ts';
import { tlsIdentity } from './tls-identity.ts';
import { tlsWords } from './tls-words.ts';

export interface ProxyOptions {
  /** With the server's identity; else for server and proxy alike, as kubectl has it. */
  readonly trust: tls.ConnectionOptions;
  readonly agent: http.AgentOptions;
  /** Longest silence of the proxy; milliseconds. */
  readonly silence: number;
}

/** Its connections all go through the proxy. Failures of the proxy end a request with a ProxyError. */
export function agentThrough(proxy: Proxy, server: URL, { trust, agent: options, silence }: ProxyOptions): http.Agent {
  const opening = new Set<Socket>();
  const tunnel = async (): Promise<Socket> => {
    const hop = hopTo(proxy.url, trust);
    opening.add(hop);
    hop.setTimeout(silence, () => hop.destroy(new ProxyError(`gave no answer for ${silence / 1000} seconds`)));
    try {
      await (proxy.url.protocol.startsWith('socks') ? throughSocks : throughHttp)(hop, proxy.url, server);
      hop.setTimeout(0);
      return hop;
    } catch (error) {
      hop.destroy();
      throw asProxyError(error, proxy.url);
    } finally {
      opening.delete(hop);
    }
  };
  const agent = server.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  const connection = async (): Promise<Duplex> => within(await tunnel(), server, trust);
  const destroy = agent.destroy.bind(agent);
  return Object.assign(agent, {
    createConnection: (_: unknown, done?: (error: Error | null, socket?: Duplex) => void): undefined =>
      void connection().then(
        (socket) => done?.(null, socket),
        (error: Error) => done?.(error),
      ),
    destroy: () => {
      for (const hop of opening) hop.destroy();
      destroy();
    },
  });
}

function hopTo(proxy: URL, trust: tls.ConnectionOptions): Socket {
  const host = plainHost(proxy);
  const standard = { 'http:': 80, 'https:': 443 }[proxy.protocol] ?? 1080;
  const port = Number(proxy.port) || standard;
  if (proxy.protocol !== 'https:') return connectPlain({ host, port });
  return tls.connect({ ...trust, ...tlsIdentity(host), host, port });
}

/** The server's TLS, inside of what leads to it. */
function within(socket: Socket, server: URL, trust: tls.ConnectionOptions): Duplex {
  return server.protocol === 'http:' ? socket : tls.connect({ ...trust, socket });
}

async function throughHttp(hop: Socket, proxy: URL, server: URL): Promise<void> {
  const path = `${server.hostname}:${portOf(server)}`;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const request = http.request({
    method: 'CONNECT',
    path,
    headers: { host: path, ...authorization(proxy) },
    createConnection: () => hop,
  });
  request.on('error', reject);
  request.on('connect', ({ statusCode = 0, statusMessage }) => {
    if (statusCode === 200) return resolve();
    const why = statusCode === 407 ? ': it wants another user and password' : '';
    return reject(new ProxyError(`answered ${statusCode} ${statusMessage} to CONNECT ${path}${why}`));
  });
  request.end();
  return promise;
}

function authorization({ username, password }: URL): http.OutgoingHttpHeaders {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

async function throughSocks(hop: Socket, proxy: URL, server: URL): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  hop.once('connect', resolve).once('error', reject);
  await promise;
  const user =
    proxy.username === ''
      ? {}
      : { userId: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) };
  await SocksClient.createConnection({
    command: 'connect',
    destination: { host: plainHost(server), port: portOf(server) },
    proxy: { host: plainHost(proxy), port: Number(proxy.port), type: 5, ...user },
    existing_socket: hop,
  }).catch((error: unknown) => {
    // Without the error itself, which holds user and password.
    throw new ProxyError(`did not connect: ${wordsOf(error)}`);
  });
}

function asProxyError(error: unknown, proxy: URL): ProxyError {
  if (error instanceof ProxyError) return error;
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return new ProxyError('refused the connection', code);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new ProxyError(`cannot be reached: no such host "${proxy.hostname}"`, code);
  }
  const words = error instanceof Error ? tlsWords(error, code) : null;
  if (words?.startsWith('http:') === true) return new ProxyError('does not speak TLS; is it http://, perhaps?', code);
  return new ProxyError(`cannot be reached: ${words ?? wordsOf(error)}`, code);
}
