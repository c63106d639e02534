import { stripVTControlCharacters } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { mountScreen } from '../../src/ui/mount.tsx';
import type { Mounted } from '../../src/ui/mount.tsx';
import type { ScreenParts } from '../../src/ui/screen.ts';
import { aScreen } from '../support/a-screen.ts';
import type { ScreenUnderTest } from '../support/a-screen.ts';
import { aTerminal } from '../support/terminal.ts';
import type { Terminal } from '../support/terminal.ts';

interface MountedUnderTest extends ScreenUnderTest {
  readonly terminal: Terminal;
  readonly mounted: Mounted;
  /** Waits until what is on the terminal since this was asked last holds the text. */
  readonly until: (text: string) => Promise<string>;
}

function aMounted(overrides: Partial<ScreenParts> = {}): MountedUnderTest {
  const under = aScreen(overrides);
  const terminal = aTerminal();
  const mounted = mountScreen(under.screen, terminal);
  onTestFinished(() => {
    mounted.unmount();
    under.screen.stop();
  });
  const until = async (text: string): Promise<string> => {
    let seen = '';
    await vi.waitFor(() => {
      seen += terminal.written();
      expect(seen).toContain(text);
    });
    return seen;
  };
  return { ...under, terminal, mounted, until };
}

const entered = '\u001b[?1049h';
const left = '\u001b[?1049l';
const cursorShown = '\u001b[?25h';
const frameBegins = '\u001b[?2026h';
const count = (text: string, part: string): number => text.split(part).length - 1;

describe('a screen on a terminal', () => {
  test('enters the alternate screen first, and draws one line less than there is', async () => {
    const { until, terminal } = aMounted();
    const written = await until('? help');
    expect(written.startsWith(entered)).toBe(true);
    expect(count(written, '\n')).toBe(23);
    expect(terminal.isRaw()).toBe(true);
  });
  test('answers keys by the lines that changed alone, without clearing between frames', async () => {
    const { until, terminal } = aMounted();
    await until('? help');
    terminal.type('j');
    const written = await until('>');
    expect(count(written, 'deployment/service-')).toBeLessThanOrEqual(2);
    expect(written).not.toContain('\u001b[2J');
    expect(written).not.toContain('\u001b[J');
  });
  test('takes several keys that come at once one after the other', async () => {
    const { until, terminal, screen } = aMounted();
    await until('? help');
    terminal.type('jj\u001b[Bk');
    await vi.waitFor(() => expect(screen.frame().view.visits.at(-1)?.cursor).toBe('uid-2'));
  });
  test('takes what is pasted for text where one types, and for nothing else', async () => {
    const { until, terminal, screen } = aMounted();
    await until('? help');
    terminal.type('\u001b[200~jE\r\u001b[201~');
    terminal.type('/');
    terminal.type('\u001b[200~cart\n\u001b[201~');
    await vi.waitFor(() => expect(screen.frame().view.prompt?.text.trim()).toBe('cart'));
    expect(screen.frame().view.visits.at(-1)?.index).toBe(0);
    expect(screen.frame().view.dialog).toBeNull();
  });
  test('is drawn anew in another size', async () => {
    const { until, terminal } = aMounted();
    await until('? help');
    terminal.resize(50, 14);
    const written = await until('? help');
    const lines = stripVTControlCharacters(written.slice(written.lastIndexOf('now '))).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
    expect(lines.length).toBe(14);
  });
});

describe('the terminal is given back', () => {
  const isBack = (written: string): void => {
    expect(written).toContain(left);
    expect(written.lastIndexOf(cursorShown)).toBeGreaterThan(written.lastIndexOf('\u001b[?25l'));
    expect(written.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(written.lastIndexOf('\u001b[?2004h'));
  };
  test('when it is unmounted', async () => {
    const { until, terminal, mounted } = aMounted();
    let written = await until('? help');
    mounted.unmount();
    await mounted.ended;
    written += terminal.written();
    isBack(written);
    expect(terminal.isRaw()).toBe(false);
    mounted.restore();
    expect(terminal.written()).toBe('');
  });
  test('when drawing fails, and the fault is told', async () => {
    const broken = { ...aMountedHeader(), lines: null as never };
    let fails = false;
    const { until, terminal, mounted, press } = aMounted({ header: () => (fails ? broken : aMountedHeader()) });
    let written = await until('? help');
    fails = true;
    press('j');
    await expect(mounted.ended).rejects.toThrow(TypeError);
    written += terminal.written();
    isBack(written);
    expect(terminal.isRaw()).toBe(false);
  });
  test('when the process ends before anything else could be done', async () => {
    const { until, terminal, mounted } = aMounted();
    let written = await until('? help');
    mounted.restore();
    written += terminal.written();
    isBack(written);
    expect(terminal.isRaw()).toBe(false);
  });
  test('for a while, and all of it is drawn again afterwards', async () => {
    const { until, terminal, mounted, screen } = aMounted();
    let written = await until('? help');
    await mounted.suspend();
    written += terminal.written();
    isBack(written);
    expect(terminal.isRaw()).toBe(false);
    screen.send({ type: 'Flashed', flash: { text: 'said meanwhile', tone: 'good', until: Infinity } });
    expect(terminal.written()).toBe('');
    await mounted.resume();
    const again = await until('said meanwhile');
    expect(again).toContain(entered);
    expect(count(again, 'deployment/service-')).toBeGreaterThan(10);
    expect(terminal.isRaw()).toBe(true);
  });
});

test('a terminal that takes nothing is given no new frame, and then the latest alone', async () => {
  const { until, terminal, press, screen } = aMounted();
  await until('? help');
  terminal.stop();
  press('j');
  const begun = await until(frameBegins);
  for (let index = 0; index < 10; index += 1) {
    press('j');
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(screen.frame().view.visits.at(-1)?.cursor).toBe('uid-11');
  expect(terminal.written()).toBe('');
  terminal.goOn();
  const written = begun + (await until('service-11'));
  await vi.waitFor(() => expect(terminal.stdout.writableLength).toBe(0));
  expect(count(written + terminal.written(), frameBegins)).toBeLessThanOrEqual(2);
});

function aMountedHeader() {
  return { lines: [{ cells: [{ text: 'prod' }] }] };
}
