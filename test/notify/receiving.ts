// Receivers on loopback, and a clock on which seconds are hundredths; patience of ten seconds and more is a tenth, for a
// busy machine answers late.
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createNotifier } from '../../src/notify/notifier.ts';
import type { Notifier, NotifierParts, NotifySettings } from '../../src/notify/notifier.ts';
import type { NotifyClock } from '../../src/notify/receiver.ts';

export const quickClock: NotifyClock = {
  now: Date.now,
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds / (milliseconds < 10_000 ? 100 : 10));
    return () => clearTimeout(timer);
  },
};

export interface Message {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Hook {
  readonly url: string;
  /** What it was sent, in its order, whatever it answered. */
  readonly messages: readonly Message[];
}

/** Answers with these statuses in turn, the last one for ever; 0 never answers. Ends with its test. */
export async function aHook(...statuses: readonly number[]): Promise<Hook> {
  const messages: Message[] = [];
  const listener: RequestListener = (request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      messages.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) });
      const status = statuses[messages.length - 1] ?? statuses.at(-1) ?? 200;
      if (status === 0) return;
      response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/elsewhere' } : {}).end('ok');
    });
  };
  return {
    url: `${await listen(createServer(listener))}/s3cret`,
    messages,
  };
}

/** An address at which nobody listens. */
export async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface OpenedNotifier extends Notifier {
  readonly warnings: readonly string[];
}

export function aNotifier(settings: Partial<NotifySettings>, parts: Partial<NotifierParts> = {}): OpenedNotifier {
  const warnings: string[] = [];
  const notifier = createNotifier(
    { slackUrl: null, webhookUrl: null, ...settings },
    {
      clock: quickClock,
      warn: (message) => warnings.push(message),
      context: 'prod',
      server: 'https://api.example',
      env: {},
      ca: null,
      sendXrayNotice: null,
      ...parts,
    },
  );
  return { ...notifier, warnings };
}
