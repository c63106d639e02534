import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';

import { createDirectSend } from '../../src/xray/send-directly.ts';
import type { Outgoing, Reply } from '../../src/xray/send.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const directly = (url: string, more: Partial<Outgoing> = {}, signal = new AbortController().signal): Promise<Reply> =>
  createDirectSend({})({ method: 'GET', url: new URL(url), headers: {}, body: null, ...more }, signal);

async function wholeText({ body }: Reply): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test('an abort in the middle of a body ends the reading of it', async () => {
  const url = await served((_, response) => response.writeHead(200).write('{"half":'));
  const aborting = new AbortController();
  const response = await directly(url, {}, aborting.signal);
  const reading = expect(wholeText(response)).rejects.toThrow(/abort/);
  aborting.abort();
  await reading;
});

test('a body that ends too early is no whole one', async () => {
  const url = await served((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"half":');
    response.socket?.end();
  });
  const response = await directly(url);
  await expect(wholeText(response)).rejects.toThrow();
});

test('a connection that is idle for long is closed, and one that answers slowly is not', async () => {
  const answers: (() => void)[] = [];
  const url = await served((_, response) => void answers.push(() => response.end('late')));
  const [server] = servers;
  const closed = once(server ?? new Server(), 'connection').then(async ([socket]) => once(socket as Socket, 'close'));
  const send = createDirectSend({}, 20);
  const outgoing: Outgoing = { method: 'GET', url: new URL(url), headers: {}, body: null };
  const sent = send(outgoing, new AbortController().signal);
  await once(server ?? new Server(), 'request');
  await new Promise((resolve) => setTimeout(resolve, 60));
  for (const answer of answers) answer();
  expect(await wholeText(await sent)).toBe('late');
  await closed;
});

test('where nothing listens the error says so', async () => {
  const url = await served((_, response) => response.end());
  servers[0]?.close();
  await expect(directly(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a redirect is not followed', async () => {
  const url = await served((_, response) => response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end());
  const response = await directly(url);
  expect([response.status, response.header('location')]).toEqual([302, 'http://elsewhere.invalid/']);
});

test('a compressed answer that ends too early is no whole one', async () => {
  const url = await served((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '1000' });
    response.write(gzipSync('{"whole":true}').subarray(0, 12));
    response.socket?.end();
  });
  await expect(directly(url).then(wholeText)).rejects.toThrow();
});

test('a compressed answer is read as what it holds', async () => {
  const url = await served((request, response) => {
    expect(request.headers['accept-encoding']).toBe('gzip');
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"whole":true}'));
  });
  expect(await wholeText(await directly(url))).toBe('{"whole":true}');
});

test('an answer without a body is an answer', async () => {
  const url = await served((_, response) => response.writeHead(204).end());
  expect([(await directly(url)).status, (await directly(url, { method: 'HEAD' })).status]).toEqual([204, 204]);
});

test('method, headers and body go as they are given', async () => {
  const url = await served((request, response) => {
    const { method, headers } = request;
    void textOf(request).then((body) =>
      response.end(JSON.stringify([method, headers['x-name'], headers['content-length'], body])),
    );
  });
  const response = await directly(url, { method: 'POST', headers: { 'x-name': 'cart' }, body: 'ä' });
  expect(JSON.parse(await wholeText(response))).toEqual(['POST', 'cart', '2', 'ä']);
});
