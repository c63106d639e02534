// One JSON message to one address. What went wrong is told in a word or two that hold nothing of the address.
import ky from 'ky';
import type { Dispatcher } from 'undici';

export type Sent = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly again: boolean };

export type Send = (url: URL, body: object, signal: AbortSignal) => Promise<Sent>;

export interface Route {
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Certificates (PEM) to be trusted besides the system's. */
  readonly ca: string | null;
}

/** Directly, unless a proxy or an authority asks for more; the system's trust store is read once a certificate needs it. */
export function createSend({ env, ca }: Route): Send {
  const proxies = proxiesIn(env);
  let trusting = ca !== null;
  let dispatcher: Promise<Dispatcher> | null = null;
  const route = (): Promise<Dispatcher | null> => {
    if (proxies === null && !trusting) return Promise.resolve(null);
    dispatcher ??= load(proxies, trusting ? ca : null, trusting);
    return dispatcher;
  };
  return async (url, body, signal) => {
    try {
      const status = await post(url, body, signal, await route());
      if (status >= 200 && status < 300) return { ok: true };
      const again = status === 408 || status === 429 || status >= 500;
      return { ok: false, why: `it answers ${status}`, again };
    } catch (error) {
      const code = codeOf(error);
      if (/CERT|SIGNED|ISSUER/.test(code) && !trusting) {
        trusting = true;
        dispatcher = null;
        return { ok: false, why: `its certificate is not trusted (${code})`, again: true };
      }
      return { ok: false, why: code, again: true };
    }
  };
}

async function post(url: URL, body: object, signal: AbortSignal, dispatcher: Dispatcher | null): Promise<number> {
  const address = new URL(url);
  [address.username, address.password] = ['', ''];
  const response = await ky(address, {
    method: 'POST',
    json: body,
    headers: { 'user-agent': 'kubectl-xray', ...authorization(url) },
    signal,
    redirect: 'manual',
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    // The built-in fetch takes the dispatchers of undici's package, too.
    fetch: (input, init) => fetch(input, { ...init, signal, ...(dispatcher === null ? {} : { dispatcher }) }),
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

async function load(proxies: Proxies | null, ca: string | null, trusting: boolean): Promise<Dispatcher> {
  // A bundle knows no names of a CommonJS package that is imported late.
  const { Agent, EnvHttpProxyAgent } = (await import('undici')).default;
  const tls = trusting ? { ca: await authorities(ca) } : {};
  if (proxies === null) return new Agent({ connect: tls });
  const { http, https, none } = proxies;
  return new EnvHttpProxyAgent({
    ...(http === undefined ? {} : { httpProxy: http }),
    ...(https === undefined ? {} : { httpsProxy: https }),
    noProxy: none,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
  });
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
