// What commands take of verdicts seen before: what to compare with, and where to write down what they see.
import { UsageError } from '../core/errors.ts';
import type { State } from '../core/state.ts';
import type { Judgement } from '../core/judgement.ts';
import type { DiffBase } from '../core/verdict-diff.ts';
import { baseIn, lineOf } from '../core/verdict-lines.ts';
import type { LookedBy, VerdictBase, VerdictFold, VerdictLine, VerdictScope } from '../core/verdict-lines.ts';
import { lookAt } from '../core/verdict-look.ts';
import { reportBase } from '../core/verdict-report.ts';

/** What was seen of a cluster, shared by any number of processes. Nothing of it ever rejects. */
export interface VerdictLog {
  /** All lines, in the order they were written. */
  read(): Promise<readonly VerdictLine[]>;
  /** Adds what `make` gives back for what is known by then; nothing where that is null. */
  add(make: (known: VerdictFold) => VerdictLine | null): Promise<void>;
}

export interface VerdictsKept {
  readonly scope: VerdictScope;
  /** Null: nothing is kept, as of manifests. */
  readonly log: VerdictLog | null;
  /** Text of a file that the user named; a UsageError where it cannot be read. */
  readonly readFile: (path: string) => string;
}

/** What is compared with, as the flags have it. */
export type CompareWith =
  | { readonly is: 'lastRun' }
  | { readonly is: 'since'; readonly since: number }
  | { readonly is: 'file'; readonly path: string };

export interface Compared {
  readonly base: VerdictBase;
  readonly about: DiffBase;
  /** What is not there may be gone: it would have been seen. */
  readonly tellsGone: boolean;
  /** What is to be said of it beforehand. */
  readonly warnings: readonly string[];
}

/** In words, why there is nothing to compare with. */
export interface NoBase {
  readonly missing: string;
}

interface Here {
  readonly verdicts?: VerdictsKept;
  readonly context: string;
  readonly namespace: string;
}

/** A UsageError where that can never be compared with. */
export async function baseOf(asked: CompareWith, run: Here): Promise<Compared | NoBase> {
  const { verdicts } = run;
  if (asked.is === 'file') return reportBase(verdicts?.readFile(asked.path) ?? '', asked.path, run);
  if (verdicts === undefined || verdicts.log === null) {
    throw new UsageError(
      'no earlier run is kept of this, so there is none to compare with',
      'Name a file that was made with status -o json: --diff=FILE',
    );
  }
  const lines = await verdicts.log.read();
  const found = baseIn(lines, verdicts.scope, asked.is === 'since' ? asked.since : null);
  if ('none' in found) return { missing: noBaseWords(asked, found.oldest) };
  const at = new Date(found.at).toISOString();
  const about = { source: asked.is, at, file: null };
  return { base: found, about, tellsGone: true, warnings: [] };
}

function noBaseWords(asked: CompareWith, oldest: number | null): string {
  if (asked.is === 'since') {
    const when = new Date(asked.since).toISOString();
    const since = oldest === null ? 'no look at it is kept' : `the first look at it was at ${isoTime(oldest)}`;
    return `nothing is known of ${when} to compare with: ${since}`;
  }
  if (oldest === null) return 'there is nothing to compare with: no earlier look at it is kept';
  return `there is no earlier run of just this to compare with (--since takes what was seen since ${isoTime(oldest)})`;
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}

export interface Looked {
  readonly at: number;
  readonly by: LookedBy;
  readonly judgements: readonly Judgement[];
  readonly complete: boolean;
  /** The next run of the same scope is compared with it. */
  readonly base: boolean;
}

/** Writes down what one look at all of a scope has shown. */
export async function keepLook(
  verdicts: VerdictsKept | undefined,
  state: State,
  { at, by, judgements, complete, base }: Looked,
): Promise<void> {
  if (verdicts === undefined || verdicts.log === null) return;
  const { scope, log } = verdicts;
  const look = lookAt(state, { at, by, scope, complete, judgements, chosen: judgements });
  await log.add((known) => lineOf(known, look, { base, always: true }));
}
