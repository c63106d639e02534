// The server behind the webhook listener: where it binds, its certificate, and how long it waits for whom.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { UsageError } from '../core/errors.ts';

/** PEM texts. */
export interface WebhookTls {
  readonly cert: string;
  readonly key: string;
}

/** Milliseconds for the headers, and for a whole request. */
export interface WebhookTimeouts {
  readonly headers: number;
  readonly request: number;
}

/** Throws a UsageError for a certificate or key that is none. */
export function serverFor(tls: WebhookTls | null, timeouts: WebhookTimeouts, onRequest: RequestListener): Server {
  const limits = {
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
    connectionsCheckingInterval: Math.min(1_000, timeouts.headers),
  };
  const server =
    tls === null
      ? createServer(limits, onRequest)
      : tlsServer({ ...limits, ...tls, handshakeTimeout: timeouts.headers }, onRequest);
  server.maxConnections = 64;
  return server;
}

function tlsServer(options: Parameters<typeof createTlsServer>[0], onRequest: RequestListener): Server {
  try {
    return createTlsServer(options, onRequest);
  } catch (error) {
    throw new UsageError(
      'certificate and key of the webhook listener do not go together, or are none',
      'Check listen.certFile and listen.keyFile: both PEM, the key without a passphrase.',
      { cause: error },
    );
  }
}

export interface Place {
  /** Without brackets; empty for every address. */
  readonly host: string;
  readonly port: number;
}

/** Throws a UsageError for what is no `HOST:PORT`. */
export function placeIn(address: string): Place {
  const [, host = '', port = ''] = /^(.*):(\d{1,5})$/.exec(address) ?? [];
  if (port === '' || Number(port) > 65_535) {
    throw new UsageError(`${address} is no address to listen on`, 'Write HOST:PORT, such as 127.0.0.1:8765.');
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Rejects with a UsageError where the address cannot be had. */
export async function bind(server: Server, { host, port }: Place, address: string): Promise<void> {
  server.listen(host === '' ? { port } : { host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why = bindWords.get(code) ?? code;
    throw new UsageError(
      `cannot listen for webhooks on ${address}: ${why}`,
      'Give another address with --webhook-listen, or listen.address in config.yaml.',
      { cause: error },
    );
  }
}

const bindWords: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'another program listens there already'],
  ['EACCES', 'that port needs more rights'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['ENOTFOUND', 'the host name is not known'],
]);

export function urlOf(server: Server, host: string, isTls: boolean): string {
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const named = host === '' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${isTls ? 'https' : 'http'}://${named}:${port}`;
}
