// What undoing would do: whether what was changed is still as we left it, and whether what was deleted can come back.
import type { ActOrder, Inspection } from '../../core/act.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Context } from './context.ts';
import { inspectField } from './inspect-restore-field.ts';
import { inspectManifest } from './inspect-restore-manifest.ts';
import type { Live } from './live.ts';
import { refusedOutright } from './ready.ts';

export async function inspectRestore(context: Context, order: ActOrder, live: Live): Promise<Inspection> {
  const { restore, target } = order;
  if (restore === null) {
    return refusedOutright({ why: 'impossible', says: `nothing is known of what ${workloadLabel(target)} was before` });
  }
  if (live.is === 'forbidden') return refusedOutright({ why: 'rights', says: live.says });
  if (restore.saved.is === 'manifest') return inspectManifest(context, order, restore, restore.saved.manifest, live);
  return inspectField(context, order, restore.saved, live);
}
