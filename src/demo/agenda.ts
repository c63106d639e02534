// What comes later in a made-up world: pods that start, and the story. It stands still while nobody looks on, so that no
// timer keeps a process alive; what fell due meanwhile then comes at once, in its order.

export interface DemoClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after so many milliseconds; the result takes it back. */
  after(milliseconds: number, call: () => void): () => void;
}

export interface Agenda {
  /** Calls back once after so many milliseconds, in the order in which calls fall due. */
  later(milliseconds: number, call: () => void): void;
  /** Somebody looks on; the result says that he does not any more. */
  lookOn(): () => void;
}

export function createAgenda(clock: DemoClock): Agenda {
  let due: { readonly at: number; readonly call: () => void }[] = [];
  let onlookers = 0;
  let cancel = nothing;

  const arm = (): void => {
    cancel();
    cancel = nothing;
    const [first] = due;
    if (first !== undefined && onlookers > 0) cancel = clock.after(Math.max(0, first.at - clock.now()), next);
  };
  const next = (): void => {
    const first = due.shift();
    first?.call();
    arm();
  };
  return {
    later: (milliseconds, call) => {
      due = [...due, { at: clock.now() + milliseconds, call }].toSorted((one, other) => one.at - other.at);
      arm();
    },
    lookOn: () => {
      onlookers += 1;
      arm();
      return () => {
        onlookers -= 1;
        arm();
      };
    },
  };
}

function nothing(): void {}
