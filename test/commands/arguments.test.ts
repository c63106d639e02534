// Words and flags as kubectl reads its own, before yargs sees them.
import { describe, expect, test } from 'vitest';
import { readCommandLine, unmarked } from '../../src/commands/arguments.ts';
import { definitions } from '../../src/commands/definitions.ts';
import { UsageError } from '../../src/core/errors.ts';

const read = (...argv: string[]) => readCommandLine(argv, 'kubectl xray');
const wordsOf = (...argv: string[]) => unmarked(read(...argv).words);
const mistakeOf = (...argv: string[]): readonly (string | null)[] => {
  try {
    return [`no mistake: ${read(...argv).words.join(' ')}`];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [error.message, error.hint];
  }
};

describe('flags are read as kubectl reads them', () => {
  const cases: readonly (readonly [line: string, words: string])[] = [
    ['status -A -o wide', 'status --all-namespaces=true --output=wide'],
    ['status -Aowide', 'status --all-namespaces=true --output=wide'],
    ['status -Ao json', 'status --all-namespaces=true --output=json'],
    ['status -Ao=json', 'status --all-namespaces=true --output=json'],
    ['status -ARf x', 'status --all-namespaces=true --recursive=true --filename=x'],
    ['status -A=false', 'status --all-namespaces=false'],
    ['status -nshop -n=pay -n web', 'status --namespace=shop --namespace=pay --namespace=web'],
    ['status -ltier!=web,app!=store', 'status --selector=tier!=web,app!=store'],
    ['status -f - -v6', 'status --filename=- --v=6'],
    ['status --v=9', 'status --v=9'],
    ['status --images true', 'status --images=true true'],
    ['status --diff deploy', 'status --diff= deploy'],
    ['status --diff=base.json', 'status --diff=base.json'],
    ['--context prod status', '--context=prod status'],
    ['scaledown deploy/cart -y', 'scaledown deploy/cart --yes=true'],
    ['status -n  -l ', 'status --namespace= --selector='],
  ];
  for (const [line, words] of cases) {
    test(line, () => expect(wordsOf(...line.split(' '))).toEqual(words.split(' ')));
  }

  test('a name stands for one kind of flag in whatever command', () => {
    const kinds = new Map<string, Set<unknown>>();
    for (const [name, { type, alias, requiresArg }] of definitions.flatMap(({ flags }) => Object.entries(flags))) {
      const kind = JSON.stringify([type, alias, requiresArg]);
      kinds.set(name, (kinds.get(name) ?? new Set()).add(kind));
    }
    expect([...kinds].filter(([, found]) => found.size > 1)).toEqual([]);
  });
});

describe('what stands after -- is no flag, and is not lost', () => {
  test.each([
    [
      ['status', '-n', 'shop', '--', 'deploy/x'],
      ['status', '--namespace=shop', 'deploy/x'],
    ],
    [
      ['where', '-A', '--', '-odd'],
      ['where', '--all-namespaces=true', '-odd'],
    ],
    [
      ['policy', 'check', '-'],
      ['policy', 'check', '-'],
    ],
    [
      ['enforce', '--once', '--', '--confirm'],
      ['enforce', '--once=true', '--confirm'],
    ],
  ])('%j', (argv, words) => {
    expect(wordsOf(...argv)).toEqual(words);
  });

  test('not even where it looks like one', () => {
    const { words } = read('enforce', '--once', '--', '--confirm', '-');
    expect(words.filter((word) => word.startsWith('-'))).toEqual(['--once=true']);
  });
});

describe('a mistake is told in the words that were written, with the help of the command', () => {
  const seeStatus = 'see kubectl xray status --help';
  const notSet = 'Give one; a variable that stands there may not be set.';
  const cases: readonly (readonly [argv: readonly string[], message: string, hint: string])[] = [
    [['status', '-Axn'], 'unknown flag: -x', seeStatus],
    [['status', '--nonsense=1'], 'unknown flag: --nonsense', seeStatus],
    [['status', '--confirm'], 'unknown flag: --confirm', seeStatus],
    [['status', '-y'], 'unknown flag: -y', seeStatus],
    [['--nope'], 'unknown flag: --nope', 'see kubectl xray --help'],
    [['status', '-n'], 'the flag -n needs a value', seeStatus],
    [['status', '-n', '-A'], 'the flag -n needs a value', seeStatus],
    [['status', '-n', '--', 'deploy/x'], 'the flag -n needs a value', seeStatus],
    [['enforce', '--once=maybe'], '--once is true or false, not "maybe"', 'see kubectl xray enforce --help'],
    [['scaledown', 'deploy/a', '-y='], '-y is true or false, not ""', 'see kubectl xray scaledown --help'],
    [['status', '-w'], 'unknown flag: -w', 'What changes is shown by: kubectl xray watch'],
    [['status', '--watch'], 'unknown flag: --watch', 'What changes is shown by: kubectl xray watch'],
    [['status', '-f', ''], 'the value of -f is empty', notSet],
    [['status', '-f', 'a.yaml', '--filename='], 'the value of --filename is empty', notSet],
    [['status', '--policy', ''], 'the value of --policy is empty', notSet],
    [['status', '--fail-on='], 'the value of --fail-on is empty', notSet],
    [['status', '--diff='], 'the value of --diff is empty', notSet],
    [['history', '--journal', ''], 'the value of --journal is empty', notSet],
  ];
  for (const [argv, message, hint] of cases) {
    test(argv.join(' '), () => expect(mistakeOf(...argv)).toEqual([message, hint]));
  }
});

describe('help', () => {
  test.each([
    [['status', '--help']],
    [['status', '-Ah']],
    [['help', 'status']],
    [['help', 'status', 'deploy']],
    [['status', '--nope', '-h']],
  ])('of a command: %j', (argv) => {
    expect(read(...argv)).toMatchObject({ help: true, words: ['status'], command: { runs: 'status' } });
  });

  test.each([[[]], [['help']], [['--help']], [['-h']]])('of all: %j', (argv) => {
    expect(read(...argv)).toEqual({ help: true, words: [], command: null });
  });

  test('of no command is none', () => {
    expect(read('help', 'frob')).toEqual({ help: false, words: ['frob'], command: null });
  });

  test('is not what stands after --', () => {
    expect(read('status', '--', '--help').help).toBe(false);
  });
});
