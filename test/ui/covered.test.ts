import { expect, test } from 'vitest';
import { emptyState } from '../../src/core/inventory.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import { coveredBy } from '../../src/ui/covered.ts';
import type { Picture } from '../../src/ui/picture.ts';
import { aFinding, anException, aPolicy, aScan, aViolation, aWorkload, unscanned } from '../support/builders.ts';
import { aPicture, aRow, aTable, drive } from '../support/screens.ts';
import { judgementOf } from '../support/states.ts';

const workload = aWorkload();
const row = aRow(workload.uid);

/** A cluster with one workload, of which Xray has said that. */
function pictureOf(scan: Scan, policy: Policy = aPolicy()): Picture {
  const judged = new Map([[workload.uid, judgementOf(workload, [scan], policy)]]);
  return aPicture({ state: { ...emptyState(policy), judged } });
}

function found(cve: string, severity: 'Critical' | 'High' | 'Medium'): ReturnType<typeof aFinding> {
  return aFinding({ id: `XRAY-${cve}`, cves: [cve], severity });
}

test('nothing is covered of what is clean, or not known', () => {
  expect(coveredBy([row], { at: 'workloads' }, pictureOf(aScan()))).toEqual([]);
  expect(coveredBy([row], { at: 'workloads' }, aPicture({ state: null }))).toEqual([]);
  expect(coveredBy([], { at: 'workloads' }, aPicture())).toEqual([]);
});

test('of an image that was never scanned only the condition can be covered', () => {
  expect(coveredBy([row], { at: 'workloads' }, pictureOf(unscanned()))).toEqual([
    { is: 'condition', condition: 'unscanned' },
  ]);
});

test('of a workload the worst CVEs and licenses come first, and whole conditions last', () => {
  const findings = [found('CVE-2026-1', 'Medium'), found('CVE-2026-2', 'Critical'), found('CVE-2026-2', 'Critical')];
  const policy = aPolicy({ security: { minSeverity: 'Medium' } });
  const picture = pictureOf(aScan({ findings, violations: [aViolation({ severity: 'High' })] }), policy);
  expect(coveredBy([row], { at: 'workloads' }, picture)).toEqual([
    { is: 'cve', cve: 'CVE-2026-2' },
    { is: 'license', license: 'GPL-3.0-only' },
    { is: 'cve', cve: 'CVE-2026-1' },
    { is: 'condition', condition: 'security' },
    { is: 'condition', condition: 'license' },
  ]);
});

test('what an exception covers already is not offered again', () => {
  const findings = [found('CVE-2026-1', 'Critical'), found('CVE-2026-2', 'High')];
  const picture = pictureOf(aScan({ findings }), aPolicy({ exceptions: [anException()] }));
  expect(coveredBy([row], { at: 'workloads' }, picture)[0]).toEqual({ is: 'cve', cve: 'CVE-2026-2' });
});

test('at most twenty are offered, and the conditions are among them', () => {
  const findings = Array.from({ length: 50 }, (_, index) => found(`CVE-2026-${1000 + index}`, 'Critical'));
  const offered = coveredBy([row], { at: 'workloads' }, pictureOf(aScan({ findings })));
  expect(offered).toHaveLength(20);
  expect(offered.at(-1)).toEqual({ is: 'condition', condition: 'security' });
});

test('where the page is about a CVE it is that one', () => {
  expect(coveredBy([aRow('CVE-2026-7')], { at: 'cves' }, aPicture())).toEqual([{ is: 'cve', cve: 'CVE-2026-7' }]);
  expect(coveredBy([row], { at: 'reached', cve: 'CVE-2026-8' }, aPicture())).toEqual([
    { is: 'cve', cve: 'CVE-2026-8' },
  ]);
});

test('of what is known of an image it is what the row says', () => {
  const page = { at: 'findings', image: 'a', workload: null } as const;
  const license = [{ is: 'license', license: 'GPL-3.0-only' }] as const;
  expect(coveredBy([aRow('f', { covers: license })], page, aPicture())).toEqual(license);
  expect(coveredBy([aRow('f', { cells: [{ text: 'High' }, { text: 'CVE-2026-9' }] })], page, aPicture())).toEqual([
    { is: 'cve', cve: 'CVE-2026-9' },
  ]);
});

test('a page that explains a workload offers what holds of it', () => {
  const screen = drive(aTable([row]), pictureOf(aScan({ findings: [found('CVE-2026-2', 'Critical')] })));
  screen.press('d', 'i', 'tab');
  screen.type('not reachable');
  screen.press('tab', 'tab', 'tab', 'enter');
  expect(screen.effects()).toEqual([
    {
      type: 'Ignore',
      workloads: [workload.uid],
      covers: { is: 'cve', cve: 'CVE-2026-2' },
      reason: 'not reachable',
      until: '',
    },
  ]);
});

test('whitelisting begins with the condition that holds, in the namespace of the workload', () => {
  const picture = pictureOf(aScan({ findings: [found('CVE-2026-2', 'Critical')] }));
  const screen = drive(aTable([aRow(workload.uid, { namespace: null })]), picture);
  screen.press('w');
  expect(screen.view().dialog).toEqual({
    type: 'whitelist',
    namespace: 'shop',
    condition: 'security',
    focus: 'condition',
  });
});

test('namespaces that are completed are those of what runs', () => {
  const screen = drive(aTable([row]), pictureOf(aScan()));
  screen.press(':');
  screen.type('ns s');
  screen.press('tab');
  expect(screen.view().prompt?.text).toBe('ns shop');
});
