// Exceptions for workloads, for the command line and for the screen: what is written into the policy file and the journal.
import type { Actor } from '../core/act.ts';
import { UsageError } from '../core/errors.ts';
import { targetOf } from '../core/order.ts';
import type { Exception } from '../core/policy.ts';
import { workloadLabel } from '../core/workload.ts';
import type { Workload } from '../core/workload.ts';
import type { Clock, Journal } from '../engine/ports.ts';

export interface ExceptionWords {
  readonly covers: Exception['covers'];
  readonly reason: string;
  /** `YYYY-MM-DD`, that day included; null: for ever. */
  readonly until: string | null;
  /** Null: whoever asks. */
  readonly by: string | null;
}

export interface ExceptionRun {
  readonly journal: Pick<Journal, 'append'>;
  readonly identity: Actor;
  readonly clock: Clock;
}

export function exceptionFor(
  workloads: readonly Workload[],
  { covers, until, reason, by }: ExceptionWords,
  { actor }: Actor,
): Exception {
  return {
    covers,
    namespaces: [...new Set(workloads.map(({ namespace }) => namespace))],
    workloads: workloads.map(workloadLabel),
    image: null,
    until,
    reason,
    by: by ?? actor,
  };
}

/** Rejects where the journal cannot be written. */
export async function writeDownException(
  workloads: readonly Workload[],
  { covers, until, reason }: ExceptionWords,
  { journal, identity, clock }: ExceptionRun,
): Promise<void> {
  const at = new Date(clock.now()).toISOString();
  for (const workload of workloads) {
    const target = targetOf(workload);
    await journal.append({ type: 'Ignored', at, target, covers: wordsOf(covers), until, reason, ...identity });
  }
}

/** `CVE-2026-1234`, `license GPL-3.0-only`, `condition unscanned`. */
export function wordsOf(covers: Exception['covers']): string {
  if ('cve' in covers) return covers.cve;
  return 'license' in covers ? `license ${covers.license}` : `condition ${covers.condition}`;
}

export interface DayReading {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds; undefined: it is no duration. */
  readonly parseDuration: (text: string) => number | undefined;
}

/** The last day of an exception, from a day or a duration. A UsageError that names `what` was written. */
export function lastDay(text: string, what: string, { now, parseDuration }: DayReading): string {
  const duration = parseDuration(text);
  const day = duration === undefined ? text : dayOf(now + duration);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) && dayOf(Date.parse(day)) === day;
  if (!isDay) throw new UsageError(`${what} ${text} is neither a day nor a duration`, 'Write 2027-01-31 or 30d.');
  if (day < dayOf(now)) throw new UsageError(`${what} ${text} is over already`, 'The day itself is included, in UTC.');
  return day;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
