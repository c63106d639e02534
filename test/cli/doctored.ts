// What `doctor -o json` found.
import type { Area, Diagnosis } from '../../src/core/doctor/diagnosis.ts';
import type { Ended } from './run-cli.ts';

export interface Doctored extends Ended {
  /** `xray address`: everything that was found under that name. */
  readonly found: (name: string) => readonly Diagnosis[];
  /** `xray address failed` of some areas, in order; what the machine of the tests is like is not their business. */
  readonly wrong: (...areas: readonly Area[]) => readonly string[];
}

export function doctored(ended: Ended): Doctored {
  const { items } = JSON.parse(ended.stdout) as { readonly items: readonly Diagnosis[] };
  return {
    ...ended,
    found: (name) => items.filter(({ area, check }) => `${area} ${check}` === name),
    wrong: (...areas) =>
      items
        .filter(({ area, result }) => areas.includes(area) && (result === 'failed' || result === 'warning'))
        .map(({ area, check, result }) => `${area} ${check} ${result}`),
  };
}
