// A list in pages, in protobuf where the server has it and else in JSON. The next page is asked for while this one is read.
import type { ClusterConnection } from './connect.ts';
import { acceptFor, isProtobuf, readJson, refusalOf, refused } from './answers.ts';
import { ClusterError } from './errors.ts';
import { type Answer, readAll } from './http.ts';
import { type ProtobufPage, readPage } from './protobuf.ts';
import { type Resource, resourceName, resourcePath } from './resource.ts';
import { list, text, tree } from './tree.ts';

export interface PageOptions {
  /** Objects a page; 0: all in one. */
  readonly chunkSize: number;
  readonly fieldSelector?: string;
}

/** Throws a ClusterError with the status where a page was refused: 410 in the middle means the list must start anew. */
export async function* readPages<T>(
  connection: ClusterConnection,
  resource: Resource<T>,
  namespace: string | null,
  options: PageOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly T[], string> {
  const stop = new AbortController();
  const ask = (from: string): Promise<ProtobufPage<T>> => {
    const both = AbortSignal.any([signal, stop.signal]);
    const page = askPage(connection, resource, queryOf(resource, namespace, options, from), both);
    // Whoever awaits it meets the failure; until then it must not count as unhandled.
    page.catch(() => {});
    return page;
  };
  try {
    let page = await ask('');
    for (;;) {
      const next = page.continue === '' ? null : ask(page.continue);
      yield page.items();
      if (next === null) return page.resourceVersion;
      page = await next;
    }
  } finally {
    stop.abort();
  }
}

function queryOf(resource: Resource<unknown>, namespace: string | null, options: PageOptions, from: string): string {
  const query = new URLSearchParams();
  if (options.chunkSize > 0) query.set('limit', String(options.chunkSize));
  if (options.fieldSelector !== undefined) query.set('fieldSelector', options.fieldSelector);
  if (from !== '') query.set('continue', from);
  const text = query.toString();
  return `${resourcePath(resource, namespace)}${text === '' ? '' : `?${text}`}`;
}

async function askPage<T>(
  connection: ClusterConnection,
  resource: Resource<T>,
  path: string,
  signal: AbortSignal,
): Promise<ProtobufPage<T>> {
  const { metadataOnly } = resource;
  const answer = await connection.request(path, { accept: acceptFor({ metadataOnly, list: true }), signal });
  if (answer.status === 406 || answer.status === 415) {
    answer.body.resume();
    const accept = acceptFor({ metadataOnly, list: true, jsonOnly: true });
    return pageOf(resource, await connection.request(path, { accept, signal }));
  }
  return pageOf(resource, answer);
}

async function pageOf<T>(resource: Resource<T>, answer: Answer): Promise<ProtobufPage<T>> {
  const what = resourceName(resource);
  if (answer.status !== 200) throw refused(what, await refusalOf(answer));
  if (isProtobuf(answer)) return readPage(await readAll(answer.body), resource.readProtobuf);
  const body = tree(await readJson(answer, what));
  if (!Array.isArray(body['items']) && body['items'] !== null) {
    throw new ClusterError('answer', `cannot read ${what}: the answer is no list; is this a Kubernetes API server?`);
  }
  const metadata = tree(body['metadata']);
  return {
    resourceVersion: text(metadata['resourceVersion']),
    continue: text(metadata['continue']),
    items: () => list(body['items']).map(resource.readJson),
  };
}
