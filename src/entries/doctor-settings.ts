// What `doctor` finds out about what the user wrote: configuration, policy, files that hold secrets.
import { loadKubeconfig } from '../cluster/kubeconfig.ts';
import type { Check } from '../commands/doctor.ts';
import { last } from '../commands/flags.ts';
import { note, ok, warning } from '../core/doctor/diagnosis.ts';
import type { Found } from '../core/doctor/diagnosis.ts';
import { judgeSecrets } from '../core/doctor/local.ts';
import type { SecretFile } from '../core/doctor/local.ts';
import { callsForAnything } from '../core/policy.ts';
import type { Policy } from '../core/policy.ts';
import type { Config } from '../settings/config-file.ts';
import { diskFiles, resolvePath } from '../settings/files.ts';
import { readJfrogCli } from '../settings/jfrog-cli.ts';
import type { PolicyInForce } from '../settings/policy-source.ts';
import { secretFilesOf } from '../settings/secret-files.ts';
import type { NamedFile } from '../settings/secret-files.ts';
import type { World } from '../world.ts';
import type { Arguments } from './settings.ts';

export interface SettingsProbes {
  /** Throws a UsageError where config.yaml is refused. */
  readonly configuration: () => { readonly config: Config; readonly warnings: readonly string[] };
  /** Throws a UsageError where the policy is refused. */
  readonly policy: () => PolicyInForce;
}

export function settingsChecks(argv: Arguments, world: World, probes: SettingsProbes): readonly Check[] {
  return [
    {
      area: 'settings',
      name: 'config.yaml',
      needs: [],
      run: async () => {
        const { config, warnings } = probes.configuration();
        if (warnings.length > 0) return [warning(warnings.join('\n'), 'correct or remove it')];
        return [config.file === null ? note('there is no config.yaml, and none is needed') : ok(config.file)];
      },
    },
    {
      area: 'settings',
      name: 'policy',
      needs: ['settings config.yaml'],
      run: async () => [judgePolicy(probes.policy())],
    },
    {
      area: 'settings',
      name: 'secrets',
      needs: ['settings config.yaml'],
      run: async () => [judgeSecrets(secretsOf(argv, world, probes.configuration().config))],
    },
  ];
}

function judgePolicy({ policy, source, warnings }: PolicyInForce): Found {
  const { file, path, namedBy } = source;
  if (file === null) return note(`there is no policy file (looked for ${path}): every action is ignore`);
  const told = warnings.filter((one) => !one.endsWith('; left alone'));
  if (told.length > 0) return warning(told.join('\n'), `see: kubectl xray policy check ${file}`);
  return ok(`${file} (${namedBy}): ${callsWords(policy)}`);
}

function callsWords(policy: Policy): string {
  return callsForAnything(policy) ? 'it calls for acts' : 'every action is ignore';
}

function secretsOf(argv: Arguments, world: World, config: Config): readonly SecretFile[] {
  const { env, home, platform, folder, clock } = world;
  const files = diskFiles(platform);
  const flags = ['xray-token-file', 'xray-config'].flatMap((flag): NamedFile[] => {
    const path = last(argv[flag]);
    return path === null ? [] : [{ path: resolvePath(path, folder, { home, platform }), namedBy: `--${flag}` }];
  });
  const jfrogCli = readJfrogCli({ env, ground: { home, platform }, readFile: files.readFile, now: clock.now() });
  const found: NamedFile[] = jfrogCli.file === null ? [] : [{ path: jfrogCli.file, namedBy: 'of the JFrog CLI' }];
  const named = [...flags, ...secretFilesOf(config), ...found, ...kubeconfigsOf(argv, world)];
  return [...new Map(named.map((one) => [one.path, one])).values()].map(({ path, namedBy }) => {
    return { path, namedBy, fault: faultOf(path, files.readFile), mode: files.modeOf(path) };
  });
}

/** They hold tokens and keys, too. */
function kubeconfigsOf(argv: Arguments, { env, home }: World): readonly NamedFile[] {
  try {
    const { files } = loadKubeconfig(last(argv['kubeconfig']) || undefined, env, home);
    return files.map((path) => ({ path, namedBy: 'kubeconfig' }));
  } catch {
    return [];
  }
}

function faultOf(path: string, readFile: (path: string) => string): string | null {
  try {
    readFile(path);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
  }
}

/** Of a policy that is refused nothing is known, and nothing is done by it. */
export function policyOr(probe: SettingsProbes['policy'], otherwise: Policy): Policy {
  try {
    return probe().policy;
  } catch {
    return otherwise;
  }
}
