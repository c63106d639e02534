import { describe, expect, test } from 'vitest';
import { imageOf } from '../../src/core/image.ts';
import type { Image } from '../../src/core/image.ts';
import { emptyState, nothingTouched, record } from '../../src/core/inventory.ts';
import type { Fact, ImagesNews, State } from '../../src/core/inventory.ts';
import type { Scan } from '../../src/core/scan.ts';
import { aPolicy, aScan, digest, minute, now, unknown, unscanned } from '../support/builders.ts';
import { scanRead } from '../support/states.ts';

const image = imageOf('acme.jfrog.io/docker-local/app:1', `acme.jfrog.io/docker-local/app@${digest(1)}`, 'linux/amd64');
const index = imageOf('acme.jfrog.io/docker-local/app:1', `acme.jfrog.io/docker-local/app@${digest(9)}`, 'linux/amd64');

function news(over: Partial<ImagesNews> = {}): ImagesNews {
  const none = { digests: [], folders: [], repositories: [], everything: false };
  return { type: 'ImagesNews', at: now, ...none, from: 'violations', ...over };
}

function stateAfter(...facts: readonly Fact[]): { readonly state: State; readonly touched: ReadonlySet<string> } {
  const state = emptyState(aPolicy());
  record(state, facts.slice(0, -1), nothingTouched());
  const touched = nothingTouched();
  record(state, facts.slice(-1), touched);
  return { state, touched: touched.images };
}

function fault(from: string, message: string | null): Fact {
  return { type: 'NewsFault', from, message };
}

function staleBy(fact: Fact, scan: Scan, of: Image = image): boolean {
  const { state, touched } = stateAfter(scanRead(of, scan), fact);
  expect(touched.has(of.key)).toBe(state.lookUps.get(of.key)?.notOlderThan === now);
  return touched.has(of.key);
}

describe('news make an answer too old', () => {
  const cases: [name: string, stale: boolean, news: Partial<ImagesNews>, scan?: Scan, image?: Image][] = [
    [
      'of another digest, folder and repository: no',
      false,
      { digests: [digest(2)], folders: ['a/b'], repositories: ['a'] },
    ],
    ['of its digest', true, { digests: [digest(1)] }],
    ['of the image itself, by its key', true, { images: [image.key] }],
    ['of another image by its key: no', false, { images: [index.key] }],
    ['of the child that was judged', true, { digests: [digest(1)] }, aScan(), index],
    [
      'of the digest that a reference was resolved to',
      true,
      { digests: [digest(3)] },
      aScan({ digest: digest(3), judged: [] }),
    ],
    ['of its folder', true, { folders: ['docker-local/app/1'] }],
    [
      'of the folder of a second copy',
      true,
      { folders: ['b/app/1'] },
      aScan({ paths: ['a/app/1/manifest.json', 'b/app/1/manifest.json'] }),
    ],
    ['of its file', true, { folders: ['docker-local/app/1/manifest.json'] }],
    ['of a folder whose name only begins alike: no', false, { folders: ['docker-local/app/1.0', 'docker-local/ap'] }],
    ['of its repository', true, { repositories: ['docker-local'] }],
    ['of a repository whose name only begins alike: no', false, { repositories: ['docker', 'docker-local-2'] }],
    ['of everything', true, { everything: true }, unscanned()],
    ['of a folder, where it has none: no', false, { folders: ['docker-local/app/1'] }, unscanned()],
  ];
  for (const [name, stale, over, scan = aScan(), of] of cases) {
    test(name, () => expect(staleBy(news(over), scan, of)).toBe(stale));
  }
});

describe('news that come while an image is being asked about', () => {
  const asking: Fact = { type: 'LookUpStarted', images: [image] };
  const heard = news({ folders: ['docker-local/app/1'] });
  const notOlderThan = (...facts: readonly Fact[]): number | undefined =>
    stateAfter(...facts).state.lookUps.get(image.key)?.notOlderThan;

  test('make the answer too old that was asked for before', () =>
    expect(notOlderThan(asking, heard, scanRead(image, aScan({ askedAt: now - 1 })))).toBe(now));
  test('say nothing against one that was asked for after', () =>
    expect(notOlderThan(asking, heard, scanRead(image, aScan({ askedAt: now + 1 })))).toBe(0));
  test('are kept for ten minutes', () => {
    const later = news({ at: now + 10 * minute, folders: ['elsewhere/app/1'] });
    const { state } = stateAfter(asking, heard, later);
    expect(state.recentNews.map(({ at }) => at)).toEqual([later.at]);
  });
});

describe('new credentials', () => {
  const changed: Fact = { type: 'CredentialsChanged', at: now };
  const violationsCause = { reason: 'forbidden', message: 'no right' } as const;
  const cases: [name: string, stale: boolean, scan: Scan][] = [
    ['make an answer too old that was refused', true, unknown('unauthorized')],
    ['make an answer too old that was forbidden', true, unknown('forbidden')],
    ['make one too old whose violations were forbidden', true, aScan({ violationsCause })],
    ['leave alone what could not be reached', false, unknown('unreachable')],
    ['leave alone what was answered', false, aScan()],
  ];
  for (const [name, stale, scan] of cases) test(name, () => expect(staleBy(changed, scan)).toBe(stale));
});

describe('what cannot be heard or read', () => {
  test('a refused policy changes nothing but that it is said, until one is read', () => {
    const refused: Fact = { type: 'PolicyRefused', message: 'p.yaml:1:1: no' };
    const { state } = stateAfter(refused);
    expect([state.policyFault, state.policy]).toEqual(['p.yaml:1:1: no', aPolicy()]);
    record(state, [{ type: 'PolicyRead', policy: aPolicy({ source: 'p.yaml' }) }], nothingTouched());
    expect([state.policyFault, state.policy.source]).toEqual([null, 'p.yaml']);
  });
  test('each kind of news has its own fault, until it is heard again', () => {
    const { state } = stateAfter(fault('policies', 'a'), fault('watches', 'b'), fault('watches', 'c'));
    expect([...state.newsFaults]).toEqual([
      ['policies', 'a'],
      ['watches', 'c'],
    ]);
    record(state, [fault('policies', null)], nothingTouched());
    expect([...state.newsFaults.keys()]).toEqual(['watches']);
  });
});
