// The built program's `enforce`, running beside a benchmark: what it tells, and what it takes.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Enforcing {
  /** Resolves once it has told of this workload by name; rejects where it ends before. Times are of performance.now. */
  readonly told: (workload: string) => Promise<Told>;
  readonly memory: () => Memory;
  readonly stop: () => Promise<void>;
}

export interface Told {
  /** When it asked for the Deployment to look at it before an act, which is what follows a decision. */
  readonly decided: number;
  readonly told: number;
}

/** 10^6 bytes: the resident set now, and at its largest since it was last asked for. */
export interface Memory {
  readonly residentMb: number;
  readonly peakMb: number;
}

const plugin = fileURLToPath(new URL('../plugin/kubectl-xray', import.meta.url));

/** Dry, over all namespaces, with lines of JSON; its requests are read from its log. */
export function startEnforcing(args: readonly string[], env: NodeJS.ProcessEnv): Enforcing {
  const words = ['enforce', '-A', '-o', 'json', '-v', '6', ...args];
  const child = spawn(plugin, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const decisions = new Map<string, number>();
  const times = new Map<string, Told>();
  const waiting = new Map<string, PromiseWithResolvers<Told>>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    const looked = /\/deployments\/(\S+) 200 in (\d+) ms$/.exec(line);
    if (looked === null) {
      if (!/^[A-Z]+ https?:/.test(line)) console.error(line);
    } else if (!decisions.has(looked[1] ?? '')) {
      decisions.set(looked[1] ?? '', performance.now() - Number(looked[2]));
    }
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { workload } = JSON.parse(line) as { readonly workload: { readonly name: string } | null };
    if (workload === null || times.has(workload.name)) return;
    const told = { decided: decisions.get(workload.name) ?? Number.NaN, told: performance.now() };
    times.set(workload.name, told);
    waiting.get(workload.name)?.resolve(told);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('enforce has ended'));
  });
  return {
    told: async (workload) => {
      const known = times.get(workload);
      if (known !== undefined) return known;
      const wanted = waiting.get(workload) ?? Promise.withResolvers<Told>();
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
