// The servers that stand in files, each with what was written beside its address.
import { sameOrigin } from './addresses.ts';
import type { Config, ContextEntry, Registry, XrayEntry } from './config-file.ts';
import type { Credentials } from './credentials.ts';
import type { JfrogCli, JfrogServer } from './jfrog-cli.ts';
import type { XrayConfig } from './xray-config.ts';

export interface FiledServer {
  /** Its address may be the one in use; others only lend their credentials to the same address. */
  readonly candidate: boolean;
  readonly origin: string;
  readonly url: string | null;
  readonly artifactoryUrl: string | null;
  readonly user: string | null;
  readonly tokenFile: string | null;
  /** The key that names the token file, for messages. */
  readonly tokenKey: string;
  readonly credentials: Credentials | null;
  /** That credentials stand in beside the address, and that nothing else looks at. */
  readonly file: string | null;
  readonly caFile: string | null;
  readonly project: string | null;
  readonly registries: readonly Registry[] | null;
  readonly problem: string | null;
}

const nothing: Omit<FiledServer, 'origin' | 'candidate'> = {
  url: null,
  artifactoryUrl: null,
  user: null,
  tokenFile: null,
  tokenKey: '',
  credentials: null,
  file: null,
  caFile: null,
  project: null,
  registries: null,
  problem: null,
};

export interface Filed {
  readonly config: Config;
  readonly contextName: string | null;
  readonly xrayConfig: XrayConfig | null;
  readonly jfrogCli: JfrogCli;
}

/** In the order in which they count: this context's entry, the default one, KubeXray's file, the JFrog CLI's servers. */
export function filed({ config, contextName, xrayConfig, jfrogCli }: Filed): readonly FiledServer[] {
  const ofContext = contextName === null ? undefined : config.contexts.get(contextName);
  const context = ofContext === undefined ? [] : [ofConfig(ofContext, `contexts.${contextName}`, config)];
  const byDefault = config.default === null ? [] : [ofConfig(config.default, 'default', config)];
  const kubeXray = xrayConfig === null ? [] : [ofKubeXray(xrayConfig)];
  const others = jfrogCli.servers.filter((server) => server !== jfrogCli.chosen);
  const cli = jfrogCli.chosen === null ? [] : [ofCli(jfrogCli.chosen, jfrogCli.file, true)];
  return [
    ...context,
    ...byDefault,
    ...kubeXray,
    ...cli,
    ...others.map((server) => ofCli(server, jfrogCli.file, false)),
  ];
}

/** A context's entry takes from the default one what it leaves out, as long as both speak of the same server. */
function ofConfig(entry: ContextEntry, key: string, config: Config): FiledServer {
  const fallback = config.default;
  const url = entry.xray?.url ?? fallback?.xray?.url ?? null;
  const otherUrl = fallback?.xray?.url ?? null;
  const same = url === null || otherUrl === null ? url === otherUrl : sameOrigin(url, otherUrl);
  const own = entry.xray;
  const shared = same ? (fallback?.xray ?? null) : null;
  const take = (name: keyof XrayEntry): string | null => own?.[name] ?? shared?.[name] ?? null;
  const secret = own?.tokenFile === null || own?.tokenFile === undefined ? shared : own;
  return {
    ...nothing,
    candidate: true,
    origin: `config.yaml: ${own === null ? 'default' : key}.xray`,
    url,
    artifactoryUrl: take('artifactoryUrl'),
    user: own?.user ?? secret?.user ?? null,
    tokenFile: take('tokenFile'),
    tokenKey: `config.yaml: ${secret === own ? key : 'default'}.xray.tokenFile`,
    caFile: take('caFile'),
    project: take('project'),
    registries: entry.registries ?? (same ? (fallback?.registries ?? null) : null),
  };
}

function ofKubeXray({ file, url, user, password }: XrayConfig): FiledServer {
  return { ...nothing, candidate: true, origin: file, url, credentials: { kind: 'basic', user, password } };
}

function ofCli(
  { id, url, artifactoryUrl, credentials, problem }: JfrogServer,
  file: string | null,
  candidate: boolean,
): FiledServer {
  const origin = `the JFrog CLI's server ${id}`;
  return { ...nothing, candidate, origin, url, artifactoryUrl, credentials, file, problem };
}
