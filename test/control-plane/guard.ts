import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

export interface GuardedProcess {
  readonly name: string;
  /** Resolves once the program has ended, with its exit code (null for a signal). */
  readonly ended: Promise<number | null>;
  /** SIGKILL, then waits. */
  readonly kill: () => Promise<void>;
}

export interface GuardedCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Receives stdout and stderr. */
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Removed by the guard after the program was killed. */
  readonly folderToRemove?: string;
}

/**
 * The shell holds the reading end of a pipe whose other end only we have. Its end, which the kernel sees to even when we
 * die of SIGKILL, kills the program.
 */
const guardScript = `
folder=$1; shift
"$@" 3<&- &
child=$!
{
  read -r end
  kill -s KILL "$child"
  if [ -n "$folder" ]; then rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }; fi
} <&3 2>/dev/null &
exec 3<&-
wait "$child"
`;

/** Starts a program that cannot outlive this process. It has a session of its own, so Ctrl-C reaches only us. */
export function startGuarded({
  name,
  command,
  args,
  logFile,
  env,
  cwd,
  folderToRemove,
}: GuardedCommand): GuardedProcess {
  const log = openSync(logFile, 'a');
  const guard = spawn('/bin/sh', ['-c', guardScript, 'guard', folderToRemove ?? '', command, ...args], {
    stdio: ['ignore', log, log, 'pipe'],
    detached: true,
    env,
    cwd,
  });
  closeSync(log);
  const pipe = pipeOf(guard);
  // The guard may be gone already, and then so is its program.
  pipe.on('error', () => {});
  const ended = endOf(guard, pipe);
  return {
    name,
    ended,
    kill: async () => {
      pipe.destroy();
      await ended;
    },
  };
}

async function endOf(guard: ChildProcess, pipe: Writable): Promise<number | null> {
  const [code] = (await once(guard, 'exit')) as [number | null];
  pipe.destroy();
  return code;
}

function pipeOf(guard: ChildProcess): Writable {
  const pipe = guard.stdio[3];
  if (pipe === null || pipe === undefined || !('write' in pipe)) throw new Error('the guard has no pipe');
  return pipe;
}
