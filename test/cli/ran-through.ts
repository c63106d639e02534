// A run of `enforce --once`, to its end: what it did, and what it said of it.
import { type EnforceLine, listenTo } from './running-enforce.ts';
import type { Ended, StartedCli } from './run-cli.ts';

export interface RanThrough extends Ended {
  readonly said: readonly EnforceLine[];
  /** `deployment/cart accepted`, in the order they were said. */
  readonly acts: readonly string[];
  /** Labels of what it acted upon. */
  readonly accepted: readonly string[];
  /** Why it paused, each time it did. */
  readonly pauses: readonly (string | null)[];
}

export async function ranThrough(started: StartedCli): Promise<RanThrough> {
  const running = listenTo(started);
  const ended = await running.ended;
  const [said, acts] = [running.said(), running.acts()];
  return {
    ...ended,
    said,
    acts,
    accepted: acts.flatMap((one) => (one.endsWith(' accepted') ? [one.slice(0, -' accepted'.length)] : [])),
    pauses: said.flatMap(({ type, message }) => (type === 'paused' ? [message] : [])),
  };
}
