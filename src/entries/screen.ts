// The screen, put together of its parts, on the terminal that the program was called from. Loaded late: Ink takes its time.
import type { ScreenParts } from '../commands/watch/screen.ts';
import type { WatchOptions } from '../commands/watch.ts';
import { wantsColour } from '../output/colour.ts';
import type { World } from '../world.ts';
import { colourFlag } from './settings.ts';
import type { Arguments } from './settings.ts';

export async function screenOn(
  argv: Arguments,
  world: World,
  { ascii, wide }: Pick<WatchOptions, 'ascii' | 'wide'>,
): Promise<ScreenParts['mount']> {
  const [
    { createContents },
    { createHeader },
    { helpOf },
    { mountScreen },
    { createScreen },
    { createShown },
    { createTheme },
    { firstView, update },
  ] = await Promise.all([
    import('../ui/contents.ts'),
    import('../ui/header.ts'),
    import('../ui/help.ts'),
    import('../ui/mount.tsx'),
    import('../ui/screen.ts'),
    import('../ui/shown.ts'),
    import('../ui/theme.ts'),
    import('../ui/update.ts'),
  ]);
  const { clock, env, stdin, screen: stdout } = world;
  return (look, perform) => {
    const screen = createScreen({
      clock,
      theme: createTheme({ colour: wantsColour(colourFlag(argv), env, stdout.isTTY), ascii }),
      first: { ...firstView({ columns: stdout.columns, rows: stdout.rows }), wide },
      look,
      contents: createContents({ help: helpOf }),
      header: createHeader({ ascii }),
      filtered: createShown(),
      update,
      perform,
    });
    const mounted = mountScreen(screen, { stdin, stdout });
    // However the process ends: a fault of ours included.
    const forget = world.onExit(mounted.restore);
    return {
      turned: screen.turned,
      tell: screen.send,
      write: (sequence) => void stdout.write(sequence),
      suspend: mounted.suspend,
      resume: mounted.resume,
      end: () => {
        screen.stop();
        mounted.unmount();
        forget();
      },
      ended: mounted.ended,
    };
  };
}
