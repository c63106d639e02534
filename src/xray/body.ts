// Reads a whole body as bytes, up to a limit, and finds the words in an error's body.

/** Larger than any answer seen; a summary of 100 images may take tens of megabytes. */
const limit = 64 * 2 ** 20;

export type Body =
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'tooLarge'; readonly limit: number };

export async function readBody(response: Response): Promise<Body> {
  if (Number(response.headers.get('content-length') ?? 0) > limit && response.body !== null) {
    await response.body.cancel();
    return { kind: 'tooLarge', limit };
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.byteLength;
    // Leaving the loop cancels the body.
    if (size > limit) return { kind: 'tooLarge', limit };
    pieces.push(piece);
  }
  return { kind: 'whole', text: Buffer.concat(pieces, size).toString() };
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
