import { describe, expect, test } from 'vitest';

import { aServer, get, post, silence } from './asking.ts';
import { aViolation } from './builders.ts';
import { aBehaviour } from './data.ts';
import type { XrayViolation } from './data.ts';
import type { XrayServer } from './server.ts';

const path = '/xray/api/v1/violations';
const everything = { created_from: '1970-01-01T00:00:00Z' };

type Rows = { total_violations: number; violations: { issue_id: string }[] };

async function idsOf(server: XrayServer, filters: object, pagination: object = {}): Promise<readonly string[]> {
  const { json } = await post(server, path, { filters: { ...everything, ...filters }, pagination });
  return (json as Rows).violations.map((row) => row.issue_id);
}

function numbered(count: number): readonly XrayViolation[] {
  return Array.from({ length: count }, (_, at) =>
    aViolation({ issueId: `X-${at + 1}`, created: new Date(Date.UTC(2026, 0, 1 + at)).toISOString() }),
  );
}

describe('without a narrowing filter', () => {
  test('it never answers', async () => {
    const server = await aServer({ world: { violations: [aViolation()] } });
    expect(await silence(server, path, { filters: { violation_type: 'Security' } })).toBe('silent');
    expect(server.requests[0]?.status).toBeNull();
  });

  test('it answers where told to', async () => {
    const server = await aServer({ world: { behaviour: aBehaviour({ answersUnfiltered: true }) } });
    expect((await post(server, path, {})).json).toEqual({ total_violations: 0, violations: [] });
  });
});

test('a row names the folder, and an address inside Xray', async () => {
  const server = await aServer({ world: { violations: [aViolation()] } });
  const { json } = await post(server, path, { filters: everything });
  const [row] = (json as Rows).violations;
  expect(row).toMatchObject({
    severity: 'High',
    type: 'Security',
    infected_components: ['npm://minimist:1.2.5'],
    watch_name: 'watch-all',
    issue_id: 'XRAY-100001',
    violation_details_url: expect.stringMatching(/^http:\/\/localhost:8046\/xray\/api\/v1\/violations\?watch_id=/),
    impacted_artifacts: ['default/docker-local/app/1.0/'],
  });
  expect(row).not.toHaveProperty('matched_policies');
});

test('details come when asked for, and at the address a row names', async () => {
  const server = await aServer({ world: { violations: [aViolation()] } });
  const { json } = await post(server, path, { filters: { ...everything, include_details: true } });
  const [row] = (json as { violations: { violation_details_url: string }[] }).violations;
  const matched = { matched_policies: [{ policy: 'security-policy', rule: 'rule-1', is_blocking: false }] };
  expect(row).toMatchObject({ ...matched, properties: [{ cve: 'CVE-2026-0001' }] });
  const url = new URL(row?.violation_details_url ?? '');
  expect((await get(server, url.pathname + url.search)).json).toMatchObject(matched);
});

describe('pages', () => {
  test('have 25 rows unless said, and `offset` is the number of the page', async () => {
    const server = await aServer({ world: { violations: numbered(30) } });
    expect(await idsOf(server, {})).toHaveLength(25);
    expect(await idsOf(server, {}, { offset: 2 })).toEqual(['X-26', 'X-27', 'X-28', 'X-29', 'X-30']);
    expect(await idsOf(server, {}, { offset: 3 })).toEqual([]);
    const { json } = await post(server, path, { filters: everything, pagination: { limit: 4, offset: 2 } });
    expect(json).toMatchObject({
      total_violations: 30,
      violations: [{ issue_id: 'X-5' }, {}, {}, { issue_id: 'X-8' }],
    });
  });

  test('come in the order asked for', async () => {
    const server = await aServer({ world: { violations: numbered(3) } });
    expect(await idsOf(server, {}, { order_by: 'created', direction: 'desc' })).toEqual(['X-3', 'X-2', 'X-1']);
  });
});

describe('filters', () => {
  const license = aViolation({ type: 'License', issueId: 'GPL', severity: 'Low', created: '2026-05-01T00:00:00Z' });
  const other = aViolation({ path: 'other/2.0', issueId: 'OTHER', watch: 'watch-other', cves: ['CVE-2026-2'] });
  const security = aViolation({ issueId: 'SEC' });
  const file = { repo: 'docker-local', path: 'other/2.0/manifest.json' };
  const cases: [name: string, filters: object, ids: readonly string[]][] = [
    ['watch', { watch_name: 'watch-other' }, ['OTHER']],
    ['type', { violation_type: 'License' }, ['GPL']],
    ['lowest severity', { min_severity: 'High' }, ['OTHER', 'SEC']],
    ['time from', { created_from: '2026-04-01T00:00:00Z' }, ['GPL']],
    ['time until', { created_until: '2026-04-01T00:00:00Z' }, ['OTHER', 'SEC']],
    ['issue', { issue_id: 'SEC' }, ['SEC']],
    ['CVE', { cve_id: 'CVE-2026-2' }, ['OTHER']],
    ['file of an artifact', { resources: { artifacts: [file] } }, ['OTHER']],
    ['folder in place of the file', { resources: { artifacts: [{ ...file, path: 'other/2.0/' }] } }, []],
  ];
  for (const [name, filters, ids] of cases) {
    test(`go by ${name}`, async () => {
      const server = await aServer({ world: { violations: [license, other, security] } });
      expect((await idsOf(server, filters)).toSorted()).toEqual(ids);
    });
  }

  test('of newer versions are silently ignored before 3.88.10', async () => {
    const behaviour = aBehaviour({ ignoresResourceFilter: true });
    const server = await aServer({ world: { violations: [license, other, security], behaviour } });
    const newer = { resources: { artifacts: [file] }, cve_id: 'CVE-2026-2', issue_id: 'SEC' };
    expect(await idsOf(server, newer)).toHaveLength(3);
    expect(await idsOf(server, { violation_type: 'License' })).toEqual(['GPL']);
  });
});

test('an ignored violation is only among the ignored of its watch', async () => {
  const server = await aServer({ world: { violations: [aViolation({ ignored: true })] } });
  expect(await idsOf(server, {})).toEqual([]);
  expect((await get(server, `${path}/ignored/watch-all`)).json).toMatchObject({ total_violations: 1 });
});
