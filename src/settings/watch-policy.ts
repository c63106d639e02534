// Follows the policy file of a running program. What is wrong or gone is said, and the last good policy stays in force:
// neither "ignore everything" nor half a policy may come of a save that went wrong.
import { UsageError } from '../core/errors.ts';
import type { Fact } from '../core/inventory.ts';
import { policyIn } from './policy-source.ts';
import type { PolicyInForce, PolicySource } from './policy-source.ts';
import { watchFile } from './watch-file.ts';
import type { FileSeen, WatchClock } from './watch-file.ts';

export interface PolicyWatch {
  readonly clock: WatchClock;
  readonly signal: AbortSignal;
  /** `FILE:LINE:COLUMN: message`, of a policy that is read all the same. */
  readonly warn: (message: string) => void;
}

/**
 * `PolicyRead` for each change that is right, `PolicyRefused` for one that is not, until the signal aborts. The file is
 * the one that `source` was found in, or would have been: one that appears there later counts.
 */
export async function* watchPolicy(source: PolicySource, watch: PolicyWatch): AsyncGenerator<readonly Fact[]> {
  const { clock, signal, warn } = watch;
  const changes: FileSeen[] = [];
  let wake: (() => void) | null = null;
  const onChange = (seen: FileSeen): void => {
    changes.push(seen);
    wake?.();
  };
  watchFile(source.path, { clock, signal, known: source.text, onChange });
  signal.addEventListener('abort', () => wake?.(), { once: true });
  while (!signal.aborted) {
    for (const seen of changes.splice(0)) yield [factOf(seen, source, warn)];
    if (changes.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
  }
}

function factOf(seen: FileSeen, source: PolicySource, warn: PolicyWatch['warn']): Fact {
  const file = source.file ?? source.path;
  if (seen.is === 'gone') return refused(`the policy file ${file} is gone`);
  if (seen.is === 'unreadable') return refused(`the policy file ${file} cannot be read: ${seen.code}`);
  // As a program leaves it that was stopped while it wrote. Who wants no policy says so: `scanPolicy: {}`.
  if (isBlank(seen.text)) return refused(`the policy file ${file} is empty`);
  const read: PolicyInForce | UsageError = policyIn({ ...source, file, text: seen.text });
  if (read instanceof UsageError) return refused(read.message);
  for (const warning of read.warnings) warn(warning);
  return { type: 'PolicyRead', policy: read.policy };
}

function refused(message: string): Fact {
  return { type: 'PolicyRefused', message: `${message}\nThe policy read before stays in force.` };
}

/** Nothing but comments. */
function isBlank(text: string): boolean {
  return text.split(/[\r\n]+/).every((line) => /^\uFEFF?\s*(#.*|---|\.\.\.)?\s*$/.test(line));
}
