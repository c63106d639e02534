// A real browser without a window: Chromium, spoken to over a pipe, so that there is no port and nothing to download.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export const howToGetOne = 'Install Chromium (on Debian: apt-get install chromium), or name one with CHROMIUM=PATH.';

/** Where one is; null: nowhere. */
export function findBrowser(): string | null {
  const named = process.env['CHROMIUM'];
  return [...(named === undefined ? [] : [named]), ...places].find((path) => existsSync(path)) ?? null;
}

export interface Page {
  /** Evaluates an expression in the page; what it gives back has to be JSON. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  /** Looks at every frame until an expression holds. */
  readonly until: (expression: string) => Promise<void>;
  /** A real click at the middle of the first element that the selector finds. */
  readonly click: (selector: string) => Promise<void>;
  /** Types into what has the focus. */
  readonly type: (text: string) => Promise<void>;
  /** Sends a command of the DevTools protocol to the page. */
  readonly send: (method: string, params?: object) => Promise<unknown>;
  /** The addresses of all that was asked for, but for the page itself. */
  readonly requests: () => readonly string[];
  /** What the console and the page's policy complained about. */
  readonly complaints: () => readonly string[];
}

export interface Browser {
  /** Opens an address and waits until it is loaded. */
  readonly open: (url: string, setUp?: (send: Page['send']) => Promise<void>) => Promise<Page>;
  readonly close: () => Promise<void>;
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
];

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

type Heard = (message: Message) => void;

export async function startBrowser(program: string): Promise<Browser> {
  const home = mkdtempSync(join(tmpdir(), 'kubectl-xray-browser-'));
  const child = spawn(program, [...flags, `--user-data-dir=${home}`, '--remote-debugging-pipe', 'about:blank'], {
    env: { PATH: process.env['PATH'], HOME: home, TMPDIR: tmpdir() },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const { send, listen } = speakTo(child);
  return {
    open: async (url, setUp) => openPage(url, send, listen, setUp),
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null) {
        await send('Browser.close', {}).catch(() => child.kill('SIGKILL'));
        await ended;
      }
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Send = (method: string, params: object, sessionId?: string) => Promise<unknown>;

/** Messages are JSON, each ended by a zero. */
function speakTo(child: ChildProcess): { readonly send: Send; readonly listen: (heard: Heard) => void } {
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, (message: Message) => void>();
  const listeners: Heard[] = [];
  let held = '';
  let last = 0;
  output.setEncoding('utf8').on('data', (piece: string) => {
    const messages = `${held}${piece}`.split('\0');
    held = messages.pop() ?? '';
    for (const message of messages.map((one) => JSON.parse(one) as Message)) {
      if (message.id === undefined) for (const heard of listeners) heard(message);
      else waiting.get(message.id)?.(message);
    }
  });
  input.on('error', () => {});
  const gone = (): void => {
    for (const answer of waiting.values()) answer({ error: { message: 'the browser ended' } });
  };
  child.once('error', gone).once('exit', gone);
  return {
    listen: (heard) => listeners.push(heard),
    send: async (method, params, sessionId) => {
      last += 1;
      const id = last;
      input.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
      const answer = await new Promise<Message>((resolve) => {
        waiting.set(id, resolve);
        if (child.exitCode !== null) gone();
      });
      waiting.delete(id);
      if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
      return answer.result;
    },
  };
}

async function openPage(
  url: string,
  send: Send,
  listen: (heard: Heard) => void,
  setUp: (send: Page['send']) => Promise<void> = async () => {},
): Promise<Page> {
  const { targetId } = (await send('Target.createTarget', { url: 'about:blank' })) as { readonly targetId: string };
  const attached = await send('Target.attachToTarget', { targetId, flatten: true });
  const { sessionId } = attached as { readonly sessionId: string };
  const toPage: Page['send'] = async (method, params = {}) => send(method, params, sessionId);
  const requests: string[] = [];
  const complaints: string[] = [];
  const loads = loadings();
  listen((message) => {
    if (message.sessionId !== sessionId) return;
    if (message.method === 'Page.lifecycleEvent') {
      const { name, loaderId } = message.params as { readonly name: string; readonly loaderId: string };
      if (name === 'load') loads.ended(loaderId);
    }
    if (message.method === 'Network.requestWillBeSent') {
      requests.push((message.params as { readonly request: { readonly url: string } }).request.url);
    }
    if (/^(Log\.entryAdded|Runtime\.(exceptionThrown|consoleAPICalled))$/.test(message.method ?? '')) {
      complaints.push(JSON.stringify(message.params));
    }
  });
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await toPage(`${domain}.enable`);
  await toPage('Page.setLifecycleEventsEnabled', { enabled: true });
  await setUp(toPage);
  // The page that was there before may still tell of its own end of loading.
  const { loaderId } = (await toPage('Page.navigate', { url })) as { readonly loaderId: string };
  await loads.untilEnded(loaderId);
  return pageOf(url, toPage, requests, complaints);
}

/** Which documents are loaded: the word of it may come before or after somebody waits for it. */
function loadings() {
  const ended = new Set<string>();
  const waiting = new Map<string, () => void>();
  return {
    ended: (loader: string): void => {
      ended.add(loader);
      waiting.get(loader)?.();
    },
    untilEnded: async (loader: string): Promise<void> =>
      new Promise((resolve) => {
        if (ended.has(loader)) resolve();
        else waiting.set(loader, resolve);
      }),
  };
}

function pageOf(url: string, send: Page['send'], requests: string[], complaints: string[]): Page {
  const evaluate = async <T>(expression: string): Promise<T> => {
    const answer = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    const { result, exceptionDetails } = answer as {
      readonly result: { readonly value: T };
      exceptionDetails?: object;
    };
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  };
  const click = async (selector: string): Promise<void> => {
    const [x, y] = await evaluate<[number, number]>(`(() => {
      const found = document.querySelector(${JSON.stringify(selector)});
      found.scrollIntoView({ block: 'center' });
      const { left, top, width, height } = found.getBoundingClientRect();
      return [left + Math.min(width / 2, 60), top + height / 2];
    })()`);
    for (const type of ['mousePressed', 'mouseReleased']) {
      await send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
    }
  };
  return {
    evaluate,
    until: async (expression) =>
      void (await evaluate(`new Promise((done) => {
        const look = () => (${expression}) ? done(true) : requestAnimationFrame(look);
        look();
      })`)),
    click,
    send,
    type: async (text) => void (await send('Input.insertText', { text })),
    requests: () => requests.filter((one) => one !== url),
    complaints: () => complaints,
  };
}
