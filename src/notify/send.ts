// One JSON message to one address. What went wrong is told in a word or two that hold nothing of the address.
import ky from 'ky';
import type { Dispatcher, fetch as Fetch } from 'undici';

export type Sent = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly again: boolean };

export type Send = (url: URL, body: object, signal: AbortSignal) => Promise<Sent>;

export interface Route {
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Certificates (PEM) to be trusted besides the system's. */
  readonly ca: string | null;
}

/** Directly, unless there is a proxy; the system's trust store is read once a certificate needs it. */
export function createSend({ env, ca }: Route): Send {
  const proxies = proxiesIn(env);
  let trusting = ca !== null;
  let way: Promise<Way> | null = null;
  return async (url, body, signal) => {
    try {
      const status = await post(url, body, signal, await (way ??= load(proxies, ca, trusting)));
      if (status >= 200 && status < 300) return { ok: true };
      const again = status === 408 || status === 429 || status >= 500;
      return { ok: false, why: `it answers ${status}`, again };
    } catch (error) {
      const code = codeOf(error);
      if (/CERT|SIGNED|ISSUER/.test(code) && !trusting) {
        trusting = true;
        way = null;
        return { ok: false, why: `its certificate is not trusted (${code})`, again: true };
      }
      return { ok: false, why: code, again: true };
    }
  };
}

interface Way {
  /** Undici's own: that of an older Node does not take its dispatchers. */
  readonly fetch: typeof Fetch;
  readonly dispatcher: Dispatcher;
}

async function post(url: URL, body: object, signal: AbortSignal, { fetch, dispatcher }: Way): Promise<number> {
  const address = new URL(url);
  [address.username, address.password] = ['', ''];
  const headers = { 'content-type': 'application/json', 'user-agent': 'kubectl-xray', ...authorization(url) };
  const asked = {
    method: 'POST',
    body: JSON.stringify(body),
    headers,
    signal,
    redirect: 'manual',
    dispatcher,
  } as const;
  const response = await ky(address, {
    method: 'POST',
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    fetch: () => fetch(address, asked),
  });
  await response.body?.cancel();
  return response.status;
}

/** `fetch` takes no address with a user in it. */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

interface Proxies {
  readonly http: string | undefined;
  readonly https: string | undefined;
  readonly none: string;
}

function proxiesIn(env: Route['env']): Proxies | null {
  const read = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined;
  const all = read('all_proxy');
  const [http, https] = [read('http_proxy') ?? all, read('https_proxy') ?? all];
  if (http === undefined && https === undefined) return null;
  return { http, https, none: [read('no_proxy'), 'localhost', '127.0.0.1', '[::1]'].filter(Boolean).join(',') };
}

async function load(proxies: Proxies | null, ca: string | null, trusting: boolean): Promise<Way> {
  // A bundle knows no names of a CommonJS package that is imported late.
  const { Agent, EnvHttpProxyAgent, fetch } = (await import('undici')).default;
  // Said every time: what is left out, the environment may decide.
  const tls = { rejectUnauthorized: true, ...(trusting ? { ca: await authorities(ca) } : {}) };
  if (proxies === null) return { fetch, dispatcher: new Agent({ connect: tls }) };
  const { http, https, none } = proxies;
  const dispatcher = new EnvHttpProxyAgent({
    ...(http === undefined ? {} : { httpProxy: http }),
    ...(https === undefined ? {} : { httpsProxy: https }),
    noProxy: none,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
  });
  return { fetch, dispatcher };
}

async function authorities(ca: string | null): Promise<string[]> {
  const { getCACertificates } = await import('node:tls');
  const all = [...getCACertificates('default'), ...getCACertificates('system'), ...(ca === null ? [] : [ca])];
  return [...new Set(all)];
}

/** The deepest code there is; messages may quote the address. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const below = error.cause === undefined ? '' : codeOf(error.cause);
  if (below !== '' && below !== 'Error') return below;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
