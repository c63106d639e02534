// Watching on a screen: which run is shown, how it is exchanged for another, and how all of it ends. The screen asks in
// effects and is told in messages; it looks at pictures, and never touches the run.
import type { Clock } from '../../engine/ports.ts';
import type { Picture } from '../../ui/picture.ts';
import type { Tone } from '../../ui/table.ts';
import type { Effect, Message } from '../../ui/view.ts';
import { failureWords, flashOf } from './flashes.ts';
import { copySequence, savedName } from './handing-out.ts';
import { pictureOf } from './picture.ts';
import type { WatchRun } from './run.ts';
import { showRun } from './shown-run.ts';
import type { ShownRun } from './shown-run.ts';

/** The screen, once it is there. */
export interface ShownScreen {
  /** There is something new to look at. */
  readonly turned: () => void;
  readonly tell: (message: Message) => void;
  /** For the terminal itself: shows nothing. */
  readonly write: (sequence: string) => void;
  /** Gives the terminal back for a while, and takes it again. */
  readonly suspend: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** Gives the terminal back for good. */
  readonly end: () => void;
  /** Rejects where it cannot be drawn any more. */
  readonly ended: Promise<void>;
}

/** Where a run is to be begun. */
export interface Place {
  readonly context: string;
  /** Empty: all namespaces; null: as the context has it. */
  readonly namespace: string | null;
}

export interface ScreenParts {
  readonly clock: Clock;
  readonly readonly: boolean;
  /** Of the kubeconfig. */
  readonly contexts: readonly string[];
  /** The first time the user wants it to end. */
  readonly interruption: AbortSignal;
  /** Makes the screen; effects come from then on. */
  readonly mount: (look: () => Picture, perform: (effect: Effect) => void) => ShownScreen;
  /** Puts a run together and begins nothing yet; null: as the command line has it. Rejects with what keeps it from that. */
  readonly open: (place: Place | null) => Promise<WatchRun>;
  /** Never over what is there. Gives back the path. */
  readonly save: (name: string, text: string) => string;
  /** Stops the process; returns when somebody has continued it. */
  readonly stop: () => void;
  /** Calls back where somebody else wants it to stop (`TSTP`), or has continued it (`CONT`). */
  readonly onSignal: (signal: 'SIGTSTP' | 'SIGCONT', call: () => void) => () => void;
  /** Calls back with what the program warns of; the result takes it back. */
  readonly onWarning: (call: (text: string) => void) => () => void;
  /** Ends the process though something is under way. */
  readonly endAtOnce: () => void;
}

/** What is on the screen now. */
interface OnScreen {
  run: ShownRun | null;
  version: number;
  doing: string | null;
  isOpening: boolean;
  isEnding: boolean;
}

interface Stage extends ScreenParts {
  readonly on: OnScreen;
  readonly screen: ShownScreen;
  /** Settles with the end of it all. */
  readonly done: PromiseWithResolvers<void>;
  readonly changed: () => void;
  readonly flash: (text: string, tone: Tone) => void;
}

/** Ends with 0 when the user wants it to. Rejects where the first run cannot be put together, or nothing be read. */
export async function watchOnScreen(parts: ScreenParts): Promise<number> {
  const stage = await raise(parts);
  const { on, screen, flash, done } = stage;
  const forget = [
    parts.onWarning((text) => flash(text, 'fault')),
    parts.onSignal('SIGTSTP', () => void suspend(stage)),
    // Whoever continues it may have changed the modes of the terminal meanwhile.
    parts.onSignal('SIGCONT', () => void redraw(stage)),
  ];
  screen.ended.catch(done.reject);
  const onInterruption = (): void => quit(stage);
  parts.interruption.addEventListener('abort', onInterruption, { once: true });
  try {
    if (parts.interruption.aborted) quit(stage);
    await done.promise;
    return 0;
  } finally {
    on.isEnding = true;
    for (const one of forget) one();
    parts.interruption.removeEventListener('abort', onInterruption);
    on.run?.following.run.engine.stop();
    screen.end();
  }
}

/** The first run is there before the screen is: what is wrong with it is said as any command says it. */
async function raise(parts: ScreenParts): Promise<Stage> {
  const run = await parts.open(null);
  const stage = setStage(parts);
  begin(run, stage, stage.done.reject);
  return stage;
}

function setStage(parts: ScreenParts): Stage {
  const { clock, contexts, readonly } = parts;
  const on: OnScreen = { run: null, version: 0, doing: 'reading the cluster', isOpening: false, isEnding: false };
  const look = (): Picture => {
    const { version, doing } = on;
    return pictureOf(on.run?.following ?? null, { version, doing, now: clock.now(), readonly, contexts });
  };
  const screen = parts.mount(look, (effect) => void perform(effect, stage).catch(fail));
  const flash = (text: string, tone: Tone): void =>
    screen.tell({ type: 'Flashed', flash: flashOf(text, tone, clock.now()) });
  const fail = (error: unknown): void => flash(failureWords(error), 'fault');
  const changed = (): void => {
    on.version += 1;
    screen.turned();
  };
  const stage: Stage = { ...parts, on, screen, done: Promise.withResolvers<void>(), changed, flash };
  return stage;
}

/** `onNothing`: it ended of itself before anything was read. */
function begin(run: WatchRun, { on, screen, readonly, changed, flash }: Stage, onNothing: (error: unknown) => void) {
  const own = showRun(run, { readonly, tell: screen.tell, changed });
  Object.assign(on, { run: own, doing: null });
  own.following.over.catch((error: unknown) => {
    if (on.run !== own || on.isEnding) return;
    if (!run.engine.getState().clusterRead) onNothing(error);
    on.doing = `not followed any more: ${failureWords(error)}`;
    flash(failureWords(error), 'fault');
    changed();
  });
  changed();
}

async function perform(effect: Effect, stage: Stage): Promise<void> {
  const { on, screen, flash } = stage;
  switch (effect.type) {
    case 'Quit':
      return quit(stage);
    case 'Suspend':
      return suspend(stage);
    case 'Copy':
      screen.write(copySequence(effect.text));
      return flash(`copied: ${effect.text}`, 'good');
    case 'Save':
      return flash(`saved: ${stage.save(savedName(effect.name), `${effect.lines.join('\n')}\n`)}`, 'good');
    case 'Switch':
      return turnTo(effect, stage);
    default:
      return on.run?.effects.perform(effect);
  }
}

/** The run that is shown goes on until the other one can be read. */
async function turnTo({ context, namespace }: Extract<Effect, { type: 'Switch' }>, stage: Stage): Promise<void> {
  const { on, flash, changed } = stage;
  if (on.isOpening || on.run === null) return flash('another place is being looked for already', 'due');
  const place = { context: context ?? on.run.following.run.context, namespace };
  const where = placeWords(place);
  on.isOpening = true;
  flash(`connecting to ${where}`, 'muted');
  try {
    const run = await stage.open(place);
    if (on.isEnding) return;
    on.doing = `ending what is under way, then ${where}`;
    changed();
    await on.run.end();
    if (on.isEnding) return;
    begin(run, stage, () => {});
    flash(`watching ${where}`, 'good');
  } catch (error) {
    const why = failureWords(error);
    // What a connection says of itself names its context already.
    flash(why.includes(`context "${place.context}"`) ? why : `${where}: ${why}`, 'fault');
  } finally {
    on.isOpening = false;
  }
}

/** The second time it does not wait for what is under way. */
function quit({ on, done, flash, screen, endAtOnce }: Stage): void {
  if (on.isEnding) {
    screen.end();
    return endAtOnce();
  }
  on.isEnding = true;
  const waits = on.run?.isBegun() === true;
  flash(waits ? 'ending when what is under way is done; ctrl-c ends at once' : 'ending', 'due');
  (on.run?.end() ?? Promise.resolve()).then(done.resolve, done.reject);
}

async function suspend({ screen, stop, changed }: Stage): Promise<void> {
  await screen.suspend();
  try {
    stop();
  } finally {
    await screen.resume();
    changed();
  }
}

async function redraw({ screen, changed }: Stage): Promise<void> {
  await screen.suspend();
  await screen.resume();
  changed();
}

function placeWords({ context, namespace }: Place): string {
  const where = namespace === null ? '' : namespace === '' ? ', all namespaces' : `, namespace ${namespace}`;
  return `${context === '' ? 'the cluster' : `context ${context}`}${where}`;
}
