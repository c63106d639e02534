// The search of `where`: what the run answered and what is kept, held against what Xray's own search names. It prints nothing.
import type { Image } from '../core/image.ts';
import type { Fact, State } from '../core/inventory.ts';
import type { Judgement } from '../core/judgement.ts';
import { judgeAll, scanOf } from '../core/report.ts';
import { compareText } from '../core/rows.ts';
import type { Scan } from '../core/scan.ts';
import { answersTo, elsewhere, searchedIn } from '../core/where/answer.ts';
import type { Answer, Elsewhere, Searched } from '../core/where/answer.ts';
import { hitsIn } from '../core/where/hits.ts';
import type { Hit } from '../core/where/hits.ts';
import type { Sought } from '../core/where/sought.ts';
import { mayHaveMissed } from './run.ts';
import type { Run } from './run.ts';

/** What Xray's own search says of a CVE. */
export type Impacted =
  | { readonly is: 'known'; readonly places: readonly string[]; readonly whole: boolean }
  | { readonly is: 'failed'; readonly failure: { readonly message: string } };

export interface WhereRun extends Run {
  /** Answers that are kept, of any age, by the keys of images; null: none is kept. */
  readonly kept: ((keys: Iterable<string>) => Promise<ReadonlyMap<string, Scan>>) | null;
  /** Never rejects. Null: Xray is not asked. */
  readonly impacted: ((cve: string, signal: AbortSignal) => Promise<Impacted>) | null;
  /** Asks about images past what is kept; null: Xray is not asked. */
  readonly again: ((images: readonly Image[]) => AsyncIterable<Fact>) | null;
  /** Whether stdout is a terminal: hits that are known are shown at once then. */
  readonly screen: boolean;
}

export interface What {
  readonly sought: readonly Sought[];
}

export interface Search {
  readonly state: State;
  readonly now: number;
  readonly judged: readonly Judgement[];
  readonly hits: readonly Hit[];
  readonly searched: Searched;
  readonly answers: readonly Answer[];
  /** Something may run that may not be seen. */
  readonly isHidden: boolean;
  /** Nothing runs there that could have been hit. */
  readonly isEmpty: boolean;
  readonly isOffline: boolean;
  /** By CVE: what Xray's own search names, held against what runs; only of those of which it said anything. */
  readonly beyond: ReadonlyMap<string, Elsewhere>;
  readonly complete: boolean;
  /** Of the workloads in scope, sorted. */
  readonly namespaces: readonly string[];
}

type Answers = (image: Image) => Scan | null;

/** Once the run is settled. What Xray's own search contradicts is asked about again. */
export async function searchFor(what: What, run: WhereRun, state: State, impacted: AskedImpacted): Promise<Search> {
  return askedAgain(impacted, await searched(what, run, state, impacted), what, run);
}

async function searched({ sought }: What, run: WhereRun, state: State, impacted: AskedImpacted): Promise<Search> {
  const now = run.clock.now();
  const workloads = run.engine.workloads();
  const judged = judgeAll(state, workloads, { ...run.circumstances, now });
  const answer = await withKept(judged, state, run);
  const hits = hitsIn(judged, sought, answer);
  const found = searchedIn(judged, scanOf(state), answer);
  const beyond = beyondOf(impacted, found, hits, answer);
  const isHidden = mayHaveMissed(state) || workloads.some(({ podsUnseen }) => podsUnseen);
  const isEmpty = judged.length === 0;
  const isOffline = run.offline === true;
  const isContradicted = [...beyond.values()].some(({ contradicting }) => contradicting.length > 0);
  const isAnswered = found.unanswered + found.pending === 0 && !isContradicted;
  const complete = isAnswered && !isHidden && !isEmpty && !isOffline;
  return {
    state,
    now,
    judged,
    hits,
    searched: found,
    answers: answersTo(sought, hits),
    isHidden,
    isEmpty,
    isOffline,
    beyond,
    complete,
    namespaces: [...new Set(judged.map(({ workload }) => workload.namespace))].toSorted(compareText),
  };
}

/** Today's answers. A failure hides no hit: where nobody could be asked now, what was answered before still counts. */
async function withKept(judged: readonly Judgement[], state: State, { kept }: WhereRun): Promise<Answers> {
  const now = scanOf(state);
  if (kept === null) return now;
  const images = judged.flatMap(({ workload }) => workload.images.map(({ image }) => image));
  const open = new Set(images.filter((image) => isOpen(now(image))).map(({ key }) => key));
  const before = open.size === 0 ? new Map<string, Scan>() : await kept(open);
  return (image) => {
    const scan = now(image);
    const older = open.has(image.key) ? before.get(image.key) : undefined;
    return older?.state === 'scanned' ? older : scan;
  };
}

function isOpen(scan: Scan | null): boolean {
  return scan === null || scan.state === 'unknown' || scan.state === 'pending';
}

export type AskedImpacted = readonly { readonly cve: string; readonly impacted: Impacted }[];

export async function askImpacted(
  { sought }: What,
  { impacted }: WhereRun,
  signal: AbortSignal,
): Promise<AskedImpacted> {
  if (impacted === null) return [];
  const cves = [...new Set(sought.filter(({ is }) => is === 'cve').map(({ text }) => text))];
  return Promise.all(cves.map(async (cve) => ({ cve, impacted: await impacted(cve, signal) })));
}

/** What Xray's search names and its own answer does not is asked about again: the answer may be older than the search. */
async function askedAgain(all: AskedImpacted, search: Search, what: What, run: WhereRun): Promise<Search> {
  const { again, engine } = run;
  const named = new Set([...search.beyond.values()].flatMap(({ contradicting }) => contradicting));
  if (again === null || named.size === 0) return search;
  const now = scanOf(search.state);
  const images = search.judged.flatMap(({ workload }) => workload.images.map(({ image }) => image));
  const distinct = new Map(images.map((image) => [image.key, image]));
  const contradicting = [...distinct.values()].filter((one) => {
    const scan = now(one);
    // About what is open Xray has only just been asked.
    return !isOpen(scan) && scan?.paths.some((path) => named.has(path)) === true;
  });
  if (contradicting.length === 0) return search;
  for await (const fact of again(contradicting)) engine.report([fact]);
  return searched(what, run, search.state, all);
}

function beyondOf(
  all: AskedImpacted,
  found: Searched,
  hits: readonly Hit[],
  known: Answers,
): ReadonlyMap<string, Elsewhere> {
  return new Map(
    all.flatMap(({ cve, impacted }): [string, Elsewhere][] => {
      if (impacted.is === 'failed') return [];
      const own = hits.filter(({ sought }) => sought === cve);
      return [[cve, elsewhere(impacted.places, found, own, known)]];
    }),
  );
}
