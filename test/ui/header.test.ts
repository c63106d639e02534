import { describe, expect, test } from 'vitest';
import { imageOf } from '../../src/core/image.ts';
import { emptyState } from '../../src/core/state.ts';
import { createHeader } from '../../src/ui/header.ts';
import type { About, Picture } from '../../src/ui/picture.ts';
import type { State } from '../../src/core/state.ts';
import { firstView } from '../../src/ui/update.ts';
import { aContainer, aFinding, aPolicy, aScan, imageID, minute, unknown } from '../support/builders.ts';
import { judgedState, judgeMore, running } from '../support/judged-state.ts';
import { aPicture } from '../support/screens.ts';
import { scanRead } from '../support/states.ts';

const view = firstView({ columns: 80, rows: 24 });
const [first, second] = [aContainer(), aContainer({ reference: 'acme/tool:1', imageID: imageID(2) })];
const imageIn = ({ reference, imageID: id }: typeof first): ReturnType<typeof imageOf> => imageOf(reference, id, null);

function toldOf(picture: Picture): string {
  const { lines } = createHeader()(picture, view);
  return lines.map(({ cells }) => cells.map(({ text }) => text).join('')).join('\n');
}

function told(state: State | null, about: Partial<About> = {}): string {
  return toldOf(aPicture({ state, about }));
}

describe('what is not known', () => {
  test('without a cluster, what is being done', () => {
    expect(told(null, { doing: 'connecting to prod' })).toBe(
      'prod  all namespaces  connecting to prod\nXray https://acme.jfrog.io 3.100',
    );
  });
  test('while the cluster is read, how far', () => {
    expect(told(emptyState(aPolicy()))).toContain('reading: 0 pods so far');
  });
  test('an image that nobody was asked about is none that is scanned', () => {
    const state = judgedState([
      ...running('cart', [first]),
      ...running('till', [second]),
      scanRead(imageIn(first), aScan()),
    ]);
    expect(told(state)).toContain('1/2 images scanned');
    expect(told(state)).toMatch(/security 0 {2}unknown 1 {2}clean 1 {2}of 2/);
  });
  test('without an Xray, that none is asked', () => {
    expect(told(judgedState([]), { xray: null })).toContain('no Xray is asked');
  });
});

test('that questions are paused is said in the first line, which every terminal has room for', () => {
  const [line] = told(judgedState([]), { paused: true }).split('\n');
  expect(line).toContain('questions paused');
});

describe('trouble, with its cause', () => {
  test.each([
    [
      'a server that is not there',
      unknown('unreachable', 'connect ECONNREFUSED'),
      '! could not ask about an image: connect ECONNREFUSED',
    ],
    [
      'credentials that are refused',
      unknown('unauthorized', 'acme refused (401)'),
      '! could not ask about an image: acme refused (401)',
    ],
    [
      'violations that were not answered for',
      aScan({ violationsCause: { reason: 'timeout', message: 'took too long' } }),
      '! violations unknown of an image: took too long',
    ],
  ])('%s', (_, scan, line) => {
    expect(told(judgedState([...running('cart'), scanRead(imageIn(first), scan)]))).toContain(line);
  });
  test('the same cause is told once', () => {
    const state = judgedState([
      ...running('cart', [first, second]),
      ...[first, second].map((one) => scanRead(imageIn(one), unknown('throttled', 'too many requests'))),
    ]);
    expect(told(state).match(/could not ask/g)).toHaveLength(1);
    expect(told(state)).toContain('could not ask about 2 images: too many requests');
  });
  test('a watch that broke, news that are not heard, a policy that is not in force, what may not be read', () => {
    const state = {
      ...judgedState([]),
      lostStreams: [{ resource: 'pods', namespace: null, cause: 'connection refused' }],
      newsFaults: new Map([['violations', 'no right to read them']]),
      policyFault: 'policy.yaml:3: no such action',
      forbidden: [{ resource: 'nodes', namespace: null, message: 'nodes is forbidden' }],
    };
    const lines = told(state)
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(lines).toEqual([
      '! may be stale: the watch of pods broke (connection refused)',
      '! no news of violations: no right to read them',
      '! the policy file is not in force, the one before it is: policy.yaml:3: no such action',
      '! may not be read: nodes',
    ]);
  });
});

test.each([
  ['no policy', { policyFile: null }, 'no policy: every action is ignore  enforcement off'],
  ['a run that acts', { enforcing: 'none' }, 'policy policy.yaml  ENFORCING  5 more this minute, 0/3 today'],
  ['a dry run', { enforcing: 'server' }, 'enforcing, dry run'],
  ['a pause of questions', { paused: true, asking: 2 }, 'questions paused, 2 wait'],
  ['questions under way', { asking: 2 }, 'asking about 2'],
  ['a run that may change nothing', { readonly: true }, 'read-only'],
  ['a run that keeps nothing', { fleeting: 'no folder' }, 'nothing is kept: no folder'],
] as const)('%s is told', (_, about, words) => {
  expect(told(judgedState([]), about)).toContain(words);
});

test('counts follow the picture, and the oldest answer is told', () => {
  const header = createHeader();
  const state = judgedState([...running('cart'), scanRead(imageIn(first), aScan())]);
  const countsIn = (version: number): string =>
    header(aPicture({ state, version }), view)
      .lines.map(({ cells }) => cells.map(({ text }) => text).join(''))
      .join('\n');
  expect(countsIn(1)).toContain('security 0  clean 1');
  judgeMore(state, [
    scanRead(imageIn(first), aScan({ findings: [aFinding()], askedAt: aScan().askedAt - 2 * minute })),
  ]);
  expect(countsIn(2)).toContain('security 1  clean 0');
  expect(countsIn(2)).toContain('oldest answer 3m');
});
