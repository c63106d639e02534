// Every command with its flags and words, in one table: `main` gives it to yargs, and help is made from it.
import type { Options, PositionalOptions } from 'yargs';
import {
  byHandFlags,
  cacheFlags,
  clusterFlags,
  columnsFlags,
  completionFlags,
  enforceFlags,
  historyFlags,
  ignoreFlags,
  keptFlags,
  outputFlags,
  policyFlags,
  restoreFlags,
  scopeFlags,
  screenFlags,
  statusFlags,
  watchFlags,
  whereFlags,
  xrayFlags,
} from './flags.ts';

export interface CommandDefinition {
  /** As yargs has it: the name, then its positional words. */
  readonly command: string;
  readonly describe: string;
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly flags: Readonly<Record<string, Options>>;
  readonly examples: readonly (readonly [example: string, says: string])[];
  /** Which entry point performs it. */
  readonly runs:
    | 'status'
    | 'explain'
    | 'where'
    | 'watch'
    | 'enforce'
    | 'scaledown'
    | 'delete'
    | 'restore'
    | 'ignore'
    | 'history'
    | 'policy'
    | 'doctor'
    | 'cache'
    | 'demo'
    | 'completion'
    | 'version';
}

const types: PositionalOptions = {
  type: 'string',
  array: true,
  describe: 'Types and names, as kubectl has them: deploy, sts/db, deploy,ds, deploy cart',
};

const templates = 'jsonpath=…, jsonpath-as-json=…, jsonpath-file=…, custom-columns=… or custom-columns-file=…';
const rows = outputFlags(
  `wide, json, yaml, name, sarif, junit, csv, markdown, html, cyclonedx, ${templates}; docs/reports.md has examples`,
);
const reached = outputFlags('wide, json, yaml or name');
const documents = outputFlags('json or yaml');
const explained = outputFlags(`json, yaml, ${templates}`);
const asked = { ...scopeFlags, ...xrayFlags, ...clusterFlags, ...keptFlags };

const what: PositionalOptions = {
  type: 'string',
  array: true,
  describe: 'CVE-2021-44228, XRAY-123456, a component (npm://event-stream:3.3.6, log4j-core) or a license',
};
/** Before nothing is said to be hit, younger answers are asked for. */
const freshly = { 'max-age': { ...xrayFlags['max-age'], default: '10m' } };

const namespace = { namespace: scopeFlags['namespace'] ?? {} };
const namespaces = { ...namespace, 'all-namespaces': scopeFlags['all-namespaces'] ?? {} };
const named: PositionalOptions = {
  ...types,
  describe: 'What is meant, by its name: deployment/cart, sts/db, deploy cart',
};
const {
  wait = {},
  'max-age': _maxAge,
  refresh: _refresh,
  offline: _offline,
  'cache-size': _cacheSize,
  ...xrayConnection
} = xrayFlags;
const { policy = {} } = xrayFlags;

export const definitions: readonly CommandDefinition[] = [
  {
    command: 'status [types..]',
    describe: 'Judge every workload: severities, conditions, and what your policy calls for',
    positionals: { types },
    flags: { ...statusFlags, ...rows, ...asked },
    examples: [
      ['$0 status -A', 'every workload of the cluster, worst first'],
      ['$0 status deploy/cart -n shop -o wide', 'one workload, with images, licenses and the reason'],
      ['$0 status -f rendered.yaml --fail-on security=critical', 'manifests before they are deployed, for a pipeline'],
      ['$0 status -A --images -o json', 'one item per image'],
      [
        '$0 status -A -o html > report.html',
        'for people without access to the cluster; docs/reports.md has the others',
      ],
      ['$0 status -A --diff', 'what has changed since the last run of the same; --since 24h, --diff=FILE: since then'],
      ['$0 status -A --fail-on new,security=critical', 'ends with 10 only for what is new'],
    ],
    runs: 'status',
  },
  {
    command: 'explain [types..]',
    describe: 'Why a workload reads as it does: findings, violations, the rule, what acting and undoing would do',
    positionals: { types },
    flags: { ...asked, ...explained, ...columnsFlags },
    examples: [['$0 explain deployment/cart', 'everything known of one workload']],
    runs: 'explain',
  },
  {
    command: 'where [what..]',
    describe: 'Which workloads a CVE, a component or a license reaches',
    positionals: { what },
    flags: { ...whereFlags, ...reached, ...asked, ...freshly },
    examples: [
      ['$0 where CVE-2021-44228 -A', 'every workload it reaches, worst first'],
      ['$0 where log4j-core event-stream:3.3.6 -A', 'components, of one version or of any'],
      ['$0 where GPL-3.0-only -n shop -o wide', 'a license'],
    ],
    runs: 'where',
  },
  {
    command: 'watch [types..]',
    describe: 'The same live, on a screen where you act and undo; ? shows its keys',
    positionals: { types },
    flags: {
      ...watchFlags,
      ...namespaces,
      selector: scopeFlags['selector'] ?? {},
      ...xrayFlags,
      ...clusterFlags,
      ...outputFlags('text or json (one object a line): lines in place of a screen'),
    },
    examples: [
      ['$0 watch -A', 'every workload, live; the policy is carried out only once that is switched on there'],
      ['$0 watch -n shop --readonly', 'to look, and nothing else'],
      ['$0 watch -A -o json', 'a line for each verdict that changes and each act'],
    ],
    runs: 'watch',
  },
  {
    command: 'enforce',
    describe: 'Carry out the policy until stopped, or once; without --confirm only say what it would do',
    positionals: {},
    flags: {
      ...enforceFlags,
      ...namespaces,
      selector: scopeFlags['selector'] ?? {},
      ...xrayFlags,
      ...clusterFlags,
      ...outputFlags('text (on a terminal) or json (one object a line)'),
    },
    examples: [
      ['$0 enforce -A', 'what would be done, and what more as things change'],
      ['$0 enforce -A --confirm', 'the same, and done'],
      ['$0 enforce -n shop --once --confirm', 'for a cron job; ends with 1 if an act failed or was refused'],
      ['$0 enforce -A --confirm --resume', 'after a pause'],
    ],
    runs: 'enforce',
  },
  {
    command: 'scaledown [types..]',
    describe: 'Stop workloads by hand, whatever the policy says; restore brings them back',
    positionals: { types: named },
    flags: { ...byHandFlags, ...namespace, ...xrayFlags, ...clusterFlags },
    examples: [
      ['$0 scaledown deployment/cart', 'says first what it does and what undoing brings back, then asks'],
      ['$0 scaledown deploy cart pay -n shop --yes', 'without asking'],
    ],
    runs: 'scaledown',
  },
  {
    command: 'delete [types..]',
    describe: 'Delete workloads by hand; what can come back is kept for restore',
    positionals: { types: named },
    flags: { ...byHandFlags, ...namespace, ...xrayFlags, ...clusterFlags },
    examples: [['$0 delete deployment/cart --dry-run=server', 'what it would do, checked by the server']],
    runs: 'delete',
  },
  {
    command: 'restore [types..]',
    describe: 'Bring back what was stopped or deleted, on this machine or (what was stopped) on any',
    positionals: { types: named },
    flags: { ...restoreFlags, ...namespace, wait, ...clusterFlags },
    examples: [['$0 restore deployment/cart --hold 24h', 'and the policy leaves it alone for a day']],
    runs: 'restore',
  },
  {
    command: 'ignore [types..]',
    describe: 'Write an exception for workloads into the policy file',
    positionals: { types: named },
    flags: { ...ignoreFlags, policy, ...namespace, wait, ...clusterFlags },
    examples: [
      [
        '$0 ignore deployment/cart --cve CVE-2026-1234 --reason "not reachable" --until 30d',
        'comments and order are kept',
      ],
    ],
    runs: 'ignore',
  },
  {
    command: 'history [types..]',
    describe: 'What was done, when, by whom and why, and what came to read otherwise',
    positionals: { types },
    flags: { ...historyFlags, ...namespaces, ...outputFlags(`wide, json, yaml, ${templates}`), ...clusterFlags },
    examples: [['$0 history -A --since 24h', 'of every namespace, newest last']],
    runs: 'history',
  },
  {
    command: 'policy <verb> [file]',
    describe: 'init: a starting file; check: mistakes, and exceptions that are of no use; show: the policy in force',
    positionals: {
      verb: { choices: ['init', 'check', 'show'], describe: 'What to do', type: 'string' },
      file: { type: 'string', describe: 'Policy file; the one in force unless said' },
    },
    flags: {
      ...policyFlags,
      ...xrayFlags,
      wait: { ...wait, default: '20s' },
      ...documents,
      ...clusterFlags,
    },
    examples: [
      ['$0 policy check', 'the policy in force; exceptions are held against what runs, where a cluster can be reached'],
      ['$0 policy check --local --strict values.yaml', 'the file alone, for a pipeline; warnings end with 1 too'],
    ],
    runs: 'policy',
  },
  {
    command: 'doctor',
    describe: 'Check address, credentials, rights, versions, clock, policy and local state: each with its cure',
    positionals: {},
    flags: {
      ...namespaces,
      ...outputFlags('json or yaml'),
      ascii: screenFlags['ascii'] ?? {},
      ...xrayConnection,
      ...keptFlags,
      ...clusterFlags,
    },
    examples: [
      ['$0 doctor', 'nothing is changed; ends with 1 if a check fails'],
      ['$0 doctor -A -o json', 'the rights in every namespace, for a machine'],
    ],
    runs: 'doctor',
  },
  {
    command: 'cache <verb> [server]',
    describe: "info: what is kept of Xray's answers on this machine; clear: away with it",
    positionals: {
      verb: { choices: ['info', 'clear'], describe: 'What to do', type: 'string' },
      server: { type: 'string', describe: 'Of the servers whose address has this in it; of all unless said' },
    },
    flags: { ...cacheFlags, ...outputFlags('wide, json or yaml') },
    examples: [
      ['$0 cache info', 'answers, size and age, by server'],
      ['$0 cache clear acme.jfrog.io', 'everything is asked again'],
    ],
    runs: 'cache',
  },
  {
    command: 'demo [view] [types..]',
    describe: 'A made-up shop and a made-up Xray: no cluster and no license needed',
    positionals: {
      view: { choices: ['status', 'explain', 'where', 'watch'], default: 'status', describe: 'What to look at' },
      types,
    },
    flags: {
      ...statusFlags,
      ...screenFlags,
      ...rows,
      namespace: scopeFlags['namespace'] ?? {},
      'all-namespaces': { ...scopeFlags['all-namespaces'], describe: 'All namespaces, as it is without -n too' },
      selector: scopeFlags['selector'] ?? {},
    },
    examples: [
      ['$0 demo', 'the table of the made-up shop'],
      ['$0 demo watch', 'the screen, over a shop in which things happen'],
      ['$0 demo explain deployment/wallet-web', 'why one of its workloads reads as it does'],
      ['$0 demo where event-stream', 'which of its workloads run a component'],
    ],
    runs: 'demo',
  },
  {
    command: 'completion <verb>',
    describe: 'install: let kubectl complete this plugin on TAB; uninstall: take that back',
    positionals: { verb: { choices: ['install', 'uninstall'], describe: 'What to do', type: 'string' } },
    flags: completionFlags,
    examples: [['$0 completion install', 'once; writes a small executable beside the plugin']],
    runs: 'completion',
  },
  {
    command: 'version',
    describe: 'Print the version of this program',
    positionals: {},
    flags: {
      client: { type: 'boolean', describe: 'Of this program alone (no cluster is ever asked)' },
      ...documents,
    },
    examples: [],
    runs: 'version',
  },
];
