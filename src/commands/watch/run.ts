// A run that the screen, or lines, are shown of, as an entry puts it together: the engine and what stands around it.
import type { ConditionType, Exception } from '../../core/policy.ts';
import type { PausableScanner } from '../../engine/pausable-scanner.ts';
import type { RestoringRun } from '../restore.ts';

/** The policy file in force, where one is. All of it throws a UsageError where it cannot be read, understood or written. */
export interface PolicyFile {
  readonly path: string;
  /** As it is now; null: it is not there. */
  readonly read: () => string | null;
  /** `before`: as it was read. */
  readonly write: (before: string, text: string) => void;
  readonly addException: (text: string, exception: Exception) => string;
  readonly addWhitelist: (text: string, condition: ConditionType, namespace: string) => string;
  /** Milliseconds; undefined: it is no duration. */
  readonly parseDuration: (text: string) => number | undefined;
}

export type WatchRun = RestoringRun & {
  readonly policyFile: PolicyFile;
  readonly questions: Pick<PausableScanner, 'pause' | 'isPaused'>;
  /** Null: no Xray is asked. */
  readonly xrayUrl: string | null;
  /** As it says itself; null where it does not. */
  readonly xrayVersion: (signal: AbortSignal) => Promise<string | null>;
  /** After a refusal had ended all questions: what was mended meanwhile counts. */
  readonly resumeQuestions: () => void;
  /** Why journal and memory do not last, in words; null: they do. */
  readonly fleeting: string | null;
  /** Goes through with `work` while others are told of each act, and lets go of what the run held. */
  readonly telling: <T>(work: () => Promise<T>) => Promise<T>;
};
