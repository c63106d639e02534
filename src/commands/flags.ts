// The shared flags, named and explained once. Values are read into plain options here; nothing is performed.
import type { Options } from 'yargs';
import { UsageError } from '../core/errors.ts';
import type { DryRun } from '../core/plan-acts.ts';

type Flags = Readonly<Record<string, Options>>;

const text = (group: string, describe: string, more: Options = {}): Options => ({
  type: 'string',
  requiresArg: true,
  group,
  describe,
  ...more,
});
const yes = (group: string, describe: string, more: Options = {}): Options => ({
  type: 'boolean',
  group,
  describe,
  ...more,
});

const cluster = 'Cluster:';
const scope = 'Scope:';
const xray = 'Xray:';
const output = 'Output:';

const level = text(output, 'Log level; from 6 on every request is shown on stderr, without credentials and bodies');

/** Connection to the cluster, with kubectl's names. */
export const clusterFlags: Flags = {
  kubeconfig: text(cluster, 'Path of the kubeconfig file'),
  context: text(cluster, 'Context of the kubeconfig to use'),
  cluster: text(cluster, 'Cluster of the kubeconfig to use'),
  user: text(cluster, 'User of the kubeconfig to use'),
  server: text(cluster, 'Address of the API server', { alias: 's' }),
  token: text(cluster, 'Bearer token for the API server'),
  as: text(cluster, 'User to impersonate'),
  'as-group': text(cluster, 'Group to impersonate (may be repeated)', { array: true }),
  'as-uid': text(cluster, 'UID to impersonate'),
  'client-certificate': text(cluster, 'Client certificate file'),
  'client-key': text(cluster, 'Client key file'),
  'certificate-authority': text(cluster, 'Certificate authority file of the API server'),
  'tls-server-name': text(cluster, 'Server name to check the certificate for'),
  'insecure-skip-tls-verify': yes(cluster, "Do not check the API server's certificate"),
  'request-timeout': text(cluster, 'Longest time of one request to the API server or Xray, such as 20s'),
  'disable-compression': yes(cluster, 'Ask the API server for uncompressed answers'),
  v: level,
};

/** Which workloads a command is about. */
export const scopeFlags: Flags = {
  namespace: text(scope, "Namespace; the context's own unless said", { alias: 'n' }),
  'all-namespaces': yes(scope, 'All namespaces', { alias: 'A' }),
  selector: text(scope, "Workloads by their own labels: app=cart, 'app in (cart,pay)', !app", { alias: 'l' }),
  'field-selector': text(scope, 'Workloads by a field of one of their pods: spec.nodeName=node-1'),
  filename: text(scope, 'Judge manifests (a file, a folder, - for stdin) in place of a cluster', {
    alias: 'f',
    array: true,
  }),
  recursive: yes(scope, 'With -f: folders within folders too', { alias: 'R' }),
  'chunk-size': {
    type: 'number',
    requiresArg: true,
    group: scope,
    describe: 'Pods a page, where they are read in pages',
    default: 500,
  },
};

/** Connection to Xray and Artifactory. There is no flag that takes a secret. */
export const xrayFlags: Flags = {
  'xray-url': text(xray, 'Address of the JFrog platform, or of a standalone Xray'),
  'artifactory-url': text(xray, "Address of Artifactory, where it is not the platform's"),
  'xray-user': text(xray, 'User; the password comes from JF_PASSWORD'),
  'xray-token-file': text(xray, 'File that holds an access token'),
  'xray-token-stdin': yes(xray, 'Read an access token from stdin'),
  'xray-ca-file': text(xray, 'Certificate authority file of Xray and Artifactory'),
  'xray-project': text(xray, 'JFrog project'),
  'xray-insecure-skip-tls-verify': yes(xray, "Do not check Xray's certificate"),
  'xray-config': text(xray, "KubeXray's xray_config.yaml"),
  policy: text(xray, 'Policy file'),
  wait: text(xray, 'Longest time to wait for answers', { default: '60s' }),
  'max-age': text(xray, 'How old an answer in the cache may be, and get before it is asked for again', {
    default: '1h',
  }),
  refresh: yes(xray, 'Ask again about what the cache holds'),
  offline: yes(xray, 'Answer from the cache alone, whatever its age; Xray and Artifactory are asked nothing'),
  'cache-size': text(xray, 'How large the cache may grow; 0 keeps nothing', { default: '100MB' }),
};

/** `-o` with the words of one command, and colour. */
export const outputFlags = (words: string): Flags => ({
  output: text(output, words, { alias: 'o' }),
  color: text(output, 'auto, always or never', { default: 'auto', choices: ['auto', 'always', 'never'] }),
  v: level,
});

/** Of commands that print columns only where they are asked for. */
export const columnsFlags: Flags = { 'no-headers': yes(output, 'Leave the headings out (of custom-columns)') };

export const statusFlags: Flags = {
  images: yes(output, 'One row per image'),
  'no-headers': yes(output, 'Leave the headings out'),
  'show-labels': yes(output, 'Show labels'),
  'sort-by': text(output, 'A column (name, crit, age, …) or a path of the JSON (.workload.createdAt)'),
  severity: text(output, 'Only rows with findings of at least this severity'),
  condition: text(output, 'Only rows with one of: unscanned,security,license,clean,pending,unknown', { array: true }),
  'fail-on': text(
    output,
    'End with 10 if a condition holds: unscanned (for a reason the policy names), security=high, license; with new: only if it newly does',
    {
      array: true,
    },
  ),
  diff: {
    type: 'string',
    group: output,
    describe: 'Only what has changed since the last run; --diff=FILE: since a status -o json',
  },
  since: text(output, 'With --diff or --fail-on new: since then, a duration (24h) or a time (2026-11-21)'),
};

const acting = 'Acting:';

const dryRun = text(acting, 'none; client: say what would be done; server: let the server check it, too');
const journal = text(acting, 'Folder for journal and memory, where the home folder does not last');

/** Of commands that only look at what is kept there. */
export const keptFlags: Flags = { journal };
const waitTimeout = text(acting, 'How long an accepted act may take to show before it counts as stuck', {
  default: '60s',
});
const confirmed = yes(acting, 'Do not ask; needed where there is no terminal', { alias: 'y' });

/** Of what is done by hand. */
export const byHandFlags: Flags = {
  'dry-run': dryRun,
  yes: confirmed,
  'accept-data-loss': yes(acting, 'Do it though data is lost with it, such as the claims of a StatefulSet'),
  'wait-timeout': waitTimeout,
  journal,
};

export const restoreFlags: Flags = {
  'dry-run': dryRun,
  yes: confirmed,
  hold: text(
    acting,
    'How long the policy leaves it alone, such as 24h; until digests or conditions change unless said',
  ),
  release: yes(acting, 'A deleted Job comes back running, not suspended'),
  'wait-timeout': waitTimeout,
  journal,
};

export const ignoreFlags: Flags = {
  cve: text(acting, 'The CVE to be ignored'),
  license: text(acting, 'The license to be ignored'),
  condition: text(acting, 'The condition to be ignored: unscanned, security or license'),
  reason: text(acting, 'Why; kept in the policy file'),
  until: text(acting, 'The last day it holds (2027-01-31, UTC), or for how long (30d)'),
  by: text(acting, 'Who says so; whoever asks unless said'),
  'dry-run': text(acting, 'client: print what would be written'),
  yes: confirmed,
  journal,
};

/** Of runs that go on. */
const ongoing: Flags = {
  'poll-interval': text(acting, 'How often Xray is asked for news', { default: '60s' }),
  'webhook-listen': text(acting, 'Listen for webhooks of Xray, on HOST:PORT'),
  'wait-timeout': waitTimeout,
  journal,
};

/** Of the screen itself. */
export const screenFlags: Flags = {
  readonly: yes(acting, 'Nothing can be changed from the screen'),
  wide: yes(output, 'Begin with the wide tables'),
  ascii: yes(output, 'Draw with ASCII alone'),
};

export const watchFlags: Flags = { ...screenFlags, ...ongoing };

export const enforceFlags: Flags = {
  confirm: yes(acting, 'Act on the policy; without it nothing is changed'),
  'dry-run': { ...dryRun, describe: 'client or server: only say what would be done, also beside --confirm' },
  once: yes(acting, 'End as soon as nothing is due any more'),
  resume: yes(acting, 'Clear a pause (limits, breaker) first; counts start anew'),
  ...ongoing,
};

export const policyFlags: Flags = {
  local: yes(scope, 'check: look at the file alone, and not at what runs'),
  strict: yes(output, 'check: end with 1 for warnings too'),
};

export const whereFlags: Flags = {
  'no-headers': yes(output, 'Leave the headings out'),
  'fail-on': text(output, 'found: end with 10 if anything is hit', { choices: ['found'] }),
};

export const cacheFlags: Flags = {
  'no-headers': yes(output, 'Leave the headings out'),
  'dry-run': text(acting, 'client: say what clear would remove'),
};

export const completionFlags: Flags = {
  folder: text(output, 'Folder on PATH to write to; that of the plugin unless said'),
};

export const historyFlags: Flags = {
  since: text(scope, 'Not before: a duration (24h) or a time (2026-11-21)'),
  acts: yes(scope, 'Only what was done'),
  verdicts: yes(scope, 'Only what came to read otherwise'),
  ascii: yes(output, 'Draw with ASCII alone'),
  'no-headers': yes(output, 'Leave the headings out'),
  journal,
};

/** The value of a flag that was given once or more: the last one counts, as with kubectl. */
export function last(value: unknown): string | null {
  const one: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof one === 'string' ? one : null;
}

/** The values of a flag that may be repeated or hold a list with commas. */
export function listed(value: unknown): string[] {
  return repeated(value).flatMap((one) => one.split(',').map((part) => part.trim()));
}

/** The values of a flag or word that may be repeated, as they were given. */
export function repeated(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((one) => typeof one === 'string');
}

/** From this level of `-v` on, as with kubectl, requests are shown. */
const requestsLevel = 6;

/** Whether `-v` asks to show every request. */
export function showsRequests(argv: Readonly<Record<string, unknown>>): boolean {
  const level = last(argv['v']) ?? '0';
  if (!/^\d+$/.test(level)) throw new UsageError(`-v ${level} is no log level`, 'write a whole number: -v 6');
  return Number(level) >= requestsLevel;
}

/** `--dry-run`; null where it is not given. */
export function dryRunOf(argv: Readonly<Record<string, unknown>>): DryRun | null {
  const word = last(argv['dry-run']);
  return word === null ? null : oneOf('dry-run', word, ['none', 'client', 'server'] as const);
}

/** What is done by hand is done to what is named: each word is TYPE/NAME, or names follow a type. */
export function namesNeeded(command: string, argv: Readonly<Record<string, unknown>>): void {
  const words = repeated(argv['types']);
  if (words.length > 1 || words.some((word) => word.includes('/'))) return;
  throw new UsageError(`${command} needs a workload by its name`, `Write: kubectl xray ${command} deployment/cart`);
}

/** Reads a word of a closed set, in any case; a UsageError names the flag and the words, or the `known` ones. */
export function oneOf<T extends string>(
  flag: string,
  value: string,
  words: readonly T[],
  known: readonly string[] = words,
): T {
  const found = words.find((word) => word.toLowerCase() === value.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`--${flag} does not know "${value}"`, `use one of: ${known.join(', ')}`);
}
