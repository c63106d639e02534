// Carries a fault out on one response.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import { html, json, plainText, refusal } from './answer.ts';
import type { Answer, ErrorForm } from './answer.ts';
import type { Fault, FaultKind } from './faults.ts';

interface Ordinary {
  /** The right answer, for faults that spoil only its delivery. */
  readonly answer: () => Answer | 'never';
  readonly form: ErrorForm;
  /** This server under another origin. */
  readonly elsewhere: string;
}

/** Sends an answer, or holds the call for ever. Returns the status sent, 0 for none. */
export function send(response: ServerResponse, answer: Answer | 'never'): number {
  if (answer === 'never') return 0;
  head(response, answer, answer.body.length);
  response.end(response.req.method === 'HEAD' ? undefined : answer.body);
  return answer.status;
}

/** Returns the status sent, 0 for none. */
export function misbehave(response: ServerResponse, fault: Fault, ordinary: Ordinary): number {
  if (fault.kind !== undefined) return inItsWay(response, fault.kind, fault, ordinary);
  return send(
    response,
    fault.status === undefined ? ordinary.answer() : withStatus(fault, fault.status, ordinary.form),
  );
}

function inItsWay(response: ServerResponse, kind: FaultKind, fault: Fault, ordinary: Ordinary): number {
  switch (kind) {
    case 'html':
      return send(response, html(fault.status ?? 200, 'Sign in'));
    case 'emptyBody':
      return send(response, { ...plainText(fault.status ?? 200, ''), headers: { 'content-type': 'application/json' } });
    case 'bareString':
      return send(response, json(fault.status ?? 200, 'failed to get the answer'));
    case 'halfBody':
    case 'stallInBody':
    case 'stallAfterHeaders':
      return cutShort(response, kind, ordinary.answer());
    case 'stallBeforeHeaders':
      return 0;
    case 'reset':
      response.socket?.resetAndDestroy();
      return 0;
    case 'redirect':
      return redirect(response, fault.location ?? `${ordinary.elsewhere}/elsewhere`);
    case 'reactivate':
      return redirect(response, fault.location ?? `${ordinary.elsewhere}/reactivate-server/acme`);
    case 'oversize':
      return oversize(response, fault.bytes ?? 80 * 1024 * 1024);
    default:
      return kind satisfies never;
  }
}

// The shapes of API.md section 1, "Errors": gateway errors in the platform's form, the rest in the endpoint's own.
function withStatus(fault: Fault, status: number, form: ErrorForm): Answer {
  const gateway = [408, 429, 502, 503, 504].includes(status);
  const shaped = refusal(gateway ? 'platform' : form, status, words.get(status) ?? 'Failed');
  const body = fault.body === undefined ? shaped.body : Buffer.from(fault.body);
  const headers: Record<string, string> = { ...shaped.headers };
  if (fault.contentType !== undefined) headers['content-type'] = fault.contentType;
  if (fault.retryAfter !== undefined) headers['retry-after'] = fault.retryAfter;
  return { status, headers, body };
}

const words: ReadonlyMap<number, string> = new Map([
  [400, 'One parameter or more are missing'],
  [401, 'Found invalid token'],
  [403, 'Permission denied'],
  [404, 'Xray is not enabled'],
  [408, 'Request Timeout'],
  [415, 'Failed to parse json.'],
  [429, 'Too Many Requests'],
  [500, 'Failed to scan component'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'timeout'],
]);

function cutShort(response: ServerResponse, kind: FaultKind, answer: Answer | 'never'): number {
  if (answer === 'never') return 0;
  head(response, answer, answer.body.length);
  response.flushHeaders();
  if (kind === 'stallAfterHeaders') return answer.status;
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
  response.write(half, () => {
    if (kind === 'halfBody') response.socket?.destroySoon();
  });
  return answer.status;
}

function redirect(response: ServerResponse, location: string): number {
  const page = html(302, 'Moved');
  return send(response, { ...page, headers: { ...page.headers, location } });
}

function oversize(response: ServerResponse, bytes: number): number {
  const start = '{"artifacts":[],"errors":[';
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(start);
  void blanks(response, bytes - start.length - 2);
  return 200;
}

async function blanks(response: ServerResponse, count: number): Promise<void> {
  const piece = Buffer.alloc(64 * 1024, ' ');
  const gone = once(response, 'close');
  for (let left = count; left > 0 && !response.destroyed; left -= piece.length) {
    if (!response.write(piece.subarray(0, left))) await Promise.race([once(response, 'drain'), gone]);
  }
  response.end(']}');
}

function head(response: ServerResponse, answer: Answer, length: number): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': length });
}
