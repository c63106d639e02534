// The command line, made by yargs from the table of commands: help, and the flags of what is called. It must not perform
// anything. Loaded late: what needs no flags starts without it.
import yargs from 'yargs';
import type { Argv } from 'yargs';
import { readCommandLine, unmarked } from './commands/arguments.ts';
import { definitions } from './commands/definitions.ts';
import type { CommandDefinition } from './commands/definitions.ts';
import { UsageError } from './core/errors.ts';
import { buildVersion } from './build.ts';
import type { World } from './world.ts';

export type Perform = (runs: CommandDefinition['runs'], argv: Readonly<Record<string, unknown>>) => Promise<void>;

/** What is asked for goes to `perform`; help is printed. Throws a UsageError for what is no command line. */
export async function runCommandLine(world: World, perform: Perform): Promise<void> {
  const called = (world.env['KUBECTL_XRAY_CALLED_AS'] ?? '').startsWith('kubectl-');
  const program = called ? 'kubectl xray' : 'kubectl-xray';
  const { command, help, words } = readCommandLine(world.argv, program);
  const line = yargs(words, world.folder ?? world.home)
    .scriptName(program)
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
      const wrong = inKubectlsWords(message || (error?.message ?? ''), words, command);
      throw new UsageError(wrong, `see ${[program, ...(command === null ? [] : [command.runs]), '--help'].join(' ')}`);
    });
  for (const definition of definitions) addCommand(line, definition, perform);
  if (help) world.stdout.write(`${[await line.getHelp(), ...moreHelp(command, program)].join('\n')}\n`);
  else await line.parseAsync();
}

/** Examples, each on a line of its own, to be copied as it is. */
function moreHelp(command: CommandDefinition | null, program: string): readonly string[] {
  if (command === null) return ['', `Flags and examples of a command: ${program} COMMAND --help`];
  const { examples } = command;
  return [
    ...(examples.length === 0 ? [] : ['', 'Examples:']),
    ...examples.flatMap(([example, says], at) => [
      ...(at === 0 ? [] : ['']),
      `  # ${says}`,
      `  ${example.replace('$0', program)}`,
    ]),
  ];
}

/** yargs calls words arguments. */
function inKubectlsWords(message: string, words: readonly string[], command: CommandDefinition | null): string {
  if (command === null) {
    const name = words.find((word) => !word.startsWith('--'));
    const meant = /^Did you mean (.*)\?$/.exec(message)?.[1];
    if (name === undefined) return message;
    return `unknown command "${String(unmarked(name))}"${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  }
  if (message.startsWith('Not enough non-option arguments')) {
    const choices = Object.values(command.positionals).flatMap((one) => one.choices ?? []);
    return `${command.runs} needs one of: ${choices.join(', ')}`;
  }
  const [, word = '', given = '', known = ''] =
    /Argument: (\S+), Given: (.*?), Choices: (.*)/.exec(message.replaceAll('\n', ' ')) ?? [];
  if (word !== '') {
    const what = word in command.positionals ? command.runs : `--${word}`;
    return `${what} does not know ${String(unmarked(given))}; use one of: ${known.replaceAll('"', '')}`;
  }
  const unknown = /^Unknown arguments?: (.*)$/s.exec(message)?.[1]?.split(', ');
  if (unknown === undefined) return message.replaceAll('\n', ' ');
  return unknown.map((one) => `unknown command or word: ${String(unmarked(one))}`).join('; ');
}

function addCommand(
  line: Argv,
  { command, describe, positionals, flags, runs }: CommandDefinition,
  perform: Perform,
): void {
  line.command(
    command,
    describe,
    (own: Argv) => {
      for (const [name, options] of Object.entries(positionals)) own.positional(name, options);
      return own.options(flags);
    },
    async (argv) => {
      const words = Object.keys(positionals).map((name) => [name, unmarked(argv[name])] as const);
      await perform(runs, { ...argv, ...Object.fromEntries(words) });
    },
  );
}
