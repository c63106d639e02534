// A run that goes on and may act, put together: `enforce` and the commands by hand are endings of it.
import { last, repeated } from '../commands/flags.ts';
import type { ActingRun } from '../commands/acting-run.ts';
import { sameFlags } from '../commands/same-flags.ts';
import type { VerdictLog } from '../commands/verdicts.ts';
import { createActing } from '../cluster/act/acting.ts';
import type { ClusterConnection } from '../cluster/connect.ts';
import { resolveTypes } from '../cluster/discovery.ts';
import { createCluster } from '../cluster/read.ts';
import { parseLabelSelector } from '../core/labels.ts';
import type { DryRun } from '../core/plan-acts.ts';
import { defaultMaxAge } from '../core/refresh-look-ups.ts';
import type { Selection } from '../core/selection.ts';
import { createEngine } from '../engine/engine.ts';
import type { Engine } from '../engine/engine.ts';
import type { Acting, News, Scanner } from '../engine/ports.ts';
import { createRejudge } from '../engine/rejudge.ts';
import { wantsColour } from '../output/colour.ts';
import { rememberScanned } from '../state/once-scanned.ts';
import type { Lasting } from '../state/lasting.ts';
import { openVerdictLog } from '../state/verdict-log.ts';
import type { XrayScanner } from '../xray/lookup.ts';
import { createPullable } from '../xray/pullable.ts';
import type { World } from '../world.ts';
import { askedThroughCache, isOffline } from './cached.ts';
import { connectToCluster, listenerFor } from './connection.ts';
import { prepareJudging } from './judging.ts';
import type { Judging, XrayWanted } from './judging.ts';
import { openKept, openScannedStore, warner } from './kept.ts';
import type { Kept } from './kept.ts';
import { colourFlag, durationFlag, waitOf } from './settings.ts';
import type { Arguments } from './settings.ts';
import { terminalOf } from './terminal.ts';
import { namedReports, scopeOf } from './verdicts.ts';

export interface ActingOptions {
  /** Null: nobody acts by the policy. */
  readonly byPolicy: DryRun | null;
  readonly byHand: DryRun;
  readonly xray: XrayWanted;
  /** What is heard beside the cluster; the scanner is null where no Xray is asked. */
  readonly news: (parts: Prepared) => readonly News[];
  /** What stands in front of the scanner for every question of the run; nothing unless said. */
  readonly before?: (scanner: Scanner) => Standing;
}

/** Something that stands in front of scanners; of all of them alike. */
export interface Standing extends Scanner {
  readonly alike: (other: Scanner) => Scanner;
}

export interface Prepared {
  readonly connection: ClusterConnection;
  readonly judging: Judging;
  readonly scanner: XrayScanner | null;
  readonly kept: Kept;
}

export interface ActingSetup extends Prepared {
  readonly run: ActingRun;
}

/** Of what goes on until it is ended: that nobody reads on ends it too, as `| head` wants it. */
export function endingUnread(world: World): World {
  return { ...world, interruption: () => AbortSignal.any([world.interruption(), world.unread]) };
}

/** What was interrupted on its way is no failure: it ends with the code for that. */
export async function unlessInterrupted(world: World, code: number, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (world.interruption().aborted) return code;
    throw error;
  }
}

export async function prepareActing(argv: Arguments, world: World, options: ActingOptions): Promise<ActingSetup> {
  world.keepSmall();
  const interruption = world.interruption();
  const times = timesOf(argv);
  const listener = listenerFor(argv, world);
  const connection = connectToCluster(argv, world, listener);
  const judging = prepareJudging(argv, world, connection, listener, options.xray);
  const selection = await selectionOf(argv, connection, interruption);
  const kept = await openKept(argv, world, connection, interruption);
  const { scanner, asked: behind, past: behindPast } = await scannersOf(argv, world, judging);
  const standing = options.before?.(behind);
  const [asked, past] = [standing ?? behind, standing?.alike(behindPast) ?? behindPast];
  const prepared = { connection, judging, scanner, kept };
  const acting = actingOf(prepared, world, interruption);
  const namespace = argv['all-namespaces'] === true ? '' : connection.namespace;
  const engine = engineOf(prepared, world, { ...options, ...times, acting, asked, past, namespace, selection });
  const { clock, stdout, stderr } = world;
  const run: ActingRun = {
    engine,
    acting,
    clock,
    selection,
    context: connection.contextName,
    namespace,
    wait: times.wait,
    journal: kept.journal,
    identity: kept.identity,
    sameFlags: sameFlags(argv),
    interruption,
    terminal: terminalOf(world),
    stdout,
    stderr,
    colour: wantsColour(colourFlag(argv), world.env, stdout.isTTY === true),
    progress: stderr.isTTY === true && listener === null,
    verdicts: { ...namedReports(world), scope: scopeOf(argv, namespace, selection), log: verdictLogOf(kept, world) },
  };
  return { ...prepared, run };
}

/** Milliseconds. What is wrong with one is said before anything is asked. */
interface Times {
  readonly wait: number;
  readonly maxAge: number;
  readonly stuckAfter: number;
}

function timesOf(argv: Arguments): Times {
  return {
    wait: waitOf(argv),
    maxAge: isOffline(argv) ? Number.MAX_SAFE_INTEGER : (durationFlag(argv, 'max-age') ?? defaultMaxAge),
    stuckAfter: durationFlag(argv, 'wait-timeout') ?? 60_000,
  };
}

interface EngineOptions extends ActingOptions, Times {
  readonly acting: Acting;
  readonly asked: Scanner;
  /** Past every answer that is known. */
  readonly past: Scanner;
  /** Empty for all namespaces. */
  readonly namespace: string;
  readonly selection: Selection;
}

function engineOf(prepared: Prepared, world: World, options: EngineOptions): Engine {
  const { connection, judging, kept } = prepared;
  const { clock } = world;
  const { acting, asked, past, namespace, selection, wait, maxAge, stuckAfter, byPolicy, byHand } = options;
  const { serving, policy, ownNamespaces } = judging;
  const clusterOf = (namespaces: 'all' | readonly string[]) =>
    createCluster(connection, { namespaces, chunkSize: 500, serving });
  const cluster = clusterOf(namespace === '' ? 'all' : [namespace]);
  const surroundings = { ownNamespaces };
  const { journal, memory, identity } = kept;
  return createEngine({
    cluster,
    scanner: asked,
    clock,
    policy,
    selection,
    ongoing: {
      cluster,
      news: options.news(prepared),
      surroundings,
      ongoing: { refreshing: { maxAge }, byPolicy, byHand },
      acting,
      journal,
      memory,
      identity,
      runName: Math.floor(world.random() * 36 ** 4).toString(36),
      rejudge: createRejudge({ clusterOf: (one) => clusterOf([one]), scanner: past, clock, surroundings, wait }),
      stuckAfter,
      warn: warner(world),
    },
  });
}

/** Where nothing lasts, that was said, and nothing is written there. */
function verdictLogOf({ folder, lasting }: Kept, world: World): VerdictLog | null {
  return lasting.lasts ? openVerdictLog(folder, { clock: world.clock, warn: warner(world) }) : null;
}

function actingOf(prepared: Prepared, { clock }: World, signal: AbortSignal): Acting {
  const { actor, machine } = prepared.kept.identity;
  const parts = { actor, machine, now: () => clock.now(), pullable: pullableBy(prepared, signal) };
  return savedFor(createActing(prepared.connection, parts), prepared.kept.lasting);
}

async function selectionOf(argv: Arguments, connection: ClusterConnection, signal: AbortSignal): Promise<Selection> {
  const words = repeated(argv['types']);
  const labels = last(argv['selector']);
  return {
    types: words.length === 0 ? null : await resolveTypes(connection, words, signal),
    labels: labels === null ? null : parseLabelSelector(labels),
    pods: null,
  };
}

function pullableBy(
  { judging, scanner }: Prepared,
  signal: AbortSignal,
): (reference: string) => Promise<boolean | null> {
  if (scanner === null) return () => Promise.resolve(null);
  return createPullable(scanner.client, judging.xray?.settings.registries ?? [], signal);
}

interface Scanners {
  /** Null: no Xray is asked. */
  readonly scanner: XrayScanner | null;
  readonly asked: Scanner;
  /** Past every answer that is known: so an act is judged again. */
  readonly past: Scanner;
}

/** What was once scanned never becomes unscanned. */
async function scannersOf(argv: Arguments, world: World, judging: Judging): Promise<Scanners> {
  const { xray, silent } = judging;
  if (xray === null) return { scanner: null, asked: silent, past: silent };
  const store = await openScannedStore(argv, world, xray.settings.url);
  const {
    xray: scanner,
    scanner: asked,
    past,
  } = await askedThroughCache(argv, world, judging, { store, tells: false });
  return { scanner, asked: rememberScanned(asked, store), past: rememberScanned(past, store) };
}

/** What is deleted by policy must come back from a journal that lasts. */
export function savedFor(acting: Acting, lasting: Lasting): Acting {
  if (lasting.lasts) return acting;
  return {
    ...acting,
    inspect: async (order, signal) => {
      const inspected = await acting.inspect(order, signal);
      if (inspected.is !== 'ready' || order.by !== 'policy' || order.action !== 'delete') return inspected;
      const says = `its manifest could not be kept (${lasting.why}): name a folder that lasts with --journal DIR`;
      return { ...inspected, refusals: [...inspected.refusals, { why: 'cannotUndo', says }] };
    },
  };
}
