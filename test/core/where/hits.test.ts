import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/core/policy.ts';
import type { Scan } from '../../../src/core/scan.ts';
import { answersTo, elsewhere, searchedIn } from '../../../src/core/where/answer.ts';
import { hitsIn } from '../../../src/core/where/hits.ts';
import type { Hit } from '../../../src/core/where/hits.ts';
import { readSought } from '../../../src/core/where/sought.ts';
import type { Sought } from '../../../src/core/where/sought.ts';
import type { Workload } from '../../../src/core/workload.ts';
import {
  aFinding,
  aLicense,
  anEntry,
  anException,
  anImage,
  aPolicy,
  aScan,
  aViolation,
  aWorkload,
  now,
  pending,
  unknown,
  unscanned,
} from '../../support/builders.ts';
import { judgementOf } from '../../support/states.ts';

function sought(...words: string[]): Sought[] {
  return words.map((word) => {
    const reading = readSought(word);
    if ('fault' in reading) throw new Error(reading.fault);
    return reading.sought;
  });
}

type Known = readonly [workload: Workload, scan: Scan | null];

function search(words: readonly string[], known: readonly Known[], policy: Policy = aPolicy()) {
  const judged = known.map(([workload, scan]) =>
    judgementOf(
      workload,
      workload.images.map(() => scan),
      policy,
    ),
  );
  const scanOf = (image: { readonly key: string }): Scan | null =>
    known.find(([{ images }]) => images.some((one) => one.image.key === image.key))?.[1] ?? null;
  const hits = hitsIn(judged, sought(...words), scanOf);
  return { judged, hits, scanOf };
}

function hitsOf(word: string, scan: Scan | null, policy?: Policy): readonly Hit[] {
  return search([word], [[aWorkload(), scan]], policy).hits;
}

const inShort = ({ as, components, severity, license }: Hit): string =>
  [as, components.join('+'), severity ?? license ?? ''].join(' ').trim();

const found = aScan({
  findings: [
    aFinding(),
    aFinding({ component: 'npm://flatmap-stream:0.1.1' }),
    aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'], severity: 'Low', component: 'npm://left-pad:1.0.0', fixedIn: [] }),
  ],
  licenses: [aLicense('GPL-3.0-only'), aLicense('MIT', ['npm://event-stream:3.3.6', 'npm://express:4.0.0'])],
});

describe('a search of one image', () => {
  const cases: [word: string, scan: Scan | null, hits: string[]][] = [
    ['CVE-2026-9999', found, []],
    ['express-session', found, []],
    [
      'cve-2026-1000',
      aScan({ findings: [aFinding({ cves: ['CVE-2026-1000'] })] }),
      ['vulnerability npm://event-stream:3.3.6 Critical'],
    ],
    [
      'XRAY-1',
      found,
      ['vulnerability npm://event-stream:3.3.6 Critical', 'vulnerability npm://flatmap-stream:0.1.1 Critical'],
    ],
    ['event-stream', found, ['component npm://event-stream:3.3.6 Critical']],
    // Only its license tells that it is there.
    ['express', found, ['component npm://express:4.0.0']],
    ['gpl-3.0-ONLY', found, ['license npm://left-pad:1.0.0 GPL-3.0-only']],
    ['MIT', found, ['license npm://event-stream:3.3.6+npm://express:4.0.0 MIT']],
    ['GPL-3.0-only', aScan({ violations: [aViolation()] }), ['license npm://left-pad:1.0.0 GPL-3.0-only']],
    [
      'XRAY-9',
      aScan({ violations: [aViolation({ type: 'security', id: 'XRAY-9', components: ['npm://a:1'] })] }),
      ['vulnerability npm://a:1 High'],
    ],
    // What was proven counts, also where an answer is missing.
    ['XRAY-1', { ...pending(), findings: [aFinding()] } as Scan, ['vulnerability npm://event-stream:3.3.6 Critical']],
    ['XRAY-1', { ...unknown(), findings: [aFinding()] } as Scan, ['vulnerability npm://event-stream:3.3.6 Critical']],
    ['XRAY-1', unscanned(), []],
    ['XRAY-1', unknown(), []],
    ['XRAY-1', null, []],
  ];
  for (const [word, scan, hits] of cases) {
    test(`${word} in ${scan?.state ?? 'nothing'}: ${hits.length}`, () =>
      expect(hitsOf(word, scan).map(inShort)).toEqual(hits));
  }

  test('of a component, with what is known of it', () => {
    const scan = aScan({
      findings: [
        aFinding({ cvss: 5 }),
        aFinding({ id: 'XRAY-3', cves: ['CVE-2026-3'], severity: 'High', cvss: 7, fixedIn: ['5.0.0'] }),
      ],
    });
    expect(hitsOf('event-stream', scan)).toMatchObject([
      {
        ids: ['XRAY-1', 'XRAY-3'],
        cves: ['CVE-2026-1', 'CVE-2026-3'],
        severity: 'Critical',
        cvss: 7,
        fixedIn: ['4.0.0', '5.0.0'],
      },
    ]);
  });
});

describe('what is exempt is shown, and marked', () => {
  const stops = { security: { default: 'scaledown' } } as const;
  test('by an exception', () => {
    const policy = aPolicy({ ...stops, exceptions: [anException()] });
    expect(hitsOf('XRAY-1', aScan({ findings: [aFinding()] }), policy)).toMatchObject([{ exempt: 'exceptions[0]' }]);
  });
  test('by a whitelist, a license too', () => {
    const policy = aPolicy({
      security: { default: 'scaledown', whitelistNamespaces: ['shop'] },
      license: { basis: 'lists', denied: ['GPL-3.0-only'], default: 'scaledown', whitelistNamespaces: ['shop'] },
    });
    expect(hitsOf('XRAY-1', found, policy)[0]).toMatchObject({ exempt: 'whitelist' });
    expect(hitsOf('GPL-3.0-only', found, policy)[0]).toMatchObject({ exempt: 'whitelist' });
  });
  test('not where an exception covers only a part of it', () => {
    const policy = aPolicy({ ...stops, exceptions: [anException()] });
    const scan = aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-3', cves: ['CVE-2026-3'] })] });
    expect(hitsOf('event-stream', scan, policy)).toMatchObject([{ exempt: null }]);
  });
  test('nor what calls for nothing anyway', () =>
    expect(hitsOf('XRAY-2', found, aPolicy(stops))).toMatchObject([{ exempt: null }]));
});

describe('many workloads', () => {
  const workload = (name: string, index: number, more: Partial<Workload> = {}): Workload =>
    aWorkload({ name, images: [anEntry({ image: anImage(index) })], ...more });
  const scan = (index: number, over: Parameters<typeof aScan>[0] = {}): Scan =>
    aScan({ judged: [], paths: [`docker-local/app/${index}/manifest.json`], ...over });
  const low = scan(2, { findings: [aFinding({ severity: 'Low' })] });
  const high = scan(1, { findings: [aFinding()] });

  test('worst first, then by namespace and name', () => {
    const known: Known[] = [
      [workload('b', 3), low],
      [workload('a', 2), low],
      [workload('z', 1), high],
      [workload('a', 4, { namespace: 'pay', uid: 'pay-a' }), low],
    ];
    const order = search(['XRAY-1'], known).hits.map(
      ({ judgement: { workload: one } }) => `${one.namespace}/${one.name}`,
    );
    expect(order).toEqual(['shop/z', 'pay/a', 'shop/a', 'shop/b']);
  });

  test('an image that runs on two platforms, or in two containers, is not said twice of one', () => {
    const [one, other] = [anImage(1), anImage(1, { key: 'other', platform: 'linux/arm64' })];
    const twice = aWorkload({
      images: [anEntry({ image: one }), anEntry({ image: other }), anEntry({ container: 'side', image: one })],
    });
    const judged = [judgementOf(twice, [high, high, high])];
    const hits = hitsIn(judged, sought('XRAY-1'), () =>
      scan(1, { findings: [aFinding()], judged: [one.digest ?? 'sha256:'] }),
    );
    expect(hits.map(({ entry }) => entry.container)).toEqual(['app', 'side']);
    expect(answersTo(sought('XRAY-1'), hits)).toEqual([{ sought: 'XRAY-1', workloads: 1, images: 1 }]);
  });

  test('each of several words has its answer, also the one that is not found', () => {
    const { hits } = search(['XRAY-1', 'left-pad', 'XRAY-1'], [[workload('a', 1), high]]);
    expect(answersTo(sought('XRAY-1', 'left-pad', 'XRAY-1'), hits)).toEqual([
      { sought: 'XRAY-1', workloads: 1, images: 1 },
      { sought: 'left-pad', workloads: 0, images: 0 },
    ]);
  });

  test('what nobody could be asked about, what is being scanned and what is not scanned is counted', () => {
    const known: Known[] = [
      [workload('a', 1), high],
      [workload('b', 2), unknown()],
      [workload('c', 3), null],
      [workload('d', 4), pending()],
      [workload('e', 5), unscanned()],
      [workload('f', 2), unknown()],
    ];
    const { judged, scanOf } = search(['XRAY-1'], known);
    expect(searchedIn(judged, scanOf)).toMatchObject({ unanswered: 2, pending: 1, unscanned: 1, oldest: now - 60_000 });
  });

  test('what was answered before tells where an image lies that could not be asked about', () => {
    const { judged, scanOf } = search(['XRAY-1'], [[workload('b', 2), unknown()]]);
    expect(searchedIn(judged, scanOf).paths.size).toBe(0);
    expect(searchedIn(judged, scanOf, () => scan(2))).toMatchObject({
      unanswered: 1,
      paths: new Set(['docker-local/app/2/manifest.json']),
    });
  });

  test('where nothing runs nothing is old', () => expect(searchedIn([], () => null).oldest).toBeNull());

  test('what Xray’s own search names is held against what runs', () => {
    const { judged, hits, scanOf } = search(
      ['XRAY-1'],
      [
        [workload('a', 1), high],
        [workload('b', 2), scan(2)],
      ],
    );
    const places = [
      'docker-local/app/1/manifest.json',
      'docker-local/app/2/manifest.json',
      'docker-old/app/0/manifest.json',
    ];
    const beyond = elsewhere([...places, ...places], searchedIn(judged, scanOf), hits, scanOf);
    expect(beyond).toEqual({ others: 1, contradicting: ['docker-local/app/2/manifest.json'] });
  });
});
