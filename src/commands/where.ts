// `where`: which workloads a CVE, a component or a license reaches. The run is that of `status`; what differs is the ending.
import { UsageError } from '../core/errors.ts';
import type { Image } from '../core/image.ts';
import { coverage, judgeBy } from '../core/report.ts';
import type { ReportMetadata } from '../core/report.ts';
import type { Scan } from '../core/scan.ts';
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
import { settled } from './run.ts';
import { askImpacted, searchFor } from './where-search.ts';
import type { AskedImpacted, Search, WhereRun } from './where-search.ts';

export interface WhereOptions {
  readonly sought: readonly Sought[];
  readonly output: 'table' | 'wide' | 'json' | 'yaml' | 'name';
  readonly headings: boolean;
  /** End with 10 where something is hit. */
  readonly failOnFound: boolean;
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
    const search = await searchFor(options, run, state, impacted);
    print(options, run, search, shown);
    run.stderr.write(answerLines(search.answers, search.searched, search));
    tellImpacted(impacted, search, run);
    run.stderr.write(closingLine(search, run));
    if (search.hits.length > 0) return options.failOnFound ? 10 : 0;
    return search.complete ? 0 : 11;
  } finally {
    stopping.abort();
  }
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

function tellImpacted(all: AskedImpacted, { beyond, searched: found }: Search, { stderr }: WhereRun): void {
  for (const { cve, impacted } of all) {
    const own = beyond.get(cve);
    if (impacted.is === 'failed') {
      stderr.write(`${cve}: what it reaches beside what runs here is not known: ${impacted.failure.message}\n`);
    } else if (own !== undefined) {
      stderr.write(elsewhereLine(cve, own, { whole: impacted.whole, allFound: found.unanswered === 0 }));
    }
  }
}

function closingLine(
  { judged, state, searched: found, hits, now, namespaces }: Search,
  { namespace }: WhereRun,
): string {
  const reached = new Set(hits.map(({ judgement }) => judgement.workload.uid)).size;
  const all = { ...coverage(judged, state), workloads: reached };
  return `${lookedAtWords({ namespace, namespaces }, found, now)}; ${coverageLine(all, judged.length, state.newsFaults)}`;
}
