// One request to the API server: connections kept alive, patience with 429 and 5xx, and errors that say what was asked.
import http from 'node:http';
import https from 'node:https';
import type { OnReadOpts, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { RequestListener } from '../core/requests.ts';
import type { Certificate, Credential, Credentials } from './credentials.ts';
import { ClusterError, codeOf, ProxyError, wordsOf } from './errors.ts';
import { createTap } from './tap.ts';
import { tlsWords } from './tls-words.ts';

export interface Asked {
  readonly method?: string;
  readonly accept: string;
  readonly body?: string;
  readonly contentType?: string;
  /** A watch: it holds its connection for as long as it lasts, and sends many small pieces: it gets one of its own. */
  readonly lasting?: boolean;
  /** Once it is answered, neither silence nor `--request-timeout` ends it: whoever asked watches over it. */
  readonly endless?: boolean;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Throws while it is read if the connection breaks before its end. */
  readonly body: Readable;
}

export type Request = (path: string, asked: Asked) => Promise<Answer>;

export interface Patience {
  /** Resolves after so many milliseconds, or rejects when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly now: () => number;
}

export interface Connections {
  /** Kept, for all requests. */
  readonly shared: http.Agent;
  /** One for a single request, that reads as it is told; null where a proxy stands between. */
  readonly connect: ((onread: OnReadOpts) => Socket) | null;
}

export interface Target {
  readonly server: URL;
  /** `https://host (context "x", cluster "y")`, for messages. */
  readonly words: string;
  /** ` through the proxy …`, for messages; empty without one. */
  readonly via: string;
  readonly credentials: Credentials;
  readonly connections: (certificate: Certificate | null) => Promise<Connections>;
  /** Whole request, body included; null: no limit but that of silence. Milliseconds. */
  readonly requestTimeout: number | null;
  /** Longest silence on a connection before it counts as dead; milliseconds. */
  readonly silence: number;
  readonly userAgent: string;
  readonly listener: RequestListener | null;
}

/** Longest wait that a Retry-After may ask for; milliseconds. */
const longestWait = 10_000;
const tries = 3;

/**
 * 429 and 5xx are tried three times, waiting as Retry-After says; the last answer is returned whatever it is. A 401 ends
 * with an error, after a credential that may be renewed was.
 */
export function requester(target: Target, patience: Patience): Request {
  return async (path, asked) => {
    for (let attempt = 1, renewed = false; ; attempt += 1) {
      const credential = await target.credentials.current();
      const outcome = await once(target, credential, path, asked);
      if (outcome instanceof Error) {
        if (attempt >= tries || !mayRepeat(outcome, asked)) throw unreachable(target, path, asked, outcome);
        await patience.sleep(backoff(attempt, patience), asked.signal);
      } else if (outcome.status === 401) {
        outcome.body.resume();
        if (renewed || !target.credentials.renew(credential)) throw unauthorized(target);
        renewed = true;
      } else {
        const wait = attempt >= tries ? null : waitFor(outcome, asked, attempt, patience);
        if (wait === null) return outcome;
        outcome.body.resume();
        await patience.sleep(wait, asked.signal);
      }
    }
  };
}

/** The whole body, where it is small. By its events: a page has a thousand pieces, and the iterator a promise for each. */
export async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  body.on('data', (chunk: Buffer) => chunks.push(chunk));
  await finished(body, { writable: false });
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

async function once(target: Target, credential: Credential, path: string, asked: Asked): Promise<Answer | Error> {
  const { headers, certificate } = credential;
  const { shared, connect } = await target.connections(certificate);
  const tap = asked.lasting === true && connect !== null ? createTap(connect) : null;
  const limit = target.requestTimeout === null ? null : AbortSignal.timeout(target.requestTimeout);
  const endless = asked.endless === true;
  const signal = limit === null || endless ? asked.signal : AbortSignal.any([asked.signal, limit]);
  const { promise, resolve } = Promise.withResolvers<Answer | Error>();
  const { server } = target;
  const { protocol, pathname } = server;
  const waits = asked.lasting === true && tap === null;
  if (waits) shared.maxSockets += 1;
  const request = (protocol === 'https:' ? https : http).request({
    method: asked.method ?? 'GET',
    protocol,
    hostname: plainHost(server),
    port: portOf(server),
    path: `${pathname === '/' ? '' : pathname}${path}`,
    ...(tap === null ? { agent: shared } : { createConnection: tap.connect }),
    signal,
    headers: {
      ...headersOf(headers),
      accept: asked.accept,
      'user-agent': target.userAgent,
      ...bodyHeaders(asked),
    },
  });
  const { silence } = target;
  request.setTimeout(silence, () => request.destroy(new Error(`no answer for ${silence / 1000} seconds`)));
  if (waits) request.once('close', () => (shared.maxSockets -= 1));
  if (tap !== null) request.setSocketKeepAlive(true, 1000);
  const outOfTime = (): void => {
    const error = new DOMException('out of time', 'TimeoutError');
    request.destroy(error);
    resolve(error);
  };
  if (endless) limit?.addEventListener('abort', outOfTime);
  request.on('error', resolve);
  if (connect === null) whenAborted(signal, promise, resolve);
  request.on('information', () => tap?.nextHead());
  request.on('response', (answer) => {
    if (endless) {
      request.setTimeout(0);
      limit?.removeEventListener('abort', outOfTime);
    }
    const { statusCode = 0, headers } = answer;
    resolve({ status: statusCode, headers, body: tap === null ? answer : tap.bodyOf(answer) });
  });
  request.end(asked.body);
  if (target.listener !== null) {
    const heard = target.listener(asked.method ?? 'GET', new URL(`${target.server.href.replace(/\/$/, '')}${path}`));
    void promise.then((outcome) => heard(outcome instanceof Error ? codeOf(outcome) || outcome.name : outcome.status));
  }
  return promise;
}

/** Node tells of it only once there is a connection, and a proxy may be long about that. */
function whenAborted(signal: AbortSignal, settled: Promise<unknown>, call: (error: Error) => void): void {
  const abort = (): void => call(new DOMException('given up', 'AbortError'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  void settled.then(() => signal.removeEventListener('abort', abort));
}

/** The length is told too: Node would send the body of a DELETE without it, and the server read it as a next request. */
function bodyHeaders({ body, contentType = 'application/json' }: Asked): http.OutgoingHttpHeaders {
  if (body === undefined) return {};
  return { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
}

/** Without the brackets of IPv6. */
export function plainHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

export function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

function headersOf(headers: Readonly<Record<string, string | readonly string[]>>): http.OutgoingHttpHeaders {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : [...value],
  ]);
  return Object.fromEntries(entries) as http.OutgoingHttpHeaders;
}

/** Only a connection that broke: one that was refused, not found or not trusted will be so again. */
function mayRepeat(error: Error, { method = 'GET', signal }: Asked): boolean {
  return method === 'GET' && !signal.aborted && ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

function waitFor({ status, headers }: Answer, asked: Asked, attempt: number, patience: Patience): number | null {
  const idempotent = (asked.method ?? 'GET') === 'GET';
  if (status !== 429 && !(idempotent && status >= 500)) return null;
  return retryAfter(headers['retry-after'], patience.now()) ?? backoff(attempt, patience);
}

/** Seconds or a date, at most ten seconds from now; null where the header says nothing. */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined || header === '') return null;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), longestWait);
}

function backoff(attempt: number, { random }: Patience): number {
  return 250 * 2 ** (attempt - 1) * (0.5 + random() / 2);
}

function unauthorized({ words }: Target): ClusterError {
  const message = `You must be logged in to the server: ${words} did not accept the credentials (401 Unauthorized). Log in again, or check the context's user, its token or certificate.`;
  return new ClusterError('unauthorized', message, { status: 401 });
}

function unreachable(target: Target, path: string, asked: Asked, cause: Error): unknown {
  if (asked.signal.aborted) return asked.signal.reason;
  const what = `${asked.method ?? 'GET'} ${path.split('?')[0]}`;
  return new ClusterError(
    'unreachable',
    `Unable to connect to the server ${target.words}${target.via}: ${reason(target, cause)} (${what})`,
    { cause },
  );
}

function reason({ requestTimeout, server }: Target, error: Error): string {
  if (error instanceof ProxyError) return `it ${error.message}`;
  const code = codeOf(error) || codeOf(error.cause);
  if (code === 'ECONNREFUSED') return 'the connection was refused - did you specify the right host or port?';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no such host "${server.hostname}"`;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') {
    return `no whole answer within ${(requestTimeout ?? 0) / 1000} seconds (--request-timeout)`;
  }
  return tlsWords(error, code) ?? wordsOf(error).trim();
}
