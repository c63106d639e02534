// Issues of a summary as findings (API.md section 2): one issue with several components is several findings.
import type { Applicability, Finding } from '../core/scan.ts';
import { fieldsOf, listOf, severityOf, textOf, textsOf } from './wire.ts';
import type { Fields } from './wire.ts';

export interface IssuesRead {
  readonly findings: readonly Finding[];
  /** Issues that are no vulnerabilities: license and operational risk. */
  readonly others: number;
  readonly damage: string | null;
}

export function findingsIn(value: unknown): IssuesRead {
  const list = listOf(value);
  if (list === null) return { findings: [], others: 0, damage: 'its issues are not a list' };
  const findings: Finding[] = [];
  let others = 0;
  let damage: string | null = null;
  for (const one of list) {
    const issue = fieldsOf(one);
    if (issue === null) damage = 'an issue is not an object';
    else if (isSecurity(issue['issue_type'])) addFindings(issue, findings);
    else others += 1;
  }
  return { findings, others, damage };
}

// Absent in older answers, which knew nothing else.
function isSecurity(type: unknown): boolean {
  if (type === 'security' || typeof type !== 'string') return true;
  const word = type.trim().toLowerCase();
  return word !== 'license' && !/^operational[ _-]?risk$/.test(word);
}

function addFindings(issue: Fields, findings: Finding[]): void {
  const { cves, cvss } = cvesIn(issue['cves']);
  const id = textOf(issue['issue_id']) || (cves[0] ?? '');
  const severity = severityOf(issue['severity']);
  const summary = textOf(issue['summary']) || textOf(issue['description']);
  const results = applicabilityIn(issue['applicability_details']);
  for (const { component, fixedIn } of componentsIn(issue)) {
    const applicability = applicabilityOf(component, cves, results);
    findings.push({ id, cves, cvss, severity, component, fixedIn, applicability, summary });
  }
}

interface Component {
  readonly component: string;
  readonly fixedIn: readonly string[];
}

// An array; in another version an object keyed by component id; null or absent in v1, where only the impact path tells.
function componentsIn(issue: Fields): readonly Component[] {
  const value = issue['components'];
  const keyed = fieldsOf(value);
  const found: Component[] = [];
  if (keyed !== null) {
    for (const [id, one] of Object.entries(keyed)) found.push(componentOf(fieldsOf(one) ?? {}, id));
  } else if (Array.isArray(value)) {
    for (const one of value) found.push(componentOf(fieldsOf(one) ?? {}, textOf(one)));
  }
  if (found.length > 0) return found;
  const packages = new Set(textsOf(issue['impact_path']).map(packageIn));
  if (packages.size === 0) return [{ component: textOf(issue['component']), fixedIn: [] }];
  return Array.from(packages, (component) => ({ component, fixedIn: [] }));
}

function componentOf(fields: Fields, key: string): Component {
  const id = textOf(fields['component_id']) || key || textOf(fields['component_name']);
  const version = textOf(fields['version']);
  const named = version === '' || id === '' || (id.endsWith(version) && id.at(-version.length - 1) === ':');
  return { component: named ? id : `${id}:${version}`, fixedIn: versionsIn(fields['fixed_versions']) };
}

function versionsIn(value: unknown): readonly string[] {
  return textsOf(value).map(plainVersion).filter(Boolean);
}

// `2.29.4`, `[1.16.10]`, `≥ 1.2`; a real range stays as it is.
function plainVersion(version: string): string {
  const text = version.trim();
  if (text.charCodeAt(0) <= digit9) return text;
  if (text.startsWith('[') && text.indexOf(']') === text.length - 1 && !text.includes(',')) {
    return plainVersion(text.slice(1, -1));
  }
  // Written as an escape: one character beyond Latin makes V8 keep all of a bundle's file in two bytes each.
  return text.replace(/^(\u2265|>=|=)\s*/, '').trim();
}

// Most begin with a digit, and need no more looking at.
const digit9 = '9'.charCodeAt(0);

// `default/REPO/IMAGE/TAG/sha256__LAYER.tar.gz/PACKAGE`, where PACKAGE may hold slashes; without a layer, the last part.
function packageIn(path: string): string {
  const layer = path.lastIndexOf('.tar.gz/');
  return layer >= 0 ? path.slice(layer + '.tar.gz/'.length) : path.slice(path.lastIndexOf('/') + 1);
}

function cvesIn(value: unknown): { readonly cves: readonly string[]; readonly cvss: number | null } {
  const list = listOf(value) ?? [value];
  const cves: string[] = [];
  let v3: number | null = null;
  let v2: number | null = null;
  for (const one of list) {
    const fields = fieldsOf(one);
    const cve = fields === null ? textOf(one) : textOf(fields['cve']) || textOf(fields['cve_id']);
    if (cve !== '') cves.push(cve);
    if (fields === null) continue;
    v3 = larger(v3, scoreOf(fields['cvss_v3']) ?? scoreOf(fields['cvss_v3_score']));
    if (v3 === null) v2 = larger(v2, scoreOf(fields['cvss_v2']) ?? scoreOf(fields['cvss_v2_score']));
  }
  return { cves, cvss: v3 ?? v2 };
}

/** `9.8/CVSS:3.1/AV:N/…`, the same without `CVSS:`, a bare number as text or number; null for anything else. */
function scoreOf(value: unknown): number | null {
  const score = typeof value === 'number' ? value : leadingNumber(textOf(value));
  return score >= 0 && score <= 10 ? score : null;
}

function leadingNumber(text: string): number {
  const slash = text.indexOf('/');
  const start = (slash < 0 ? text : text.slice(0, slash)).trim();
  return start === '' ? Number.NaN : Number(start);
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

interface Result {
  readonly component: string;
  /** The CVE that was analysed; empty where that is not said. */
  readonly cve: string;
  readonly result: Applicability;
}

function applicabilityIn(value: unknown): readonly Result[] {
  if (!Array.isArray(value) || value.length === 0) return [];
  return value.flatMap((one) => {
    const fields = fieldsOf(one);
    if (fields === null) return [];
    const word = textOf(fields['result']).trim().toLowerCase().replaceAll(/[\s-]/g, '_');
    const result = results.find((known) => known === word) ?? 'undetermined';
    const component = textOf(fields['source_comp_id']) || textOf(fields['component_id']);
    return [{ component, cve: textOf(fields['vulnerability_id']), result }];
  });
}

// A component's own results, else all of the issue's; not applicable only if all are, for each of its CVEs.
function applicabilityOf(component: string, cves: readonly string[], all: readonly Result[]): Applicability | null {
  if (all.length === 0) return null;
  const plain = withoutScheme(component);
  const own = all.filter((one) => withoutScheme(one.component) === plain);
  const counted = own.length > 0 ? own : all;
  const said = results.find((result) => counted.some((one) => one.result === result)) ?? null;
  const isTold = (cve: string): boolean => counted.some((one) => one.cve === cve || one.cve === '');
  return said === 'not_applicable' && !cves.every(isTold) ? 'not_covered' : said;
}

function withoutScheme(component: string): string {
  const at = component.indexOf('://');
  return at < 0 ? component : component.slice(at + 3);
}

/** The one that says most against the image first. */
const results = [
  'applicable',
  'undetermined',
  'rescan_required',
  'upgrade_required',
  'not_scanned',
  'technology_unsupported',
  'not_covered',
  'not_applicable',
] as const satisfies readonly Applicability[];
