// What was seen of verdicts in the made-up cluster, in memory.
import { foldAll } from '../core/verdict-lines.ts';
import type { VerdictFold, VerdictLine } from '../core/verdict-lines.ts';

export function demoVerdictLog() {
  const lines: VerdictLine[] = [];
  return {
    read: async (): Promise<readonly VerdictLine[]> => [...lines],
    add: async (make: (known: VerdictFold) => VerdictLine | null): Promise<void> => {
      const line = make(foldAll(lines));
      if (line !== null) lines.push(line);
    },
  };
}
