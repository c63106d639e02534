import { describe, expect, test } from 'vitest';
import { judgeClock, skewOf } from '../../../src/core/doctor/clock.ts';
import type { Timed } from '../../../src/core/doctor/clock.ts';
import { day, hour, minute, now } from '../../support/builders.ts';

/** The server's clock says now; this one is ahead by so many milliseconds. */
function ahead(milliseconds: number, took = 100): Timed {
  const sentAt = now + milliseconds;
  return { date: new Date(now).toUTCString(), sentAt, receivedAt: sentAt + took };
}

describe('the clock', () => {
  const cases: [name: string, timed: Timed, result: string, says: RegExp][] = [
    ['agrees', ahead(0), 'ok', /agrees/],
    ['is a little off', ahead(20_000), 'ok', /agrees/],
    ['is a minute ahead', ahead(minute + 1000), 'warning', /60 seconds ahead of that of Xray/],
    ['is a minute behind', ahead(-minute), 'warning', /60 seconds behind that of Xray/],
    ['is ten minutes behind', ahead(-10 * minute), 'failed', /10 minutes behind/],
    ['is three hours ahead', ahead(3 * hour), 'failed', /3 hours ahead/],
    ['is days ahead', ahead(3 * day), 'failed', /3 days ahead/],
    ['cannot be compared', { ...ahead(0), date: null }, 'skipped', /does not tell/],
    ['cannot be compared with nonsense', { ...ahead(0), date: 'soon' }, 'skipped', /does not tell/],
  ];
  for (const [name, timed, result, says] of cases) {
    test(name, () => {
      const found = judgeClock('Xray', timed);
      expect(found.result).toBe(result);
      expect(found.message).toMatch(says);
      expect(found.cure === null).toBe(result === 'ok' || result === 'skipped');
    });
  }

  test('is not blamed for an answer that took long', () => expect(skewOf(ahead(-2 * minute, 3 * minute))).toBe(0));
});
