// `doctor`, put together: every check over the same configuration, Xray and cluster, each of which may be missing.
import { ClusterError } from '../cluster/errors.ts';
import { probeServer } from '../cluster/probe.ts';
import { doctor, doctorOptions } from '../commands/doctor.ts';
import { defaultPolicy } from '../core/policy.ts';
import { wantsColour } from '../output/colour.ts';
import { connectToXray } from '../xray/connect.ts';
import { createXrayClient } from '../xray/client.ts';
import type { World } from '../world.ts';
import { connectToCluster, listenerFor } from './connection.ts';
import { clusterChecks } from './doctor-cluster.ts';
import { programChecks } from './doctor-program.ts';
import { policyOr, settingsChecks } from './doctor-settings.ts';
import { stateChecks } from './doctor-state.ts';
import { xrayChecks } from './doctor-xray.ts';
import { colourFlag, durationFlag, readConfiguration, readPolicyInForce, readXraySettings } from './settings.ts';
import type { Arguments } from './settings.ts';

/** Milliseconds that one check may take, unless `--request-timeout` says more. */
const limit = 20_000;
/** And one request of it. */
const requestLimit = 10_000;

export async function runDoctor(argv: Arguments, world: World): Promise<number> {
  const { clock, stdout, stderr, env, random } = world;
  const options = doctorOptions(argv);
  const listener = listenerFor(argv, world);
  const asked = durationFlag(argv, 'request-timeout');
  const requestTimeout = asked || requestLimit;

  const connection = once(() => connectToCluster(argv, world, listener));
  const context = (): string => orElse(() => connection().contextName, '');
  const configuration = once(() => readConfiguration(world));
  const policy = once(() => readPolicyInForce(argv, world, configuration().config, context()));
  const xray = once(() => readXraySettings(argv, world, configuration().config, context()));
  const client = once(() => {
    const { settings, ca } = xray();
    const found = connectToXray({ ...settings, ca, requestTimeout }, env, listener);
    return createXrayClient(found, { clock, random });
  });
  const server = once(async () => {
    const stopping = new AbortController();
    const { words } = connection();
    const late = `${words} gave no answer within ${requestTimeout / 1000} s`;
    const cancel = clock.after(requestTimeout, () => stopping.abort(new ClusterError('unreachable', late)));
    try {
      return await probeServer(connection(), stopping.signal);
    } finally {
      cancel();
    }
  });
  const inForce = () => policyOr(policy, defaultPolicy);
  const serverVersion = async (): Promise<string | null> => {
    const probed = await server().catch(() => null);
    return probed?.version ?? null;
  };

  const code = await doctor(options, {
    checks: [
      ...programChecks(argv, world, { serverVersion, connection, xrayUrl: () => xray().settings.url }),
      ...settingsChecks(argv, world, { configuration, policy }),
      ...stateChecks(argv, world),
      ...xrayChecks(world, { configured: xray, client, policy: inForce }),
      ...clusterChecks(world, {
        connection,
        server,
        policy: inForce,
        namespace: () => (argv['all-namespaces'] === true ? null : connection().namespace),
      }),
    ],
    clock,
    limit: Math.max(limit, 2 * requestTimeout),
    context: context(),
    scrub: (text) => orElse(() => client().connection.scrub(text), text),
    stdout,
    stderr,
    colour: wantsColour(colourFlag(argv), env, stdout.isTTY === true),
  });
  orElse(() => connection().close(), undefined);
  return code;
}

/** Throws again what it threw. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | { readonly error: unknown } | null = null;
  return () => {
    made ??= attempt(make);
    if ('error' in made) throw made.error;
    return made.value;
  };
}

function attempt<T>(make: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: make() };
  } catch (error) {
    return { error };
  }
}

function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
