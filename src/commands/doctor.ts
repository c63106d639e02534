// `doctor`: every check at once, each within its time, and what it found as soon as those before it are told. Nothing is
// changed anywhere.
import { apiVersion } from '../core/api-version.ts';
import { failed, results, skipped } from '../core/doctor/diagnosis.ts';
import type { Area, Diagnosis, Found, Result } from '../core/doctor/diagnosis.ts';
import { UsageError } from '../core/errors.ts';
import type { Clock } from '../engine/ports.ts';
import { painter } from '../output/colour.ts';
import { diagnosisText, summaryLine } from '../output/doctor.ts';
import { json, yaml } from '../output/structured.ts';
import { last, oneOf } from './flags.ts';
import type { Output } from './run.ts';

export interface Check {
  readonly area: Area;
  /** With its area it is the check's name: `xray address`. */
  readonly name: string;
  /** Names of checks before it; where one of them failed or was skipped, this one is skipped. */
  readonly needs: readonly string[];
  readonly run: (signal: AbortSignal) => Promise<readonly Found[]>;
}

export interface DoctorOptions {
  readonly output: 'text' | 'json' | 'yaml';
  readonly ascii: boolean;
}

export interface DoctorRun {
  readonly checks: readonly Check[];
  readonly clock: Clock;
  /** Milliseconds that one check may take. */
  readonly limit: number;
  /** Empty where there is none. */
  readonly context: string;
  /** Takes every credential out of a text. */
  readonly scrub: (text: string) => string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly colour: boolean;
}

export function doctorOptions(argv: Readonly<Record<string, unknown>>): DoctorOptions {
  return {
    output: oneOf('output', last(argv['output']) ?? 'text', ['text', 'json', 'yaml'] as const),
    ascii: argv['ascii'] === true,
  };
}

/** Ends with 1 where a check failed, else with 0. */
export async function doctor({ output, ascii }: DoctorOptions, run: DoctorRun): Promise<number> {
  const { checks, clock, stdout, stderr, colour } = run;
  const all: Diagnosis[] = [];
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const shown = { ascii, paint: painter(colour), width };
  for await (const diagnoses of diagnose(run)) {
    for (const one of diagnoses) {
      const isFirst = all.at(-1)?.area !== one.area;
      if (output === 'text') stdout.write(diagnosisText(one, isFirst, shown));
      all.push(one);
    }
  }
  if (output !== 'text') {
    const metadata = {
      context: run.context,
      generatedAt: new Date(clock.now()).toISOString(),
      results: countsOf(all),
    };
    const list = { apiVersion, kind: 'DiagnosisList', metadata, items: all };
    stdout.write(output === 'json' ? json(list) : yaml(list));
  }
  stderr.write(summaryLine(countsOf(all)));
  return all.some(({ result }) => result === 'failed') ? 1 : 0;
}

function countsOf(all: readonly Diagnosis[]): Readonly<Record<Result, number>> {
  const counts = results.map((result) => [result, all.filter((one) => one.result === result).length] as const);
  return Object.fromEntries(counts) as Record<Result, number>;
}

/** What each check found, in the order of the checks; all of them are under way at once. */
async function* diagnose(run: DoctorRun): AsyncGenerator<readonly Diagnosis[], void, undefined> {
  const begun = new Map<string, Promise<readonly Diagnosis[]>>();
  for (const check of run.checks) begun.set(fullName(check), perform(check, begun, run));
  for (const one of begun.values()) yield await one;
}

function fullName({ area, name }: Pick<Check, 'area' | 'name'>): string {
  return `${area} ${name}`;
}

async function perform(
  check: Check,
  begun: ReadonlyMap<string, Promise<readonly Diagnosis[]>>,
  { clock, limit, scrub }: DoctorRun,
): Promise<readonly Diagnosis[]> {
  const { area, name, needs } = check;
  const before = await Promise.all(needs.map(async (need) => ({ need, found: (await begun.get(need)) ?? [] })));
  const lacking = before.find(({ found }) => found.some(({ result }) => result === 'failed' || result === 'skipped'));
  const found =
    lacking === undefined
      ? await withinTime(check, clock, limit)
      : [skipped(`not looked at, because of ${lacking.need}`)];
  return found.map(({ result, message, cure }) => {
    return { area, check: name, result, message: scrub(message), cure: cure === null ? null : scrub(cure) };
  });
}

async function withinTime({ run }: Check, clock: Clock, limit: number): Promise<readonly Found[]> {
  const { promise, resolve } = Promise.withResolvers<readonly Found[]>();
  const stopping = new AbortController();
  const cancel = clock.after(limit, () => {
    stopping.abort();
    resolve([
      failed(`there was no answer within ${limit / 1000} s`, 'try again, or give it longer: --request-timeout 60s'),
    ]);
  });
  try {
    return await Promise.race([run(stopping.signal).catch((error: unknown) => [faultOf(error)]), promise]);
  } finally {
    cancel();
  }
}

/** What was thrown, in words. A fault of ours must not keep the other checks from being told. */
function faultOf(error: unknown): Found {
  if (error instanceof UsageError) return failed(error.message, error.hint ?? 'correct it');
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && (expected.includes(error.name) || 'code' in error)) {
    return failed(said, 'correct that, and try again');
  }
  return failed(`a fault in kubectl-xray itself: ${said}`, 'please report it');
}

/** What the world did. */
const expected: readonly string[] = ['ClusterError', 'RunError', 'StateError', 'AbortError'];
