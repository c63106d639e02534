import { expect, test } from 'vitest';
import type { Coverage } from '../../src/core/report.ts';
import { coverageLine } from '../../src/output/coverage.ts';

function covered(overrides: Partial<Coverage> = {}): Coverage {
  return {
    pods: 430,
    workloads: 57,
    images: 61,
    scanned: 61,
    unscanned: 0,
    pending: 0,
    unknown: 0,
    forbidden: [],
    notEvaluated: [],
    causes: [],
    ...overrides,
  };
}

const forbidden = (resource: string, namespace: string | null) => ({ resource, namespace, message: '' });

test('how old answers are is told where nobody was asked', () =>
  expect(coverageLine(covered(), 57, new Map(), 30 * 60 * 60_000)).toBe(
    '57 workloads, 430 pods, 61 images: 61 scanned; the oldest answer is 30h old (--offline)\n',
  ));

const cases: [name: string, coverage: Partial<Coverage>, line: string][] = [
  [
    'what could not be asked is told once, with its cause',
    {
      scanned: 50,
      unscanned: 8,
      pending: 1,
      unknown: 2,
      causes: [{ cause: 'timeout', message: 'no answer', images: 2 }],
    },
    '57 workloads, 430 pods, 61 images: 50 scanned, 8 unscanned, 1 pending, 2 unknown; timeout (2 images): no answer',
  ],
  [
    'each cause is told',
    {
      causes: [
        { cause: 'forbidden', message: 'no right', images: 1 },
        { cause: 'unconfirmed', message: 'no address of Artifactory', images: 3 },
      ],
    },
    '57 workloads, 430 pods, 61 images: 61 scanned; forbidden (1 image): no right; unconfirmed (3 images): no address of Artifactory',
  ],
  [
    'two causes with the same words are told once',
    {
      causes: [
        { cause: 'violations: unauthorized', message: 'give a new token', images: 3 },
        { cause: 'unauthorized', message: 'give a new token', images: 1 },
      ],
    },
    '57 workloads, 430 pods, 61 images: 61 scanned; violations: unauthorized, unauthorized (4 images): give a new token',
  ],
  [
    'what hides workloads is named before what does not',
    { forbidden: [forbidden('webhooks', null), forbidden('jobs.batch', 'shop'), forbidden('pods', 'shop')] },
    '57 workloads, 430 pods, 61 images: 61 scanned; forbidden: pods in shop, jobs.batch in shop, webhooks',
  ],
  [
    'what may not be read is named',
    { forbidden: [forbidden('pods', 'vault'), forbidden('nodes', null)] },
    '57 workloads, 430 pods, 61 images: 61 scanned; forbidden: pods in vault, nodes',
  ],
  [
    'many are named by their first and a number',
    { forbidden: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => forbidden('pods', name)) },
    '57 workloads, 430 pods, 61 images: 61 scanned; forbidden: pods in a, pods in b, pods in c, pods in d, pods in e, pods in f and 2 more',
  ],
  [
    'what was not evaluated is told once for each condition',
    {
      notEvaluated: [
        { condition: 'license', repository: 'docker-x' },
        { condition: 'license', repository: '' },
        { condition: 'security', repository: 'docker-x' },
      ],
    },
    '57 workloads, 430 pods, 61 images: 61 scanned; ' +
      'license not evaluated: no watch with such a policy is known to cover docker-x, (repository unknown); ' +
      'security not evaluated: no watch with such a policy is known to cover docker-x',
  ],
  ['one is not several', { pods: 1, workloads: 1, images: 1, scanned: 1 }, '1 workload, 1 pod, 1 image: 1 scanned'],
  ['nothing is said of what is not', {}, '57 workloads, 430 pods, 61 images: 61 scanned'],
];
test('what cannot be heard of news is told, each cause once', () => {
  const faults = new Map([
    ['watches', 'no right'],
    ['policies', 'no right'],
    ['violations', 'too late'],
  ]);
  expect(coverageLine(covered(), 57, faults)).toBe(
    '57 workloads, 430 pods, 61 images: 61 scanned; answers from the cache are used by their age alone, without news of policies, violations, watches: no right; too late\n',
  );
});
for (const [name, coverage, line] of cases) {
  test(name, () => expect(coverageLine(covered(coverage), covered(coverage).workloads)).toBe(`${line}\n`));
}
