import { afterAll, describe, inject, test } from 'vitest';
import { type Access, type OpenControlPlane, openControlPlane } from './access.ts';
import type { Binaries, NoBinaries } from './binaries.ts';

/** What global-setup.ts tells each test file. */
export type SharedControlPlane =
  | { readonly kind: 'ready'; readonly access: Access; readonly binaries: Binaries }
  | (NoBinaries & { readonly outcome: 'skip' | 'fail' });

declare module 'vitest' {
  interface ProvidedContext {
    controlPlane: SharedControlPlane;
  }
}

/**
 * Describes tests that need a control plane; all files of a run share one, so each makes namespaces of its own, and a
 * DaemonSet selects its nodes. `body` runs while tests are collected and must not call the cluster outside hooks and tests.
 * Where none can be had, its tests are skipped with reason and cure; with CI=true the first one fails with them.
 */
export function withControlPlane(name: string, body: (plane: OpenControlPlane, binaries: Binaries) => void): void {
  const shared = inject('controlPlane');
  if (shared.kind === 'ready') {
    describe(name, () => {
      const plane = openControlPlane(shared.access);
      afterAll(() => plane.close());
      body(plane, shared.binaries);
    });
    return;
  }
  const excuse = `${shared.reason}. ${shared.cure}`;
  describe(name, () => {
    test('has a control plane', ({ skip }) => {
      if (shared.outcome === 'fail') throw new Error(excuse);
      skip(excuse);
    });
    describe.skip('without one', () => body(openControlPlane(nowhere), nowhereBinaries));
  });
}

/** So that `body` can name its tests; nothing is ever asked of it. */
const nobody = { name: 'nobody', token: '', groups: [] };

const nowhere: Access = {
  url: 'https://127.0.0.1:0',
  etcdUrl: 'http://127.0.0.1:0',
  authority: { name: '', key: '', certificate: '' },
  admin: nobody,
  spareUsers: [],
  kubectlPath: '',
};

const nowhereBinaries: Binaries = { etcd: '', 'kube-apiserver': '', 'kube-controller-manager': '', kubectl: '' };
