// What completion offers, and in which words it is told to kubectl.

export interface Candidate {
  readonly word: string;
  /** Shown beside it; empty: nothing. */
  readonly says: string;
  /** It is the same word in small letters; absent: it is not. */
  readonly inAnyCase?: boolean;
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

/** Ids of CVEs, which every command takes in any case. */
export function cves(ids: readonly string[]): readonly Candidate[] {
  return ids.map((word) => ({ word, says: '', inAnyCase: true }));
}

/** Those that go on with what was begun, as it was begun: the shell leaves out what is written otherwise. */
export function begunWith(current: string, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.flatMap((one) => {
    if (one.word.startsWith(current)) return [one];
    const word = one.word.toLowerCase();
    return one.inAnyCase === true && word.startsWith(current) ? [{ ...one, word }] : [];
  });
}

/** A line each, then the directive: what kubectl reads of an executable named `kubectl_complete-*`. */
export function completionText({ candidates, directive }: Completion): string {
  const lines = candidates.map(({ word, says }) => (says === '' ? word : `${word}\t${says}`));
  // A line break would make two candidates of one.
  return [...lines.map((line) => line.replaceAll(/[\r\n]+/g, ' ')), `:${directive}`, ''].join('\n');
}
