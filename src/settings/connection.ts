// Which Xray is asked, with which credentials. Each value is taken from the first place that has it: flag, environment,
// config.yaml, KubeXray's xray_config.yaml, the JFrog CLI. Credentials by flag or environment go with any address; those
// of a file only to the scheme, host and port that stand beside them in that file.
import { UsageError } from '../core/errors.ts';
import { addressFault, isPlainRemote, sameOrigin, tidyAddress } from './addresses.ts';
import { fromFile, handedOver, openToAll } from './credentials.ts';
import { readNamed, resolvePath, variable } from './files.ts';
import { filed } from './filed-servers.ts';
import type { Config, Registry } from './config-file.ts';
import type { CredentialFlags, Credentials, Granted, SecretSources } from './credentials.ts';
import type { FiledServer } from './filed-servers.ts';
import type { JfrogCli } from './jfrog-cli.ts';
import type { XrayConfig } from './xray-config.ts';

export interface ConnectionFlags extends CredentialFlags {
  readonly xrayUrl?: string | undefined;
  readonly artifactoryUrl?: string | undefined;
  readonly xrayCaFile?: string | undefined;
  readonly xrayProject?: string | undefined;
  readonly xrayInsecureSkipTlsVerify?: boolean | undefined;
}

export interface ConnectionSources extends SecretSources {
  readonly flags: ConnectionFlags;
  readonly config: Config;
  readonly contextName: string | null;
  readonly jfrogCli: JfrogCli;
  readonly xrayConfig: XrayConfig | null;
}

export interface XraySettings {
  /** The platform's address, or that of a standalone Xray; no slash at its end. */
  readonly url: string;
  /** Null: below the platform's address. */
  readonly artifactoryUrl: string | null;
  readonly credentials: Credentials | null;
  readonly caFile: string | null;
  readonly project: string | null;
  readonly insecureSkipTlsVerify: boolean;
  readonly registries: readonly Registry[];
  /** The file that the token was read from, to be read again when it changes. */
  readonly tokenFile: string | null;
  /** Where address and credentials came from, in words. */
  readonly origin: { readonly url: string; readonly credentials: string };
  readonly warnings: readonly string[];
}

/** The connection that all sources together call for, or what the user has to mend. */
export function xrayConnection(sources: ConnectionSources): XraySettings | UsageError {
  const { flags } = sources;
  const servers = filed(sources);
  const chosen = chooseAddress(sources, servers);
  if (chosen instanceof UsageError) return chosen;
  const matching = servers.filter((server) => server.url !== null && sameOrigin(server.url, chosen.url));
  const artifactory = artifactoryAddress(flags.artifactoryUrl, matching);
  if (artifactory instanceof UsageError) return artifactory;
  const granted = grant(sources, matching, artifactory);
  if (granted instanceof UsageError) return granted;
  const caFile = authority(sources, matching);
  if (caFile instanceof UsageError) return caFile;
  const insecure = flags.xrayInsecureSkipTlsVerify === true;
  return {
    url: chosen.url,
    artifactoryUrl: artifactory,
    credentials: granted?.credentials ?? null,
    caFile,
    project: flags.xrayProject ?? firstOf(matching, (server) => server.project),
    insecureSkipTlsVerify: insecure,
    registries: registriesFor(sources, chosen.url, servers),
    tokenFile: granted?.tokenFile ?? null,
    origin: { url: chosen.origin, credentials: granted?.origin ?? 'none' },
    warnings: [
      ...(granted === null ? [without(chosen.url, servers, matching)] : granted.warnings),
      ...strayWarnings(sources, chosen, granted),
      ...transportWarnings([chosen.url, artifactory], insecure),
    ],
  };
}

interface Chosen {
  readonly url: string;
  readonly origin: string;
}

function chooseAddress(
  { flags, env, jfrogCli }: ConnectionSources,
  servers: readonly FiledServer[],
): Chosen | UsageError {
  const given = [
    { origin: '--xray-url', text: flags.xrayUrl },
    { origin: 'JF_URL', text: variable(env, 'JF_URL') },
  ];
  for (const { origin, text } of given) if (text !== undefined) return checked(text, origin);
  for (const { url, origin } of servers.filter((server) => server.candidate)) if (url !== null) return { url, origin };
  const notes =
    jfrogCli.servers.length > 0 ? `The JFrog CLI (${jfrogCli.file}) has servers, but none is its default.` : '';
  const hint =
    'Set JF_URL and JF_ACCESS_TOKEN, or give --xray-url and --xray-token-file, or write both into config.yaml; ' +
    'an xray_config.yaml of KubeXray (--xray-config) and the servers of the JFrog CLI (jf config add) count too. ' +
    'To look around without one: kubectl xray demo.';
  return new UsageError('no Xray is configured', [notes, ...jfrogCli.warnings, hint].filter(Boolean).join('\n'));
}

function checked(text: string, origin: string): Chosen | UsageError {
  const fault = addressFault(text.trim());
  if (fault === null) return { url: tidyAddress(text.trim()), origin };
  return new UsageError(`${origin} ${fault}`, "The address is the platform's, or that of a standalone Xray.");
}

function artifactoryAddress(flag: string | undefined, matching: readonly FiledServer[]): string | null | UsageError {
  if (flag === undefined) return matching[0]?.artifactoryUrl ?? null;
  const read = checked(flag, '--artifactory-url');
  return read instanceof UsageError ? read : read.url;
}

/** Credentials that may go to the chosen address (and to Artifactory's); null where there are none. */
function grant(
  sources: ConnectionSources,
  matching: readonly FiledServer[],
  artifactory: string | null,
): Granted | UsageError | null {
  const given = handedOver(sources);
  if (given !== null) return given;
  const user = sources.flags.xrayUser ?? null;
  for (const server of matching) {
    const granted = grantedBy(server, user, sources);
    if (granted === null) continue;
    if (granted instanceof UsageError) return granted;
    const own = [server.url, server.artifactoryUrl].filter((one) => one !== null);
    if (artifactory === null || own.some((one) => sameOrigin(one, artifactory))) return granted;
    return new UsageError(
      `the credentials of ${server.origin} belong to ${own.join(' and ')} and are not sent to ${artifactory}`,
      'Give the credentials for both with --xray-token-file or JF_ACCESS_TOKEN, or write artifactoryUrl beside them.',
    );
  }
  if (user === null) return null;
  return new UsageError(
    '--xray-user is given without a secret',
    'Add --xray-token-file, --xray-token-stdin or JF_PASSWORD.',
  );
}

function grantedBy(server: FiledServer, user: string | null, sources: ConnectionSources): Granted | UsageError | null {
  if (server.tokenFile !== null) {
    return fromFile(server.tokenFile, server.tokenKey, user ?? server.user, sources);
  }
  if (server.credentials === null) return null;
  const warnings = openToAll(server.file, sources);
  return { credentials: server.credentials, origin: server.origin, tokenFile: null, warnings };
}

function authority(sources: ConnectionSources, matching: readonly FiledServer[]): string | null | UsageError {
  const { flags, cwd, ground, readFile } = sources;
  const flag = flags.xrayCaFile;
  const server = matching.find((one) => one.caFile !== null);
  const file = flag === undefined ? (server?.caFile ?? null) : resolvePath(flag, cwd, ground);
  if (file === null) return null;
  const namedBy = flag === undefined ? `${server?.origin ?? ''}.caFile` : '--xray-ca-file';
  const text = readNamed(file, namedBy, readFile);
  if (text instanceof UsageError || text.includes('-----BEGIN CERTIFICATE-----'))
    return text instanceof UsageError ? text : file;
  return new UsageError(
    `${file} (named by ${namedBy}) holds no certificate`,
    'It must be in PEM form: -----BEGIN CERTIFICATE-----',
  );
}

/** Registries hold no secret: they count unless they stand beside the address of another server. */
function registriesFor(
  { config, contextName }: ConnectionSources,
  url: string,
  servers: readonly FiledServer[],
): readonly Registry[] {
  const context = contextName === null ? undefined : config.contexts.get(contextName);
  const own = servers.find((server) => server.url !== null && server.registries !== null);
  if (own?.registries !== undefined && own.registries !== null) {
    return own.url !== null && sameOrigin(own.url, url) ? own.registries : [];
  }
  return context?.registries ?? config.default?.registries ?? [];
}

function firstOf<T>(servers: readonly FiledServer[], read: (server: FiledServer) => T | null): T | null {
  return servers.map(read).find((one) => one !== null) ?? null;
}

/** Says why no credentials go along, and which ones are held back. */
function without(url: string, servers: readonly FiledServer[], matching: readonly FiledServer[]): string {
  const problem = matching.find((server) => server.problem !== null);
  if (problem !== undefined) {
    return `no credentials for ${url}: ${problem.origin} cannot be used, because ${problem.problem}; set JF_ACCESS_TOKEN or --xray-token-file`;
  }
  const other = servers.find(
    (server) => !matching.includes(server) && (server.tokenFile !== null || server.credentials !== null),
  );
  const held =
    other === undefined
      ? ''
      : other.url === null
        ? `; the token of ${other.origin} has no url beside it and is not sent`
        : `; those of ${other.origin} belong to ${other.url} and are not sent elsewhere`;
  return `no credentials for ${url}${held}; set JF_ACCESS_TOKEN or --xray-token-file`;
}

function strayWarnings({ env }: ConnectionSources, chosen: Chosen, granted: Granted | null): string[] {
  const named = variable(env, 'JF_URL');
  if (granted === null || chosen.origin !== '--xray-url' || !/\bJF_/.test(granted.origin) || named === undefined)
    return [];
  if (addressFault(named) !== null || sameOrigin(named, chosen.url)) return [];
  return [`${granted.origin} is sent to ${chosen.url} (--xray-url), not to the address in JF_URL`];
}

function transportWarnings(addresses: readonly (string | null)[], insecure: boolean): string[] {
  const plain = addresses.filter((one) => one !== null).find(isPlainRemote);
  return [
    ...(plain === undefined
      ? []
      : [`${plain} is not encrypted: credentials and answers can be read and changed on the way; use https://`]),
    ...(insecure
      ? [
          "--xray-insecure-skip-tls-verify: certificates are not checked, anybody may answer in Xray's place; use --xray-ca-file",
        ]
      : []),
  ];
}
