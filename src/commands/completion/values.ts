// What the value of a flag may be. Which flags there are stands in definitions.ts; here is only where their values are found.
import { begunWith, directives, nothing, offered, plain } from './candidates.ts';
import type { Candidate, Completion } from './candidates.ts';
import type { Flag } from './line.ts';

/** Where names come from. Each answers with nothing where it could not ask: a completion never fails. */
export interface NameSources {
  readonly contexts: () => Promise<readonly Candidate[]>;
  readonly clusters: () => Promise<readonly Candidate[]>;
  readonly users: () => Promise<readonly Candidate[]>;
  readonly namespaces: () => Promise<readonly Candidate[]>;
  /** Objects of a type, as the user wrote it. */
  readonly objects: (type: string) => Promise<readonly Candidate[]>;
  /** Those that Xray told of before. */
  readonly cves: () => Promise<readonly Candidate[]>;
  /** Those whose answers are kept. */
  readonly servers: () => Promise<readonly Candidate[]>;
}

type Source = (flag: Flag, names: NameSources) => Completion | Promise<Completion>;

const files: Source = () => offered([], directives.files);
const folders: Source = () => offered([], directives.folders);
/** Of these words, the ones that the flag's help names: not every command knows all of them. */
const wordsOf =
  (...known: readonly string[]): Source =>
  ({ options }) =>
    offered(plain(known.filter((word) => new RegExp(`\\b${word}\\b`).test(options.describe ?? ''))));
const always =
  (...words: readonly string[]): Source =>
  () =>
    offered(plain(words));

/** By the long name of a flag; one that is not here has values that cannot be guessed. */
export const valueSources: Readonly<Record<string, Source>> = {
  kubeconfig: files,
  'client-certificate': files,
  'client-key': files,
  'certificate-authority': files,
  filename: files,
  policy: files,
  'xray-token-file': files,
  'xray-ca-file': files,
  'xray-config': files,
  journal: folders,
  folder: folders,
  context: async (_, names) => offered(await names.contexts()),
  cluster: async (_, names) => offered(await names.clusters()),
  user: async (_, names) => offered(await names.users()),
  namespace: async (_, names) => offered(await names.namespaces()),
  cve: async (_, names) => offered(await names.cves()),
  output: outputs,
  'dry-run': wordsOf('none', 'client', 'server'),
  condition: wordsOf('unscanned', 'security', 'license', 'clean', 'pending', 'unknown'),
  severity: always('critical', 'high', 'medium', 'low', 'information', 'unknown'),
  'fail-on': always('new', 'unscanned', 'license', 'security', 'security=critical', 'security=high', 'security=medium'),
  'sort-by': always('namespace', 'name', 'kind', 'pods', 'crit', 'high', 'med', 'low', 'conditions', 'action', 'age'),
  since: always('1h', '24h', '7d'),
  hold: always('1h', '24h', '7d'),
  v: always('0', '6'),
};

async function valuesOf(flag: Flag, names: NameSources): Promise<Completion> {
  const { choices } = flag.options;
  if (choices !== undefined) return offered(plain([...choices].map(String)));
  return (await valueSources[flag.name]?.(flag, names)) ?? nothing;
}

/** Flags whose value may be a list with commas. */
const lists: readonly string[] = ['condition', 'fail-on'];

/** What `value` may become. Of a list the last word is gone on with. */
export async function valuesBeginning(value: string, flag: Flag, names: NameSources): Promise<Completion> {
  const { candidates, directive } = await valuesOf(flag, names);
  const before = lists.includes(flag.name) ? value.slice(0, value.lastIndexOf(',') + 1) : '';
  const chosen = before.split(',');
  const left = candidates.filter(({ word }) => !chosen.includes(word));
  const whole = left.map((one) => ({ ...one, word: `${before}${one.word}` }));
  return offered(begunWith(value, whole), directive);
}

/** Its help is the list: `wide, json, yaml or name`; `jsonpath=...` goes on after the sign. */
function outputs({ options }: Flag): Completion {
  const [list = ''] = (options.describe ?? '').replaceAll(/\([^)]*\)/g, '').split(':');
  const words = list.split(/,|\bor\b/).map((word) => word.trim().replace(/=.*$/, '='));
  const isOpen = words.some((word) => word.endsWith('='));
  return offered(
    plain(words.filter((word) => /^[a-z][a-z-]*=?$/.test(word))),
    isOpen ? directives.noFiles + directives.noSpace : directives.noFiles,
  );
}
