// CVEs: each once over all images that decide, with how far it reaches, worst first.
import type { Judgement } from '../../core/judgement.ts';
import { contentsOf } from '../../core/scan.ts';
import { scanOf } from '../../core/report.ts';
import type { Applicability, Finding, Scan } from '../../core/scan.ts';
import { severityRank, worstOf } from '../../core/severity.ts';
import type { Severity } from '../../core/severity.ts';
import type { State } from '../../core/state.ts';
import { decides } from '../../core/verdict.ts';
import type { Column, Row, Table } from '../table.ts';
import { severityCell, severitySort } from './cells.ts';
import { createMembers } from './members.ts';
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

/** How bad and how far: all answers about one CVE taken together. */
interface Reach {
  readonly severity: Severity;
  readonly cvss: number | null;
  readonly applicability: Applicability | null;
  readonly components: readonly string[];
  readonly fixedIn: readonly string[];
  /** Pods, by the uid of the workload. */
  readonly workloads: ReadonlyMap<string, number>;
  /** Whether an exception can name it: it has a CVE, or an id. */
  readonly named: boolean;
}

export interface Cves {
  readonly table: (state: State) => Table;
  /** The uids of the workloads that one reaches. */
  readonly reachedBy: (state: State, cve: string) => ReadonlySet<string>;
}

/** Keeps how far each reaches, so that a turn costs what it touched. */
export function createCves(): Cves {
  const members = createMembers(podsByScan, (one, other) => one === other);
  const known = new Map<Scan, Findings>();
  const scans = new Map<string, Set<Scan>>();
  const rows = new Map<string, Row>();
  const reachOf = (cve: string): Reach =>
    together([...(scans.get(cve) ?? [])].map((scan) => [known.get(scan)?.get(cve) ?? [], members.all.get(scan)]));
  const update = (state: State): void => {
    const touched = new Set<string>();
    for (const scan of members.update(state)) {
      const findings = known.get(scan) ?? byName(scan);
      const isRun = members.all.has(scan);
      if (isRun) known.set(scan, findings);
      else known.delete(scan);
      for (const cve of findings.keys()) {
        touched.add(cve);
        const all = scans.get(cve) ?? new Set();
        if (isRun) scans.set(cve, all.add(scan));
        else if (all.delete(scan) && all.size === 0) scans.delete(cve);
      }
    }
    for (const cve of touched) {
      if (scans.has(cve)) rows.set(cve, cveRow(cve, reachOf(cve)));
      else rows.delete(cve);
    }
  };
  return {
    table: (state) => {
      update(state);
      return {
        is: 'table',
        title: 'cves',
        columns,
        rows: [...rows.values()].toSorted(worstFirst),
        empty: nothingWords(state, noneKnown(state)),
      };
    },
    reachedBy: (state, cve) => {
      update(state);
      return new Set(scans.has(cve) ? reachOf(cve).workloads.keys() : []);
    },
  };
}

/** Of how many workloads not all is known, which is said before anybody takes it for good news. */
function noneKnown({ judged }: State): string {
  const verdicts = [...judged.values()].map(({ verdict }) => verdict);
  const open = verdicts.filter(({ settled, deciding }) => !settled || deciding.scanned < deciding.images).length;
  if (open === 0) return 'no CVE is known in what runs here';
  return `no CVE is known so far; of ${open} of ${verdicts.length} workloads not every image is scanned or answered for`;
}

/** Of the images that decide; one answer may stand for many workloads, and its findings are looked at once. */
function podsByScan({ workload }: Judgement, state: State): ReadonlyMap<Scan, number> {
  const scans = workload.images.flatMap((entry) =>
    decides(entry, state.policy) ? (scanOf(state)(entry.image) ?? []) : [],
  );
  return new Map(scans.map((scan) => [scan, workload.pods]));
}

type Findings = ReadonlyMap<string, readonly Finding[]>;

function byName(scan: Scan): Findings {
  const found = new Map<string, Finding[]>();
  for (const finding of contentsOf(scan).findings) {
    for (const name of namesOf(finding)) {
      const alike = found.get(name);
      if (alike === undefined) found.set(name, [finding]);
      else alike.push(finding);
    }
  }
  return found;
}

/** What has no CVE is known by its id (malicious packages mostly), and without one by its component. */
function namesOf({ cves, id, component }: Finding): readonly string[] {
  return cves.length > 0 ? cves : [id || component];
}

function together(all: readonly (readonly [readonly Finding[], ReadonlyMap<string, number> | undefined])[]): Reach {
  const findings = all.flatMap(([some]) => some);
  const scores = findings.flatMap(({ cvss }) => cvss ?? []);
  return {
    severity: worstOf(findings.map(({ severity }) => severity)) ?? 'Unknown',
    cvss: scores.length === 0 ? null : Math.max(...scores),
    applicability: applicabilityOf(findings),
    components: [...new Set(findings.map(({ component }) => component))],
    fixedIn: [...new Set(findings.flatMap(({ fixedIn }) => fixedIn))],
    workloads: all.length === 1 ? (all[0]?.[1] ?? new Map()) : new Map(all.flatMap(([, pods]) => [...(pods ?? [])])),
    named: findings.some(({ cves, id }) => cves.length > 0 || id !== ''),
  };
}

/** Applicable once is applicable; `not_applicable` only where every image says so. */
function applicabilityOf(findings: readonly Finding[]): Applicability | null {
  const [first = null, ...others] = new Set(findings.map(({ applicability }) => applicability));
  if (others.length === 0) return first;
  const all = [first, ...others];
  if (all.includes('applicable')) return 'applicable';
  return all.find((one) => one !== 'not_applicable' && one !== null) ?? null;
}

function cveRow(cve: string, reach: Reach): Row {
  const { severity, cvss, applicability, components, fixedIn, workloads, named } = reach;
  let pods = 0;
  for (const some of workloads.values()) pods += some;
  const component = components.join(',');
  const fixed = fixedIn.length === 0 ? 'no fix known' : fixedIn.join(',');
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
    workloads: [...workloads.keys()],
    covers: named ? [{ is: 'cve', cve }] : [],
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
