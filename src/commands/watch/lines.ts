// Watching where there is no terminal, or lines are asked for: each verdict that changes and each act, one line each.
import { noticesOf, nothingTold } from '../../core/notices.ts';
import type { Notice, Told } from '../../core/notices.ts';
import { verdictNotices } from '../../core/verdict-notices.ts';
import type { VerdictsTold } from '../../core/verdict-notices.ts';
import { painter } from '../../output/colour.ts';
import { noticeJson, noticeLine } from '../../output/notices.ts';
import { printable } from '../../output/printable.ts';
import { RunError } from '../run.ts';
import { follow } from './following.ts';
import type { WatchRun } from './run.ts';

/** Ends with 0 when stopped. Throws where nothing can be read. */
export async function watchInLines(output: 'text' | 'json', run: WatchRun): Promise<number> {
  const { engine, clock, stdout, stderr, interruption } = run;
  const paint = painter(run.colour);
  const print = (notice: Notice): string => (output === 'json' ? noticeJson(notice) : noticeLine(notice, paint));
  const verdicts: VerdictsTold = new Map();
  let told: Told | null = null;
  const following = follow(run, (turn) => {
    const state = engine.getState();
    if (turn === null || state.acting.lasts === null) return;
    told ??= nothingTold(state);
    const now = clock.now();
    const notices = [...noticesOf(state, turn, told, now), ...verdictNotices(state, turn.judged, verdicts, now)];
    for (const notice of notices) stdout.write(print(notice));
  });
  const end = (): void => void following.end();
  if (interruption.aborted) end();
  interruption.addEventListener('abort', end, { once: true });
  stderr.write(`${printable(aboutWords(run))}\n`);
  try {
    await following.over;
  } finally {
    interruption.removeEventListener('abort', end);
  }
  mustHaveSeenPods(run);
  return 0;
}

function aboutWords({ context, namespace, xrayUrl, engine }: WatchRun): string {
  const scope = namespace === '' ? 'all namespaces' : `namespace ${namespace}`;
  const { source } = engine.getState().policy;
  const policy = source === null ? 'no policy: every action is ignore' : `policy ${source}, not carried out`;
  return `watching ${context || 'the cluster'}, ${scope}; Xray ${xrayUrl ?? 'none'}; ${policy}`;
}

/** Who may read no pods at all has watched nothing. */
function mustHaveSeenPods({ engine }: WatchRun): void {
  const { namespaces, forbidden } = engine.getState();
  const denied = namespaces?.length === 0 ? forbidden.find(({ resource }) => resource === 'pods') : undefined;
  if (denied !== undefined) throw new RunError(`Error from server (Forbidden): ${denied.message}`);
}
