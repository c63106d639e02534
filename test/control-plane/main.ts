// `npm run control-plane -- --kubeconfig FILE`: keeps one control plane running in the foreground until Ctrl-C, SIGTERM or
// SIGHUP, and ends all of it then. It makes no node, plays no kubelet, and never touches the user's own kubeconfig.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Binaries, findBinaries } from './binaries.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { claimKubeconfigFile, type KubeconfigFile } from './kubeconfig-file.ts';

const usage = 'usage: npm run control-plane -- --kubeconfig FILE';

class WrongUsage extends Error {}

process.exit(await main(process.argv.slice(2), process.env));

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => asked.abort());
  try {
    const file = claimKubeconfigFile(fileFrom(args), env);
    abortWithNpm(asked, env);
    return await runUntil(asked.signal, file, env);
  } catch (error) {
    if (asked.signal.aborted) return 0;
    console.error(error instanceof Error ? error.message : error);
    return error instanceof WrongUsage ? 2 : 1;
  }
}

function fileFrom(args: readonly string[]): string {
  try {
    const { values } = parseArgs({ args: [...args], options: { kubeconfig: { type: 'string' } } });
    if (values.kubeconfig === undefined || values.kubeconfig === '') throw new Error('--kubeconfig is missing');
    return values.kubeconfig;
  } catch (cause) {
    throw new WrongUsage(`${cause instanceof Error ? cause.message : String(cause)}\n${usage}`, { cause });
  }
}

async function runUntil(signal: AbortSignal, file: KubeconfigFile, env: NodeJS.ProcessEnv): Promise<number> {
  const found = await findBinaries({ env, signal, progress: (line) => console.error(line) });
  signal.throwIfAborted();
  if (found.kind === 'missing') throw new Error(`${found.reason}\n${found.cure}`);
  const plane = await start(found.binaries, signal, env);
  try {
    file.write(plane.kubeconfig());
    console.error(`The control plane is ready at ${plane.url}; Ctrl-C ends it.`);
    return await endOf(plane, signal);
  } finally {
    file.remove();
    await plane.stop();
  }
}

async function start(binaries: Binaries, signal: AbortSignal, env: NodeJS.ProcessEnv): Promise<ControlPlane> {
  const since = Date.now();
  console.error('Starting etcd, kube-apiserver and kube-controller-manager ...');
  const plane = await startControlPlane({ binaries, env, signal });
  console.error(`Started in ${((Date.now() - since) / 1000).toFixed(1)} s.`);
  return plane;
}

async function endOf(plane: ControlPlane, signal: AbortSignal): Promise<number> {
  const broken = await Promise.race([plane.broken, aborted(signal)]);
  if (broken === undefined) return 0;
  console.error(`${broken} has ended by itself; the control plane stops.`);
  return 1;
}

/**
 * Where npm was killed, or the shell that it puts between itself and us, nobody passes its signals on. Then one of the two
 * has another parent than before.
 */
function abortWithNpm(asked: AbortController, env: NodeJS.ProcessEnv): void {
  if (env['npm_lifecycle_event'] === undefined) return;
  const before = ancestors();
  setInterval(() => {
    if (ancestors() !== before) asked.abort();
  }, 500).unref();
}

/** Where there is no /proc, sh lets the program take its place, and npm is the parent. */
function ancestors(): string {
  try {
    const status = readFileSync(`/proc/${process.ppid}/status`, 'utf8');
    return `${process.ppid} ${/^PPid:\s*(\d+)/m.exec(status)?.[1]}`;
  } catch {
    return String(process.ppid);
  }
}

async function aborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  return undefined;
}
