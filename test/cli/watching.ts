// `watch` in a terminal of its own, in a shell, over an acting shop. What the screen says is looked at by words, not by place.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect } from 'vitest';
import type { OpenControlPlane } from '../control-plane/access.ts';
import { eventually, type Patience } from '../control-plane/eventually.ts';
import type { Stored } from '../control-plane/requests.ts';
import { keys } from '../support/pseudo-terminal.ts';
import { openShell, type ShellTerminal } from '../support/shell-terminal.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { launcher } from './run-cli.ts';

export interface Watched extends ShellTerminal {
  /** The line under the cursor. */
  readonly chosen: () => string;
  /** Until every one of these is on the screen. */
  readonly shows: (...words: readonly (string | RegExp)[]) => Promise<string>;
  readonly showsNot: (...words: readonly (string | RegExp)[]) => Promise<string>;
  /** Filters, and waits until what was typed was taken. */
  readonly filter: (text: string) => Promise<void>;
  /** Goes on until the button has the focus, and presses it. */
  readonly choose: (button: string) => Promise<void>;
  /** Agrees to what is asked: the focus is on Cancel first. */
  readonly agree: () => Promise<void>;
}

/** One that is clean, two that are not. */
export async function aShopToWatch(plane: OpenControlPlane, name: string): Promise<ActingShop> {
  const shop = await anActingShop(plane, name);
  shop.writePolicy(condemning);
  const { apps } = shop;
  await shop.apply(
    apps('Deployment', 'steady', shop.running('good')),
    apps('Deployment', 'doomed-one', shop.running('bad'), { replicas: 2 }),
    apps('Deployment', 'doomed-two', shop.running('bad'), { replicas: 3 }),
  );
  return shop;
}

export async function replicasOf(shop: ActingShop, name: string): Promise<number | undefined> {
  return ((await shop.get(`apps/v1 deployments ${name}`)) as (Stored & { spec: { replicas: number } }) | undefined)
    ?.spec.replicas;
}

/** Undefined: until it is gone. */
export async function reaches(shop: ActingShop, name: string, wanted: number | undefined): Promise<void> {
  await eventually(`${name} has ${wanted} replicas`, async () => (await replicasOf(shop, name)) === wanted, {
    deadline: 60_000,
  });
}

export interface WatchOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Condemned, and nobody carries it out. */
export const condemning = `
scanPolicy:
  security: { default: scaledown }
`;

/** Milliseconds until something is seen, on a busy machine. */
const patience: Patience = { deadline: 30_000 };

export function watchShop(
  plane: OpenControlPlane,
  shop: ActingShop,
  words: string,
  { env, ...size }: WatchOptions = {},
): Watched {
  const kubeconfig = join(shop.home, 'kubeconfig');
  writeFileSync(kubeconfig, plane.kubeconfig({ namespace: shop.namespace }), { mode: 0o600 });
  const terminal = openShell(launcher, words.split(' '), {
    columns: 120,
    rows: 30,
    cwd: shop.home,
    ...size,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: shop.home,
      ...shop.options.env,
      KUBECONFIG: kubeconfig,
      ...env,
    },
  });
  const has = (screen: string, word: string | RegExp): boolean =>
    typeof word === 'string' ? screen.includes(word) : word.test(screen);
  const shows: Watched['shows'] = async (...words) =>
    terminal.until(`it shows ${words.join(', ')}`, (screen) => words.every((word) => has(screen, word)), patience);
  return {
    ...terminal,
    chosen: () => chosenIn(terminal.screen()),
    shows,
    showsNot: async (...words) =>
      terminal.until(
        `it does not show ${words.join(', ')}`,
        (screen) => !words.some((word) => has(screen, word)),
        patience,
      ),
    filter: async (text) => {
      terminal.press(`/${text}`);
      const isPrompt = new RegExp(`^/${text}`, 'm');
      await shows(isPrompt);
      terminal.press(keys.enter);
      await terminal.until(
        'the filter is taken',
        (screen) => !isPrompt.test(screen) && screen.includes(text),
        patience,
      );
    },
    choose: async (button) => {
      await shows(`[ ${button}`);
      for (let tabs = 0; !terminal.screen().includes(`>[ ${button}`); tabs += 1) {
        if (tabs > 5) throw new Error(`${button} is not reached\n${terminal.screen()}`);
        const before = terminal.screen();
        terminal.press(keys.tab);
        await terminal.until('the focus goes on', (screen) => screen !== before, patience);
      }
      terminal.press(keys.enter);
    },
    agree: async () => {
      await shows(/cancel/i);
      terminal.press(keys.tab);
      terminal.press(keys.enter);
    },
  };
}

function chosenIn(screen: string): string {
  return screen.split('\n').find((line) => line.startsWith('>')) ?? '';
}

/** Main screen, cursor, and the modes of a terminal that one types in. */
export async function isSane(watch: Watched): Promise<void> {
  expect([watch.isAlternate(), watch.isCursorShown()]).toEqual([false, true]);
  const modes = await watch.type('stty -a');
  for (const mode of ['icanon', 'echo', 'isig', 'icrnl', 'opost'])
    expect(modes).toMatch(new RegExp(`(?<![-\\w])${mode}\\b`));
}
