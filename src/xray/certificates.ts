// When certificates end, so that it can be told before they do.
import { X509Certificate } from 'node:crypto';

/** The earliest end of the certificates in a PEM text, ms since the epoch; null where none can be read. */
export function earliestEnd(pem: string): number | null {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  const ends = blocks.flatMap((block) => endOf(block) ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

function endOf(block: string): number | null {
  try {
    const end = Date.parse(new X509Certificate(block).validTo);
    return Number.isNaN(end) ? null : end;
  } catch {
    return null;
  }
}
