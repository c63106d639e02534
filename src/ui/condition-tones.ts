// What each condition looks like, wherever it is counted.
import type { ConditionWord } from '../core/rows.ts';
import type { Tone } from './table.ts';

export const conditionTones: Readonly<Record<ConditionWord, Tone>> = {
  security: 'critical',
  license: 'high',
  unscanned: 'medium',
  unknown: 'unknown',
  pending: 'unknown',
  clean: 'good',
};
