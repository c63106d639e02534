// Reads the text of a summary, a large one artifact by artifact. What V8 makes of a text of more than 100 KB it puts where
// only a full collection frees it; of a summary of 100 images that is twice its 2 MB, of which little is kept.
import type { Digest } from '../core/image.ts';
import { readSummary } from './wire-summary.ts';
import type { SummaryBody } from './wire-summary.ts';

/** Null where it is JSON but no summary; throws a SyntaxError where it is no JSON. */
export function readSummaryText(text: string): SummaryBody | null {
  return (text.length < large ? null : readApart(text)) ?? readSummary(JSON.parse(text));
}

const large = 100 * 1024;

/** How each artifact begins, as Xray writes it. Within a text its quotes would be escaped. */
const beginning = '{"general":{';

/** Null where the text is not of that form: then it is read as a whole. */
function readApart(text: string): SummaryBody | null {
  const starts = startsIn(text);
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined || !text.slice(0, first).endsWith('"artifacts":[')) return null;
  try {
    // The body with its last artifact alone; a piece that is cut anywhere but between two artifacts is no JSON.
    return readSummary(JSON.parse(text.slice(0, first) + text.slice(last)), artifactsIn(text, starts));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function startsIn(text: string): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(`,${beginning}`, at) + 1 || -1) starts.push(at);
  return starts;
}

/** All but the last. */
function* artifactsIn(text: string, starts: readonly number[]): Iterable<unknown> {
  for (let nth = 0; nth + 1 < starts.length; nth += 1) {
    yield JSON.parse(text.slice(starts[nth], (starts[nth + 1] ?? 0) - 1));
  }
}

/**
 * Those of the digests that a summary names at its end as not indexed, and nowhere else: what follows from it need not wait
 * until the rest is understood. None where it is not as Xray writes it.
 */
export function notIndexedAtEnd(body: Buffer, digests: readonly string[]): readonly string[] {
  const start = body.lastIndexOf('"errors":[');
  if (start < 0 || body.byteLength - start > large) return [];
  const errors = errorsIn(`{"artifacts":[],${body.toString('utf8', start)}`);
  return digests.filter(
    (digest) =>
      errors?.notIndexed.has(digest as Digest) === true && body.indexOf(digest.replace('sha256:', '')) > start,
  );
}

function errorsIn(text: string): SummaryBody | null {
  try {
    return readSummary(JSON.parse(text));
  } catch {
    return null;
  }
}
