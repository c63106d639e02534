// Which file a program is, and how it is started. Never one of the current folder by its mere name, as kubectl has it:
// that may be a checkout of somebody else's. The system's own search would take it where PATH has "." or an empty entry,
// and on Windows before anything of PATH.
import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';

export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

export interface Start {
  readonly file: string;
  readonly args: readonly string[];
  /** For Windows: the arguments are quoted already. */
  readonly windowsVerbatimArguments: boolean;
}

type IsProgram = (path: string) => boolean;

/** Absolute path of the program of this name, by the absolute entries of PATH alone; null where there is none. */
export function programOnPath(name: string, machine: Machine, isProgram: IsProgram = isProgramFile): string | null {
  const { join } = machine.platform === 'win32' ? win32 : posix;
  const paths = pathEntries(machine).flatMap((folder) => namesOf(name, machine).map((one) => join(folder, one)));
  return paths.find(isProgram) ?? null;
}

/** Whether it is a path, and no name to look for. */
export function isPath(command: string, platform: NodeJS.Platform): boolean {
  return (platform === 'win32' ? /[\\/:]/ : /\//).test(command);
}

/** Windows starts no batch file by itself. Quoted as Go does it: a `%NAME%` in an argument is still replaced. */
export function startOf(path: string, args: readonly string[], { env, platform }: Machine): Start {
  if (platform !== 'win32' || !/\.(bat|cmd)$/i.test(path)) return { file: path, args, windowsVerbatimArguments: false };
  const shell = win32.join(env['SystemRoot'] || 'C:\\Windows', 'System32', 'cmd.exe');
  const line = [path, ...args].map((one) => `"${one.replaceAll('"', '""')}"`).join(' ');
  return { file: shell, args: ['/d', '/s', '/c', `"${line}"`], windowsVerbatimArguments: true };
}

function pathEntries({ env, platform }: Machine): readonly string[] {
  const written = env['PATH'] ?? env['Path'] ?? '';
  if (platform !== 'win32') return written.split(posix.delimiter).filter((entry) => posix.isAbsolute(entry));
  // An entry like `\tools` is of the current drive.
  const entries = written.split(win32.delimiter).map((entry) => entry.replaceAll('"', ''));
  return entries.filter((entry) => /^([a-z]:[\\/]|\\\\)/i.test(entry));
}

function namesOf(name: string, { env, platform }: Machine): readonly string[] {
  if (platform !== 'win32') return [name];
  const endings = (env['PATHEXT'] || '.COM;.EXE;.BAT;.CMD').split(';').filter((ending) => ending !== '');
  const whole = win32.extname(name) === '' ? [] : [name];
  return [...whole, ...endings.map((ending) => `${name}${ending}`)];
}

function isProgramFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
