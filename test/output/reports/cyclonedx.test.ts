// CycloneDX 1.6, as it is published.
import { describe, expect, test } from 'vitest';
import { cyclonedx } from '../../../src/output/reports/cyclonedx.ts';
import { aPair, aReport, everyPolicy, hostileReport, oneOfEach, written } from '../../support/a-report.ts';
import { aFinding, aLicense, aPolicy, aScan, anEntry, anException, anImage, digest } from '../../support/builders.ts';
import { cyclonedxSchema, mistakesIn } from './schemas.ts';

interface Bom {
  readonly serialNumber: string;
  readonly metadata: { readonly properties: readonly { readonly name: string; readonly value: string }[] };
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly name: string;
    readonly purl?: string;
    readonly properties: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly vulnerabilities: readonly {
    readonly id: string;
    readonly affects: readonly { readonly ref: string }[];
    readonly analysis?: { readonly state: string; readonly detail: string };
  }[];
  readonly compositions: readonly { readonly aggregate: string; readonly assemblies: readonly string[] }[];
}

const validate = cyclonedxSchema();

function bomOf(report = aReport(oneOfEach, { policy: everyPolicy })): Bom {
  const bom = JSON.parse(written(cyclonedx, report)) as Bom;
  expect(mistakesIn(bom, validate)).toEqual([]);
  return bom;
}

describe('the schema', () => {
  test('holds what a cluster shows, and a cluster of which everything is hostile', () => {
    bomOf();
    bomOf(hostileReport());
    bomOf(aReport([]));
    bomOf(aReport(oneOfEach, { of: 'image' }));
  });
  test('refuses what is wrong', () => {
    const bom = JSON.parse(written(cyclonedx, aReport(oneOfEach))) as Bom;
    const wrong = { ...bom, components: [{ type: 'image' }] };
    expect(mistakesIn(wrong, validate)).not.toEqual([]);
  });
});

describe('an image', () => {
  test('is a component with its digest, its package URL and who runs it', () => {
    const scan = aScan({ licenses: [aLicense('MIT')] });
    const [component] = bomOf(aReport([aPair('cart', 1, scan)])).components;
    const hex = digest(1).slice('sha256:'.length);
    expect(component).toMatchObject({
      type: 'container',
      name: 'acme.jfrog.io/docker-local/app',
      version: digest(1),
      hashes: [{ alg: 'SHA-256', content: hex }],
      purl: `pkg:oci/app@sha256%3A${hex}?arch=amd64&repository_url=acme.jfrog.io/docker-local/app&tag=1`,
      evidence: { licenses: [{ license: { name: 'MIT' } }] },
    });
    expect(component?.properties).toContainEqual({ name: 'kubectl-xray:workload', value: 'shop/deployment/cart' });
  });
  test('of which only the reference is known has no digest', () => {
    const found = bomOf().components.find(({ name }) => name === 'ghcr.io/acme/tool');
    expect(found).toMatchObject({
      version: '2',
      purl: 'pkg:oci/tool?arch=amd64&repository_url=ghcr.io/acme/tool&tag=2',
    });
    expect(found).not.toHaveProperty('hashes');
  });
  test('that Xray did not answer for is there, and what is in it is said to be unknown', () => {
    const { components, compositions } = bomOf();
    const refs = components.flatMap((one) =>
      one.properties.some(({ name, value }) => name === 'kubectl-xray:scan' && value !== 'scanned')
        ? [one['bom-ref']]
        : [],
    );
    expect(refs).toHaveLength(5);
    expect(compositions.find(({ aggregate }) => aggregate === 'unknown')?.assemblies).toEqual(refs);
  });
});

describe('a vulnerability', () => {
  test('names every image that it affects, once', () => {
    const shared = bomOf().vulnerabilities.filter(({ id }) => id === 'CVE-2026-1000');
    expect(shared).toHaveLength(1);
    expect(new Set(shared[0]?.affects.map(({ ref }) => ref)).size).toBe(3);
  });
  test('has its rating, other names, a recommendation', () => {
    const [one] = bomOf(aReport([aPair('x', 1, aScan({ findings: [aFinding()] }))])).vulnerabilities;
    expect(one).toMatchObject({
      id: 'CVE-2026-1',
      references: [{ id: 'XRAY-1' }],
      ratings: [{ score: 9.8, severity: 'critical' }],
      description: 'steals wallets',
      recommendation: 'Update npm://event-stream:3.3.6 to 4.0.0.',
    });
    expect(one).not.toHaveProperty('analysis');
  });
  test('below what the policy calls for is there as well', () =>
    expect(bomOf().vulnerabilities.map(({ id }) => id)).toContain('CVE-2026-5000'));
  test('that was found not to apply is not affected', () =>
    expect(bomOf().vulnerabilities.find(({ id }) => id === 'CVE-2026-5000')?.analysis).toMatchObject({
      state: 'not_affected',
    }));
  test('that an exception covers is accepted, which does not say that it is harmless', () =>
    expect(bomOf().vulnerabilities.find(({ id }) => id === 'CVE-2026-2000')?.analysis).toEqual({
      state: 'exploitable',
      response: ['will_not_fix'],
      detail: 'Accepted by exceptions[0]: not reachable (ana), until 2027-01-31',
    }));
  test('that is accepted in one workload alone is not accepted', () => {
    const images = [anEntry({ image: anImage(1) })];
    const scan = aScan({ findings: [aFinding()] });
    const policy = aPolicy({ exceptions: [anException({ workloads: ['deployment/one'] })] });
    const both = [aPair('one', 1, scan, { images }), aPair('two', 1, scan, { images })];
    expect(bomOf(aReport(both, { policy })).vulnerabilities).toMatchObject([{ id: 'CVE-2026-1' }]);
    expect(bomOf(aReport(both, { policy })).vulnerabilities[0]).not.toHaveProperty('analysis');
    expect(bomOf(aReport(both.slice(0, 1), { policy })).vulnerabilities[0]).toHaveProperty('analysis');
  });
});

test('the serial number is that of what is in it', () => {
  expect(bomOf().serialNumber).toBe(bomOf().serialNumber);
  expect(bomOf().serialNumber).not.toBe(bomOf(aReport([])).serialNumber);
});

test('what could not be asked stands in the metadata', () =>
  expect(bomOf().metadata.properties).toContainEqual({
    name: 'kubectl-xray:gap:not-answered',
    value: '1 image: unreachable: connect ECONNREFUSED',
  }));
