// Questions that find out how a cluster stands: whether it answers, since when its clock, what the user may do. For
// `doctor`: nothing is read of what runs, and nothing is changed.
import type { Timed } from '../core/doctor/clock.ts';
import { rightKey, isClusterScoped } from '../core/doctor/rights.ts';
import type { Allowed, Right } from '../core/doctor/rights.ts';
import { readJson, refusalOf, refused } from './answers.ts';
import { createDiscovery } from './api-resources.ts';
import type { ClusterConnection } from './connect.ts';
import { ClusterError } from './errors.ts';
import { text, tree } from './tree.ts';

export interface ServerProbed {
  /** `v1.37.2`; null where it does not tell. */
  readonly version: string | null;
  readonly timed: Timed;
}

/** Throws a ClusterError where the server does not answer. It tells its version to everybody whom it knows, as a rule. */
export async function probeServer(connection: ClusterConnection, signal: AbortSignal): Promise<ServerProbed> {
  const { now } = connection.patience;
  try {
    return await askVersion(connection, signal);
  } catch (error) {
    // Who is refused has been answered; another question says whether he is.
    if (!(error instanceof ClusterError) || error.fault !== 'unauthorized') throw error;
    return { version: null, timed: { date: null, sentAt: now(), receivedAt: now() } };
  }
}

async function askVersion(connection: ClusterConnection, signal: AbortSignal): Promise<ServerProbed> {
  const { now } = connection.patience;
  const asked = { accept: 'application/json', signal };
  // The first question makes the connection: the second tells the time.
  (await connection.request('/version', asked)).body.resume();
  const sentAt = now();
  const answer = await connection.request('/version', asked);
  const timed = { date: answer.headers.date ?? null, sentAt, receivedAt: now() };
  if (answer.status === 403) {
    answer.body.resume();
    return { version: null, timed };
  }
  if (answer.status !== 200) throw refused('the version of the server', await refusalOf(answer));
  const body = tree(await readJson(answer, '/version'));
  return { version: text(body['gitVersion']) || null, timed };
}

const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** One SelfSubjectAccessReview for each; `namespace` null: in all of them. */
export async function askRights(
  connection: ClusterConnection,
  rights: readonly Right[],
  namespace: string | null,
  signal: AbortSignal,
): Promise<Allowed> {
  const served = await isServed(connection, 'keda.sh/v1alpha1', signal);
  const answers = await Promise.all(
    rights.map(async (right) => {
      // What is not there needs no right.
      if (right.group === 'keda.sh' && !served) return [rightKey(right), true] as const;
      return [rightKey(right), await review(connection, right, namespace, signal)] as const;
    }),
  );
  const known = new Map(answers);
  return (right) => known.get(rightKey(right)) ?? null;
}

async function isServed(connection: ClusterConnection, groupVersion: string, signal: AbortSignal): Promise<boolean> {
  return (await createDiscovery(connection, signal).resourcesOf(groupVersion)) !== null;
}

async function review(
  connection: ClusterConnection,
  right: Right,
  namespace: string | null,
  signal: AbortSignal,
): Promise<boolean | null> {
  const { group, resource, verb, name } = right;
  const inNamespace = namespace === null || isClusterScoped(right) ? {} : { namespace };
  const resourceAttributes = { group, resource, verb, ...(name === null ? {} : { name }), ...inNamespace };
  const answer = await connection.request(reviews, {
    method: 'POST',
    accept: 'application/json',
    contentType: 'application/json',
    body: JSON.stringify({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    }),
    signal,
  });
  if (answer.status !== 201 && answer.status !== 200) {
    answer.body.resume();
    return null;
  }
  const allowed = tree(tree(await readJson(answer, reviews))['status'])['allowed'];
  return typeof allowed === 'boolean' ? allowed : null;
}
