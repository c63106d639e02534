import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { explain, explainOptions } from '../../src/commands/explain.ts';
import type { Run } from '../../src/commands/run.ts';
import { status, statusOptions } from '../../src/commands/status.ts';
import { where, whereOptions } from '../../src/commands/where.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { WorkloadItem } from '../../src/core/report.ts';
import { everything } from '../../src/core/selection.ts';
import type { Scan } from '../../src/core/scan.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Clock } from '../../src/engine/ports.ts';
import {
  aContainer,
  aFinding,
  aLicense,
  aPod,
  aPolicy,
  aRollout,
  aScan,
  aViolation,
  aWidget,
  anException,
  anObject,
  day,
  digest,
  hour,
  imageID,
  named,
  now,
  ownedBy,
  pending,
  unknown,
  unscanned,
} from '../support/builders.ts';
import { clusterRead, nodeSeen, scanRead, seen } from '../support/states.ts';

const schema: unknown = JSON.parse(readFileSync(new URL('../../docs/status.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { 'date-time': true } });
const validate = ajv.compile(schema as object);

/** What is wrong with a report, in words; empty: nothing. */
function mistakes(report: unknown): string[] {
  return validate(report) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
}

describe('what a real cluster shows', () => {
  test('as a list of workloads', async () => {
    const report = await printed({ output: 'json' });
    expect(mistakes(report)).toEqual([]);
    expect(namesOf(report)).toHaveLength(15);
  });
  test('as YAML', async () => {
    const report = await printed({ output: 'yaml' });
    expect(mistakes(report)).toEqual([]);
    expect(report).toEqual(await printed({ output: 'json' }));
  });
  test('as a list of images', async () =>
    expect(mistakes(await printed({ output: 'json', images: true }))).toEqual([]));
  test('as a list of chosen images', async () => {
    const report = await printed({ output: 'json', images: true, condition: 'unscanned' });
    expect(mistakes(report)).toEqual([]);
    expect((report as { readonly items: unknown }).items).toMatchObject([{ scan: 'unscanned', reason: 'foreign' }]);
  });
  test('with what we did and what is held, in the list of workloads and in that of images', async () => {
    const { items } = (await printed({ output: 'json' })) as { readonly items: readonly WorkloadItem[] };
    const marks = items.filter((one) => one.acted !== null || one.held !== null);
    const until = new Date(now + day).toISOString();
    expect(Object.fromEntries(marks.map(({ workload, acted, held }) => [workload.name, acted ?? held]))).toEqual({
      stopped: { action: 'scaledown', at: '2026-11-20T00:00:00Z', by: 'ana', previous: 2 },
      'stopped-by-nobody': { action: 'scaledown', at: '', by: '', previous: null },
      held: { until, by: 'ana' },
      'held-for-good': { until: '', by: 'ana' },
    });
    expect(items.find((one) => one.workload.name === 'held')?.decision).toMatchObject({
      exempt: { by: 'held', until },
    });
    for (const kind of ['WorkloadVerdictList', 'ImageVerdictList']) {
      const report = await printed({ output: 'json', images: kind === 'ImageVerdictList' });
      expect(report).toMatchObject({ kind });
      expect(mistakes(report)).toEqual([]);
      for (const name of ['stopped', 'held-for-good']) expect(JSON.stringify(report)).toContain(`"name":"${name}"`);
    }
  });
  test('as nothing, where nothing is there', async () =>
    expect(mistakes(await printed({ output: 'json' }, []))).toEqual([]));
  test('with every condition, scan and exemption in it, so that the schema is held to all of them', async () => {
    const text = JSON.stringify(await printed({ output: 'json' }));
    const expected = [
      'scanned',
      'unscanned',
      'pending',
      'unknown',
      'partial',
      'foreign',
      'indexing',
      'throttled',
      'assumed',
      'incomplete',
      'protect',
      'managed',
      'held',
      'whitelist',
      'exception',
      'gracePeriod',
      'scaledown',
      'delete',
      'config',
      'reference',
      'injected":true',
      'outdated":true',
      'exceptions[0]',
      'notEvaluated":["license"]',
    ];
    expect(expected.filter((word) => !text.includes(word))).toEqual([]);
  });

  test('as a list of what is reached, with what reaches it', async () => {
    const { run, stdout } = runOf(facts());
    const words = ['CVE-2026-1000', 'event-stream', 'MIT', 'XRAY-2'];
    const nobody = { kept: null, impacted: null, again: null, screen: false };
    await where(whereOptions({ what: words, output: 'json' }), { ...run, ...nobody });
    const report = JSON.parse(stdout()) as { readonly items: readonly { readonly reachedBy: readonly object[] }[] };
    expect(mistakes(report)).toEqual([]);
    const kinds = report.items.flatMap(({ reachedBy }) => reachedBy.map((one) => ('as' in one ? one.as : '')));
    expect(new Set(kinds)).toEqual(new Set(['vulnerability', 'component', 'license']));
  });

  for (const { resource, name } of everyWorkload()) {
    test(`explained: ${resource}/${name}`, async () => {
      const { run, stdout } = runOf(facts(), [{ resource, name }]);
      await explain(explainOptions({ output: 'json' }), run);
      expect(mistakes(JSON.parse(stdout()))).toEqual([]);
    });
  }
});

const bare = (name: string, image: number, more: Parameters<typeof aPod>[0] = {}) =>
  aPod({ name, containers: [aContainer({ imageID: imageID(image) })], ...more });

describe('the schema refuses', () => {
  type Change = (report: { kind: string; items: Record<string, unknown>[] }) => void;
  const cases: [name: string, change: Change][] = [
    ['a field that it does not know', (report) => Object.assign(report.items[0] ?? {}, { more: 1 })],
    [
      'a field that it does not know, deep down',
      (report) => Object.assign((report.items[0]?.['workload'] as object) ?? {}, { more: 1 }),
    ],
    ['a field that is gone', (report) => Reflect.deleteProperty(report.items[0] ?? {}, 'settled')],
    ['another kind', (report) => void (report.kind = 'List')],
    [
      'an action beside an exemption',
      (report) =>
        Object.assign(report.items[0] ?? {}, {
          decision: {
            action: 'delete',
            condition: 'security',
            rule: 'x',
            exempt: { by: 'held', rule: 'x', until: null },
          },
        }),
    ],
  ];
  for (const [name, change] of cases) {
    test(name, async () => {
      const report = (await printed({ output: 'json' })) as { kind: string; items: Record<string, unknown>[] };
      change(report);
      expect(mistakes(report)).not.toEqual([]);
    });
  }
});

/** A cluster in which there is one of everything. */
function facts(): Fact[] {
  const cart = anObject({ name: 'cart', replicas: 3, rollout: aRollout({ replicas: 2, updated: 1, available: 1 }) });
  const sets = [1, 2].map((revision) =>
    anObject({ kind: 'ReplicaSet', name: `cart-${revision}`, owner: ownedBy(cart), revision }),
  );
  const [old, fresh] = sets.map((set, index) =>
    aPod({
      name: `${set.name}-x`,
      owner: ownedBy(set),
      containers: [aContainer({ imageID: imageID(index) }), aContainer({ name: 'mesh', imageID: imageID(2) })],
    }),
  );
  const held = JSON.stringify({ uid: 'deployment-held', until: new Date(now + day).toISOString(), actor: 'ana' });
  const acted = JSON.stringify({
    uid: 'deployment-stopped',
    action: 'scaledown',
    time: '2026-11-20T00:00:00Z',
    actor: 'ana',
    previous: 2,
  });
  const heldForGood = JSON.stringify({ uid: 'deployment-held-for-good', until: 'further notice', actor: 'ana' });
  const actedByNobody = JSON.stringify({ uid: 'deployment-stopped-by-nobody', action: 'scaledown' });
  const pinned = {
    ready: 0,
    template: {
      labels: {},
      priorityClass: null,
      containers: [aContainer({ reference: `acme.jfrog.io/docker-local/app@${digest(1)}`, imageID: '' })],
    },
  };
  return [
    nodeSeen(),
    ...seen(cart, ...sets, ...[old, fresh].filter((pod) => pod !== undefined)),
    ...seen(
      bare('foreign', 3),
      bare('pending', 4),
      bare('throttled', 5, { node: null }),
      bare('silent', 6),
      bare('config', 7, { containers: [aContainer({ imageID: digest(7) })] }),
      bare('lost', 8, { owner: ownedBy(aWidget({ name: 'gone' })) }),
      bare('system', 1, { namespace: 'kube-system' }),
      anObject({ kind: 'StatefulSet', name: 'db', replicas: 2, ...pinned }),
      anObject({ name: 'held', annotations: { 'kubectl-xray/held': held }, ...pinned }),
      anObject({ name: 'held-for-good', annotations: { 'kubectl-xray/held': heldForGood }, ...pinned }),
      anObject({ name: 'stopped', replicas: 0, annotations: { 'kubectl-xray/acted': acted } }),
      anObject({ name: 'stopped-by-nobody', replicas: 0, annotations: { 'kubectl-xray/acted': actedByNobody } }),
      anObject({ name: 'managed', fieldManagers: ['argocd-controller'], namespace: 'team-a', ...pinned }),
      anObject({ name: 'legacy', ...pinned }),
    ),
    { type: 'ReadForbidden', forbidden: { resource: 'pods', namespace: 'vault', message: 'pods is forbidden' } },
    clusterRead,
  ];
}

function answerTo(image: number): Scan | null {
  const findings = [
    aFinding({ applicability: 'applicable' }),
    aFinding({ id: '', cves: [], cvss: null, fixedIn: [], severity: 'Unknown' }),
    aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'], severity: 'High' }),
  ];
  const answers: Readonly<Record<number, Scan | null>> = {
    0: aScan({ findings }),
    1: aScan({
      findings,
      violations: [aViolation(), aViolation({ type: 'security', id: 'XRAY-1' })],
      licenses: [aLicense('MIT')],
    }),
    2: aScan({ reason: 'partial', platform: 'assumed', judged: [digest(8), digest(9)] }),
    3: { ...unscanned('foreign'), cause: 'nowhere' },
    4: pending('indexing'),
    5: unknown('throttled', '429'),
    6: null,
    7: unknown('configDigest'),
    8: aScan({ evaluated: { security: 'covered', license: 'notCovered' } }),
  };
  return answers[image] ?? null;
}

const policy = aPolicy({
  source: 'policy.yaml',
  unscanned: { default: 'scaledown', gracePeriod: 2 * hour },
  security: { default: 'scaledown', actions: named({ statefulSets: 'delete' }) },
  license: { default: 'ignore', basis: 'both', denied: ['MIT'], whitelistNamespaces: ['sh*'] },
  exceptions: [
    anException({ covers: { cve: 'CVE-2026-2' } }),
    anException({ covers: { condition: 'security' }, workloads: ['deployment/legacy'], until: '2026-12-24' }),
  ],
});

function everyWorkload() {
  const named: [resource: string, name: string][] = [
    ['deployments', 'cart'],
    ['statefulsets', 'db'],
    ['deployments', 'held'],
    ['deployments', 'held-for-good'],
    ['deployments', 'stopped'],
    ['deployments', 'stopped-by-nobody'],
    ['deployments', 'managed'],
    ['pods', 'foreign'],
    ['pods', 'config'],
    ['widgets.example.com', 'gone'],
  ];
  return named.map(([resource, name]) => ({ resource, name }));
}

function runOf(all: readonly Fact[], types: Run['selection']['types'] = null) {
  const selection = { ...everything, types };
  const written: string[] = [];
  const engine = createEngine({
    cluster: {
      async *read() {
        yield all;
      },
    },
    scanner: {
      async *ask(questions) {
        for (const { image } of questions) {
          const index = Array.from({ length: 9 }, (_, one) => digest(one)).indexOf(image.digest ?? digest(0));
          const scan = answerTo(index);
          if (scan !== null) yield scanRead(image, scan);
        }
      },
    },
    clock: hurriedClock(),
    policy,
    selection,
  });
  const run: Run = {
    engine,
    clock: hurriedClock(),
    selection,
    context: 'prod',
    namespace: '',
    circumstances: { firstSeen: () => now - hour, contested: () => null, ownNamespaces: [] },
    wait: 1,
    stdout: { write: (text) => written.push(text) },
    stderr: { write: () => true },
    colour: false,
    progress: false,
  };
  return { run, stdout: () => written.join('') };
}

/** What is due at once comes in the next turn; what has to be waited for, a few turns later. */
function hurriedClock(): Clock {
  return {
    now: () => now,
    after: (milliseconds, call) => {
      let taken = false;
      const later = (turns: number): void => {
        setImmediate(() => {
          if (taken) return;
          if (turns > 0) later(turns - 1);
          else call();
        });
      };
      later(milliseconds === 0 ? 0 : 20);
      return () => void (taken = true);
    },
  };
}

async function printed(argv: Readonly<Record<string, unknown>>, all: readonly Fact[] = facts()): Promise<unknown> {
  const { run, stdout } = runOf(all.length === 0 ? [clusterRead] : all);
  await status(statusOptions(argv), run);
  return argv['output'] === 'yaml' ? parse(stdout()) : JSON.parse(stdout());
}

function namesOf(report: unknown): string[] {
  const { items } = report as { readonly items: readonly { readonly workload: { readonly name: string } }[] };
  return items.map((item) => item.workload.name);
}
