// How long a request may take: a watch lasts for as long as its watcher lets it.
import http from 'node:http';
import { connect, type OnReadOpts } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { readAll, requester } from '../../src/cluster/http.ts';
import { anApiServer, type Route } from './api-server.ts';
import { surroundings } from './connecting.ts';

const never = new AbortController().signal;

/** Sends the second half of its answer after so many milliseconds. */
const slowly =
  (pause: number): Route =>
  async (_, response) => {
    response.writeHead(200);
    response.write('one');
    await delay(pause);
    response.end('two');
  };

const unanswered: Route = () => {};

async function ask(route: Route, asked: { readonly endless?: boolean }, limits: { silence: number; total: number }) {
  const { url } = await anApiServer({ '/x': route });
  const agent = new http.Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const server = new URL(url);
  const target = {
    server,
    words: url,
    via: '',
    credentials: { current: async () => ({ headers: {}, certificate: null }), renew: () => false },
    connections: async () => ({
      shared: agent,
      connect: (onread: OnReadOpts) => connect({ host: server.hostname, port: Number(server.port), onread }),
    }),
    requestTimeout: limits.total,
    silence: limits.silence,
    userAgent: 'test',
    listener: null,
  };
  const request = requester(target, surroundings());
  const answer = await request('/x', { accept: '*/*', lasting: true, signal: never, ...asked });
  return (await readAll(answer.body)).toString();
}

test('an answer that falls silent is broken off', async () => {
  await expect(ask(slowly(400), {}, { silence: 50, total: 5_000 })).rejects.toThrow(/aborted|no answer/);
});

test('an answer that takes longer than --request-timeout is broken off', async () => {
  await expect(ask(slowly(400), {}, { silence: 5_000, total: 50 })).rejects.toThrow(/aborted|timeout/i);
});

test('a watch that was answered is neither', async () => {
  expect(await ask(slowly(250), { endless: true }, { silence: 50, total: 100 })).toBe('onetwo');
});

test('a watch that is not answered is both', async () => {
  await expect(ask(unanswered, { endless: true }, { silence: 50, total: 5_000 })).rejects.toThrow(
    /no answer for 0\.05 seconds/,
  );
  await expect(ask(unanswered, { endless: true }, { silence: 5_000, total: 50 })).rejects.toThrow(
    /no whole answer within 0\.05 seconds \(--request-timeout\)/,
  );
});
