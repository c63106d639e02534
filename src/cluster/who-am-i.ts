// Who asks, as the cluster itself names him.
import { readJson } from './answers.ts';
import type { ClusterConnection } from './connect.ts';
import { ClusterError } from './errors.ts';
import { text, tree } from './tree.ts';

/** By a SelfSubjectReview, which every user may make; a server before 1.28 may not know it: then the kubeconfig's name. */
export async function whoAmI(connection: ClusterConnection, signal: AbortSignal): Promise<string> {
  for (const version of ['v1', 'v1beta1']) {
    const path = `/apis/authentication.k8s.io/${version}/selfsubjectreviews`;
    const apiVersion = `authentication.k8s.io/${version}`;
    const body = JSON.stringify({ apiVersion, kind: 'SelfSubjectReview' });
    const asked = { method: 'POST', accept: 'application/json', contentType: 'application/json', body, signal };
    const answer = await connection.request(path, asked);
    if (answer.status === 201 || answer.status === 200)
      return userIn(await answered(answer, path)) || nameless(connection);
    answer.body.resume();
    if (answer.status !== 404) break;
  }
  return nameless(connection);
}

async function answered(answer: Parameters<typeof readJson>[0], path: string): Promise<unknown> {
  return readJson(answer, path).catch((error: unknown) => {
    if (error instanceof ClusterError) return null;
    throw error;
  });
}

function userIn(review: unknown): string {
  return text(tree(tree(tree(review)['status'])['userInfo'])['username']);
}

function nameless({ userName }: ClusterConnection): string {
  return userName || 'unknown';
}
