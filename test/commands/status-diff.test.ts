import { describe, expect, test } from 'vitest';
import type { LateFormat } from '../../src/commands/late-format.ts';
import { statusOptions } from '../../src/commands/status.ts';
import type { VerdictsKept } from '../../src/commands/verdicts.ts';
import { UsageError } from '../../src/core/errors.ts';
import type { Scan } from '../../src/core/scan.ts';
import { everything } from '../../src/core/selection.ts';
import type { WorkloadVerdictDiff } from '../../src/core/verdict-diff.ts';
import { changesIn } from '../../src/core/verdict-lines.ts';
import type { VerdictScope } from '../../src/core/verdict-lines.ts';
import { junit } from '../../src/output/reports/junit.ts';
import { aFinding, aScan, day, hour, now, unknown } from '../support/builders.ts';
import { deployed } from '../support/runs.ts';
import { statusPrinted } from '../support/status-run.ts';
import type { Printed, StatusParts } from '../support/status-run.ts';
import { aVerdictLog } from '../support/verdicts.ts';

const bad = aScan({ findings: [aFinding()] });
const worse = aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'], severity: 'High' })] });
const cart = deployed('cart', 1);
const pay = deployed('pay', 2);

type Argv = Readonly<Record<string, unknown>>;

/** A machine that remembers: runs one after the other, an hour apart. */
function aMachine(files: Readonly<Record<string, string>> = {}) {
  const log = aVerdictLog();
  let at = now - hour;
  const run = (
    argv: Argv,
    parts: StatusParts,
    scope: VerdictScope = { namespace: '', selection: '' },
  ): Promise<Printed> => {
    at += hour;
    const readFile = (path: string): string => {
      const text = files[path];
      if (text === undefined) throw new UsageError(`--diff=${path} cannot be read: ENOENT`);
      return text;
    };
    const verdicts: VerdictsKept = { scope, log, readFile };
    return statusPrinted(argv, { verdicts, at, namespace: scope.namespace, ...parts });
  };
  return { run, log };
}

/** Xray's answer about cart; pay is clean. */
function shop(scan: Scan | null): StatusParts {
  return { facts: [...cart, ...pay], answer: (reference) => (reference.endsWith(':1') ? scan : aScan()) };
}

const diff = { diff: '' };
const rowsOf = ({ stdout }: Printed): string[][] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((row) => row.split(/ {3,}/));

describe('status --diff', () => {
  test('says where there is nothing to compare with, and ends with 0', async () => {
    const { code, stdout, stderr } = await aMachine().run(diff, shop(bad));
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('there is nothing to compare with: no earlier look at it is kept');
  });
  test('says that nothing has changed since the last run', async () => {
    const { run } = aMachine();
    await run({}, shop(bad));
    const { code, stdout, stderr } = await run(diff, shop(bad));
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('No change since 2026-11-21T20:00:00.000Z (60m ago)\n');
  });
  test('has a row for what has changed since the last run, and none for the rest', async () => {
    const { run } = aMachine();
    await run({}, shop(bad));
    const told = await run(diff, shop(worse));
    expect(rowsOf(told)).toEqual([
      ['NAMESPACE', 'NAME', 'CHANGE', 'FROM', 'TO', 'ACTION', 'WHY', 'NEW', 'NO-LONGER'],
      ['shop', 'deployment/cart', 'worse', 'security', 'security', 'ignore', 'new_finding', 'CVE-2026-2', '<none>'],
    ]);
    expect(told.stderr).toContain('1 workload has changed since 2026-11-21T20:00:00.000Z');
    expect((await run(diff, shop(worse))).stderr).toContain('No change since 2026-11-21T21:00:00.000Z');
  });
  test('tells what came, what went and what could not be asked', async () => {
    const { run } = aMachine();
    await run({}, { facts: [...cart, ...pay], answer: () => aScan() });
    const answer = (reference: string): Scan | null => (reference.endsWith(':1') ? null : bad);
    const told = await run({ ...diff, 'no-headers': true }, { facts: [...cart, ...deployed('till', 3)], answer });
    expect(rowsOf(told).map((row) => row.slice(1, 8))).toEqual([
      ['deployment/till', 'appeared', '<none>', 'security', 'ignore', 'new_workload', 'CVE-2026-1'],
      ['deployment/cart', 'unsettled', 'clean', 'unknown', 'ignore', 'no_answer:_timeout', '<none>'],
      ['deployment/pay', 'gone', 'clean', '<none>', '<none>', 'gone', '<none>'],
    ]);
  });
  test('takes nothing for gone in a narrower scope, nor where not all may be read', async () => {
    const { run } = aMachine();
    await run({}, shop(bad));
    const narrow = { namespace: 'other', selection: '' };
    await run({}, { facts: [] }, narrow);
    const forbidden = {
      type: 'ReadForbidden',
      forbidden: { resource: 'pods', namespace: 'shop', message: 'no' },
    } as const;
    const told = await run(diff, { facts: [...cart, forbidden], answer: () => bad });
    expect(told.stdout).toBe('');
  });
  test('of a selector, takes nothing for gone that it does not choose any more', async () => {
    const { run, log } = aMachine();
    const scope = { namespace: '', selection: 'app=cart' };
    const selection = { ...everything, types: [{ resource: 'deployments', name: 'cart' }] };
    await run({}, shop(bad));
    await run({}, { ...shop(bad), selection }, scope);
    const told = await run(diff, { ...shop(bad), selection }, scope);
    expect([told.code, told.stdout]).toEqual([0, '']);
    expect(changesIn(log.lines)).toEqual([]);
  });
  test('since a time compares with what was known then', async () => {
    const { run } = aMachine();
    await run({}, shop(aScan()));
    await run({}, shop(bad));
    await run({}, shop(bad));
    const told = await run({ ...diff, since: String(2.5 * hour), output: 'name' }, shop(bad));
    expect(told.stdout).toBe('deployment.apps/cart\n');
    expect((await run({ ...diff, since: String(hour) }, shop(bad))).stderr).toContain('No change since');
    const early = await run({ ...diff, since: String(9 * day) }, shop(bad));
    expect(early.stdout).toBe('');
    expect(early.stderr).toMatch(
      /nothing is known of 2026-11-1\S+ to compare with: the first look at it was at 2026-11-21T20/,
    );
  });
  test('is JSON and YAML, with what it is compared with', async () => {
    const { run } = aMachine();
    await run({}, shop(bad));
    const { stdout } = await run({ ...diff, output: 'json' }, shop(worse));
    const told = JSON.parse(stdout) as WorkloadVerdictDiff;
    expect(told).toMatchObject({
      kind: 'WorkloadVerdictDiff',
      metadata: { context: 'prod', base: { source: 'lastRun', at: '2026-11-21T20:00:00.000Z', file: null } },
      items: [
        {
          change: 'worse',
          workload: { name: 'cart' },
          from: { text: 'security' },
          to: { text: 'security', conditions: [{ type: 'security', exempt: null }] },
          causes: ['new finding'],
          appeared: [{ id: 'XRAY-2', says: 'CVE-2026-2', severity: 'High' }],
          gone: [],
        },
      ],
    });
    const first = await aMachine().run({ ...diff, output: 'yaml' }, shop(bad));
    expect(first.stdout).toContain('base: null');
  });
});

describe('status --diff=FILE', () => {
  const reported = async (parts: StatusParts, argv: Argv = {}): Promise<string> =>
    (await statusPrinted({ output: 'json', ...argv }, parts)).stdout;
  test('compares with an earlier report, and keeps nothing of that', async () => {
    const { run } = aMachine({ 'a.json': await reported(shop(bad)) });
    const told = await run({ diff: 'a.json' }, shop(worse));
    expect(rowsOf(told)[1]?.slice(1, 4)).toEqual(['deployment/cart', 'worse', 'security']);
    expect(told.stderr).toContain('since a.json, 2026-11-21T20:00:00.000Z (0s ago)');
    expect((await run({ diff: 'a.json' }, shop(bad))).stderr).toContain('No change since a.json');
  });
  test('without a machine that remembers, too', async () => {
    const verdicts: VerdictsKept = { scope: { namespace: '', selection: '' }, log: null, readFile: () => '{}' };
    await expect(statusPrinted({ diff: 'a.json' }, { ...shop(bad), verdicts })).rejects.toThrow(
      'a.json holds something else, not a WorkloadVerdictList',
    );
  });
  test('of another context or of less than is looked at, says so', async () => {
    const text = await reported({ ...shop(bad), context: 'staging', namespace: 'shop' });
    const { stderr } = await aMachine({ 'a.json': text }).run({ diff: 'a.json' }, shop(bad));
    expect(stderr).toContain('warning: a.json is of context staging\n');
    expect(stderr).toContain('warning: a.json is of namespace shop alone: what is elsewhere counts as new\n');
  });
  test('of manifests, takes nothing of the cluster for gone', async () => {
    const { run } = aMachine({ 'a.json': await reported(shop(bad)) });
    const told = await run({ diff: 'a.json' }, { facts: cart, answer: () => bad, context: '' });
    expect(told.stdout).toBe('');
  });
  const wrong: [name: string, text: string, message: string][] = [
    ['no JSON', 'NAME PODS', 'is no JSON object'],
    ['a list', '[]', 'is no JSON object'],
    ['images', JSON.stringify({ apiVersion: 'kubectl-xray/v1', kind: 'ImageVerdictList' }), 'holds ImageVerdictList'],
    [
      'another version',
      JSON.stringify({ apiVersion: 'kubectl-xray/v2', kind: 'WorkloadVerdictList' }),
      'holds one of kubectl-xray/v2, not a WorkloadVerdictList of kubectl-xray/v1',
    ],
    [
      'no version',
      JSON.stringify({ kind: 'WorkloadVerdictList', items: [] }),
      'holds one of no apiVersion, not a WorkloadVerdictList of kubectl-xray/v1',
    ],
    [
      'no items',
      JSON.stringify({ apiVersion: 'kubectl-xray/v1', kind: 'WorkloadVerdictList', metadata: {} }),
      'is not whole',
    ],
    [
      'half an item',
      JSON.stringify({
        apiVersion: 'kubectl-xray/v1',
        kind: 'WorkloadVerdictList',
        metadata: {},
        items: [{ settled: true }],
      }),
      'is not whole',
    ],
  ];
  for (const [name, text, message] of wrong) {
    test(`that holds ${name} is refused before anything is asked`, async () =>
      expect(aMachine({ 'a.json': text }).run({ diff: 'a.json' }, shop(bad))).rejects.toThrow(message));
  }
});

describe('--fail-on new', () => {
  const onNew = { 'fail-on': ['new'] };
  test('ends with 11 where there is nothing to compare with, then passes', async () => {
    const { run } = aMachine();
    const first = await run(onNew, shop(bad));
    expect(first.code).toBe(11);
    expect(first.stderr).toContain('--fail-on new: there is nothing to compare with');
    expect(first.stdout).toContain('deployment/cart');
    expect((await run(onNew, shop(bad))).code).toBe(0);
  });
  test('ends with 10 for what is new, and again until somebody has looked', async () => {
    const { run } = aMachine();
    await run({}, shop(bad));
    const failed = await run(onNew, shop(worse));
    expect(failed.code).toBe(10);
    expect(failed.stderr).toMatch(
      /--fail-on: new since 2026\S+ \(60m ago\): shop\/deployment\/cart security: CVE-2026-2 \(High\)\n/,
    );
    expect((await run(onNew, shop(worse))).code).toBe(10);
    await run({}, shop(worse));
    expect((await run(onNew, shop(worse))).code).toBe(0);
  });
  test('ends with 11 where an answer is missing, and what was new meanwhile is new afterwards', async () => {
    const { run } = aMachine();
    await run({}, shop(aScan()));
    expect((await run(onNew, shop(unknown()))).code).toBe(11);
    expect((await run(onNew, shop(bad))).code).toBe(10);
  });
  test('with other conditions only for what is new of these', async () => {
    const { run } = aMachine();
    await run({}, shop(bad));
    expect((await run({ 'fail-on': ['new,security=critical'] }, shop(worse))).code).toBe(0);
    expect((await run({ 'fail-on': ['license', 'new'] }, shop(worse))).code).toBe(0);
    // Neither was a look that made it old.
    expect((await run({ 'fail-on': ['NEW', 'security=high'] }, shop(worse))).code).toBe(10);
  });
  test('beside --diff=FILE compares with that', async () => {
    const { stdout } = await statusPrinted({ output: 'json' }, shop(bad));
    const { run } = aMachine({ 'a.json': stdout });
    expect((await run({ ...onNew, diff: 'a.json' }, shop(worse))).code).toBe(10);
    expect((await run({ ...onNew, diff: 'a.json' }, shop(bad))).code).toBe(0);
  });
  test('-o junit fails what the exit code fails for', async () => {
    const { run } = aMachine();
    const late: LateFormat = { is: 'report', format: 'junit', write: junit, version: '1' };
    const outcomes = async (argv: Argv, scan: Scan) => {
      const { code, stdout } = await run(argv, { ...shop(scan), late });
      return [code, [...stdout.matchAll(/ (failures|errors)="(\d+)"/g)].slice(0, 2).map(([, , count]) => count)];
    };
    expect(await outcomes(onNew, bad)).toEqual([11, ['0', '2']]);
    expect(await outcomes(onNew, bad)).toEqual([0, ['0', '0']]);
    expect(await outcomes(onNew, worse)).toEqual([10, ['1', '0']]);
    expect(await outcomes({ 'fail-on': ['new,security=critical'] }, worse)).toEqual([0, ['0', '0']]);
  });
  test('since a time of which nothing is known ends with 11', async () => {
    const { run } = aMachine();
    await run({}, shop(bad));
    expect((await run({ ...onNew, since: String(day) }, shop(bad))).code).toBe(11);
  });
  test('without it, what is new says nothing', async () => {
    const { run } = aMachine();
    expect((await run({ 'fail-on': ['security'] }, shop(bad))).code).toBe(10);
    expect((await run({ 'fail-on': ['license'] }, shop(bad))).code).toBe(0);
  });
  test('of what is not kept is refused', async () => {
    await expect(statusPrinted(onNew, shop(bad))).rejects.toThrow('no earlier run is kept of this');
  });
});

describe('the flags', () => {
  const wrong: [argv: Argv, message: string][] = [
    [{ since: '24h' }, '--since says what to compare with'],
    [{ diff: 'a.json', since: '24h' }, 'both say what to compare with'],
    [{ diff: '', images: true }, '--images is of the rows of status'],
    [{ diff: '', severity: 'high' }, '--severity is of the rows of status'],
    [{ diff: '', output: 'sarif' }, 'sarif'],
    [{ 'fail-on': ['newer'] }, '--fail-on does not know "newer"'],
    [{ 'fail-on': ['new=high'] }, '--fail-on does not know "new"'],
  ];
  for (const [argv, message] of wrong) {
    test(JSON.stringify(argv), () => expect(() => statusOptions(argv)).toThrow(message));
  }
  test('nothing is compared unless it is asked for', () => {
    expect(statusOptions({}).compare).toBeNull();
    expect(statusOptions({ diff: '' }).compare).toEqual({ shows: true, failsOnNew: false, with: { is: 'lastRun' } });
    expect(statusOptions({ 'fail-on': ['new'], since: '2026-11-21' }).compare).toEqual({
      shows: false,
      failsOnNew: true,
      with: { is: 'since', since: Date.parse('2026-11-21') },
    });
  });
});
