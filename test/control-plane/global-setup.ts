import type { TestProject } from 'vitest/node';
import { findBinaries } from './binaries.ts';
import { startControlPlane } from './control-plane.ts';
import type { SharedControlPlane } from './shared.ts';

/** Starts the one control plane that all test files of a run share; the returned function ends it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { shared, stop } = await start(process.env);
  if (shared.kind === 'missing')
    say(`tests that need one ${shared.outcome === 'skip' ? 'are skipped' : 'fail'}: ${shared.reason}. ${shared.cure}`);
  project.provide('controlPlane', shared);
  return stop;
}

async function start(env: NodeJS.ProcessEnv): Promise<{ shared: SharedControlPlane; stop: () => Promise<void> }> {
  const outcome = env['CI'] === 'true' ? 'fail' : 'skip';
  const found = await findBinaries({ env, progress: say });
  if (found.kind === 'missing') return { shared: { ...found, outcome }, stop: nothing };
  try {
    const { access, stop } = await startControlPlane({ binaries: found.binaries, env });
    return { shared: { kind: 'ready', access, binaries: found.binaries }, stop };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The programs are here and do not start: no reason to look away.
    return { shared: { kind: 'missing', reason, cure: 'See the logs above.', outcome: 'fail' }, stop: nothing };
  }
}

function say(line: string): void {
  process.stderr.write(`control plane: ${line}\n`);
}

async function nothing(): Promise<void> {}
