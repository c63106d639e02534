import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { startGuarded } from './guard.ts';
import { withLock } from './build-lock.ts';

export interface Recipe {
  readonly name: string;
  /** Go package of the program. */
  readonly package: string;
  /** Folder of the go.mod to build in. */
  readonly module: string;
  /** Without its v. */
  readonly version: string;
  /** Path of the result. */
  readonly target: string;
}

interface Setting {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Builds what is not there yet, one after the other. Returns why it could not, or undefined. */
export async function build(recipes: readonly Recipe[], setting: Setting): Promise<string | undefined> {
  for (const [index, recipe] of recipes.entries()) {
    const failure = await buildOnce(recipe, `${index + 1} of ${recipes.length}`, setting);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

async function buildOnce(recipe: Recipe, place: string, setting: Setting): Promise<string | undefined> {
  const { name, target } = recipe;
  let failure: string | undefined;
  mkdirSync(dirname(target), { recursive: true });
  await withLock(`${target}.lock`, {
    signal: setting.signal,
    isDone: () => statSync(target, { throwIfNoEntry: false }) !== undefined,
    onWait: (seconds) => {
      if (seconds % 10 === 0) setting.progress(`${name}: another process builds it, waiting for ${seconds} s`);
    },
    work: async () => {
      failure = await runGo(recipe, place, setting);
    },
  });
  return failure;
}

async function runGo(recipe: Recipe, place: string, { env, progress, signal }: Setting): Promise<string | undefined> {
  const { name, target, version, module } = recipe;
  const staged = `${target}.${process.pid}`;
  const logFile = `${staged}.log`;
  const since = Date.now();
  const elapsed = () => `${Math.round((Date.now() - since) / 1000)} s`;
  progress(`${name} ${version} (${place}): building from Go modules, once; the first takes several minutes`);
  const go = startGuarded({
    name,
    command: 'go',
    args: goArguments(recipe, staged),
    logFile,
    cwd: module,
    env: goEnvironment(env),
  });
  const abort = () => void go.kill();
  signal?.addEventListener('abort', abort);
  const clock = setInterval(() => progress(`${name} ${version} (${place}): building for ${elapsed()}`), 15_000);
  try {
    const code = await go.ended;
    if (code !== 0) return failureOf(name, code, readFileSync(logFile, 'utf8'));
    renameSync(staged, target);
    progress(`${name} ${version} (${place}): built in ${elapsed()}`);
    return undefined;
  } finally {
    clearInterval(clock);
    signal?.removeEventListener('abort', abort);
    for (const file of [staged, logFile]) rmSync(file, { force: true });
  }
}

function goArguments({ package: path, version }: Recipe, staged: string): readonly string[] {
  const [major, minor] = version.split('.');
  const stamps = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  const flags = path.startsWith('k8s.io/')
    ? Object.entries(stamps).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`)
    : [];
  const ldflags = ['-s', '-w', ...flags].join(' ');
  return ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', ldflags, '-o', staged, path];
}

/** What the user has set for projects of his own must not change this build. */
function goEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '', GOOS: '', GOARCH: '' };
}

function failureOf(name: string, code: number | null, log: string): string {
  if (code === 127) return `${name} has to be built, and there is no go on PATH`;
  const tail = log.trim().split('\n').slice(-5).join('\n');
  return `${name} could not be built (go build ended with ${code ?? 'a signal'}): ${tail}`;
}
