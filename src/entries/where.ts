// `where`, put together: the run of `status`, what is kept of its answers, and Xray's own search.
import { where, whereOptions } from '../commands/where.ts';
import { keptScans } from '../state/kept-answers.ts';
import { impactedBy } from '../xray/impacted.ts';
import type { World } from '../world.ts';
import { prepare } from './cluster.ts';
import type { Arguments } from './settings.ts';

export async function runWhere(argv: Arguments, world: World): Promise<number> {
  const options = whereOptions(argv);
  world.compileQuickly();
  const { run, xray, cache } = await prepare(argv, world, { remembers: false });
  return where(options, {
    ...run,
    // Offline, the run itself answers by what is kept.
    kept: cache === null ? null : keptScans(cache, world.clock),
    impacted: xray === null ? null : (cve, signal) => impactedBy(xray.client, cve, signal),
    screen: world.stdout.isTTY === true,
  });
}
