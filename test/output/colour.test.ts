import { describe, expect, test } from 'vitest';
import { painter, wantsColour } from '../../src/output/colour.ts';

describe('colour', () => {
  type Flag = 'auto' | 'always' | 'never';
  const cases: [name: string, wanted: boolean, flag: Flag, env: Record<string, string>, terminal: boolean][] = [
    ['off a terminal', false, 'auto', {}, false],
    ['on a terminal that cannot', false, 'auto', { TERM: 'dumb' }, true],
    ['NO_COLOR', false, 'auto', { NO_COLOR: '1' }, true],
    ['NO_COLOR goes before FORCE_COLOR', false, 'auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0 off a terminal', false, 'auto', { FORCE_COLOR: '0' }, false],
    ['an empty FORCE_COLOR off a terminal', false, 'auto', { FORCE_COLOR: '' }, false],
    ['--color=never on a terminal', false, 'never', { FORCE_COLOR: '1' }, true],
    ['on a terminal', true, 'auto', { TERM: 'xterm' }, true],
    ['an empty NO_COLOR is none', true, 'auto', { NO_COLOR: '' }, true],
    ['FORCE_COLOR off a terminal', true, 'auto', { FORCE_COLOR: '1' }, false],
    ['--color=always off a terminal, whatever NO_COLOR says', true, 'always', { NO_COLOR: '1' }, false],
  ];
  for (const [name, wanted, flag, env, terminal] of cases) {
    test(`${name}: ${wanted ? 'yes' : 'no'}`, () => expect(wantsColour(flag, env, terminal)).toBe(wanted));
  }
  test('that is not wanted leaves text as it is', () => expect(painter(false)('1', 'critical')).toBe('1'));
  test('ends where its text ends', () => expect(painter(true)('1', 'critical')).toBe('\u001B[1;31m1\u001B[0m'));
});
