// Who we are to the server: from a kubeconfig's user to the headers and certificate that each request carries.
import { readFileSync } from 'node:fs';
import { tokensOf } from './auth-provider.ts';
import { ClusterError, wordsOf } from './errors.ts';
import { execCredential, type ExecCredential, type ExecSurroundings } from './exec-credential.ts';
import { list, text, tree, type Tree } from './tree.ts';

export interface Certificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface Credential {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly certificate: Certificate | null;
}

export interface Credentials {
  /** What holds now; a plugin runs, or a file is read, only when what is known has expired. */
  readonly current: () => Promise<Credential>;
  /** After a 401 for a request that carried this credential. True if another one may be had by asking again. */
  readonly renew: (used: Credential) => boolean;
}

export interface CredentialSurroundings extends ExecSurroundings {
  readonly now: () => number;
  readonly userName: string;
}

/** How long a token file is trusted before it is read again, as client-go has it; milliseconds. */
const tokenFileAge = 60_000;

/** Reads certificate files at once, so that a wrong path is told before anything is asked. */
export function credentialsOf(user: Tree, surroundings: CredentialSurroundings): Credentials {
  const own = certificateOf(user, surroundings.userName);
  const bearer = bearerOf(user, surroundings);
  const impersonation = impersonationOf(user);
  return {
    current: async () => {
      const { authorization, certificate } = await bearer.current();
      const headers = { ...impersonation, ...(authorization === null ? {} : { authorization }) };
      return { headers, certificate: certificate ?? own };
    },
    renew: (used) => bearer.renew(used.headers['authorization']),
  };
}

/** Contents of a file, or of its base64 twin, which wins as in client-go. */
export function fileOrData(entry: Tree, key: string, owner: string): Buffer | null {
  const data = text(entry[`${key}-data`]);
  if (data !== '') return Buffer.from(data, 'base64');
  const file = text(entry[key]);
  if (file === '') return null;
  return readCredentialFile(file, `${key} of ${owner}`);
}

function readCredentialFile(file: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ClusterError('configuration', `unable to read ${what}: ${wordsOf(error)}`, { cause: error });
  }
}

function certificateOf(user: Tree, name: string): Certificate | null {
  const owner = `user "${name}"`;
  const cert = fileOrData(user, 'client-certificate', owner);
  const key = fileOrData(user, 'client-key', owner);
  if (cert === null && key === null) return null;
  if (cert === null || key === null) {
    const missing = cert === null ? 'client-certificate' : 'client-key';
    throw new ClusterError(
      'configuration',
      `${owner} has no ${missing}; a client certificate needs both certificate and key`,
    );
  }
  return { cert, key };
}

interface Bearer {
  readonly current: () => Promise<{ readonly authorization: string | null; readonly certificate?: Certificate | null }>;
  /** What was renewed meanwhile, for another request, is not dropped again. */
  readonly renew: (used: unknown) => boolean;
}

function bearerOf(user: Tree, surroundings: CredentialSurroundings): Bearer {
  const token = text(user['token']);
  if (token !== '') return fixed(`Bearer ${token}`);
  const tokenFile = text(user['tokenFile']);
  if (tokenFile !== '') return fromFile(tokenFile, surroundings);
  const name = text(user['username']);
  if (name !== '') return fixed(`Basic ${Buffer.from(`${name}:${text(user['password'])}`).toString('base64')}`);
  if (user['exec'] !== undefined && user['exec'] !== null) return fromPlugin(tree(user['exec']), surroundings);
  if (user['auth-provider'] !== undefined && user['auth-provider'] !== null)
    return fromProvider(tree(user['auth-provider']), surroundings);
  return fixed(null);
}

function fixed(authorization: string | null): Bearer {
  return { current: async () => ({ authorization }), renew: () => false };
}

function fromFile(file: string, { now, userName }: CredentialSurroundings): Bearer {
  let known: { readonly authorization: string; readonly readAt: number } | null = null;
  return {
    current: async () => {
      if (known === null || now() - known.readAt >= tokenFileAge) {
        const token = readCredentialFile(file, `tokenFile of user "${userName}"`).toString('utf8').trim();
        known = { authorization: `Bearer ${token}`, readAt: now() };
      }
      return known;
    },
    renew: (used) => {
      if (known?.authorization === used) known = null;
      return true;
    },
  };
}

function fromPlugin(exec: Tree, surroundings: CredentialSurroundings): Bearer {
  let known: Promise<ExecCredential> | null = null;
  let last: string | null = null;
  const ask = () => {
    known = execCredential(exec, surroundings);
    return known;
  };
  return {
    current: async () => {
      let credential = await (known ?? ask());
      if (credential.expiresAt !== null && credential.expiresAt <= surroundings.now()) credential = await ask();
      const { token, cert, key } = credential;
      last = token === null ? null : `Bearer ${token}`;
      return {
        authorization: last,
        certificate: cert === null || key === null ? null : { cert, key },
      };
    },
    renew: (used) => {
      if (last === (used ?? null)) known = null;
      return true;
    },
  };
}

function fromProvider(provider: Tree, { userName }: CredentialSurroundings): Bearer {
  const token = tokensOf(provider, userName);
  return { current: async () => ({ authorization: await token() }), renew: () => false };
}

function impersonationOf(user: Tree): Record<string, string | readonly string[]> {
  const as = text(user['as']);
  const groups = list(user['as-groups']).map(String);
  const uid = text(user['as-uid']);
  const extra = Object.entries(tree(user['as-user-extra'])).map(
    ([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, list(values).map(String)] as const,
  );
  if (as === '') {
    if (groups.length === 0 && uid === '' && extra.length === 0) return {};
    throw new ClusterError(
      'configuration',
      'requesting uid, groups or user-extra without impersonating a user: --as is missing',
    );
  }
  return {
    'Impersonate-User': as,
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups }),
    ...(uid === '' ? {} : { 'Impersonate-Uid': uid }),
    ...Object.fromEntries(extra),
  };
}
