import { describe, expect, test } from 'vitest';
import { completionText, cves, directives, plain } from '../../../src/commands/completion/candidates.ts';
import type { Completion } from '../../../src/commands/completion/candidates.ts';
import { complete } from '../../../src/commands/completion/complete.ts';
import { valueSources } from '../../../src/commands/completion/values.ts';
import type { UnfinishedLine } from '../../../src/commands/completion/line.ts';
import type { NameSources } from '../../../src/commands/completion/values.ts';
import { definitions } from '../../../src/commands/definitions.ts';

/** A cluster with these names; `asked` gets what was given on the line when something of it was asked. */
function names(asked: Record<string, unknown>[] = []): (line: Pick<UnfinishedLine, 'given'>) => NameSources {
  return ({ given }) => {
    const answer = (...words: string[]) => {
      asked.push(given);
      return Promise.resolve(plain(words));
    };
    return {
      contexts: () => answer('prod', 'stage'),
      clusters: () => answer('cluster-1'),
      users: () => answer('ana'),
      namespaces: () => answer('shop', 'shared', 'default'),
      objects: (type) => answer(...(type === 'deploy' || type === 'deployments' ? ['cart', 'pay'] : [])),
      cves: () => Promise.resolve(cves(['CVE-2026-0001'])),
      servers: () => answer('https://acme.jfrog.io', 'https://other.example'),
    };
  };
}

const completed = async (line: string): Promise<Completion> => complete(line.split(' '), names());
const wordsOf = async (line: string): Promise<string[]> => (await completed(line)).candidates.map(({ word }) => word);

describe('what was begun is gone on with', () => {
  const cases: [line: string, words: string[]][] = [
    ['sta', ['status']],
    ['policy ', ['init', 'check', 'show']],
    ['policy ch', ['check']],
    ['demo ', ['status', 'explain', 'where', 'watch']],
    ['completion un', ['uninstall']],
    ['status sta', ['statefulsets']],
    ['status deploy/', ['deploy/cart', 'deploy/pay']],
    ['status deploy/ca', ['deploy/cart']],
    ['scaledown deployments ', ['cart', 'pay']],
    ['scaledown deployments cart p', ['pay']],
    ['explain deploy/cart stat', ['statefulsets/']],
    ['status --namesp', ['--namespace']],
    ['status -n sh', ['shop', 'shared']],
    [
      'history -nshop --output ',
      [
        'wide',
        'json',
        'yaml',
        'jsonpath=',
        'jsonpath-as-json=',
        'jsonpath-file=',
        'custom-columns=',
        'custom-columns-file=',
      ],
    ],
    ['enforce -o ', ['text', 'json']],
    ['watch -o js', ['json']],
    ['status --output=j', ['json', 'junit', 'jsonpath=', 'jsonpath-as-json=', 'jsonpath-file=']],
    ['status --color ', ['auto', 'always', 'never']],
    ['status --context=st', ['stage']],
    ['-n shop stat', ['status']],
    ['--context prod -A explain deploy/p', ['deploy/pay']],
    ['ignore deploy/cart --cve ', ['CVE-2026-0001']],
    ['where CVE-', ['CVE-2026-0001']],
    ['where cve-2026-0', ['cve-2026-0001']],
    ['ignore deploy/cart --cve cve', ['cve-2026-0001']],
    ['status --context=PR', []],
    ['ignore deploy/cart --condition ', ['unscanned', 'security', 'license']],
    ['ignore deploy/cart --dry-run ', ['client']],
    ['enforce --dry-run ', ['client', 'server']],
    ['delete deploy/cart --dry-run ', ['none', 'client', 'server']],
    ['status --fail-on security=c', ['security=critical']],
    ['status -- deploy/p', ['deploy/pay']],
    ['status --condition clean,un', ['clean,unscanned', 'clean,unknown']],
    ['status --condition=clean,cl', []],
    ['status --fail-on license,security=c', ['license,security=critical']],
    // bash goes on behind the first sign, zsh and fish behind the last one.
    ['status --fail-on=security=c', ['security=critical', 'critical']],
    ['status --fail-on=n', ['new']],
    ['status --sort-by c', ['crit', 'conditions']],
    ['cache clear https://a', ['https://acme.jfrog.io']],
    ['demo explain deployments c', ['cart']],
    ['demo explain deploy/p', ['deploy/pay']],
    ['demo where CVE', ['CVE-2026-0001']],
  ];
  for (const [line, words] of cases) test(line, async () => expect(await wordsOf(line)).toEqual(words));
});

describe('nothing is offered', () => {
  const cases: [name: string, line: string][] = [
    ['after a command that is not known', 'nonsense '],
    ['for a flag that is not known', 'status --nonsense='],
    ['as the value of a switch', 'enforce --once='],
    ['after all words of a command', 'completion install '],
    ['where a value cannot be guessed', 'ignore deploy/cart --reason '],
    ['after several types at once', 'status deploy,sts '],
    ['for a type that the cluster does not know', 'status widgets/'],
    ['as a flag, after --', 'status -- --out'],
  ];
  for (const [name, line] of cases) {
    test(name, async () => expect(await completed(line)).toEqual({ candidates: [], directive: directives.noFiles }));
  }
});

describe('what the shell does besides', () => {
  const cases: [line: string, directive: number][] = [
    ['status ', directives.noFiles],
    ['status -f ', directives.files],
    ['status --policy=', directives.files],
    ['policy check ', directives.files],
    ['history --journal ', directives.folders],
    ['explain deploy/cart ', directives.noFiles + directives.noSpace],
  ];
  for (const [line, directive] of cases) {
    test(line, async () => expect((await completed(line)).directive).toBe(directive));
  }
});

test('every command is offered with what help says of it, and is completed itself', async () => {
  const { candidates } = await completed('');
  expect(candidates).toEqual(definitions.map(({ runs, describe }) => ({ word: runs, says: describe })));
  for (const { runs, flags } of definitions) {
    const offered = await wordsOf(`${runs} --`);
    expect([runs, offered]).toEqual([
      runs,
      expect.arrayContaining(
        Object.keys(flags)
          .filter((one) => one.length > 1)
          .map((one) => `--${one}`),
      ),
    ]);
  }
});

test('every flag whose values are known is one of a command', () => {
  const known = new Set(definitions.flatMap(({ flags }) => Object.keys(flags)));
  expect(Object.keys(valueSources).filter((name) => !known.has(name))).toEqual([]);
});

test('some output format is offered for every command that has them, and each is in its help', async () => {
  for (const { runs, flags } of definitions) {
    if (flags['output'] === undefined) continue;
    const offered = await wordsOf(`${runs} -o `);
    expect([runs, offered.length > 0]).toEqual([runs, true]);
    for (const word of offered) expect(flags['output'].describe).toContain(word);
  }
});

test('a flag that was given is not offered again, unless it may be repeated', async () => {
  expect(await wordsOf('status --namespace shop --no')).toEqual(['--no-headers']);
  expect(await wordsOf('status --namespace shop --name')).toEqual([]);
  expect(await wordsOf('status --fail-on license --fail')).toEqual(['--fail-on']);
});

test('names are asked for with what was given before', async () => {
  const asked: Record<string, unknown>[] = [];
  await complete(
    ['-A', 'status', '--context', 'prod', '-nshop', '--as-group=a', '--as-group=b', 'deploy/'],
    names(asked),
  );
  expect(asked).toEqual([{ 'all-namespaces': true, context: 'prod', namespace: 'shop', 'as-group': ['a', 'b'] }]);
});

test('kubectl reads a candidate a line, and then the directive', () => {
  const candidates = [
    { word: 'status', says: 'Judge\nevery workload' },
    { word: 'stage', says: '' },
  ];
  expect(completionText({ candidates, directive: 4 })).toBe('status\tJudge every workload\nstage\n:4\n');
});
