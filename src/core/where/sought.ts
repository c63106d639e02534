// What is looked for: a CVE, an issue of Xray's, or a word that is a component or a license.
import { parseComponentQuery } from './component.ts';
import type { ComponentQuery } from './component.ts';

export type Sought =
  | { readonly is: 'cve' | 'issue'; readonly text: string }
  | { readonly is: 'word'; readonly text: string; readonly component: ComponentQuery };

export type SoughtReading = { readonly sought: Sought } | { readonly fault: string; readonly hint: string };

const forms =
  'Write CVE-2021-44228, XRAY-123456, a component (log4j-core, npm://event-stream:3.3.6) or a license (GPL-3.0-only).';

/** In any case; what looks like none of these says so, as finding nothing of it would prove nothing. */
export function readSought(written: string): SoughtReading {
  const text = written.trim();
  const upper = text.toUpperCase();
  if (isCve(upper)) return { sought: { is: 'cve', text: upper } };
  if (/^XRAY-\d+$/.test(upper)) return { sought: { is: 'issue', text: upper } };
  const fault = faultOf(text, upper);
  if (fault !== null) return { fault: `"${text}" ${fault}`, hint: forms };
  return { sought: { is: 'word', text, component: parseComponentQuery(text) } };
}

/** Whether it is the id of a CVE, as Xray writes it: `CVE-2021-44228`. */
export function isCve(text: string): boolean {
  return /^CVE-\d{4}-\d{4,}$/.test(text);
}

function faultOf(text: string, upper: string): string | null {
  if (/^CVE\b/.test(upper)) return 'is no CVE';
  if (upper.startsWith('XRAY-')) return "is no id of Xray's";
  if (upper.startsWith('GHSA-')) return 'is an id of GitHub, which Xray does not know; give its CVE';
  if (/^(SHA256:)?[0-9A-F]{64}$/.test(upper)) return 'is a digest; see status --images';
  if (!/[\p{L}]/u.test(text) || /[\p{C}"'<>|\\]/u.test(text) || text.startsWith('-')) {
    return 'is neither a CVE, nor a component, nor a license';
  }
  return null;
}
