// Tokens of a kubeconfig's `auth-provider`: as kubectl, of OIDC alone. The library knows that; it is slow to load, and few
// still use it. No error quotes a token.
import { ClusterError, wordsOf } from './errors.ts';
import { text, tree, type Tree } from './tree.ts';

/** What kubectl has in place of those that it no longer knows. They would run a program, found by a shell. */
const successors: Readonly<Record<string, string>> = { gcp: 'gke-gcloud-auth-plugin', azure: 'kubelogin' };

/** Asks for a token that holds now, renewed where that is needed. Throws a ClusterError where there is no such provider. */
export function tokensOf(provider: Tree, userName: string): () => Promise<string> {
  const kind = text(provider['name']);
  if (kind !== 'oidc') {
    const successor = successors[kind];
    const cure = successor === undefined ? '' : `; use the credential plugin ${successor} instead, as kubectl does`;
    throw new ClusterError('configuration', `no Auth Provider found for name "${kind}" of user "${userName}"${cure}`);
  }
  const loaded = oidcTokens(tree(provider['config']));
  // Whoever asks first meets the failure; before that it must not end the program.
  loaded.catch(() => {});
  return async () => {
    try {
      return await (
        await loaded
      )();
    } catch (error) {
      throw new ClusterError(
        'configuration',
        `getting credentials: auth-provider "oidc" of user "${userName}": ${whyNot(error)}; log in again`,
      );
    }
  };
}

async function oidcTokens(config: Tree): Promise<() => Promise<string>> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const [name, library] = ['oidc', new KubeConfig()];
  // The library hands it on as it is, and what it hands it to wants a URL.
  const issuer = URL.parse(text(config['idp-issuer-url']));
  library.loadFromOptions({
    clusters: [{ name, server: 'https://localhost', skipTLSVerify: false }],
    users: [{ name, authProvider: { name, config: { ...config, 'idp-issuer-url': issuer } } }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  return async () => {
    const options: { headers?: Record<string, unknown> } = {};
    await library.applyToHTTPSOptions(options as Parameters<typeof library.applyToHTTPSOptions>[0]);
    const authorization = text(options.headers?.['Authorization']);
    if (authorization !== '') return authorization;
    throw new Error(
      'it has no id-token that holds, and renews none without refresh-token, client-id and idp-issuer-url',
    );
  };
}

function whyNot(error: unknown): string {
  // Whoever cannot read a token quotes it.
  if (error instanceof SyntaxError) return 'its id-token is damaged';
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${wordsOf(error)}${cause}`;
}
