import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Access, User } from './access.ts';
import { issueClientCertificate } from './certificates.ts';

export interface KubeconfigOptions {
  /** The cluster-admin unless given. */
  readonly user?: User;
  readonly namespace?: string;
  /** How the user shows who he is; a token unless given. */
  readonly by?: 'token' | 'certificate';
}

/** First line of each file we write, by which we know it again. */
export const mark = "# Written by kubectl-xray's control plane for tests. It may be replaced or removed at any time.";

const name = 'control-plane';

/** A kubeconfig with one cluster, one user and one context, the current one. */
export function kubeconfigText(
  access: Access,
  { user = access.admin, namespace, by = 'token' }: KubeconfigOptions,
): string {
  const context = { cluster: name, user: user.name, ...(namespace === undefined ? {} : { namespace }) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server: access.url, 'certificate-authority-data': base64(access.authority.certificate) } },
    ],
    users: [{ name: user.name, user: by === 'token' ? { token: user.token } : certificateOf(access, user) }],
    contexts: [{ name, context }],
    'current-context': name,
  };
  return `${mark}\n${stringify(config)}`;
}

/** Readers see the file of before or the whole new one. */
export function writeWhole(file: string, text: string): void {
  const staged = `${file}.${process.pid}`;
  try {
    writeFileSync(staged, text, { mode: 0o600, flag: 'wx' });
    renameSync(staged, file);
  } finally {
    rmSync(staged, { force: true });
  }
}

function certificateOf({ authority }: Access, user: User) {
  const { certificate, key } = issueClientCertificate(authority, user.name, user.groups);
  return { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
