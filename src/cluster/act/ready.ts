// How an inspection is put together.
import type { ActOrder, PreflightFinding, Ready, Refusal } from '../../core/act.ts';
import type { Tree } from '../tree.ts';
import { asRead, metadataOf } from './live.ts';

/** An act that cannot be: nothing else is worth finding out. */
export function refusedOutright(refusal: Refusal, object: Tree = {}): Ready {
  return {
    ...versionOf(object),
    saved: null,
    does: 'does nothing',
    undo: { grade: 'none', means: 'there is nothing to undo' },
    findings: [],
    refusals: [refusal],
  };
}

export function versionOf(object: Tree): Pick<Ready, 'is' | 'resourceVersion' | 'generation' | 'asRead'> {
  const { resourceVersion, generation } = metadataOf(object);
  return { is: 'ready', resourceVersion, generation, asRead: asRead(object) };
}

/** Loss of data is refused, unless whoever asks by hand has accepted it: then it is said. */
export function dataLoss(
  { by, acceptDataLoss }: ActOrder,
  says: readonly string[],
): { readonly refusals: readonly Refusal[]; readonly findings: readonly PreflightFinding[] } {
  if (by === 'hand' && acceptDataLoss) {
    return { refusals: [], findings: says.map((one) => ({ topic: 'data', says: one })) };
  }
  return { refusals: says.map((one) => ({ why: 'dataLoss', says: one })), findings: [] };
}

/** What is lost with an act does not come back by undoing it, whatever else does. */
export function undoLess({ grade, means }: Ready['undo'], losses: readonly string[]): Ready['undo'] {
  if (losses.length === 0) return { grade, means };
  return { grade: grade === 'none' ? 'none' : 'partial', means: `${means}; not brought back: ${losses.join('; ')}` };
}
