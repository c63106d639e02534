// What is kept on this machine: folders, their space, locks, and who else may read secrets.
import { counted, failed, note, ok, shortly, skipped, warning } from './diagnosis.ts';
import type { Found } from './diagnosis.ts';

export interface FolderFacts {
  readonly what: 'config' | 'cache' | 'state';
  readonly path: string;
  readonly exists: boolean;
  /** Itself, or what it would be made in. */
  readonly writable: boolean;
  /** Permission bits; null where the platform has none. */
  readonly mode: number | null;
  /** Another owns it, or what is above it, or may write to it; null: none. `cure`: how the user closes it. */
  readonly opening: { readonly path: string; readonly why: string; readonly cure: string | null } | null;
  /** Files in it that may not be read, or not be written where that is needed. */
  readonly closed: readonly string[];
  /** Why it does not outlive this machine or container; null: it does. */
  readonly fleeting: string | null;
}

export function judgeFolder(facts: FolderFacts): Found {
  const { what, path, exists, writable, opening, mode, closed, fleeting } = facts;
  if (!writable) return unwritable(what, path, exists);
  if (closed.length > 0) {
    const message = `${path}: ${counted(closed.length, 'file')} may not be read or written: ${shortly(closed, 3)}`;
    const cure = `give them back to yourself: sudo chown -R "$(id -u)" '${path}'`;
    return what === 'cache' ? warning(message, cure) : failed(message, cure);
  }
  if (opening !== null) {
    // What was put into a cache while it was open stays when it is closed, and all of it can be asked for again.
    const remedy = what === 'cache' && opening.path.startsWith(path) ? `remove ${path}` : opening.cure;
    const elsewhere = 'set KUBECTL_XRAY_HOME to a folder of your own';
    const cure = remedy === null ? elsewhere : `${remedy}, or ${elsewhere}`;
    return warning(`${opening.path} ${opening.why}: ${forgery[what]}`, cure);
  }
  if (exists && mode !== null && (mode & 0o077) !== 0) {
    return warning(`${path} is open to others on this machine`, `chmod 700 '${path}'`);
  }
  if (fleeting !== null && what === 'state') {
    return warning(
      `${path} ${fleeting}: nothing is remembered from run to run, so no grace period ends`,
      'name a folder that lasts with --journal or KUBECTL_XRAY_HOME',
    );
  }
  return ok(exists ? path : `${path} will be made when it is needed`);
}

/** What others could do who write to a folder. */
const forgery = {
  config: 'whoever can write a policy decides what is done',
  cache: 'answers kept there are not believed, and none are kept',
  state: 'others could forge the journal and what is remembered',
} as const;

function unwritable(what: FolderFacts['what'], path: string, exists: boolean): Found {
  const cure = 'make it writable, or name another place with KUBECTL_XRAY_HOME';
  const message = `${path} cannot be ${exists ? 'written' : 'made'}`;
  switch (what) {
    case 'config':
      return exists ? ok(`${path}, which cannot be written`) : note(`${message}: policy init needs another place`);
    case 'cache':
      return warning(`${message}: every run asks Xray about everything again`, cure);
    case 'state':
      return failed(`${message}: there is no journal, so nothing can be done or undone`, `${cure} or --journal`);
    default:
      return what satisfies never;
  }
}

const mebibyte = 2 ** 20;
const roomy = 200 * mebibyte;
const tooLittle = 10 * mebibyte;

/** Free space for this user by folder, bytes; null where it cannot be told. */
export function judgeSpace(folders: readonly { readonly path: string; readonly free: number | null }[]): Found {
  const known = folders.flatMap(({ path, free }) => (free === null ? [] : [{ path, free }]));
  const least = known.toSorted((one, other) => one.free - other.free)[0];
  if (least === undefined) return skipped('how much space is left cannot be told');
  const message = `${sizeText(least.free)} are free for ${least.path}`;
  const cure = 'free space there, or name another place with KUBECTL_XRAY_HOME';
  if (least.free < tooLittle) return failed(`only ${message}: acts cannot be written down`, cure);
  return least.free < roomy ? warning(`only ${message}`, cure) : ok(message);
}

function sizeText(bytes: number): string {
  const size = bytes / mebibyte;
  return size < 1024 ? `${Math.floor(size)} MiB` : `${Math.floor(size / 1024)} GiB`;
}

export interface LockFacts {
  readonly path: string;
  /** Since its holder last touched it, ms; negative: its time lies in the future. */
  readonly untouched: number;
}

/** Without a touch for so long its holder counts as killed (ms). */
const silence = 3000;
/** What two clocks of one machine may differ by (ms). */
const future = -60_000;

/** Locks that nobody has let go of. */
export function judgeLocks(locks: readonly LockFacts[]): Found {
  const ahead = locks.filter(({ untouched }) => untouched < future);
  if (ahead.length > 0) {
    const message = `${shortly(ahead.map(({ path }) => path))} was last touched in the future: the clock was set back`;
    return warning(message, 'check the clock of this machine; the lock itself is taken over within seconds');
  }
  const held = locks.filter(({ untouched }) => untouched <= silence);
  const left = locks.length - held.length;
  if (locks.length === 0) return ok('no lock is held');
  const said = [
    ...(held.length > 0 ? [`${counted(held.length, 'lock is', 'locks are')} held by a run that is under way`] : []),
    ...(left > 0 ? [`${counted(left, 'lock was', 'locks were')} left by a killed run, and will be taken over`] : []),
  ];
  return note(said.join('; '));
}

export interface SecretFile {
  readonly path: string;
  /** `config.yaml: default.xray.tokenFile`. */
  readonly namedBy: string;
  /** Null: it is there and can be read; else why not. */
  readonly fault: string | null;
  /** Permission bits; null where the platform has none. */
  readonly mode: number | null;
}

/** Files that hold a token, password or secret address. */
export function judgeSecrets(files: readonly SecretFile[]): Found {
  const open = files.filter(({ mode }) => mode !== null && (mode & 0o044) !== 0);
  const faults = files.filter(({ fault }) => fault !== null);
  if (files.length === 0) return ok('no file with a secret is configured');
  if (open.length === 0 && faults.length === 0)
    return ok(`${counted(files.length, 'file')} with secrets, for you alone`);
  const said = [
    ...faults.map(({ path, namedBy, fault }) => `${path} (${namedBy}) ${fault}`),
    ...open.map(({ path, namedBy }) => `${path} (${namedBy}) can be read by others on this machine`),
  ];
  const cures = [
    ...(faults.length > 0 ? ['correct the path, or make the file'] : []),
    ...(open.length > 0 ? [`chmod 600 ${open.map(({ path }) => `'${path}'`).join(' ')}`] : []),
  ];
  return warning(said.join('; '), cures.join('; '));
}

/** When a credential or certificate ends, ms since the epoch; null: never, or it does not tell. */
export function judgeExpiry(what: string, ends: number | null, now: number, cure: string): Found {
  if (ends === null) return ok(`${what} tells no end`);
  const day = new Date(ends).toISOString().slice(0, 16);
  if (ends <= now) return failed(`${what} ended at ${day}Z`, cure);
  const message = `${what} holds until ${day}Z`;
  return ends - now < week ? warning(`${message}, less than a week`, cure) : ok(message);
}

const week = 7 * 24 * 3_600_000;
