import { describe, expect, test } from 'vitest';
import { readObjectJson } from '../../src/cluster/decode-object.ts';
import { createInterning } from '../../src/cluster/interning.ts';

const deployments = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', scalable: true };

function managersOf(...managedFields: readonly object[]): readonly string[] {
  const metadata = { name: 'cart', namespace: 'shop', uid: 'uid-1', managedFields };
  return readObjectJson({ metadata, spec: {} }, deployments, createInterning()).fieldManagers;
}

describe('the field managers', () => {
  test('come in the order of the server, each once', () =>
    expect(managersOf({ manager: 'helm' }, { manager: 'kubectl-edit' }, { manager: 'helm' })).toEqual([
      'helm',
      'kubectl-edit',
    ]));
  test('but who scaled it comes last, whom the server lists first', () =>
    expect(managersOf({ manager: 'kubectl', subresource: 'scale' }, { manager: 'helm' })).toEqual(['helm', 'kubectl']));
});
