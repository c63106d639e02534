// Who asks, and what may he (API.md section 1, "Authorization" and "Rights").

import type { Account, Right } from './data.ts';

export type AuthorizationKind = 'none' | 'bearer' | 'basic' | 'other';

/** `rights: null`: wrong or missing credentials. */
export interface Identity {
  readonly kind: AuthorizationKind;
  readonly rights: ReadonlySet<Right> | null;
}

/** Every right but the administrator's. */
export const usersRights: readonly Right[] = [
  'read',
  'policies',
  'watches',
  'reports',
  'metadata',
  'artifactorySearch',
  'artifactoryRead',
];

/** Without any account everybody may do what takes no administrator. */
export function identify(authorization: string | undefined, accounts: readonly Account[]): Identity {
  const { kind, secret } = parse(authorization);
  if (accounts.length === 0) return { kind, rights: new Set(usersRights) };
  const account = accounts.find((one) => opens(one, kind, secret));
  if (account === undefined) return { kind, rights: null };
  return { kind, rights: new Set(account.rights.includes('admin') ? [...usersRights, 'admin'] : account.rights) };
}

// An access token is accepted as the password of Basic too, whatever the user (API.md section 1; GO, JSC, SIEM).
function opens(account: Account, kind: AuthorizationKind, secret: string): boolean {
  if (kind === 'bearer') return account.token === secret && secret !== '';
  if (kind !== 'basic') return false;
  const cut = secret.indexOf(':');
  const [user, password] = [secret.slice(0, cut), secret.slice(cut + 1)];
  if (password === '') return false;
  return account.token === password || (account.user === user && account.password === password);
}

function parse(authorization: string | undefined): { kind: AuthorizationKind; secret: string } {
  if (authorization === undefined) return { kind: 'none', secret: '' };
  const [scheme = '', value = ''] = authorization.split(' ');
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', secret: value };
  if (scheme.toLowerCase() === 'basic') return { kind: 'basic', secret: Buffer.from(value, 'base64').toString() };
  return { kind: 'other', secret: '' };
}
