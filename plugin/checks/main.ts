// What has to hold of what we hand out, beside that it works: npm run check:security. Licenses of what is bundled, credentials
// in tracked files, and what is known against the packages. Ends with 1 where something does not hold.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { bundledPackages, forbiddenLicenses } from '../package/bundled.ts';
import { makeProgram } from '../package/program.ts';
import { root } from '../bundle.ts';
import { audited } from './audit.ts';
import { secretsIn } from './secrets.ts';

const run = promisify(execFile);

const packages = bundledPackages((await makeProgram()).metafile);
const faults = [...licenses(), ...(await secrets()), ...(await audit())];
for (const fault of faults) console.error(`error: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

function licenses(): readonly string[] {
  const forbidden = forbiddenLicenses(packages);
  console.log(
    `licenses: ${packages.length} packages are bundled, ${forbidden.length} of them under a license not allowed`,
  );
  return forbidden;
}

async function secrets(): Promise<readonly string[]> {
  const { stdout } = await run('git', ['ls-files', '-z'], { cwd: root });
  const paths = stdout.split('\0').filter((path) => path !== '');
  const found = paths.flatMap((path) => secretsIn(path, readFileSync(join(root, path), 'utf8')));
  console.log(`secrets: ${paths.length} tracked files, ${found.length} of them with what looks like a credential`);
  return found.map(({ path, line, kind }) => `${path}:${line} has ${kind}`);
}

async function audit(): Promise<readonly string[]> {
  const result = audited(await npmAudit(), packages);
  if (result.kind === 'not run') {
    console.log(`npm audit: not run here; the registry: ${result.why}`);
    return [];
  }
  console.log(`npm audit: ${result.serious.length} serious in what is bundled, ${result.others.length} others`);
  for (const other of result.others) console.log(`  ${other}`);
  return result.serious;
}

/** It ends with 1 where it found something, and where it could not ask. */
async function npmAudit(): Promise<string> {
  const options = { cwd: root, timeout: 60_000, maxBuffer: 1e8 };
  try {
    return (await run('npm', ['audit', '--json'], options)).stdout;
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
  }
}
