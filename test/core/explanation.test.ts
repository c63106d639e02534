import { describe, expect, test } from 'vitest';
import { explain } from '../../src/core/explain.ts';
import { conditionsText } from '../../src/core/rows.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import { workloadLabel } from '../../src/core/workload.ts';
import type { Workload } from '../../src/core/workload.ts';
import { painter } from '../../src/output/colour.ts';
import { explanationText } from '../../src/core/explanation.ts';
import {
  aFinding,
  aLicense,
  aPolicy,
  aScan,
  aViolation,
  aWorkload,
  anEntry,
  anException,
  anImage,
  digest,
  hour,
  named,
  now,
  unknown,
  anAct,
  aHold,
} from '../support/builders.ts';
import { judgementOf, stateWithScans, withoutColour } from '../support/states.ts';

function explained(
  workload: Workload,
  scans: readonly (Scan | null)[],
  policy: Policy = aPolicy(),
  colour = false,
): string {
  const judgement = judgementOf(workload, scans, policy);
  const explanation = explain(judgement, stateWithScans([[workload, scans]], policy), { context: 'prod', now });
  return `\n${explanationText(explanation, { label: workloadLabel(workload), conditions: conditionsText(judgement) }, painter(colour))}`;
}

describe('the explanation', () => {
  test('of what may be protected without our knowing says so, where something is due', () => {
    const policy = aPolicy({ security: { default: 'scaledown' } });
    const text = (scan: Scan, protectedBy: string | null = null): string => {
      const workload = aWorkload({ protectedBy });
      const state = stateWithScans([[workload, [scan]]], policy);
      const explanation = explain(judgementOf(workload, [scan], policy), state, { context: '', now });
      const words = { label: '', conditions: '' };
      return explanationText({ ...explanation, protectionUnread: ['services'] }, words, painter(false));
    };
    const bad = aScan({ findings: [aFinding()] });
    expect(text(bad)).toContain('\nProtected:   unknown: what could protect it may not be read (services)\n');
    expect(text(bad, 'serves acme.example (ingress front)')).toContain('\nProtected:   serves acme.example');
    expect(text(aScan())).not.toContain('Protected:');
  });

  test('of everything at once', () => {
    const policy = aPolicy({
      source: 'prod-policy.yaml',
      security: { actions: named({ deployments: 'scaledown' }), gracePeriod: 24 * hour },
      license: { basis: 'both', denied: ['MIT'] },
      exceptions: [anException({ covers: { cve: 'CVE-2026-2' } })],
    });
    const workload = aWorkload({
      name: 'cart',
      replicas: { desired: 3, ready: 2 },
      pods: 3,
      managedBy: null,
      images: [
        anEntry({ container: 'cart', pods: 3 }),
        anEntry({ container: 'mesh', role: 'sidecar', injected: true, image: anImage(2) }),
        anEntry({ container: 'init', role: 'init', image: anImage(3) }),
      ],
    });
    const scan = aScan({
      findings: [
        aFinding({ applicability: 'applicable' }),
        aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2', 'CVE-2026-2'], fixedIn: [], cvss: null, severity: 'High' }),
        aFinding({ id: '', cves: [], severity: 'Low' }),
      ],
      licenses: [aLicense('MIT', [])],
      violations: [aViolation()],
    });
    expect(explained(workload, [scan, aScan(), { ...unknown(), judged: [digest(3)] }], policy)).toMatchInlineSnapshot(`
      "
      Name:        deployment/cart
      Namespace:   shop
      Pods:        3 (2/3 ready)
      Conditions:  [security],license,?
      Action:      ignore
      Rule:        scanPolicy.security.deployments
      Exempt:      gracePeriod (scanPolicy.security.gracePeriod, since-unknown)
      Policy:      prod-policy.yaml

      Condition security: Critical (exempt: gracePeriod, scanPolicy.security.gracePeriod)
        Critical XRAY-1 CVE-2026-1 CVSS 9.8 npm://event-stream:3.3.6, fixed in 4.0.0, applicable
        High XRAY-2 CVE-2026-2 npm://event-stream:3.3.6, no fix known [exceptions[0]]

      Condition license: High
        GPL-3.0-only in npm://left-pad:1.0.0, watch all-images, policy no-copyleft
        MIT in the image, by the policy file

      Unanswered:
        acme.jfrog.io/docker-local/app:3: unreachable, connect ECONNREFUSED

      Images:
        cart (container)
          Reference:  acme.jfrog.io/docker-local/app:1
          Digest:     sha256:0cf457e24a479f02fd4d34540389f720f0807dcff92a7562108165b2637ea82f (running)
          Platform:   linux/amd64
          Scan:       scanned, asked 2026-11-21T19:59:00.000Z
          Path:       docker-local/app/1/manifest.json
          Licenses:   MIT
          Watches:    security covered, license covered
          Violation:  High GPL-3.0-only, watch all-images, policy no-copyleft
          Finding:    Critical XRAY-1 CVE-2026-1 CVSS 9.8 npm://event-stream:3.3.6, fixed in 4.0.0, applicable
          Finding:    High XRAY-2 CVE-2026-2 npm://event-stream:3.3.6, no fix known
          Finding:    Low (no id) CVSS 9.8 npm://event-stream:3.3.6, fixed in 4.0.0: steals wallets
        mesh (sidecar, injected), decides nothing
          Reference:  acme.jfrog.io/docker-local/app:2
          Digest:     sha256:5a0717cb6596468ea1dffa86011f9b0f497348d80421835b51799f9aeb455642 (running)
          Judged by:  sha256:0cf457e24a479f02fd4d34540389f720f0807dcff92a7562108165b2637ea82f
          Platform:   linux/amd64
          Scan:       scanned, asked 2026-11-21T19:59:00.000Z
          Path:       docker-local/app/1/manifest.json
          Licenses:   <none>
          Watches:    security covered, license covered
        init (init)
          Reference:  acme.jfrog.io/docker-local/app:3
          Digest:     sha256:d9f313aef2d97e58def0511fdc17512d53e6b30d578860ae04b5288c6a239010 (running)
          Platform:   linux/amd64
          Scan:       unknown (unreachable: connect ECONNREFUSED), asked 2026-11-21T19:59:00.000Z
          Path:       <none>
          Licenses:   <none>

      scaledown: sets its replicas from 3 to 0.
        Undo (full): sets its replicas to 3 again; memory, emptyDir volumes and work in flight are lost.
      delete: deletes the object and its pods.
        Undo (partial): creates it again from its saved manifest; its rollout history is lost, and memory, emptyDir volumes and work in flight are lost.
      "
    `);
  });

  test('of a clean workload says nothing that is not', () =>
    expect(explained(aWorkload(), [aScan()])).toMatchInlineSnapshot(`
      "
      Name:        deployment/app
      Namespace:   shop
      Pods:        1 (1/1 ready)
      Conditions:  clean
      Action:      ignore
      Rule:        nothing is called for
      Policy:      none (everything is ignore)

      Images:
        app (container)
          Reference:  acme.jfrog.io/docker-local/app:1
          Digest:     sha256:0cf457e24a479f02fd4d34540389f720f0807dcff92a7562108165b2637ea82f (running)
          Platform:   linux/amd64
          Scan:       scanned, asked 2026-11-21T19:59:00.000Z
          Path:       docker-local/app/1/manifest.json
          Licenses:   <none>
          Watches:    security covered, license covered

      scaledown: sets its replicas from 1 to 0.
        Undo (full): sets its replicas to 1 again; memory, emptyDir volumes and work in flight are lost.
      delete: deletes the object and its pods.
        Undo (partial): creates it again from its saved manifest; its rollout history is lost, and memory, emptyDir volumes and work in flight are lost.
      "
    `));

  test('says what stands in the way of an action', () => {
    const text = explained(
      aWorkload({ apiVersion: 'v1', kind: 'Pod', replicas: null, mirror: true, ownerChain: 'incomplete' }),
      [aScan({ findings: [aFinding()] })],
      aPolicy({ security: { default: 'scaledown' } }),
    );
    expect(text).toContain('Owner:       the chain of owners could not be read whole\n');
    expect(text).toContain('an action is called for, but its owner chain could not be read whole\n');
    expect(text).toContain('No action is possible on this workload.\n');
  });

  test('says what was not evaluated', () =>
    expect(explained(aWorkload(), [aScan({ evaluated: { security: 'notAsked', license: 'notCovered' } })])).toContain(
      "Not evaluated:\n  license: rests on Xray's violations, and no watch with such a policy is known to cover it\n",
    ));

  test('says what we did and what is held', () => {
    const workload = aWorkload({
      acted: anAct({ at: '2026-11-20T00:00:00Z', previous: 3 }),
      held: aHold({ until: '2026-12-01T00:00:00Z', by: 'bo' }),
    });
    const text = explained(workload, [aScan()]);
    expect(text).toContain('Acted:       scaledown at 2026-11-20T00:00:00Z by ana\n');
    expect(text).toContain('Held:        by bo, until 2026-12-01T00:00:00Z\n');
  });

  test('leaves many findings to -o json', () => {
    const findings = Array.from({ length: 40 }, (_, index) => aFinding({ id: `XRAY-${index}`, severity: 'Low' }));
    expect(explained(aWorkload(), [aScan({ findings })])).toContain(
      '… and 15 more findings (all of them with -o json)\n',
    );
  });

  test('tells nothing by colour alone', () => {
    const scan = aScan({ findings: [aFinding()] });
    const coloured = explained(aWorkload(), [scan], aPolicy(), true);
    expect(coloured).toContain('\u001B[1;31mCritical\u001B[0m');
    expect(withoutColour(coloured)).toBe(explained(aWorkload(), [scan]));
  });
});
