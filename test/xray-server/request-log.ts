// Remembers every call, without its credentials.

import type { AuthorizationKind } from './auth.ts';

export interface LoggedRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: string;
  /** Empty for webhook configurations, which hold passwords. */
  readonly body: string;
  readonly authorizationKind: AuthorizationKind;
  /** Host, Accept, Content-Type and User-Agent, where sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null while unanswered, and for a call that never is. */
  readonly status: number | null;
}

export interface RequestLog {
  readonly requests: readonly LoggedRequest[];
  /** How many calls `METHOD /path` contains the text, or matches. */
  readonly count: (pattern: RegExp | string) => number;
  /** The most calls under way at once, since the last `clear`. */
  readonly peak: () => number;
  readonly clear: () => void;
  /** Notes a call; `answered` gets the status sent, 0 for none, and `ended` says that the connection is done with it. */
  readonly open: (request: Omit<LoggedRequest, 'status'>) => { answered: (status: number) => void; ended: () => void };
}

export function createRequestLog(): RequestLog {
  const requests: { -readonly [key in keyof LoggedRequest]: LoggedRequest[key] }[] = [];
  let underWay = 0;
  let peak = 0;
  return {
    requests,
    count: (pattern) => requests.filter((one) => matches(`${one.method} ${one.path}`, pattern)).length,
    peak: () => peak,
    clear: () => {
      requests.length = 0;
      peak = underWay;
    },
    open: (request) => {
      const entry = { ...request, status: null as number | null };
      requests.push(entry);
      underWay += 1;
      peak = Math.max(peak, underWay);
      return {
        answered: (status) => {
          entry.status = status === 0 ? null : status;
        },
        ended: () => {
          underWay -= 1;
        },
      };
    },
  };
}

function matches(line: string, pattern: RegExp | string): boolean {
  return typeof pattern === 'string' ? line.includes(pattern) : pattern.test(line);
}
