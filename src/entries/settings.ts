// What the user configured, read once for a command: configuration, policy, Xray's address and credentials.
import { readdirSync, readFileSync } from 'node:fs';
import { UsageError } from '../core/errors.ts';
import { last } from '../commands/flags.ts';
import { loadConfig } from '../settings/config-file.ts';
import type { Config } from '../settings/config-file.ts';
import { xrayConnection } from '../settings/connection.ts';
import type { XraySettings } from '../settings/connection.ts';
import { diskFiles, resolvePath } from '../settings/files.ts';
import { folders } from '../settings/folders.ts';
import type { Folders } from '../settings/folders.ts';
import { durationForm, parseDuration } from '../settings/duration.ts';
import { readJfrogCli } from '../settings/jfrog-cli.ts';
import { loadPolicy } from '../settings/policy-source.ts';
import type { PolicyInForce, PolicySearch } from '../settings/policy-source.ts';
import { loadXrayConfig } from '../settings/xray-config.ts';
import type { XrayConfig } from '../settings/xray-config.ts';
import type { World } from '../world.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/** The value, or the UsageError thrown. */
export function orThrow<T>(value: T | UsageError): T {
  if (value instanceof UsageError) throw value;
  return value;
}

export function foldersOf({ env, platform, home }: World): Folders {
  return folders(env, platform, home);
}

/** The folder of all that is kept: `--journal`, else the state folder. */
export function stateRoot(argv: Arguments, world: World): { readonly folder: string; readonly named: boolean } {
  const { platform, home, folder } = world;
  const named = last(argv['journal']);
  if (named !== null) return { folder: resolvePath(named, folder, { platform, home }), named: true };
  return { folder: foldersOf(world).state, named: Boolean(world.env['KUBECTL_XRAY_HOME']) };
}

/** Whether anything is kept on this machine, of whichever cluster. */
export function keepsAny(argv: Arguments, world: World): boolean {
  try {
    return readdirSync(stateRoot(argv, world).folder).length > 0;
  } catch {
    return false;
  }
}

export function readConfiguration(world: World): { readonly config: Config; readonly warnings: readonly string[] } {
  return orThrow(loadConfig(foldersOf(world).config, ground(world), diskFiles(world.platform).readFile));
}

export function policySearch(argv: Arguments, world: World, config: Config, contextName: string | null): PolicySearch {
  return {
    flag: last(argv['policy']) ?? undefined,
    env: world.env,
    config,
    contextName,
    folder: foldersOf(world).config,
    ground: ground(world),
    cwd: world.folder,
    readFile: diskFiles(world.platform).readFile,
  };
}

export function readPolicyInForce(argv: Arguments, world: World, config: Config, contextName: string): PolicyInForce {
  return orThrow(loadPolicy(policySearch(argv, world, config, contextName === '' ? null : contextName)));
}

export interface ReadXray {
  readonly settings: XraySettings;
  /** The text of its certificate authority. */
  readonly ca: string | null;
  /** KubeXray's file, where one is named. */
  readonly xrayConfig: XrayConfig | null;
  readonly warnings: readonly string[];
}

/** Which Xray is asked. */
export function readXraySettings(argv: Arguments, world: World, config: Config, contextName: string): ReadXray {
  const files = diskFiles(world.platform);
  const xrayConfigFile = last(argv['xray-config']);
  const named =
    xrayConfigFile === null
      ? null
      : orThrow(loadXrayConfig(resolvePath(xrayConfigFile, world.folder, ground(world)), files));
  const settings = orThrow(
    xrayConnection({
      ...files,
      flags: {
        xrayUrl: last(argv['xray-url']) ?? undefined,
        artifactoryUrl: last(argv['artifactory-url']) ?? undefined,
        xrayUser: last(argv['xray-user']) ?? undefined,
        xrayTokenFile: last(argv['xray-token-file']) ?? undefined,
        xrayTokenStdin: argv['xray-token-stdin'] === true,
        xrayCaFile: last(argv['xray-ca-file']) ?? undefined,
        xrayProject: last(argv['xray-project']) ?? undefined,
        xrayInsecureSkipTlsVerify: argv['xray-insecure-skip-tls-verify'] === true,
      },
      env: world.env,
      ground: ground(world),
      cwd: world.folder,
      readStdin: () => readFileSync(0, 'utf8'),
      config,
      contextName: contextName === '' ? null : contextName,
      jfrogCli: readJfrogCli({
        env: world.env,
        ground: ground(world),
        readFile: files.readFile,
        now: world.clock.now(),
      }),
      xrayConfig: named?.xrayConfig ?? null,
    }),
  );
  const warnings = [...(named?.warnings ?? []), ...settings.warnings];
  const ca = settings.caFile === null ? null : readCa(settings.caFile);
  return { settings, ca, xrayConfig: named?.xrayConfig ?? null, warnings };
}

/** A flag that takes a duration; kubectl's plain numbers are seconds, and 0 is no limit. */
export function durationFlag(argv: Arguments, flag: string): number | null {
  const text = last(argv[flag]);
  if (text === null) return null;
  const milliseconds = parseDuration(/^\d+$/.test(text) ? `${text}s` : text);
  if (milliseconds === undefined) throw new UsageError(`--${flag} ${text} is no duration`, `Write ${durationForm}.`);
  return milliseconds;
}

/** Who asks more often than once a second asks without a pause (milliseconds). */
const fastest = 1000;

/** How often a run that goes on asks. Throws a UsageError for what is no pace. */
export function mustBePaces(argv: Arguments): void {
  for (const flag of ['poll-interval', 'max-age']) {
    const every = durationFlag(argv, flag);
    if (every === null || every >= fastest) continue;
    throw new UsageError(`--${flag} ${last(argv[flag])} is no pace`, `Write 1s at least; 60s or more is kind to Xray.`);
  }
}

/** `--wait 0s` is no limit; a timer knows no longer one (milliseconds). */
const longest = 2 ** 31 - 1;

/** Milliseconds to wait for answers. */
export function waitOf(argv: Arguments): number {
  return durationFlag(argv, 'wait') || (argv['wait'] === undefined ? 60_000 : longest);
}

function ground({ home, platform }: World) {
  return { home, platform };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`the certificate authority ${file} cannot be read: ${why}`, 'Check caFile or --xray-ca-file.');
  }
}

export function colourFlag(argv: Arguments): 'auto' | 'always' | 'never' {
  const flag = last(argv['color']);
  return flag === 'always' || flag === 'never' ? flag : 'auto';
}
