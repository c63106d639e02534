// Keeps out what the environment tells Node: it is meant for other programs, and would turn checks off, print credentials, or
// write files. `NODE_EXTRA_CA_CERTS` stays: it only adds an authority.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

/** Node has done what they say before any program starts; an older one writes what the last two ask for all the same. */
const readAtStart = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE'];

/** `args`: what the program is started with. Where Node has heeded a variable already, it is started once more without. */
export function ignoreNodeVariables(args: readonly string[]): void {
  // Read at every connection that does not say itself whether certificates are checked.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  const heeded = readAtStart.filter((name) => process.env[name]);
  if (heeded.length === 0) return;
  for (const name of heeded) delete process.env[name];
  if (process.platform !== 'win32' && process.execve !== undefined) {
    process.execve(process.execPath, [process.argv0, ...args], definedIn(process.env));
  }
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (error !== undefined) process.stderr.write(`error: ${heeded.join(', ')} must not be set: ${error.message}\n`);
  process.exit(status ?? 1);
}

function definedIn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
