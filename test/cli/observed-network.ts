// The built program with everything it does on the network written down.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../control-plane/eventually.ts';
import { type CliOptions, type Ended, startCli } from './run-cli.ts';

const observer = new URL('network-observer.ts', import.meta.url).href;

export interface Observed extends Ended {
  /** Each once: `connect HOST:PORT`, `look up NAME`, `datagram …`, `listen HOST:PORT`, `start PROGRAM`. */
  readonly network: readonly string[];
}

/** `enough`: it goes on, and is stopped with Ctrl-C once it has printed that. */
export async function observed(
  args: readonly string[],
  options: CliOptions = {},
  enough: RegExp | null = null,
): Promise<Observed> {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-network-'));
  const file = join(folder, 'network');
  try {
    const env = { ...options.env, NODE_OPTIONS: `--import=${observer}`, OBSERVED_NETWORK_FILE: file };
    const { child, ended } = startCli(args, { ...options, env });
    if (enough !== null) {
      let [printed, isOver] = ['', false];
      child.stdout.on('data', (piece) => (printed += String(piece)));
      void ended.finally(() => (isOver = true)).catch(() => {});
      await eventually(`it prints ${enough}`, () => isOver || enough.test(printed), { deadline: 60_000 });
      child.kill('SIGINT');
    }
    return { ...(await ended), network: linesOf(file) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** There is no file where there was no network. */
function linesOf(file: string): readonly string[] {
  try {
    return [...new Set(readFileSync(file, 'utf8').trimEnd().split('\n'))].toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
