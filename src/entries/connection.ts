// The connection to the cluster, from kubectl's flags; and the log of requests that `-v` asks for.
import { last, listed, showsRequests } from '../commands/flags.ts';
import { connect } from '../cluster/connect.ts';
import type { ClusterConnection } from '../cluster/connect.ts';
import type { RequestListener } from '../core/requests.ts';
import { requestLine } from '../output/requests.ts';
import type { World } from '../world.ts';
import { durationFlag } from './settings.ts';
import type { Arguments } from './settings.ts';

/** Writes a line for every request, where that is asked for. */
export function listenerFor(argv: Arguments, { clock, stderr }: World): RequestListener | null {
  if (!showsRequests(argv)) return null;
  return (method, url) => {
    const began = clock.now();
    return (outcome) => stderr.write(requestLine(method, url, outcome, clock.now() - began));
  };
}

export function connectToCluster(argv: Arguments, world: World, listener: RequestListener | null): ClusterConnection {
  const flag = (name: string): string | undefined => last(argv[name]) ?? undefined;
  return connect(
    {
      kubeconfig: flag('kubeconfig'),
      context: flag('context'),
      cluster: flag('cluster'),
      user: flag('user'),
      server: flag('server'),
      namespace: flag('namespace'),
      token: flag('token'),
      as: flag('as'),
      asGroup: argv['as-group'] === undefined ? undefined : listed(argv['as-group']),
      asUid: flag('as-uid'),
      clientCertificate: flag('client-certificate'),
      clientKey: flag('client-key'),
      certificateAuthority: flag('certificate-authority'),
      tlsServerName: flag('tls-server-name'),
      insecureSkipTlsVerify: argv['insecure-skip-tls-verify'] === true ? true : undefined,
      requestTimeout: durationFlag(argv, 'request-timeout') ?? undefined,
    },
    {
      env: world.env,
      platform: world.platform,
      home: world.home,
      stdinIsTerminal: world.stdin.isTTY,
      sleep: world.sleep,
      random: world.random,
      now: () => world.clock.now(),
      listener,
    },
  );
}
