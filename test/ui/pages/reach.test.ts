import { describe, expect, test } from 'vitest';
import type { Applicability, Finding } from '../../../src/core/scan.ts';
import { createContents } from '../../../src/ui/contents.ts';
import { helpOf } from '../../../src/ui/help.ts';
import { createCves } from '../../../src/ui/pages/cves.ts';
import {
  aContainer,
  aFinding,
  anObject,
  aPod,
  aScan,
  aTemplate,
  imageID,
  ownedBy,
  unknown,
  unscanned,
} from '../../support/builders.ts';
import { wordsIn } from '../../support/drawn.ts';
import { chance } from '../../support/random.ts';
import { answered, aRunOver, deployed } from '../../support/runs.ts';
import type { Run } from '../../support/runs.ts';
import { aPicture } from '../../support/screens.ts';
import { seen } from '../../support/states.ts';

/** Cart alone, running an image with these. */
function havingIn(...findings: readonly Finding[]): Run {
  const run = aRunOver([deployed('cart', 1)]);
  run.turn(answered(1, aScan({ findings })));
  return run;
}

describe('a CVE', () => {
  test('that two containers of a workload have counts it and its pods once', () => {
    const containers = [1, 2].map((index) =>
      aContainer({ name: `c${index}`, reference: `acme.jfrog.io/docker-local/app:${index}`, imageID: imageID(index) }),
    );
    const template = aTemplate({ containers: containers.map((one) => ({ ...one, imageID: '' })) });
    const app = anObject({ name: 'app', uid: 'deployment-app', template });
    const run = aRunOver([seen(app, aPod({ name: 'app-1', owner: ownedBy(app), containers })), deployed('pay', 1)]);
    run.turn(
      answered(1, aScan({ findings: [aFinding()] })),
      answered(2, aScan({ findings: [aFinding({ component: 'npm://b:2' })] })),
    );
    const table = createCves().table(run.state);
    expect(wordsIn(table, 'cve', 'workloads', 'pods', 'component')).toEqual([
      'CVE-2026-1 | 2 | 2 | npm://event-stream:3.3.6,npm://b:2',
    ]);
    expect(table.rows[0]?.workloads.toSorted()).toEqual(['deployment-app', 'deployment-pay']);
  });
  test('is as severe as the worst that is said of it', () => {
    const run = havingIn(
      aFinding({ severity: 'Low', cvss: 0 }),
      aFinding({ component: 'b', severity: 'High', cvss: null }),
    );
    expect(wordsIn(createCves().table(run.state), 'severity', 'cvss')).toEqual(['High | 0']);
  });
  const merged: [name: string, all: (Applicability | null)[], shown: string][] = [
    ['applies if it does anywhere', ['not_applicable', 'applicable', null], 'applicable'],
    ['does not apply only where analysis said so everywhere', ['not_applicable', 'not_applicable'], 'not_applicable'],
    ['where analysis did not look everywhere, that is not known', ['not_applicable', null], ''],
    ['nor where it did not look first', [null, 'not_applicable'], ''],
    ['undetermined is not no', ['not_applicable', 'undetermined'], 'undetermined'],
  ];
  test.each(merged)('%s', (_, all, shown) => {
    const run = havingIn(...all.map((applicability, at) => aFinding({ component: `npm://${at}:1`, applicability })));
    expect(wordsIn(createCves().table(run.state), 'applicable')).toEqual([shown]);
  });
  test('a finding without one is known by its id, and one with neither by its component', () => {
    const run = havingIn(aFinding({ cves: [], id: 'XRAY-9' }), aFinding({ cves: [], id: '' }));
    expect(wordsIn(createCves().table(run.state), 'cve')).toEqual(['XRAY-9', 'npm://event-stream:3.3.6']);
    expect(createCves().reachedBy(run.state, 'XRAY-9')).toEqual(new Set(['deployment-cart']));
    expect(createCves().reachedBy(run.state, '')).toEqual(new Set());
  });
});

test('where none is known, what is not scanned or answered for is counted', () => {
  const run = aRunOver([deployed('cart', 1), deployed('pay', 2), deployed('web', 3), deployed('ads', 4)]);
  run.turn(answered(1, aScan()), answered(2, unknown()), answered(3, unscanned()));
  expect(createCves().table(run.state)).toMatchObject({
    rows: [],
    empty: 'no CVE is known so far; of 3 of 4 workloads not every image is scanned or answered for',
  });
});

test('each one reaches as many workloads as the page about it has, and as have it by themselves', () => {
  const random = chance(5);
  const run = aRunOver(Array.from({ length: 20 }, (_, index) => deployed(`w${index}`, index % 7)));
  for (let image = 0; image < 7; image += 1) {
    const findings = Array.from({ length: random.below(4) }, (_, at) =>
      aFinding({ id: `XRAY-${at}`, cves: [`CVE-2026-${random.below(5)}`], component: `npm://${at}:1` }),
    );
    run.turn(answered(image, aScan({ findings })));
  }
  const contents = createContents({ help: helpOf });
  const { rows } = createCves().table(run.state);
  expect(rows.length).toBeGreaterThan(2);
  for (const { id, cells } of rows) {
    const page = contents({ at: 'reached', cve: id }, aPicture({ state: run.state }));
    const reached = page.is === 'table' ? page.rows.map((row) => row.id) : [];
    expect(cells[3]?.text).toBe(String(reached.length));
    const having = [...run.state.judged.values()].filter(({ workload }) =>
      workload.images.some(({ image }) => {
        const scan = run.state.lookUps.get(image.key)?.scan;
        return scan?.state === 'scanned' && scan.findings.some(({ cves }) => cves.includes(id));
      }),
    );
    expect(reached.toSorted()).toEqual(having.map(({ workload }) => workload.uid).toSorted());
  }
});
