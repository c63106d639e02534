// Where a proxy stands before the API server: the server has a name that only the proxy knows.
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConnectionFlags } from '../../src/cluster/connect.ts';
import { readAll } from '../../src/cluster/http.ts';
import { aCertificate } from '../xray-server/certificate.ts';
import { type Proxy, startProxy, startSocksProxy } from '../xray-server/proxy.ts';
import { aConnection, aFile } from './connecting.ts';

const certificate = aCertificate();

async function portOf(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Its port; it says by whom it was asked. */
async function anApiServer(secure = true): Promise<number> {
  const server = secure ? createSecureServer(certificate) : createServer();
  server.on('request', ({ headers }, response: ServerResponse) => response.end(`to ${headers.host}`));
  onTestFinished(() => server.closeAllConnections());
  return portOf(server);
}

async function stopping(proxy: Promise<Proxy>): Promise<Proxy> {
  const started = await proxy;
  onTestFinished(started.stop);
  return started;
}

function ask(proxyUrl: string, cluster: object = {}, flags: ConnectionFlags = {}, signal = never): Promise<string> {
  const own = {
    server: 'https://api.invalid:6443',
    'proxy-url': proxyUrl,
    'certificate-authority-data': Buffer.from(certificate.cert).toString('base64'),
    'tls-server-name': 'localhost',
    ...cluster,
  };
  const kubeconfig = aFile('config', JSON.stringify({ clusters: [{ name: 'c', cluster: own }] }));
  const connection = aConnection({ kubeconfig, cluster: 'c', ...flags });
  return connection
    .request('/version', { accept: 'application/json', signal })
    .then(async ({ body }) => (await readAll(body)).toString());
}

const never = new AbortController().signal;

describe('a server whose name only the proxy knows is asked through', () => {
  const kinds: [name: string, start: (port: number) => Promise<Proxy>][] = [
    ['http', (port) => startProxy(port)],
    ['https', (port) => startProxy(port, certificate)],
    ['socks5', (port) => startSocksProxy(port)],
    ['socks5 with user and password', (port) => startSocksProxy(port, 'ana:s3cret')],
  ];
  for (const [name, start] of kinds) {
    test(`${name}, which resolves it`, async () => {
      const proxy = await stopping(start(await anApiServer()));
      const url = proxy.url.replace('socks5://', 'socks5://ana:s3cret@');
      expect(await ask(url)).toBe('to api.invalid:6443');
      expect(proxy.asked).toEqual(['api.invalid:6443']);
    });
  }

  test('a proxy of the environment', async () => {
    const proxy = await stopping(startSocksProxy(await anApiServer()));
    const connection = aConnection(
      { server: 'https://api.invalid', insecureSkipTlsVerify: true },
      { env: { HTTPS_PROXY: proxy.url } },
    );
    await connection.request('/', { accept: '', signal: never });
    expect(proxy.asked).toEqual(['api.invalid:443']);
  });

  test('a proxy, in plain HTTP', async () => {
    const proxy = await stopping(startProxy(await anApiServer(false)));
    expect(await ask(proxy.url, { server: 'http://api.invalid' })).toBe('to api.invalid');
    expect(proxy.asked).toEqual(['api.invalid:80']);
  });
});

test('one connection through a proxy serves many requests', async () => {
  const proxy = await stopping(startSocksProxy(await anApiServer()));
  const connection = aConnection(
    { server: 'https://api.invalid', insecureSkipTlsVerify: true },
    { env: { HTTPS_PROXY: proxy.url } },
  );
  for (const path of ['/a', '/b']) await readAll((await connection.request(path, { accept: '', signal: never })).body);
  expect(proxy.asked).toHaveLength(1);
});

test('the server’s own certificate is checked inside of the tunnel', async () => {
  const proxy = await stopping(startProxy(await anApiServer()));
  await expect(ask(proxy.url, { 'tls-server-name': 'other.test' })).rejects.toThrow(
    /through the proxy http:\S+ \(proxy-url of cluster "c"\): tls: failed to verify .* not other\.test/,
  );
});

describe('a proxy that cannot be used is named, without its password', () => {
  const refusing = async (answer: string): Promise<string> =>
    `127.0.0.1:${await portOf(createServer().on('connect', (_, socket) => socket.end(answer)))}`;
  const noSocks = async (): Promise<Proxy> => stopping(startSocksProxy(1));
  const cases: [name: string, url: () => Promise<string>, says: string][] = [
    ['nobody is there', async () => 'http://ana:s3cret@127.0.0.1:1', 'it refused the connection'],
    ['nobody is there for SOCKS', async () => 'socks5://ana:s3cret@127.0.0.1:1', 'it refused the connection'],
    ['nobody is there for TLS', async () => 'https://ana:s3cret@127.0.0.1:1', 'it refused the connection'],
    [
      'it has no address',
      async () => 'http://ana:s3cret@proxy.invalid:1',
      'it cannot be reached: no such host "proxy.invalid"',
    ],
    [
      'it speaks no TLS',
      async () => `https://ana:s3cret@${await refusing('')}`,
      'it does not speak TLS; is it http://, perhaps?',
    ],
    [
      'its certificate is not trusted',
      async () => (await stopping(startProxy(1, aCertificate()))).url,
      'it cannot be reached: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      'it refuses',
      async () => `http://ana:s3cret@${await refusing('HTTP/1.1 502 Bad Gateway\r\n\r\n')}`,
      'it answered 502 Bad Gateway to CONNECT api.invalid:6443 (',
    ],
    [
      'it wants another password',
      async () => `http://ana:s3cret@${await refusing('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')}`,
      'it answered 407 Proxy Authentication Required to CONNECT api.invalid:6443: it wants another user and password',
    ],
    ['SOCKS does not reach it', async () => (await noSocks()).url, 'it did not connect: Socks5 proxy rejected'],
    [
      'SOCKS wants another password',
      async () => (await stopping(startSocksProxy(1, 'x:y'))).url.replace('//', '//ana:s3cret@'),
      'it did not connect: Socks5 Authentication failed',
    ],
  ];
  for (const [name, url, says] of cases) {
    test(name, async () => {
      const error: unknown = await ask(await url()).catch((thrown: unknown) => thrown);
      expect(String(error)).toMatch(
        /Unable to connect to the server https:\/\/api\.invalid:6443 \(cluster "c"\) through the proxy \w+:\/\/[\w.]+:\d+ \(proxy-url of cluster "c"\): /,
      );
      expect(String(error)).toContain(says);
      expect(String(error)).not.toContain('s3cret');
    });
  }

  test('it says nothing, until --request-timeout or whoever asked gives up', async () => {
    const silent = createTcpServer((socket) => onTestFinished(() => void socket.destroy()));
    const url = `socks5://127.0.0.1:${await portOf(silent)}`;
    await expect(ask(url, {}, { requestTimeout: 50 })).rejects.toThrow(
      /through the proxy socks5:\S+ \(.*\): no whole answer within 0\.05 seconds/,
    );
    await expect(ask(url, {}, {}, AbortSignal.abort('given up'))).rejects.toBe('given up');
  });
});
