// The built program with everything it does on the network written down.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliOptions, type Ended, runCli } from './run-cli.ts';

const observer = new URL('network-observer.ts', import.meta.url).href;

export interface Observed extends Ended {
  /** Each once: `connect HOST:PORT`, `look up NAME`, `datagram …`, `listen HOST:PORT`, `start PROGRAM`. */
  readonly network: readonly string[];
}

export async function observed(args: readonly string[], options: CliOptions = {}): Promise<Observed> {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-network-'));
  const file = join(folder, 'network');
  try {
    const env = { ...options.env, NODE_OPTIONS: `--import=${observer}`, OBSERVED_NETWORK_FILE: file };
    const ended = await runCli(args, { ...options, env });
    return { ...ended, network: linesOf(file) };
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
