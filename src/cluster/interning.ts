// What many objects have in common is kept once: texts, owner references, label maps and container lists. Without it
// 50,000 pods take several times the memory, and most of the time goes into decoding the same texts again.
import type { PbfReader } from 'pbf';
import type { Labels, OwnerReference, PodContainer } from '../core/workload.ts';

export interface Interning {
  /** Reads a protobuf string, and decodes it only the first time. */
  readonly text: (pbf: PbfReader) => string;
  /** The same text for an equal one. */
  readonly same: (text: string) => string;
  readonly owner: (owner: OwnerReference) => OwnerReference;
  /** Of keys and values in turn. */
  readonly labels: (pairs: readonly string[]) => Labels;
  readonly containers: (containers: readonly PodContainer[]) => readonly PodContainer[];
  /** How many entries its tables have. */
  readonly size: () => number;
}

/** For one reading: nothing is ever forgotten. */
export function createInterning(): Interning {
  const known = new Map<string, string>();
  const same = (text: string): string => {
    const found = known.get(text);
    if (found === undefined) known.set(text, text);
    return found ?? text;
  };
  const owners = new Map<string, OwnerReference>();
  const labels = createTrieNode<Labels>('');
  const containers = createTrieNode<readonly PodContainer[]>('');
  const texts = createByteTable(same);
  let nodes = 0;
  const nextNode = <T>(node: TrieNode<T>, text: string): TrieNode<T> => {
    const known = node.only?.text === text ? node.only : node.others?.get(text);
    if (known !== undefined) return known;
    const next = createTrieNode<T>(text);
    if (node.only === null) node.only = next;
    else (node.others ??= new Map<string, TrieNode<T>>()).set(text, next);
    nodes += 1;
    return next;
  };
  return {
    text: texts.read,
    same,
    owner: (owner) => {
      const found = owners.get(owner.uid);
      if (found !== undefined && found.name === owner.name && found.apiVersion === owner.apiVersion) return found;
      owners.set(owner.uid, owner);
      return owner;
    },
    labels: (pairs) => {
      let node = labels;
      for (const text of pairs) node = nextNode(node, text);
      return (node.value ??= record(pairs));
    },
    containers: (list) => {
      let node = containers;
      for (const { role, name, reference, imageID } of list) {
        node = nextNode(nextNode(nextNode(nextNode(node, role), name), reference), imageID);
      }
      return (node.value ??= list.map((one) => ({ ...one })));
    },
    size: () => texts.size() + known.size + owners.size + nodes,
  };
}

function record(pairs: readonly string[]): Labels {
  const labels: Record<string, string> = {};
  for (let i = 0; i + 1 < pairs.length; i += 2) labels[pairs[i] ?? ''] = pairs[i + 1] ?? '';
  return labels;
}

/** Found by walking its texts one by one: no key has to be put together. Most have one that comes next, and no table. */
interface TrieNode<T> {
  readonly text: string;
  only: TrieNode<T> | null;
  others: Map<string, TrieNode<T>> | null;
  value: T | null;
}

function createTrieNode<T>(text: string): TrieNode<T> {
  return { text, only: null, others: null, value: null };
}

/** A hash table from bytes to text, open addressing; only plain ASCII is in it, anything else goes to `same`. */
function createByteTable(same: (text: string) => string) {
  let slots: (string | undefined)[] = Array.from({ length: 16_384 });
  let used = 0;
  const put = (text: string): void => {
    let slot = hashOf(text) & (slots.length - 1);
    while (slots[slot] !== undefined) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = text;
    used += 1;
  };
  const grow = (): void => {
    const texts = slots.filter((text) => text !== undefined);
    slots = Array.from({ length: slots.length * 2 });
    used = 0;
    for (const text of texts) put(text);
  };
  const read = (pbf: PbfReader): string => {
    const { buf } = pbf;
    const at = pbf.pos;
    const length = pbf.readVarint();
    const start = pbf.pos;
    const end = start + length;
    let hash = 0x811c9dc5;
    let bits = 0;
    for (let i = start; i < end; i += 1) {
      const byte = buf[i] ?? 0;
      bits |= byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (bits >= 0x80) {
      pbf.pos = at;
      return same(pbf.readString());
    }
    pbf.pos = end;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const text = slots[slot];
      if (text === undefined) break;
      if (equals(text, buf, start, end)) return text;
    }
    const text = latin1(buf, start, end);
    if (used * 2 > slots.length) grow();
    put(text);
    return text;
  };
  return { read, size: () => used };
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

function equals(text: string, buf: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = start; i < end; i += 1) if (text.charCodeAt(i - start) !== buf[i]) return false;
  return true;
}

function latin1(buf: Uint8Array, start: number, end: number): string {
  return Buffer.from(buf.buffer, buf.byteOffset + start, end - start).toString('latin1');
}
