// Who is acting, by the name that the cluster knows him by.
import type { ClusterConnection } from '../connect.ts';
import { textOrNull, tree } from '../tree.ts';
import { readJson } from '../answers.ts';

const reviews = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** By a SelfSubjectReview (since Kubernetes 1.28, for everybody); the kubeconfig's name where the cluster does not say. */
export async function readUserName(connection: ClusterConnection, signal: AbortSignal): Promise<string> {
  const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
  const answer = await connection.request(reviews, { method: 'POST', accept: 'application/json', body, signal });
  const named = connection.userName || 'unknown';
  if (answer.status >= 300) {
    answer.body.resume();
    return named;
  }
  const status = tree(tree(await readJson(answer, reviews))['status']);
  return textOrNull(tree(status['userInfo'])['username']) ?? named;
}
