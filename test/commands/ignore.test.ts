import { describe, expect, test } from 'vitest';
import { ignore, ignoreOptions } from '../../src/commands/ignore.ts';
import type { IgnoreOptions } from '../../src/commands/ignore.ts';
import type { JournalLine } from '../../src/core/act.ts';
import { UsageError } from '../../src/core/errors.ts';
import { everything } from '../../src/core/selection.ts';
import { parseDuration } from '../../src/settings/duration.ts';
import { addException } from '../../src/settings/policy-edit.ts';
import { readPolicy } from '../../src/settings/policy-file.ts';
import { startingPolicy } from '../../src/settings/starting-policy.ts';
import { aMadeUpRun } from '../support/acting-run.ts';
import { now } from '../support/builders.ts';
import { deployed } from '../support/runs.ts';

const policy = '# ours\nscanPolicy:\n  security: { deployments: scaledown } # hard\n';

const options = (overrides: Partial<IgnoreOptions> = {}): IgnoreOptions => ({
  covers: { cve: 'CVE-2026-1234' },
  reason: 'not reachable',
  until: '2027-01-31',
  by: null,
  dryRun: false,
  yes: true,
  ...overrides,
});

interface Settings {
  readonly text?: string | null;
  readonly names?: readonly string[];
  readonly typed?: readonly string[];
  readonly writePolicy?: (text: string) => Promise<void>;
  readonly append?: (line: JournalLine) => Promise<void>;
}

async function ignored(
  overrides: Partial<IgnoreOptions> = {},
  { text = policy, names = ['cart'], typed = [], writePolicy, append }: Settings = {},
) {
  const selection = { ...everything, types: names.map((name) => ({ resource: 'deployments', name })) };
  const made = aMadeUpRun({ facts: deployed('cart', 1), selection, typed });
  const written: string[] = [];
  const code = await ignore(options(overrides), {
    ...made.run,
    circumstances: { firstSeen: () => null, contested: () => null, ownNamespaces: [] },
    policyFile: { path: '/c/policy.yaml', text },
    startingPolicy,
    addException,
    writePolicy: writePolicy ?? (async (one) => void written.push(one)),
    journal: append === undefined ? made.run.journal : { append },
  });
  return { code, stdout: made.stdout(), stderr: made.stderr(), file: written.at(-1) ?? null, lines: made.written };
}

describe('what is wrong is said before anything is asked', () => {
  const argv = { types: ['deploy/cart'], cve: 'CVE-2026-1234', reason: 'x', yes: true };
  const read = (more: Record<string, unknown>, isTerminal = false) =>
    ignoreOptions({ ...argv, ...more }, { now, isTerminal, parseDuration });
  const cases: [name: string, says: string, more: Record<string, unknown>][] = [
    ['no name', 'ignore needs a workload by its name', { types: ['deploy'] }],
    ['no reason', 'ignore needs a reason', { reason: ' ' }],
    ['nothing to ignore', 'what is to be ignored is not said', { cve: undefined }],
    ['two things to ignore', 'one exception ignores one thing', { license: 'MIT' }],
    ['an unknown condition', '--condition does not know "dirty"', { cve: undefined, condition: 'dirty' }],
    ['an end that is none', '--until soon is neither a day nor a duration', { until: 'soon' }],
    ['a day that is none', '--until 2027-02-30 is neither a day nor a duration', { until: '2027-02-30' }],
    ['an end that is over', '--until 2026-11-20 is over already', { until: '2026-11-20' }],
    ['a dry run of the server', 'ignore changes no cluster', { 'dry-run': 'server' }],
    ['nobody to ask', 'there is no terminal to ask on', { yes: undefined }],
  ];
  for (const [name, says, more] of cases) {
    test(name, () => {
      expect(() => read(more)).toThrow(UsageError);
      expect(() => read(more)).toThrow(says);
    });
  }
  test('a duration is the day it ends', () => {
    expect(read({ until: '30d' }).until).toBe('2026-12-21');
    expect(read({ until: '1h' }).until).toBe('2026-11-21');
    expect(read({ until: '2026-11-21' }).until).toBe('2026-11-21');
  });
});

test('a workload that is not there ends with 1, and nothing is written', async () => {
  const { code, stderr, file } = await ignored({}, { names: ['card'] });
  expect([code, file]).toEqual([1, null]);
  expect(stderr).toBe('Error from server (NotFound): deployments.apps "card" not found\n');
});

test('without a yes nothing is written', async () => {
  const { code, stderr, file, lines } = await ignored({ yes: false }, { typed: ['n'] });
  expect([code, file, lines]).toEqual([1, null, []]);
  expect(stderr).toContain('Write this into /c/policy.yaml? [y/N] nothing was changed\n');
});

test('the exception is written for the workload alone, the rest stays, and what is added is shown', async () => {
  const { code, file, stdout, lines } = await ignored({ yes: false }, { typed: ['y'] });
  expect(code).toBe(0);
  expect(file?.startsWith(policy.trimEnd())).toBe(true);
  const reading = readPolicy(file ?? '', 'policy.yaml');
  expect('policy' in reading ? reading.policy.exceptions : reading).toEqual([
    {
      covers: { cve: 'CVE-2026-1234' },
      namespaces: ['shop'],
      workloads: ['deployment/cart'],
      image: null,
      until: '2027-01-31',
      reason: 'not reachable',
      by: 'ana',
    },
  ]);
  expect(stdout).toMatch(/^\+exceptions:$/m);
  expect(stdout).not.toContain('-  security');
  expect(stdout).toMatch(/deployment\/cart ignored\n$/);
  expect(lines).toMatchObject([
    { type: 'Ignored', covers: 'CVE-2026-1234', until: '2027-01-31', reason: 'not reachable', actor: 'ana' },
  ]);
});

test('a file is made where there is none', async () => {
  const { code, file, stderr, stdout } = await ignored(
    { covers: { license: 'GPL-3.0-only' }, by: 'bob' },
    { text: null },
  );
  expect(code).toBe(0);
  expect(stderr).toContain('/c/policy.yaml (made from the starting file)\n');
  const reading = readPolicy(file ?? '', 'policy.yaml');
  expect(reading).toMatchObject({ policy: { exceptions: [{ covers: { license: 'GPL-3.0-only' }, by: 'bob' }] } });
  expect(stdout.split('\n').length).toBeLessThan(12);
});

test('a dry run prints what would be written, and writes nothing', async () => {
  const { code, file, stdout, lines } = await ignored({ dryRun: true, yes: false });
  expect([code, file, lines]).toEqual([0, null, []]);
  expect(stdout).toMatch(/\+.*CVE-2026-1234[^]*deployment\/cart ignored \(dry run\)\n$/);
});

test('an exception that is there already is not written again', async () => {
  const first = await ignored();
  const { code, file, stderr } = await ignored({}, { text: first.file });
  expect([code, file]).toEqual([0, null]);
  expect(stderr).toBe('/c/policy.yaml has this exception already\n');
});

test('a file that cannot be written is refused in words', async () => {
  const why = new UsageError('the policy file /c/policy.yaml cannot be written: EROFS');
  await expect(ignored({}, { writePolicy: () => Promise.reject(why) })).rejects.toThrow('cannot be written: EROFS');
});

test('a journal that cannot be written is a warning: the exception is in force', async () => {
  const why = new Error('the journal cannot be written');
  const { code, stderr, file } = await ignored({}, { append: () => Promise.reject(why) });
  expect([code, file === null]).toEqual([0, false]);
  expect(stderr).toContain('warning: the journal cannot be written\n');
});
