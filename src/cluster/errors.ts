// What goes wrong between us and a cluster, in words for the user. No message ever holds a credential.

export type ClusterFault =
  /** The kubeconfig, a flag or a credential plugin. */
  | 'configuration'
  /** No connection, or it broke again and again. */
  | 'unreachable'
  | 'unauthorized'
  /** The server answered, but not with what was asked for. */
  | 'answer'
  /** A named object or type that is not there. */
  | 'notFound'
  /** A manifest that cannot be read. */
  | 'manifest';

/** Says what was attempted on what, and what to try. */
export class ClusterError extends Error {
  readonly fault: ClusterFault;
  /** HTTP status, where there was one. */
  readonly status: number | null;
  /** What the server itself said, where it refused. */
  readonly serverMessage: string;
  /** How long it asks to be left alone, in milliseconds; null where it does not say. */
  readonly retryAfter: number | null;

  constructor(
    fault: ClusterFault,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly status?: number;
      readonly serverMessage?: string;
      readonly retryAfter?: number | null;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ClusterError';
    this.fault = fault;
    this.status = options.status ?? null;
    this.serverMessage = options.serverMessage ?? message;
    this.retryAfter = options.retryAfter ?? null;
  }
}

/** The text of whatever was thrown. */
export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** `ECONNRESET` and the like; empty where the error has none. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** An answer that was cut short: whatever was read of it does not count, and it is asked for again from its beginning. */
export class CutShort extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'CutShort';
  }
}

/** What failed between us and the proxy, or what it refused: in words that follow its name. */
export class ProxyError extends Error {
  readonly code: string;

  constructor(message: string, code = '') {
    super(message);
    this.name = 'ProxyError';
    this.code = code;
  }
}
