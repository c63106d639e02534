// Names that look random and are the same in every run: digests, uids, and the tails of pods' names.
import type { Digest } from '../core/image.ts';

export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => minutes(60) * count;
export const days = (count: number): number => hours(24) * count;

export function digestOf(text: string): Digest {
  return `sha256:${hexOf(text, 64)}`;
}

/** In the shape of a UUID. */
export function uidOf(text: string): string {
  const hex = hexOf(text, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

/** Five letters and digits, as Kubernetes ends generated names. */
export function tailOf(text: string): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return [0, 1, 2, 3, 4].map((place) => alphabet[hash(text, place) % alphabet.length]).join('');
}

/** As Xray numbers its issues. */
export function issueIdOf(text: string): string {
  return `XRAY-${100_000 + (hash(text, 0) % 600_000)}`;
}

function hexOf(text: string, length: number): string {
  let hex = '';
  for (let seed = 0; hex.length < length; seed += 1) hex += hash(text, seed).toString(16).padStart(8, '0');
  return hex.slice(0, length);
}

/** FNV-1a with a last mix, 32 bits: enough to make names up, and no use for anything else. */
function hash(text: string, seed: number): number {
  let value = (0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1)) >>> 0;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
