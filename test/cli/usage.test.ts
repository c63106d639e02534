// What needs neither a cluster nor an Xray: help, versions, and what is said about wrong words and flags.
import { describe, expect, test } from 'vitest';
import { definitions } from '../../src/commands/definitions.ts';
import { runCli } from './run-cli.ts';

const commands = [
  'status',
  'explain',
  'enforce',
  'scaledown',
  'delete',
  'restore',
  'ignore',
  'history',
  'policy',
  'demo',
  'version',
] as const;
const xray = { JF_URL: 'http://127.0.0.1:1', JF_ACCESS_TOKEN: 'a-token-of-nobody' };

describe.concurrent('help', () => {
  test('names every command, on stdout, and ends with 0', async () => {
    for (const flag of ['--help', '-h']) {
      const ended = await runCli([flag]);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      for (const command of commands) expect(ended.stdout).toContain(`kubectl xray ${command}`);
    }
  });

  for (const command of commands) {
    test(`of ${command} stands on stdout, and ends with 0`, async () => {
      const ended = await runCli([command, '--help']);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(ended.stdout).toMatch(new RegExp(`^kubectl xray ${command}`));
      expect(ended.stdout).not.toMatch(/undefined|\[object/);
    });
  }

  test('of a command is also what help says', async () => {
    expect(await runCli(['help', 'status'])).toEqual(await runCli(['status', '--help']));
  });

  test('has examples on lines of their own, to be copied as they are', async () => {
    const { stdout } = await runCli(['status', '--help']);
    for (const { examples } of definitions.filter(({ runs }) => runs === 'status')) {
      for (const [example] of examples) expect(stdout).toContain(`\n  ${example.replace('$0', 'kubectl xray')}\n`);
    }
  });

  test('no flag takes a secret of Xray’s', async () => {
    const { stdout } = await runCli(['status', '--help']);
    expect(stdout).not.toMatch(/--xray-(token|password)\s/);
  });

  test('without a command, it is a usage error that shows the way', async () => {
    const ended = await runCli([]);
    expect([0, 2]).toContain(ended.code);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(/status|--help/);
  });
});

describe.concurrent('version', () => {
  test('is one line, also by the flag', async () => {
    expect(await runCli(['version'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^kubectl-xray v\d+\.\d+\.\d+ \(\S+, Node \S+\)\n$/) as string,
    });
    const flag = await runCli(['--version']);
    expect(flag).toMatchObject({ code: 0, stderr: '' });
    expect(flag.stdout).toMatch(/\d+\.\d+\.\d+/);
  });

  test('is JSON where asked', async () => {
    const { stdout } = await runCli(['version', '-ojson']);
    expect(JSON.parse(stdout)).toMatchObject({ clientVersion: { version: expect.any(String) as string } });
  });
});

describe.concurrent('a mistake in the words or flags ends with 2, one clear sentence, and no stack', () => {
  const cases: readonly (readonly [words: string, says: string | RegExp])[] = [
    ['statsu', 'error: unknown command "statsu"; did you mean status?'],
    ['status --nonsense', 'error: unknown flag: --nonsense'],
    ['enforce --once=maybe', 'error: --once is true or false, not "maybe"'],
    ['scaledown deploy/a -y=1', 'error: -y is true or false, not "1"'],
    ['--nonsense', 'error: unknown flag: --nonsense'],
    ['status -Ax', 'error: unknown flag: -x'],
    ['status -f=', 'error: the value of -f is empty'],
    ['help frob', 'error: unknown command "frob"'],
    ['policy check --local -- nope.yaml', /^error: there is no file .*nope\.yaml \(named by the command line\)$/],
    ['policy check ', 'error: the name of the policy file is empty'],
    ['cache clear ', 'error: the name of the server is empty'],
    ['where -A -- ', 'error: "" is neither'],
    ['enforce --once -- deploy/app-0', 'error: unknown command or word: deploy/app-0'],
    ['cache info -- a b', 'error: unknown command or word: b'],
    ['status --diff=nope.json -f x.yaml', /^error: there is no file .*nope\.json \(named by --diff\)$/],
    ['status -n', 'error: the flag -n needs a value'],
    ['status --wait', 'error: the flag --wait needs a value'],
    ['status --wait soon', 'error: --wait soon is no duration'],
    ['status --request-timeout=-1', 'error: --request-timeout -1 is no duration'],
    ['status --color=blue', 'error: --color does not know "blue"; use one of: auto, always, never'],
    ['status -f x.yaml -v loud', 'error: -v loud is no log level'],
    ['status -o xml', 'error: --output does not know "xml"'],
    ['status --diff= --fail-on new', 'error: the value of --diff is empty'],
    ['status --diff --since 9999-01-01', 'error: --since 9999-01-01 is in the future: it is '],
    ['status --severity awful', 'error: --severity does not know "awful"'],
    ['status --condition dirty', 'error: --condition does not know "dirty"'],
    ['status --fail-on everything', 'error: --fail-on does not know "everything"'],
    ['status --fail-on security=awful', 'error: --fail-on does not know "awful"'],
    ['status --fail-on license=high', 'error: --fail-on license=high: only security has a severity'],
    ['status -l a=b=c', /^error: .*a=b=c/],
    ['status --chunk-size=many', 'error: --chunk-size is no whole number'],
    ['status -f x.yaml deployment/cart', 'error: -f judges every workload of its files'],
    ['status -f x.yaml --field-selector a=b', 'error: --field-selector needs a cluster, not -f'],
    ['status --policy not-there.yaml -f x.yaml', /^error: .*not-there\.yaml/],
    ['explain', 'error: explain needs a workload'],
    ['policy', 'error: policy needs one of: init, check, show'],
    ['policy frob', 'error: policy does not know "frob"; use one of: init, check, show'],
    ['demo frob', 'error: demo does not know "frob"; use one of: status, explain'],
    ['demo explain', 'error: explain needs a workload'],
    ['demo status widgets', /^error: the demo does not know the type "widgets"/],
    ['version more', 'error: unknown command or word: more'],
  ];
  for (const [words, says] of cases) {
    test(words, async () => {
      const ended = await runCli(words.split(' '), { env: xray });
      expect(ended.stderr).not.toMatch(/\n {4}at |fault in kubectl-xray/);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      if (typeof says === 'string') expect(firstError(ended.stderr).startsWith(says)).toBe(true);
      else expect(firstError(ended.stderr)).toMatch(says);
    });
  }

  test('no Xray configured: what to set', async () => {
    const ended = await runCli(['status', '-f', '-'], { stdin: 'kind: Pod' });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^error: no Xray is configured\n.*JF_URL.*JF_ACCESS_TOKEN.*--xray-url/);
  });

  test('a wrong config.yaml: every mistake with its line and column', async () => {
    const files = { 'xray/config/config.yaml': 'default:\n  xray: { urll: x }\n  policyy: p\n' };
    const ended = await runCli(['status', '-f', '-'], { env: xray, files, stdin: 'kind: Pod' });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/config\.yaml:2:\d+: .*urll.*\n.*config\.yaml:3:3: .*policyy/);
  });

  test('a wrong policy: every mistake with its line and column, and nothing is asked', async () => {
    const files = { 'xray/config/policy.yaml': 'scanPolicy:\n  security: { deployments: scaledwn }\nprotec: {}\n' };
    const ended = await runCli(['status', '-f', '-'], { env: xray, files, stdin: 'kind: Pod' });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/policy\.yaml:2:\d+: .*did you mean scaledown/);
    expect(ended.stderr).toMatch(/policy\.yaml:3:1: protec: unknown key; did you mean protect\?/);
  });
});

describe.concurrent('without a cluster', () => {
  test('status says where it looked for a kubeconfig, and ends with 1', async () => {
    const ended = await runCli(['status'], { env: xray });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^error: no cluster is configured: .*\.kube\/config.*--kubeconfig/);
  });

  test('a kubeconfig that is none ends with 1 and names the file', async () => {
    for (const text of ['][', '{}', 'kind: Config\ncurrent-context: gone\n']) {
      const ended = await runCli(['status'], { env: { ...xray, KUBECONFIG: 'config' }, files: { config: text } });
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(/^error: /);
      expect(ended.stderr).not.toMatch(/\n {4}at |fault in/);
    }
  });
});

/** Warnings may come first. */
function firstError(stderr: string): string {
  return stderr.split('\n').find((line) => line.startsWith('error')) ?? stderr;
}
