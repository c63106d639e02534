// How a list or a watch came to its end, as far as it matters for what to do next.
import { ClusterError, codeOf, CutShort, wordsOf } from './errors.ts';
import { Silent } from './watch.ts';

export type Ending =
  /** By the server, as every watch ends. */
  | { readonly type: 'ended' }
  /** It may be listed only. */
  | { readonly type: 'unwatchable' }
  /** The server does not remember so far back; `atOnce`: not even what it has just listed. */
  | { readonly type: 'expired'; readonly cause: string; readonly atOnce: boolean; readonly error: unknown }
  | { readonly type: 'silent'; readonly cause: string; readonly error: unknown }
  | { readonly type: 'forbidden'; readonly cause: string }
  | { readonly type: 'notServed'; readonly cause: string; readonly error: unknown }
  | {
      readonly type: 'broken';
      readonly cause: string;
      /** What arrived cannot be read: going on from there would end in the same way. */
      readonly corrupt: boolean;
      /** Milliseconds; null where the server does not say. */
      readonly retryAfter: number | null;
      readonly error: unknown;
    };

/** Throws on what is an error of ours. */
export function endingOf(error: unknown, listed: boolean): Ending {
  const cause = error instanceof ClusterError && error.status !== null ? error.serverMessage : wordsOf(error);
  if (error instanceof Silent) return { type: 'silent', cause, error };
  if (error instanceof ClusterError) {
    const { status, retryAfter } = error;
    if (status === 410) return { type: 'expired', cause, atOnce: listed, error };
    if (status === 403) return { type: 'forbidden', cause };
    if (status === 404) return { type: 'notServed', cause, error };
    return { type: 'broken', cause, corrupt: false, retryAfter, error };
  }
  const corrupt = error instanceof RangeError;
  if (!corrupt && !(error instanceof CutShort) && codeOf(error) === '') throw error;
  return { type: 'broken', cause, corrupt, retryAfter: null, error };
}
