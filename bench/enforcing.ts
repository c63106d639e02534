// The built program's `enforce`, running beside a benchmark: what it tells, and what it takes.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Enforcing {
  /** Resolves with the time (performance.now) at which it has told of this workload by name; rejects once it has ended. */
  readonly told: (workload: string) => Promise<number>;
  readonly memory: () => Memory;
  readonly stop: () => Promise<void>;
}

/** 10^6 bytes: the resident set now, and at its largest since it was last asked for. */
export interface Memory {
  readonly residentMb: number;
  readonly peakMb: number;
}

const plugin = fileURLToPath(new URL('../plugin/kubectl-xray', import.meta.url));

/** Dry, over all namespaces, with lines of JSON. */
export function startEnforcing(args: readonly string[], env: NodeJS.ProcessEnv): Enforcing {
  const child = spawn(plugin, ['enforce', '-A', '-o', 'json', ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const times = new Map<string, number>();
  const waiting = new Map<string, PromiseWithResolvers<number>>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const at = performance.now();
    const { workload } = JSON.parse(line) as { readonly workload: { readonly name: string } | null };
    if (workload === null || times.has(workload.name)) return;
    times.set(workload.name, at);
    waiting.get(workload.name)?.resolve(at);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('enforce has ended'));
  });
  return {
    told: async (workload) => {
      const known = times.get(workload);
      if (known !== undefined) return known;
      const wanted = waiting.get(workload) ?? Promise.withResolvers<number>();
      waiting.set(workload, wanted);
      return wanted.promise;
    },
    memory: () => memoryOf(child.pid),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function memoryOf(pid: number | undefined): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { residentMb: read('VmRSS'), peakMb: read('VmHWM') };
}
