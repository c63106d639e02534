// A judgement: a workload with everything that is derived of it.
import type { Decided, Obstacle } from './decide.ts';
import type { Verdict } from './verdict.ts';
import type { Workload } from './workload.ts';

export interface Judgement {
  readonly workload: Workload;
  readonly verdict: Verdict;
  readonly decided: Decided;
  readonly obstacle: Obstacle | null;
}
