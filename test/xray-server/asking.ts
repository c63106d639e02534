// Asks a stand-in by plain fetch, for the tests of the stand-in itself.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

import { onTestFinished } from 'vitest';

import { startXrayServer } from './server.ts';
import type { XrayServer, XrayServerOptions } from './server.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where the body is not JSON. */
  readonly json: unknown;
}

/** A server that ends with its test. */
export async function aServer(options: XrayServerOptions = {}): Promise<XrayServer> {
  const server = await startXrayServer(options);
  onTestFinished(server.stop);
  return server;
}

export async function get(server: XrayServer, path: string, headers: Record<string, string> = {}): Promise<Reply> {
  return replyOf(await fetch(server.url + path, { headers, redirect: 'manual' }));
}

/** Posts JSON; a text goes as it is. */
export async function post(
  server: XrayServer,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const all = { 'content-type': 'application/json', ...headers };
  return replyOf(await fetch(server.url + path, { method: 'POST', body: text, headers: all, redirect: 'manual' }));
}

/** Waits a moment for an answer that must not come: `silent`, or the status that came. */
export async function silence(server: XrayServer, path: string, body: unknown = {}): Promise<'silent' | number> {
  const signal = AbortSignal.timeout(150);
  try {
    const response = await fetch(server.url + path, { method: 'POST', body: JSON.stringify(body), signal });
    await response.text();
    return response.status;
  } catch {
    return 'silent';
  }
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Takes webhooks, and ends with its test. */
export async function aReceiver(): Promise<{ url: string; received: readonly Received[] }> {
  const received: Received[] = [];
  const receiver = createServer((request, response) => {
    void request.toArray().then((pieces) => {
      received.push({ headers: request.headers, body: Buffer.concat(pieces as Buffer[]).toString() });
      return response.end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  onTestFinished(() => {
    receiver.close();
    receiver.closeAllConnections();
  });
  const address = receiver.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/hook`, received };
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

export function basic(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

export function hexOf(image: { readonly digest: string }): string {
  return image.digest.replace('sha256:', '');
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
