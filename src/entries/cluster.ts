// `status` and `explain`, put together: the cluster or manifests, Xray, the policy, and the engine between them.
import process from 'node:process';
import { last, listed, repeated, showsRequests } from '../commands/flags.ts';
import { explain, explainOptions } from '../commands/explain.ts';
import type { Run } from '../commands/run.ts';
import { status, statusOptions } from '../commands/status.ts';
import { connect } from '../cluster/connect.ts';
import type { ClusterConnection } from '../cluster/connect.ts';
import { listMatchingPods, resolveTypes } from '../cluster/discovery.ts';
import { manifestCluster } from '../cluster/manifests.ts';
import { createCluster } from '../cluster/read.ts';
import { UsageError } from '../core/errors.ts';
import { callsForAnything } from '../core/policy.ts';
import { parseLabelSelector } from '../core/labels.ts';
import type { LabelSelector } from '../core/labels.ts';
import type { RequestListener } from '../core/requests.ts';
import type { Selection } from '../core/selection.ts';
import { createEngine } from '../engine/engine.ts';
import type { Cluster } from '../engine/ports.ts';
import { wantsColour } from '../output/colour.ts';
import { requestLine } from '../output/requests.ts';
import { connectToXray } from '../xray/connect.ts';
import { createScanner } from '../xray/lookup.ts';
import type { World } from '../world.ts';
import { colourFlag, durationFlag, readConfiguration, readPolicyInForce, readXraySettings } from './settings.ts';
import type { Arguments } from './settings.ts';

export async function runStatus(argv: Arguments, world: World): Promise<number> {
  const options = statusOptions(argv);
  return status(options, await prepare(argv, world));
}

export async function runExplain(argv: Arguments, world: World): Promise<number> {
  const options = explainOptions(argv);
  if (repeated(argv['types']).length === 0 && repeated(argv['filename']).length === 0) {
    throw new UsageError('explain needs a workload', 'Write: kubectl xray explain deployment/cart');
  }
  return explain(options, await prepare(argv, world));
}

interface Scope {
  readonly labels: LabelSelector | null;
  readonly chunkSize: number;
}

/** What can be wrong with the scope's flags is said before anything is asked. */
function scopeOf(argv: Arguments): Scope {
  const labels = last(argv['selector']);
  const chunkSize = Number(argv['chunk-size'] ?? 500);
  if (!Number.isInteger(chunkSize) || chunkSize < 0) {
    throw new UsageError('--chunk-size is no whole number', 'write --chunk-size=500, or 0 for all in one page');
  }
  const files = repeated(argv['filename']);
  if (files.includes('-') && argv['xray-token-stdin'] === true) {
    throw new UsageError('-f - and --xray-token-stdin both want stdin', 'give the token with --xray-token-file');
  }
  if (files.length > 0) {
    if (argv['field-selector'] !== undefined) throw new UsageError('--field-selector needs a cluster, not -f');
    if (repeated(argv['types']).length > 0) {
      throw new UsageError('-f judges every workload of its files: no types or names beside it', 'choose some with -l');
    }
  }
  return { labels: labels === null ? null : parseLabelSelector(labels), chunkSize };
}

interface Source {
  readonly cluster: Cluster;
  readonly selection: Selection;
  readonly context: string;
  /** Empty for all namespaces. */
  readonly namespace: string;
}

/** `--wait 0s` is no limit; a timer knows no longer one (milliseconds). */
const longest = 2 ** 31 - 1;

async function prepare(argv: Arguments, world: World): Promise<Run> {
  const wait = durationFlag(argv, 'wait') || (argv['wait'] === undefined ? 60_000 : longest);
  const scope = scopeOf(argv);
  const listener = listenerFor(argv, world);
  const { config, warnings } = readConfiguration(world);
  const connection = repeated(argv['filename']).length > 0 ? null : connectToCluster(argv, world, listener);
  const context = connection?.contextName ?? '';
  const { policy, warnings: policyWarnings } = readPolicyInForce(argv, world, config, context);
  const xray = readXraySettings(argv, world, config, context);
  const xrayConnection = connectToXray(
    { ...xray.settings, ca: xray.ca, requestTimeout: durationFlag(argv, 'request-timeout') },
    world.env,
    listener,
  );
  const said = new Set([...warnings, ...summarised(policyWarnings, policy.source), ...xray.warnings]);
  for (const warning of said) world.stderr.write(`warning: ${warning}\n`);
  const addresses = [xray.settings.url, xray.settings.artifactoryUrl].filter((one) => one !== null);
  // What is never acted upon needs no protection.
  const serving = callsForAnything(policy) ? addresses.filter((one) => namespacesServing([one]).length === 0) : [];
  const source =
    connection === null ? fromManifests(argv, scope, world) : await fromCluster(argv, scope, connection, serving);
  const scanner = createScanner(xrayConnection, {
    clock: world.clock,
    random: world.random,
    registries: xray.settings.registries,
  });
  const { cluster, selection } = source;
  return {
    engine: createEngine({ cluster, scanner, clock: world.clock, policy, selection }),
    clock: world.clock,
    selection,
    context: source.context,
    namespace: source.namespace,
    circumstances: {
      firstSeen: () => null,
      contested: () => null,
      ownNamespaces: namespacesServing(addresses),
    },
    wait,
    stdout: world.stdout,
    stderr: world.stderr,
    colour: wantsColour(colourFlag(argv), world.env, world.stdout.isTTY === true),
    progress: world.stderr.isTTY === true && listener === null,
  };
}

/** Writes a line for every request, where that is asked for. */
function listenerFor(argv: Arguments, { clock, stderr }: World): RequestListener | null {
  if (!showsRequests(argv)) return null;
  return (method, url) => {
    const began = clock.now();
    return (outcome) => stderr.write(requestLine(method, url, outcome, clock.now() - began));
  };
}

function connectToCluster(argv: Arguments, world: World, listener: RequestListener | null): ClusterConnection {
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
      home: world.home,
      stdinIsTerminal: world.stdin.isTTY,
      sleep: world.sleep,
      random: world.random,
      now: () => world.clock.now(),
      listener,
    },
  );
}

/** A KubeXray values.yaml has a dozen keys that are not a policy's: those are counted, the rest is said. */
function summarised(warnings: readonly string[], source: string | null): string[] {
  const leftAlone = warnings.filter((one) => one.endsWith('; left alone'));
  if (leftAlone.length < 2) return [...warnings];
  const others = warnings.filter((one) => !leftAlone.includes(one));
  return [
    ...others,
    `${source}: ${leftAlone.length} keys are not a policy's and are left alone (policy check names them)`,
  ];
}

async function fromCluster(
  argv: Arguments,
  { labels, chunkSize }: Scope,
  connection: ClusterConnection,
  serving: readonly string[],
): Promise<Source> {
  const all = argv['all-namespaces'] === true;
  const namespace = all ? '' : connection.namespace;
  const words = repeated(argv['types']);
  const fieldSelector = last(argv['field-selector']) || null;
  const signal = new AbortController().signal;
  const types = words.length === 0 ? null : await resolveTypes(connection, words, signal);
  const pods =
    fieldSelector === null
      ? null
      : await listMatchingPods(connection, { namespace: all ? null : namespace, fieldSelector }, signal);
  return {
    cluster: createCluster(connection, { namespaces: all ? 'all' : [namespace], chunkSize, serving }),
    selection: { types, labels, pods },
    context: connection.contextName,
    namespace,
  };
}

function fromManifests(argv: Arguments, { labels }: Scope, world: World): Source {
  const namespace = last(argv['namespace']) || 'default';
  return {
    cluster: manifestCluster(
      { files: repeated(argv['filename']), recursive: argv['recursive'] === true, namespace, folder: world.folder },
      process.stdin,
    ),
    selection: { types: null, labels, pods: null },
    context: '',
    namespace: '',
  };
}

/** An address such as `xray.jfrog.svc.cluster.local` tells which namespace serves it. */
export function namespacesServing(addresses: readonly string[]): string[] {
  return addresses.flatMap((address) => {
    const labels = new URL(address).hostname.split('.');
    const at = labels.indexOf('svc');
    return at === 2 ? [labels[1] ?? ''] : [];
  });
}
