// Values as Go prints them, which is what kubectl's outputs are made of.

/** As `fmt.Sprint` prints what was read from JSON. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return goNumber(value);
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value === 'object') {
    const pairs = sortedEntries(value).map(([key, one]) => `${key}:${goText(one)}`);
    return `map[${pairs.join(' ')}]`;
  }
  return typeof value === 'string' ? value : String(value === true);
}

/** `%v` of a float64: an exponent below 1e-4 and from 1e21 on, of two digits at least. A whole number has none. */
function goNumber(value: number): string {
  if (value === 0 || Number.isSafeInteger(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e21) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** As `json.Marshal` writes it: keys sorted, and what HTML could stumble over escaped. */
export function goJson(value: unknown, indent = 0): string {
  return JSON.stringify(sorted(value), null, indent).replaceAll(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(sortedEntries(value).map(([key, one]) => [key, sorted(one)]));
}

function sortedEntries(value: object): [key: string, one: unknown][] {
  // By code units, which is by bytes but for characters beyond the basic plane.
  return Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** The type that Go has for it. */
export function goType(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64';
    default:
      return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
  }
}
