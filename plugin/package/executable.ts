// One file that runs without Node: its runtime with the program inside, as Node itself puts it there.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Program } from './program.ts';
import { signed } from './sign-macho.ts';
import { binOf } from './targets.ts';
import type { Target } from './targets.ts';

/** As the launcher gives them: a young generation of one fixed size. */
const flags = ['--min-semi-space-size=8', '--max-semi-space-size=8'];

/** Works in `folder`, which is made. */
export async function executableOf(target: Target, runtime: Buffer, program: Program, folder: string): Promise<Buffer> {
  mkdirSync(folder, { recursive: true });
  const [node, recipe, output] = ['node', 'sea.json', binOf(target)].map((name) => join(folder, name));
  if (node === undefined || recipe === undefined || output === undefined) throw new Error('no folder to work in');
  writeFileSync(node, runtime, { mode: 0o755 });
  const sea = {
    main: program.start,
    executable: node,
    output,
    disableExperimentalSEAWarning: true,
    // Code that this machine compiled would not fit another processor.
    useCodeCache: false,
    execArgv: flags,
    // What the user has in NODE_OPTIONS is meant for other programs.
    execArgvExtension: 'none',
    assets: Object.fromEntries(program.chunks),
  };
  writeFileSync(recipe, JSON.stringify(sea));
  await promisify(execFile)(process.execPath, ['--build-sea', recipe]);
  const made = readFileSync(output);
  return target.os === 'darwin' ? signed(made, 'kubectl-xray') : made;
}
