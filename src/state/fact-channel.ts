// Facts that several pieces of work come up with at once, as one stream.
import type { Fact } from '../core/fact.ts';

/** Yields what is put until the work has ended, then ends as it does. Whoever stops listening stops no work. */
export async function* factsOf(
  work: (put: (fact: Fact) => void) => Promise<void>,
): AsyncGenerator<Fact, void, undefined> {
  const waiting: Fact[] = [];
  let wake: (() => void) | null = null;
  const state = { isOver: false };
  const working = work((fact) => {
    waiting.push(fact);
    wake?.();
  }).finally(() => {
    state.isOver = true;
    wake?.();
  });
  // Whoever stops listening hears of no failure either.
  working.catch(() => {});
  while (!state.isOver || waiting.length > 0) {
    if (waiting.length > 0) yield* waiting.splice(0);
    else await new Promise<void>((resolve) => (wake = resolve));
  }
  await working;
}
