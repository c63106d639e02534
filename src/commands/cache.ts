// `cache info|clear`: what is kept of Xray's answers on this machine, and away with it. All of it can be asked again, so
// nobody is asked whether he is sure.
import { apiVersion } from '../core/api-version.ts';
import { UsageError } from '../core/errors.ts';
import type { Clock } from '../engine/ports.ts';
import { cacheTable, removedLine } from '../output/cache.ts';
import type { CacheItem } from '../output/cache.ts';
import { json, yaml } from '../output/structured.ts';
import { dryRunOf, last, oneOf } from './flags.ts';
import type { Output } from './run.ts';
import { RunError } from './run.ts';

/** The cache of one server, by shape of state/. */
export interface KeptCache {
  readonly info: () => Promise<{
    readonly path: string;
    readonly server: string;
    readonly answers: number;
    /** Of its files. */
    readonly bytes: number;
    /** Ms since the epoch; null where there is no answer. */
    readonly oldest: number | null;
    readonly newest: number | null;
  }>;
  /** Rejects with what is to be done where it cannot. */
  readonly clear: () => Promise<void>;
}

export interface CacheOptions {
  readonly verb: 'info' | 'clear';
  /** Only the servers whose address has this in it; null: all. */
  readonly server: string | null;
  readonly output: 'table' | 'wide' | 'json' | 'yaml';
  readonly headings: boolean;
  readonly dryRun: boolean;
}

export interface CacheRun {
  readonly caches: readonly KeptCache[];
  /** The folder they lie in. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly stdout: Output;
  readonly stderr: Output;
}

export function cacheOptions(argv: Readonly<Record<string, unknown>>): CacheOptions {
  const dryRun = dryRunOf(argv);
  const verb = oneOf('verb', last(argv['verb']) ?? '', ['info', 'clear'] as const);
  const server = last(argv['server']);
  if (server === '') throw new UsageError('the name of the server is empty', 'Leave it out for all of them.');
  if (dryRun === 'server')
    throw new UsageError('--dry-run=server: a cache lies on this machine', 'write --dry-run=client');
  return {
    verb,
    server,
    output: oneOf('output', last(argv['output']) ?? 'table', ['table', 'wide', 'json', 'yaml'] as const),
    headings: argv['no-headers'] !== true,
    dryRun: dryRun === 'client',
  };
}

/** Ends with 0; with 1 where a named server has no cache, or one cannot be removed. */
export async function cache(options: CacheOptions, run: CacheRun): Promise<number> {
  const all = await Promise.all(run.caches.map(async (one) => ({ ...(await one.info()), clear: one.clear })));
  const { server } = options;
  const chosen = server === null ? all : all.filter((one) => one.server.includes(server));
  if (server !== null && chosen.length === 0) {
    const known = all.map((one) => one.server).join(', ') || 'nothing';
    throw new RunError(`there is no cache of "${server}" in ${run.folder} (there: ${known})`);
  }
  return options.verb === 'info' ? info(chosen, options, run) : await clear(chosen, options, run);
}

type Chosen = CacheItem & Pick<KeptCache, 'clear'>;

function info(chosen: readonly Chosen[], { output, headings }: CacheOptions, run: CacheRun): number {
  const { clock, stdout, stderr, folder } = run;
  if (output === 'json' || output === 'yaml') {
    const items = chosen.map(({ clear: _clear, oldest, newest, ...rest }) => {
      return { ...rest, oldest: timeOrNull(oldest), newest: timeOrNull(newest) };
    });
    const list = { apiVersion, kind: 'CacheList', items };
    stdout.write(output === 'json' ? json(list) : yaml(list));
  } else if (chosen.length === 0) stderr.write(`nothing is kept in ${folder}\n`);
  else stdout.write(cacheTable(chosen, { wide: output === 'wide', headings, now: clock.now() }));
  return 0;
}

async function clear(chosen: readonly Chosen[], { dryRun }: CacheOptions, { stdout, stderr, folder }: CacheRun) {
  let failed = 0;
  if (chosen.length === 0) stderr.write(`nothing is kept in ${folder}\n`);
  for (const one of chosen) {
    try {
      if (!dryRun) await one.clear();
      stdout.write(removedLine(one, dryRun));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failed += 1;
      stderr.write(`error: ${error.message}\n`);
    }
  }
  return failed > 0 ? 1 : 0;
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
