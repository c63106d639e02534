// Finds etcd, kube-apiserver, kube-controller-manager and kubectl: in KUBEBUILDER_ASSETS, else in the user's cache folder,
// else builds them there once from Go modules. It writes nowhere else, and never takes a kubectl from PATH: that may be a
// dispatcher, or of another version than the server.
import { accessSync, constants, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Recipe } from './build.ts';

export type BinaryName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl';

/** Absolute paths. */
export type Binaries = Readonly<Record<BinaryName, string>>;

export interface NoBinaries {
  readonly kind: 'missing';
  readonly reason: string;
  readonly cure: string;
}

export type FoundBinaries = { readonly kind: 'found'; readonly binaries: Binaries } | NoBinaries;

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** Receives one line at a time, without its end. */
  readonly progress: (line: string) => void;
  /** Ends a build that is under way; it is then missing. */
  readonly signal?: AbortSignal;
  /** Where Go's modules are described; this folder's own `go` unless given. */
  readonly modules?: string;
}

const names: readonly BinaryName[] = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'];

const cure =
  'Install Go 1.26 or newer, so that the control plane can be built (about ten minutes, once), ' +
  'or let KUBEBUILDER_ASSETS name a folder with etcd, kube-apiserver, kube-controller-manager and kubectl.';

/** Never throws for a binary that cannot be had: the answer says why, and what to do. */
export async function findBinaries(surroundings: Surroundings): Promise<FoundBinaries> {
  const { env, modules = ownModules() } = surroundings;
  if (process.platform === 'win32')
    return { kind: 'missing', reason: 'Windows has no sh to guard the processes', cure: 'Use WSL.' };
  const recipes = names.map((name) => ({ name, ...recipe(name, modules, env) }));
  const absent = recipes.filter(({ name, target }) => assetOf(name, env) === undefined && !isExecutable(target));
  const failure = await build(absent, surroundings);
  if (failure !== undefined) return { kind: 'missing', reason: failure, cure };
  const paths = recipes.map(({ name, target }) => [name, assetOf(name, env) ?? target] as const);
  return { kind: 'found', binaries: Object.fromEntries(paths) as Binaries };
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function assetOf(name: BinaryName, env: NodeJS.ProcessEnv): string | undefined {
  const folder = env['KUBEBUILDER_ASSETS'];
  if (folder === undefined || folder === '') return undefined;
  const file = join(folder, name);
  return isExecutable(file) ? file : undefined;
}

function recipe(name: BinaryName, modules: string, env: NodeJS.ProcessEnv): Omit<Recipe, 'name'> {
  const [folder, module, path] =
    name === 'etcd'
      ? ['etcd', 'go.etcd.io/etcd/server/v3', 'go.etcd.io/etcd/server/v3']
      : ['kubernetes', 'k8s.io/kubernetes', `k8s.io/kubernetes/cmd/${name}`];
  const version = versionOf(module, join(modules, folder, 'go.mod'));
  const cache = join(cacheFolder(env), `${folder}-${version}-${process.platform}-${process.arch}`);
  return { package: path, module: join(modules, folder), version, target: join(cache, name) };
}

/** The version without its v, as go.mod requires it: the one place where it is written. */
function versionOf(module: string, goMod: string): string {
  const line = readFileSync(goMod, 'utf8')
    .split('\n')
    .map((text) =>
      text
        .trim()
        .replace(/^require /, '')
        .split(' '),
    )
    .find(([path, version]) => path === module && version?.startsWith('v'));
  if (line?.[1] === undefined) throw new Error(`${goMod} does not require ${module}`);
  return line[1].slice(1);
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env['XDG_CACHE_HOME'];
  const root = base === undefined || base === '' ? join(env['HOME'] ?? homedir(), '.cache') : base;
  return join(root, 'kubectl-xray', 'control-plane');
}

function ownModules(): string {
  return fileURLToPath(new URL('go', import.meta.url));
}
