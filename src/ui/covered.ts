// What an exception can be made for: what a row is about, or what holds of its workloads.
import type { Picture } from './picture.ts';
import type { Page } from './page.ts';
import { severityRank } from '../core/severity.ts';
import type { Evidence } from '../core/verdict.ts';
import type { Covered, Row } from './table.ts';

const most = 20;

/** What is narrow comes first, the worst of it before all; whole conditions last, so that none is chosen by mistake. */
export function coveredBy(rows: readonly Row[], page: Page, picture: Picture): readonly Covered[] {
  const named = rows.flatMap((row) => row.covers ?? namedBy(row, page));
  const all = named.length > 0 ? named : ofWorkloads(new Set(rows.flatMap(({ workloads }) => workloads)), picture);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()].slice(0, most);
}

/** On a page about CVEs the row, or the page, is one. */
function namedBy(row: Row, page: Page): readonly Covered[] {
  switch (page.at) {
    case 'cves':
      return [{ is: 'cve', cve: row.id }];
    case 'reached':
      return [{ is: 'cve', cve: page.cve }];
    case 'findings': {
      const found = row.cells.flatMap(({ text }) => /\b(?:CVE-\d{4}-\d+|XRAY-\d+)\b/.exec(text)?.[0] ?? []);
      return found.slice(0, 1).map((cve) => ({ is: 'cve', cve }));
    }
    default:
      return [];
  }
}

/** Those that an exception covers already are left out. */
function ofWorkloads(uids: ReadonlySet<string>, { state }: Picture): readonly Covered[] {
  const conditions = [...uids].flatMap((uid) => state?.judged.get(uid)?.decided.conditions ?? []);
  const evidence = conditions.flatMap((one) => one.evidence).filter(({ excepted }) => excepted === null);
  const worst = evidence.toSorted((one, other) => rank(other) - rank(one)).flatMap(coveredOf);
  const whole = [...new Set(conditions.map(({ type }) => type))].map((condition): Covered => ({
    is: 'condition',
    condition,
  }));
  const narrow = [...new Map(worst.map((one) => [JSON.stringify(one), one])).values()];
  return [...narrow.slice(0, most - whole.length), ...whole];
}

function rank(evidence: Evidence): number {
  if (evidence.type === 'unscanned' || evidence.severity === null) return -1;
  return severityRank(evidence.severity);
}

function coveredOf(evidence: Evidence): readonly Covered[] {
  if (evidence.type === 'license') return [{ is: 'license', license: evidence.license }];
  if (evidence.type === 'unscanned') return [];
  const cve = evidence.cves[0] ?? evidence.id;
  return cve === '' ? [] : [{ is: 'cve', cve }];
}
