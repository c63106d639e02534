// Whether two objects that were read say the same. Most events of a watch change nothing that is kept.

/** By value, for what readers make: texts, numbers, lists and plain objects. What is shared is not looked into. */
export function alike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  const [left, right] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>];
  return keys.every((key) => key in right && alike(left[key], right[key]));
}
