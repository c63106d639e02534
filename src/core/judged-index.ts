// Where to find judgements: kept beside them, so that a turn costs what it touched and not what there is.
import type { Judgement } from './judgement.ts';
import type { Target } from './act.ts';

/** Written by `judged.ts` alone. Each holds uids of workloads judged. */
export interface JudgedIndex {
  /** Those that the policy calls for an act on. */
  readonly calling: ReadonlySet<string>;
  /** Those that carry `kubectl-xray/acted`, whether they are still stopped or not. */
  readonly acted: ReadonlySet<string>;
  /** By kind, namespace and name. */
  readonly named: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Writable {
  readonly calling: Set<string>;
  readonly acted: Set<string>;
  readonly named: Map<string, Set<string>>;
}

export function emptyIndex(): JudgedIndex {
  return { calling: new Set(), acted: new Set(), named: new Map() };
}

/** The name that an object and one made again in its place have in common. */
export function nameOf({ kind, namespace, name }: Pick<Target, 'kind' | 'namespace' | 'name'>): string {
  return `${namespace}/${kind}/${name}`;
}

export function addToIndex(index: JudgedIndex, { workload, decided }: Judgement): void {
  const { calling, acted, named } = index as Writable;
  const { uid } = workload;
  if (decided.decision.action !== 'ignore') calling.add(uid);
  if (workload.acted !== null || workload.broughtUp !== null) acted.add(uid);
  const name = nameOf(workload);
  const namesakes = named.get(name);
  if (namesakes === undefined) named.set(name, new Set([uid]));
  else namesakes.add(uid);
}

export function removeFromIndex(index: JudgedIndex, { workload }: Judgement): void {
  const { calling, acted, named } = index as Writable;
  calling.delete(workload.uid);
  acted.delete(workload.uid);
  const name = nameOf(workload);
  const namesakes = named.get(name);
  namesakes?.delete(workload.uid);
  if (namesakes?.size === 0) named.delete(name);
}
