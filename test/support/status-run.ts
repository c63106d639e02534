// A run of `status` over a made-up cluster: what it prints, and what it leaves behind for the next one.
import type { LateFormat } from '../../src/commands/late-format.ts';
import type { Run } from '../../src/commands/run.ts';
import { status, statusOptions } from '../../src/commands/status.ts';
import type { VerdictsKept } from '../../src/commands/verdicts.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import { everything } from '../../src/core/selection.ts';
import type { Selection } from '../../src/core/selection.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Clock } from '../../src/engine/ports.ts';
import { aPolicy, aScan, now } from './builders.ts';
import { clusterRead, nodeSeen, scanRead } from './states.ts';

export interface StatusParts {
  readonly facts: readonly Fact[];
  /** What Xray says of an image, by its reference; null: it never answers. */
  readonly answer?: (reference: string) => Scan | null;
  readonly policy?: Policy;
  readonly selection?: Selection;
  readonly verdicts?: VerdictsKept;
  readonly namespace?: string;
  readonly context?: string;
  /** Milliseconds since the epoch. */
  readonly at?: number;
  /** What `-o` asks for, where that is loaded late. */
  readonly late?: LateFormat;
}

export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function statusPrinted(argv: Readonly<Record<string, unknown>>, parts: StatusParts): Promise<Printed> {
  const { policy = aPolicy(), selection = everything, answer = () => aScan(), at = now } = parts;
  const [out, err]: [string[], string[]] = [[], []];
  const clock = hurriedClock(at);
  const engine = createEngine({
    cluster: {
      async *read() {
        yield [nodeSeen(), ...parts.facts, clusterRead];
      },
    },
    scanner: {
      async *ask(questions) {
        for (const { image } of questions) {
          const scan = answer(image.reference);
          if (scan !== null) yield scanRead(image, scan);
        }
      },
    },
    clock,
    policy,
    selection,
  });
  const run: Run = {
    engine,
    clock,
    selection,
    context: parts.context ?? 'prod',
    namespace: parts.namespace ?? '',
    circumstances: { firstSeen: () => now, contested: () => null, ownNamespaces: [] },
    wait: 1,
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    colour: false,
    progress: false,
    ...(parts.verdicts === undefined ? {} : { verdicts: parts.verdicts }),
  };
  const code = await status(
    statusOptions(argv, parts.late ?? null, (text) => at - Number(text)),
    run,
  );
  return { code, stdout: out.join(''), stderr: err.join('') };
}

/** What is due at once comes in the next turn; what has to be waited for, a few turns later. */
function hurriedClock(at: number): Clock {
  return {
    now: () => at,
    after: (milliseconds, call) => {
      let taken = false;
      const later = (turns: number): void => {
        setImmediate(() => {
          if (taken) return;
          if (turns > 0) later(turns - 1);
          else call();
        });
      };
      later(milliseconds === 0 ? 0 : 20);
      return () => void (taken = true);
    },
  };
}
