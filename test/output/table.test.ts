import { describe, expect, test } from 'vitest';
import { imageRows, judgeAll, scanOf } from '../../src/core/report.ts';
import { worstFirst } from '../../src/core/rows.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import type { Workload } from '../../src/core/workload.ts';
import { painter } from '../../src/output/colour.ts';
import { imageTable, workloadTable } from '../../src/output/table.ts';
import type { TableOptions } from '../../src/output/table.ts';
import {
  aFinding,
  aLicense,
  aPolicy,
  aReference,
  aScan,
  aViolation,
  aWorkload,
  anEntry,
  anImage,
  circumstances,
  day,
  hour,
  minute,
  now,
  unscanned,
  anAct,
} from '../support/builders.ts';
import { stateWithScans, withoutColour } from '../support/states.ts';

const policy = aPolicy({
  security: { default: 'scaledown' },
  license: { default: 'scaledown', gracePeriod: hour },
});
const plain: TableOptions = {
  wide: false,
  withNamespace: false,
  showLabels: false,
  headings: true,
  paint: painter(false),
  now,
};

type Pair = readonly [Workload, readonly (Scan | null)[]];

const cart: Pair = [
  aWorkload({ name: 'cart', pods: 3, createdAt: now - 3 * day, labels: { tier: 'web', app: 'cart' } }),
  [
    aScan({
      findings: [aFinding(), aFinding({ id: 'M', severity: 'Medium' })],
      licenses: [aLicense('MIT'), aLicense('Apache 2.0')],
    }),
  ],
];
const database: Pair = [
  aWorkload({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    name: 'db',
    createdAt: now - 5 * minute,
    images: [anEntry({ image: anImage(2) }), anEntry({ container: 'proxy', image: anImage(3) })],
  }),
  [aScan({ violations: [aViolation({ created: null })] }), null],
];
const widget: Pair = [
  aWorkload({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    name: 'w',
    namespace: 'pay',
    pods: 0,
    createdAt: null,
    ownerChain: 'incomplete',
    images: [anEntry({ pods: 0, image: aReference('nginx:1') })],
  }),
  [unscanned('foreign')],
];
const clean: Pair = [
  aWorkload({ name: 'web', namespace: 'pay', createdAt: now - 400 * day, images: [anEntry({ image: anImage(4) })] }),
  [aScan()],
];
const stopped: Pair = [
  aWorkload({
    name: 'old',
    pods: 0,
    idle: 'zero',
    acted: anAct({ by: 'Ana Lima', previous: 2 }),
    images: [anEntry({ image: anImage(5) })],
  }),
  [aScan({ findings: [aFinding({ severity: 'High' })] })],
];
const all = [cart, database, widget, clean, stopped];

function table(options: Partial<TableOptions> = {}, rows: readonly Pair[] = all, by: Policy = policy): string {
  const state = stateWithScans(rows, by);
  const judgements = judgeAll(
    state,
    rows.map(([workload]) => workload),
    circumstances(),
  );
  return `\n${workloadTable(judgements.toSorted(worstFirst), scanOf(state), { ...plain, ...options })}`;
}

function images(options: Partial<TableOptions> = {}): string {
  const state = stateWithScans(all, policy);
  const judgements = judgeAll(
    state,
    all.map(([workload]) => workload),
    circumstances(),
  );
  return `\n${imageTable(
    imageRows(judgements, state).map(({ item }) => item),
    { ...plain, ...options },
  )}`;
}

describe('the table of workloads', () => {
  test('is empty without headings and rows', () => expect(table({ headings: false }, [])).toBe('\n'));
  test('has one row per workload, upper-case headings and no trailing blanks', () =>
    expect(table()).toMatchInlineSnapshot(`
      "
      NAME                   PODS   CRIT   HIGH   MED   LOW   CONDITIONS    ACTION        AGE
      deployment/cart        3      1      0      1     0     security      scaledown     3d
      widget.example.com/w   0      0      0      0     0     unscanned     ignore        <unknown>
      statefulset/db         1      0      0      0     0     [license],?   ignore        5m
      deployment/old         0      0      1      0     0     security      scaled-down   24h
      deployment/web         1      0      0      0     0     clean         ignore        400d
      "
    `));
  test('shows the namespace first where there are several', () =>
    expect(table({ withNamespace: true })).toMatchInlineSnapshot(`
      "
      NAMESPACE   NAME                   PODS   CRIT   HIGH   MED   LOW   CONDITIONS    ACTION        AGE
      shop        deployment/cart        3      1      0      1     0     security      scaledown     3d
      pay         widget.example.com/w   0      0      0      0     0     unscanned     ignore        <unknown>
      shop        statefulset/db         1      0      0      0     0     [license],?   ignore        5m
      shop        deployment/old         0      0      1      0     0     security      scaled-down   24h
      pay         deployment/web         1      0      0      0     0     clean         ignore        400d
      "
    `));
  test('adds images, licenses, scans and the reason where it is wide', () =>
    expect(table({ wide: true })).toMatchInlineSnapshot(`
      "
      NAME                   PODS   CRIT   HIGH   MED   LOW   CONDITIONS    ACTION        IMAGES                                                              LICENSES         SCANNED   ASKED   REASON                        AGE
      deployment/cart        3      1      0      1     0     security      scaledown     acme.jfrog.io/docker-local/app:1                                    Apache_2.0,MIT   1/1       60s     scanPolicy.security.default   3d
      widget.example.com/w   0      0      0      0     0     unscanned     ignore        nginx:1                                                             <none>           0/1       60s     foreign                       <unknown>
      statefulset/db         1      0      0      0     0     [license],?   ignore        acme.jfrog.io/docker-local/app:2,acme.jfrog.io/docker-local/app:3   <none>           1/2       60s     gracePeriod:since-unknown     5m
      deployment/old         0      0      1      0     0     security      scaled-down   acme.jfrog.io/docker-local/app:5                                    <none>           1/1       60s     by:Ana_Lima                   24h
      deployment/web         1      0      0      0     0     clean         ignore        acme.jfrog.io/docker-local/app:4                                    <none>           1/1       60s     <none>                        400d
      "
    `));
  test('leaves headings out', () =>
    expect(table({ headings: false }, [cart])).toMatchInlineSnapshot(`
    "
    deployment/cart   3   1   0   1   0   security   scaledown   3d
    "
  `));
  test('shows labels last', () =>
    expect(table({ showLabels: true }, [cart, clean])).toMatchInlineSnapshot(`
    "
    NAME              PODS   CRIT   HIGH   MED   LOW   CONDITIONS   ACTION      AGE    LABELS
    deployment/cart   3      1      0      1     0     security     scaledown   3d     app=cart,tier=web
    deployment/web    1      0      0      0     0     clean        ignore      400d   <none>
    "
  `));
  test('has no blanks inside a column, so that awk and cut work', () => {
    const lines = table({ wide: true, withNamespace: true, showLabels: true }).trim().split('\n');
    expect(new Set(lines.map((line) => line.split(/\s+/).length)).size).toBe(1);
  });
});

describe('the table of images', () => {
  test('has one row per image', () =>
    expect(images()).toMatchInlineSnapshot(`
    "
    IMAGE                              DIGEST                PLATFORM      SCAN        CRIT   HIGH   MED   LOW   WORKLOADS   PODS   ASKED
    acme.jfrog.io/docker-local/app:1   sha256:0cf457e24a47   linux/amd64   scanned     1      0      1     0     1           1      60s
    acme.jfrog.io/docker-local/app:2   sha256:5a0717cb6596   linux/amd64   scanned     0      0      0     0     1           1      60s
    acme.jfrog.io/docker-local/app:3   sha256:d9f313aef2d9   linux/amd64   unknown     0      0      0     0     1           1      <unknown>
    nginx:1                            <none>                linux/amd64   unscanned   0      0      0     0     1           0      60s
    acme.jfrog.io/docker-local/app:4   sha256:cd9642ec4090   linux/amd64   scanned     0      0      0     0     1           1      60s
    acme.jfrog.io/docker-local/app:5   sha256:32d86efbce50   linux/amd64   scanned     0      1      0     0     1           1      60s
    "
  `));
  test('shows digests in full, licenses, path and reason where it is wide', () =>
    expect(images({ wide: true })).toMatchInlineSnapshot(`
      "
      IMAGE                              DIGEST                                                                    PLATFORM      SCAN        CRIT   HIGH   MED   LOW   WORKLOADS   PODS   LICENSES         PATH                               REASON    ASKED
      acme.jfrog.io/docker-local/app:1   sha256:0cf457e24a479f02fd4d34540389f720f0807dcff92a7562108165b2637ea82f   linux/amd64   scanned     1      0      1     0     1           1      Apache_2.0,MIT   docker-local/app/1/manifest.json   <none>    60s
      acme.jfrog.io/docker-local/app:2   sha256:5a0717cb6596468ea1dffa86011f9b0f497348d80421835b51799f9aeb455642   linux/amd64   scanned     0      0      0     0     1           1      <none>           docker-local/app/1/manifest.json   <none>    60s
      acme.jfrog.io/docker-local/app:3   sha256:d9f313aef2d97e58def0511fdc17512d53e6b30d578860ae04b5288c6a239010   linux/amd64   unknown     0      0      0     0     1           1      <none>           <none>                             timeout   <unknown>
      nginx:1                            <none>                                                                    linux/amd64   unscanned   0      0      0     0     1           0      <none>           <none>                             foreign   60s
      acme.jfrog.io/docker-local/app:4   sha256:cd9642ec4090bd48559965f15bacc913b5420818d39d0cc7e1b59f4a9257c920   linux/amd64   scanned     0      0      0     0     1           1      <none>           docker-local/app/1/manifest.json   <none>    60s
      acme.jfrog.io/docker-local/app:5   sha256:32d86efbce5098c8a227b0581016904fc508cd2f8770f26d750c35aeb53d48e4   linux/amd64   scanned     0      1      0     0     1           1      <none>           docker-local/app/1/manifest.json   <none>    60s
      "
    `));
});

describe('colour', () => {
  test('takes no room, and tells nothing alone', () => {
    const coloured = table({ paint: painter(true), wide: true });
    expect(coloured).toContain('\u001B[');
    expect(withoutColour(coloured)).toBe(table({ wide: true }));
  });
  test('marks what is due and what is worst', () =>
    expect(JSON.stringify(table({ paint: painter(true), headings: false }, [cart]))).toMatchInlineSnapshot(
      `""\\ndeployment/cart   3   \\u001b[1;31m1\\u001b[0m   0   \\u001b[33m1\\u001b[0m   0   \\u001b[31msecurity\\u001b[0m   \\u001b[1;31mscaledown\\u001b[0m   3d\\n""`,
    ));
  test('of images takes no room either', () => expect(withoutColour(images({ paint: painter(true) }))).toBe(images()));
});
