// Faults to order: which call they strike, how often, and what then happens in place of the answer.

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  /** On the path, without the query; absent: every call. */
  readonly path?: RegExp | string;
  readonly method?: string;
  /** Strikes so many times; absent: always. */
  readonly times?: number;
  /** Lets so many matching calls pass first. */
  readonly after?: number;
  /** On the body, for faults of one digest only. */
  readonly matching?: (body: string) => boolean;
  /** Milliseconds before the fault, or before the right answer where nothing else is said. */
  readonly latency?: number;
  readonly kind?: FaultKind;
  readonly status?: number;
  /** The value of `Retry-After`: seconds, or a date. */
  readonly retryAfter?: string;
  /** The body of `status`; absent: the shape this endpoint documents for it. */
  readonly body?: string;
  readonly contentType?: string;
  readonly location?: string;
  readonly bytes?: number;
}

export interface Faults {
  readonly add: (fault: Fault) => void;
  readonly clear: () => void;
  /** The oldest fault that strikes this call, used up by one. */
  readonly take: (call: { method: string; path: string; body: string }) => Fault | null;
}

export const faultKinds = [
  /** 200 with a page of HTML. */
  'html',
  'emptyBody',
  /** 200 with a bare JSON string (API.md section 1, "Errors"). */
  'bareString',
  /** The right answer's headers and half its body, then the connection closes. */
  'halfBody',
  /** Half the body, then nothing, with the connection open (API.md section 1, "Load"; SG). */
  'stallInBody',
  'stallAfterHeaders',
  'stallBeforeHeaders',
  'reset',
  /** To another origin: `location`, or this server under the name `localhost`. */
  'redirect',
  /** To a url with `reactivate-server`, as an inactive Cloud instance (API.md section 1; JSC, XJ). */
  'reactivate',
  /** 200 with a body of `bytes` (80 MiB unless said), valid JSON. */
  'oversize',
] as const;

export function createFaults(): Faults {
  let armed: { readonly fault: Fault; after: number; left: number }[] = [];
  return {
    add: (fault) => {
      armed.push({ fault, after: fault.after ?? 0, left: fault.times ?? Infinity });
    },
    clear: () => {
      armed = [];
    },
    take: (call) => {
      for (const one of armed) {
        if (one.left <= 0 || !strikes(one.fault, call)) continue;
        if (one.after > 0) {
          one.after -= 1;
          continue;
        }
        one.left -= 1;
        return one.fault;
      }
      return null;
    },
  };
}

function strikes(fault: Fault, call: { method: string; path: string; body: string }): boolean {
  const { path, method, matching } = fault;
  if (method !== undefined && method !== call.method) return false;
  if (typeof path === 'string' ? !call.path.includes(path) : path?.test(call.path) === false) return false;
  return matching === undefined || matching(call.body);
}
