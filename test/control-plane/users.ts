import type { User } from './access.ts';
import { eventually } from './eventually.ts';
import { RequestRefused, type Requests } from './requests.ts';

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface Permissions {
  /** Hold in each of `namespaces`. */
  readonly rules?: readonly Rule[];
  readonly namespaces?: readonly string[];
  /** Hold everywhere, and for what has no namespace. */
  readonly clusterRules?: readonly Rule[];
}

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const apiGroup = 'rbac.authorization.k8s.io';

/**
 * The API server reads its tokens once, so a user is one of the spare ones, and gets roles. Creating the cluster role is
 * the claim: whoever is refused because it exists takes the next, also from another process.
 */
export async function addUser(requests: Requests, spare: readonly User[], permissions: Permissions): Promise<User> {
  const { rules = [], namespaces = [], clusterRules = [] } = permissions;
  const user = await claim(requests, spare, clusterRules);
  const binding = { metadata: { name: user.name }, subjects: [{ kind: 'User', name: user.name, apiGroup }] };
  const refTo = (kind: string) => ({ roleRef: { apiGroup, kind, name: user.name } });
  await requests.request('POST', `${rbac}/clusterrolebindings`, { ...binding, ...refTo('ClusterRole') });
  for (const namespace of namespaces) {
    const place = `${rbac}/namespaces/${namespace}`;
    await requests.request('POST', `${place}/roles`, { metadata: { name: user.name }, rules });
    await requests.request('POST', `${place}/rolebindings`, { ...binding, ...refTo('Role') });
  }
  for (const rule of clusterRules) await untilAllowed(requests, user, rule, undefined);
  for (const namespace of namespaces) for (const rule of rules) await untilAllowed(requests, user, rule, namespace);
  return user;
}

async function claim(requests: Requests, spare: readonly User[], rules: readonly Rule[]): Promise<User> {
  for (const user of spare) {
    try {
      await requests.request('POST', `${rbac}/clusterroles`, { metadata: { name: user.name }, rules });
      return user;
    } catch (error) {
      if (!(error instanceof RequestRefused && error.status === 409)) throw error;
    }
  }
  throw new Error(`all ${spare.length} spare users of this control plane are taken`);
}

/** The authorizer learns of a new role by a watch, a little later. */
async function untilAllowed(requests: Requests, user: User, rule: Rule, namespace: string | undefined): Promise<void> {
  const [resource, subresource] = (rule.resources[0] ?? '').split('/');
  const resourceAttributes = {
    namespace,
    group: rule.apiGroups[0],
    resource,
    subresource,
    verb: rule.verbs[0],
    name: rule.resourceNames?.[0],
  };
  const review = { spec: { user: user.name, groups: user.groups, resourceAttributes } };
  await eventually(`${user.name} may ${rule.verbs[0]} ${rule.resources[0]}`, async () => {
    const answer = await requests.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', review);
    return (answer as { status: { allowed: boolean } }).status.allowed;
  });
}
