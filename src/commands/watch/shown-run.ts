// The run that a screen shows: followed, told of in flashes, and asked for what the screen asks.
import { noticesOf, nothingTold } from '../../core/notices.ts';
import type { Notice, NoticeType, Told } from '../../core/notices.ts';
import type { Turn } from '../../engine/engine.ts';
import type { Flash, Message } from '../../ui/view.ts';
import { createRunEffects } from './effects.ts';
import type { RunEffects } from './effects.ts';
import { noticeFlash } from './flashes.ts';
import { follow } from './following.ts';
import type { Following } from './following.ts';
import type { WatchRun } from './run.ts';

export interface ShownRun {
  readonly following: Following;
  readonly effects: RunEffects;
  /** What is planned is given up; what is under way comes to its line in the journal. */
  end(): Promise<void>;
  /** Only what is begun is waited for: that an accepted act is effective is not. */
  isBegun(): boolean;
}

export interface ShownRunParts {
  readonly readonly: boolean;
  readonly tell: (message: Message) => void;
  /** Something of the run has changed. */
  readonly changed: () => void;
}

/** What was asked for here is answered before other things are told, milliseconds. */
const answerStaysFor = 4_000;
const urgent: readonly NoticeType[] = ['paused', 'policyRefused'];

export function showRun(run: WatchRun, { readonly, tell, changed }: ShownRunParts): ShownRun {
  let answeredAt = -Infinity;
  const answer = (message: Message): void => {
    if (message.type === 'Flashed') answeredAt = run.clock.now();
    tell(message);
  };
  const effects = createRunEffects({ run, readonly, tell: answer, changed });
  const isNews = ({ type }: Notice): boolean => urgent.includes(type) || run.clock.now() - answeredAt >= answerStaysFor;
  const tellNotices = noticesTold(run, isNews, (flash) => tell({ type: 'Flashed', flash }));
  const following = follow(run, (turn) => {
    if (turn !== null && turn.facts.length === 0 && turn.judged.size === 0) return;
    if (turn !== null) tellNotices(turn);
    changed();
  });
  return {
    following,
    effects,
    end: async () => {
      effects.end();
      await following.end();
    },
    isBegun: () => [...run.engine.getState().acting.underWay.values()].some(({ accepted }) => !accepted),
  };
}

function noticesTold(
  { engine, clock }: WatchRun,
  isNews: (notice: Notice) => boolean,
  tell: (flash: Flash) => void,
): (turn: Turn) => void {
  let told: Told | null = null;
  return (turn) => {
    const state = engine.getState();
    if (state.acting.lasts === null) return;
    told ??= nothingTold(state);
    const now = clock.now();
    for (const notice of noticesOf(state, turn, told, now)) {
      const flash = isNews(notice) ? noticeFlash(notice, now) : null;
      if (flash !== null) tell(flash);
    }
  };
}
