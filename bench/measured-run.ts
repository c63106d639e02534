// One run of a program as a whole process: wall time, peak memory, CPU time, and what it printed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface MeasuredRun {
  readonly wallMs: number;
  /** High-water mark of the resident set, in MB (10^6 bytes); 0 where the platform has no /proc. */
  readonly peakMb: number;
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Reads and throws stdout away, as a pipe would. */
export async function measure(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<MeasuredRun> {
  const started = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let peakMb = 0;
  let stderr = '';
  // VmHWM only grows, so the last reading before the end is the peak but for the last few milliseconds.
  const sampling = setInterval(() => (peakMb = Math.max(peakMb, highWaterMark(child.pid))), 5);
  child.stdout.resume();
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = Promise.withResolvers<number | null>();
  child.on('error', ended.reject);
  child.on('close', ended.resolve);
  try {
    const exitCode = await ended.promise;
    return { wallMs: performance.now() - started, peakMb, exitCode, stderr };
  } finally {
    clearInterval(sampling);
  }
}

function highWaterMark(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return (Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
