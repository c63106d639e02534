// Requests of an act and what became of them: reads, lists, and writes, of which it is always known whether they were
// refused, carried out, or may have been either.
import { readJson } from '../answers.ts';
import { ClusterError, codeOf, wordsOf } from '../errors.ts';
import { type Answer, readAll } from '../http.ts';
import { list, text, textOrNull, tree, type Tree } from '../tree.ts';
import type { Context } from './context.ts';
import { refusalWords } from './words.ts';

export type Read =
  | { readonly is: 'ok'; readonly object: Tree }
  | { readonly is: 'refused'; readonly status: number; readonly says: string };

/** `unknown`: it was sent, but whether the server did it is not known. */
export type Written = Read | { readonly is: 'unknown'; readonly says: string };

export interface Write {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** The server checks everything and changes nothing. */
  readonly dryRun: boolean;
  readonly body: Tree;
}

export type Listed =
  /** `whole` is false where there are more than were read. */
  | { readonly is: 'listed'; readonly items: readonly Tree[]; readonly whole: boolean }
  | { readonly is: 'refused'; readonly status: number; readonly says: string };

export const fieldManager = 'kubectl-xray';

const pageSize = 500;
const mostPages = 20;
const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** One object as JSON. Throws a ClusterError where the server cannot be reached. */
export async function readObject(context: Context, path: string): Promise<Read> {
  const { connection, signal } = context;
  const answer = await connection.request(path, { accept: 'application/json', signal });
  if (answer.status !== 200) return refused(answer);
  return { is: 'ok', object: tree(await readJson(answer, path)) };
}

/** Null for whatever goes wrong: for looks between two writes. */
export async function readQuietly(context: Context, path: string): Promise<Tree | null> {
  const read = await readObject(context, path).catch(() => null);
  return read?.is === 'ok' ? read.object : null;
}

/** At most 10,000 objects of a collection, as JSON; `metadata`: nothing else of them. */
export async function listObjects(context: Context, path: string, metadata: boolean): Promise<Listed> {
  const { connection, signal } = context;
  const accept = metadata ? metadataOnly : 'application/json';
  const items: Tree[] = [];
  let from: string | null = '';
  for (let page = 0; page < mostPages && from !== null; page += 1) {
    const query = new URLSearchParams({ limit: String(pageSize), ...(from === '' ? {} : { continue: from }) });
    const answer = await connection.request(`${path}${path.includes('?') ? '&' : '?'}${query.toString()}`, {
      accept,
      signal,
    });
    // The list has changed too much between two pages: what is there so far is not all.
    if (answer.status === 410) {
      answer.body.resume();
      break;
    }
    if (answer.status !== 200) return refused(answer);
    const read = tree(await readJson(answer, path));
    items.push(...list(read['items']).map(tree));
    from = textOrNull(tree(read['metadata'])['continue']);
  }
  return { is: 'listed', items, whole: from === null };
}

/** Never repeated, but for a 429. Never throws for what happens on the way. */
export async function write(context: Context, { method, path, dryRun, body }: Write): Promise<Written> {
  const { connection, signal } = context;
  if (signal.aborted) return { is: 'refused', status: 0, says: 'interrupted before the server was asked' };
  const query = new URLSearchParams({ ...(dryRun ? { dryRun: 'All' } : {}), ...managed(method) }).toString();
  try {
    const answer = await connection.request(query === '' ? path : `${path}?${query}`, {
      method,
      accept: 'application/json',
      contentType: method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      body: JSON.stringify(body),
      signal,
    });
    if (answer.status < 300) return { is: 'ok', object: tree(await readJson(answer, path)) };
    const { status, says } = await refused(answer);
    // A server that gave up waiting may still have done it.
    return status >= 500 && !dryRun ? { is: 'unknown', says } : { is: 'refused', status, says };
  } catch (error) {
    const says = signal.aborted ? 'interrupted' : wordsOf(error);
    const sent = signal.aborted || !(error instanceof ClusterError) || wasSent(error);
    const status = error instanceof ClusterError ? (error.status ?? 0) : 0;
    return sent && !dryRun ? { is: 'unknown', says } : { is: 'refused', status, says };
  }
}

function managed(method: Write['method']): Readonly<Record<string, string>> {
  return method === 'DELETE' ? {} : { fieldManager };
}

/** Whether anything can have reached the server. */
function wasSent(error: ClusterError): boolean {
  if (error.fault !== 'unreachable') return error.fault === 'answer';
  const code = codeOf(error.cause) || (error.cause instanceof Error ? codeOf(error.cause.cause) : '');
  return !/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$|CERT|SIGNED|ISSUER|ALTNAME/.test(code);
}

async function refused(answer: Answer): Promise<Extract<Read, { is: 'refused' }>> {
  const body = (await readAll(answer.body)).toString('utf8');
  return { is: 'refused', status: answer.status, says: refusalWords(answer.status, parsed(body), text(body)) };
}

function parsed(body: string): Tree {
  try {
    return tree(JSON.parse(body));
  } catch {
    return {};
  }
}
