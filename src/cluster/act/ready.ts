// How an inspection is put together.
import type { Ready, Refusal } from '../../core/act.ts';
import type { Tree } from '../tree.ts';
import { asRead, metadataOf } from './live.ts';

export { dataLoss, undoLess } from '../../core/data-loss.ts';

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
