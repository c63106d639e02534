// Text in the page: whatever is in it, it stays text.
import { xmlText } from '../xml.ts';

/** For what stands between tags, and for attributes in double quotes. */
export function text(value: string): string {
  return xmlText(value);
}

/** `<td>` with text in it. */
export function cell(value: string): string {
  return `<td>${text(value)}</td>`;
}

/** A number; nothing is told by the look alone. */
export function numberCell(count: number, look: string): string {
  return `<td class="number${count > 0 ? ` ${look}` : ' zero'}">${count}</td>`;
}
