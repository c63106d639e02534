// What each page says, made of the picture; kept until the picture is another one, so that a key costs nothing here.
import { actionsPage } from './pages/actions.ts';
import { createCves } from './pages/cves.ts';
import type { Cves } from './pages/cves.ts';
import { explainPage } from './pages/explain.ts';
import { findingPage, findingsPage } from './pages/findings.ts';
import { historyPage } from './pages/history.ts';
import { createImages } from './pages/images.ts';
import type { Images } from './pages/images.ts';
import { noWorkloadWords, nothingWords } from './pages/nothing.ts';
import { policyPage } from './pages/policy.ts';
import { recordPage } from './pages/record.ts';
import { createWorkloadRows, workloadsTable } from './pages/workloads.ts';
import type { WorkloadRows } from './pages/workloads.ts';
import type { Page, PageName } from './page.ts';
import type { Picture } from './picture.ts';
import type { DryRun } from '../core/plan-acts.ts';
import type { State } from '../core/state.ts';
import type { Content, Table, Text } from './table.ts';

export interface ContentsParts {
  readonly help: (of: PageName, readonly: boolean) => Text;
}

interface Kept {
  readonly page: Page;
  readonly state: State | null;
  readonly version: number;
  readonly enforcing: DryRun | null;
  readonly ages: number;
  readonly content: Content;
}

/** What the pages keep from turn to turn. */
interface Keeping {
  readonly rows: WorkloadRows;
  readonly images: Images;
  readonly cves: Cves;
}

/** Ages are told anew so often, milliseconds. */
const agesEvery = 10_000;

export function createContents({ help }: ContentsParts): (page: Page, picture: Picture) => Content {
  const keeping = { rows: createWorkloadRows(), images: createImages(), cves: createCves() };
  let kept: Kept | null = null;
  return (page, picture) => {
    const { state, version } = picture;
    const { enforcing } = picture.about;
    const ages = Math.floor(picture.now / agesEvery);
    const same = kept?.page === page && kept.state === state && kept.version === version && kept.ages === ages;
    if (kept !== null && same && kept.enforcing === enforcing) return kept.content;
    const content = page.at === 'help' ? help(page.of, picture.about.readonly) : contentOf(page, picture, keeping);
    kept = { page, state, version, enforcing, ages, content };
    return content;
  };
}

function contentOf(page: Exclude<Page, { at: 'help' }>, picture: Picture, keeping: Keeping): Content {
  const { state, now, about } = picture;
  const { rows, images, cves } = keeping;
  if (state === null) return notYet(page, picture);
  switch (page.at) {
    case 'workloads':
      return workloadsTable(
        rows.all(state, now),
        'workloads',
        noWorkloadWords(state, about.selection),
        isOneNamespace(picture),
      );
    case 'reached':
      return reachedPage(page.cve, state, picture, keeping);
    case 'images':
      return images.table(state, page.workload, now);
    case 'findings':
      return findingsPage(images.find(state, page.workload, page.image), state, page.workload);
    case 'finding':
      return findingPage(images.find(state, page.workload, page.image), page.finding);
    case 'cves':
      return cves.table(state);
    case 'explain':
      return explainPage(picture, page.workload);
    case 'actions':
      return actionsPage(state, now, about.enforcing);
    case 'history':
      return historyPage(state, now, about.changes);
    case 'record':
      return recordPage(state, page.id, now, about);
    case 'policy':
      return policyPage(state, now);
    default:
      return page satisfies never;
  }
}

function isOneNamespace({ about }: Picture): boolean {
  return about.namespace !== '';
}

function reachedPage(cve: string, state: State, picture: Picture, { rows, cves }: Keeping): Table {
  const reached = cves.reachedBy(state, cve);
  const all = rows.all(state, picture.now).filter(({ id }) => reached.has(id));
  const empty = nothingWords(state, `${cve} reaches nothing that was answered for`);
  return workloadsTable(all, `${cve} reaches`, empty, isOneNamespace(picture));
}

function notYet({ at }: Page, { about }: Picture): Text {
  const text = about.doing ?? 'no cluster is connected; :ctx NAME connects to one, :q ends';
  return { is: 'text', title: at, lines: [{ cells: [{ text }] }] };
}
