// What a template finds in an object, as kubectl finds it. Where Kubernetes leaves a field out our JSON says null, so within
// a filter null is as good as missing; and a whole number compares with a fraction.
import { goText, goType } from './go-text.ts';
import { TemplateError } from './nodes.ts';
import type { List, Operator, PathNode } from './nodes.ts';

type Values = readonly unknown[];

/** One list of values for each pair of braces and each text, in the order in which they are printed. */
export function evaluateTemplate({ nodes }: List, object: unknown): Values[] {
  const results: Values[] = [];
  const end = evaluateFrom(nodes, 0, object, results);
  if (end !== null) throw new TemplateError('not in range, nothing to end');
  return results;
}

/** Up to the end of the range it stands in, whose place it gives back; null: up to the end of all. */
function evaluateFrom(nodes: readonly PathNode[], from: number, object: unknown, results: Values[]): number | null {
  for (let at = from; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node === undefined) break;
    const word = wordIn(node);
    if (word === 'end') return at;
    const found = walk([object], node);
    if (word === null) {
      results.push(found);
      continue;
    }
    // With nothing to go through, its end has to be found all the same.
    const ends =
      found.length === 0
        ? [evaluateFrom(nodes, at + 1, null, [])]
        : found.map((one) => evaluateFrom(nodes, at + 1, one, results));
    const end = ends.at(-1) ?? null;
    if (end === null) return null;
    at = end;
  }
  return null;
}

function wordIn(node: PathNode): 'range' | 'end' | null {
  if (node.is !== 'list') return null;
  const word = node.nodes.find((one) => one.is === 'word');
  return word?.word ?? null;
}

function walk(input: Values, node: PathNode): Values {
  switch (node.is) {
    case 'list': {
      let values = input;
      for (const one of node.nodes) values = walk(values, one);
      return values;
    }
    case 'text':
      return [node.text];
    case 'value':
      return input.map(() => node.value);
    case 'word':
      return input;
    case 'field':
      return input.flatMap((value) => fieldOf(value, node.name));
    case 'wildcard':
      return input.flatMap(contentsOf);
    case 'recursive':
      return input.flatMap(everythingIn);
    case 'union':
      return node.lists.flatMap((list) => walk(input, list));
    case 'slice':
      return input.flatMap((value) => sliceOf(value, node));
    case 'filter':
      return input.flatMap((value) => filtered(value, node));
    default:
      return node satisfies never;
  }
}

function fieldOf(value: unknown, name: string): Values {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? [(value as Readonly<Record<string, unknown>>)[name]] : [];
}

/** Of a text, its bytes: Go has it so. */
function contentsOf(value: unknown): Values {
  if (typeof value === 'string') return [...new TextEncoder().encode(value)];
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

/** Itself and what is in it, down to every text; numbers and the like hold nothing. */
function everythingIn(value: unknown): Values {
  if (typeof value === 'string') return value === '' ? [] : [value];
  const contents = contentsOf(value);
  return contents.length === 0 ? [] : [value, ...contents.flatMap(everythingIn)];
}

function sliceOf(value: unknown, { from, to, step }: Extract<PathNode, { is: 'slice' }>): Values {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new TemplateError(`${goType(value)} is not array or slice`);
  const items: Values = value;
  const { length } = items;
  const fromEnd = (index: number): number => (index < 0 ? index + length : index);
  const start = fromEnd(from ?? 0);
  const end = to === null ? length : to.derived && to.at === 0 ? length : fromEnd(to.at);
  if (start === end) return [];
  const outside = start >= length || start < 0 ? start : end > length || end < 0 ? end - 1 : null;
  if (outside !== null) {
    throw new TemplateError(`array index out of bounds: index ${outside}, length ${length}`);
  }
  if (start > end) throw new TemplateError(`starting index ${start} is greater than ending index ${end}`);
  if (step !== null && step <= 0) throw new TemplateError('step must be > 0');
  return items.slice(start, end).filter((_, index) => index % (step ?? 1) === 0);
}

function filtered(value: unknown, { left, operator, right }: Extract<PathNode, { is: 'filter' }>): Values {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new TemplateError(`${goText(value)} is not array or slice and cannot be filtered`);
  const items: Values = value;
  return items.filter((item) => {
    const lefts = walk([item], left).filter((one) => one !== null);
    if (operator === 'exists') return lefts.length > 0;
    const rights = walk([item], right).filter((one) => one !== null);
    if (lefts.length === 0 || rights.length === 0) return false;
    if (lefts.length > 1 || rights.length > 1) throw new TemplateError('can only compare one element at a time');
    return compare(lefts[0], operator, rights[0]);
  });
}

function compare(left: unknown, operator: Operator, right: unknown): boolean {
  const type = typeof left;
  if (type === 'object' || typeof right === 'object') throw new TemplateError('invalid type for comparison');
  if (type !== typeof right) throw new TemplateError('incompatible types for comparison');
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (type === 'boolean') throw new TemplateError('invalid type for comparison');
  const [one, other] = [left as string | number, right as string | number];
  switch (operator) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      return one >= other;
    default:
      return operator satisfies never;
  }
}
