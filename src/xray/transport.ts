// How bytes travel: fetch, and undici behind it where trust or a proxy asks for more. undici is loaded only then.
import type { Dispatcher } from 'undici';

export interface Transport {
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
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
  let dispatcher: Promise<Dispatcher> | null = null;
  return {
    fetch: async (input, init) => {
      if (!system && proxies === null) return await fetch(input, init);
      dispatcher ??= load({ ca, insecure, proxies, system });
      // The built-in fetch takes undici's dispatchers; only its types come from another copy.
      const through = { ...init, dispatcher: await dispatcher } as unknown as RequestInit;
      return await fetch(input, through);
    },
    trustSystem: () => {
      if (system) return false;
      system = true;
      dispatcher = null;
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

async function load(setup: Omit<Wanted, 'env'> & { proxies: Proxies | null; system: boolean }): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const tls = setup.system ? await trust(setup.ca, setup.insecure) : {};
  if (setup.proxies === null) return new Agent({ connect: tls });
  const { http, https, none } = setup.proxies;
  return new EnvHttpProxyAgent({
    ...(http === undefined ? {} : { httpProxy: http }),
    ...(https === undefined ? {} : { httpsProxy: https }),
    noProxy: none,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
  });
}

async function trust(ca: string | null, insecure: boolean): Promise<object> {
  if (insecure) return { rejectUnauthorized: false };
  const { createSecureContext, getCACertificates } = await import('node:tls');
  const all = new Set([...getCACertificates('default'), ...getCACertificates('system'), ...(ca === null ? [] : [ca])]);
  // One context for all connections: it takes hundreds of certificates apart only once.
  return { secureContext: createSecureContext({ ca: [...all] }) };
}
