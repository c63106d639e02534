// Every command with its flags and words, in one table: `main` gives it to yargs, and help is made from it.
import type { Options, PositionalOptions } from 'yargs';
import {
  byHandFlags,
  clusterFlags,
  completionFlags,
  enforceFlags,
  historyFlags,
  ignoreFlags,
  keptFlags,
  outputFlags,
  restoreFlags,
  scopeFlags,
  screenFlags,
  statusFlags,
  watchFlags,
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
    | 'watch'
    | 'enforce'
    | 'scaledown'
    | 'delete'
    | 'restore'
    | 'ignore'
    | 'history'
    | 'policy'
    | 'demo'
    | 'completion'
    | 'version';
}

const types: PositionalOptions = {
  type: 'string',
  array: true,
  describe: 'Types and names, as kubectl has them: deploy, sts/db, deploy,ds, deploy cart',
};

const rows = outputFlags('wide, json, yaml or name');
const documents = outputFlags('json or yaml');
const asked = { ...scopeFlags, ...xrayFlags, ...clusterFlags, ...keptFlags };

const namespace = { namespace: scopeFlags['namespace'] ?? {} };
const namespaces = { ...namespace, 'all-namespaces': scopeFlags['all-namespaces'] ?? {} };
const named: PositionalOptions = {
  ...types,
  describe: 'What is meant, by its name: deployment/cart, sts/db, deploy cart',
};
const { wait = {}, policy = {} } = xrayFlags;

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
    ],
    runs: 'status',
  },
  {
    command: 'explain [types..]',
    describe: 'Why a workload reads as it does: findings, violations, the rule, what acting and undoing would do',
    positionals: { types },
    flags: { ...asked, ...documents },
    examples: [['$0 explain deployment/cart', 'everything known of one workload']],
    runs: 'explain',
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
    describe: 'What was done, when, by whom and why',
    positionals: { types },
    flags: { ...historyFlags, ...namespaces, ...outputFlags('wide, json or yaml'), ...clusterFlags },
    examples: [['$0 history -A --since 24h', 'of every namespace, newest last']],
    runs: 'history',
  },
  {
    command: 'policy <verb> [file]',
    describe: 'init: a starting file; check: every mistake in a file; show: the policy in force',
    positionals: {
      verb: { choices: ['init', 'check', 'show'], describe: 'What to do', type: 'string' },
      file: { type: 'string', describe: 'Policy file; the one in force unless said' },
    },
    flags: {
      policy: xrayFlags['policy'] ?? {},
      ...documents,
      kubeconfig: clusterFlags['kubeconfig'] ?? {},
      context: clusterFlags['context'] ?? {},
    },
    examples: [['$0 policy check values.yaml', "KubeXray's own file is a valid policy"]],
    runs: 'policy',
  },
  {
    command: 'demo [view] [types..]',
    describe: 'A made-up shop and a made-up Xray: no cluster and no license needed',
    positionals: {
      view: { choices: ['status', 'explain', 'watch'], default: 'status', describe: 'What to look at' },
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
