// How requests travel: directly, or through a proxy where one is configured; what that takes is loaded only then.
import type { RequestListener } from '../core/requests.ts';
import { createOwnTurn } from './body.ts';
import type { OwnTurn } from './body.ts';
import { createDirectSend } from './send-directly.ts';
import type { Proxies } from './send-through-proxy.ts';
import { codeOf } from './send.ts';
import type { Outgoing, Reply, Send } from './send.ts';

export interface Transport {
  readonly send: Send;
  readonly ownTurn: OwnTurn;
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
  readonly listener: RequestListener | null;
}

export function createTransport({ ca, insecure, env, listener }: Wanted): Transport {
  const proxies = proxiesIn(env);
  let system = ca !== null || insecure;
  let loading: Promise<Send> | null = null;
  return {
    ownTurn: createOwnTurn(),
    send: async (request, signal) => {
      loading ??= load(proxies, system ? trust(ca, insecure) : checked);
      const send = await loading;
      return await (listener === null ? send(request, signal) : heard(listener, send, request, signal));
    },
    trustSystem: () => {
      if (system) return false;
      system = true;
      loading = null;
      return true;
    },
  };
}

/** Said every time: what is left out, the environment may decide (`NODE_TLS_REJECT_UNAUTHORIZED`). */
const checked = { rejectUnauthorized: true };

async function heard(listener: RequestListener, send: Send, request: Outgoing, signal: AbortSignal): Promise<Reply> {
  const end = listener(request.method, request.url);
  try {
    const reply = await send(request, signal);
    end(reply.status);
    return reply;
  } catch (error) {
    end(codeOf(error));
    throw error;
  }
}

function proxiesIn(env: Wanted['env']): Proxies | null {
  const read = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined;
  const all = read('all_proxy');
  const [http, https] = [read('http_proxy') ?? all, read('https_proxy') ?? all];
  if (http === undefined && https === undefined) return null;
  // As kubectl has it: never through a proxy to this machine itself.
  return { http, https, none: [read('no_proxy'), 'localhost', '127.0.0.1', '[::1]'].filter(Boolean).join(',') };
}

async function load(proxies: Proxies | null, trusted: object | Promise<object>): Promise<Send> {
  const tls = await trusted;
  if (proxies === null) return createDirectSend(tls);
  const { createProxiedSend } = await import('./send-through-proxy.ts');
  return createProxiedSend(proxies, tls);
}

async function trust(ca: string | null, insecure: boolean): Promise<object> {
  if (insecure) return { rejectUnauthorized: false };
  const { createSecureContext, getCACertificates } = await import('node:tls');
  const all = new Set([...getCACertificates('default'), ...getCACertificates('system'), ...(ca === null ? [] : [ca])]);
  // One context for all connections: it takes hundreds of certificates apart only once.
  return { ...checked, secureContext: createSecureContext({ ca: [...all] }) };
}
