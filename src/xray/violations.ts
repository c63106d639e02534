// Which of Xray's own policies an image breaks: asked by the paths its summary named, matched here by path and by what
// the summary holds (a folder like `latest/` may speak of another digest).
import type { Violation } from '../core/scan.ts';
import { createBatcher } from './batch.ts';
import type { Batcher } from './batch.ts';
import type { XrayClient } from './client.ts';
import { nonsense } from './failure.ts';
import type { Failure } from './failure.ts';
import type { ArtifactSummary } from './wire-summary.ts';
import { readViolations } from './wire-violations.ts';
import type { ViolationRow, ViolationsPage } from './wire-violations.ts';

/** Which conditions rest on violations. */
export interface Kinds {
  readonly security: boolean;
  readonly license: boolean;
}

export type ViolationsAnswer =
  | { readonly is: 'answered'; readonly rows: readonly ViolationRow[] }
  | { readonly is: 'failed'; readonly failure: Failure };

export interface Violations {
  /** Those of one digest; `since` as with batches. */
  of(
    summary: ArtifactSummary,
    kinds: Kinds,
    since: number,
  ): Promise<{ readonly violations: readonly Violation[]; readonly failure: Failure | null }>;
  busy(): boolean;
  /** As with batches. */
  flush(): void;
  forget(): void;
}

interface Asking {
  readonly batcher: Batcher<ViolationsAnswer>;
  /** All violations there are, where the server ignores the filter by path. */
  everything: Promise<ViolationsAnswer> | null;
  /** When `everything` was asked for, and the latest time that somebody wants an answer from (ms since the epoch). */
  everythingAt: number;
  wantedSince: number;
}

const perCall = 100;
const perPage = 100;
const mostPages = 200;
const doing = 'ask for the violations of images';

export function createViolations(client: XrayClient, signal: () => AbortSignal, moreComing: () => boolean): Violations {
  const askings = new Map<string, Asking>();

  const askingFor = (kinds: Kinds): Asking => {
    const key = `${kinds.security} ${kinds.license}`;
    const known = askings.get(key);
    if (known !== undefined) return known;
    const batcher = createBatcher<ViolationsAnswer>({
      clock: client.clock,
      size: () => perCall,
      inFlight: () => client.turnstiles.xray.pace().inFlight,
      send: async (folders) => await ofFolders(asking, kinds, folders),
      keep: ({ is }) => is === 'answered',
      moreComing,
    });
    const asking: Asking = { batcher, everything: null, everythingAt: 0, wantedSince: 0 };
    askings.set(key, asking);
    return asking;
  };

  const ofFolders = async (
    asking: Asking,
    kinds: Kinds,
    folders: readonly string[],
  ): Promise<ReadonlyMap<string, ViolationsAnswer>> => {
    const wanted = new Set(folders);
    let answer: ViolationsAnswer | null = null;
    if (asking.everything === null) answer = await readPages(client, kinds, folders, wanted, signal());
    if (answer === null) {
      if (asking.everythingAt < asking.wantedSince) asking.everything = null;
      if (asking.everything === null) asking.everythingAt = client.clock.now();
      asking.everything ??= readPages(client, kinds, null, wanted, signal()).then((all) => all ?? senseless(client));
      answer = await asking.everything;
    }
    if (answer.is === 'failed') return new Map(folders.map((folder) => [folder, answer]));
    const byFolder = new Map<string, ViolationRow[]>(folders.map((folder) => [folder, []]));
    for (const row of answer.rows) {
      for (const place of new Set(row.places.map((path) => folderAmong(wanted, path)))) {
        if (place !== null) byFolder.get(place)?.push(row);
      }
    }
    return new Map(Array.from(byFolder, ([folder, rows]) => [folder, { is: 'answered', rows }]));
  };

  return {
    of: async (summary, kinds, since) => {
      const asking = askingFor(kinds);
      const { batcher } = asking;
      asking.wantedSince = Math.max(asking.wantedSince, since);
      const answers = await Promise.all(summary.folders.map((folder) => batcher.ask(folder, since)));
      const rows = new Set(answers.flatMap((answer) => (answer.is === 'answered' ? answer.rows : [])));
      const failed = answers.find((answer) => answer.is === 'failed');
      const failure = failed?.failure ?? null;
      // Most images have none, and what belongs to an image takes longer to gather than to ask for.
      if (rows.size === 0) return { violations: [], failure };
      const isOwn = membership(summary);
      const violations = Array.from(rows, ({ violation }) => violation).filter(
        (violation) => kinds[violation.type] && isOwn(violation),
      );
      return { violations, failure };
    },
    busy: () => [...askings.values()].some(({ batcher }) => batcher.busy()),
    flush: () => {
      for (const { batcher } of askings.values()) batcher.flush();
    },
    forget: () => {
      for (const asking of askings.values()) {
        asking.batcher.forget();
        asking.everything = null;
      }
    },
  };
}

/** Null where the server spoke of paths that were not asked about: it ignores the filter (before 3.88.10). */
async function readPages(
  client: XrayClient,
  kinds: Kinds,
  folders: readonly string[] | null,
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ViolationsAnswer | null> {
  const first = await readPage(client, kinds, folders, 1, signal);
  if ('reason' in first) return { is: 'failed', failure: first };
  const isOutside = (page: ViolationsPage): boolean =>
    folders !== null && page.places.some((path) => folderAmong(wanted, path) === null);
  if (isOutside(first)) return null;
  const rows = [...first.rows];
  // Paging stops at a short page, unless the server says that there is more: then its pages are shorter than asked.
  const size = Math.max(1, first.count);
  const pages = first.total === null ? Number.POSITIVE_INFINITY : Math.ceil(first.total / size);
  let last = first.count;
  for (let number = 2; number <= pages && last > 0 && (first.total !== null || last >= perPage); number += 1) {
    if (number > mostPages || (first.total !== null && pages > mostPages)) return tooMany;
    const page = await readPage(client, kinds, folders, number, signal);
    if ('reason' in page) return { is: 'failed', failure: page };
    if (isOutside(page)) return null;
    rows.push(...page.rows);
    last = page.count;
  }
  return { is: 'answered', rows };
}

async function readPage(
  client: XrayClient,
  kinds: Kinds,
  folders: readonly string[] | null,
  number: number,
  signal: AbortSignal,
): Promise<ViolationsPage | Failure> {
  const artifacts = folders?.map((folder) => {
    const slash = folder.indexOf('/');
    return { repo: folder.slice(0, slash), path: `${folder.slice(slash + 1)}/manifest.json` };
  });
  const only = kinds.security === kinds.license ? null : kinds.security ? 'Security' : 'License';
  const json = {
    filters: {
      ...(only === null ? {} : { violation_type: only }),
      // Without a narrowing filter the call may never answer; and this one old servers know, too.
      created_from: '1970-01-01T00:00:00Z',
      include_details: true,
      ...(artifacts === undefined ? {} : { resources: { artifacts } }),
    },
    // `offset` is the page's number, from 1.
    pagination: { order_by: 'created', direction: 'asc', limit: perPage, offset: number },
  };
  const answer = await client.ask({ to: 'xray', method: 'POST', path: '/api/v1/violations', json, doing }, signal);
  if (!answer.ok) return answer.failure;
  return readViolations(answer.body) ?? senseless(client).failure;
}

function senseless(client: XrayClient): { readonly is: 'failed'; readonly failure: Failure } {
  return { is: 'failed', failure: nonsense('it is no list of violations', client.named('xray')) };
}

const tooMany: ViolationsAnswer = {
  is: 'failed',
  failure: {
    reason: 'badAnswer',
    message: `this Xray cannot be asked for the violations of some images only, and has more than ${mostPages * perPage}: update it to 3.88.10 or newer`,
  },
};

/** The folder that a row's path lies in; rows name the folder, or a file below it, with or without Artifactory's id. */
export function folderAmong(folders: ReadonlySet<string>, path: string): string | null {
  const slash = path.indexOf('/');
  for (const start of slash < 0 ? [path] : [path, path.slice(slash + 1)]) {
    for (let at = start; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      if (folders.has(at)) return at;
    }
  }
  return null;
}

function membership({ findings, licenses }: ArtifactSummary): (violation: Violation) => boolean {
  const ids = new Set<string>();
  const components = new Set<string>();
  for (const { id, cves, component } of findings) {
    ids.add(id);
    for (const cve of cves) ids.add(cve);
    components.add(withoutScheme(component));
  }
  for (const license of licenses) {
    ids.add(license.name);
    for (const component of license.components) components.add(withoutScheme(component));
  }
  ids.delete('');
  components.delete('');
  return ({ id, cves, components: infected }) =>
    ids.has(id) || cves.some((cve) => ids.has(cve)) || infected.some((one) => components.has(withoutScheme(one)));
}

function withoutScheme(component: string): string {
  const at = component.indexOf('://');
  return at < 0 ? component : component.slice(at + 3);
}
