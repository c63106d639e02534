// The pages of the screen. `:` names the first ones; the others are reached by going deeper.

export type Page =
  | { readonly at: 'workloads' }
  /** Of one workload, by its uid; null: all. */
  | { readonly at: 'images'; readonly workload: string | null }
  | { readonly at: 'cves' }
  | { readonly at: 'actions' }
  | { readonly at: 'history' }
  | { readonly at: 'policy' }
  /** The workloads that a CVE (or the id of a finding without one) reaches. */
  | { readonly at: 'reached'; readonly cve: string }
  /** What is known of one image, by the id of its row: findings, violations, licenses; `workload` as above. */
  | { readonly at: 'findings'; readonly image: string; readonly workload: string | null }
  /** One of those, by the id of its row. */
  | { readonly at: 'finding'; readonly image: string; readonly finding: string; readonly workload: string | null }
  /** All that `explain` says of a workload. */
  | { readonly at: 'explain'; readonly workload: string }
  /** One act of the journal, whole, by its id. */
  | { readonly at: 'record'; readonly id: string }
  | { readonly at: 'help'; readonly of: PageName };

export type PageName = Exclude<Page['at'], 'help'>;

/** Where `enter` leads from a row of a page; null: nowhere. */
export function deeper(page: Page, row: string): Page | null {
  switch (page.at) {
    case 'workloads':
    case 'reached':
      return { at: 'images', workload: row };
    case 'images':
      return { at: 'findings', image: row, workload: page.workload };
    case 'findings':
      return { at: 'finding', image: page.image, finding: row, workload: page.workload };
    case 'cves':
      return { at: 'reached', cve: row };
    case 'actions':
    case 'history':
      return { at: 'record', id: row };
    case 'policy':
    case 'finding':
    case 'explain':
    case 'record':
    case 'help':
      return null;
    default:
      return page satisfies never;
  }
}
