// Performs what the screen asks of the run it shows. What comes of it is a message, a flash or a new picture; a failure is a
// flash, never a crash.
import { UsageError } from '../../core/errors.ts';
import { actsByPolicy } from '../../core/plan-acts.ts';
import type { Tone } from '../../ui/table.ts';
import type { Effect, Message } from '../../ui/view.ts';
import { planActs } from './planning.ts';
import { beginActs } from './progress.ts';
import { writeException, writeWhitelist } from './policy-writing.ts';
import { failureWords, flashOf } from './flashes.ts';
import type { WatchRun } from './run.ts';

/** Those that are about the run shown. The others are about the screen itself, or about which run it shows. */
export type RunEffect = Extract<
  Effect,
  { type: 'Plan' | 'Act' | 'GiveUp' | 'Ignore' | 'Whitelist' | 'Enforce' | 'Pause' | 'Refresh' }
>;

export interface RunEffectParts {
  readonly run: WatchRun;
  /** Nothing may be changed from here. */
  readonly readonly: boolean;
  readonly tell: (message: Message) => void;
  /** The picture has changed without a turn. */
  readonly changed: () => void;
}

export interface RunEffects {
  perform(effect: RunEffect): void;
  /** What is planned is given up, and progress is told no more. */
  end(): void;
}

export function createRunEffects({ run, readonly, tell, changed }: RunEffectParts): RunEffects {
  const { engine, clock } = run;
  let planning = new AbortController();
  let endProgress: (() => void) | null = null;
  const flash = (text: string, tone: Tone): void => tell({ type: 'Flashed', flash: flashOf(text, tone, clock.now()) });

  const plan = async (effect: Extract<Effect, { type: 'Plan' }>): Promise<void> => {
    planning.abort();
    planning = new AbortController();
    const { signal } = planning;
    try {
      const interruption = AbortSignal.any([run.interruption, signal]);
      const planned = await planActs(effect, { ...run, interruption });
      if (!signal.aborted) tell(planned);
    } catch (error) {
      if (signal.aborted) return;
      tell({ type: 'Planned', action: effect.action, plans: [], why: [failureWords(error)] });
    }
  };
  const act = (effect: Extract<Effect, { type: 'Act' }>): void => {
    endProgress?.();
    endProgress = beginActs(effect.plans, engine, (rows) => tell({ type: 'Progressed', rows }));
  };
  const enforce = (on: boolean): void => {
    const state = engine.getState();
    if (on && state.policy.source === null) {
      const hint = `Make one with: kubectl xray policy init ${run.policyFile.path}`;
      throw new UsageError('there is no policy to carry out: every action is ignore', hint);
    }
    engine.carryOut(on ? 'none' : null);
    changed();
    const { pause } = state.acting.history;
    if (!on) flash('the policy is not carried out any more', 'good');
    else if (pause !== null) {
      const how = 'go on with: kubectl xray enforce --confirm --resume';
      flash(`the policy is carried out, but automatic acts are paused: ${pause.message}; ${how}`, 'fault');
    } else {
      const acts = actsByPolicy(state, 'client', clock.now()).steps.filter(({ type }) => type === 'Act');
      flash(`the policy is carried out from now on; due now: ${acts.length}`, 'due');
    }
  };
  const pause = (on: boolean): void => {
    run.questions.pause(on);
    changed();
    flash(on ? 'questions to Xray wait until they are let on' : 'questions to Xray go on', on ? 'due' : 'good');
  };
  const refresh = (uids: readonly string[]): void => {
    const { judged, usedBy } = engine.getState();
    const everything = uids.length === 0;
    const images = new Set(uids.flatMap((uid) => judged.get(uid)?.workload.images.map(({ image }) => image.key) ?? []));
    run.resumeQuestions();
    const nothing = { digests: [], folders: [], repositories: [] };
    const at = clock.now();
    engine.report([{ type: 'ImagesNews', at, ...nothing, images: [...images], everything, from: 'refresh' }]);
    const many = everything ? usedBy.size : images.size;
    const waits = run.questions.isPaused() ? '; questions are paused' : '';
    flash(`asking again about ${many} ${many === 1 ? 'image' : 'images'}${waits}`, waits === '' ? 'good' : 'due');
  };
  /** Whoever waits for a plan is answered. */
  const refuse = (effect: RunEffect): void => {
    const why = 'nothing can be changed here (--readonly)';
    if (effect.type === 'Plan') tell({ type: 'Planned', action: effect.action, plans: [], why: [why] });
    flash(why, 'fault');
  };
  const performOne = async (effect: RunEffect): Promise<void> => {
    if (readonly && changesSomething(effect)) return refuse(effect);
    switch (effect.type) {
      case 'Plan':
        return plan(effect);
      case 'GiveUp':
        return planning.abort();
      case 'Act':
        return act(effect);
      case 'Ignore':
        return flash(await writeException(effect, run), 'good');
      case 'Whitelist':
        return flash(await writeWhitelist(effect, run), 'good');
      case 'Enforce':
        return enforce(effect.on);
      case 'Pause':
        return pause(effect.on);
      case 'Refresh':
        return refresh(effect.workloads);
      default:
        return effect satisfies never;
    }
  };
  return {
    perform: (effect) => {
      performOne(effect).catch((error: unknown) => flash(failureWords(error), 'fault'));
    },
    end: () => {
      planning.abort();
      endProgress?.();
    },
  };
}

/** Switching enforcement off changes nothing any more. */
function changesSomething(effect: RunEffect): boolean {
  if (effect.type === 'Enforce') return effect.on;
  return effect.type === 'Plan' || effect.type === 'Act' || effect.type === 'Ignore' || effect.type === 'Whitelist';
}
