// `npm run fill -- --kubeconfig FILE --workloads N --pods M --digests K`: fills a cluster with Deployments whose pods run.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { fillCluster, type FillOptions, fillDefaults } from './fill-cluster.ts';
import { type Identity, requestsAs } from './requests.ts';

const usage =
  'usage: npm run fill -- --kubeconfig FILE --workloads N --pods M --digests K ' +
  '[--foreign F] [--image-host HOST] [--pod-bytes 4096] [--namespaces 10]';

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { kubeconfig, options } = optionsFrom(args);
    const requests = requestsAs(identityFrom(readFileSync(kubeconfig, 'utf8')));
    const since = Date.now();
    await fillCluster(requests, options, (line) => console.error(line));
    requests.close();
    console.error(`Filled in ${((Date.now() - since) / 1000).toFixed(1)} s.`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

function optionsFrom(args: readonly string[]): { kubeconfig: string; options: FillOptions } {
  const text = { type: 'string' } as const;
  const numbers = { workloads: text, pods: text, digests: text, foreign: text, 'pod-bytes': text, namespaces: text };
  const { values } = parseArgs({ args: [...args], options: { kubeconfig: text, 'image-host': text, ...numbers } });
  const { kubeconfig, workloads, pods, digests } = values;
  if (kubeconfig === undefined || workloads === undefined || pods === undefined || digests === undefined)
    throw new Error(usage);
  const options: FillOptions = {
    workloads: count('workloads', workloads),
    pods: count('pods', pods),
    digests: count('digests', digests),
    foreign: count('foreign', values.foreign ?? String(fillDefaults.foreign)),
    podBytes: count('pod-bytes', values['pod-bytes'] ?? String(fillDefaults.podBytes)),
    namespaces: count('namespaces', values.namespaces ?? String(fillDefaults.namespaces)),
    imageHost: values['image-host'] ?? fillDefaults.imageHost,
  };
  return { kubeconfig, options };
}

function count(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${flag} ${text}: not a whole number\n${usage}`);
  return Number(text);
}

/** Of a kubeconfig as the control plane writes it: one cluster, one user with a token or a certificate, all inline. */
function identityFrom(text: string): Identity {
  interface Kubeconfig {
    readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
    readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
  }
  const { clusters, users } = parse(text) as Kubeconfig;
  const cluster = clusters[0]?.cluster ?? {};
  const user = users[0]?.user ?? {};
  return {
    url: cluster['server'] ?? '',
    ca: decoded(cluster['certificate-authority-data']) ?? '',
    token: user['token'],
    certificate: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  };
}

function decoded(value: string | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString();
}
