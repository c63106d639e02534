// `-o jsonpath=…`: what a template finds in objects, printed as kubectl prints it: no newline of its own, several values
// with a blank between them, objects and lists as JSON.
import { printable } from '../printable.ts';
import { evaluateTemplate } from './evaluate.ts';
import { goJson, goText } from './go-text.ts';
import type { List } from './nodes.ts';

/** Throws a TemplateError where the template does not fit the object. */
export function printTemplate(template: List, object: unknown): string {
  return evaluateTemplate(template, object)
    .map((values) => values.map(textOf).join(' '))
    .join('');
}

/** `-o jsonpath-as-json=…`: each list of values as JSON. */
export function printTemplateAsJson(template: List, object: unknown): string {
  return evaluateTemplate(template, object)
    .map((values) => `${goJson(values, 4)}\n`)
    .join('');
}

function textOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return shown(goJson(value));
  return shown(goText(value));
}

/** Lines and tabs stay what they are; what could steer a terminal is only shown. */
function shown(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, printable);
}
