// The living demo after more than a minute, with one workload stopped by hand: what every page of the screen is drawn of.
import { stripVTControlCharacters } from 'node:util';
import { createContents } from '../../src/ui/contents.ts';
import { fitsOf, inSight, pageOf } from '../../src/ui/frame.ts';
import type { Frame } from '../../src/ui/frame.ts';
import { createHeader } from '../../src/ui/header.ts';
import { helpOf } from '../../src/ui/help.ts';
import { layOut } from '../../src/ui/layout.ts';
import type { Page } from '../../src/ui/page.ts';
import type { Picture } from '../../src/ui/picture.ts';
import { createShown } from '../../src/ui/shown.ts';
import type { Theme } from '../../src/ui/theme.ts';
import type { View } from '../../src/ui/view.ts';
import { aLivingRun, allAnswered } from '../demo/living-run.ts';
import { drawn } from './drawn.tsx';
import { aView, aVisit, plainTheme } from './frames.ts';
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

/** A page as the store puts it together, with the cursor on its first row. */
export function frameOf(page: Page, picture: Picture, overrides: Partial<View> = {}, theme: Theme = plainTheme): Frame {
  const content = createContents({ help: helpOf })(page, picture);
  const cursor = content.is === 'table' ? (content.rows[0]?.id ?? null) : null;
  const view = aView({ visits: [aVisit({ page, cursor })], ...overrides });
  const { rows, lines, shown } = createShown(fitsOf)(content, view);
  const visible = { rows: inSight(rows, view, shown), lines: inSight(lines, view, shown) };
  const asked = { columns: view.columns, wide: view.wide, sort: view.visits.at(-1)?.sort ?? null };
  const placed = content.is === 'table' ? layOut(content, visible.rows, asked, theme) : [];
  return { view, picture, header: createHeader()(picture, view), content, shown, ...visible, placed };
}

/** Its lines without colours. */
export function linesOf(page: Page, picture: Picture, overrides: Partial<View> = {}, theme?: Theme): readonly string[] {
  const frame = frameOf(page, picture, overrides, theme);
  if (pageOf(frame.view) !== page) throw new Error('another page is shown');
  return drawn(frame, theme).map(stripVTControlCharacters);
}
