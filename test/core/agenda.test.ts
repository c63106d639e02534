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

  test('does not grow by what is set anew again and again', () => {
    const agenda = emptyAgenda();
    for (const key of ['a', 'b', 'c']) schedule(agenda, key, 2_000_000);
    for (let at = 1; at <= 100_000; at += 1) {
      schedule(agenda, 'a', Infinity);
      schedule(agenda, 'a', 1_000_000 + at);
    }
    expect(agenda.heap.length).toBeLessThan(100);
    expect(takeDue(agenda, 3_000_000).toSorted()).toEqual(['a', 'b', 'c']);
  });
});
