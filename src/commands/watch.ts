// `watch`: every workload live, on a screen that acts by hand; where there is no terminal, a line for each thing that
// changes. The policy is carried out only once that is switched on there.
import { UsageError } from '../core/errors.ts';
import { last, oneOf } from './flags.ts';

export interface WatchOptions {
  /** `screen`, or lines of that kind. */
  readonly shows: 'screen' | 'text' | 'json';
  readonly readonly: boolean;
  readonly ascii: boolean;
  readonly wide: boolean;
}

export interface Terminals {
  /** Of stdin and stdout. */
  readonly keys: boolean;
  readonly screen: boolean;
  /** `TERM`. */
  readonly term: string | undefined;
}

/** Reads the flags. `-o` asks for lines, also on a terminal. */
export function watchOptions(argv: Readonly<Record<string, unknown>>, terminals: Terminals): WatchOptions {
  const asked = last(argv['output']);
  const output = asked === null ? null : oneOf('output', asked, ['text', 'json'] as const);
  const isScreen = terminals.keys && terminals.screen && terminals.term !== 'dumb';
  const shows = output ?? (isScreen ? 'screen' : 'text');
  if (shows === 'screen' && argv['xray-token-stdin'] === true) {
    throw new UsageError(
      'the screen reads keys from stdin, where --xray-token-stdin wants the token',
      'Give the token with --xray-token-file.',
    );
  }
  return {
    shows,
    readonly: argv['readonly'] === true,
    ascii: argv['ascii'] === true,
    wide: argv['wide'] === true,
  };
}
