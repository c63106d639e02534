// The command line, made by yargs from the table of commands: help, and the flags of what is called. It must not perform
// anything. Loaded late: what needs no flags starts without it.
import yargs from 'yargs';
import type { Argv } from 'yargs';
import { definitions } from './commands/definitions.ts';
import type { CommandDefinition } from './commands/definitions.ts';
import { splitShortFlags, wrongSwitch } from './commands/flags.ts';
import { UsageError } from './core/errors.ts';
import { buildVersion } from './build.ts';
import type { World } from './world.ts';

export type Perform = (runs: CommandDefinition['runs'], argv: Readonly<Record<string, unknown>>) => Promise<void>;

/** What is asked for goes to `perform`. Throws a UsageError for what is no command line. */
export function commandLine(world: World, perform: Perform): Argv {
  const called = (world.env['KUBECTL_XRAY_CALLED_AS'] ?? '').startsWith('kubectl-');
  const line: Argv = yargs(splitShortFlags(world.argv))
    .scriptName(called ? 'kubectl xray' : 'kubectl-xray')
    .usage('$0 COMMAND\n\nWhat JFrog Xray knows about what runs in Kubernetes, and what your policy says about it.')
    .demandCommand(1, 'no command is given')
    .strict()
    .recommendCommands()
    .version(buildVersion())
    .alias('help', 'h')
    .parserConfiguration({
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'boolean-negation': false,
      'camel-case-expansion': false,
      'greedy-arrays': false,
    })
    .wrap(Math.min(world.columns, 120))
    .exitProcess(false)
    .fail((message, error) => {
      if (error && error.name !== 'YError') throw error;
      throw new UsageError(
        inKubectlsWords(message || (error?.message ?? ''), world.argv),
        `see ${called ? 'kubectl xray' : 'kubectl-xray'} --help`,
      );
    });
  for (const definition of definitions) addCommand(line, definition, world, perform);
  return line;
}

/** yargs calls flags and words alike arguments. */
function inKubectlsWords(message: string, argv: readonly string[]): string {
  const bare = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (bare !== undefined) return `the flag ${bare.length === 1 ? '-' : '--'}${bare} needs a value`;
  const meant = /^Did you mean (.*)\?$/.exec(message)?.[1];
  if (meant !== undefined) return `unknown command "${argv[0]}"; did you mean ${meant}?`;
  if (message.startsWith('Not enough non-option arguments')) {
    const positionals = definitions.find(({ runs }) => runs === argv[0])?.positionals ?? {};
    const choices = Object.values(positionals).find((one) => one.choices !== undefined)?.choices;
    const needed =
      choices === undefined ? 'a workload, such as deployment/cart' : `one of: ${[choices].flat().join(', ')}`;
    return `${argv[0]} needs ${needed}`;
  }
  const [, name = '', given = '', choices = ''] =
    /Argument: (\S+), Given: (.*?), Choices: (.*)/.exec(message.replaceAll('\n', ' ')) ?? [];
  if (name !== '') {
    const what = definitions.some(({ positionals }) => name in positionals) ? argv[0] : `--${name}`;
    return `${what} does not know ${given}; use one of: ${choices.replaceAll('"', '')}`;
  }
  const names = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(', ');
  if (names === undefined) return message.replaceAll('\n', ' ');
  const isFlag = (name: string): boolean => argv.some((word) => word.startsWith('-') && word.includes(name));
  return names
    .map((name) =>
      isFlag(name) ? `unknown flag: ${name.length === 1 ? '-' : '--'}${name}` : `unknown command or word: ${name}`,
    )
    .join('; ');
}

function addCommand(
  line: Argv,
  { command, describe, positionals, flags, examples, runs }: CommandDefinition,
  world: World,
  perform: Perform,
): void {
  line.command(
    command,
    describe,
    (own: Argv) => {
      for (const [name, options] of Object.entries(positionals)) own.positional(name, options);
      for (const [example, says] of examples) own.example(example, says);
      return own.options(flags);
    },
    async (argv) => {
      const wrong = wrongSwitch(world.argv, flags);
      if (wrong !== null) throw new UsageError(wrong);
      await perform(runs, argv);
    },
  );
}
