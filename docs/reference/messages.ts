// Reads out of the source which errors a user can come to see, so that docs/troubleshooting.md cannot forget one.

export interface Messages {
  /** What an error may say; `…` stands for what differs from time to time. */
  readonly said: readonly string[];
  /** Errors whose words are made elsewhere, as they are written in the source. */
  readonly madeElsewhere: readonly string[];
}

/** What makes an error that is printed after `error:`, and which of its arguments holds the words. */
const makers: Readonly<Record<string, number>> = {
  'new UsageError': 0,
  'new RunError': 0,
  'new StateError': 0,
  'new ClusterError': 1,
  cannot: 0,
  write: 0,
};
const made = /(?<!function )\b(new (?:UsageError|RunError|StateError|ClusterError)|cannot|write)\(/g;

/** The messages of the errors that one file makes. */
export function messagesIn(source: string): Messages {
  const said: string[] = [];
  const madeElsewhere: string[] = [];
  for (const match of source.matchAll(made)) {
    const maker = match[1] ?? '';
    const words = partsOf(source, match.index + match[0].length)[makers[maker] ?? 0] ?? [];
    const texts = words.flatMap(({ kind, text }) => (kind === 'text' ? [text] : []));
    const told = maker === 'write' ? texts.flatMap(afterError) : texts;
    if (told.some((text) => /\p{L}{2}/u.test(text))) said.push(...told);
    else if (maker !== 'write' || told.length > 0) madeElsewhere.push(oneLine(words.map(({ text }) => text).join('')));
  }
  return { said, madeElsewhere };
}

/** What is written to stderr as an error, without an error that was thrown. */
function afterError(text: string): readonly string[] {
  const said = /^error: ([^\n]*)/.exec(text)?.[1];
  // An error that was thrown is printed by the same words.
  return said === undefined || said === '…' ? [] : [said];
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

interface Part {
  /** A text is one string of the argument itself; code is everything else, calls with what they are given included. */
  readonly kind: 'text' | 'code';
  readonly text: string;
}

/** The arguments of a call whose opening bracket ends before `start`. */
function partsOf(source: string, start: number): readonly (readonly Part[])[] {
  const all: Part[][] = [[]];
  let depth = 0;
  for (let at = start; at < source.length;) {
    const here = source[at] ?? '';
    const argument = all.at(-1) ?? [];
    if (isQuote(here)) {
      const end = endOfText(source, at);
      const literal = source.slice(at, end);
      argument.push(depth === 0 ? { kind: 'text', text: pattern(literal) } : { kind: 'code', text: literal });
      at = end;
      continue;
    }
    if (isClosing(here) && depth === 0) return all;
    if ('([{'.includes(here)) depth += 1;
    if (isClosing(here)) depth -= 1;
    if (here === ',' && depth === 0) all.push([]);
    else argument.push({ kind: 'code', text: here });
    at += 1;
  }
  return all;
}

const isQuote = (character: string): boolean => character !== '' && `'"\``.includes(character);
const isClosing = (character: string): boolean => character !== '' && ')]}'.includes(character);

/** After the text that begins at `start`; a template may hold texts within its values. */
function endOfText(source: string, start: number): number {
  const quote = source[start];
  for (let at = start + 1; at < source.length;) {
    if (source[at] === '\\') at += 2;
    else if (quote === '`' && source.startsWith('${', at)) at = endOfValue(source, at + 2);
    else if (source[at] === quote) return at + 1;
    else at += 1;
  }
  return source.length;
}

function endOfValue(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length;) {
    const here = source[at] ?? '';
    if (isQuote(here)) {
      at = endOfText(source, at);
      continue;
    }
    if (here === '}' && depth === 0) return at + 1;
    if (here === '{') depth += 1;
    if (here === '}') depth -= 1;
    at += 1;
  }
  return source.length;
}

/** A text of the source with `…` for its values. */
function pattern(literal: string): string {
  const inner = literal.slice(1, -1);
  let text = '';
  for (let at = 0; at < inner.length;) {
    if (literal.startsWith('`') && inner.startsWith('${', at)) {
      const end = endOfValue(inner, at + 2);
      // It only makes what others wrote harmless, and says nothing itself.
      const shown = /^printable\((`.*`)\)$/s.exec(inner.slice(at + 2, end - 1))?.[1];
      text += shown === undefined ? '…' : pattern(shown);
      at = end;
    } else if (inner[at] === '\\') {
      text += inner[at + 1] === 'n' ? '\n' : (inner[at + 1] ?? '');
      at += 2;
    } else {
      text += inner[at] ?? '';
      at += 1;
    }
  }
  return text.replaceAll(/…+/g, '…');
}
