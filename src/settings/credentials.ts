// Secrets that the user handed over by flag, environment or file. Messages name where a secret stands, never the secret.
import { UsageError } from '../core/errors.ts';
import { readNamed, resolvePath, variable } from './files.ts';
import type { Environment, Files, Ground } from './files.ts';

export type Credentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string };

/** Credentials, and where they came from. */
export interface Granted {
  readonly credentials: Credentials;
  readonly origin: string;
  /** The file to look at again when it changes. */
  readonly tokenFile: string | null;
  readonly warnings: readonly string[];
}

export interface CredentialFlags {
  readonly xrayUser?: string | undefined;
  readonly xrayTokenFile?: string | undefined;
  readonly xrayTokenStdin?: boolean | undefined;
}

export interface SecretSources extends Files {
  readonly flags: CredentialFlags;
  readonly env: Environment;
  readonly ground: Ground;
  /** Where relative paths of flags start; null where it is gone. */
  readonly cwd: string | null;
  /** The whole of standard input; asked for only with `--xray-token-stdin`. */
  readonly readStdin?: (() => string) | undefined;
}

/** Credentials by flag, else by environment: these go with whatever address is in use. Null where there are none. */
export function handedOver(from: SecretSources): Granted | UsageError | null {
  return byFlag(from) ?? byEnvironment(from.env, from.flags.xrayUser);
}

function byFlag(from: SecretSources): Granted | UsageError | null {
  const { xrayTokenFile, xrayTokenStdin, xrayUser } = from.flags;
  if (xrayTokenFile !== undefined && xrayTokenStdin === true) {
    return new UsageError('--xray-token-file and --xray-token-stdin are given together', 'Keep one of them.');
  }
  if (xrayTokenFile !== undefined) {
    const file = resolvePath(xrayTokenFile, from.cwd, from.ground);
    return fromFile(file, '--xray-token-file', xrayUser ?? null, from);
  }
  if (xrayTokenStdin !== true) return null;
  const token = tokenIn(from.readStdin?.() ?? '', 'standard input (--xray-token-stdin)');
  if (token instanceof UsageError) return token;
  return {
    credentials: asCredentials(token, xrayUser ?? null),
    origin: '--xray-token-stdin',
    tokenFile: null,
    warnings: [],
  };
}

function byEnvironment(env: Environment, flagUser: string | undefined): Granted | UsageError | null {
  const token = variable(env, 'JF_ACCESS_TOKEN');
  if (token !== undefined) {
    const checked = tokenIn(token, 'JF_ACCESS_TOKEN');
    if (checked instanceof UsageError) return checked;
    return {
      credentials: asCredentials(checked, flagUser ?? null),
      origin: 'JF_ACCESS_TOKEN',
      tokenFile: null,
      warnings: [],
    };
  }
  const password = env['JF_PASSWORD'];
  if (password === undefined || password === '') return null;
  const user = flagUser ?? variable(env, 'JF_USER');
  if (user === undefined)
    return new UsageError('JF_PASSWORD is set without JF_USER', 'Set JF_USER too, or JF_ACCESS_TOKEN instead.');
  const origin = flagUser === undefined ? 'JF_USER and JF_PASSWORD' : '--xray-user and JF_PASSWORD';
  return { credentials: { kind: 'basic', user, password }, origin, tokenFile: null, warnings: [] };
}

/** Credentials from a file: a token; beside a user, a token or password for Basic, which Xray takes alike. */
export function fromFile(file: string, origin: string, user: string | null, files: Files): Granted | UsageError {
  if (looksLikeToken(file)) {
    return new UsageError(
      `${origin} holds a token where the path of a file is expected`,
      'Put the token into a file and name that.',
    );
  }
  const text = readNamed(file, origin, files.readFile);
  if (text instanceof UsageError) return text;
  const token = tokenIn(text, `${file} (named by ${origin})`);
  if (token instanceof UsageError) return token;
  return { credentials: asCredentials(token, user), origin, tokenFile: file, warnings: openToAll(file, files) };
}

/** A warning where everybody may read a file that holds a secret. */
export function openToAll(file: string | null | undefined, { modeOf }: Pick<Files, 'modeOf'>): readonly string[] {
  const mode = file ? modeOf(file) : null;
  if (mode === null || (mode & 0o004) === 0) return [];
  return [`${file} can be read by everybody on this machine; chmod 600 ${file}`];
}

/** JWTs and reference tokens are long and have no ending: never show one that stands where a path belongs. */
function looksLikeToken(file: string): boolean {
  const last = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return /^eyJ[\w-]*\.[\w-]*\./.test(last) || /^[A-Za-z0-9_-]{60,}$/.test(last);
}

function asCredentials(secret: string, user: string | null): Credentials {
  return user === null ? { kind: 'bearer', token: secret } : { kind: 'basic', user, password: secret };
}

/** One word, so that nothing else slips into a header. */
function tokenIn(text: string, where: string): string | UsageError {
  const token = text.replace(/^\uFEFF/, '').trim();
  if (token === '') return new UsageError(`${where} is empty`, 'It must hold the access token, and nothing else.');
  if (/^[\x21-\x7E]+$/.test(token)) return token;
  return new UsageError(
    `${where} holds more than a token`,
    'It must hold the access token on one line, and nothing else.',
  );
}
