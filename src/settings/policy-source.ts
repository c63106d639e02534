// Where the policy in force is found: `--policy`, KUBECTL_XRAY_POLICY, this context's entry in config.yaml, its default
// entry, `policy.yaml` beside it. None of these: the defaults, by which everything is ignore.
import { UsageError } from '../core/errors.ts';
import { defaultPolicy } from '../core/policy.ts';
import { pathsOf, readIfThere, readNamed, resolvePath, variable } from './files.ts';
import { mistakeLine, readPolicy } from './policy-file.ts';
import type { Policy } from '../core/policy.ts';
import type { Config } from './config-file.ts';
import type { Environment, Ground, ReadFile } from './files.ts';

export interface PolicySearch {
  /** What `--policy` says. */
  readonly flag?: string | undefined;
  /** Where that was not said by `--policy`: what said it. */
  readonly flagIs?: string;
  readonly env: Environment;
  readonly config: Config;
  readonly contextName: string | null;
  /** The configuration folder. */
  readonly folder: string;
  readonly ground: Ground;
  /** Where relative paths of flag and environment start; null where it is gone. */
  readonly cwd: string | null;
  readonly readFile: ReadFile;
}

export interface PolicySource {
  /** The file, as the user named it; null: none, the defaults hold. */
  readonly file: string | null;
  /** Its path, to read and watch; where there is none yet, where one would be looked for. */
  readonly path: string;
  /** What named it: `--policy`, `KUBECTL_XRAY_POLICY`, `config.yaml: contexts.prod.policy`; or `beside config.yaml`. */
  readonly namedBy: string;
  readonly text: string | null;
}

export interface PolicyInForce {
  readonly policy: Policy;
  readonly source: PolicySource;
  /** `FILE:LINE:COLUMN: message`. */
  readonly warnings: readonly string[];
}

/** Finds the policy's text. A file that was named and is missing or unreadable is a UsageError. */
export function findPolicy(search: PolicySearch): PolicySource | UsageError {
  const named = namedPolicy(search);
  if (named !== null) {
    // What stands on the command line is there again only where it is named again.
    const toMake = search.flag === undefined ? '' : ` ${named.file}`;
    const cure = `Correct the path, or make the file with: kubectl xray policy init${toMake}`;
    const text = readNamed(named.path, named.namedBy, search.readFile, cure);
    return text instanceof UsageError ? text : { ...named, text };
  }
  const path = besideConfig(search);
  const text = readIfThere(path, search.readFile);
  if (text instanceof UsageError) return text;
  return { file: text === null ? null : path, path, namedBy: 'beside config.yaml', text };
}

/** Where the policy in force lies, or would lie. */
export function policyPath(search: PolicySearch): string {
  return namedPolicy(search)?.path ?? besideConfig(search);
}

/** Finds and reads the policy in force. A wrong file is refused whole: a UsageError that lists every mistake. */
export function loadPolicy(search: PolicySearch): PolicyInForce | UsageError {
  const source = findPolicy(search);
  if (source instanceof UsageError) return source;
  return policyIn(source);
}

/** Reads the policy of a text that was found, by the same rules. */
export function policyIn(source: PolicySource): PolicyInForce | UsageError {
  const { file, text } = source;
  if (file === null || text === null) return { policy: defaultPolicy, source, warnings: [] };
  const reading = readPolicy(text, file);
  const warnings = reading.warnings.map((one) => mistakeLine(file, one));
  if ('policy' in reading) return { policy: reading.policy, source, warnings };
  const lines = reading.mistakes.map((one) => mistakeLine(file, one)).join('\n');
  return new UsageError(
    lines,
    `The policy is refused whole. Correct it, and try it with: kubectl xray policy check ${file}`,
  );
}

function besideConfig({ ground, folder }: PolicySearch): string {
  return pathsOf(ground.platform).join(folder, 'policy.yaml');
}

function namedPolicy(search: PolicySearch): Omit<PolicySource, 'text'> | null {
  const { flag, flagIs = '--policy', env, config, contextName, cwd, ground } = search;
  const given = flag === undefined ? variable(env, 'KUBECTL_XRAY_POLICY') : flag;
  if (given !== undefined) {
    const namedBy = flag === undefined ? 'KUBECTL_XRAY_POLICY' : flagIs;
    return { file: given, path: resolvePath(given, cwd, ground), namedBy };
  }
  const ofContext = contextName === null ? null : (config.contexts.get(contextName)?.policy ?? null);
  if (ofContext !== null)
    return { file: ofContext, path: ofContext, namedBy: `config.yaml: contexts.${contextName}.policy` };
  const byDefault = config.default?.policy ?? null;
  return byDefault === null ? null : { file: byDefault, path: byDefault, namedBy: 'config.yaml: default.policy' };
}
