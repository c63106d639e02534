// The living demo after a minute, with one workload stopped by hand: what every page of the screen is drawn of.
import { stripVTControlCharacters } from 'node:util';
import { createContents } from '../../src/ui/contents.ts';
import { fitsOf } from '../../src/ui/frame.ts';
import type { Frame } from '../../src/ui/frame.ts';
import { createHeader } from '../../src/ui/header.ts';
import { helpOf } from '../../src/ui/help.ts';
import type { Page } from '../../src/ui/page.ts';
import type { Picture } from '../../src/ui/picture.ts';
import { createScreen } from '../../src/ui/screen.ts';
import { createShown } from '../../src/ui/shown.ts';
import type { Theme } from '../../src/ui/theme.ts';
import { update } from '../../src/ui/update.ts';
import type { View } from '../../src/ui/view.ts';
import { aLivingRun, allAnswered } from '../demo/living-run.ts';
import { drawn } from './drawn.tsx';
import { aView, aVisit, plainTheme } from './frames.ts';
import { aManualClock } from './manual-clock.ts';
import { anAbout } from './screens.ts';

/** Of a run that has ended: it stays as it was then. */
export async function aLivingPicture(): Promise<Picture> {
  const run = aLivingRun();
  const { engine, clock } = run;
  await run.until('every image is answered for', () => engine.getState().clusterRead && allAnswered(run), 5);
  await run.byHand('shop/deployment/storefront', 'scaledown');
  await clock.pass(65_000 - run.seconds() * 1000);
  const picture = { state: engine.getState(), version: 1, now: clock.now(), about: anAbout({ context: 'demo' }) };
  await run.finish();
  return picture;
}

/** A page as the screen comes to show it. */
export function frameOf(page: Page, picture: Picture, overrides: Partial<View> = {}, theme: Theme = plainTheme): Frame {
  const screen = createScreen({
    clock: aManualClock({ start: picture.now }),
    theme,
    first: aView({ visits: [aVisit({ page, cursor: null })], ...overrides }),
    look: () => picture,
    contents: createContents({ help: helpOf }),
    header: createHeader(),
    filtered: createShown(fitsOf),
    update,
    perform: () => {},
  });
  const frame = screen.frame();
  screen.stop();
  return frame;
}

/** Its lines without colours. */
export function linesOf(page: Page, picture: Picture, overrides: Partial<View> = {}, theme?: Theme): readonly string[] {
  return drawn(frameOf(page, picture, overrides, theme), theme).map(stripVTControlCharacters);
}
