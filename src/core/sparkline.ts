// A sparkline: numbers over time as one line of blocks.

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const signs = ['_', '.', '-', '=', '+', '*', '%', '#'];

/** One character a value, from 0 at the bottom to the largest at the top; a blank where there is none (null). */
export function sparkline(values: readonly (number | null)[], { ascii }: { readonly ascii: boolean }): string {
  const ramp = ascii ? signs : blocks;
  const top = Math.max(0, ...values.map((value) => value ?? 0));
  const heights = values.map((value) => (value === null ? ' ' : (ramp[heightOf(value, top)] ?? '')));
  return heights.join('');
}

/** What is not 0 is never drawn as if it were. */
function heightOf(value: number, top: number): number {
  if (value <= 0 || top <= 0) return 0;
  return Math.max(1, Math.round((value / top) * (blocks.length - 1)));
}
