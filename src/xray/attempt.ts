// One request, once: within its time, read whole; what fails becomes a Failure in words. Credentials go to no other
// origin than the one that was configured.
import { readBody, saidIn } from './body.ts';
import type { XrayBase, XrayConnection } from './connect.ts';
import {
  askedToWait,
  failureOfStatus,
  isCertificateCode,
  isDownCode,
  longestWait,
  notJson,
  redirected,
  timedOut,
  tooLarge,
  unreachable,
  untrusted,
} from './failure.ts';
import type { Attempted, Failure } from './failure.ts';
import { codeOf } from './send.ts';
import type { Reply } from './send.ts';
import type { XrayClock } from './turnstile.ts';

export type ServiceName = 'xray' | 'artifactory';

export interface XrayRequest {
  readonly to: ServiceName;
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Below the service's address, with its query: `/api/v1/system/version`. */
  readonly path: string;
  readonly json?: unknown;
  /** A text/plain body. */
  readonly text?: string;
  readonly accept?: string;
  /** `ask for the summary of images`; without anything of one digest. */
  readonly doing: string;
  /** Milliseconds; the connection's unless said. */
  readonly timeout?: number;
  /** Images in this call, for the pace. */
  readonly asked?: number;
  /** How the body is understood; as JSON unless said. Throws where it is none. */
  readonly read?: (text: string) => unknown;
  /** Looks at a large body as soon as it is whole, while others are still being understood. Must not throw. */
  readonly peek?: (body: Buffer) => void;
  /** False: a time-out is the caller's to mend, by a smaller batch. */
  readonly retryTimeouts?: boolean;
}

export type Answer =
  | { readonly ok: true; readonly status: number; readonly header: Reply['header']; readonly body: unknown }
  | {
      readonly ok: false;
      readonly status: number | null;
      readonly failure: Failure;
      readonly said: string;
      readonly isJson: boolean;
    };

export type Attempt =
  | { readonly kind: 'answer'; readonly answer: Extract<Answer, { ok: true }> }
  | {
      readonly kind: 'failure';
      readonly status: number | null;
      readonly failure: Failure;
      readonly said: string;
      /** The body is JSON: whoever answered speaks as the service does. */
      readonly isJson: boolean;
      readonly again: 'no' | 'yes' | 'smaller';
      /** Milliseconds the server asks to wait. */
      readonly wait: number | null;
      /** All further questions would fail like this. */
      readonly final: boolean;
      /** Nothing listens there. */
      readonly down: boolean;
    };

export async function attemptOnce(
  connection: XrayConnection,
  base: XrayBase,
  request: XrayRequest,
  clock: XrayClock,
  signal: AbortSignal,
): Promise<Attempt> {
  const { authorization } = connection;
  const address = addressOf(request.to, base);
  const timeout = request.timeout ?? connection.requestTimeout;
  const attempted: Attempted = {
    service: request.to,
    host: new URL(address).host,
    doing: request.doing,
    timeout,
    hasCredentials: authorization !== null,
  };
  const stopping = new AbortController();
  let late = false;
  const cancel = clock.after(timeout, () => {
    late = true;
    stopping.abort();
  });
  const stop = (): void => stopping.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const attempt = await follow(connection, urlOf(address, request, connection), request, attempted, stopping.signal);
    // Refused was what is not in use any more.
    const renewed = attempt.kind === 'failure' && attempt.final && connection.authorization !== authorization;
    return renewed ? { ...attempt, final: false, again: 'yes', wait: 0 } : attempt;
  } catch (error) {
    if (late) return failed(timedOut(attempted), null, 'smaller');
    if (stopping.signal.aborted) return failed(unreachable('aborted', attempted), null, 'no');
    return await caught(connection, error, attempted);
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
}

async function follow(
  connection: XrayConnection,
  url: URL,
  request: XrayRequest,
  attempted: Attempted,
  signal: AbortSignal,
): Promise<Attempt> {
  let at = url;
  for (let hops = 0; hops < 5; hops += 1) {
    const reply = await send(connection, at, request, signal);
    const location = reply.status >= 300 && reply.status < 400 ? reply.header('location') : null;
    if (location === null) return await settle(connection, reply, request, attempted, signal);
    reply.discard();
    const next = URL.parse(location, at);
    if (next === null || next.origin !== url.origin || next.href.includes('reactivate-server')) {
      return failed(redirected(next ?? url, attempted), reply.status, 'no');
    }
    at = next;
  }
  return failed(redirected(at, attempted), null, 'no');
}

async function send(
  { authorization, transport }: XrayConnection,
  url: URL,
  request: XrayRequest,
  signal: AbortSignal,
): Promise<Reply> {
  const { method, json, text, accept = 'application/json' } = request;
  const body = text ?? (json === undefined ? null : JSON.stringify(json));
  const headers = {
    accept,
    'user-agent': 'kubectl-xray',
    ...(authorization === null ? {} : { authorization }),
    ...(body === null ? {} : { 'content-type': text === undefined ? 'application/json' : 'text/plain' }),
  };
  return await transport.send({ method, url, headers, body }, signal);
}

async function settle(
  { scrub, transport }: XrayConnection,
  reply: Reply,
  request: XrayRequest,
  attempted: Attempted,
  signal: AbortSignal,
): Promise<Attempt> {
  const { status, header } = reply;
  const peek = status === 200 ? request.peek : undefined;
  const body = await readBody(reply, transport.ownTurn, peek).catch((error: unknown) => {
    // Headers came, the rest did not: the server is there, this answer is not.
    if (signal.aborted) throw error;
    return null;
  });
  if (body === null) return failed(notJson('cut', attempted), status, 'yes');
  if (body.kind === 'tooLarge') return failed(tooLarge(body.limit, attempted), status, 'no');
  if (status < 200 || status >= 300) {
    const said = scrub(saidIn(body.text)).slice(0, 200);
    const again = [408, 429, 500, 502, 503, 504].includes(status)
      ? status === 408 || status === 504
        ? 'smaller'
        : 'yes'
      : 'no';
    const wait = retryAfter(header);
    const failure = failureOfStatus(status, said, attempted);
    const tooLong = again !== 'no' && wait !== null && wait > longestWait;
    return {
      ...failed(tooLong ? askedToWait(failure, status, wait, attempted) : failure, status, again),
      said,
      isJson: isJson(body.text),
      wait,
      final: status === 401,
    };
  }
  if (request.method === 'HEAD') return { kind: 'answer', answer: { ok: true, status, header, body: null } };
  if (body.text.trim() === '') return failed(notJson('empty', attempted), status, 'yes');
  try {
    const { read = JSON.parse } = request;
    return { kind: 'answer', answer: { ok: true, status, header, body: read(body.text) as unknown } };
  } catch {
    const start = body.text.trimStart().slice(0, 1);
    if (start === '<') return failed(notJson('page', attempted), status, 'no');
    return failed(notJson(start === '{' || start === '[' ? 'cut' : 'text', attempted), status, 'yes');
  }
}

async function caught({ transport }: XrayConnection, error: unknown, attempted: Attempted): Promise<Attempt> {
  const code = codeOf(error);
  if (!isCertificateCode(code)) return { ...failed(unreachable(code, attempted), null, 'yes'), down: isDownCode(code) };
  if (transport.trustSystem()) return { ...failed(untrusted(code, attempted), null, 'yes'), wait: 0 };
  return { ...failed(untrusted(code, attempted), null, 'no'), final: true };
}

export function addressOf(service: ServiceName, base: XrayBase): string {
  return service === 'xray' ? base.xray : (base.artifactory ?? base.xray);
}

function urlOf(address: string, { to, path }: XrayRequest, { project }: XrayConnection): URL {
  const url = new URL(`${address}${path}`);
  if (to === 'xray' && project !== null) url.searchParams.set('projectKey', project);
  return url;
}

function failed(
  failure: Failure,
  status: number | null,
  again: 'no' | 'yes' | 'smaller',
): Extract<Attempt, { kind: 'failure' }> {
  return { kind: 'failure', failure, status, again, said: '', isJson: false, wait: null, final: false, down: false };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds; null where the header is absent or not readable. Seconds or a date (RFC 9110). */
function retryAfter(header: Reply['header']): number | null {
  const value = header('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = value === '' ? Number.NaN : Date.parse(value);
  const now = Date.parse(header('date') ?? '');
  return Number.isNaN(date) || Number.isNaN(now) ? null : Math.max(0, date - now);
}
