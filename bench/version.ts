// Measures how long the executable of a release takes to say its version, against kubectl's own in the same run: npm run
// bench:version -- [--runs 40]. Prints a line for bench/RESULTS.md. Makes the executable first.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { archiveName } from '../plugin/package/names.ts';
import { binOf } from '../plugin/package/targets.ts';
import { findBinaries } from '../test/control-plane/binaries.ts';
import { entriesOf, here, makeRelease, version } from '../test/package/release.ts';
import { measure, median } from './measured-run.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '40' } } });
const found = await findBinaries({ env: process.env, progress: (line) => console.error(line) });
if (found.kind === 'missing') throw new Error(`${found.reason}. ${found.cure}`);
const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-bench-'));
try {
  const made = join(folder, 'made');
  await makeRelease(made, '--only', `${here.os}-${here.arch}`);
  const entries = await entriesOf(made, here);
  const program = join(folder, binOf(here));
  writeFileSync(program, entries.find(({ path }) => path === binOf(here))?.bytes ?? '', { mode: 0o755 });
  await compare(program, found.binaries.kubectl);
  const megabytes = statSync(join(made, archiveName(version, here))).size / 1e6;
  console.log(`archive: ${megabytes.toFixed(1)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare(program: string, kubectl: string): Promise<void> {
  const env = { PATH: '/usr/bin:/bin', HOME: folder, KUBECONFIG: '/dev/null' };
  const pairs: { readonly ours: number; readonly theirs: number }[] = [];
  // The first of each is not counted: file caches, and the code cache that every second start has.
  for (let run = 0; run <= Number(values.runs); run += 1) {
    const theirs = await measure(kubectl, ['version', '--client'], env);
    const ours = await measure(program, ['version', '--client'], env);
    if (ours.exitCode !== 0 || theirs.exitCode !== 0) throw new Error(`a run failed:\n${ours.stderr}${theirs.stderr}`);
    if (run > 0) pairs.push({ ours: ours.wallMs, theirs: theirs.wallMs });
  }
  const ours = median(pairs.map((pair) => pair.ours));
  const theirs = median(pairs.map((pair) => pair.theirs));
  console.log(`kubectl ${theirs.toFixed(1)} ms | kubectl-xray ${ours.toFixed(1)} ms | ${(ours / theirs).toFixed(2)}`);
}
