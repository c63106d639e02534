// One HTTP request and its reply as plain data, so that what carries them can be chosen.

export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface Reply {
  readonly status: number;
  /** By its name in lower case. */
  readonly header: (name: string) => string | null;
  /** Throws while it is read if the connection breaks or the signal aborts. Leaving it half read ends the connection. */
  readonly body: AsyncIterable<Uint8Array>;
  /** A body that nobody reads would keep the program alive. */
  readonly discard: () => void;
}

/** Follows no redirect. */
export type Send = (request: Outgoing, signal: AbortSignal) => Promise<Reply>;

/** `ECONNRESET` and the like. Through a proxy, ky wraps what fetch throws, and fetch what the socket said. */
export function codeOf(error: unknown): string {
  for (let one: unknown = error, depth = 0; one instanceof Error && depth < 6; one = one.cause, depth += 1) {
    if ('code' in one && typeof one.code === 'string') return one.code;
    if (one instanceof AggregateError && one.errors.length > 0) return codeOf(one.errors[0]);
  }
  return 'no connection';
}
