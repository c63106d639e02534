// What the screen is drawn of, taken from the run that is shown.
import { everything } from '../../core/selection.ts';
import type { Picture } from '../../ui/picture.ts';
import type { Following } from './following.ts';

export interface Beside {
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly readonly: boolean;
  readonly contexts: readonly string[];
  /** Where another run is on its way, or none is followed. */
  readonly doing: string | null;
}

/** Null: no run is there yet. */
export function pictureOf(following: Following | null, { version, now, doing, ...about }: Beside): Picture {
  if (following === null) return { state: null, version, now, about: { ...nowhere, ...about, doing } };
  const { engine, context, namespace, selection, xrayUrl, fleeting, questions, sameFlags } = following.run;
  const state = engine.getState();
  return {
    state,
    version,
    now,
    about: {
      ...about,
      context,
      namespace,
      selection,
      xray: xrayUrl === null ? null : { url: xrayUrl, version: following.xrayVersion() },
      policyFile: state.policy.source,
      enforcing: engine.carriesOut(),
      paused: questions.isPaused(),
      asking: following.asking(),
      fleeting,
      sameFlags,
      doing,
      ...following.seenBefore(),
    },
  };
}

const nowhere = {
  context: '',
  namespace: '',
  selection: everything,
  xray: null,
  policyFile: null,
  enforcing: null,
  paused: false,
  asking: 0,
  fleeting: null,
} as const;
