// What is remembered, read while the cluster is: nobody waits for it before everything else is there.
import type { Run } from '../commands/run.ts';
import type { ClusterIdentity } from '../cluster/identity.ts';
import { emptyActing } from '../core/acting.ts';
import { contested } from '../core/contested.ts';
import type { Circumstances } from '../core/decide.ts';
import type { Policy } from '../core/policy.ts';
import type { World } from '../world.ts';
import type { Remembering } from './remembered.ts';
import { keepsAny } from './settings.ts';
import type { Arguments } from './settings.ts';

export type RememberedLater = Pick<Circumstances, 'firstSeen' | 'contested'> & Pick<Run, 'ready' | 'remember'>;

/**
 * `identity` null: there is no cluster. `keeps`: what is seen now is remembered, where a grace period of that policy rests on
 * it. What is known may be asked for once it is ready.
 */
export function rememberedLater(
  argv: Arguments,
  world: World,
  identity: (() => Promise<ClusterIdentity>) | null,
  keeps: Policy | null,
): RememberedLater {
  let known = nothingRemembered(world);
  const reading = read(argv, world, identity, keeps).then((remembering) => void (known = remembering ?? known));
  // Where the cluster cannot be reached that is said of reading it.
  reading.catch(() => {});
  return {
    firstSeen: (workload, evidence) => known.firstSeen(workload, evidence),
    contested: (workload) => known.contested(workload),
    ready: () => reading,
    remember: (judgements) => known.remember(judgements),
  };
}

/** What objects themselves tell is all that is known. */
function nothingRemembered({ clock }: World): Remembering {
  const nothing = emptyActing();
  return {
    firstSeen: () => null,
    contested: (workload) => contested(nothing, workload, clock.now()),
    remember: async () => {},
  };
}

/** Null where nothing is kept and nothing is to be. */
async function read(
  argv: Arguments,
  world: World,
  identity: (() => Promise<ClusterIdentity>) | null,
  keeps: Policy | null,
): Promise<Remembering | null> {
  if (identity === null || (keeps === null && !keepsAny(argv, world))) return null;
  return (await import('./remembered.ts')).rememberedOf(argv, world, identity, keeps);
}
