// A proxy as companies have one: whatever host is asked for, the server at one port of loopback answers, as a proxy resolves
// names itself.
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

export interface Proxy {
  readonly url: string;
  /** What it was asked for: addresses, and `HOST:PORT` of tunnels. */
  readonly asked: readonly string[];
  readonly stop: () => Promise<void>;
}

export async function startProxy(port: number): Promise<Proxy> {
  const asked: string[] = [];
  const proxy = createServer((incoming, response) => {
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
  const address = proxy.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    asked,
    stop: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
