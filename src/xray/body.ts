// Reads a whole body as bytes, up to a limit, and finds the words in an error's body.
import type { Reply } from './send.ts';

/** Larger than any answer seen; a summary of 100 images may take tens of megabytes. */
const limit = 64 * 2 ** 20;

export type Body =
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'tooLarge'; readonly limit: number };

/** A large body is handed on in a turn of its own: what follows from one goes out before the next is looked at. */
export async function readBody(reply: Reply, ownTurn: OwnTurn, peek?: (body: Buffer) => void): Promise<Body> {
  const announced = Number(reply.header('content-length') ?? 0);
  if (announced > limit) {
    reply.discard();
    return { kind: 'tooLarge', limit };
  }
  // One buffer that grows takes 20 MB of answers with 0.04 s less than a list of pieces.
  let bytes = Buffer.allocUnsafe(announced || 65_536);
  let size = 0;
  for await (const piece of reply.body) {
    const needed = size + piece.byteLength;
    // Leaving the loop cancels the body.
    if (needed > limit) return { kind: 'tooLarge', limit };
    if (needed > bytes.byteLength) bytes = Buffer.concat([bytes], Math.max(needed, 2 * bytes.byteLength));
    bytes.set(piece, size);
    size = needed;
  }
  if (size >= large) {
    peek?.(bytes.subarray(0, size));
    await ownTurn();
  }
  return { kind: 'whole', text: bytes.toString('utf8', 0, size) };
}

/** So much takes milliseconds to understand. */
const large = 128 * 1024;

/**
 * Each resolves in another turn of the event loop, in the order they were asked for, with one turn between them for what
 * follows from the one before.
 */
export type OwnTurn = () => Promise<void>;

export function createOwnTurn(): OwnTurn {
  let last = Promise.resolve();
  return () => (last = last.then(nextTurn).then(nextTurn));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** API.md section 1, "Errors": `{error}`, `{errors: [{message}]}`, a bare JSON string; nothing of HTML. */
export function saidIn(text: string): string {
  const parsed = parse(text);
  return words(parsed).replaceAll(/\s+/g, ' ').trim();
}

function words(body: unknown): string {
  if (typeof body === 'string') return body;
  if (typeof body !== 'object' || body === null) return '';
  const { error, errors, message } = body as { error?: unknown; errors?: unknown; message?: unknown };
  if (typeof error === 'string') return error;
  if (Array.isArray(errors) && errors.length > 0) return words(errors[0]);
  return typeof message === 'string' ? message : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
