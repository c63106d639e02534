// How bytes travel: by a fetch of our own, and by undici behind the built-in one where there is a proxy. undici is loaded
// only then.
import { createDirectFetch } from './direct-fetch.ts';
import type { Fetch } from './direct-fetch.ts';

export interface Transport {
  readonly fetch: Fetch;
  /**
   * From now on the system's trust store counts too. False where it counts already, so that asking again is no use.
   * Not from the start: reading it takes longer than many a whole run, and most certificates do not need it.
   */
  readonly trustSystem: () => boolean;
}

interface Wanted {
  /** PEM text. */
  readonly ca: string | null;
  readonly insecure: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Proxies {
  readonly http: string | undefined;
  readonly https: string | undefined;
  readonly none: string;
}

export function createTransport({ ca, insecure, env }: Wanted): Transport {
  const proxies = proxiesIn(env);
  let system = ca !== null || insecure;
  let loading: Promise<Fetch> | null = null;
  return {
    fetch: async (request, signal) => {
      loading ??= load(proxies, system ? trust(ca, insecure) : {});
      return await (
        await loading
      )(request, signal);
    },
    trustSystem: () => {
      if (system) return false;
      system = true;
      loading = null;
      return true;
    },
  };
}

function proxiesIn(env: Wanted['env']): Proxies | null {
  const read = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined;
  const all = read('all_proxy');
  const [http, https] = [read('http_proxy') ?? all, read('https_proxy') ?? all];
  if (http === undefined && https === undefined) return null;
  // As kubectl has it: never through a proxy to this machine itself.
  return { http, https, none: [read('no_proxy'), 'localhost', '127.0.0.1', '[::1]'].filter(Boolean).join(',') };
}

async function load(proxies: Proxies | null, trusted: object | Promise<object>): Promise<Fetch> {
  const tls = await trusted;
  if (proxies === null) return createDirectFetch(tls);
  const { EnvHttpProxyAgent } = await import('undici');
  const { http, https, none } = proxies;
  const dispatcher = new EnvHttpProxyAgent({
    ...(http === undefined ? {} : { httpProxy: http }),
    ...(https === undefined ? {} : { httpsProxy: https }),
    noProxy: none,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
  });
  // The built-in fetch takes the dispatchers of undici's package, too.
  return async (request, signal) => await fetch(request, { signal, dispatcher });
}

async function trust(ca: string | null, insecure: boolean): Promise<object> {
  if (insecure) return { rejectUnauthorized: false };
  const { createSecureContext, getCACertificates } = await import('node:tls');
  const all = new Set([...getCACertificates('default'), ...getCACertificates('system'), ...(ca === null ? [] : [ca])]);
  // One context for all connections: it takes hundreds of certificates apart only once.
  return { secureContext: createSecureContext({ ca: [...all] }) };
}
