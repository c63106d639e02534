// What this machine remembers of a cluster, for commands that only look: since when findings are known, and what was done
// that somebody contests. Nothing is written to the cluster; that something was seen is remembered where a grace period
// rests on it.
import { existsSync } from 'node:fs';
import type { ClusterIdentity } from '../cluster/identity.ts';
import { emptyActing, recordAct } from '../core/acting.ts';
import type { Acting } from '../core/acting.ts';
import { contested } from '../core/contested.ts';
import type { Circumstances } from '../core/decide.ts';
import type { Judgement } from '../core/judgement.ts';
import { evidenceKey } from '../core/memory.ts';
import type { Policy } from '../core/policy.ts';
import { sightsWaitedFor } from '../core/standing.ts';
import { pathsOf } from '../settings/files.ts';
import { clusterFolder } from '../state/cluster-id.ts';
import { lastingOf } from '../state/lasting.ts';
import type { ClusterMemory } from '../state/memory.ts';
import type { World } from '../world.ts';
import { stateRoot } from './settings.ts';
import type { Arguments } from './settings.ts';
import { tellOfOpenState } from './trust.ts';

export interface Remembering extends Pick<Circumstances, 'firstSeen' | 'contested'> {
  /** Remembers what was seen for the first time. Never rejects. */
  readonly remember: (judgements: readonly Judgement[]) => Promise<void>;
}

/**
 * What is not remembered is not known since when: a grace period then reads as without an end. With `keeps` it is seen from
 * now on, where the state lasts.
 */
export async function rememberedOf(
  argv: Arguments,
  world: World,
  identity: () => Promise<ClusterIdentity>,
  keeps: Policy | null,
): Promise<Remembering> {
  const { clock, platform, env } = world;
  const acting = emptyActing();
  const root = stateRoot(argv, world);
  const folder = pathsOf(platform).join(root.folder, clusterFolder(await identity()));
  tellOfOpenState(folder, argv, world);
  const lasts = keeps !== null && (await lastingOf({ folder, named: root.named, platform, env })).lasts;
  await read(folder, acting, world);
  let judgedAt: number | null = null;
  /** What is said to be seen now is remembered as of the same time. */
  const now = (): number => (judgedAt ??= clock.now());
  return {
    firstSeen: (_workload, evidence) => acting.firstSeen.get(evidenceKey(evidence)) ?? (lasts ? now() : null),
    contested: (workload) => contested(acting, workload, clock.now()),
    remember: async (judgements) => {
      const sights = lasts && keeps !== null ? sightsWaitedFor(acting, judgements, keeps, now()) : null;
      if (sights !== null) await (await memoryIn(folder, world)).merge(sights);
    },
  };
}

/** What cannot be read is told, and counts as not remembered. What is not there is not loaded for. */
async function read(folder: string, acting: Acting, world: World): Promise<void> {
  const { join } = pathsOf(world.platform);
  const options = stateOptions(world);
  if (existsSync(join(folder, 'journal.jsonl'))) {
    const { openJournal } = await import('../state/journal.ts');
    try {
      const lines = await openJournal(folder, options).news();
      if (lines.length > 0) recordAct(acting, { type: 'JournalRead', lines });
    } catch (error) {
      options.warn(error instanceof Error ? error.message : String(error));
    }
  }
  if (existsSync(join(folder, 'memory.json'))) {
    const remembered = await (await memoryIn(folder, world)).read();
    recordAct(acting, { type: 'MemoryRead', remembered, lasts: true });
  }
}

async function memoryIn(folder: string, world: World): Promise<ClusterMemory> {
  const { openMemory } = await import('../state/memory.ts');
  return openMemory(folder, stateOptions(world));
}

function stateOptions({ clock, stderr }: World) {
  return { clock, warn: (message: string) => void stderr.write(`warning: ${message}\n`) };
}
