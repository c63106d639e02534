// The one field that stops a workload of each kind, in its object: how it is read, and the merge patch that sets it.
import { stoppedLabel } from '../../core/saved-field.ts';
import type { Field, FieldValue } from '../../core/saved-field.ts';
import { texts, tree, type Tree } from '../tree.ts';

export { fieldOf, fieldWords, isStopped, stoppedValue } from '../../core/saved-field.ts';
export type { Field, FieldValue, SavedField } from '../../core/saved-field.ts';

/** Null where it is unset. What `/scale` sets is asked of `/scale`; of the object itself it is the usual place. */
export function readField(object: Tree, field: Field): FieldValue {
  const spec = tree(object['spec']);
  switch (field) {
    case 'replicas':
    case 'scale':
      return typeof spec['replicas'] === 'number' ? spec['replicas'] : null;
    case 'suspend':
      return typeof spec['suspend'] === 'boolean' ? spec['suspend'] : null;
    case 'nodeSelector':
      return texts(tree(tree(spec['template'])['spec'])['nodeSelector'])[stoppedLabel] ?? null;
  }
  return field satisfies never;
}

/** The `spec` of a merge patch; null removes the field. */
export function specWith(field: Field, value: FieldValue): Tree {
  switch (field) {
    case 'replicas':
    case 'scale':
      return { replicas: value };
    case 'suspend':
      return { suspend: value };
    case 'nodeSelector':
      return { template: { spec: { nodeSelector: { [stoppedLabel]: value } } } };
  }
  return field satisfies never;
}
