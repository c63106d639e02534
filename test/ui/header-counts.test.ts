import { describe, expect, test } from 'vitest';
import { emptyState } from '../../src/core/inventory.ts';
import type { Fact, State } from '../../src/core/inventory.ts';
import { coverage } from '../../src/core/report.ts';
import { conditionWords, wordsOf } from '../../src/core/rows.ts';
import type { Scan } from '../../src/core/scan.ts';
import { createHeader } from '../../src/ui/header.ts';
import type { About } from '../../src/ui/picture.ts';
import type { View } from '../../src/ui/view.ts';
import {
  aFinding,
  anException,
  aPolicy,
  aScan,
  digest,
  minute,
  now,
  pending,
  unknown,
  unscanned,
} from '../support/builders.ts';
import { aView } from '../support/frames.ts';
import { chance } from '../support/random.ts';
import { answered, aRun, aRunOver, deployed, stopped } from '../support/runs.ts';
import { aPicture } from '../support/screens.ts';

function linesOf(
  state: State | null,
  about: Partial<About> = {},
  view: Partial<View> = {},
  at = now,
): readonly string[] {
  const { lines } = createHeader()(aPicture({ state, about, now: at }), aView(view));
  return lines.map(({ cells }) => cells.map(({ text }) => text).join(''));
}

function counts(state: State): Readonly<Record<string, number>> {
  const [, line = ''] = linesOf(state);
  return Object.fromEntries([...line.matchAll(/(\w+) (\d+)/g)].map(([, word = '', many]) => [word, Number(many)]));
}

const strict = aPolicy({ security: { default: 'scaledown' } });
const bad = aScan({ findings: [aFinding()] });

describe('counts', () => {
  test('before the cluster was read tell nothing to be clean', () => {
    const run = aRun();
    run.turn(deployed('cart', 1));
    expect(linesOf(run.state)[0]).toContain('reading: 1 pods so far');
    expect(counts(run.state)).toMatchObject({ clean: 0, of: 0 });
  });
  test('what nobody was asked about is unknown, and an image that is not scanned', () => {
    const { state } = aRunOver([deployed('cart', 1), deployed('pay', 2)]);
    expect(counts(state)).toMatchObject({ clean: 0, unknown: 2, of: 2 });
    expect(linesOf(state).join('\n')).toContain('0/2 images scanned');
  });
  test('an answer that is missing is counted beside what is proven', () => {
    const run = aRunOver([deployed('cart', 1)], { policy: strict });
    run.turn(answered(1, { ...unknown(), findings: [aFinding()] } as Scan));
    expect(counts(run.state)).toMatchObject({ security: 1, unknown: 1, clean: 0 });
  });
  test('equal counting judgements and images one by one, whatever happens', () => {
    const random = chance(11);
    const run = aRunOver([], { policy: { ...strict, exceptions: [anException({ covers: { cve: 'CVE-2026-3' } })] } });
    const answers = [
      aScan(),
      bad,
      aScan({ findings: [aFinding({ cves: ['CVE-2026-3'] })] }),
      unknown(),
      pending(),
      unscanned(),
    ];
    for (let turn = 0; turn < 100; turn += 1) {
      const index = random.below(12);
      if (random.often(0.2)) {
        run.turn(stopped(`w${index}`), [{ type: 'ObjectGone', uid: `deployment-w${index}` }]);
      } else
        run.turn(deployed(`w${index}`, index % 8), random.often(0.6) ? [answered(index % 8, random.one(answers))] : []);
      const judgements = [...run.state.judged.values()];
      const shown = counts(run.state);
      for (const word of conditionWords) {
        expect(shown[word] ?? 0).toBe(judgements.filter((one) => wordsOf(one).includes(word)).length);
      }
      expect(shown['of']).toBe(judgements.length);
      const { images, scanned } = coverage(judgements, run.state);
      expect(linesOf(run.state).join('\n')).toContain(`${scanned}/${images} images scanned`);
    }
  });
  test('an image that nobody runs any more is neither counted nor told as the oldest answer', () => {
    const run = aRunOver([deployed('cart', 1), deployed('pay', 2)]);
    run.turn(
      answered(1, aScan({ askedAt: now - 90 * minute })),
      answered(2, aScan({ askedAt: now - 5 * minute, judged: [digest(2)] })),
    );
    expect(linesOf(run.state).join('\n')).toMatch(/2\/2 images scanned.*oldest answer 90m/);
    run.turn([
      { type: 'PodGone', uid: 'pod-deployment-cart' },
      { type: 'ObjectGone', uid: 'deployment-cart' },
    ]);
    expect(linesOf(run.state).join('\n')).toMatch(/1\/1 images scanned.*oldest answer 5m/);
  });
});

describe('what is in the way is said with its cause', () => {
  const troubles: [name: string, fact: Fact, says: string][] = [
    [
      'a watch that broke',
      { type: 'StreamLost', resource: 'pods', namespace: null, cause: 'EOF' },
      '! may be stale: the watch of pods broke (EOF)',
    ],
    [
      'news that are not heard',
      { type: 'NewsFault', from: 'violations', message: 'HTTP 403' },
      '! no news of violations: HTTP 403',
    ],
    ['a policy file that is wrong', { type: 'PolicyRefused', message: 'line 3: no such key' }, 'line 3: no such key'],
    [
      'what may not be read',
      { type: 'ReadForbidden', forbidden: { resource: 'pods', namespace: 'payments', message: 'no' } },
      '! may not be read: pods in payments',
    ],
    [
      'an image that could not be asked about',
      answered(1, unknown('unreachable', 'connect ECONNREFUSED')),
      'could not ask about an image: connect ECONNREFUSED',
    ],
    [
      'acts that are paused',
      {
        type: 'JournalRead',
        lines: [{ type: 'Paused', at: new Date(now).toISOString(), by: 'breaker', message: '12 of 40 images turned' }],
      },
      '12 of 40 images turned',
    ],
  ];
  test.each(troubles)('%s', (_, fact, says) => {
    const run = aRunOver([deployed('cart', 1)]);
    expect(linesOf(run.state).filter((line) => line.startsWith('!'))).toEqual([]);
    run.turn(fact);
    const trouble = linesOf(run.state).filter((line) => line.startsWith('!'));
    expect(trouble).toHaveLength(1);
    expect(trouble[0]).toContain(says);
  });
  test('several broken watches with the same cause are told once', () => {
    const run = aRunOver([]);
    for (const resource of ['pods', 'nodes']) run.turn({ type: 'StreamLost', resource, namespace: null, cause: 'EOF' });
    expect(linesOf(run.state).join('\n')).toMatch(/pods, nodes broke \(EOF\)/);
  });
  test('nothing is kept', () =>
    expect(linesOf(aRunOver([]).state, { fleeting: 'the folder is not writable' }).at(-1)).toContain(
      'the folder is not writable',
    ));
});

describe('where one is, and who acts', () => {
  const { state } = aRunOver([deployed('cart', 1)]);
  test('no cluster is connected', () => {
    expect(linesOf(null, { doing: 'connecting to prod' })[0]).toContain('connecting to prod');
    expect(linesOf(null, { xray: null }).at(-1)).toBe('no Xray is asked');
  });
  const firsts: [name: string, about: Partial<About>, view: Partial<View>, says: string][] = [
    ['context and all namespaces', {}, {}, 'prod  all namespaces'],
    ['the namespace that is read', { namespace: 'shop' }, {}, 'prod  shop'],
    ['the namespace that is shown', {}, { namespace: 'shop' }, 'prod  shop'],
    ['read-only', { readonly: true }, {}, 'read-only'],
    ['faults only', {}, { faultsOnly: true }, 'faults only'],
    ['enforcing', { enforcing: 'none' }, {}, 'ENFORCING'],
    ['a dry run', { enforcing: 'server' }, {}, 'enforcing, dry run'],
  ];
  test.each(firsts)('%s', (_, about, view, says) => expect(linesOf(state, about, view)[0]).toContain(says));
  test('enforcement with its limits', () => {
    const line = linesOf(state, { enforcing: 'none' }).find((one) => one.startsWith('policy '));
    expect(line).toMatch(/^policy policy\.yaml +ENFORCING +\d+ more this minute, 0\/3 today$/);
  });
  test('enforcement off, and no policy', () =>
    expect(linesOf(state, { policyFile: null }).join('\n')).toMatch(
      /no policy: every action is ignore +enforcement off/,
    ));
  test('questions that wait come before all that was answered', () =>
    expect(linesOf(state, { paused: true, asking: 3 }).find((line) => line.includes('images scanned'))).toMatch(
      /^questions paused, 3 wait/,
    ));
  test('what is being asked', () => expect(linesOf(state, { asking: 3 }).join('\n')).toContain('asking about 3'));
});

test('it counts once for each version of a picture, and does not take one state for another', () => {
  const header = createHeader();
  const text = (state: State, version: number): string =>
    header(aPicture({ state, version }), aView())
      .lines.map(({ cells }) => cells.map(({ text }) => text).join(''))
      .join('\n');
  const run = aRunOver([deployed('cart', 1)]);
  expect(text(run.state, 1)).toContain('unknown 1');
  run.turn(answered(1, aScan()));
  expect(text(run.state, 2)).toContain('clean 1');
  expect(text(emptyState(aPolicy()), 2)).toContain('clean 0');
});
