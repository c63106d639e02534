// `policy init|check|show`. What settings/ offers comes in as functions; every effect is a parameter.
import { UsageError } from '../core/errors.ts';
import { matchStanding, timeStanding } from '../core/exception-standing.ts';
import type { Image } from '../core/image.ts';
import type { Judgement } from '../core/judgement.ts';
import { conditionTypes } from '../core/policy.ts';
import type { Exception, Policy } from '../core/policy.ts';
import type { Scan } from '../core/scan.ts';
import { printable } from '../output/printable.ts';

interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface Source {
  readonly file: string | null;
  readonly path: string;
  readonly namedBy: string;
  readonly text: string | null;
}

type Reading =
  | { readonly policy: Policy; readonly warnings: readonly Mistake[] }
  | { readonly mistakes: readonly Mistake[]; readonly warnings: readonly Mistake[] };

/** What runs, judged by the policy that is checked. */
export interface WhatRuns {
  readonly judged: readonly Judgement[];
  readonly scanOf: (image: Image) => Scan | null;
  /** What may not be seen, in words; null: nothing. */
  readonly unseen: string | null;
  /** Why Xray is not asked about any image; null: it is. */
  readonly unasked: string | null;
}

/** What the three commands need; `findPolicy` looks where `status` looks, at `file` first. */
export interface PolicyWorld {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly contextName: string | null;
  readonly findPolicy: (file: string | undefined) => Source | UsageError;
  readonly readPolicy: (text: string, fileName: string) => Reading;
  /** Where each exception stands in a text. */
  readonly exceptionPlaces: (text: string) => readonly Pick<Mistake, 'line' | 'column'>[];
  /** Looks at the cluster; in words, why that cannot be done. Rejects only for a wrong flag. */
  readonly whatRuns: (policy: Policy, file: string) => Promise<WhatRuns | string>;
  readonly policyTree: (policy: Policy) => Readonly<Record<string, unknown>>;
  readonly policyYaml: (policy: Policy, comments: readonly string[]) => string;
  readonly defaultPolicy: Policy;
  readonly startingPolicy: string;
  /** Where `init` writes unless told. */
  readonly initPath: string;
  /** Writes a file that must not be there yet, with its folders; throws `EEXIST` where it is. */
  readonly createFile: (path: string, text: string) => void;
}

/** Writes a commented starting file, or prints it (`-`). Never overwrites. */
export function policyInit(
  options: { readonly file?: string | undefined; readonly stdout?: boolean },
  world: PolicyWorld,
): number {
  if (options.stdout === true || options.file === '-') {
    world.stdout.write(world.startingPolicy);
    return 0;
  }
  const path = options.file ?? world.initPath;
  try {
    world.createFile(path, world.startingPolicy);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why =
      code === 'EEXIST'
        ? 'is there already and is left as it is; print a fresh one with: policy init -'
        : `cannot be written: ${code}`;
    world.stderr.write(`error: ${path} ${why}\n`);
    return 1;
  }
  world.stderr.write(`${path} written; every action in it is ignore until you edit it\n`);
  return 0;
}

export interface CheckOptions {
  readonly file?: string | undefined;
  /** Warnings end with 1, too. */
  readonly strict?: boolean | undefined;
}

/**
 * Every mistake and warning as `FILE:LINE:COLUMN: message` on stderr, exceptions that have ended, end within a week or match
 * nothing among the warnings; 1 where the file is refused (or, `strict`, warned of), 2 where there is none.
 */
export async function policyCheck(options: CheckOptions, world: PolicyWorld): Promise<number> {
  const source = world.findPolicy(options.file);
  if (source instanceof UsageError) return usage(source, world);
  const { file, text } = source;
  if (file === null || text === null) {
    world.stderr.write(
      `no policy file (looked for ${source.path}): every action is ignore; begin with "policy init"\n`,
    );
    return 0;
  }
  const reading = world.readPolicy(text, file);
  for (const one of reading.warnings) world.stderr.write(`${lineOf(file, one, 'warning: ')}\n`);
  if ('mistakes' in reading) {
    for (const one of reading.mistakes) world.stderr.write(`${lineOf(file, one)}\n`);
    world.stderr.write(`${file} is refused: ${count(reading.mistakes.length, 'mistake')}\n`);
    return 1;
  }
  const lines = [`${file} is in order (${source.namedBy})`, ...summary(reading.policy)];
  world.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
  const faults = await exceptionFaults(reading.policy, text, file, world);
  for (const one of faults) world.stderr.write(`${lineOf(file, one, 'warning: ')}\n`);
  return options.strict === true && reading.warnings.length + faults.length > 0 ? 1 : 0;
}

/** In the order of the file. Says on stderr why the cluster was not looked at. */
async function exceptionFaults(
  policy: Policy,
  text: string,
  file: string,
  world: PolicyWorld,
): Promise<readonly Mistake[]> {
  const { exceptions } = policy;
  if (exceptions.length === 0) return [];
  const places = world.exceptionPlaces(text);
  const running = await world.whatRuns(policy, file);
  const unchecked = typeof running === 'string' ? running : running.unasked;
  if (unchecked !== null) {
    const what = typeof running === 'string' ? 'match what runs' : 'match anything that Xray knows of what runs';
    world.stderr.write(`whether exceptions ${what} is not checked: ${printable(unchecked)}\n`);
  }
  return exceptions.flatMap((exception, index) => {
    const at = places[index] ?? { line: 1, column: 1 };
    const about = `exceptions[${index}] (${Object.values(exception.covers).join('')})`;
    const faults = [endingFault(exception, world.now), matchFault(exception, running)];
    return faults.flatMap((fault) => (fault === null ? [] : [{ ...at, message: printable(`${about} ${fault}`) }]));
  });
}

function endingFault(exception: Exception, now: number): string | null {
  const standing = timeStanding(exception, now);
  if (standing === null) return null;
  return `${standing === 'expired' ? 'has expired' : 'expires soon'}: until ${exception.until}`;
}

function matchFault(exception: Exception, running: WhatRuns | string): string | null {
  if (typeof running === 'string') return null;
  const { judged, scanOf, unseen, unasked } = running;
  const standing = matchStanding(exception, judged, scanOf);
  const seen = unseen === null ? '' : ` that may be seen (${unseen})`;
  switch (standing.is) {
    case 'matching':
      return null;
    case 'nowhere':
      return `matches nothing: no workload${seen || ' that runs'} is one that it names`;
    case 'nothing':
      return `matches nothing: no image${seen || ' that runs'} where it holds has it`;
    case 'unanswered':
      // Said once, of all of them.
      if (unasked !== null) return null;
      return `may match nothing: ${count(standing.images, 'image')} where it holds could not be asked about`;
    default:
      return standing satisfies never;
  }
}

/** The policy in force for this context, whole: YAML that reads back as the same policy, or JSON. */
export function policyShow(
  options: { readonly file?: string | undefined; readonly output?: 'yaml' | 'json' | undefined },
  world: PolicyWorld,
): number {
  const source = world.findPolicy(options.file);
  if (source instanceof UsageError) return usage(source, world);
  const { file, text } = source;
  const reading = file === null || text === null ? null : world.readPolicy(text, file);
  if (file !== null && reading !== null) {
    for (const one of reading.warnings) world.stderr.write(`${lineOf(file, one, 'warning: ')}\n`);
    if ('mistakes' in reading) {
      for (const one of reading.mistakes) world.stderr.write(`${lineOf(file, one)}\n`);
      world.stderr.write(`error: ${file} is refused, so no policy is in force\n`);
      return 2;
    }
  }
  const policy = reading !== null && 'policy' in reading ? reading.policy : world.defaultPolicy;
  world.stdout.write(
    options.output === 'json' ? asJson(policy, world) : world.policyYaml(policy, origin(source, world)),
  );
  return 0;
}

function asJson(policy: Policy, world: PolicyWorld): string {
  const metadata = { context: world.contextName, source: policy.source };
  const whole = { apiVersion: 'kubectl-xray/v1', kind: 'Policy', metadata, ...world.policyTree(policy) };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function origin({ file, path, namedBy }: Source, { contextName }: PolicyWorld): string[] {
  const context = contextName === null ? 'no context' : `context ${contextName}`;
  const from = file === null ? `the defaults: there is no policy file (looked for ${path})` : `${file} (${namedBy})`;
  return [`The policy in force for ${context}, with every default written out.`, `From ${from}`].map(printable);
}

function summary(policy: Policy): string[] {
  return conditionTypes.map((type) => {
    const named = [...policy[type].actions.values()].map(({ key, action }) => `${key} ${action}`);
    const exempt = policy[type].whitelistNamespaces;
    const except = exempt.length === 0 ? '' : `; not in ${exempt.join(', ')}`;
    return `  ${type}: ${[...named, `default ${policy[type].default}`].join(', ')}${except}`;
  });
}

function usage(error: UsageError, { stderr }: PolicyWorld): number {
  stderr.write(`error: ${error.message}\n${error.hint === null ? '' : `${error.hint}\n`}`);
  return 2;
}

function lineOf(file: string, { line, column, message }: Mistake, prefix = ''): string {
  return `${file}:${line}:${column}: ${prefix}${message}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
