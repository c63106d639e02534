// What `doctor` finds out about the program itself, and how kubectl and it reach what they ask.
import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync, realpathSync } from 'node:fs';
import process from 'node:process';
import { buildVersion } from '../build.ts';
import { loadKubeconfig } from '../cluster/kubeconfig.ts';
import type { ClusterConnection } from '../cluster/connect.ts';
import { type Machine, programOnPath, startOf } from '../cluster/program.ts';
import { type OwnProxy, proxyFor } from '../cluster/proxy.ts';
import type { Check } from '../commands/doctor.ts';
import { last } from '../commands/flags.ts';
import { judgeExecutables, judgeWays } from '../core/doctor/program.ts';
import type { Executables, Way } from '../core/doctor/program.ts';
import { judgeKubectlVersion, judgeOwnVersion } from '../core/doctor/versions.ts';
import type { KubectlVersion } from '../core/doctor/versions.ts';
import { pathsOf } from '../settings/files.ts';
import type { World } from '../world.ts';
import type { Arguments } from './settings.ts';

export interface ProgramProbes {
  /** Of the cluster's server; null where it does not tell. */
  readonly serverVersion: () => Promise<string | null>;
  readonly connection: () => ClusterConnection;
  /** Address of Xray. */
  readonly xrayUrl: () => string;
}

export function programChecks(argv: Arguments, world: World, probes: ProgramProbes): readonly Check[] {
  const { env, platform } = world;
  return [
    {
      area: 'program',
      name: 'version',
      needs: [],
      run: async () => [judgeOwnVersion(buildVersion(), process.versions.node, `${platform}/${process.arch}`)],
    },
    {
      area: 'program',
      name: 'kubectl',
      needs: [],
      run: async (signal) => {
        const [kubectl, server] = await Promise.all([kubectlVersion(world, signal), probes.serverVersion()]);
        return [judgeKubectlVersion(kubectl, server)];
      },
    },
    {
      area: 'program',
      name: 'PATH',
      needs: [],
      run: async () => [judgeExecutables(executablesOn(env, platform))],
    },
    {
      area: 'program',
      name: 'proxy',
      needs: [],
      run: async () => [judgeWays(waysOf(argv, world, probes), setIn(env), contradictingIn(env))],
    },
  ];
}

/** Milliseconds that kubectl may take to tell its version: no server is asked. */
const kubectlTakes = 10_000;

/** Of the one that a shell finds, but never of the current folder. */
export async function kubectlVersion(machine: Machine, signal: AbortSignal): Promise<KubectlVersion> {
  const program = programOnPath('kubectl', machine);
  if (program === null) return { is: 'none' };
  const { file, args, windowsVerbatimArguments } = startOf(program, ['version', '--client', '-o', 'json'], machine);
  const { promise, resolve } = Promise.withResolvers<KubectlVersion>();
  const { env } = machine;
  const options = { env, signal, timeout: kubectlTakes, windowsHide: true, windowsVerbatimArguments };
  execFile(file, args, options, (_, stdout) => {
    const version = /"gitVersion":\s*"([^"]+)"/.exec(stdout)?.[1];
    return resolve(version === undefined ? { is: 'mute' } : { is: 'version', version });
  });
  return promise;
}

/** What on PATH kubectl may take for this program, or for one of its commands. */
export function executablesOn(env: World['env'], platform: NodeJS.Platform): Executables {
  const { delimiter, join } = pathsOf(platform);
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((one) => one !== '');
  const found = folders.flatMap((folder) => namesIn(folder).map((name) => ({ name, path: join(folder, name) })));
  const ours = found.filter(({ name, path }) => /^kubectl-xray([-.]|$)/i.test(name) && isExecutable(path, platform));
  const distinct = [...new Map(ours.map((one) => [realPath(one.path), one])).values()];
  return {
    own: distinct.filter(({ name }) => isOwn(name)).map(({ path }) => path),
    longer: [...new Set(ours.filter(({ name }) => /^kubectl-xray-/i.test(name)).map(({ path }) => path))],
  };
}

function isOwn(name: string): boolean {
  return /^kubectl-xray(\.(exe|cmd|bat|ps1))?$/i.test(name);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^kubectl-xray/i.test(name));
  } catch {
    return [];
  }
}

function isExecutable(path: string, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return /\.(exe|cmd|bat|ps1)$/i.test(path);
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const proxyNames = ['https_proxy', 'http_proxy', 'all_proxy', 'no_proxy'];

function setIn(env: World['env']): readonly string[] {
  return proxyNames
    .slice(0, 3)
    .flatMap((name) => [name.toUpperCase(), name])
    .filter((name) => Boolean(env[name]));
}

function contradictingIn(env: World['env']): readonly string[] {
  return proxyNames.filter((name) => {
    const [lower, upper] = [env[name], env[name.toUpperCase()]];
    return Boolean(lower) && Boolean(upper) && lower !== upper;
  });
}

/** Of the servers whose addresses are known. */
function waysOf(argv: Arguments, world: World, { connection, xrayUrl }: ProgramProbes): readonly Way[] {
  const { env } = world;
  const xray = known(xrayUrl);
  const cluster = known(connection);
  const all = env['all_proxy'] || env['ALL_PROXY'];
  const forXray = {
    HTTPS_PROXY: env['https_proxy'] || env['HTTPS_PROXY'] || all,
    HTTP_PROXY: env['http_proxy'] || env['HTTP_PROXY'] || all,
    NO_PROXY: env['no_proxy'] || env['NO_PROXY'],
  };
  return [
    ...(xray === null ? [] : [wayTo('Xray', xray, null, forXray)]),
    ...(cluster === null ? [] : [wayTo('the API server', cluster.server, ownProxyOf(argv, world, cluster), env)]),
  ];
}

function known<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    // Another check tells why it is not.
    return null;
  }
}

function ownProxyOf(argv: Arguments, { env, home }: World, { clusterName }: ClusterConnection): OwnProxy {
  const kubeconfig = known(() => loadKubeconfig(last(argv['kubeconfig']) || undefined, env, home));
  const url = kubeconfig?.clusters.get(clusterName)?.['proxy-url'];
  return { clusterName, url: typeof url === 'string' ? url : '' };
}

function wayTo(server: string, address: string, own: OwnProxy | null, env: NodeJS.ProcessEnv): Way {
  const shown = new URL(address).origin;
  try {
    return { server, address: shown, proxy: proxyFor(new URL(address), env, own)?.shown ?? null, fault: null };
  } catch (error) {
    return { server, address: shown, proxy: null, fault: error instanceof Error ? error.message : String(error) };
  }
}
