// What an answer's body is: protobuf or JSON by its content type, and the server's own words where it refused.
import { ClusterError } from './errors.ts';
import { type Answer, readAll } from './http.ts';
import { openEnvelope, readStatus, type ServerStatus } from './protobuf.ts';
import { integer, text, tree } from './tree.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';

export function isProtobuf({ headers }: Answer): boolean {
  return (headers['content-type'] ?? '').startsWith(protobuf);
}

/** Accept for an object, list or watch. JSON is welcome too where the server has no protobuf for it. */
export function acceptFor(form: {
  readonly metadataOnly: boolean;
  readonly list: boolean;
  readonly jsonOnly?: boolean;
}): string {
  const as = `;as=PartialObjectMetadata${form.list ? 'List' : ''};g=meta.k8s.io;v=v1`;
  const json = `application/json${form.metadataOnly ? `${as},application/json` : ''}`;
  return form.jsonOnly === true ? json : `${protobuf}${form.metadataOnly ? as : ''},${json}`;
}

/** Accept for a watch: protobuf frames, and lines of JSON where the server has no protobuf and they will do. */
export function acceptFrames(form: { readonly metadataOnly: boolean; readonly json: boolean }): string {
  const as = form.metadataOnly ? ';as=PartialObjectMetadata;g=meta.k8s.io;v=v1' : '';
  return `${protobuf}${as};stream=watch${form.json ? `,application/json${as}` : ''}`;
}

/** The body as JSON; throws where it is none, naming what was asked. */
export async function readJson(answer: Answer, what: string): Promise<unknown> {
  const body = await readAll(answer.body);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new ClusterError(
      'answer',
      `${what}: the answer is neither protobuf nor JSON; is this a Kubernetes API server?`,
      { cause },
    );
  }
}

export interface Refusal extends ServerStatus {
  /** How long to leave the server alone, in milliseconds; null where it does not say. */
  readonly retryAfter?: number | null;
}

/** Why the server refused, in its own words where it gave any. */
export async function refusalOf(answer: Answer): Promise<Refusal> {
  const body = await readAll(answer.body);
  const status = statusOf(answer, body);
  // API servers say seconds, never a date.
  const seconds = Number(answer.headers['retry-after'] ?? Number.NaN);
  return { ...status, code: answer.status, retryAfter: seconds > 0 ? seconds * 1000 : null };
}

/** A refusal as an error; `what` is what was asked for, such as `pods in namespace "shop"`. */
export function refused(what: string, { code, message, reason, retryAfter = null }: Refusal): ClusterError {
  const words = message || reason || `status ${code}`;
  return new ClusterError('answer', `cannot read ${what}: ${words}`, {
    status: code,
    serverMessage: words,
    retryAfter,
  });
}

function statusOf(answer: Answer, body: Buffer): ServerStatus {
  try {
    if (isProtobuf(answer)) return openEnvelope(body, readStatus);
    const status = tree(JSON.parse(body.toString('utf8')));
    return { code: integer(status['code']), reason: text(status['reason']), message: text(status['message']) };
  } catch {
    // A proxy's page: its first words say more than nothing.
    const words = body
      .toString('utf8', 0, 200)
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    return { code: answer.status, reason: '', message: words };
  }
}
