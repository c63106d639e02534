import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/core/inventory.ts';
import type { Scan } from '../../../src/core/scan.ts';
import { createImages } from '../../../src/ui/pages/images.ts';
import type { Table } from '../../../src/ui/table.ts';
import {
  aContainer,
  aFinding,
  anImage,
  anObject,
  aPod,
  aPolicy,
  aScan,
  aViolation,
  digest,
  imageID,
  now,
  ownedBy,
  pending,
  unknown,
  unscanned,
} from '../../support/builders.ts';
import { wordsIn } from '../../support/drawn.ts';
import { answered, aRunOver, deployed } from '../../support/runs.ts';
import type { Run } from '../../support/runs.ts';
import { nodeSeen, scanRead, seen } from '../../support/states.ts';

function page(run: Run, workload: string | null = null): Table {
  return createImages().table(run.state, workload, run.now());
}

/** One pod on a node of each platform. */
function onTwoPlatforms(): Run {
  const app = anObject({ name: 'app', uid: 'deployment-app' });
  const pods = ['node-1', 'node-2'].map((node) => aPod({ name: `app-${node}`, node, owner: ownedBy(app) }));
  return aRunOver([nodeSeen('node-1', 'linux/amd64'), nodeSeen('node-2', 'linux/arm64'), seen(app, ...pods)]);
}

function ofPlatform(platform: string, scan: Scan): Fact {
  return scanRead({ ...anImage(1), key: anImage(1).key.replace('linux/amd64', platform), platform }, scan);
}

describe('what is known of a scan', () => {
  const violating = { violationsCause: { reason: 'timeout', message: 'no answer' } } as const;
  const unanswered = aScan({ evaluated: { security: 'unanswered', license: 'covered' }, ...violating });
  const cases: [name: string, scan: Scan | null, word: string, tone: string, fault: boolean][] = [
    ['nobody was asked yet', null, 'unknown', 'unknown', true],
    ['Xray was not reached', unknown(), 'unknown', 'unknown', true],
    ['under way', pending(), 'pending', 'unknown', true],
    ['never scanned', unscanned(), 'unscanned', 'high', true],
    ['without its violations', unanswered, 'scanned,?', 'unknown', true],
    ['nothing found', aScan(), 'scanned', 'good', false],
    ['nothing found, of a part of an index', aScan({ reason: 'partial' }), 'scanned', 'unknown', false],
    ['a violation', aScan({ violations: [aViolation()] }), 'scanned', 'good', true],
  ];
  const policy = aPolicy({ security: { basis: 'violations' } });
  test.each(cases)('%s', (_, scan, text, tone, fault) => {
    const run = aRunOver([deployed('cart', 1)], { policy });
    if (scan !== null) run.turn(answered(1, scan));
    const { rows } = page(run);
    expect(rows).toMatchObject([{ fault, workloads: ['deployment-cart'] }]);
    expect(rows[0]?.cells[3]).toEqual({ text, tone });
  });
  test('violations that the policy does not rest on are not missed', () => {
    const run = aRunOver([deployed('cart', 1)], { policy: aPolicy({ license: { basis: 'lists', denied: [] } }) });
    run.turn(answered(1, unanswered));
    expect(page(run).rows[0]?.cells[3]?.text).toBe('scanned');
  });
});

describe('rows', () => {
  test('come with what is proven first, then what is not known, and what is clean last', () => {
    const run = aRunOver(Array.from({ length: 6 }, (_, index) => deployed(`w${index}`, index + 1)));
    run.turn(
      answered(1, aScan()),
      answered(2, unknown()),
      answered(3, unscanned()),
      answered(4, aScan({ findings: [aFinding()] })),
      answered(5, { ...unknown(), findings: [aFinding({ severity: 'High' })] } as Scan),
    );
    expect(wordsIn(page(run), 'scan', 'crit', 'high')).toEqual([
      'scanned | 1 | 0',
      'unknown | 0 | 1',
      'unscanned | 0 | 0',
      'unknown | 0 | 0',
      'unknown | 0 | 0',
      'scanned | 0 | 0',
    ]);
  });
  test('an index that runs on two platforms is two images, each with an id of its own', () => {
    const run = onTwoPlatforms();
    expect(page(run).rows).toHaveLength(1);
    const before = page(run).rows[0]?.id ?? '';
    for (const [at, platform] of ['linux/amd64', 'linux/arm64'].entries()) {
      run.turn(ofPlatform(platform, aScan({ platform, judged: [digest(50 + at)] })));
    }
    const ids = page(run).rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    // A page that was open before the answers came is still about one of them.
    expect(createImages().find(run.state, null, before)).not.toBeNull();
    expect(ids.map((id) => createImages().find(run.state, null, id)?.item.platform ?? '').toSorted()).toEqual([
      'linux/amd64',
      'linux/arm64',
    ]);
  });
  test('a digest under two references is two rows', () => {
    const run = aRunOver([deployed('cart', 1)]);
    const pay = anObject({ name: 'pay', uid: 'deployment-pay' });
    const containers = [aContainer({ reference: 'acme.jfrog.io/docker-local/app:stable', imageID: imageID(1) })];
    run.turn(seen(pay, aPod({ name: 'pay-1', owner: ownedBy(pay), containers })), answered(1, aScan()));
    const { rows } = page(run);
    expect(rows.map(({ workloads }) => workloads)).toEqual([['deployment-cart'], ['deployment-pay']]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(2);
    for (const { id, workloads } of rows) {
      expect(
        createImages()
          .find(run.state, null, id)
          ?.uses.map(({ workload }) => workload.uid),
      ).toEqual(workloads);
    }
  });
  test('of one workload tell its containers and nobody else', () => {
    const run = aRunOver([deployed('cart', 1), deployed('pay', 1), deployed('other', 2)]);
    expect(page(run, 'deployment-cart')).toMatchObject({ title: 'images of deployment/cart', rows: [{}] });
    expect(wordsIn(page(run), 'image', 'workloads', 'pods')).toContain('acme.jfrog.io/docker-local/app:1 | 2 | 2');
  });
  test('an image without a digest keeps its id when Xray tells one', () => {
    const pod = aPod({ containers: [aContainer({ imageID: '' })] });
    const run = aRunOver([seen(pod)]);
    const before = page(run).rows.map(({ id }) => id);
    const image = run.state.judged.get(pod.uid)?.workload.images[0]?.image ?? anImage();
    run.turn(scanRead(image, aScan({ digest: digest(7), judged: [digest(7)] })));
    expect(page(run).rows.map(({ id }) => id)).toEqual(before);
    expect(wordsIn(page(run), 'digest')).toEqual([digest(7).slice(0, 19)]);
  });
  test('an age that is not known is not told as one', () =>
    expect(
      createImages()
        .table(aRunOver([deployed('cart', 1)]).state, null, now)
        .rows[0]?.cells.at(-1)?.text,
    ).toBe('<unknown>'));
});
