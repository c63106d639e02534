// `demo watch`, put together: the screen, or lines, over the made-up shop in which things happen. Nothing is asked of any
// network and nothing is kept.
import { last } from '../commands/flags.ts';
import { watchInLines } from '../commands/watch/lines.ts';
import type { VerdictsKept } from '../commands/verdicts.ts';
import type { PolicyFile, WatchRun } from '../commands/watch/run.ts';
import { UsageError } from '../core/errors.ts';
import type { Policy } from '../core/policy.ts';
import { defaultMaxAge } from '../core/refresh-look-ups.ts';
import type { Selection } from '../core/selection.ts';
import { createLivingDemo } from '../demo/living.ts';
import type { LivingDemo } from '../demo/living.ts';
import { demoVerdictLog } from '../demo/verdict-log.ts';
import { createEngine } from '../engine/engine.ts';
import { pausable } from '../engine/pausable-scanner.ts';
import { createRejudge } from '../engine/rejudge.ts';
import { wantsColour } from '../output/colour.ts';
import { parseDuration } from '../settings/duration.ts';
import { addException, addWhitelist } from '../settings/policy-edit.ts';
import { readPolicy } from '../settings/policy-file.ts';
import { policyYaml } from '../settings/policy-text.ts';
import type { World } from '../world.ts';
import { endingUnread, unlessInterrupted } from './acting.ts';
import { colourFlag } from './settings.ts';
import type { Arguments } from './settings.ts';
import { terminalOf } from './terminal.ts';
import { namedReports, scopeOf } from './verdicts.ts';
import { onScreen, watchOptionsFor } from './watch.ts';

export async function runDemoWatch(argv: Arguments, outer: World, selection: Selection): Promise<number> {
  const world = endingUnread(outer);
  const options = watchOptionsFor(argv, world);
  const open = demoRuns(world, selection);
  return unlessInterrupted(world, 0, async () => {
    if (options.shows !== 'screen') return watchInLines(options.shows, await open(argv, world));
    return onScreen(argv, world, options, { contexts: ['demo'], open });
  });
}

/** All of them are shown the same world, with what was done in it. */
function demoRuns({ clock }: World, selection: Selection) {
  const demo = createLivingDemo({ clock, namespace: null });
  const log = demoVerdictLog();
  return async (argv: Arguments, world: World): Promise<WatchRun> => {
    const context = last(argv['context']) ?? 'demo';
    if (context !== 'demo') throw new UsageError('the demo has one context alone: demo');
    const namespace = argv['all-namespaces'] === true ? '' : (last(argv['namespace']) ?? '');
    const scope = scopeOf(argv, namespace, selection);
    const verdicts: VerdictsKept = { ...namedReports(world), scope, log };
    return { ...demoRun(demo, world, { namespace, selection, colour: colourFlag(argv) }), verdicts };
  };
}

interface Wanted {
  /** Empty: all namespaces. */
  readonly namespace: string;
  readonly selection: Selection;
  readonly colour: ReturnType<typeof colourFlag>;
}

function demoRun(demo: LivingDemo, world: World, { namespace, selection, colour }: Wanted): WatchRun {
  const { clock, stdout, stderr, env } = world;
  const { acting, identity, memory, news } = demo;
  const questions = pausable(demo.scanner);
  const journal = demo.openJournal();
  const cluster = demo.clusterOf(namespace === '' ? null : namespace);
  const surroundings = { ownNamespaces: [] };
  const wait = 60_000;
  const engine = createEngine({
    cluster,
    scanner: questions,
    clock,
    policy: demo.policy,
    selection,
    ongoing: {
      cluster,
      news,
      surroundings,
      ongoing: { refreshing: { maxAge: defaultMaxAge }, byPolicy: null, byHand: 'none' },
      acting,
      journal,
      memory,
      identity,
      runName: Math.floor(world.random() * 36 ** 4).toString(36),
      rejudge: createRejudge({ clusterOf: demo.clusterOf, scanner: questions, clock, surroundings, wait }),
      stuckAfter: 60_000,
      warn: (message) => stderr.write(`warning: ${message}\n`),
    },
  });
  return {
    engine,
    acting,
    clock,
    selection,
    context: 'demo',
    namespace,
    wait,
    journal,
    identity,
    sameFlags: '',
    interruption: world.interruption(),
    terminal: terminalOf(world),
    stdout,
    stderr,
    colour: wantsColour(colour, env, stdout.isTTY === true),
    progress: false,
    readNamed: demo.readNamed,
    policyFile: policyFileOf(demo, () => engine.getState().policy),
    questions,
    xrayUrl: 'https://xray.demo.example',
    xrayVersion: async () => '3.119.3',
    resumeQuestions: () => {},
    fleeting: 'the demo is made up',
    telling: (work) => work(),
  };
}

/** As if the policy stood in a file: what is written into it is in force at once. */
function policyFileOf(demo: LivingDemo, current: () => Policy): PolicyFile {
  return {
    path: 'the policy of the demo',
    read: () => policyYaml(current(), []),
    write: (_before, text) => {
      const reading = readPolicy(text, '');
      if ('policy' in reading) demo.changePolicy(({ source }) => ({ ...reading.policy, source }));
    },
    addException,
    addWhitelist,
    parseDuration,
  };
}
