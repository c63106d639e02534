import { describe, expect, test } from 'vitest';
import { judge } from '../../src/core/verdict.ts';
import { aPolicy, aRollout, aScan, aTemplate, anObject, now } from '../support/builders.ts';
import { onlyWorkload, seen, stateOf, workloadsOf } from '../support/states.ts';

const running = anObject({ template: aTemplate(), replicas: 2, rollout: aRollout({ replicas: 2, updated: 2 }) });
const created = anObject({
  template: aTemplate(),
  replicas: 2,
  ready: 0,
  rollout: aRollout({ replicas: 0, updated: 0 }),
});

describe('a workload that runs pods which could not be read', () => {
  test('is known by its own status', () => expect(onlyWorkload(seen(running)).podsUnseen).toBe(true));
  test('is not one that has no pods yet', () => expect(onlyWorkload(seen(created)).podsUnseen).toBe(false));
  test('is one that wants pods where pods may not be read', () => {
    const state = stateOf([...seen(created), { type: 'NamespacesRead', namespaces: ['elsewhere'] }]);
    expect(workloadsOf(state).map((one) => one.podsUnseen)).toEqual([true]);
  });
  test('is neither clean nor condemned by its template', () => {
    const verdict = judge(onlyWorkload(seen(running)), () => aScan({ findings: [] }), aPolicy(), now);
    expect(verdict).toMatchObject({ settled: false, conditions: [], unanswered: [{ reason: 'forbidden' }] });
  });
});
