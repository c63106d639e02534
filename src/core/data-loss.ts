// What an act ends for good: refused unless it was accepted, and never promised back.
import type { ActOrder, PreflightFinding, Ready, Refusal } from './act.ts';

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
