// Follows the file that Xray's token was read from, so that a token that is renewed there counts without a restart.
import { UsageError } from '../core/errors.ts';
import { fromFile } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { watchFile } from './watch-file.ts';
import type { WatchClock } from './watch-file.ts';

export interface TokenWatch {
  readonly clock: WatchClock;
  readonly signal: AbortSignal;
  /** Called for each change to other credentials that can be used. */
  readonly onChange: (credentials: Credentials) => void;
  /** What is wrong with the file, without its content; what was in use stays so. */
  readonly warn: (message: string) => void;
}

/** `inUse`: the credentials read from the file before, and what named it (as `XraySettings` has them). */
export function watchToken(
  file: string,
  inUse: { readonly credentials: Credentials; readonly origin: string },
  { clock, signal, onChange, warn }: TokenWatch,
): void {
  let current = inUse.credentials;
  const user = current.kind === 'basic' ? current.user : null;
  watchFile(file, {
    clock,
    signal,
    onChange: (seen) => {
      if (seen.is !== 'there') {
        const why = seen.is === 'gone' ? 'is gone' : `cannot be read: ${seen.code}`;
        return warn(`the token file ${file} ${why}; the token read before stays in use`);
      }
      const granted = fromFile(file, inUse.origin, user, { readFile: () => seen.text, modeOf: () => null });
      if (granted instanceof UsageError) return warn(`${granted.message}; the token read before stays in use`);
      if (isSame(granted.credentials, current)) return;
      current = granted.credentials;
      onChange(current);
    },
  });
}

function isSame(one: Credentials, other: Credentials): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
