// Text in the page: whatever is in it, it stays text.
import type { SeverityCounts } from '../../../core/severity.ts';
import { xmlText } from '../xml.ts';

/** For what stands between tags, and for attributes in double quotes. */
export function text(value: string): string {
  return xmlText(value);
}

/** `<td>` with text in it. */
export function cell(value: string): string {
  return `<td>${text(value)}</td>`;
}

/** A number of what its column says; on a narrow screen the cell says it itself. */
export function numberCell(count: number, name: string, look = ''): string {
  const looks = count === 0 ? ' zero' : look === '' ? '' : ` ${look}`;
  return `<td class="number${looks}" data-is="${name}">${count}</td>`;
}

export function headingRow(headings: readonly string[]): string {
  return `<thead><tr>${headings.map((heading) => `<th scope="col">${heading}</th>`).join('')}</tr></thead>`;
}

export function severityCells({ critical, high, medium, low }: SeverityCounts): string[] {
  return [
    numberCell(critical, 'Critical', 'critical'),
    numberCell(high, 'High', 'high'),
    numberCell(medium, 'Medium', 'medium'),
    numberCell(low, 'Low'),
  ];
}
