// `status` and `explain`, put together, and the run that `where` is another ending of: the cluster or manifests, Xray, the
// policy, and the engine between them.
import process from 'node:process';
import { last, repeated } from '../commands/flags.ts';
import { explain, explainOptions } from '../commands/explain.ts';
import { sinceOf } from '../commands/history.ts';
import type { Run } from '../commands/run.ts';
import { status, statusOptions } from '../commands/status.ts';
import type { ClusterConnection } from '../cluster/connect.ts';
import { listMatchingPods, resolveTypes } from '../cluster/discovery.ts';
import { clusterIdentity } from '../cluster/identity.ts';
import type { ClusterIdentity } from '../cluster/identity.ts';
import { manifestCluster } from '../cluster/manifests.ts';
import { createCluster } from '../cluster/read.ts';
import { UsageError } from '../core/errors.ts';
import { parseLabelSelector } from '../core/labels.ts';
import type { LabelSelector } from '../core/labels.ts';
import type { Selection } from '../core/selection.ts';
import { waitsForAnything } from '../core/standing.ts';
import { createEngine } from '../engine/engine.ts';
import type { Cluster, Scanner } from '../engine/ports.ts';
import { wantsColour } from '../output/colour.ts';
import type { ScanCache } from '../state/scan-cache.ts';
import type { XrayScanner } from '../xray/lookup.ts';
import { parseDuration } from '../settings/duration.ts';
import type { World } from '../world.ts';
import { askedThroughCache, isOffline } from './cached.ts';
import { connectToCluster, listenerFor } from './connection.ts';
import { lateFormatOf } from './late-format.ts';
import { prepareJudging } from './judging.ts';
import type { Judging } from './judging.ts';
import { colourFlag, waitOf } from './settings.ts';
import type { Arguments } from './settings.ts';
import { rememberedLater } from './remembered-later.ts';
import { keptVerdicts, namedReports, scopeOf as keptScope } from './verdicts.ts';

export async function runStatus(argv: Arguments, world: World): Promise<number> {
  const late = await lateFormatOf(argv, world, 'all');
  const options = statusOptions(argv, late, (text) => sinceOf(text, world.clock.now(), parseDuration));
  world.compileQuickly();
  return status(options, (await prepare(argv, world, { remembers: true })).run);
}

export async function runExplain(argv: Arguments, world: World): Promise<number> {
  const options = explainOptions(argv, await lateFormatOf(argv, world, 'templates'));
  if (repeated(argv['types']).length === 0 && repeated(argv['filename']).length === 0) {
    throw new UsageError('explain needs a workload', 'Write: kubectl xray explain deployment/cart');
  }
  world.compileQuickly();
  return explain(options, (await prepare(argv, world, { remembers: false })).run);
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

export interface Prepared {
  readonly run: Run;
  readonly judging: Judging;
  /** Null: no Xray is asked. */
  readonly xray: XrayScanner | null;
  /** Null: no answers are kept. */
  readonly cache: ScanCache | null;
  /** Asks past what is kept. */
  readonly past: Scanner;
}

/** `onlyHeard`: kept answers do only where it could be heard what is new since. */
export async function prepare(
  argv: Arguments,
  world: World,
  { remembers, onlyHeard = false }: { readonly remembers: boolean; readonly onlyHeard?: boolean },
): Promise<Prepared> {
  const wait = waitOf(argv);
  const scope = scopeOf(argv);
  const listener = listenerFor(argv, world);
  const connection = repeated(argv['filename']).length > 0 ? null : connectToCluster(argv, world, listener);
  const judging = prepareJudging(argv, world, connection, listener, 'needed');
  const { policy, serving, ownNamespaces } = judging;
  const source =
    connection === null ? fromManifests(argv, scope, world) : await fromCluster(argv, scope, connection, serving);
  const identity = connection === null ? null : askedOnce(connection);
  const keeps = remembers && waitsForAnything(policy) ? policy : null;
  const { ready, remember, ...remembered } = rememberedLater(argv, world, identity, keeps);
  const hearing = { store: null, tells: true, onlyHeard };
  const { scanner, xray, past, cache } = await askedThroughCache(argv, world, judging, hearing);
  const { cluster, selection } = source;
  const keptAs = keptScope(argv, source.namespace, selection);
  const run: Run = {
    engine: createEngine({ cluster, scanner, clock: world.clock, policy, selection }),
    clock: world.clock,
    selection,
    context: source.context,
    namespace: source.namespace,
    circumstances: { ...remembered, ownNamespaces },
    wait,
    stdout: world.stdout,
    stderr: world.stderr,
    colour: wantsColour(colourFlag(argv), world.env, world.stdout.isTTY === true),
    progress: world.stderr.isTTY === true && listener === null,
    offline: isOffline(argv),
    ready,
    remember,
    verdicts: identity === null ? namedReports(world) : keptVerdicts(argv, world, keptAs, identity),
  };
  return { run, judging, xray, past, cache };
}

/** Who a cluster is does not change while it is asked. */
function askedOnce(connection: ClusterConnection): () => Promise<ClusterIdentity> {
  let asked: Promise<ClusterIdentity> | null = null;
  return () => (asked ??= clusterIdentity(connection, new AbortController().signal));
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
