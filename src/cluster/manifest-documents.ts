// The objects in one manifest: JSON or YAML, any number of documents, lists opened.
import { LineCounter, parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import { ClusterError, wordsOf } from './errors.ts';
import { wrongShape } from './manifest-shape.ts';
import { isTree, list, text, type Tree } from './tree.ts';

export interface Manifest {
  readonly object: Tree;
  /** `shop.yaml: document 2, line 17`. */
  readonly where: string;
}

/** Empty documents are skipped. Throws a ClusterError that says where. */
export function manifestsIn(file: string, source: string): readonly Manifest[] {
  const lineCounter = new LineCounter();
  // What is wrong is told without quoting the file: it may hold secrets.
  const documents = parseAllDocuments(source, { lineCounter, prettyErrors: false, uniqueKeys: false, merge: true });
  return [...documents].flatMap((document, index) => {
    const at = (offset: number): string => `${file}: document ${index + 1}, line ${lineCounter.linePos(offset).line}`;
    const [error] = document.errors;
    if (error !== undefined) throw new ClusterError('manifest', `${at(error.pos[0])}: ${error.message}`);
    const where = at(document.contents?.range?.[0] ?? document.range[0]);
    return opened(contentsOf(document, where), where);
  });
}

function contentsOf(document: Document.Parsed, where: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new ClusterError('manifest', `${where}: ${wordsOf(cause)}`, { cause });
  }
}

function opened(object: unknown, where: string): readonly Manifest[] {
  if (object === null || object === undefined) return [];
  if (!isTree(object)) throw new ClusterError('manifest', `${where}: this is no Kubernetes object`);
  const kind = text(object['kind']);
  if (!kind.endsWith('List') || !('items' in object)) return [{ object, where }];
  const items = object['items'] ?? [];
  if (!Array.isArray(items)) throw wrongShape(where, 'items', 'a list', items);
  const itemKind = kind.slice(0, -'List'.length);
  const ofList = itemKind === '' ? {} : { kind: itemKind, apiVersion: object['apiVersion'] };
  return list(items).flatMap((item, index) => opened(withKind(item, ofList), `${where}, item ${index + 1}`));
}

/** As kubectl's decoder: an item of a DeploymentList that says nothing of its kind is a Deployment. */
function withKind(item: unknown, ofList: Tree): unknown {
  if (!isTree(item)) return item;
  const kind = item['kind'] || ofList['kind'];
  const apiVersion = item['apiVersion'] || ofList['apiVersion'];
  return { ...item, kind, apiVersion };
}
