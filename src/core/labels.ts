// Label selectors, as `kubectl -l` has them: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas.
import { UsageError } from './errors.ts';
import type { Labels } from './workload.ts';

export type LabelSelector = readonly Requirement[];

interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'absent';
  readonly values: readonly string[];
}

/** Reads a selector; a UsageError names the part that makes no sense. */
export function parseLabelSelector(text: string): LabelSelector {
  return splitOutsideBrackets(text)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseRequirement);
}

export function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = labels[key];
    switch (operator) {
      case 'in':
        return value !== undefined && values.includes(value);
      case 'notin':
        return value === undefined || !values.includes(value);
      case 'exists':
        return value !== undefined;
      case 'absent':
        return value === undefined;
      default:
        return operator satisfies never;
    }
  });
}

function splitOutsideBrackets(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

const keyForm = String.raw`[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?`;
const setForm = new RegExp(String.raw`^(${keyForm})\s+(in|notin)\s*\(([^()]*)\)$`);
const equalForm = new RegExp(String.raw`^(${keyForm})\s*(==|=|!=)\s*([A-Za-z0-9._-]*)$`);
const existsForm = new RegExp(`^(!?)\\s*(${keyForm})$`);

function parseRequirement(part: string): Requirement {
  const set = setForm.exec(part);
  if (set !== null) {
    const values = (set[4] ?? '').split(',').map((value) => value.trim());
    return { key: set[1] ?? '', operator: set[3] === 'in' ? 'in' : 'notin', values };
  }
  const equal = equalForm.exec(part);
  if (equal !== null) {
    return { key: equal[1] ?? '', operator: equal[3] === '!=' ? 'notin' : 'in', values: [equal[4] ?? ''] };
  }
  const exists = existsForm.exec(part);
  if (exists !== null) return { key: exists[2] ?? '', operator: exists[1] === '!' ? 'absent' : 'exists', values: [] };
  throw new UsageError(
    `"${part}" is no label selector`,
    'write -l app=cart, -l "app in (cart,pay)", -l app or -l "!app"',
  );
}
