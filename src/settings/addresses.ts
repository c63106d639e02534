// Addresses of servers as users write them.
import { mistake, words } from './fields.ts';
import type { Reader } from './fields.ts';

/** What is wrong with an address, in words that show no password; null where nothing is. */
export function addressFault(text: string): string | null {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return 'is not a whole address; write it with its scheme, such as https://acme.jfrog.io';
  }
  const url = URL.parse(text);
  if (url === null || url.hostname === '') return 'is not an address; write it as https://acme.jfrog.io';
  if (url.username !== '' || url.password !== '') {
    return 'has credentials in it; take them out and name a file by tokenFile or --xray-token-file';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'is neither https:// nor http://';
  if (url.search !== '' || url.hash !== '') return 'has a query or a fragment; write the address up to the path';
  return null;
}

/** Without slashes at its end; only for an address without fault. */
export function tidyAddress(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

/** Scheme, host and port are the same: what may be told the one may be told the other. */
export function sameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

/** Plain http to another machine. */
export function isPlainRemote(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  return protocol === 'http:' && !loopback && !hostname.endsWith('.localhost');
}

/** An address, tidied. */
export const address: Reader<string> = (tree, path, notes) => {
  const text = words(tree, path, notes);
  if (text === undefined) return undefined;
  const fault = addressFault(text);
  return fault === null ? tidyAddress(text) : mistake(notes, tree.at, path, fault);
};
