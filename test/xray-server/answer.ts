// What one call asks and what is answered, and the shapes errors have (API.md section 1, "Errors").

import type { IncomingHttpHeaders } from 'node:http';

import type { Catalog } from './catalog.ts';
import type { Json, JsonObject, Right, StoredImage, World } from './data.ts';

export interface Call {
  readonly method: string;
  /** Below the application's prefix, decoded: `/api/v1/system/ping`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly rights: ReadonlySet<Right>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type ErrorForm = 'xray' | 'platform' | 'registry';

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** The right it takes; null: none, not even credentials. */
  readonly right: Right | null;
  readonly form: ErrorForm;
  /** `groups` are what the path's pattern captured. `never`: it is not answered at all. */
  readonly answer: (call: Call, context: Context, groups: readonly string[]) => Answer | 'never';
}

export interface Context {
  readonly world: World;
  readonly catalog: Catalog;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: () => string;
  /** An image's entry in a summary, serialised once. */
  readonly summaryOf: (image: StoredImage, version: 'v1' | 'v2') => Buffer;
}

export function json(status: number, value: Json, headers: Readonly<Record<string, string>> = {}): Answer {
  return jsonBytes(status, Buffer.from(JSON.stringify(value)), headers);
}

export function jsonBytes(status: number, body: Buffer, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

export function html(status: number, words: string): Answer {
  const body = `<!DOCTYPE html>\n<html><head><title>${words}</title></head><body><h1>${words}</h1></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: Buffer.from(body) };
}

export function plainText(status: number, words: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body: Buffer.from(words) };
}

/** Xray answers `{error}`, the platform `{errors: [{status, message}]}`, the registry `{errors: [{code, message, detail}]}`. */
export function refusal(form: ErrorForm, status: number, message: string, code = 'DENIED'): Answer {
  if (form === 'xray') return json(status, { error: message });
  if (form === 'platform') return json(status, { errors: [{ status, message }] });
  return json(status, { errors: [{ code, message, detail: {} }] });
}

/** The body as a JSON object, or null where it is none. */
export function objectIn(body: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
