// `version`: of this program; no cluster is asked.
import { last, oneOf } from './flags.ts';
import type { Output } from './run.ts';

export interface Build {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
}

export async function version(argv: Readonly<Record<string, unknown>>, build: Build, stdout: Output): Promise<number> {
  const output = oneOf('output', last(argv['output']) ?? 'text', ['text', 'json', 'yaml'] as const);
  const said = { clientVersion: build };
  if (output === 'text') {
    stdout.write(`kubectl-xray v${build.version} (${build.platform}, Node ${build.node})\n`);
    return 0;
  }
  // Of several libraries: they take longer than all the rest.
  const { json, yaml } = await import('../output/structured.ts');
  stdout.write(output === 'json' ? json(said) : yaml(said));
  return 0;
}
