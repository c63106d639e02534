// The rights in a cluster that each command takes, as docs/rbac.md gives them (a test holds the two together), and what
// is to be said of those that are missing.
import { failed, note, ok, skipped, warning } from './diagnosis.ts';
import type { Found } from './diagnosis.ts';

export interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  /** Of this object alone; null: of all. */
  readonly name: string | null;
}

export interface RoleRights {
  /** `status, explain`. */
  readonly command: string;
  /** The ClusterRole of docs/rbac.md. */
  readonly role: string;
  readonly needed: readonly Right[];
  /** What may be left out, and something is lost. */
  readonly optional: readonly Right[];
}

/** Whether a right is there; null: the server did not say. */
export type Allowed = (right: Right) => boolean | null;

export function rightKey({ group, resource, verb, name }: Right): string {
  return [group, resource, verb, name ?? ''].join('/');
}

const read = ['get', 'list'];
const follow = ['get', 'list', 'watch'];
const kinds = ['deployments', 'statefulsets', 'daemonsets', 'replicasets'];

function rights(group: string, resources: readonly string[], verbs: readonly string[]): Right[] {
  return resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb, name: null })));
}

/** `more`: verbs on workloads beside reading them; `onPods` and `onWorkloads` where they differ. */
function workloads(
  pods: readonly string[],
  reading: readonly string[],
  { onPods, onWorkloads }: { readonly onPods: readonly string[]; readonly onWorkloads: readonly string[] },
): Right[] {
  return [
    ...rights('', ['pods'], [...pods, ...onPods]),
    ...rights('apps', kinds, [...reading, ...onWorkloads]),
    ...rights('apps', ['controllerrevisions'], reading),
    ...rights('batch', ['jobs', 'cronjobs'], [...reading, ...onWorkloads]),
  ];
}

/** What lies around workloads; `reading` without `get`. */
function surroundings(reading: readonly string[], definitions: readonly string[] = reading): Right[] {
  return [
    ...rights('', ['nodes'], reading),
    ...rights('', ['services'], ['get', ...reading]),
    ...rights('networking.k8s.io', ['ingresses'], ['list']),
    ...rights(
      'admissionregistration.k8s.io',
      ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
      reading,
    ),
    ...rights('apiextensions.k8s.io', ['customresourcedefinitions'], definitions),
    ...rights('apiregistration.k8s.io', ['apiservices'], reading),
    ...rights('keda.sh', ['scaledobjects'], reading),
  ];
}

const identity: readonly Right[] = [{ group: '', resource: 'namespaces', verb: 'get', name: 'kube-system' }];
const events = rights('events.k8s.io', ['events'], ['create']);
const claims = rights('', ['persistentvolumeclaims'], ['list']);
const autoscalers = rights('autoscaling', ['horizontalpodautoscalers'], ['list']);
const beforeAnAct = [...autoscalers, ...rights('policy', ['poddisruptionbudgets'], ['list'])];

const nothingMore = { onPods: [], onWorkloads: [] };
const followed = ['list', 'watch'];

const look: RoleRights = {
  command: 'status, explain, where',
  role: 'kubectl-xray-look',
  needed: workloads(followed, read, nothingMore),
  optional: [...surroundings(['list']), ...identity],
};

/** In the order in which they are shown. */
export const roleRights = {
  look,
  dry: {
    command: 'watch, enforce',
    role: 'kubectl-xray-enforce-dry',
    needed: workloads(follow, follow, nothingMore),
    optional: [...surroundings(followed), ...beforeAnAct, ...identity],
  },
  enforceScaledown: {
    command: 'enforce --confirm',
    role: 'kubectl-xray-enforce-scaledown',
    needed: workloads(follow, follow, { onPods: [], onWorkloads: ['patch'] }),
    optional: [...surroundings(followed), ...beforeAnAct, ...identity, ...events],
  },
  enforceDelete: {
    command: 'enforce --confirm',
    role: 'kubectl-xray-enforce-delete',
    needed: [
      ...workloads(follow, follow, { onPods: ['create', 'delete'], onWorkloads: ['patch', 'create', 'delete'] }),
      ...claims,
    ],
    optional: [...surroundings(followed), ...beforeAnAct, ...identity, ...events],
  },
  scaledown: {
    command: 'scaledown',
    role: 'kubectl-xray-scaledown',
    needed: workloads(follow, follow, { onPods: [], onWorkloads: ['patch'] }),
    optional: [...surroundings(followed), ...beforeAnAct, ...identity, ...events],
  },
  delete: {
    command: 'delete',
    role: 'kubectl-xray-delete',
    needed: workloads(follow, follow, { onPods: ['create', 'delete'], onWorkloads: ['create', 'delete'] }),
    optional: [...surroundings(followed), ...claims, ...beforeAnAct, ...identity, ...events],
  },
  restore: {
    command: 'restore',
    role: 'kubectl-xray-restore',
    needed: workloads(follow, follow, { onPods: ['create', 'patch'], onWorkloads: ['create', 'patch'] }),
    optional: [...surroundings(followed, follow), ...autoscalers, ...identity, ...events],
  },
  ignore: {
    command: 'ignore, history',
    role: 'kubectl-xray-ignore',
    needed: workloads(followed, read, nothingMore),
    optional: [...surroundings(['list']), ...identity],
  },
} as const satisfies Record<string, RoleRights>;

/** Every right that any command takes, each once. */
export function allRights(): readonly Right[] {
  const all = Object.values(roleRights).flatMap(({ needed, optional }) => [...needed, ...optional]);
  return [...new Map(all.map((one) => [rightKey(one), one])).values()];
}

/** Of these resources each object is the cluster's own: a namespace is no part of the question. */
export function isClusterScoped({ resource }: Pick<Right, 'resource'>): boolean {
  return [
    'nodes',
    'namespaces',
    'validatingwebhookconfigurations',
    'mutatingwebhookconfigurations',
    'customresourcedefinitions',
    'apiservices',
  ].includes(resource);
}

/**
 * How much a missing right of a command matters: `must`, it fails; `should`, it warns (the policy calls for it); `may`,
 * it is only said.
 */
export type Weight = 'must' | 'should' | 'may';

/** `where`: `in namespace shop`, `in the whole cluster`. */
export function judgeRights(
  { command, role, needed, optional }: RoleRights,
  allowed: Allowed,
  weight: Weight,
  where: string,
): Found {
  const answers = [...needed, ...optional].map(allowed);
  if (answers.every((one) => one === null)) {
    return skipped(`the server does not say what may be done ${where} (SelfSubjectAccessReview)`);
  }
  const denied = (right: Right): boolean => allowed(right) === false;
  const lacking = needed.filter((one) => one.verb !== 'watch' && denied(one));
  const lost = [...needed.filter((one) => one.verb === 'watch'), ...optional].filter(denied);
  const cure = `bind the ClusterRole ${role} of docs/rbac.md`;
  if (lacking.length > 0) {
    const message = `${command}: may not ${rightsText(lacking)} ${where}`;
    if (weight === 'must') return failed(message, cure);
    return weight === 'should' ? warning(message, cure) : note(message);
  }
  if (lost.length === 0) return ok(`${command}: everything it takes is allowed ${where}`);
  const unwatched = lost.filter((one) => needed.includes(one));
  const losses = [
    ...(unwatched.length > 0 ? ['lists are read again in place of a watch, which is slower'] : []),
    ...new Set(lost.filter((one) => !unwatched.includes(one)).map(({ resource }) => lossOf(resource))),
  ];
  const message = `${command}: works ${where}, without ${rightsText(lost)}: ${losses.join('; ')}`;
  return weight === 'may' ? note(message) : warning(message, cure);
}

/** `list and watch pods, patch deployments.apps`. */
export function rightsText(all: readonly Right[]): string {
  const byResource = Map.groupBy(all, ({ group, resource, name }) => {
    return `${resource}${group === '' ? '' : `.${group}`}${name === null ? '' : `/${name}`}`;
  });
  const byVerbs = Map.groupBy(byResource, ([, alike]) => [...new Set(alike.map(({ verb }) => verb))].join('/'));
  return [...byVerbs].map(([verbs, named]) => `${verbs} ${named.map(([name]) => name).join(', ')}`).join('; ');
}

function lossOf(resource: string): string {
  switch (resource) {
    case 'nodes':
      return 'the worst image of a multi-platform index decides';
    case 'scaledobjects':
      return 'what KEDA scales is not known as managed';
    case 'horizontalpodautoscalers':
    case 'poddisruptionbudgets':
      return 'what is to be known before an act is not';
    case 'namespaces':
      return 'the cluster is told by its address, so its journal may lie in two folders';
    case 'events':
      return 'no Event tells of an act';
    case 'persistentvolumeclaims':
      return 'whether a delete takes claims along is not known';
    default:
      return 'what the cluster or Xray itself rests on is not known, and not protected for that';
  }
}
