// Kinds of workloads: the built-in ones, and how another kind is named.

export interface BuiltinKind {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  /** The plural in lower case, as the API server has it. */
  readonly resource: string;
  /** The key in a policy file, as KubeXray spells it. */
  readonly policyKey: string;
  readonly shortNames: readonly string[];
}

export const builtinKinds: readonly BuiltinKind[] = [
  builtin('Deployment', 'apps', 'deployments', 'deployments', ['deploy']),
  builtin('StatefulSet', 'apps', 'statefulsets', 'statefulSets', ['sts']),
  builtin('DaemonSet', 'apps', 'daemonsets', 'daemonSets', ['ds']),
  builtin('ReplicaSet', 'apps', 'replicasets', 'replicaSets', ['rs']),
  builtin('Job', 'batch', 'jobs', 'jobs', []),
  builtin('CronJob', 'batch', 'cronjobs', 'cronJobs', ['cj']),
  builtin('Pod', '', 'pods', 'pods', ['po']),
];

function builtin(
  kind: string,
  group: string,
  resource: string,
  policyKey: string,
  shortNames: readonly string[],
): BuiltinKind {
  return { kind, group, version: 'v1', resource, policyKey, shortNames };
}

/** The group of an apiVersion: `apps` of `apps/v1`, empty for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The built-in kind an object is of; any version of its group, as CronJob was batch/v1beta1 for long. */
export function builtinKindOf(apiVersion: string, kind: string): BuiltinKind | undefined {
  const group = groupOf(apiVersion);
  return builtinKinds.find((one) => one.kind === kind && one.group === group);
}

/**
 * `deployments` or `widgets.example.com`. Where discovery cannot be asked (manifests), the plural is guessed as
 * Kubernetes' own UnsafeGuessKindToResource does.
 */
export function resourceOf(apiVersion: string, kind: string, plural: string = guessPlural(kind)): string {
  const known = builtinKindOf(apiVersion, kind);
  if (known !== undefined) return known.resource;
  const group = groupOf(apiVersion);
  return group === '' ? plural : `${plural}.${group}`;
}

function guessPlural(kind: string): string {
  const lower = kind.toLowerCase();
  if (lower.endsWith('endpoints')) return lower;
  if (lower.endsWith('s')) return `${lower}es`;
  if (lower.endsWith('y')) return `${lower.slice(0, -1)}ies`;
  return `${lower}s`;
}
