import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeLock, whileLocked } from '../../src/state/lock.ts';
import type { StateClock } from '../../src/state/lock.ts';
import { aFolder } from './folders.ts';
import { realClock } from './real-clock.ts';

const quick = { beat: 20, silence: 300 };

/** Of a process that stands still: it says no more that it is there. */
const stoppedClock: StateClock = { now: Date.now, after: () => () => {} };

test('who waits goes in one at a time', async () => {
  const folder = join(aFolder(), 'lock');
  let [inside, most] = [0, 0];
  const enter = (): Promise<void> =>
    whileLocked(folder, realClock, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
    });
  await Promise.all(Array.from({ length: 30 }, enter));
  expect(most).toBe(1);
});

test('who stood still loses the lock to exactly one other, knows it, and takes it from nobody', async () => {
  const folder = join(aFolder(), 'lock');
  const stopped = await takeLock(folder, stoppedClock, quick);
  let inside = 0;
  const others = Array.from({ length: 10 }, async () => {
    const held = await takeLock(folder, realClock, quick);
    inside += 1;
    expect(inside).toBe(1);
    expect(await stopped.stillHeld()).toBe(false);
    await stopped.release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await held.stillHeld()).toBe(true);
    inside -= 1;
    await held.release();
  });
  await Promise.all(others);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('who is slow keeps the lock while it says that it is there', async () => {
  const folder = join(aFolder(), 'lock');
  const held = await takeLock(folder, realClock, quick);
  let other = false;
  const waiting = takeLock(folder, realClock, quick).then((taken) => {
    other = true;
    return taken.release();
  });
  await new Promise((resolve) => setTimeout(resolve, 2 * quick.silence));
  expect([other, await held.stillHeld()]).toEqual([false, true]);
  await held.release();
  await waiting;
});
