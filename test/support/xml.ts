// Reads XML strictly enough for a report: what is not well formed is an error. It knows no DTD, no comment, no CDATA.

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

// eslint-disable-next-line no-control-regex -- what XML 1.0 cannot hold
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** The elements at the top: one, where it is a document. */
export function parse(xml: string): readonly Element[] {
  if (notXml.test(xml) || !xml.isWellFormed()) throw new Error('a character that XML cannot hold');
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  for (const [part] of xml.replace(/^<\?xml [^?]*\?>\s*/, '').matchAll(/<[^>]*>|[^<]+/g)) {
    const top = open.at(-1) ?? root;
    if (!part.startsWith('<')) top.text += decoded(part);
    else if (part.startsWith('</')) close(part, open);
    else begin(part, open);
  }
  if (open.length > 1) throw new Error(`${open.at(-1)?.name} is not closed`);
  return root.children;
}

function begin(tag: string, open: Open[]): void {
  const [, name = '', written = '', end = ''] = /^<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>$/.exec(tag) ?? [];
  if (name === '') throw new Error(`no tag: ${tag}`);
  const attributes = Object.fromEntries(
    [...written.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, decoded(value)]),
  );
  const element: Open = { name, attributes, children: [], text: '' };
  open.at(-1)?.children.push(element);
  if (end === '') open.push(element);
}

function close(tag: string, open: Open[]): void {
  const closed = open.pop();
  if (open.length === 0 || tag !== `</${closed?.name}>`) throw new Error(`${tag} closes ${closed?.name}`);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  if (/&(?!(amp|lt|gt|quot|apos);)/.test(text)) throw new Error(`a bare ampersand: ${text}`);
  return text.replaceAll(/&(\w+);/g, (_, name: string) => entities[name] ?? '');
}
