// A stand-in for Xray and Artifactory on loopback: a real HTTP(S) server that answers as the documented contract says
// (API.md, the sections named beside each behaviour), out of a world given as plain data, with a log of the calls and
// faults to order. It judges nothing and knows nothing of the client it serves; it must never leave this machine.

import { once } from 'node:events';
import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

import { createApplication } from './application.ts';
import type { Application, Asked } from './application.ts';
import type { Context } from './answer.ts';
import { usersRights, identify } from './auth.ts';
import { createCatalog } from './catalog.ts';
import { answerControl } from './control.ts';
import { aWorld } from './data.ts';
import type { Json, World } from './data.ts';
import { createFaults } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import { misbehave, send } from './misbehave.ts';
import { createRequestLog } from './request-log.ts';
import type { RequestLog } from './request-log.ts';
import { createSummaries } from './summary.ts';
import { deliverWebhook } from './webhook-delivery.ts';

export interface XrayServerOptions {
  readonly world?: Partial<World>;
  /** A token with every right but the administrator's, added to the world's accounts. */
  readonly token?: string;
  /** Milliseconds before each answer. */
  readonly latency?: number;
  /** PEM texts. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Xray 2: no `/xray` before its paths, and no Artifactory here. */
  readonly standalone?: boolean;
  /** 0: any free one. */
  readonly port?: number;
}

export interface XrayServer extends Pick<RequestLog, 'requests' | 'count' | 'peak'> {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  /** May be changed at any time; the next answer follows it. */
  readonly world: World;
  readonly clearRequests: () => void;
  readonly fault: (fault: Fault) => void;
  readonly clearFaults: () => void;
  /** Milliseconds before each answer, from now on. */
  readonly setLatency: (milliseconds: number) => void;
  /** Posts `payload` as Xray would to the webhook configured under `name`; resolves with the answer's status. */
  readonly deliverWebhook: (name: string, payload: Json) => Promise<number>;
  /** Cuts every connection; resolves when the port is free. */
  readonly stop: () => Promise<void>;
}

interface Inside {
  readonly world: World;
  readonly application: Application;
  readonly origin: () => string;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly latency: () => number;
  readonly stopped: AbortSignal;
}

export async function startXrayServer(options: XrayServerOptions = {}): Promise<XrayServer> {
  const world = worldOf(options);
  const [log, faults, stopping] = [createRequestLog(), createFaults(), new AbortController()];
  let latency = options.latency ?? 0;
  let url = '';
  const origin = (): string => url;
  const application = createApplication(contextOf(world, origin), options.standalone === true);
  const stopped = stopping.signal;
  const server = listener(options, { world, application, origin, log, faults, latency: () => latency, stopped });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  url = originOf(server, options);
  return {
    url,
    world,
    requests: log.requests,
    count: log.count,
    peak: log.peak,
    clearRequests: log.clear,
    fault: faults.add,
    clearFaults: faults.clear,
    setLatency: (milliseconds) => {
      latency = milliseconds;
    },
    deliverWebhook: (name, payload) => {
      const configuration = world.webhooks.find((one) => one['name'] === name) ?? {};
      return deliverWebhook(configuration, payload, world.behaviour.xrayVersion);
    },
    stop: () => stop(server, stopping),
  };
}

function worldOf({ world, token }: XrayServerOptions): World {
  const made = aWorld(world);
  const holder = token === undefined ? [] : [{ token, rights: usersRights }];
  return { ...made, accounts: [...made.accounts, ...holder] };
}

// Serialised before the first question, so that answering copies bytes and does nothing else.
function contextOf(world: World, origin: () => string): Context {
  const summaryOf = createSummaries(() => world.behaviour.artifactoryId);
  const version = world.behaviour.summaryV2 ? 'v2' : 'v1';
  for (const image of world.images) summaryOf(image, version);
  return { world, catalog: createCatalog(world), origin, summaryOf };
}

function listener({ tls }: XrayServerOptions, inside: Inside): http.Server | https.Server {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    // A connection that ends in mid-request, or the server's own end, is no failure of the stand-in.
    serve(request, response, inside).catch(() => response.destroy());
  };
  const server = tls === undefined ? http.createServer(onRequest) : https.createServer(tls, onRequest);
  // Idle connections are kept longer than any client keeps them, so that none is cut under a new request.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  return server;
}

async function serve(request: IncomingMessage, response: ServerResponse, inside: Inside): Promise<void> {
  const body = await bodyOf(request);
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const control = answerControl(request.method ?? 'GET', url, body, inside);
  if (control !== null) return void send(response, control);
  const identity = identify(request.headers.authorization, inside.world.accounts);
  const asked: Asked = {
    method: request.method ?? 'GET',
    path: decoded(url.pathname),
    query: url.searchParams,
    body,
    headers: request.headers,
    identity,
  };
  const entry = inside.log.open({
    at: Date.now(),
    method: asked.method,
    path: url.pathname,
    query: url.search.slice(1),
    body: url.pathname.includes('/webhooks') ? '' : body,
    authorizationKind: identity.kind,
    headers: shownHeaders(request),
  });
  response.once('close', entry.ended);
  entry.answered(await respond(asked, response, inside));
}

async function respond(asked: Asked, response: ServerResponse, inside: Inside): Promise<number> {
  const fault = inside.faults.take(asked);
  const wait = inside.latency() + (fault?.latency ?? 0);
  if (wait > 0) await delay(wait, undefined, { signal: inside.stopped });
  const { application } = inside;
  const answer = (): ReturnType<Application['answer']> => application.answer(asked);
  if (fault === null) return send(response, answer());
  const elsewhere = inside.origin().replace('127.0.0.1', 'localhost');
  return misbehave(response, fault, { answer, form: application.formOf(asked.path), elsewhere });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces).toString();
}

function shownHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const names = ['host', 'accept', 'content-type', 'user-agent'] as const;
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function originOf(server: http.Server | https.Server, { tls }: XrayServerOptions): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
}

async function stop(server: http.Server | https.Server, stopping: AbortController): Promise<void> {
  if (!server.listening) return;
  stopping.abort();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
