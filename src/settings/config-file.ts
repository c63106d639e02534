// config.yaml: servers and policies by context, registries, notifications, the listener.
import { UsageError } from '../core/errors.ts';
import { address } from './addresses.ts';
import { below, field, fields, inOrder, isNull, mapEntries, mistake, noMistakes, shown, words } from './fields.ts';
import { listenSettings, notifySettings, secretHint } from './config-listen.ts';
import { pathsOf, readIfThere, resolvePath } from './files.ts';
import { mistakeLine } from './policy-file.ts';
import { readYaml } from './yaml-tree.ts';
import type { ListenSettings, NotifySettings } from './config-listen.ts';
import type { Reader } from './fields.ts';
import type { Ground, ReadFile } from './files.ts';
import type { Mistake, Notes, Tree } from './yaml-tree.ts';

/** How one Xray is reached; paths are absolute. */
export interface XrayEntry {
  readonly url: string | null;
  readonly artifactoryUrl: string | null;
  readonly user: string | null;
  readonly tokenFile: string | null;
  readonly caFile: string | null;
  readonly project: string | null;
}

/** Which Artifactory repository stands behind the host of a registry. */
export interface Registry {
  readonly host: string;
  readonly repository: string;
}

export interface ContextEntry {
  readonly xray: XrayEntry | null;
  readonly policy: string | null;
  readonly registries: readonly Registry[] | null;
}

export interface Config {
  /** The file it was read from; null where there is none. */
  readonly file: string | null;
  readonly default: ContextEntry | null;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly notify: NotifySettings;
  readonly listen: ListenSettings | null;
}

export type ConfigReading =
  | { readonly config: Config; readonly warnings: readonly Mistake[] }
  | { readonly mistakes: readonly Mistake[]; readonly warnings: readonly Mistake[] };

export const noConfig: Config = {
  file: null,
  default: null,
  contexts: new Map(),
  notify: { slackUrlFile: null, webhookUrlFile: null, xrayNotice: false },
  listen: null,
};

/** Reads `config.yaml` in the configuration folder. None there is no mistake; a wrong one is a UsageError. */
export function loadConfig(
  folder: string,
  ground: Ground,
  readFile: ReadFile,
): { readonly config: Config; readonly warnings: readonly string[] } | UsageError {
  const file = pathsOf(ground.platform).join(folder, 'config.yaml');
  const text = readIfThere(file, readFile);
  if (text instanceof UsageError) return text;
  if (text === null) return { config: noConfig, warnings: [] };
  const reading = readConfig(text, file, ground);
  if ('config' in reading) {
    return { config: reading.config, warnings: reading.warnings.map((one) => mistakeLine(file, one)) };
  }
  return new UsageError(
    reading.mistakes.map((one) => mistakeLine(file, one)).join('\n'),
    'Correct the file; nothing of it is used.',
  );
}

/** Reads a config.yaml; `file` is its path, at whose folder relative paths start. */
export function readConfig(text: string, file: string, ground: Ground): ConfigReading {
  const notes = noMistakes();
  const root = readYaml(text, notes);
  const paths = pathIn(pathsOf(ground.platform).dirname(file), ground);
  const config = root === null ? noConfig : readRoot(root, paths, notes);
  const warnings = inOrder(notes.warnings);
  return notes.mistakes.length > 0
    ? { mistakes: inOrder(notes.mistakes), warnings }
    : { config: { ...config, file }, warnings };
}

function pathIn(folder: string, ground: Ground): Reader<string> {
  return (tree, path, notes) => {
    const text = words(tree, path, notes);
    return text === undefined ? undefined : resolvePath(text, folder, ground);
  };
}

function readRoot(root: Tree, path: Reader<string>, notes: Notes): Config {
  const from = fields(root, '', notes, ['default', 'contexts', 'notify', 'listen'], (key) =>
    key === 'xray' || key === 'policy' || key === 'registries'
      ? `; ${key} stands below default or contexts.NAME`
      : undefined,
  );
  const context = contextEntry(path);
  return {
    file: null,
    default: field(from, 'default', notes, context, null),
    contexts: field(from, 'contexts', notes, contextMap(context), noConfig.contexts),
    notify: field(from, 'notify', notes, notifySettings(path), noConfig.notify),
    listen: field(from, 'listen', notes, listenSettings(path), null),
  };
}

function contextMap(context: Reader<ContextEntry>): Reader<Config['contexts']> {
  return (tree, path, notes) => {
    const entries = mapEntries(tree, path, notes) ?? [];
    const read = entries.map(({ key, value }) => [key, context(value, below(path, key), notes)] as const);
    return new Map(read.flatMap(([key, entry]) => (entry === undefined ? [] : [[key, entry]])));
  };
}

function contextEntry(path: Reader<string>): Reader<ContextEntry> {
  return (tree, at, notes) => {
    const from = fields(tree, at, notes, ['xray', 'policy', 'registries'], (key) =>
      xrayKeys.includes(key) ? `; ${key} stands below xray` : undefined,
    );
    if (from === undefined) return undefined;
    return {
      xray: field(from, 'xray', notes, xrayEntry(path), null),
      policy: field(from, 'policy', notes, path, null),
      registries: field(from, 'registries', notes, registries, null),
    };
  };
}

const xrayKeys = ['url', 'artifactoryUrl', 'user', 'tokenFile', 'caFile', 'project'];

function xrayEntry(path: Reader<string>): Reader<XrayEntry> {
  return (tree, at, notes) => {
    const from = fields(tree, at, notes, xrayKeys, (key) => secretHint(key, 'tokenFile'));
    if (from === undefined) return undefined;
    return {
      url: field(from, 'url', notes, address, null),
      artifactoryUrl: field(from, 'artifactoryUrl', notes, address, null),
      user: field(from, 'user', notes, words, null),
      tokenFile: field(from, 'tokenFile', notes, path, null),
      caFile: field(from, 'caFile', notes, path, null),
      project: field(from, 'project', notes, words, null),
    };
  };
}

const registries: Reader<readonly Registry[]> = (tree, path, notes) => {
  if (isNull(tree)) return [];
  if (tree.is !== 'list') return mistake(notes, tree.at, path, `${shown(tree)} stands where a list is expected`);
  return tree.items.map((item, index) => registry(item, `${path}[${index}]`, notes)).filter((one) => one !== undefined);
};

function registry(tree: Tree, path: string, notes: Notes): Registry | undefined {
  const from = fields(tree, path, notes, ['host', 'repository']);
  if (from === undefined) return undefined;
  const missing = ['host', 'repository'].filter((key) => !from.entries.has(key));
  if (missing.length > 0) return mistake(notes, from.at, path, `${missing.join(' and ')} is missing`);
  const host = field(from, 'host', notes, registryHost, undefined);
  const repository = field(from, 'repository', notes, words, undefined);
  return host === undefined || repository === undefined ? undefined : { host, repository };
}

/** As it stands in references: a host with its port, no scheme and no path. */
const registryHost: Reader<string> = (tree, path, notes) => {
  const text = words(tree, path, notes)?.toLowerCase();
  if (text === undefined || /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?$/.test(text)) return text;
  return mistake(
    notes,
    tree.at,
    path,
    `${shown(tree)} is not a host; write it as in references, such as docker.acme.example:5000`,
  );
};
