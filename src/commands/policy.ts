// `policy init|check|show`. What settings/ offers comes in as functions; every effect is a parameter.
import { UsageError } from '../core/errors.ts';
import { conditionTypes, exceptionEnds } from '../core/policy.ts';
import type { Exception, Policy } from '../core/policy.ts';
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

/** What the three commands need; `findPolicy` looks where `status` looks, at `file` first. */
export interface PolicyWorld {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly contextName: string | null;
  readonly findPolicy: (file: string | undefined) => Source | UsageError;
  readonly readPolicy: (text: string, fileName: string) => Reading;
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

/** Every mistake and warning as `FILE:LINE:COLUMN: message` on stderr; 1 where the file is refused, 2 where there is none. */
export function policyCheck(options: { readonly file?: string | undefined }, world: PolicyWorld): number {
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
  const lines = [`${file} is in order (${source.namedBy})`, ...summary(reading.policy, world.now)];
  world.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
  return 0;
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

function summary(policy: Policy, now: number): string[] {
  const rules = conditionTypes.map((type) => {
    const named = [...policy[type].actions.values()].map(({ key, action }) => `${key} ${action}`);
    const exempt = policy[type].whitelistNamespaces;
    const except = exempt.length === 0 ? '' : `; not in ${exempt.join(', ')}`;
    return `  ${type}: ${[...named, `default ${policy[type].default}`].join(', ')}${except}`;
  });
  return [...rules, ...policy.exceptions.flatMap((exception, index) => ending(exception, index, now))];
}

const week = 7 * 24 * 60 * 60 * 1000;

/** Exceptions that have ended, or end within a week. */
function ending(exception: Exception, index: number, now: number): string[] {
  const left = exceptionEnds(exception) - now;
  if (left > week) return [];
  const subject = Object.values(exception.covers).join('');
  return [
    `  exceptions[${index}] (${subject}) ${left <= 0 ? 'has expired' : 'expires soon'}: until ${exception.until}`,
  ];
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
