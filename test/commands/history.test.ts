import { describe, expect, test } from 'vitest';
import { history, historyOptions } from '../../src/commands/history.ts';
import type { HistoryOptions, HistoryRun } from '../../src/commands/history.ts';
import type { JournalLine } from '../../src/core/act.ts';
import { parseDuration } from '../../src/settings/duration.ts';
import { anEnded, anIgnored, anIntended, anOrder, aRefused, aSavedManifest } from '../support/acts.ts';
import { recordText } from '../../src/core/verdict-text.ts';
import { day, hour, minute, now } from '../support/builders.ts';
import { aLine, aRecord, condemned } from '../support/verdicts.ts';

const { target } = anOrder();
const at = (ago: number): string => new Date(now - ago).toISOString();

const lines: readonly JournalLine[] = [
  anIntended({ at: at(2 * day), order: anOrder({ id: 'a' }), actor: 'system:serviceaccount:ops:bot' }),
  anEnded('stuck', { id: 'a', message: 'a finalizer keeps it' }),
  anIntended({
    at: at(hour),
    order: anOrder({ id: 'b', by: 'hand', action: 'delete', target: { ...target, namespace: 'pay', name: 'till' } }),
    saved: aSavedManifest(),
  }),
  anEnded('effective', { id: 'b' }),
  anIgnored({ at: at(hour / 2), until: '2027-01-31', reason: 'not reachable' }),
];

const options = (overrides: Partial<HistoryOptions> = {}): HistoryOptions => ({
  output: 'table',
  headings: true,
  since: 0,
  acts: true,
  verdicts: true,
  ascii: false,
  ...overrides,
});

async function printed(overrides: Partial<HistoryOptions> = {}, run: Partial<HistoryRun> = {}, journal = lines) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await history(options(overrides), {
    journal: { news: async () => journal },
    folder: '/state/cluster-1',
    types: null,
    namespace: '',
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    colour: false,
    looks: async () => [],
    columns: null,
    clock: { now: () => now },
    ...run,
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

const names = ({ stdout }: { stdout: string }): string[] =>
  (JSON.parse(stdout) as { items: { workload: { name: string } }[] }).items.map(({ workload }) => workload.name);

test('an empty journal is said, and ends with 0', async () => {
  expect(await printed({}, {}, [])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'Nothing was done or seen to change (/state/cluster-1).\n',
  });
  const { stderr } = await printed({}, { namespace: 'other' });
  expect(stderr).toBe('Nothing was done or seen to change in other namespace (/state/cluster-1).\n');
});

test('where nothing is among what was asked for, no more than that is said', async () => {
  const late = await printed({ since: now });
  expect(late.stderr).toBe('Nothing was done or seen to change since 2026-11-21T20:00:00.000Z (/state/cluster-1).\n');
  const other = await printed({}, { types: [{ resource: 'daemonsets', name: null }] });
  expect(other.stderr).toBe('Nothing was done or seen to change to what is named (/state/cluster-1).\n');
});

describe('the table', () => {
  test('has the newest last, and no blanks inside a column', async () => {
    const { stdout } = await printed();
    const rows = stdout.trimEnd().split('\n');
    expect(rows.map((row) => row.split(/ {3,}/))).toEqual([
      ['NAMESPACE', 'AT', 'ACTION', 'WORKLOAD', 'OUTCOME', 'BY', 'REASON', 'UNDO'],
      [
        'shop',
        '2026-11-19T20:00:00Z',
        'scaledown',
        'deployment/cart',
        'stuck',
        'policy:system:serviceaccount:ops:bot',
        'security:CVE-2026-1',
        'full',
      ],
      ['pay', '2026-11-21T19:00:00Z', 'delete', 'deployment/till', 'effective', 'ana', 'security:CVE-2026-1', 'full'],
      [
        'shop',
        '2026-11-21T19:30:00Z',
        'ignore',
        'deployment/cart',
        'effective',
        'ana',
        'CVE-2026-1_until_2027-01-31:_not_reachable',
        '<none>',
      ],
    ]);
  });
  test('of one namespace does not name it', async () => {
    const { stdout } = await printed({ headings: false }, { namespace: 'pay' });
    expect(stdout).toMatch(/^2026-11-21T19:00:00Z {3}delete/);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });
  test('says more where it is wide', async () => {
    const { stdout } = await printed({ output: 'wide' });
    expect(stdout).toMatch(/MACHINE +RULE +EVIDENCE +MESSAGE\n/);
    expect(stdout).toMatch(/desk +scanPolicy.security.deployments +CVE-2026-1_in_npm:\/\/a:1 +a_finalizer_keeps_it\n/);
  });
  test('shows no control character of whoever wrote a name', async () => {
    const order = anOrder({ target: { ...target, name: 'a\u001b[31m' } });
    const { stdout } = await printed({}, {}, [aRefused({ order })]);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('what is chosen', () => {
  const cases: [name: string, expected: string[], overrides: Partial<HistoryOptions>, run: Partial<HistoryRun>][] = [
    ['a namespace', ['till'], {}, { namespace: 'pay' }],
    ['a time', ['till', 'cart'], { since: now - day }, {}],
    ['a name', ['till'], {}, { types: [{ resource: 'deployments', name: 'till' }] }],
    ['a type', ['cart', 'till', 'cart'], {}, { types: [{ resource: 'deployments', name: null }] }],
    ['another type', [], {}, { types: [{ resource: 'jobs', name: null }] }],
  ];
  for (const [name, expected, overrides, run] of cases) {
    test(`by ${name}`, async () =>
      expect(names(await printed({ output: 'json', ...overrides }, run))).toEqual(expected));
  }
});

test('JSON and YAML hold the same list, and nothing that was saved', async () => {
  const { stdout } = await printed({ output: 'json' });
  expect(JSON.parse(stdout)).toMatchObject({
    apiVersion: 'kubectl-xray/v1',
    kind: 'ActionRecordList',
    items: [{ action: 'scaledown' }, { action: 'delete', undo: { grade: 'full' } }, { action: 'ignore' }],
  });
  const yaml = await printed({ output: 'yaml' });
  expect(yaml.stdout).toContain('kind: ActionRecordList');
  expect(`${stdout}${yaml.stdout}`).not.toContain('s3cret');
});

test('a template gets the same list, with its headings or without', async () => {
  const print = (documents: readonly object[], headings: boolean): string => JSON.stringify([documents, headings]);
  const { stdout } = await printed({ headings: false, output: print });
  expect(JSON.parse(stdout)).toMatchObject([[{ kind: 'ActionRecordList', items: [{}, {}, {}] }], false]);
});

test('a pause that still holds is said', async () => {
  const pause: JournalLine = { type: 'Paused', at: at(hour), by: 'limit', message: 'too many' };
  const { stderr } = await printed({}, {}, [...lines, pause]);
  expect(stderr).toContain('nothing is done by policy since 2026-11-21T19:00:00.000Z: too many');
});

describe('what came to read otherwise', () => {
  const looks = async () => [
    aLine({ at: now - 3 * day, seen: [recordText(aRecord('cart')), recordText(aRecord('till', {}, 'pay'))] }),
    aLine({ at: now - 36 * hour, by: 'watch', changed: [recordText(condemned('cart', 'XRAY-1'))] }),
    aLine({ at: now - 2 * minute, base: false, gone: [['pay/Deployment.apps/till', 'gone']] }),
  ];
  test('stands beside the acts, in the order of time', async () => {
    const { stdout } = await printed({ headings: false }, { looks });
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((row) => row.split(/ {3,}/));
    expect(rows.map((row) => row[2])).toEqual(['scaledown', 'verdict', 'delete', 'ignore', 'verdict']);
    expect(rows[1]).toEqual([
      'shop',
      '2026-11-20T08:00:00Z',
      'verdict',
      'deployment/cart',
      'worse',
      'watch',
      'clean>security:new_finding',
      '<none>',
    ]);
    expect(rows[4]?.slice(3, 7)).toEqual(['deployment/till', 'gone', 'status', 'clean><none>:gone']);
  });
  test('says more where it is wide', async () => {
    const { stdout } = await printed({ output: 'wide', acts: false }, { looks });
    expect(stdout).toMatch(/<none> +<none> +\+CVE-2026-1 +<none>\n/);
  });
  test('is chosen like acts are', async () => {
    const verdicts = { output: 'json', acts: false } as const;
    expect(names(await printed(verdicts, { looks }))).toEqual(['cart', 'till']);
    expect(names(await printed({ ...verdicts, since: now - hour }, { looks }))).toEqual(['till']);
    expect(names(await printed(verdicts, { looks, namespace: 'shop' }))).toEqual(['cart']);
    const types = [{ resource: 'deployments', name: 'till' }];
    expect(names(await printed(verdicts, { looks, types }))).toEqual(['till']);
    expect(names(await printed({ output: 'json', verdicts: false }, { looks }))).toEqual(['cart', 'till', 'cart']);
  });
  test('is of the kind VerdictChange in JSON', async () => {
    const { stdout } = await printed({ output: 'json', acts: false }, { looks });
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'ActionRecordList',
      items: [
        {
          kind: 'VerdictChange',
          at: '2026-11-20T08:00:00.000Z',
          seenBy: 'watch',
          change: 'worse',
          from: { text: 'clean' },
          to: { text: 'security' },
          appeared: [{ id: 'XRAY-1', says: 'CVE-2026-1', severity: 'Critical' }],
        },
        { kind: 'VerdictChange', change: 'gone', to: null },
      ],
    });
  });
  test('is drawn over time on a terminal alone', async () => {
    expect((await printed({}, { looks })).stderr).toBe('');
    const { stderr } = await printed({ ascii: true }, { looks, columns: 46 });
    expect(stderr).toBe(
      [
        'workloads since 2026-11-18T20:00:00Z, blank where nobody looked:',
        'security  _##   0 to 1',
        'clean     #+_   2 to 0',
        '',
      ].join('\n'),
    );
    expect((await printed({}, { looks, columns: 46, namespace: 'pay' })).stderr).toContain('clean     █');
    const types = [{ resource: 'deployments', name: 'till' }];
    expect((await printed({}, { looks, columns: 46, types })).stderr).toBe('');
  });
  test('where there is none, that is said', async () => {
    expect((await printed({ acts: false })).stderr).toBe('Nothing was seen to change (/state/cluster-1).\n');
    expect((await printed({ verdicts: false }, {}, [])).stderr).toBe('Nothing was done (/state/cluster-1).\n');
  });
  test('--acts and --verdicts choose, and both of them choose all', () => {
    const chosen = (argv: Readonly<Record<string, unknown>>) => {
      const { acts, verdicts } = historyOptions(argv, { now: () => now }, parseDuration);
      return [acts, verdicts];
    };
    expect(chosen({})).toEqual([true, true]);
    expect(chosen({ acts: true })).toEqual([true, false]);
    expect(chosen({ verdicts: true })).toEqual([false, true]);
    expect(chosen({ acts: true, verdicts: true })).toEqual([true, true]);
  });
});

function since(text: string): number {
  return historyOptions({ since: text }, { now: () => now }, parseDuration).since;
}

describe('--since', () => {
  const cases: [text: string, since: number][] = [
    ['24h', now - day],
    ['0s', now],
    ['2026-11-21', Date.parse('2026-11-21T00:00:00Z')],
    ['2026-11-21T19:00:00Z', now - hour],
  ];
  for (const [text, expected] of cases) test(text, () => expect(since(text)).toBe(expected));
  for (const text of ['2030-01-01', new Date(now + 1000).toISOString()]) {
    test(`${text} is refused: nothing is known of the future`, () =>
      expect(() => since(text)).toThrow(`--since ${text} is in the future: it is ${new Date(now).toISOString()}`));
  }
  for (const text of ['yesterday', '12', '2026-13-45', '']) {
    test(`${text || 'nothing'} is refused`, () => expect(() => since(text)).toThrow('neither a duration nor a time'));
  }
});
