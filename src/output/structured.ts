// JSON, YAML and names: compact where it is large, for machines to read.
import { stringify } from 'yaml';
import { groupOf, builtinKindOf } from '../core/kind.ts';
import type { ImageVerdictItem } from '../core/report.ts';
import type { Workload } from '../core/workload.ts';
import { printable } from './printable.ts';

/** Indented up to a size that a person may read; compact where it is large. */
export function json(value: object): string {
  const large = 'items' in value && Array.isArray(value.items) && value.items.length > 100;
  return `${JSON.stringify(value, null, large ? undefined : 4)}\n`;
}

export function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** `deployment.apps/cart`, as `kubectl get -o name` prints it. */
export function nameLine(workload: Pick<Workload, 'apiVersion' | 'kind' | 'name'>): string {
  const group = builtinKindOf(workload.apiVersion, workload.kind)?.group ?? groupOf(workload.apiVersion);
  return `${printable(`${workload.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${workload.name}`)}\n`;
}

/** `registry/repository:tag@sha256:…`, as a registry's client takes it; without a digest where none is known. */
export function imageNameLine({ reference, digest }: Pick<ImageVerdictItem, 'reference' | 'digest'>): string {
  const named = digest === null || reference.includes('@') ? reference : `${reference}@${digest}`;
  return `${printable(named)}\n`;
}
