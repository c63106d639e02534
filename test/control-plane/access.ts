import { randomBytes } from 'node:crypto';
import type { Authority } from './certificates.ts';
import { apply } from './apply.ts';
import { compactEtcd } from './etcd.ts';
import { kubeconfigText, writeWhole, type KubeconfigOptions } from './kubeconfig.ts';
import { type KubeObject, type Requests, requestsAs, type Stored } from './requests.ts';
import { addUser, type Permissions } from './users.ts';

export interface User {
  readonly name: string;
  readonly token: string;
  readonly groups: readonly string[];
}

/** Everything needed to reach a control plane, as plain data that can travel to a worker. */
export interface Access {
  readonly url: string;
  readonly etcdUrl: string;
  readonly authority: Authority;
  /** Of the group system:masters. */
  readonly admin: User;
  /** Known to the token file, bound to nothing yet. */
  readonly spareUsers: readonly User[];
  readonly kubectlPath: string;
}

export interface OpenControlPlane extends Requests {
  readonly url: string;
  readonly access: Access;
  readonly admin: User;
  readonly kubectlPath: string;
  /** Server-side apply in the given order; a kind that is not served yet is waited for. */
  readonly apply: (objects: readonly KubeObject[]) => Promise<readonly Stored[]>;
  /** Creates a namespace of its own for each caller and returns its name. */
  readonly aNamespace: (prefix: string) => Promise<string>;
  /** A user who may do what is given and nothing else, once this has resolved. */
  readonly addUser: (permissions: Permissions) => Promise<User>;
  readonly as: (user: User) => Requests;
  readonly kubeconfig: (options?: KubeconfigOptions) => string;
  /** Mode 0600, in one step. */
  readonly writeKubeconfig: (file: string, options?: KubeconfigOptions) => void;
  /** Older resource versions and continue tokens are answered with 410 then: within 15 s, or at once after a restart. */
  readonly compactEtcd: () => Promise<void>;
}

/** Opens one that runs already, in this process or another. `close` ends our connections, not the control plane. */
export function openControlPlane(access: Access): OpenControlPlane {
  const { url, admin, authority, kubectlPath } = access;
  const ca = authority.certificate;
  const requests = requestsAs({ url, ca, token: admin.token });
  const kubeconfig = (options: KubeconfigOptions = {}) => kubeconfigText(access, options);
  return {
    ...requests,
    url,
    access,
    admin,
    kubectlPath,
    apply: (objects) => apply(requests, objects),
    aNamespace: async (prefix) => {
      const metadata = { name: `${prefix}-${randomBytes(3).toString('hex')}` };
      await requests.request('POST', '/api/v1/namespaces', { metadata });
      return metadata.name;
    },
    addUser: (permissions) => addUser(requests, access.spareUsers, permissions),
    as: (user) => requestsAs({ url, ca, token: user.token }),
    kubeconfig,
    writeKubeconfig: (file, options) => writeWhole(file, kubeconfig(options)),
    compactEtcd: () => compactEtcd(access.etcdUrl),
  };
}
