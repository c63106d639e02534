import { describe, expect, test } from 'vitest';
import { emptyAgenda, nextDue, schedule, takeDue } from '../../src/core/agenda.ts';

describe('the agenda', () => {
  test('of nothing never wakes anybody', () => {
    const agenda = emptyAgenda();
    expect([nextDue(agenda), takeDue(agenda, Infinity)]).toEqual([Infinity, []]);
  });

  test('hands out what is due, earliest first, once', () => {
    const agenda = emptyAgenda();
    for (const at of [30, 10, 20, 40]) schedule(agenda, `at ${at}`, at);
    expect(takeDue(agenda, 30)).toEqual(['at 10', 'at 20', 'at 30']);
    expect(takeDue(agenda, 30)).toEqual([]);
    expect(nextDue(agenda)).toBe(40);
  });

  test('keeps one time for each key, whether earlier or later', () => {
    const agenda = emptyAgenda();
    schedule(agenda, 'a', 10);
    schedule(agenda, 'a', 50);
    schedule(agenda, 'b', 60);
    schedule(agenda, 'b', 20);
    expect(takeDue(agenda, 30)).toEqual(['b']);
    expect(takeDue(agenda, 60)).toEqual(['a']);
  });

  test('forgets what never falls due', () => {
    const agenda = emptyAgenda();
    schedule(agenda, 'a', 10);
    schedule(agenda, 'a', Infinity);
    expect([nextDue(agenda), takeDue(agenda, 100)]).toEqual([Infinity, []]);
  });

  test('agrees with sorting, whatever the order', () => {
    const agenda = emptyAgenda();
    const times = Array.from({ length: 500 }, (_, index) => (index * 7919) % 503);
    for (const [index, at] of times.entries()) schedule(agenda, `${index}`, at);
    const handedOut = takeDue(agenda, 600).map((key) => times[Number(key)]);
    expect(handedOut).toEqual(times.toSorted((one, other) => one - other));
  });
});
