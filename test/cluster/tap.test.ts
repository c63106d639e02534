import { createServer, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type Socket } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readAll, type Answer } from '../../src/cluster/http.ts';
import { eventually } from '../control-plane/eventually.ts';
import { aConnection } from './connecting.ts';

const path = '/api/v1/pods?watch=1';

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Asks for something lasting of a server that answers like this. */
async function asking(answer: (response: ServerResponse) => void): Promise<Answer> {
  const server = createServer((_, response) => answer(response));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const signal = new AbortController().signal;
  return aConnection({ server: await listening(server) }).request(path, { accept: '*/*', lasting: true, signal });
}

/** The same, of a server that writes bytes as they are. */
async function askingRaw(answer: (socket: Socket) => void): Promise<Answer> {
  const server = createRawServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });
  onTestFinished(() => void server.close());
  const signal = new AbortController().signal;
  return aConnection({ server: await listening(server) }).request(path, { accept: '*/*', lasting: true, signal });
}

const bodyText = async ({ body }: Answer): Promise<string> => (await readAll(body)).toString();
const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

test('a connection that breaks before the last chunk is an error', async () => {
  const answer = await askingRaw((socket) => {
    socket.write(`${head}3\r\nabc\r\n`);
    setImmediate(() => socket.resetAndDestroy());
  });
  await expect(readAll(answer.body)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a connection that is closed before the last chunk is an error', async () => {
  const answer = await askingRaw((socket) => socket.end(`${head}3\r\nabc\r\n`));
  await expect(readAll(answer.body)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a body that is not chunked as it says is an error', async () => {
  const answer = await askingRaw((socket) => socket.write(`${head}xyz`));
  await expect(readAll(answer.body)).rejects.toMatchObject({ code: 'ERR_HTTP_INVALID_CHUNK_SIZE' });
});

test('a body that breaks before anybody reads it is an error when it is read', async () => {
  const { body } = await askingRaw((socket) => socket.end(`${head}3\r\nabc\r\n`));
  await new Promise((resolve) => body.once('close', resolve));
  await expect(readAll(body)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a connection that is closed with the last chunk is none', async () => {
  const answer = await askingRaw((socket) => socket.end(`${head}3\r\nabc\r\n0\r\n\r\n`));
  expect(await bodyText(answer)).toBe('abc');
});

test('a request that is taken back ends its body', async () => {
  const server = createRawServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(`${head}3\r\nabc\r\n`));
  });
  onTestFinished(() => void server.close());
  const stop = new AbortController();
  const asked = { accept: '*/*', lasting: true, signal: stop.signal };
  const answer = await aConnection({ server: await listening(server) }).request(path, asked);
  setImmediate(() => stop.abort());
  await expect(readAll(answer.body)).rejects.toThrow();
});

test('a refusal is read with its body', async () => {
  const answer = await asking((response) => {
    response.writeHead(403, { 'content-type': 'application/json' });
    response.write('{"message":');
    response.end('"no"}');
  });
  expect(answer.status).toBe(403);
  expect(await bodyText(answer)).toBe('{"message":"no"}');
});

test('a body of a known length is read', async () => {
  const answer = await asking((response) => {
    response.writeHead(200, { 'content-length': '6' });
    response.end('abcdef');
  });
  expect(await bodyText(answer)).toBe('abcdef');
});

test('an answer may be preceded by informational ones', async () => {
  const answer = await asking((response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end('abc'));
  });
  expect(answer.status).toBe(200);
  expect(await bodyText(answer)).toBe('abc');
});

test('head and body may arrive byte by byte', async () => {
  const whole = `HTTP/1.1 102 Processing\r\n\r\n${head}3\r\nabc\r\n0\r\n\r\n`;
  const answer = await askingRaw((socket) => {
    socket.setNoDelay(true);
    const drip = async (): Promise<void> => {
      for (const byte of whole) {
        socket.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    void drip();
  });
  expect(await bodyText(answer)).toBe('abc');
});

test('a body that nobody reads on makes the server wait, and arrives whole', async () => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const pieces = 1_000;
  const sending: { response: ServerResponse | null; sent: number } = { response: null, sent: 0 };
  const send = (response: ServerResponse): void => {
    while (sending.sent < pieces) {
      sending.sent += 1;
      if (!response.write(piece)) return void response.once('drain', () => send(response));
    }
    response.end();
  };
  const { body } = await asking((response) => {
    sending.response = response;
    send(response);
  });
  body.once('data', () => body.pause());
  let before = -1;
  await eventually('the server waits', () => {
    const stands = sending.sent === before && sending.sent > 0;
    before = sending.sent;
    return stands;
  });
  expect(sending.sent).toBeLessThan(pieces);
  let bytes = 0;
  body.on('data', (data: Buffer) => (bytes += data.length));
  body.resume();
  await new Promise((resolve) => body.once('end', resolve));
  expect(bytes).toBeGreaterThan((pieces - 100) * piece.length);
});
