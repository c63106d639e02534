// Sends through a proxy: ky over undici's fetch: that of an older Node does not take its dispatcher. Loaded only where a
// proxy is configured.
import ky from 'ky';
import type { Send } from './send.ts';

export interface Proxies {
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts that are reached without, with commas. */
  readonly none: string;
}

/** `tls` is what https connections trust, the proxy's own among them. */
export async function createProxiedSend({ http, https, none }: Proxies, tls: object): Promise<Send> {
  // A bundle knows no names of a CommonJS package that is imported late.
  const { EnvHttpProxyAgent, fetch } = (await import('undici')).default;
  const dispatcher = new EnvHttpProxyAgent({
    ...(http === undefined ? {} : { httpProxy: http }),
    ...(https === undefined ? {} : { httpsProxy: https }),
    noProxy: none,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
  });
  return async ({ method, url, headers, body }, signal) => {
    const asked = { method, headers, body, signal, redirect: 'manual', dispatcher } as const;
    const response = await ky(url, {
      method,
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
      fetch: () => fetch(url, asked),
    });
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      body: response.body ?? nothing(),
      discard: () => void response.body?.cancel(),
    };
  };
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}
