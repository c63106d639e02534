// Questions to whoever sits at the terminal. Nobody's answer is no.

export interface Terminal {
  /** Whether there is somebody to ask. */
  readonly isTerminal: boolean;
  /** Shows the question and reads one line; empty where the input has ended, or when the signal aborts. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>;
}

/** Asks `... [y/N] `; yes is y or yes, in any case. */
export async function confirms({ ask }: Terminal, question: string, signal: AbortSignal): Promise<boolean> {
  const answer = await ask(`${question} [y/N] `, signal);
  return ['y', 'yes'].includes(answer.trim().toLowerCase());
}

/** Asks for a number to be typed: what is done to many at once is not done by one key. */
export async function confirmsNumber(
  { ask }: Terminal,
  number: number,
  question: string,
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await ask(`${question} Type ${number} to go on: `, signal);
  return answer.trim() === String(number);
}
