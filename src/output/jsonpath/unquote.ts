// The strings of templates, which are Go's.

const simple: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** What a string in its quotes stands for; null where an escape is none. */
export function unquote(quoted: string): string | null {
  const quote = quoted[0] ?? '';
  const text = quoted.slice(1, -1);
  let value = '';
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === quote) return null;
    if (character !== '\\') {
      value += character;
      at += 1;
      continue;
    }
    const escape = escaped(text.slice(at + 1), quote);
    if (escape === null) return null;
    value += escape.value;
    at += 1 + escape.length;
  }
  return value;
}

function escaped(text: string, quote: string): { readonly value: string; readonly length: number } | null {
  const first = text[0] ?? '';
  const one = first === quote ? quote : simple[first];
  if (one !== undefined) return { value: one, length: 1 };
  const hex = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/i.exec(text);
  const octal = /^[0-7]{3}/.exec(text);
  const [whole, code] =
    hex === null
      ? [octal?.[0] ?? '', parseInt(octal?.[0] ?? '', 8)]
      : [hex[0], parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16)];
  const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && (octal === null || code < 256);
  return isCharacter ? { value: String.fromCodePoint(code), length: whole.length } : null;
}
