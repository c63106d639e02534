// Violations of watches (API.md section 5, "Violations").

import { isObject, json, objectIn, refusal } from './answer.ts';
import type { Answer, Call, Context, Route } from './answer.ts';
import type { Json, JsonObject, XrayViolation } from './data.ts';

type Matches = (violation: XrayViolation) => boolean;

interface Page {
  readonly limit: number;
  /** The 1-based number of a page, although its name is `offset`. */
  readonly number: number;
  readonly orderBy: string;
  readonly descending: boolean;
}

export function violationRoutes(): readonly Route[] {
  const path = /^\/api\/v1\/violations$/;
  return [
    { method: 'POST', path, right: 'read', form: 'xray', answer: list },
    { method: 'GET', path, right: 'read', form: 'xray', answer: details },
    // Limit 500 (API.md section 5, "Ignored ones"; SPEC).
    {
      method: 'GET',
      path: /^\/api\/v1\/violations\/ignored\/([^/]+)$/,
      right: 'watches',
      form: 'xray',
      answer: ignoredOf,
    },
  ];
}

function list(call: Call, { world }: Context): Answer | 'never' {
  const body = objectIn(call.body);
  if (body === null) return refusal('xray', 415, 'Failed to parse json.');
  const filters = isObject(body['filters']) ? body['filters'] : {};
  const { ignoresResourceFilter, answersUnfiltered, artifactoryId } = world.behaviour;
  // "Without a narrowing filter the call may never answer: always give watch_name or created_from" (SK).
  const narrow = isText(filters['watch_name']) || isText(filters['created_from']);
  if (!narrow && !answersUnfiltered) return 'never';
  const matches = all([...oldFilters(filters), ...(ignoresResourceFilter ? [] : newFilters(filters))]);
  const page = pageOf(body['pagination'], ignoresResourceFilter);
  const found = world.violations.filter((one) => !one.ignored && matches(one));
  return answerPage(found, page, (one) => rowOf(one, artifactoryId, filters['include_details'] === true));
}

function oldFilters(filters: JsonObject): readonly Matches[] {
  return [
    byText(filters['watch_name'], (wanted, one) => one.watch === wanted),
    byText(filters['violation_type'], (wanted, one) => one.type.toLowerCase() === wanted.toLowerCase()),
    byText(filters['min_severity'], (wanted, one) => rank(one.severity) >= rank(wanted)),
    byText(filters['created_from'], (wanted, one) => Date.parse(one.created) >= Date.parse(wanted)),
    byText(filters['name_contains'], (wanted, one) => one.path.includes(wanted)),
  ];
}

// These need 3.88.10; before that they are silently ignored (API.md section 5).
function newFilters(filters: JsonObject): readonly Matches[] {
  const resources = isObject(filters['resources']) ? filters['resources'] : {};
  return [
    byText(filters['created_until'], (wanted, one) => Date.parse(one.created) <= Date.parse(wanted)),
    byText(filters['issue_id'], (wanted, one) => one.issueId === wanted),
    byText(filters['cve_id'], (wanted, one) => one.cves.includes(wanted)),
    byArtifacts(resources['artifacts']),
  ];
}

// The filter names the file, although rows name the folder (API.md section 5, PM).
function byArtifacts(artifacts: Json | undefined): Matches {
  if (!Array.isArray(artifacts) || artifacts.length === 0) return () => true;
  const wanted = new Set(artifacts.filter(isObject).map(fileNamed));
  return (one) => wanted.has(`${one.repo}/${one.path}/${one.file}`);
}

function fileNamed({ repo, path }: JsonObject): string {
  return typeof repo === 'string' && typeof path === 'string' ? `${repo}/${path}` : '';
}

// `offset` is the page's number from 1, 25 rows by default (API.md section 5, PM, SK).
function pageOf(pagination: Json | undefined, old: boolean): Page {
  const given = isObject(pagination) ? pagination : {};
  const { limit, offset, order_by: orderBy, direction } = given;
  return {
    limit: typeof limit === 'number' && limit > 0 ? limit : 25,
    number: typeof offset === 'number' && offset > 0 ? offset : 1,
    orderBy: isText(orderBy) ? orderBy : 'created',
    descending: !old && direction === 'desc',
  };
}

function answerPage(found: readonly XrayViolation[], page: Page, row: (one: XrayViolation) => Json): Answer {
  const sorted = found.toSorted((a, b) => compare(page.orderBy, a, b));
  const ordered = page.descending ? sorted.toReversed() : sorted;
  const start = (page.number - 1) * page.limit;
  const violations = ordered.slice(start, start + page.limit).map(row);
  return json(200, { total_violations: found.length, violations });
}

function compare(orderBy: string, a: XrayViolation, b: XrayViolation): number {
  if (orderBy === 'severity') return rank(a.severity) - rank(b.severity);
  const key = orderKeys.get(orderBy) ?? 'created';
  return a[key].localeCompare(b[key]);
}

const orderKeys: ReadonlyMap<string, 'created' | 'type' | 'description' | 'watch' | 'issueId'> = new Map([
  ['created', 'created'],
  ['type', 'type'],
  ['summary', 'description'],
  ['watcher_name', 'watch'],
  ['issue_id', 'issueId'],
]);

/** A row as API.md section 5 has it: folder paths, and an address only Xray itself could reach. */
function rowOf(one: XrayViolation, artifactoryId: string, detailed: boolean): JsonObject {
  if (one.raw !== undefined) return one.raw;
  const row = {
    description: one.description,
    severity: one.severity,
    type: one.type,
    infected_components: [one.component],
    created: one.created,
    watch_name: one.watch,
    issue_id: one.issueId,
    violation_details_url: `http://localhost:8046/xray/api/v1/violations?${detailsQuery(one)}`,
    impacted_artifacts: [`${artifactoryId}/${one.repo}/${one.path}/`],
  };
  return detailed ? { ...row, ...detailsOf(one) } : row;
}

// `include_details` adds these (API.md section 5, SIEM).
function detailsOf(one: XrayViolation): JsonObject {
  return {
    summary: one.description,
    provider: 'JFrog',
    violation_id: `${one.watch}-${one.issueId}-${one.path}`,
    matched_policies: [{ policy: one.policy, rule: one.rule, is_blocking: false }],
    properties: one.cves.map((cve) => ({ cve })),
  };
}

function detailsQuery(one: XrayViolation): string {
  return new URLSearchParams({ watch_id: one.watch, issue_id: one.issueId, comp_id: one.component }).toString();
}

// What `violation_details_url` points at (API.md section 5, SIEM).
function details({ query }: Call, { world }: Context): Answer {
  const asked = query.toString();
  const found = world.violations.find((one) => detailsQuery(one) === asked);
  if (found === undefined) return refusal('xray', 404, 'Violation not found');
  return json(200, rowOf(found, world.behaviour.artifactoryId, true));
}

function ignoredOf({ query }: Call, { world }: Context, [watch]: readonly string[]): Answer {
  const found = world.violations.filter((one) => one.ignored && one.watch === watch);
  const page = { limit: 500, number: Number(query.get('offset') ?? 1), orderBy: 'created', descending: false };
  return answerPage(found, page, (one) => rowOf(one, world.behaviour.artifactoryId, true));
}

// Xray 3's order (API.md section 6).
const severities: readonly string[] = ['unknown', 'information', 'low', 'medium', 'high', 'critical'];

function rank(severity: string): number {
  return Math.max(0, severities.indexOf(severity.toLowerCase()));
}

function byText(wanted: Json | undefined, matches: (wanted: string, one: XrayViolation) => boolean): Matches {
  return isText(wanted) ? (one) => matches(wanted, one) : () => true;
}

function all(filters: readonly Matches[]): Matches {
  return (one) => filters.every((matches) => matches(one));
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
