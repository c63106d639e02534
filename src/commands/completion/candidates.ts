// What completion offers, and in which words it is told to kubectl.

export interface Candidate {
  readonly word: string;
  /** Shown beside it; empty: nothing. */
  readonly says: string;
}

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** What the shell does besides, as cobra numbers it. */
  readonly directive: number;
}

/** Cobra's: bits that may be added up. */
export const directives = { files: 0, noSpace: 2, noFiles: 4, folders: 16 } as const;

export const nothing: Completion = { candidates: [], directive: directives.noFiles };

export function offered(candidates: readonly Candidate[], directive: number = directives.noFiles): Completion {
  return { candidates, directive };
}

export function plain(words: readonly string[]): readonly Candidate[] {
  return words.map((word) => ({ word, says: '' }));
}

/** A line each, then the directive: what kubectl reads of an executable named `kubectl_complete-*`. */
export function completionText({ candidates, directive }: Completion): string {
  const lines = candidates.map(({ word, says }) => (says === '' ? word : `${word}\t${says}`));
  // A line break would make two candidates of one.
  return [...lines.map((line) => line.replaceAll(/[\r\n]+/g, ' ')), `:${directive}`, ''].join('\n');
}
