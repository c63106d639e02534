// Puts a screen on a terminal, and gives the terminal back as it was, however it ends. The one writer to it meanwhile.
import { render } from 'ink';
import type { SuspendTerminal } from 'ink';
import { App } from './App.tsx';
import { createGate, unblocked } from './gate.ts';
import { Keys } from './Keys.tsx';
import type { Screen } from './screen.ts';
import type { Press } from './view.ts';

export interface MountOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr?: NodeJS.WriteStream;
}

export interface Mounted {
  /** Rejects with what was thrown while drawing; the terminal is given back then too. */
  readonly ended: Promise<void>;
  /** Gives the terminal back for a while; until then keys and frames are not looked at. */
  readonly suspend: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly unmount: () => void;
  /** For the very end of a process, where nothing can be waited for; harmless where all is well. */
  readonly restore: () => void;
}

/** Keys come at any time; what the run does is gathered by the screen already (ten a second). */
const framesASecond = 60;

/** A tmux that has grown meanwhile would else leave lines of the screen on what was there before (3.3a). */
const home = '\u001b[H';

/** Ends a frame that is being written, marked pastes, a hidden cursor and the alternate screen. */
const asItWas = `${home}\u001b[?2026l\u001b[?2004l\u001b[?25h\u001b[?1049l`;

export function mountScreen(screen: Screen, { stdin, stdout, stderr }: MountOptions): Mounted {
  let suspendTerminal: SuspendTerminal | null = null;
  let suspended: { readonly resume: () => Promise<void> } | null = null;
  let over = false;
  const block = unblocked(stdout);
  const gate = createGate(screen, stdout);
  const pressed = (press: Press): void => screen.send({ type: 'Pressed', press, at: screen.now() });
  // Where nothing is being typed, pasted text would be a row of commands.
  const pasted = (press: Press): void => {
    const { prompt, dialog } = screen.frame().view;
    if (prompt !== null || dialog !== null) pressed(press);
  };
  const suspends = (suspend: SuspendTerminal): void => void (suspendTerminal = suspend);
  const measure = (): void => screen.send({ type: 'Resized', columns: stdout.columns, rows: stdout.rows });
  const resized = (): void => {
    if (suspended !== null) return;
    // What a terminal makes of its content when its size changes is its own affair: all of it is drawn anew.
    instance.clear();
    measure();
  };
  const others = new Set(stdout.listeners('resize'));
  const instance = render(
    <>
      <Keys pressed={pressed} pasted={pasted} suspends={suspends} />
      <App screen={gate} theme={screen.theme} />
    </>,
    {
      stdin,
      stdout,
      ...(stderr === undefined ? {} : { stderr }),
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: framesASecond,
      exitOnCtrlC: false,
      // Ink draws nothing where CI is set, unless it is told.
      interactive: stdout.isTTY,
      patchConsole: false,
    },
  );
  // Ink would draw the frame of the old size once more.
  for (const own of stdout.listeners('resize')) if (!others.has(own)) stdout.off('resize', own);
  stdout.on('resize', resized);
  const end = (): void => {
    over = true;
    stdout.off('resize', resized);
    block();
  };
  const ended = instance.waitUntilExit().then(end, (error: unknown) => {
    end();
    throw error;
  });
  return {
    ended,
    suspend: async () => {
      if (suspended !== null || suspendTerminal === null || over) return;
      stdout.write(home);
      suspended = await suspendTerminal();
    },
    resume: async () => {
      const { resume } = suspended ?? {};
      suspended = null;
      if (over) return;
      measure();
      await resume?.();
    },
    unmount: () => {
      if (over) return;
      over = true;
      if (suspended === null) stdout.write(home);
      instance.unmount();
    },
    restore: () => {
      if (over || suspended !== null) return;
      over = true;
      // Nothing is written any more once a process ends, but what is written at once.
      block();
      stdin.setRawMode?.(false);
      stdout.write(asItWas);
    },
  };
}
