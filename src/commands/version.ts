// `version`: of this program; no cluster is asked.
import { json, yaml } from '../output/structured.ts';
import { last, oneOf } from './flags.ts';
import type { Output } from './run.ts';

export interface Build {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
}

export function version(argv: Readonly<Record<string, unknown>>, build: Build, stdout: Output): number {
  const output = oneOf('output', last(argv['output']) ?? 'text', ['text', 'json', 'yaml'] as const);
  const said = { clientVersion: build };
  if (output === 'text') stdout.write(`kubectl-xray v${build.version} (${build.platform}, Node ${build.node})\n`);
  else stdout.write(output === 'json' ? json(said) : yaml(said));
  return 0;
}
