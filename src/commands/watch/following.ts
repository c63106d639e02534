// One run that is followed while it is watched: what it is being asked about, which Xray answers it, how it ends.
import type { Turn } from '../../engine/engine.ts';
import { keepVerdicts } from '../verdict-keeping.ts';
import type { SeenBefore } from '../verdict-keeping.ts';
import type { WatchRun } from './run.ts';

export interface Following {
  readonly run: WatchRun;
  /** Resolves when the run has ended as it was told to; rejects with what ended it otherwise. */
  readonly over: Promise<void>;
  /** How many images Xray is being asked about now. */
  asking(): number;
  /** Null: it is not known, or not yet. */
  xrayVersion(): string | null;
  /** What is written down of verdicts, as far as anybody looked. */
  seenBefore(): SeenBefore;
  /** Begins no further act, lets those under way come to their line in the journal, then ends. */
  end(): Promise<void>;
}

/** `onTurn` hears of every turn, and of what is learnt beside them with null. */
export function follow(run: WatchRun, onTurn: (turn: Turn | null) => void): Following {
  const { engine } = run;
  // Counted by what is heard: thousands of look-ups are not gone through for each picture.
  const asking = new Set<string>();
  const ending = new AbortController();
  let version: string | null = null;
  let isVersionAsked = false;
  const askVersion = async (): Promise<void> => {
    isVersionAsked = true;
    version = await run.xrayVersion(ending.signal).catch(() => null);
    if (version !== null && !ending.signal.aborted) onTurn(null);
  };
  const unsubscribe = engine.subscribe((turn) => {
    for (const fact of turn.facts) {
      if (fact.type === 'LookUpStarted') for (const { key } of fact.images) asking.add(key);
      if (fact.type !== 'ScanRead') continue;
      asking.delete(fact.image.key);
      // It answers as Xray now, so that its address is certain.
      if (!isVersionAsked && fact.scan.state !== 'unknown') void askVersion();
    }
    onTurn(turn);
  });
  const keeping = keepVerdicts(run, 'watch', () => onTurn(null));
  const over = run.telling(async () => {
    try {
      await engine.follow({ once: false });
    } finally {
      ending.abort();
      await engine.finish();
      unsubscribe();
      await keeping.end();
    }
  });
  return {
    run,
    over,
    asking: () => asking.size,
    xrayVersion: () => version,
    seenBefore: () => keeping.seenBefore(),
    end: async () => {
      await engine.finish();
      await over.catch(() => {});
    },
  };
}
