// Lines of the journal as they stand in its file: JSON, with the version of their form first.
import type { JournalLine } from '../core/act.ts';

const version = 1;

export function encodeLine(line: JournalLine): string {
  return JSON.stringify({ v: version, ...line });
}

/** `damaged`: not even JSON. `foreign`: of another version or shape, so that nothing is made of it. */
export type Decoded =
  | { readonly is: 'line'; readonly line: JournalLine }
  | { readonly is: 'damaged' }
  | { readonly is: 'foreign' };

export function decodeLine(text: string): Decoded {
  const value = parse(text);
  if (value === undefined) return { is: 'damaged' };
  if (!isTree(value) || value['v'] !== version || !hasShape(value)) return { is: 'foreign' };
  const { v: _version, ...line } = value;
  return { is: 'line', line: line as unknown as JournalLine };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const time: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value);
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const yesOrNo: Check = (value) => typeof value === 'boolean';
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isTree(value) && Object.entries(checks).every(([key, check]) => check(value[key]));

const target = fields({ uid: text, apiVersion: text, kind: text, resource: text, namespace: text, name: text });
const actor = { actor: text, machine: text };
const savedField = fields({ is: oneOf('field'), field: text, others: Array.isArray });
const savedManifest = fields({ is: oneOf('manifest'), manifest: isTree });
const saved: Check = (value) => savedField(value) || savedManifest(value);

const order = fields({
  id: text,
  action: oneOf('scaledown', 'delete', 'restore'),
  target,
  by: oneOf('policy', 'hand'),
  reason: fields({ condition: orNull(text), rule: orNull(text), evidence: texts }),
  digests: texts,
  conditions: texts,
  acceptDataLoss: yesOrNo,
  restore: orNull(fields({ undoes: text, saved })),
});

const shapes: Readonly<Record<JournalLine['type'], Check>> = {
  Intended: fields({
    at: time,
    order,
    saved: orNull(saved),
    undo: fields({ grade: oneOf('full', 'partial', 'none'), means: text }),
    ...actor,
  }),
  Ended: fields({
    at: time,
    id: text,
    outcome: oneOf('accepted', 'effective', 'stuck', 'refused', 'failed'),
    message: orNull(text),
  }),
  Refused: fields({ at: time, order, message: text, ...actor }),
  Ignored: fields({ at: time, target, covers: text, until: orNull(text), reason: orNull(text), ...actor }),
  Paused: fields({ at: time, by: oneOf('limit', 'breaker'), message: text }),
  Resumed: fields({ at: time, ...actor }),
};

function hasShape(value: Tree): boolean {
  const { type } = value;
  return typeof type === 'string' && Object.hasOwn(shapes, type) && shapes[type as JournalLine['type']](value);
}
