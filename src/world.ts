// What the program stands on: arguments, environment, streams, clock. Built by `main` alone, handed to everything else.
import type { Clock } from './engine/ports.ts';
import type { Output } from './commands/run.ts';
import type { User } from './state/trusted-folder.ts';

export interface World {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** Who runs this; null where the platform has no owners of files. */
  readonly user: User | null;
  /** The folder the program was called in; null where it was removed meanwhile. */
  readonly folder: string | null;
  /** Width of the terminal; 100 where there is none. */
  readonly columns: number;
  readonly stdout: Output & { readonly isTTY?: boolean };
  /** Makes everything printable that is written to it. */
  readonly stderr: Output & { readonly isTTY?: boolean };
  readonly stdin: NodeJS.ReadStream;
  /** Stdout as it is, for what draws on it. */
  readonly screen: NodeJS.WriteStream;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /**
   * From the first call on, the first SIGINT, SIGTERM or SIGHUP aborts the signal, so that what is under way can be
   * finished; a second one ends the process at once.
   */
  readonly interruption: () => AbortSignal;
  /** Aborts once nobody reads on what is written. */
  readonly unread: AbortSignal;
  /** Calls back at each such signal; the result takes it back. Never where the platform knows no such signal. */
  readonly onSignal: (signal: 'SIGTSTP' | 'SIGCONT', call: () => void) => () => void;
  /** Stops this process, and what it was started with, as Ctrl-Z does; returns when it is continued. */
  readonly stopUntilContinued: () => void;
  /** Calls back when the process ends, however it does: only what needs no waiting comes about then. */
  readonly onExit: (call: () => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
  /**
   * By Maglev alone: for what is over before that which TurboFan would make faster has paid for itself; at 10,000 pods it is
   * a tenth of the processor. Not when Node starts: Node's own compiled code is for the flags it was built with.
   */
  readonly compileQuickly: () => void;
  /**
   * For a run that goes on for days: else Node lets three times of what lives stand as garbage before it collects any.
   * Collecting more often costs a few percent of a core.
   */
  readonly keepSmall: () => void;
  /** Of this machine. */
  readonly hostname: string;
  /** Resolves after so many milliseconds; rejects when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}
