// Every command with its flags and words, in one table: `main` gives it to yargs, and help is made from it.
import type { Options, PositionalOptions } from 'yargs';
import { clusterFlags, outputFlags, scopeFlags, statusFlags, xrayFlags } from './flags.ts';

export interface CommandDefinition {
  /** As yargs has it: the name, then its positional words. */
  readonly command: string;
  readonly describe: string;
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly flags: Readonly<Record<string, Options>>;
  readonly examples: readonly (readonly [example: string, says: string])[];
  /** Which entry point performs it. */
  readonly runs: 'status' | 'explain' | 'policy' | 'demo' | 'version';
}

const types: PositionalOptions = {
  type: 'string',
  array: true,
  describe: 'Types and names, as kubectl has them: deploy, sts/db, deploy,ds, deploy cart',
};

const rows = outputFlags('wide, json, yaml or name');
const documents = outputFlags('json or yaml');
const asked = { ...scopeFlags, ...xrayFlags, ...clusterFlags };

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
    positionals: { view: { choices: ['status', 'explain'], default: 'status', describe: 'What to look at' }, types },
    flags: {
      ...statusFlags,
      ...rows,
      namespace: scopeFlags['namespace'] ?? {},
      'all-namespaces': { ...scopeFlags['all-namespaces'], describe: 'All namespaces, as it is without -n too' },
      selector: scopeFlags['selector'] ?? {},
    },
    examples: [
      ['$0 demo', 'the table of the made-up shop'],
      ['$0 demo explain deployment/wallet-web', 'why one of its workloads reads as it does'],
    ],
    runs: 'demo',
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
