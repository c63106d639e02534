// `policy init|check|show`, put together.
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { last, oneOf } from '../commands/flags.ts';
import { policyCheck, policyInit, policyShow } from '../commands/policy.ts';
import type { PolicyWorld } from '../commands/policy.ts';
import { UsageError } from '../core/errors.ts';
import { defaultPolicy } from '../core/policy.ts';
import { loadKubeconfig } from '../cluster/kubeconfig.ts';
import { makeFolder } from '../settings/make-folder.ts';
import { exceptionPlaces } from '../settings/policy-exceptions.ts';
import { readPolicy } from '../settings/policy-file.ts';
import { findPolicy, policyPath } from '../settings/policy-source.ts';
import { policyTree, policyYaml } from '../settings/policy-text.ts';
import { startingPolicy } from '../settings/starting-policy.ts';
import type { World } from '../world.ts';
import { policySearch, readConfiguration } from './settings.ts';
import type { Arguments } from './settings.ts';

export async function runPolicy(argv: Arguments, world: World): Promise<number> {
  const file = last(argv['file']) ?? undefined;
  if (file === '')
    throw new UsageError('the name of the policy file is empty', 'A variable that stands there may not be set.');
  const policyWorld = worldOf(argv, world);
  const verb = oneOf('verb', last(argv['verb']) ?? '', ['init', 'check', 'show'] as const);
  if (verb === 'init') return policyInit({ file: file ?? last(argv['policy']) ?? undefined }, policyWorld);
  if (verb === 'check') return policyCheck({ file, strict: argv['strict'] === true }, policyWorld);
  const output = oneOf('output', last(argv['output']) ?? 'yaml', ['yaml', 'json'] as const);
  return policyShow({ file, output }, policyWorld);
}

function worldOf(argv: Arguments, world: World): PolicyWorld {
  const { config, warnings } = readConfiguration(world);
  for (const warning of warnings) world.stderr.write(`warning: ${warning}\n`);
  const contextName = last(argv['context']) || currentContext(argv, world);
  return {
    stdout: world.stdout,
    stderr: world.stderr,
    now: world.clock.now(),
    contextName,
    findPolicy: (file) => {
      const search = policySearch(argv, world, config, contextName);
      return findPolicy(file === undefined ? search : { ...search, flag: file, flagIs: 'the command line' });
    },
    readPolicy,
    exceptionPlaces,
    whatRuns: async (policy, file) => {
      if (argv['local'] === true) return 'it looks at the file alone (--local)';
      return (await import('./running.ts')).whatRuns({ ...argv, policy: file }, world, policy);
    },
    policyTree,
    policyYaml,
    defaultPolicy,
    startingPolicy,
    initPath: policyPath(policySearch(argv, world, config, contextName)),
    createFile: (path, text) => {
      makeFolder(dirname(path));
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    },
  };
}

/** A policy can be looked at without a cluster: a kubeconfig that cannot be read is no context. */
function currentContext(argv: Arguments, world: World): string | null {
  try {
    return loadKubeconfig(last(argv['kubeconfig']) || undefined, world.env, world.home).currentContext || null;
  } catch {
    return null;
  }
}
