// How a manifest's mistakes of shape are told.
import { ClusterError } from './errors.ts';

/** An error that names the place and what stands there, without quoting it: it may be a secret. */
export function wrongShape(where: string, path: string, wanted: string, value: unknown): ClusterError {
  return new ClusterError('manifest', `${where}: ${path} must be ${wanted}, but is ${shapeOf(value)}`);
}

function shapeOf(value: unknown): string {
  if (value === undefined || value === null) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value.trim() === '' ? 'empty' : 'text';
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'true or false' : 'an object';
}
