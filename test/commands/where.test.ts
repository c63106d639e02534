import { describe, expect, test } from 'vitest';
import { definitions } from '../../src/commands/definitions.ts';
import { where, whereOptions } from '../../src/commands/where.ts';
import type { Impacted, WhereRun } from '../../src/commands/where-search.ts';
import { UsageError } from '../../src/core/errors.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { Scan } from '../../src/core/scan.ts';
import { everything } from '../../src/core/selection.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { nextTurn } from '../engine/fake-clock.ts';
import { fakeClock } from '../engine/fake-clock.ts';
import { aFinding, anImage, aPolicy, aScan, hour, now, pending, unknown, unscanned } from '../support/builders.ts';
import { deployed } from '../support/runs.ts';
import { clusterRead, nodeSeen, scanRead } from '../support/states.ts';

interface Parts {
  /** What Xray answers about image number so and so; null: nothing, ever. */
  readonly answers: readonly (Scan | null)[];
  readonly facts?: readonly Fact[];
  readonly over?: Partial<WhereRun>;
}

const hit = aScan({ findings: [aFinding()] });
const clean = aScan();

/** Deployments `app-0`, `app-1` and so on, one for each answer. */
async function search(argv: Record<string, unknown>, { answers, facts = [], over = {} }: Parts) {
  const clock = fakeClock();
  /** All that is printed, in its order; what goes to stderr behind a bar. */
  const printed: string[] = [];
  const apps = answers.flatMap((_, index) => deployed(`app-${index}`, index));
  const engine = createEngine({
    cluster: {
      async *read() {
        yield [nodeSeen(), ...apps, ...facts, clusterRead];
      },
    },
    scanner: {
      async *ask(questions) {
        // Whoever is asked takes a while: what is kept is there before.
        for (let turns = 0; turns < 3; turns += 1) await nextTurn();
        for (const { image } of questions) {
          const index = answers.findIndex((_, one) => anImage(one).digest === image.digest);
          const scan = answers[index] ?? null;
          if (scan !== null) yield scanRead(image, scan);
        }
      },
    },
    clock,
    policy: aPolicy({ security: { default: 'scaledown' } }),
    selection: everything,
  });
  const running = where(whereOptions(argv), {
    engine,
    clock,
    selection: everything,
    context: 'prod',
    namespace: '',
    circumstances: { firstSeen: () => null, contested: () => null, ownNamespaces: [] },
    wait: 1000,
    stdout: { write: (text) => printed.push(text) },
    stderr: {
      write: (text) =>
        printed.push(
          ...text
            .split('\n')
            .filter(Boolean)
            .map((line) => `| ${line}\n`),
        ),
    },
    again: null,
    colour: false,
    progress: false,
    kept: null,
    impacted: null,
    screen: false,
    ...over,
  });
  await clock.pass(1000);
  const code = await running;
  const stdout = printed.filter((one) => !one.startsWith('| ')).join('');
  const stderr = printed
    .filter((one) => one.startsWith('| '))
    .map((one) => one.slice(2))
    .join('');
  return { code, stdout, stderr, printed };
}

const cve = { what: ['XRAY-1'] };

describe('the answer', () => {
  test('is a row for each hit, and 0', async () => {
    const { code, stdout, stderr } = await search(cve, { answers: [clean, hit] });
    expect(code).toBe(0);
    expect(stdout).toBe(
      'NAMESPACE   NAME               IMAGE                              FOUND        COMPONENT                  FIXED-IN   SEVERITY   ACTION\n' +
        'shop        deployment/app-1   acme.jfrog.io/docker-local/app:1   CVE-2026-1   npm://event-stream:3.3.6   4.0.0      Critical   scaledown\n',
    );
    expect(stderr).toMatch(/^XRAY-1: 1 workload hit, by 1 image\n/);
    expect(stderr).toMatch(/\nlooked at all namespaces \(shop\), by answers of the last 60s; 1 of 2 workloads, .*\n$/);
  });

  test('of nothing is nothing only where everybody was asked', async () => {
    const { code, stdout, stderr } = await search(cve, { answers: [clean, clean] });
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^XRAY-1: nothing is hit\n/);
  });

  const open: [name: string, answer: Scan | null, says: RegExp][] = [
    ['could not be asked about', unknown(), /nothing found, but could not ask about 1 image\n/],
    ['has no answer in time', null, /nothing found, but could not ask about 1 image\n/],
    ['is being scanned', pending(), /nothing found, but 1 image is being scanned\n/],
  ];
  for (const [name, answer, says] of open) {
    test(`is incomplete where an image ${name}: 11`, async () => {
      const { code, stdout, stderr } = await search(cve, { answers: [clean, answer] });
      expect([code, stdout]).toEqual([11, '']);
      expect(stderr).toMatch(says);
    });
  }

  test('is incomplete where pods may not be seen', async () => {
    const forbidden = { resource: 'pods', namespace: 'vault', message: 'pods is forbidden' };
    const ended = await search(cve, { answers: [clean], facts: [{ type: 'ReadForbidden', forbidden }] });
    expect(ended.code).toBe(11);
    expect(ended.stderr).toMatch(
      /nothing found, but not everything that runs may be seen\n(.*\n)*.*forbidden: pods in vault/,
    );
  });

  test('is incomplete where nothing runs: the name of a namespace may be a slip', async () => {
    const { code, stderr } = await search({ what: ['CVE-2026-1000'] }, { answers: [], over: { namespace: 'prdo' } });
    expect(code).toBe(11);
    expect(stderr).toContain('CVE-2026-1000: nothing found, but nothing runs where it was looked for');
    expect(stderr).toContain('looked at namespace prdo; 0 workloads');
  });

  test('is incomplete where nobody was asked, whatever is kept', async () => {
    const { code, stderr } = await search(cve, { answers: [clean], over: { offline: true } });
    expect(code).toBe(11);
    expect(stderr).toContain('nothing found, but nobody was asked');
  });

  test('says what Xray has not scanned, of which it knows nothing', async () => {
    const { code, stderr } = await search(cve, { answers: [clean, unscanned()] });
    expect(code).toBe(0);
    expect(stderr).toMatch(/nothing is hit of what Xray has scanned; 1 image Xray has not scanned\n/);
  });

  test('says what Xray no longer knows, of which it says nothing new', async () => {
    const expired = aScan({ reason: 'expired', askedAt: now - 100 * hour });
    const { code, stderr } = await search(cve, { answers: [clean, expired] });
    expect(code).toBe(0);
    expect(stderr).toMatch(/nothing is hit of what Xray has scanned; 1 image Xray no longer knows\n/);
  });

  test('that is found is 0 also where more may be hit, which is said', async () => {
    const { code, stderr } = await search(cve, { answers: [hit, unknown(), unscanned()] });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /1 workload hit, by 1 image; there may be more: could not ask about 1 image; 1 image Xray has not scanned\n/,
    );
  });

  test('with --fail-on found is 10, and 11 where it is open', async () => {
    const failing = { ...cve, 'fail-on': ['found'] };
    expect((await search(failing, { answers: [hit] })).code).toBe(10);
    expect((await search(failing, { answers: [clean] })).code).toBe(0);
    expect((await search(failing, { answers: [unknown()] })).code).toBe(11);
  });

  test('of several words has a line for each', async () => {
    const { stderr } = await search({ what: ['XRAY-1', 'left-pad'] }, { answers: [hit] });
    expect(stderr).toMatch(/^XRAY-1: 1 workload hit, by 1 image\nleft-pad: nothing is hit\n/);
  });

  test('of two words that mean the same is one row, and each has been found', async () => {
    const words = ['event-stream', 'event-stream:3.3.6'];
    const { stdout, stderr } = await search({ what: words, 'no-headers': true }, { answers: [hit] });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toMatch(
      /^event-stream: 1 workload hit, by 1 image\nevent-stream:3\.3\.6: 1 workload hit, by 1 image\n/,
    );
  });

  test('-o name and -o json are of what is reached alone', async () => {
    const answers = [clean, hit, hit];
    expect((await search({ ...cve, output: 'name' }, { answers })).stdout).toBe(
      'deployment.apps/app-1\ndeployment.apps/app-2\n',
    );
    const list = JSON.parse((await search({ ...cve, output: 'json' }, { answers })).stdout) as unknown;
    expect(list).toMatchObject({
      kind: 'WorkloadVerdictList',
      metadata: {
        coverage: { workloads: 2, images: 3 },
        where: { sought: [{ sought: 'XRAY-1', workloads: 2, images: 2 }], complete: true, namespaces: ['shop'] },
      },
      items: [{ reachedBy: [{ ids: ['XRAY-1'], severity: 'Critical', image: anImage(1).digest }] }, {}],
    });
  });

  test('in a wide table has container, digest, exemption and the age of the answer', async () => {
    const { stdout } = await search({ ...cve, output: 'wide', 'no-headers': true }, { answers: [hit] });
    expect(stdout).toMatch(/ scaledown {3}app {3}sha256:\S+ {3}9\.8 {3}<none> {3}<none> {3}60s\n$/);
  });
});

describe('what is kept', () => {
  const older = { ...hit, askedAt: now - 30 * hour };
  const kept =
    (...scans: readonly (Scan | null)[]): WhereRun['kept'] =>
    async (keys) => {
      const all = [...keys].flatMap((key) => {
        const index = scans.findIndex((_, one) => anImage(one).key === key);
        const scan = scans[index] ?? null;
        return scan === null ? [] : [[key, scan] as const];
      });
      return new Map(all);
    };

  test('still counts where nobody can be asked: a failure hides no hit', async () => {
    const { code, stdout, stderr } = await search(cve, { answers: [unknown()], over: { kept: kept(older) } });
    expect(code).toBe(0);
    expect(stdout).toContain('deployment/app-0');
    expect(stderr).toMatch(/1 workload hit, by 1 image; there may be more: could not ask about 1 image\n/);
  });

  test('makes nothing of nothing: an old answer without it is no answer', async () => {
    const { code, stderr } = await search(cve, { answers: [unknown()], over: { kept: kept(clean) } });
    expect(code).toBe(11);
    expect(stderr).toMatch(/nothing found, but could not ask about 1 image\n/);
  });

  test('on a terminal is shown at once, and not twice', async () => {
    const over = { kept: kept(older, clean), screen: true };
    const { printed, stdout } = await search(cve, { answers: [hit, clean], over });
    expect(printed.slice(0, 3)).toEqual([
      '| known already, while answers are asked for again:\n',
      expect.stringContaining('deployment/app-0'),
      '| XRAY-1: 1 workload hit, by 1 image\n',
    ]);
    expect(stdout.match(/app-0/g)).toHaveLength(1);
  });

  test('and what has changed since is shown after it', async () => {
    const over = { kept: kept(older, clean), screen: true };
    const { printed } = await search(cve, { answers: [hit, hit], over });
    expect(printed.slice(1, 4)).toEqual([
      expect.not.stringContaining('app-1'),
      '| asked again, it is:\n',
      expect.stringMatching(/app-0[\s\S]*app-1/),
    ]);
  });

  test('and what does not hold any more is taken back', async () => {
    const { printed, code } = await search(cve, { answers: [clean], over: { kept: kept(older), screen: true } });
    expect(printed[2]).toBe('| asked again, none of that holds any more\n');
    expect(code).toBe(0);
  });

  test('elsewhere nothing is printed twice', async () => {
    const { printed } = await search(cve, { answers: [hit], over: { kept: kept(older) } });
    expect(printed[0]).toMatch(/^NAMESPACE/);
  });
});

describe('Xray’s own search', () => {
  const known = (...places: readonly string[]): Impacted => ({ is: 'known', places, whole: true });
  const argv = { what: ['CVE-2026-1000'] };
  const with_ = (impacted: Impacted): Partial<WhereRun> => ({ impacted: async () => impacted });
  const here = 'docker-local/app/1/manifest.json';

  test('tells what else there is', async () => {
    const impacted = known(here, 'docker-old/a/1/manifest.json', 'docker-old/a/2/manifest.json');
    const answers = [aScan({ findings: [aFinding({ cves: ['CVE-2026-1000'] })] })];
    const { code, stderr } = await search(argv, { answers, over: with_(impacted) });
    expect(code).toBe(0);
    expect(stderr).toContain('CVE-2026-1000: Xray knows 2 more artifacts with it, which do not run here\n');
  });

  test('that names what its own answers do not is told, and the answer is open', async () => {
    const { code, stderr } = await search(argv, { answers: [clean], over: with_(known(here)) });
    expect(code).toBe(11);
    expect(stderr).toMatch(
      /^CVE-2026-1000: nothing found, but Xray's search names 1 artifact here that its answers do not\n/,
    );
    expect(stderr).toContain(
      `CVE-2026-1000: Xray's search names images that run here, while its answers about them do not: ${here}\n`,
    );
  });

  test('that names what its own answers do not is told to machines, too', async () => {
    const over = with_(known(here));
    const { stdout } = await search({ ...argv, output: 'json' }, { answers: [clean], over });
    expect(JSON.parse(stdout)).toMatchObject({ metadata: { where: { complete: false } } });
  });

  test('that names what could not be asked again leaves it open', async () => {
    const again: WhereRun['again'] = async function* again(images) {
      await nextTurn();
      for (const image of images) yield scanRead(image, unknown());
    };
    const kept: WhereRun['kept'] = async (keys) => new Map([...keys].map((key) => [key, clean]));
    const { code, stderr } = await search(argv, { answers: [clean], over: { ...with_(known(here)), again, kept } });
    expect(code).toBe(11);
    expect(stderr).toMatch(
      /^CVE-2026-1000: nothing found, but could not ask about 1 image, Xray's search names 1 artifact/,
    );
    expect(stderr).not.toContain('do not run here');
  });

  test('says of nothing that it does not run here while an image was not found', async () => {
    const over = with_(known('docker-old/a/1/manifest.json'));
    const { stderr } = await search(argv, { answers: [unknown()], over });
    expect(stderr).toContain('Xray knows 1 more artifact with it, which may run here or not\n');
  });

  test('that names what an older answer does not has that asked again', async () => {
    const asked: string[] = [];
    const again: WhereRun['again'] = async function* again(images) {
      await nextTurn();
      for (const image of images) {
        asked.push(image.key);
        yield scanRead(image, aScan({ findings: [aFinding({ cves: ['CVE-2026-1000'] })] }));
      }
    };
    const other = aScan({ paths: ['docker-local/other/1/manifest.json'] });
    const over = { ...with_(known(here)), again };
    const { code, stdout, stderr } = await search(argv, { answers: [clean, other], over });
    expect([code, asked]).toEqual([0, [anImage(0).key]]);
    expect(stdout).toMatch(/ deployment\/app-0 /);
    expect(stderr).not.toContain('while its answers about them do not');
  });

  test('that fails hides nothing', async () => {
    const failure: Impacted = { is: 'failed', failure: { message: 'may not ask' } };
    const { code, stderr } = await search(argv, { answers: [clean], over: with_(failure) });
    expect(code).toBe(0);
    expect(stderr).toContain('CVE-2026-1000: what it reaches beside what runs here is not known: may not ask\n');
  });

  test('is asked about CVEs alone', async () => {
    const over = { impacted: () => Promise.reject(new Error('asked')) };
    expect((await search({ what: ['event-stream', 'XRAY-1'] }, { answers: [hit], over })).code).toBe(0);
  });
});

test('-o takes what its help offers, and nothing is offered that it does not take', () => {
  const { describe: help = '' } = definitions.find(({ runs }) => runs === 'where')?.flags['output'] ?? {};
  const offered = help.split(/, | or /);
  expect(offered).toContain('name');
  for (const output of offered) expect(whereOptions({ what: ['XRAY-1'], output }).output).toBe(output);
});

describe('what is wrong is said before anything is asked', () => {
  const cases: Record<string, unknown>[] = [
    {},
    { what: [] },
    { what: ['CVE-1'] },
    { what: ['XRAY-1'], output: 'csv' },
    { what: ['XRAY-1'], 'fail-on': ['security'] },
  ];
  for (const argv of cases) {
    test(JSON.stringify(argv), () => expect(() => whereOptions(argv)).toThrow(UsageError));
  }
});
