// Rows of Xray's violations in our types (API.md section 5).
import type { Violation } from '../core/scan.ts';
import { fieldsOf, listOf, severityOf, textOf, textsOf } from './wire.ts';
import type { Fields } from './wire.ts';

export interface ViolationRow {
  readonly violation: Violation;
  /** Paths as Xray writes them, without slashes at the ends: `default/docker-local/app/1.0`. */
  readonly places: readonly string[];
}

export interface ViolationsPage {
  /** Violations of the two types that conditions rest on. */
  readonly rows: readonly ViolationRow[];
  /** Rows of every type, on this page. */
  readonly count: number;
  /** Paths of every row. */
  readonly places: readonly string[];
  /** Null where Xray does not say. */
  readonly total: number | null;
}

/** Null where the body is no list of violations, or a row cannot be told apart. */
export function readViolations(body: unknown): ViolationsPage | null {
  const top = fieldsOf(body);
  if (top === null || !('violations' in top || 'total_violations' in top)) return null;
  const list = listOf(top['violations']);
  if (list === null) return null;
  const rows: ViolationRow[] = [];
  const places: string[] = [];
  for (const one of list) {
    const fields = fieldsOf(one);
    const type = fields === null ? null : typeOf(fields['type']);
    if (fields === null || type === null) return null;
    const at = placesIn(fields);
    places.push(...at);
    if (type !== 'other') rows.push({ violation: violationOf(fields, type), places: at });
  }
  const total = top['total_violations'];
  return { rows, count: list.length, places, total: typeof total === 'number' ? total : null };
}

function typeOf(value: unknown): Violation['type'] | 'other' | null {
  const word = textOf(value).trim().toLowerCase();
  if (word === 'security' || word === 'license') return word;
  return word === '' ? null : 'other';
}

function violationOf(fields: Fields, type: Violation['type']): Violation {
  const policies = listOf(fields['matched_policies']) ?? [];
  const components = textsOf(fields['infected_components']);
  return {
    type,
    severity: severityOf(fields['severity']),
    id: textOf(fields['issue_id']),
    cves: cvesIn(fields),
    components: components.length > 0 ? components : textsOf(fields['infected_component']),
    watch: textOf(fields['watch_name']),
    policy: policies.map((one) => textOf(fieldsOf(one)?.['policy'])).find((name) => name !== '') ?? null,
    created: textOf(fields['created']) || null,
    summary: textOf(fields['summary']) || textOf(fields['description']),
  };
}

function cvesIn(fields: Fields): readonly string[] {
  const lists = [fields['cves'], fields['properties']].map((value) => listOf(value) ?? []);
  const cves = lists.flat().map((one) => textOf(one) || textOf(fieldsOf(one)?.['cve']));
  return [...new Set([...cves, ...textsOf(fields['cve'])])].filter((cve) => cve !== '');
}

function placesIn(fields: Fields): readonly string[] {
  const names = ['impacted_artifacts', 'impact_artifacts', 'impacted_artifact'];
  return names.flatMap((name) => textsOf(fields[name])).map((path) => path.replaceAll(/^\/+|\/+$/g, ''));
}
