// `where`, put together: the run of `status`, what is kept of its answers, and Xray's own search.
import { where, whereOptions } from '../commands/where.ts';
import type { Image } from '../core/image.ts';
import type { Fact } from '../core/inventory.ts';
import { restsOnViolations } from '../core/policy.ts';
import { keptScans } from '../state/kept-answers.ts';
import { impactedBy } from '../xray/impacted.ts';
import type { World } from '../world.ts';
import { prepare } from './cluster.ts';
import type { Arguments } from './settings.ts';

export async function runWhere(argv: Arguments, world: World): Promise<number> {
  const options = whereOptions(argv);
  world.compileQuickly();
  const { run, judging, xray, past, cache } = await prepare(argv, world, { remembers: false, onlyHeard: true });
  const again = async function* again(images: readonly Image[]): AsyncGenerator<Fact> {
    const patience = new AbortController();
    const cancel = world.clock.after(run.wait, () => patience.abort());
    const violations = restsOnViolations(judging.policy);
    const questions = images.map((image) => ({ image, notOlderThan: world.clock.now(), violations }));
    try {
      yield* past.ask(questions, patience.signal, false);
    } finally {
      cancel();
    }
  };
  return where(options, {
    ...run,
    // Offline, the run itself answers by what is kept.
    kept: cache === null ? null : keptScans(cache, world.clock),
    again: xray === null ? null : again,
    impacted: xray === null ? null : (cve, signal) => impactedBy(xray.client, cve, signal),
    screen: world.stdout.isTTY === true,
  });
}
