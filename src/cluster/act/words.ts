// The server's words where it refused, without the values it repeats: a manifest may hold secrets.
import { list, text, textOrNull, tree, type Tree } from '../tree.ts';

/** From a Status; from the first words of whatever else came, such as a proxy's page. */
export function refusalWords(status: number, answer: Tree, body: string): string {
  const causes = list(tree(answer['details'])['causes']).map(tree);
  // 422 alone repeats what was sent; its causes name field and fault apart from it.
  if (status === 422 && causes.length > 0) return causes.map(causeWords).join('; ');
  return textOrNull(answer['message']) ?? (firstWords(body) || `status ${status}`);
}

function causeWords(cause: Tree): string {
  const field = textOrNull(cause['field']);
  const words = withoutValue(text(cause['message']));
  return field === null ? words : `${field}: ${words}`;
}

/** The kinds of fault that repeat a value (apimachinery's field.Error): in quotes, as a number, or as a whole structure. */
const repeating = /^(Invalid value|Unsupported value|Duplicate value|Not found|Too many): /;
const value = /^(?:"(?:[^"\\]|\\.)*"|[\w.+-]+)/;

/** `Invalid value: "hunter2": must be shorter` without `"hunter2"`. */
export function withoutValue(message: string): string {
  const kind = repeating.exec(message);
  if (kind === null) return message;
  const rest = message.slice(kind[0].length);
  const plain = value.exec(rest);
  return `${kind[1]}${plain === null ? '' : rest.slice(plain[0].length)}`;
}

/** The words without anything that the manifest's containers are given: an admission webhook may repeat it. */
export function withoutSecrets(words: string, manifest: unknown): string {
  return [...givenValues(manifest)]
    .toSorted((one, other) => other.length - one.length)
    .reduce((said, given) => said.replaceAll(given, '…'), words);
}

/** Values of environment variables, arguments and commands, at any depth; very short ones tell nothing. */
function givenValues(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) {
    for (const one of node) givenValues(one, found);
  } else if (typeof node === 'object' && node !== null) {
    for (const [key, one] of Object.entries(node)) {
      if (key === 'env') for (const variable of list(one)) keep(tree(variable)['value'], found);
      else if (key === 'args' || key === 'command') for (const word of list(one)) keep(word, found);
      else givenValues(one, found);
    }
  }
  return found;
}

function keep(given: unknown, found: Set<string>): void {
  if (typeof given === 'string' && given.length >= 4) found.add(given);
}

function firstWords(body: string): string {
  return body
    .slice(0, 200)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
