// `where`: which workloads a CVE, a component or a license reaches. The run is that of `status`; what differs is the ending.
import { UsageError } from '../core/errors.ts';
import type { Image } from '../core/image.ts';
import type { Fact, State } from '../core/inventory.ts';
import type { Judgement } from '../core/judgement.ts';
import { coverage, judgeAll, judgeBy, scanOf } from '../core/report.ts';
import type { ReportMetadata } from '../core/report.ts';
import { compareText } from '../core/rows.ts';
import type { Scan } from '../core/scan.ts';
import { answersTo, elsewhere, searchedIn } from '../core/where/answer.ts';
import type { Answer, Elsewhere, Searched } from '../core/where/answer.ts';
import { hitsIn } from '../core/where/hits.ts';
import type { Hit } from '../core/where/hits.ts';
import { reachedList } from '../core/where/report.ts';
import { readSought } from '../core/where/sought.ts';
import type { Sought } from '../core/where/sought.ts';
import { painter } from '../output/colour.ts';
import { coverageLine } from '../output/coverage.ts';
import { clearLine } from '../output/printable.ts';
import { json, nameLine, yaml } from '../output/structured.ts';
import { answerLines, elsewhereLine, lookedAtWords, whereTable } from '../output/where.ts';
import { last, listed, oneOf, repeated } from './flags.ts';
import { mayHaveMissed, settled } from './run.ts';
import type { Run } from './run.ts';

export interface WhereOptions {
  readonly sought: readonly Sought[];
  readonly output: 'table' | 'wide' | 'json' | 'yaml' | 'name';
  readonly headings: boolean;
  /** End with 10 where something is hit. */
  readonly failOnFound: boolean;
}

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

/** Reads words and flags; every mistake is a UsageError before anything is asked. */
export function whereOptions(argv: Readonly<Record<string, unknown>>): WhereOptions {
  const words = repeated(argv['what']);
  if (words.length === 0) {
    throw new UsageError('where needs a CVE, a component or a license', 'Write: kubectl xray where CVE-2021-44228');
  }
  return {
    sought: words.map((word) => {
      const reading = readSought(word);
      if ('fault' in reading) throw new UsageError(reading.fault, reading.hint);
      return reading.sought;
    }),
    output: oneOf('output', last(argv['output']) ?? 'table', ['table', 'wide', 'json', 'yaml', 'name'] as const),
    headings: argv['no-headers'] !== true,
    failOnFound: listed(argv['fail-on']).map((word) => oneOf('fail-on', word, ['found'] as const)).length > 0,
  };
}

/**
 * Ends with 0, 10 (`--fail-on found`), or 11: nothing was found, and not everybody could be asked, or there was nothing to
 * ask about.
 */
export async function where(options: WhereOptions, run: WhereRun): Promise<number> {
  const stopping = new AbortController();
  try {
    const asking = askImpacted(options, run, stopping.signal);
    const early = showEarly(options, run);
    const state = await settled(run);
    const shown = await early();
    const impacted = await asking;
    const search = await askedAgain(impacted, await searched(options, run, state), options, run);
    print(options, run, search, shown);
    run.stderr.write(answerLines(search.answers, search.searched, search));
    const isContradicted = tellImpacted(impacted, search, run);
    run.stderr.write(closingLine(search, run));
    if (search.hits.length > 0) return options.failOnFound ? 10 : 0;
    return search.complete && !isContradicted ? 0 : 11;
  } finally {
    stopping.abort();
  }
}

interface Search {
  readonly state: State;
  readonly now: number;
  readonly judged: readonly Judgement[];
  readonly hits: readonly Hit[];
  /** Today's answers, and older ones where there are none. */
  readonly scanOf: (image: Image) => Scan | null;
  readonly searched: Searched;
  readonly answers: readonly Answer[];
  /** Something may run that may not be seen. */
  readonly isHidden: boolean;
  /** Nothing runs there that could have been hit. */
  readonly isEmpty: boolean;
  readonly isOffline: boolean;
  readonly complete: boolean;
  /** Of the workloads in scope, sorted. */
  readonly namespaces: readonly string[];
}

async function searched({ sought }: WhereOptions, run: WhereRun, state: State): Promise<Search> {
  const now = run.clock.now();
  const workloads = run.engine.workloads();
  const judged = judgeAll(state, workloads, { ...run.circumstances, now });
  const answer = await withKept(judged, state, run);
  const hits = hitsIn(judged, sought, answer);
  const found = searchedIn(judged, scanOf(state));
  const isHidden = mayHaveMissed(state) || workloads.some(({ podsUnseen }) => podsUnseen);
  const isEmpty = judged.length === 0;
  const isOffline = run.offline === true;
  const complete = found.unanswered + found.pending === 0 && !isHidden && !isEmpty && !isOffline;
  return {
    state,
    now,
    judged,
    hits,
    scanOf: answer,
    searched: found,
    answers: answersTo(sought, hits),
    isHidden,
    isEmpty,
    isOffline,
    complete,
    namespaces: [...new Set(judged.map(({ workload }) => workload.namespace))].toSorted(compareText),
  };
}

/** A failure hides no hit: where nobody could be asked now, what was answered before still counts. */
async function withKept(judged: readonly Judgement[], state: State, { kept }: WhereRun): Promise<Search['scanOf']> {
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

/** As soon as the cluster is read, hits by kept answers of any age; the result waits for it, and tells what was shown. */
function showEarly(options: WhereOptions, run: WhereRun): () => Promise<string | null> {
  const { engine, kept, screen, stdout, stderr } = run;
  const isTable = options.output === 'table' || options.output === 'wide';
  if (kept === null || !screen || !isTable) return async () => null;
  let isOver = false;
  let showing: Promise<string | null> = Promise.resolve(null);
  const show = async (read: NonNullable<WhereRun['kept']>): Promise<string | null> => {
    const workloads = engine.workloads();
    const known = await read(workloads.flatMap(({ images }) => images.map(({ image }) => image.key)));
    const answer = (image: Image): Scan | null => known.get(image.key) ?? null;
    const circumstances = { ...run.circumstances, now: run.clock.now() };
    const hits = hitsIn(judgeBy(answer, workloads, circumstances, engine.getState().policy), options.sought, answer);
    if (isOver || hits.length === 0) return null;
    stderr.write(`${run.progress ? clearLine : ''}known already, while answers are asked for again:\n`);
    stdout.write(tableOf(hits, options, run));
    return summaryOf(hits);
  };
  const unsubscribe = engine.subscribe(() => {
    if (!engine.getState().clusterRead) return;
    unsubscribe();
    showing = show(kept);
  });
  return async () => {
    isOver = true;
    unsubscribe();
    return showing;
  };
}

/** What two tables are compared by: the age of answers is another each time. */
function summaryOf(hits: readonly Hit[]): string {
  return whereTable(hits, { wide: false, withNamespace: true, headings: false, paint: painter(false), now: 0 });
}

function tableOf(hits: readonly Hit[], { output, headings }: WhereOptions, run: WhereRun): string {
  const withNamespace = run.namespace === '';
  const now = run.clock.now();
  return whereTable(hits, { wide: output === 'wide', withNamespace, headings, paint: painter(run.colour), now });
}

function print(options: WhereOptions, run: WhereRun, search: Search, shown: string | null): void {
  const { hits, state } = search;
  const { output } = options;
  if (output === 'json' || output === 'yaml') {
    const where = { sought: search.answers, complete: search.complete, namespaces: search.namespaces };
    const list = reachedList(hits, state, metadataOf(search, run), where);
    run.stdout.write(output === 'json' ? json(list) : yaml(list));
  } else if (output === 'name') {
    const workloads = new Map(hits.map(({ judgement: { workload } }) => [workload.uid, workload]));
    run.stdout.write([...workloads.values()].map(nameLine).join(''));
  } else if (shown === null) {
    if (hits.length > 0) run.stdout.write(tableOf(hits, options, run));
  } else if (shown !== summaryOf(hits)) {
    run.stderr.write(hits.length > 0 ? 'asked again, it is:\n' : 'asked again, none of that holds any more\n');
    if (hits.length > 0) run.stdout.write(tableOf(hits, options, run));
  }
}

function metadataOf({ judged, state, hits, now }: Search, { context, namespace }: WhereRun): ReportMetadata {
  const workloads = new Set(hits.map(({ judgement }) => judgement.workload.uid)).size;
  return {
    context,
    namespace,
    generatedAt: new Date(now).toISOString(),
    coverage: { ...coverage(judged, state), workloads },
  };
}

type AskedImpacted = readonly { readonly cve: string; readonly impacted: Impacted }[];

async function askImpacted(
  { sought }: WhereOptions,
  { impacted }: WhereRun,
  signal: AbortSignal,
): Promise<AskedImpacted> {
  if (impacted === null) return [];
  const cves = [...new Set(sought.filter(({ is }) => is === 'cve').map(({ text }) => text))];
  return Promise.all(cves.map(async (cve) => ({ cve, impacted: await impacted(cve, signal) })));
}

/** What Xray's search names and its own answer does not is asked about again: the answer may be older than the search. */
async function askedAgain(all: AskedImpacted, search: Search, options: WhereOptions, run: WhereRun): Promise<Search> {
  const { again, engine } = run;
  const named = new Set(
    all.flatMap(({ cve, impacted }) => (impacted.is === 'known' ? beyondOf(cve, impacted, search).contradicting : [])),
  );
  if (again === null || named.size === 0) return search;
  const images = search.judged.flatMap(({ workload }) => workload.images.map(({ image }) => image));
  const distinct = new Map(images.map((image) => [image.key, image]));
  const contradicting = [...distinct.values()].filter((one) =>
    search.scanOf(one)?.paths.some((path) => named.has(path)),
  );
  for await (const fact of again(contradicting)) engine.report([fact]);
  return searched(options, run, search.state);
}

function beyondOf(cve: string, { places }: Extract<Impacted, { is: 'known' }>, search: Search): Elsewhere {
  const own = search.hits.filter(({ sought }) => sought === cve);
  return elsewhere(places, search.searched, own, search.scanOf);
}

/** Tells whether Xray's search names an image that runs here, and its own answer about the image does not. */
function tellImpacted(all: AskedImpacted, search: Search, { stderr }: WhereRun): boolean {
  let isContradicted = false;
  for (const { cve, impacted } of all) {
    if (impacted.is === 'failed') {
      stderr.write(`${cve}: what it reaches beside what runs here is not known: ${impacted.failure.message}\n`);
      continue;
    }
    const beyond = beyondOf(cve, impacted, search);
    isContradicted ||= beyond.contradicting.length > 0;
    stderr.write(elsewhereLine(cve, beyond, impacted.whole));
  }
  return isContradicted;
}

function closingLine(
  { judged, state, searched: found, hits, now, namespaces }: Search,
  { namespace }: WhereRun,
): string {
  const reached = new Set(hits.map(({ judgement }) => judgement.workload.uid)).size;
  const all = { ...coverage(judged, state), workloads: reached };
  return `${lookedAtWords({ namespace, namespaces }, found, now)}; ${coverageLine(all, judged.length, state.newsFaults)}`;
}
