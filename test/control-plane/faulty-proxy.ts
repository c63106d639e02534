// A proxy in front of an API server that behaves until it is told not to: it refuses, resets, falls silent, cuts frames.
// What passes through is never changed, only lost. Users are known behind it by their tokens: TLS, and with it a client
// certificate, ends here.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Access } from './access.ts';
import { issueServerCertificate } from './certificates.ts';

export interface Refusal {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter?: number;
  /** How many requests are refused; until it is lifted unless given. */
  readonly times?: number;
}

export interface FaultyProxy {
  readonly url: string;
  /** As that of the API server behind it; a kubeconfig made of it points here. */
  readonly access: Access;
  /** Method and path with query of everything that was asked, in its order. */
  readonly asked: readonly string[];
  /** How many answers whose request matches are under way. */
  readonly open: (matching?: RegExp) => number;
  /** Refuses what matches, as an API server refuses; the result lifts it. */
  readonly refuse: (matching: RegExp, refusal: Refusal) => () => void;
  /** Resets every connection, whatever is under way. */
  readonly reset: () => void;
  /** From now on nothing arrives any more of the answers that are under way and match; their connections stay open. */
  readonly silence: (matching?: RegExp) => void;
  /** Requests are taken and not answered until it is lifted. */
  readonly hang: (matching?: RegExp) => () => void;
  /** Requests are kept back, and passed on as soon as it is lifted. */
  readonly hold: (matching?: RegExp) => () => void;
  /** Requests are passed on and carried out, and nothing of their answers arrives, until it is lifted. */
  readonly swallow: (matching?: RegExp) => () => void;
  /** Of the next piece of each matching answer under way only half is passed on; then it is broken off, or ended as if whole. */
  readonly cut: (how: 'break' | 'end', matching?: RegExp) => void;
  readonly close: () => Promise<void>;
}

interface Passing {
  readonly asked: string;
  readonly response: ServerResponse;
  fault: 'none' | 'silent' | 'break' | 'end';
}

const anything = /^/;

export async function startFaultyProxy(access: Access): Promise<FaultyProxy> {
  const { certificate, key } = issueServerCertificate(access.authority, ['localhost', '127.0.0.1']);
  const asked: string[] = [];
  const refusals = new Set<{ readonly matching: RegExp; readonly refusal: Refusal; left: number }>();
  const hanging = new Set<{ readonly matching: RegExp }>();
  const holding = new Set<{ readonly matching: RegExp; readonly lifted: Promise<void> }>();
  const swallowing = new Set<{ readonly matching: RegExp }>();
  const passing = new Set<Passing>();
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const what = `${request.method} ${request.url}`;
    asked.push(what);
    const refused = [...refusals].find(({ matching, left }) => left > 0 && matching.test(what));
    if (refused !== undefined) {
      refused.left -= 1;
      refuse(response, refused.refusal);
    } else if (![...hanging].some(({ matching }) => matching.test(what))) {
      const isSwallowed = [...swallowing].some(({ matching }) => matching.test(what));
      const one: Passing = { asked: what, response, fault: isSwallowed ? 'silent' : 'none' };
      passing.add(one);
      response.on('close', () => passing.delete(one));
      const held = [...holding].find(({ matching }) => matching.test(what));
      void (held?.lifted ?? Promise.resolve()).then(() => pass(access, request, one));
    }
  });
  // Below TLS, where a connection can be reset.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const matchingOf = (matching: RegExp) => [...passing].filter((one) => matching.test(one.asked));
  return {
    url,
    access: { ...access, url },
    asked,
    open: (matching = anything) => matchingOf(matching).length,
    refuse: (matching, refusal) => toggle(refusals, { matching, refusal, left: refusal.times ?? Infinity }),
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    silence: (matching = anything) => {
      for (const one of matchingOf(matching)) one.fault = 'silent';
    },
    hang: (matching = anything) => toggle(hanging, { matching }),
    hold: (matching = anything) => {
      const { promise: lifted, resolve } = Promise.withResolvers<void>();
      const forget = toggle(holding, { matching, lifted });
      return () => {
        forget();
        resolve();
      };
    },
    swallow: (matching = anything) => toggle(swallowing, { matching }),
    cut: (how, matching = anything) => {
      for (const one of matchingOf(matching)) one.fault = how;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function toggle<T>(all: Set<T>, one: T): () => void {
  all.add(one);
  return () => all.delete(one);
}

function pass({ url, authority }: Access, request: IncomingMessage, one: Passing): void {
  const { response } = one;
  const { method, headers } = request;
  const target = new URL(request.url ?? '/', url);
  const upstream = httpsRequest(target, {
    method,
    headers: { ...headers, host: target.host },
    ca: authority.certificate,
  });
  const breakOff = (): void => void response.socket?.destroy();
  upstream.on('error', breakOff);
  upstream.on('response', (answer) => {
    if (one.fault === 'silent') {
      answer.resume();
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.on('data', (piece: Buffer) => forward(one, answer, piece));
    answer.on('end', () => (one.fault === 'silent' ? undefined : response.end()));
    answer.on('error', breakOff);
  });
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

function forward({ fault, response }: Passing, answer: IncomingMessage, piece: Buffer): void {
  switch (fault) {
    case 'none':
      if (response.write(piece)) return;
      answer.pause();
      response.once('drain', () => answer.resume());
      return;
    case 'silent':
      return;
    case 'break':
      response.write(half(piece), () => response.socket?.destroy());
      return;
    case 'end':
      response.end(half(piece));
      answer.destroy();
      return;
    default:
      fault satisfies never;
  }
}

function half(piece: Buffer): Buffer {
  return piece.subarray(0, Math.ceil(piece.length / 2));
}

function refuse(response: ServerResponse, { status, retryAfter }: Refusal): void {
  const retry = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  response.writeHead(status, { 'content-type': 'application/json', ...retry });
  const message = 'refused by the proxy';
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: status }));
}
