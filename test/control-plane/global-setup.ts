import type { TestProject } from 'vitest/node';
import { findBinaries } from './binaries.ts';
import { startControlPlane } from './control-plane.ts';
import type { SharedControlPlane } from './shared.ts';

interface Started {
  readonly shared: SharedControlPlane;
  readonly stop: () => Promise<void>;
}

/** Every project loads this file anew, so that what they share lies with the process. */
const place: { kubectlXrayControlPlane?: Promise<Started> } = process as object;

/** Starts the one control plane that all test files of a run share; the returned function ends it, once all are through. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = (place.kubectlXrayControlPlane ??= start(process.env));
  const { shared, stop } = await running;
  if (shared.kind === 'missing')
    say(`tests that need one ${shared.outcome === 'skip' ? 'are skipped' : 'fail'}: ${shared.reason}. ${shared.cure}`);
  project.provide('controlPlane', shared);
  return async () => {
    // Another project has ended it: none is ended before all are through.
    if (place.kubectlXrayControlPlane !== running) return;
    delete place.kubectlXrayControlPlane;
    await stop();
  };
}

async function start(env: NodeJS.ProcessEnv): Promise<Started> {
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
