// Sends over node:http and node:https. 20 MB of summaries take 0.2 s less of the processor than through fetch, whose
// streams and requests cost more than the reading (docs/decisions/0003).
import http from 'node:http';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { createGunzip } from 'node:zlib';
import type { Send } from './send.ts';

/** Longer than the usual pause between two polls, milliseconds. */
const keptFor = 90_000;

/**
 * `tls` is what https connections trust. Connections are kept, idle ones for so long: a program that turns to another run
 * asks nothing by those of the first any more.
 */
export function createDirectSend(tls: https.AgentOptions, idle = keptFor): Send {
  const plain = new http.Agent({ keepAlive: true, timeout: idle });
  const secure = new https.Agent({ keepAlive: true, timeout: idle, ...tls });
  return async ({ method, url, headers, body }, signal) => {
    const options = { method, headers: { ...headers, 'accept-encoding': 'gzip' }, signal };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sending =
        url.protocol === 'https:'
          ? https.request(url, { ...options, agent: secure }, resolve)
          : http.request(url, { ...options, agent: plain }, resolve);
      sending.on('error', reject).end(body);
    });
    return {
      status: answer.statusCode ?? 0,
      header: (name) => {
        const value = answer.headers[name];
        return typeof value === 'string' ? value : null;
      },
      body: answer.headers['content-encoding'] === 'gzip' ? unzipped(answer) : answer,
      discard: () => void answer.destroy(),
    };
  };
}

/** An answer that is cut short ends the unzipping with its error. */
function unzipped(answer: IncomingMessage): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  answer.on('error', (error) => gunzip.destroy(error)).on('close', () => answer.complete || gunzip.destroy());
  gunzip.on('close', () => answer.destroy());
  return answer.pipe(gunzip);
}
