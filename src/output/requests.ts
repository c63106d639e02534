// The log of requests (`-v 6`): one line each, and never a header, a body or a credential.
import { printable } from './printable.ts';

/** What a query may show; anything else may be a secret of whoever made the address. */
const shown: ReadonlySet<string> = new Set([
  'allowWatchBookmarks',
  'dryRun',
  'fieldManager',
  'fieldSelector',
  'fieldValidation',
  'labelSelector',
  'limit',
  'projectKey',
  'propagationPolicy',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
]);

/** `outcome`: a status, or why there is none. */
export function requestLine(method: string, url: URL, outcome: number | string, milliseconds: number): string {
  const query = [...url.searchParams].map(([name, value]) => `${name}=${shown.has(name) ? value : '***'}`).join('&');
  const address = `${url.protocol}//${url.host}${url.pathname}${query === '' ? '' : `?${query}`}`;
  const end = typeof outcome === 'number' ? String(outcome) : `failed (${outcome})`;
  return `${printable(`${method} ${address} ${end} in ${Math.round(milliseconds)} ms`)}\n`;
}
