// What others wrote (names, licenses, summaries) may hold terminal sequences; here they become text that only shows them.

// eslint-disable-next-line no-control-regex -- C0, DEL and C1; line separators and overrides of the writing direction
const controls = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Every control character as its escape, such as `\x1b` or `\u202e`. Colour is added after it. */
export function printable(text: string): string {
  return text.replace(controls, (character) => {
    const hex = character.charCodeAt(0).toString(16);
    return hex.length > 2 ? `\\u${hex}` : `\\x${hex.padStart(2, '0')}`;
  });
}
