// A proxy as companies have one: whatever host is asked for, the server at one port of loopback answers, as a proxy resolves
// names itself.
import { createServer, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
  /** `http://127.0.0.1:…`, or of another scheme. */
  readonly url: string;
  /** What it was asked for: addresses, and `HOST:PORT` of tunnels. */
  readonly asked: readonly string[];
  readonly stop: () => Promise<void>;
}

export interface ProxyCertificate {
  readonly key: string;
  readonly cert: string;
}

/** With a certificate, it is spoken to in TLS. */
export async function startProxy(port: number, certificate: ProxyCertificate | null = null): Promise<Proxy> {
  const asked: string[] = [];
  const proxy = certificate === null ? createServer() : createSecureServer(certificate);
  proxy.on('request', (incoming, response) => {
    asked.push(incoming.url ?? '');
    const { pathname, search } = new URL(incoming.url ?? '', 'http://any.example');
    const { method, headers } = incoming;
    incoming.pipe(
      request({ port, host: '127.0.0.1', path: `${pathname}${search}`, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  proxy.on('connect', ({ url }, socket) => {
    asked.push(url ?? '');
    const behind = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      behind.pipe(socket).pipe(behind);
    });
    behind.on('error', () => socket.destroy());
    socket.on('error', () => behind.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `${certificate === null ? 'http' : 'https'}://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** A SOCKS proxy of version 5, as `ssh -D` is one; with `user:password`, nobody else may use it. */
export async function startSocksProxy(port: number, login: string | null = null): Promise<Proxy> {
  const asked: string[] = [];
  const open = new Set<Socket>();
  const proxy = createTcpServer((socket) => {
    open.add(socket.on('error', () => socket.destroy()));
    let isGreeted = false;
    let isKnown = login === null;
    socket.on('data', function answer(words: Buffer) {
      if (!isGreeted) {
        isGreeted = true;
        socket.write(Buffer.from([5, login === null ? 0 : 2]));
      } else if (!isKnown) {
        const userEnd = 2 + (words[1] ?? 0);
        isKnown = `${words.toString('utf8', 2, userEnd)}:${words.toString('utf8', userEnd + 1)}` === login;
        socket.write(Buffer.from([1, isKnown ? 0 : 1]));
      } else {
        socket.off('data', answer);
        asked.push(destination(words));
        const behind = connect(port, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          behind.pipe(socket).pipe(behind);
        });
        // Version 5: the host is unreachable.
        behind.on('error', () => socket.end(Buffer.from([5, 4, 0, 1, 0, 0, 0, 0, 0, 0])));
      }
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `socks5://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** `HOST:PORT`, of a request for a connection: an address of four bytes, or a name. */
function destination(words: Buffer): string {
  const isName = words[3] === 3;
  const host = isName ? words.subarray(5, 5 + (words[4] ?? 0)).toString() : words.subarray(4, 8).join('.');
  return `${host}:${words.readUInt16BE(words.length - 2)}`;
}
