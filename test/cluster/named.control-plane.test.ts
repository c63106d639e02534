// One object by its name, and who asks.
import { beforeAll, describe, expect, test } from 'vitest';
import { readNamed } from '../../src/cluster/named.ts';
import { whoAmI } from '../../src/cluster/who-am-i.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aConnection, aFile } from './connecting.ts';

withControlPlane('by name', (plane) => {
  const { signal } = new AbortController();
  const connection = (user = plane.admin) => aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ user })) });
  let namespace = '';

  beforeAll(async () => {
    namespace = await plane.aNamespace('named');
    const annotations = {
      'kubectl-xray/acted': '{"action":"scaledown","id":"a","uid":"x","field":"replicas","value":0}',
    };
    await plane.apply([
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'nightly', namespace, annotations },
        spec: {
          schedule: '0 0 1 1 *',
          jobTemplate: {
            spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } },
          },
        },
      },
    ]);
  });

  describe('an object', () => {
    const named = (resource: string, name = 'nightly') => ({ resource, namespace, name });

    test('is known by its kind, its uid and what was done to it', async () => {
      const found = await readNamed(connection(), named('cronjobs'), signal);
      expect(found).toMatchObject({
        target: { apiVersion: 'batch/v1', kind: 'CronJob', resource: 'cronjobs', namespace, name: 'nightly' },
        terminating: false,
        mark: { action: 'scaledown', id: 'a', uid: 'x', field: 'replicas' },
      });
      expect(found?.target.uid).toMatch(/^[0-9a-f-]{36}$/);
    });
    test('that is not there is nothing', async () =>
      expect(await readNamed(connection(), named('deployments', 'nobody'), signal)).toBeNull());
    test('of a kind that is not served is nothing', async () =>
      expect(await readNamed(connection(), named('gadgets.nowhere.example'), signal)).toBeNull());
    test('that may not be read is an error that says so', async () => {
      const user = await plane.addUser({ namespaces: [namespace], rules: [] });
      await expect(readNamed(connection(user), named('cronjobs'), signal)).rejects.toThrow(
        /cannot read cronjobs "nightly": .*forbidden/,
      );
    });
  });

  test('who asks is whom the cluster knows, not the kubeconfig’s name', async () => {
    expect(await whoAmI(connection(), signal)).toBe(plane.admin.name);
  });
});
