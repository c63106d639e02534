// The only place that builds real things: arguments, environment, clock, streams, exit code. What a command needs
// beyond its flags is loaded when it is called, so that help and version stay fast.
import { homedir, hostname } from 'node:os';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import type { CommandDefinition } from './commands/definitions.ts';
import { UsageError } from './core/errors.ts';
import { printableLines } from './output/printable.ts';
import { homeFolder } from './settings/folders.ts';
import { userOf } from './state/trusted-folder.ts';
import type { World } from './world.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Runs the command line to its end and sets the exit code. `setFlag`: of the engine, for who has to know of it. */
export async function main(setFlag: (flag: string) => void = (flag) => setFlagsFromString(flag)): Promise<void> {
  const interruption = interruptions();
  const unread = new AbortController();
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onOutputError(unread));
  process.exitCode = await run(realWorld(interruption, unread.signal, setFlag));
}

async function run(world: World): Promise<number> {
  let code = 0;
  const perform = async (runs: CommandDefinition['runs'], argv: Arguments): Promise<void> => {
    code = await (await entryPoint(runs))(argv, world);
  };
  try {
    if (isPlainVersion(world.argv)) return await (await entryPoint('version'))({}, world);
    if (world.argv[0] === '__complete') {
      return await (await import('./entries/complete.ts')).runComplete(world.argv.slice(1), world);
    }
    await (await import('./command-line.ts')).runCommandLine(world, perform);
    return code;
  } catch (error) {
    return reportFailure(error, world);
  }
}

/** Asked before every upgrade, and by scripts: it needs no command line to be read. */
function isPlainVersion([command, flag, ...more]: readonly string[]): boolean {
  return command === 'version' && (flag === undefined || flag === '--client') && more.length === 0;
}

async function entryPoint(
  runs: CommandDefinition['runs'],
): Promise<(argv: Arguments, world: World) => Promise<number>> {
  switch (runs) {
    case 'version':
      return (await import('./entries/version.ts')).runVersion;
    case 'demo':
      return (await import('./entries/demo.ts')).runDemo;
    case 'doctor':
      return (await import('./entries/doctor.ts')).runDoctor;
    case 'cache':
      return (await import('./entries/cache.ts')).runCache;
    case 'policy':
      return (await import('./entries/policy.ts')).runPolicy;
    case 'status':
      return (await import('./entries/cluster.ts')).runStatus;
    case 'explain':
      return (await import('./entries/cluster.ts')).runExplain;
    case 'where':
      return (await import('./entries/where.ts')).runWhere;
    case 'watch':
      return (await import('./entries/watch.ts')).runWatch;
    case 'enforce':
      return (await import('./entries/enforce.ts')).runEnforce;
    case 'scaledown':
      return (await import('./entries/by-hand.ts')).runScaledown;
    case 'delete':
      return (await import('./entries/by-hand.ts')).runDelete;
    case 'restore':
      return (await import('./entries/by-hand.ts')).runRestore;
    case 'ignore':
      return (await import('./entries/ignore.ts')).runIgnore;
    case 'completion':
      return (await import('./entries/completion.ts')).runCompletion;
    case 'history':
      return (await import('./entries/history.ts')).runHistory;
    default:
      return runs satisfies never;
  }
}

/** Prints what went wrong: a UsageError (2) and what the world did (1) as they are, a fault of ours with its stack. */
function reportFailure(error: unknown, world: World): number {
  if (error instanceof UsageError) {
    world.stderr.write(`error: ${error.message}\n${error.hint === null ? '' : `${error.hint}\n`}`);
    return 2;
  }
  if (error instanceof Error && failures.includes(error.name)) {
    world.stderr.write(`${error.message.startsWith('Error from server') ? '' : 'error: '}${error.message}\n`);
    return 1;
  }
  const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  world.stderr.write(`error: a fault in kubectl-xray itself\n${fault}\n`);
  return 1;
}

/** What the world did: printed as it is. */
const failures: readonly string[] = ['RunError', 'ClusterError', 'StateError'];

/** Ctrl-C ends a command that changes nothing at once; one that asked to hear of it finishes what is under way. */
function interruptions(): World['interruption'] {
  const controller = new AbortController();
  let isHeard = false;
  const end = (code: number) => (): void => {
    if (!isHeard || controller.signal.aborted) process.exit(code);
    controller.abort();
  };
  process.on('SIGINT', end(130));
  return () => {
    if (!isHeard) process.on('SIGTERM', end(143)).on('SIGHUP', end(129));
    isHeard = true;
    return controller.signal;
  };
}

/** Windows has no such signals. */
function onSignal(signal: 'SIGTSTP' | 'SIGCONT', call: () => void): () => void {
  if (process.platform === 'win32') return () => {};
  const heard = (): void => {
    // Whoever was stopped was not told of a terminal that changed its size meanwhile: it is measured anew.
    if (signal === 'SIGCONT') process.kill(process.pid, 'SIGWINCH');
    call();
  };
  process.on(signal, heard);
  return () => process.off(signal, heard);
}

/** With the whole group of processes, as a terminal does: whoever started this one stops too. */
function stopUntilContinued(): void {
  if (process.platform === 'win32') return;
  const listeners = process.listeners('SIGTSTP');
  process.removeAllListeners('SIGTSTP');
  process.kill(0, 'SIGTSTP');
  for (const listener of listeners) process.on('SIGTSTP', listener);
}

/**
 * `| head` closes the pipe: that is no failure, and no wish to end. What ends by itself goes on unread, so that its exit code
 * is as true as ever. A full disk is a failure, and there may be nowhere to say so.
 */
function onOutputError(unread: AbortController): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    // EIO: the terminal is gone.
    if (error.code === 'EPIPE' || error.code === 'EIO') return unread.abort();
    process.stderr.write(`error: the output cannot be written: ${error.code ?? error.message}\n`);
    process.exit(1);
  };
}

/** Null where it is gone: a workspace that was cleaned, a branch without it. Only a relative path needs it. */
function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

function realWorld(interruption: World['interruption'], unread: AbortSignal, setFlag: (flag: string) => void): World {
  return {
    argv: process.argv.slice(2),
    env: process.env,
    platform: process.platform,
    home: homeFolder(process.platform, homedir),
    user: userOf(process),
    folder: currentFolder(),
    columns: process.stdout.columns || 100,
    stdout: process.stdout,
    stderr: {
      isTTY: process.stderr.isTTY,
      write: (text) => process.stderr.write(printableLines(text)),
    },
    // Opened where somebody reads it: that takes a millisecond.
    get stdin() {
      return process.stdin;
    },
    screen: process.stdout,
    clock: {
      now: Date.now,
      after: (milliseconds, call) => {
        const timer = milliseconds === 0 ? setImmediate(call) : setTimeout(call, milliseconds);
        return () =>
          milliseconds === 0 ? clearImmediate(timer as NodeJS.Immediate) : clearTimeout(timer as NodeJS.Timeout);
      },
    },
    random: Math.random,
    interruption,
    unread,
    onSignal,
    stopUntilContinued,
    onExit: (call) => {
      process.on('exit', call);
      return () => process.off('exit', call);
    },
    exit: (code) => process.exit(code),
    compileQuickly: () => setFlag('--no-turbofan'),
    keepSmall: () => setFlag('--heap-growing-percent=15'),
    hostname: hostname(),
    sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
  };
}
