import { describe, expect, test } from 'vitest';
import { builtinKindOf, groupOf, resourceOf } from '../../src/core/kind.ts';
import { aWorkload } from '../support/builders.ts';
import { workloadLabel } from '../../src/core/workload.ts';

const cases: [apiVersion: string, kind: string, builtin: boolean, resource: string, label: string][] = [
  ['example.com/v1', 'Deployment', false, 'deployments.example.com', 'deployment.example.com/x'],
  ['v1', 'ReplicationController', false, 'replicationcontrollers', 'replicationcontroller/x'],
  ['example.com/v1', 'Policy', false, 'policies.example.com', 'policy.example.com/x'],
  ['example.com/v1', 'Redis', false, 'redises.example.com', 'redis.example.com/x'],
  ['apps/v1', 'Deployment', true, 'deployments', 'deployment/x'],
  ['apps/v1beta2', 'DaemonSet', true, 'daemonsets', 'daemonset/x'],
  ['batch/v1beta1', 'CronJob', true, 'cronjobs', 'cronjob/x'],
  ['v1', 'Pod', true, 'pods', 'pod/x'],
];
for (const [apiVersion, kind, builtin, resource, label] of cases) {
  test(`${apiVersion} ${kind} is ${resource}`, () => {
    expect(builtinKindOf(apiVersion, kind) !== undefined).toBe(builtin);
    expect(resourceOf(apiVersion, kind)).toBe(resource);
    expect(workloadLabel(aWorkload({ apiVersion, kind, name: 'x' }))).toBe(label);
  });
}

describe('a plural that discovery knows', () => {
  test('goes before a guess', () => expect(resourceOf('example.com/v1', 'Ox', 'oxen')).toBe('oxen.example.com'));
});

test('the core group is empty', () => expect([groupOf('v1'), groupOf('apps/v1')]).toEqual(['', 'apps']));
