// CVEs: each once over all images that decide, with how far it reaches, worst first.
import { contentsOf } from '../../core/scan.ts';
import { scanOf } from '../../core/report.ts';
import type { Applicability, Finding, Scan } from '../../core/scan.ts';
import { severityRank } from '../../core/severity.ts';
import type { Severity } from '../../core/severity.ts';
import type { State } from '../../core/state.ts';
import { decides } from '../../core/verdict.ts';
import type { Column, Row, Table } from '../table.ts';
import { severityCell, severitySort } from './cells.ts';
import { nothingWords } from './nothing.ts';

const columns: readonly Column[] = [
  { id: 'severity', title: 'SEVERITY', key: 'S', align: 'left', from: 0 },
  { id: 'cve', title: 'CVE', key: 'I', align: 'left', from: 0, grows: true },
  { id: 'cvss', title: 'CVSS', key: 'V', align: 'right', from: 60 },
  { id: 'workloads', title: 'WORKLOADS', key: 'W', align: 'right', from: 40 },
  { id: 'pods', title: 'PODS', key: 'P', align: 'right', from: 70 },
  { id: 'component', title: 'COMPONENT', key: 'C', align: 'left', from: 80, keepsEnd: true },
  { id: 'fixed', title: 'FIXED-IN', key: 'F', align: 'left', from: 100 },
  { id: 'applicable', title: 'APPLICABLE', key: 'A', align: 'left', from: 120 },
];

interface Reach {
  readonly cve: string;
  severity: Severity;
  cvss: number | null;
  applicability: Applicability | null;
  readonly components: Set<string>;
  readonly fixedIn: Set<string>;
  readonly workloads: Set<string>;
}

export function cvesPage(state: State): Table {
  const rows = [...reachOfAll(state).values()].map((reach) => cveRow(reach, state)).toSorted(worstFirst);
  return { is: 'table', title: 'cves', columns, rows, empty: nothingWords(state, noneKnown(state)) };
}

/** Of how many workloads not all is known, which is said before anybody takes it for good news. */
function noneKnown({ judged }: State): string {
  const verdicts = [...judged.values()].map(({ verdict }) => verdict);
  const open = verdicts.filter(({ settled, deciding }) => !settled || deciding.scanned < deciding.images).length;
  if (open === 0) return 'no CVE is known in what runs here';
  return `no CVE is known so far; of ${open} of ${verdicts.length} workloads not every image is scanned or answered for`;
}

/** The uids of the workloads that one reaches. */
export function reachedBy(state: State, cve: string): ReadonlySet<string> {
  return reachOfAll(state).get(cve)?.workloads ?? new Set();
}

function reachOfAll(state: State): ReadonlyMap<string, Reach> {
  const all = new Map<string, Reach>();
  for (const [scan, workloads] of workloadsByScan(state)) {
    for (const finding of contentsOf(scan).findings) {
      for (const cve of namesOf(finding)) add(all, cve, finding, workloads);
    }
  }
  return all;
}

/** One answer may stand for many workloads: its findings are looked at once. */
function workloadsByScan(state: State): ReadonlyMap<Scan, ReadonlySet<string>> {
  const found = new Map<Scan, Set<string>>();
  for (const [uid, { workload }] of state.judged) {
    for (const entry of workload.images) {
      const scan = decides(entry, state.policy) ? scanOf(state)(entry.image) : null;
      if (scan === null) continue;
      const known = found.get(scan);
      if (known === undefined) found.set(scan, new Set([uid]));
      else known.add(uid);
    }
  }
  return found;
}

/** What has no CVE is known by its id: malicious packages mostly. */
function namesOf({ cves, id }: Finding): readonly string[] {
  if (cves.length > 0) return cves;
  return id === '' ? [] : [id];
}

function add(all: Map<string, Reach>, cve: string, finding: Finding, workloads: ReadonlySet<string>): void {
  const { severity, cvss, applicability, component, fixedIn } = finding;
  let reach = all.get(cve);
  if (reach === undefined) {
    reach = { cve, severity, cvss, applicability, components: new Set(), fixedIn: new Set(), workloads: new Set() };
    all.set(cve, reach);
  }
  if (severityRank(severity) > severityRank(reach.severity)) reach.severity = severity;
  if (cvss !== null) reach.cvss = Math.max(cvss, reach.cvss ?? 0);
  reach.applicability = worse(reach.applicability, applicability);
  reach.components.add(component);
  for (const one of fixedIn) reach.fixedIn.add(one);
  for (const uid of workloads) reach.workloads.add(uid);
}

/** It applies if it does anywhere, and does not only where analysis said so everywhere. */
function worse(one: Applicability | null, other: Applicability | null): Applicability | null {
  if (one === 'applicable' || other === 'applicable') return 'applicable';
  return one === 'not_applicable' ? other : one;
}

function cveRow(reach: Reach, state: State): Row {
  const { cve, severity, cvss, applicability, components, fixedIn, workloads } = reach;
  const pods = [...workloads].reduce((sum, uid) => sum + (state.judged.get(uid)?.workload.pods ?? 0), 0);
  const component = [...components].join(',');
  const fixed = fixedIn.size === 0 ? 'no fix known' : [...fixedIn].join(',');
  const texts = [String(workloads.size), String(pods), component, fixed, applicability ?? ''];
  return {
    id: cve,
    namespace: null,
    labels: {},
    cells: [
      severityCell(severity),
      { text: cve },
      { text: cvss === null ? '' : String(cvss) },
      ...texts.map((text) => ({ text })),
    ],
    sort: [severitySort(severity), cve, -(cvss ?? -1), -workloads.size, -pods, component, fixed, applicability ?? ''],
    fault: severityRank(severity) >= severityRank('High'),
    workloads: [...workloads],
    covers: [{ is: 'cve', cve }],
  };
}

function worstFirst(one: Row, other: Row): number {
  return (
    Number(one.sort[0]) - Number(other.sort[0]) ||
    Number(one.sort[3]) - Number(other.sort[3]) ||
    Number(one.sort[2]) - Number(other.sort[2]) ||
    (one.id < other.id ? -1 : 1)
  );
}
