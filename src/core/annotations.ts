// The annotations that acts leave on objects, so that colleagues and other machines know: how their texts are made and
// read. Whether one still holds is for `marks.ts` to say.
import type { ActOrder, Actor, Saved, Target } from './act.ts';
import type { Ran } from './image.ts';

export const actedAnnotation = 'kubectl-xray/acted';
export const heldAnnotation = 'kubectl-xray/held';

type SavedField = Extract<Saved, { is: 'field' }>;

/** What was done to the object that carries it, enough to undo it. */
export interface ActedMark {
  readonly action: string;
  /** Of the act. */
  readonly id: string;
  /** Of the object: whoever copies the annotation to another one says nothing by it. */
  readonly uid: string;
  readonly field: SavedField['field'] | null;
  /** The value before; null where it was unset. */
  readonly previous: number | boolean | null;
  readonly value: number | boolean | string | null;
  /** A CronJob's unfinished Jobs, which were suspended with it. */
  readonly others: readonly { readonly name: string; readonly uid: string; readonly before: boolean | null }[];
  readonly digests: readonly string[];
  readonly ran: readonly Ran[];
  readonly conditions: readonly string[];
  /** RFC 3339. */
  readonly time: string;
  readonly actor: string;
  readonly machine: string;
  readonly by: string;
}

/** Written by `restore`: no automatic act until digests or conditions change, or the time has come. */
export interface HeldMark {
  readonly uid: string;
  /** The id of the act that was undone. */
  readonly undoes: string;
  readonly digests: readonly string[];
  readonly conditions: readonly string[];
  /** RFC 3339; null: without an end. */
  readonly until: string | null;
  readonly time: string;
  readonly actor: string;
}

/** The text of `kubectl-xray/acted` for an order about to be carried out. */
export function actedText(order: ActOrder, saved: SavedField, who: Actor, time: string): string {
  const mark: ActedMark = {
    action: order.action,
    id: order.id,
    uid: order.target.uid,
    field: saved.field,
    previous: saved.before,
    value: saved.after,
    others: saved.others.map(({ target, before }) => ({ name: target.name, uid: target.uid, before })),
    digests: order.digests,
    ran: order.ran,
    conditions: order.conditions,
    time,
    actor: who.actor,
    machine: who.machine,
    by: order.by,
  };
  return JSON.stringify(mark);
}

/** The same mark on an object that was made anew: an act before the delete can still be undone. */
export function actedAnew(mark: ActedMark, uid: string): string {
  return JSON.stringify({ ...mark, uid });
}

/** The text of `kubectl-xray/held` for the object of that uid, which an order has brought back. */
export function heldText(order: ActOrder, uid: string, who: Actor, time: string): string {
  const mark: HeldMark = {
    uid,
    undoes: order.restore?.undoes ?? '',
    digests: order.digests,
    conditions: order.conditions,
    until: order.restore?.holdUntil ?? null,
    time,
    actor: who.actor,
  };
  return JSON.stringify(mark);
}

/** Null for a text that names no action and no uid; whatever else has the wrong shape reads as absent. */
export function readActed(json: string | undefined): ActedMark | null {
  const said = parse(json);
  const uid = text(said?.['uid']);
  if (said === null || uid === '' || typeof said['action'] !== 'string') return null;
  return {
    action: said['action'],
    id: text(said['id']),
    uid,
    field: fields.find((field) => field === said['field']) ?? null,
    previous: numberOrBoolean(said['previous']),
    value: typeof said['value'] === 'string' ? said['value'] : numberOrBoolean(said['value']),
    others: othersOf(said['others']),
    digests: texts(said['digests']),
    ran: ranOf(said['ran']),
    conditions: texts(said['conditions']),
    time: text(said['time']),
    actor: text(said['actor']),
    machine: text(said['machine']),
    by: text(said['by']),
  };
}

/** Null for what is no object. The uid is empty where it was not known yet when the object was made anew. */
export function readHeld(json: string | undefined): HeldMark | null {
  const said = parse(json);
  if (said === null) return null;
  return {
    uid: text(said['uid']),
    undoes: text(said['undoes']),
    digests: texts(said['digests']),
    conditions: texts(said['conditions']),
    until: text(said['until']) || null,
    time: text(said['time']),
    actor: text(said['actor']),
  };
}

/** What a mark says was there before, for whoever has no journal of the act; null where it does not say. */
export function savedByMark(mark: ActedMark, { namespace }: Pick<Target, 'namespace'>): SavedField | null {
  if (mark.field === null || mark.value === null) return null;
  const others = mark.others.map(({ name, uid, before }) => ({
    target: { uid, apiVersion: 'batch/v1', kind: 'Job', resource: 'jobs', namespace, name },
    before,
  }));
  return { is: 'field', field: mark.field, before: mark.previous, after: mark.value, others };
}

const fields: readonly SavedField['field'][] = ['replicas', 'scale', 'suspend', 'nodeSelector'];

function othersOf(value: unknown): ActedMark['others'] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) return [];
    const { name, uid, before } = one as Readonly<Record<string, unknown>>;
    if (typeof name !== 'string' || typeof uid !== 'string') return [];
    return [{ name, uid, before: typeof before === 'boolean' ? before : null }];
  });
}

function ranOf(value: unknown): readonly Ran[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) return [];
    const { reference, digest } = one as Readonly<Record<string, unknown>>;
    return typeof reference === 'string' && typeof digest === 'string' ? [{ reference, digest }] : [];
  });
}

function parse(json: string | undefined): Readonly<Record<string, unknown>> | null {
  if (json === undefined) return null;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function numberOrBoolean(value: unknown): number | boolean | null {
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
