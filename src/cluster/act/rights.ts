// Whether the user may do what an act needs, asked of the server before anything is done.
import type { PreflightFinding, Refusal, Target } from '../../core/act.ts';
import type { ApiResource } from '../api-resources.ts';
import { textOrNull, tree, type Tree } from '../tree.ts';
import { write } from './ask.ts';
import { type Context, nameOf } from './context.ts';

export interface Right {
  readonly verb: 'get' | 'list' | 'create' | 'patch' | 'delete';
  readonly api: Pick<ApiResource, 'group' | 'name'>;
  readonly subresource?: string;
  /** Absent for a collection. */
  readonly name?: string;
}

export interface Rights {
  readonly refusals: readonly Refusal[];
  readonly findings: readonly PreflightFinding[];
}

const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** One SelfSubjectAccessReview for each; where none may be asked, that is a finding and the act itself will show. */
export async function reviewRights(context: Context, { namespace }: Target, rights: readonly Right[]): Promise<Rights> {
  const answers = await Promise.all(rights.map((right) => review(context, namespace, right)));
  return {
    refusals: answers.flatMap(({ refusal }) => refusal ?? []),
    findings: answers.flatMap(({ finding }) => finding ?? []),
  };
}

async function review(
  context: Context,
  namespace: string,
  right: Right,
): Promise<{ readonly refusal?: Refusal; readonly finding?: PreflightFinding }> {
  const { verb, api, subresource, name } = right;
  const attributes = { namespace, verb, group: api.group, resource: api.name, subresource, name };
  const body: Tree = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: attributes },
  };
  // A review is no object: there is nothing that a dry run would spare.
  const answer = await write(context, { method: 'POST', path: reviews, dryRun: false, body });
  if (answer.is !== 'ok') {
    const says = `whether you may ${rightWords(right, namespace)} could not be asked: ${answer.says}`;
    return { finding: { topic: 'rights', says } };
  }
  const status = tree(answer.object['status']);
  if (status['allowed'] === true) return {};
  const reason = textOrNull(status['reason']);
  const says = `you may not ${rightWords(right, namespace)}${reason === null ? '' : ` (${reason})`}`;
  return { refusal: { why: 'rights', says } };
}

/** `patch deployments.apps "cart" in namespace "shop"`. */
export function rightWords({ verb, api, subresource, name }: Right, namespace: string): string {
  const resource = `${nameOf(api)}${subresource === undefined ? '' : `/${subresource}`}`;
  return `${verb} ${resource}${name === undefined ? '' : ` "${name}"`} in namespace "${namespace}"`;
}
