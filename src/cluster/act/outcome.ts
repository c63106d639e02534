// What became of a write, as the engine is told.
import type { Performed } from '../../core/act.ts';
import type { Written } from './ask.ts';

export type Failed = Exclude<Performed, { is: 'accepted' }>;

/** Statuses by which the server says that the object is not the one that was read. */
const conflicts: readonly number[] = [404, 409];

/** `what` is what was attempted, such as `scaling deployment/cart`. */
export function failure(written: Exclude<Written, { is: 'ok' }>, what: string): Failed {
  if (written.is === 'unknown') {
    return { is: 'failed', says: `${what}: ${written.says}; it is not known whether it happened`, unsure: true };
  }
  const { status, says } = written;
  // 422 also tells of a patch that names another uid than the object's.
  const changed = conflicts.includes(status) || (status === 422 && /metadata\.(uid|resourceVersion)/.test(says));
  return { is: changed ? 'conflict' : 'failed', says: `${what}: ${says}` };
}
