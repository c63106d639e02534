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
