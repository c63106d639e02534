// One file that runs without Node: its runtime with the program inside, as Node itself puts it there.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Program } from './program.ts';
import { inOlderForm } from './older-form.ts';
import { signed } from './sign-macho.ts';
import { binOf, nodeVersion } from './targets.ts';
import type { Target } from './targets.ts';

/** As the launcher gives them: a young generation of one fixed size. */
const flags = ['--min-semi-space-size=8', '--max-semi-space-size=8'];

/** Works in `folder`, which is made. */
export async function executableOf(target: Target, runtime: Buffer, program: Program, folder: string): Promise<Buffer> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'node'), runtime, { mode: 0o755 });
  // The executable remembers where its script lay: the path must not depend on the machine.
  writeFileSync(join(folder, 'start.cjs'), program.start);
  for (const [name, text] of program.chunks) writeFileSync(join(folder, name), text);
  const sea = {
    main: 'start.cjs',
    executable: 'node',
    output: binOf(target),
    disableExperimentalSEAWarning: true,
    // Code that this machine compiled would not fit another processor.
    useCodeCache: false,
    execArgv: flags,
    // What the user has in NODE_OPTIONS is meant for other programs.
    execArgvExtension: 'none',
    assets: Object.fromEntries([...program.chunks.keys()].map((name) => [name, name])),
  };
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(sea));
  await promisify(execFile)(process.execPath, ['--build-sea', 'sea.json'], { cwd: folder });
  const made = readFileSync(join(folder, binOf(target)));
  if (target.runtime.version !== nodeVersion) return inOlderForm(made);
  return target.os === 'darwin' ? signed(made, 'kubectl-xray') : made;
}
