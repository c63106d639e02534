// Who may hand in news. Xray signs nothing (API.md section 5): a header with a token, or Basic credentials, is all the
// proof there is.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface WebhookSecrets {
  /** As `X-Auth-Token` (KubeXray's), as Bearer, or as the password of Basic with any user. */
  readonly token?: string | null;
  /** Of Basic; both or none. */
  readonly user?: string | null;
  readonly password?: string | null;
}

export type Admission = (headers: IncomingHttpHeaders) => boolean;

/** Null where there is no secret. Every comparison takes as long whether it holds or not. */
export function admissionOf({ token, user, password }: WebhookSecrets): Admission | null {
  const wanted = token ? hash(token.trim()) : null;
  const pair = user && password ? hash(`${user}:${password}`) : null;
  if (wanted === null && pair === null) return null;
  return ({ authorization = '', 'x-auth-token': header = '' }) => {
    const [scheme = '', value = ''] = authorization.split(' ');
    const basic = scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString() : '';
    const bearer = scheme.toLowerCase() === 'bearer' ? value : '';
    const ownPassword = basic.slice(basic.indexOf(':') + 1);
    const presented = [String(header), bearer, ownPassword].map((text) => isSame(text, wanted));
    return [...presented, isSame(basic, pair)].includes(true);
  };
}

function isSame(text: string, wanted: Buffer | null): boolean {
  return timingSafeEqual(hash(text), wanted ?? hash('')) && wanted !== null;
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
