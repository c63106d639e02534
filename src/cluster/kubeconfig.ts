// Finds and merges kubeconfig files as kubectl does: for every name the first file wins, a missing file of the list is
// skipped, and a relative path in a file, that of a credential plugin too, counts from that file's folder.
import { readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { ClusterError, codeOf, wordsOf } from './errors.ts';
import { isPath } from './program.ts';
import { isTree, list, text, tree, type Tree } from './tree.ts';

export interface Kubeconfig {
  /** The files that were read, in their order. */
  readonly files: readonly string[];
  readonly currentContext: string;
  /** Their entries as written, but with absolute paths. */
  readonly clusters: ReadonlyMap<string, Tree>;
  readonly contexts: ReadonlyMap<string, Tree>;
  readonly users: ReadonlyMap<string, Tree>;
}

type Section = 'clusters' | 'contexts' | 'users';

const pathKeys = {
  clusters: ['certificate-authority'],
  contexts: [],
  users: ['client-certificate', 'client-key', 'tokenFile'],
} as const;

/** `explicit` is `--kubeconfig`, and must exist. Throws where a file cannot be read or is no kubeconfig. */
export function loadKubeconfig(explicit: string | undefined, env: NodeJS.ProcessEnv, home: string): Kubeconfig {
  const read = kubeconfigFiles(explicit, env, home).flatMap((file) => readConfig(file, explicit !== undefined));
  return {
    files: read.map(({ file }) => file),
    currentContext: read.map(({ config }) => text(config['current-context'])).find((name) => name !== '') ?? '',
    clusters: merged(read, 'clusters', 'cluster'),
    contexts: merged(read, 'contexts', 'context'),
    users: merged(read, 'users', 'user'),
  };
}

/** Name of the current context; empty where there is none. */
export function currentContext(explicit: string | undefined, env: NodeJS.ProcessEnv, home: string): string {
  return loadKubeconfig(explicit, env, home).currentContext;
}

/** The files kubectl would look at, whether they exist or not. */
export function kubeconfigFiles(explicit: string | undefined, env: NodeJS.ProcessEnv, home: string): readonly string[] {
  if (explicit !== undefined) return [explicit];
  const listed = env['KUBECONFIG'] ?? '';
  if (listed !== '') return [...new Set(listed.split(delimiter).filter((file) => file !== ''))];
  return [join(home, '.kube', 'config')];
}

interface ReadConfig {
  readonly file: string;
  readonly config: Tree;
}

function readConfig(file: string, mustExist: boolean): readonly ReadConfig[] {
  const source = sourceOf(file, mustExist);
  if (source === null) return [];
  const parsed = parsedConfig(file, source);
  if (parsed === null || parsed === undefined) return [{ file, config: {} }];
  if (!isTree(parsed))
    throw new ClusterError('configuration', `error loading config file "${file}": it is no kubeconfig`);
  return [{ file, config: parsed }];
}

function sourceOf(file: string, mustExist: boolean): string | null {
  try {
    if (statSync(file).isDirectory())
      throw new ClusterError('configuration', `error loading config file "${file}": it is a folder`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof ClusterError) throw error;
    if (!mustExist && (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR')) return null;
    throw new ClusterError('configuration', `error loading config file "${file}": ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOENT') return 'no such file; name another one with --kubeconfig or KUBECONFIG';
  if (code === 'EACCES') return 'permission denied';
  return wordsOf(error);
}

function parsedConfig(file: string, source: string): unknown {
  try {
    return source.trimStart().startsWith('{')
      ? JSON.parse(source)
      : parse(source, { prettyErrors: false, uniqueKeys: false });
  } catch {
    // The parser's own words may quote the file, which holds credentials.
    throw new ClusterError('configuration', `error loading config file "${file}": it is not valid YAML`);
  }
}

function merged(read: readonly ReadConfig[], section: Section, key: string): ReadonlyMap<string, Tree> {
  const entries = new Map<string, Tree>();
  for (const { file, config } of read) {
    for (const entry of list(config[section])) {
      const name = text(tree(entry)['name']);
      if (entries.has(name)) continue;
      const own = withPlugin(withAbsolutePaths(tree(tree(entry)[key]), section, dirname(file)), dirname(file));
      entries.set(name, own);
    }
  }
  return entries;
}

function withAbsolutePaths(entry: Tree, section: Section, folder: string): Tree {
  const moved = pathKeys[section].flatMap((key) => {
    const path = text(entry[key]);
    return path === '' || isAbsolute(path) ? [] : [[key, join(folder, path)] as const];
  });
  return moved.length === 0 ? entry : { ...entry, ...Object.fromEntries(moved) };
}

/** A mere name is looked for on PATH. Absolute in any case: without the folder, `./plugin` would be a mere name. */
function withPlugin(entry: Tree, folder: string): Tree {
  const exec = tree(entry['exec']);
  const command = text(exec['command']);
  if (!isPath(command, sep === '\\' ? 'win32' : 'linux') || isAbsolute(command)) return entry;
  return { ...entry, exec: { ...exec, command: join(resolve(folder), command) } };
}
