// How much is asked at once: batch size and calls in flight, from what the answers were like (API.md section 2: no
// limit is documented, and the cost of a batch grows faster than its size).

export interface Pace {
  /** Images in one call. */
  readonly size: number;
  /** Calls at once. */
  readonly inFlight: number;
  /** Set by the first time-out or 429: from then on both grow slowly. */
  readonly careful: boolean;
  /** Answers since `inFlight` last changed; counts only where careful. */
  readonly credit: number;
}

export interface Outcome {
  readonly result: 'answered' | 'timeout' | 'throttled' | 'failed';
  /** Images that were asked about; 0 for a call that has no batch. */
  readonly asked: number;
  /** The batch was as large as it was allowed to be when it was sent. */
  readonly full: boolean;
  /** Milliseconds. */
  readonly took: number;
}

export const firstPace: Pace = { size: 20, inFlight: 4, careful: false, credit: 0 };

const most = { size: 100, inFlight: 16 };

// An answer slower than this must not make the next batch larger.
const quick = 3_000;

export function paceAfter(pace: Pace, { result, asked, full, took }: Outcome): Pace {
  switch (result) {
    case 'answered':
      return { ...pace, size: grownSize(pace, full, took), ...grownInFlight(pace) };
    case 'timeout':
      if (asked === 0) return { ...pace, careful: true };
      return { ...pace, size: Math.max(1, Math.floor(Math.min(pace.size, asked) / 2)), careful: true };
    case 'throttled':
      return { ...pace, inFlight: Math.max(1, Math.floor(pace.inFlight / 2)), careful: true, credit: 0 };
    case 'failed':
      return pace;
    default:
      return result satisfies never;
  }
}

// Only a full batch says anything about a larger one.
function grownSize({ size, careful }: Pace, full: boolean, took: number): number {
  if (!full || took >= quick) return size;
  return Math.min(most.size, careful ? size + Math.ceil(size / 4) : size * 2);
}

function grownInFlight({ inFlight, careful, credit }: Pace): Pick<Pace, 'inFlight' | 'credit'> {
  if (inFlight >= most.inFlight) return { inFlight, credit: 0 };
  if (!careful) return { inFlight: inFlight + 1, credit: 0 };
  return credit + 1 >= inFlight ? { inFlight: inFlight + 1, credit: 0 } : { inFlight, credit: credit + 1 };
}
