// Label selectors as objects write them.
import type { Labels } from '../../core/workload.ts';
import { list, text, texts, tree } from '../tree.ts';

/** A LabelSelector: everything that it asks for is there. An empty one selects all, none at all selects nothing. */
export function matches(selector: unknown, labels: Labels): boolean {
  if (selector === undefined || selector === null) return false;
  const { matchLabels, matchExpressions } = tree(selector);
  const equal = Object.entries(texts(matchLabels)).every(([key, value]) => labels[key] === value);
  return equal && list(matchExpressions).every((one) => expressionHolds(one, labels));
}

function expressionHolds(expression: unknown, labels: Labels): boolean {
  const { key, operator, values } = tree(expression);
  const value = labels[text(key)];
  const among = value !== undefined && list(values).includes(value);
  switch (operator) {
    case 'In':
      return among;
    case 'NotIn':
      return !among;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
