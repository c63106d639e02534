// `enforce`: carries out the policy until stopped, or once; without --confirm it says what it would do and changes nothing.
import type { ActEnd } from '../core/acting.ts';
import type { JournalLine } from '../core/act.ts';
import { UsageError } from '../core/errors.ts';
import { noticesOf, nothingTold } from '../core/notices.ts';
import type { Told } from '../core/notices.ts';
import { triedBefore } from '../core/plan-acts.ts';
import type { DryRun } from '../core/plan-acts.ts';
import { coverage } from '../core/report.ts';
import { workloadLabel } from '../core/workload.ts';
import type { Turn } from '../engine/engine.ts';
import { painter } from '../output/colour.ts';
import { coverageLine } from '../output/coverage.ts';
import { enforcementText } from '../output/enforcement.ts';
import type { Enforcement } from '../output/enforcement.ts';
import { noticeJson, noticeLine } from '../output/notices.ts';
import { dryRunOf, last, oneOf } from './flags.ts';
import { RunError } from './run.ts';
import { printable } from '../output/printable.ts';
import type { FollowingRun } from './acting-run.ts';
import { keepVerdicts } from './verdict-keeping.ts';

export interface EnforceOptions {
  /** `none`: the policy is carried out. */
  readonly dryRun: DryRun;
  readonly once: boolean;
  readonly resume: boolean;
  readonly output: 'text' | 'json';
}

export type EnforcingRun = FollowingRun & {
  /** What the first lines say of it. */
  readonly about: Pick<Enforcement, 'cluster' | 'policy' | 'xray' | 'state'>;
};

/** Reads the flags. `--dry-run` wins over `--confirm`; off a terminal lines are JSON unless said. */
export function enforceOptions(argv: Readonly<Record<string, unknown>>, isTerminal: boolean): EnforceOptions {
  const confirmed = argv['confirm'] === true;
  const asked = dryRunOf(argv);
  if (asked === 'none' && !confirmed) {
    throw new UsageError('--dry-run=none alone does not act', 'Add --confirm to carry the policy out.');
  }
  return {
    dryRun: asked === null || asked === 'none' ? (confirmed ? 'none' : 'client') : asked,
    once: argv['once'] === true,
    resume: argv['resume'] === true,
    output: oneOf('output', last(argv['output']) ?? (isTerminal ? 'text' : 'json'), ['text', 'json'] as const),
  };
}

/** Ends with 0 when stopped; with `--once` 1 where an act was refused, failed or is stuck, now or lately, or nothing could be asked. Throws where nothing can be read. */
export async function enforce(options: EnforceOptions, run: EnforcingRun): Promise<number> {
  const { engine, interruption } = run;
  const ends = new Map<string, ActEnd>();
  const listen = listener(options, run, ends);
  const unsubscribe = engine.subscribe(listen);
  const keeping = keepVerdicts(run, 'enforce');
  const finish = (): void => {
    if (isBegun(run)) run.stderr.write('ending when what is under way is done; a second Ctrl-C ends at once\n');
    void engine.finish();
  };
  interruption.addEventListener('abort', finish, { once: true });
  try {
    if (options.resume) await resume(options, run);
    if (!interruption.aborted) await engine.follow({ once: options.once });
  } finally {
    interruption.removeEventListener('abort', finish);
    await engine.finish();
    unsubscribe();
    await keeping.end();
  }
  if (!options.once) return 0;
  const waits = tellTriedBefore(run, ends);
  const isBlind = !tellCoverage(run);
  mustHaveSeenPods(run);
  return waits || isBlind || [...ends.values()].some((end) => end === 'failed' || end === 'refused' || end === 'stuck')
    ? 1
    : 0;
}

/** What an earlier run came to see in vain is still due: ending without a word would say that nothing is. */
function tellTriedBefore({ engine, clock, stderr }: EnforcingRun, ends: ReadonlyMap<string, ActEnd>): boolean {
  const waiting = triedBefore(engine.getState(), clock.now()).filter(({ workload }) => !ends.has(workload.uid));
  for (const { workload, end, until, message } of waiting) {
    const because = message === null || message === '' ? '' : `: ${message}`;
    const name = `${workload.namespace}/${workloadLabel(workload)}`;
    const before = end === 'failed' ? 'failed' : end === 'stuck' ? 'was stuck' : 'was refused';
    const words = `${name} is due, ${before} before, and is tried again from ${new Date(until).toISOString()} on`;
    stderr.write(`${printable(`${words}${because}`)}\n`);
  }
  return waiting.length > 0;
}

/** Says once what is enforced, as soon as the journal is read; then whatever happens. */
function listener(options: EnforceOptions, run: EnforcingRun, ends: Map<string, ActEnd>): (turn: Turn) => void {
  const { engine, clock, stdout } = run;
  const paint = painter(run.colour);
  let told: Told | null = null;
  return (turn) => {
    const state = engine.getState();
    if (state.acting.lasts === null) return;
    if (told === null) {
      told = nothingTold(state);
      tellEnforcement(options, run);
    }
    for (const fact of turn.facts) if (fact.type === 'ActEnded') ends.set(fact.order.target.uid, fact.end);
    const notices = noticesOf(state, turn, told, clock.now());
    const print = options.output === 'json' ? noticeJson : (one: (typeof notices)[number]) => noticeLine(one, paint);
    for (const notice of notices) stdout.write(print(notice));
  };
}

/** Only what is begun is waited for: that an accepted act is effective is not. */
function isBegun({ engine }: EnforcingRun): boolean {
  return [...engine.getState().acting.underWay.values()].some(({ accepted }) => !accepted);
}

/** What was done before counts for no limit any more. A dry run resumes itself alone, as it pauses itself alone. */
async function resume({ dryRun }: EnforceOptions, { journal, identity, clock, stderr }: EnforcingRun): Promise<void> {
  if (dryRun !== 'none') {
    stderr.write('warning: --resume does nothing without --confirm: a dry run changes nothing, the pause neither\n');
    return;
  }
  const line: JournalLine = { type: 'Resumed', at: new Date(clock.now()).toISOString(), ...identity };
  await journal.append(line);
}

function tellEnforcement({ dryRun, once }: EnforceOptions, { about, engine, stderr }: EnforcingRun): void {
  const { acting } = engine.getState();
  stderr.write(enforcementText({ ...about, dryRun, once, lasts: acting.lasts === true, pause: acting.history.pause }));
}

/** What runs decides: who may read no pods at all enforces nothing. One that goes on waits for the right. */
function mustHaveSeenPods({ engine }: EnforcingRun): void {
  const { namespaces, forbidden } = engine.getState();
  const denied = namespaces?.length === 0 ? forbidden.find(({ resource }) => resource === 'pods') : undefined;
  if (denied !== undefined) throw new RunError(`Error from server (Forbidden): ${denied.message}`);
}

/** False where there are images and no answer about any of them: nothing was enforced, whatever the policy says. */
function tellCoverage({ engine, stderr }: EnforcingRun): boolean {
  const state = engine.getState();
  if (!state.clusterRead) return true;
  const judgements = [...state.judged.values()];
  const covered = coverage(judgements, state);
  stderr.write(coverageLine(covered, judgements.length));
  const isBlind = covered.images > 0 && covered.unknown === covered.images;
  if (isBlind) stderr.write('nothing was enforced: no image could be asked about\n');
  return !isBlind;
}
