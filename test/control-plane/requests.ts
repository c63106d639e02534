import { Agent, type RequestOptions, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Kubernetes object, as loosely as tests need it. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly OwnerReference[];
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** An object that the server has answered, so what the server always sets is there. */
export type Stored<T extends KubeObject = KubeObject> = T & {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string };
};

export interface Identity {
  readonly url: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
}

export interface Requests {
  /** Throws RequestRefused for a status of 400 or more, but waits out a 429 first. PATCH is a merge patch unless told. */
  readonly request: (method: string, path: string, body?: unknown, contentType?: string) => Promise<unknown>;
  readonly close: () => void;
}

export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly status: number;
  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path}: ${status} ${messageOf(body)}`);
    this.status = status;
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

/** Talks to an API server over kept-alive connections, at most 32 at once. */
export function requestsAs({ url, ca, token, certificate, key }: Identity): Requests {
  const agent = new Agent({ keepAlive: true, maxSockets: 32, ca, cert: certificate, key });
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const request: Requests['request'] = async (method, path, body, contentType) => {
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const type = contentType ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
    const headers = { ...authorization, accept: 'application/json', ...contentHeaders(payload, type) };
    const answer = await patiently(() => exchange(new URL(path, url), { method, headers, agent }, payload));
    if (answer.status >= 400) throw new RequestRefused(method, path, answer.status, answer.text);
    return parsed(answer.text);
  };
  return { request, close: () => agent.destroy() };
}

/** The objects of a list, each with the kind that the server leaves out of list items. */
export async function listObjects<T extends KubeObject = KubeObject>(
  { request }: Pick<Requests, 'request'>,
  path: string,
): Promise<readonly Stored<T>[]> {
  const list = (await request('GET', path)) as { kind: string; apiVersion: string; items: Stored<T>[] };
  return list.items.map((item) => ({ apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, ''), ...item }));
}

/** undefined where the server says 404. */
export async function getObject<T extends KubeObject = KubeObject>(
  { request }: Pick<Requests, 'request'>,
  path: string,
): Promise<Stored<T> | undefined> {
  try {
    return (await request('GET', path)) as Stored<T>;
  } catch (error) {
    if (error instanceof RequestRefused && error.status === 404) return undefined;
    throw error;
  }
}

/** Node sends the body of a DELETE only where its length is given. */
function contentHeaders(payload: string | undefined, type: string) {
  return payload === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(payload) };
}

async function patiently(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask();
    if (answer.status !== 429 || attempt > 10) return answer;
    await sleep(Number(answer.retryAfter ?? 1) * 1000);
  }
}

function exchange(url: URL, options: RequestOptions, payload: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = httpsRequest(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
          retryAfter: response.headers['retry-after'],
        }),
      );
    });
    call.on('error', (error) => {
      // The server may close a connection that was idle just when it is used again.
      const again = call.reusedSocket && options.method !== 'POST' && 'code' in error && error.code === 'ECONNRESET';
      if (again) exchange(url, options, payload).then(resolve, reject);
      else reject(error);
    });
    call.end(payload);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(body: string): string {
  const answer = parsed(body);
  const hasMessage = typeof answer === 'object' && answer !== null && 'message' in answer;
  return hasMessage ? String(answer.message) : body.slice(0, 500);
}
