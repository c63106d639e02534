// Listens for Xray's webhooks. A body is a hint about which images to ask about again and nothing else: whatever it says
// of them is not looked at. Deliveries may be lost or repeated, so polling goes on beside it. Nobody who listens for them
// is to be harmed by what arrives: size, time and number of connections have their limits.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { UsageError } from '../core/errors.ts';
import type { Fact } from '../core/inventory.ts';
import { admissionOf } from './webhook-access.ts';
import type { Admission, WebhookSecrets } from './webhook-access.ts';
import { bind, isLoopback, placeIn, serverFor, urlOf } from './webhook-server.ts';
import type { WebhookTimeouts, WebhookTls } from './webhook-server.ts';
import { hintIn } from './wire-webhook.ts';

export interface WebhookOptions extends WebhookSecrets {
  /** `HOST:PORT`; without a host every address of the machine, with port 0 any free one. */
  readonly address: string;
  /** PEM texts; null: plain HTTP. */
  readonly tls?: WebhookTls | null;
  /** Bytes of one body; 2 MiB unless said (API.md: 1 MB was seen). */
  readonly bodyLimit?: number;
  /** 10 s and 30 s unless said. */
  readonly timeouts?: WebhookTimeouts;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A delivery is answered only once this has taken the facts. */
  readonly report: (facts: readonly Fact[]) => Promise<void> | void;
  /** What the user should know, in words, without any secret. */
  readonly warn: (message: string) => void;
}

export interface Listening {
  /** `http://127.0.0.1:8765`. */
  readonly url: string;
  /** Resolves when the port is free again. */
  readonly closed: Promise<void>;
}

export interface WebhookListener {
  /** Until the signal aborts. Rejects with a UsageError where the address cannot be had. */
  listen(signal: AbortSignal): Promise<Listening>;
}

/** Throws a UsageError where others than this machine could reach it and no secret is set, or the address is none. */
export function createWebhookListener(options: WebhookOptions): WebhookListener {
  const place = placeIn(options.address);
  const admits = admissionOf(options);
  if (admits === null && !isLoopback(place.host)) {
    throw new UsageError(
      `no token protects the webhook listener on ${options.address}`,
      'Set listen.tokenFile (or user and passwordFile) in config.yaml, or listen on 127.0.0.1 only.',
    );
  }
  const warn = createWarner(options);
  if (!options.tls && !isLoopback(place.host)) {
    options.warn(`webhooks and their token travel unencrypted to ${options.address}: set listen.certFile and keyFile`);
  }
  return {
    listen: async (signal) => {
      const server = serverFor(options.tls ?? null, options.timeouts ?? patience, (request, response) => {
        answer(request, admits, { ...options, warn }).then(
          (reply) => send(response, reply),
          // The connection is gone, or was cut for being slow.
          () => response.destroy(),
        );
      });
      await bind(server, place, options.address);
      server.on('error', (error) => warn(`the webhook listener: ${error.message}`));
      const closed = new Promise<void>((resolve) => server.once('close', resolve));
      const stop = (): void => {
        server.close();
        server.closeAllConnections();
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
      return { url: urlOf(server, place.host, Boolean(options.tls)), closed };
    },
  };
}

const patience: WebhookTimeouts = { headers: 10_000, request: 30_000 };

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function answer(request: IncomingMessage, admits: Admission | null, options: WebhookOptions): Promise<Answer> {
  const refused = refusalOf(request, admits);
  const limit = options.bodyLimit ?? 2 ** 21;
  if (refused !== null) {
    await bodyOf(request, 0, limit);
    if (refused.status === 401)
      options.warn(`a webhook was refused: ${refused.text}; it must carry the token set here`);
    return refused;
  }
  const body = await bodyOf(request, limit, 8 * limit);
  if (body === null) {
    options.warn('a webhook was refused: its body is too large');
    return { status: 413, text: 'too large' };
  }
  const hint = hintIn(jsonIn(body));
  if (hint === null) {
    options.warn("a webhook was refused: its body is not one of Xray's");
    return { status: 400, text: 'not a list of issues in JSON' };
  }
  const { digests, folders } = hint;
  if (digests.length === 0 && folders.length === 0) return { status: 200, text: 'it names no image' };
  try {
    const news = {
      type: 'ImagesNews',
      at: options.now(),
      repositories: [],
      everything: false,
      from: 'webhook',
    } as const;
    await options.report([{ ...news, digests, folders }]);
    return { status: 200, text: 'taken' };
  } catch (error) {
    options.warn(`a webhook could not be taken: ${error instanceof Error ? error.message : String(error)}`);
    return { status: 500, text: 'not taken' };
  }
}

function refusalOf({ headers, method }: IncomingMessage, admits: Admission | null): Answer | null {
  if (admits?.(headers) === false) {
    return {
      status: 401,
      text: 'a wrong token, or none',
      headers: { 'www-authenticate': 'Basic realm="kubectl-xray"' },
    };
  }
  // A web page that a browser on this machine shows must not talk to it either.
  if (headers.origin !== undefined) return { status: 403, text: 'not for web pages' };
  if (method !== 'POST') return { status: 405, text: 'webhooks are posted', headers: { allow: 'POST' } };
  const isJson = /^(application\/(.+\+)?json)?\s*(;|$)/i.test(headers['content-type'] ?? '');
  const isPlain = /^(identity)?$/i.test(headers['content-encoding'] ?? '');
  return isJson && isPlain ? null : { status: 415, text: 'plain JSON is expected' };
}

/** Null where it is too large. So many bytes are read on all the same: who still sends may not see the answer. */
async function bodyOf(request: IncomingMessage, limit: number, patience: number): Promise<string | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size <= limit) pieces.push(piece);
    else pieces.length = 0;
    if (size > patience) break;
  }
  return size > limit ? null : Buffer.concat(pieces).toString();
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function send(response: ServerResponse, { status, text, headers = {} }: Answer): void {
  // After a refusal nothing more of that connection is read.
  const closing = status === 200 ? {} : { connection: 'close' };
  response.writeHead(status, { 'content-type': 'text/plain', ...headers, ...closing }).end(`${text}\n`);
}

/** The same is said again only after so many milliseconds: whoever sends it sends it often. */
const silence = 10 * 60_000;

function createWarner({ warn, now }: Pick<WebhookOptions, 'warn' | 'now'>): (message: string) => void {
  const saidAt = new Map<string, number>();
  return (message) => {
    const last = saidAt.get(message);
    if (last !== undefined && now() - last < silence) return;
    saidAt.set(message, now());
    warn(message);
  };
}
