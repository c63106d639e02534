// Builders: each starts valid and takes overrides.
import type { Circumstances } from '../../src/core/decide.ts';
import { imageOf } from '../../src/core/image.ts';
import type { Digest, Image } from '../../src/core/image.ts';
import { resourceOf } from '../../src/core/kind.ts';
import { defaultPolicy } from '../../src/core/policy.ts';
import type {
  Action,
  Exception,
  LicenseRule,
  Policy,
  Rule,
  SecurityRule,
  UnscannedRule,
} from '../../src/core/policy.ts';
import { nothingFound, unknownScan } from '../../src/core/scan.ts';
import type { Finding, License, Scan, UnknownReason, UnscannedReason, Violation } from '../../src/core/scan.ts';
import type {
  Acted,
  ContainerImage,
  Held,
  OwnerObject,
  OwnerReference,
  Pod,
  PodContainer,
  PodTemplate,
  Rollout,
  Workload,
} from '../../src/core/workload.ts';
import { digestOf } from './digests.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The time it is in every test that does not say another. */
export const now = Date.parse('2026-11-21T20:00:00Z');

/** Made-up digest number so and so. */
export function digest(index: number): Digest {
  return digestOf(index) as Digest;
}

/** `imageID` as containerd reports it. */
export function imageID(index: number): string {
  return `acme.jfrog.io/docker-local/app@${digest(index)}`;
}

export function aContainer(overrides: Partial<PodContainer> = {}): PodContainer {
  return {
    name: 'app',
    role: 'container',
    reference: 'acme.jfrog.io/docker-local/app:1',
    imageID: imageID(1),
    ...overrides,
  };
}

/** Of the containers of a pod, with no imageID. */
export function aTemplate(overrides: Partial<PodTemplate> = {}): PodTemplate {
  return { labels: {}, priorityClass: null, containers: [aContainer({ imageID: '' })], ...overrides };
}

export function aPod(overrides: Partial<Pod> = {}): Pod {
  const name = overrides.name ?? 'app-1';
  return {
    uid: `pod-${name}`,
    namespace: 'shop',
    name,
    owner: null,
    createdAt: now - hour,
    phase: 'Running',
    terminating: false,
    ready: true,
    node: 'node-1',
    revision: null,
    mirror: false,
    priorityClass: null,
    labels: {},
    annotations: {},
    containers: [aContainer()],
    ...overrides,
  };
}

export function aRollout(overrides: Partial<Rollout> = {}): Rollout {
  return {
    observedGeneration: 1,
    replicas: 1,
    updated: 1,
    available: 1,
    paused: false,
    deadlineExceeded: false,
    byHand: false,
    updateRevision: null,
    ...overrides,
  };
}

/** A Deployment, unless said otherwise. Its uid is made of kind and name. */
export function anObject(overrides: Partial<OwnerObject> = {}): OwnerObject {
  const { kind = 'Deployment', name = 'app', apiVersion = 'apps/v1' } = overrides;
  return {
    uid: `${kind.toLowerCase()}-${name}`,
    apiVersion,
    kind,
    resource: resourceOf(apiVersion, kind),
    namespace: 'shop',
    name,
    owner: null,
    createdAt: now - day,
    generation: 1,
    terminating: false,
    labels: {},
    annotations: {},
    fieldManagers: [],
    template: aTemplate(),
    replicas: 1,
    ready: 1,
    rollout: null,
    finished: false,
    suspended: false,
    revision: null,
    scalable: null,
    ...overrides,
  };
}

/** An object of a custom kind, of which only metadata was read. */
export function aWidget(overrides: Partial<OwnerObject> = {}): OwnerObject {
  return anObject({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    name: 'w',
    template: null,
    replicas: null,
    ready: 0,
    ...overrides,
  });
}

/** The reference by which a pod or an object names its owner. */
export function ownedBy({ apiVersion, kind, name, uid }: OwnerObject): OwnerReference {
  return { apiVersion, kind, name, uid };
}

export function anImage(index = 1, overrides: Partial<Image> = {}): Image {
  const image = imageOf(`acme.jfrog.io/docker-local/app:${index}`, imageID(index), 'linux/amd64');
  return { ...image, ...overrides };
}

/** An image of which only the reference is known. */
export function aReference(reference = 'acme.jfrog.io/docker-local/app:1'): Image {
  return imageOf(reference, undefined, null);
}

/** One container's entry in a workload. */
export function anEntry(overrides: Partial<ContainerImage> = {}): ContainerImage {
  return {
    container: 'app',
    role: 'container',
    injected: false,
    outdated: false,
    pods: 1,
    image: anImage(),
    ...overrides,
  };
}

export function aWorkload(overrides: Partial<Workload> = {}): Workload {
  const { kind = 'Deployment', name = 'app', apiVersion = 'apps/v1' } = overrides;
  return {
    uid: `${kind.toLowerCase()}-${name}`,
    apiVersion,
    kind,
    resource: resourceOf(apiVersion, kind),
    namespace: 'shop',
    name,
    ownerChain: 'complete',
    createdAt: now - day,
    revisionAt: now - day,
    replicas: { desired: 1, ready: 1 },
    pods: 1,
    podsUnseen: false,
    labels: {},
    images: [anEntry()],
    idle: null,
    protectedBy: null,
    managedBy: null,
    mirror: false,
    scalable: null,
    acted: null,
    broughtUp: null,
    changedBy: null,
    held: null,
    ...overrides,
  };
}

type Scanned = Extract<Scan, { state: 'scanned' }>;

/** Scanned and clean, with every condition covered by a watch. */
export function aScan(overrides: Partial<Scanned> = {}): Scanned {
  return {
    ...nothingFound,
    state: 'scanned',
    reason: null,
    platform: 'linux/amd64',
    digest: null,
    judged: [digest(1)],
    askedAt: now - minute,
    paths: ['docker-local/app/1/manifest.json'],
    cause: null,
    evaluated: { security: 'covered', license: 'covered' },
    ...overrides,
  };
}

export function unscanned(reason: UnscannedReason = 'neverScanned'): Scan {
  const { platform, digest: resolved, judged, askedAt, cause } = aScan();
  return { state: 'unscanned', reason, platform, digest: resolved, judged, askedAt, paths: [], cause };
}

export function pending(reason: 'indexing' | 'scanning' = 'scanning'): Scan {
  return { ...aScan(), state: 'pending', reason };
}

export function unknown(reason: UnknownReason = 'unreachable', cause = 'connect ECONNREFUSED'): Scan {
  return unknownScan(reason, cause, now - minute, digest(1));
}

export function aFinding(overrides: Partial<Finding> = {}): Finding {
  return {
    id: 'XRAY-1',
    cves: ['CVE-2026-1'],
    cvss: 9.8,
    severity: 'Critical',
    component: 'npm://event-stream:3.3.6',
    fixedIn: ['4.0.0'],
    applicability: null,
    summary: 'steals wallets',
    ...overrides,
  };
}

export function aLicense(name = 'GPL-3.0-only', components: readonly string[] = ['npm://left-pad:1.0.0']): License {
  return { name, components };
}

/** A license violation, unless said otherwise. */
export function aViolation(overrides: Partial<Violation> = {}): Violation {
  return {
    type: 'license',
    severity: 'High',
    id: 'GPL-3.0-only',
    cves: [],
    components: ['npm://left-pad:1.0.0'],
    watch: 'all-images',
    policy: 'no-copyleft',
    created: '2026-11-01T00:00:00Z',
    summary: '',
    ...overrides,
  };
}

/** Actions by the keys of a policy file: `{ statefulSets: 'delete' }`. */
export function named(actions: Readonly<Record<string, Action>>): Rule['actions'] {
  return new Map(Object.entries(actions).map(([key, action]) => [key.toLowerCase(), { action, key }]));
}

type PolicyOverrides = Partial<Omit<Policy, 'unscanned' | 'security' | 'license'>> & {
  readonly unscanned?: Partial<UnscannedRule>;
  readonly security?: Partial<SecurityRule>;
  readonly license?: Partial<LicenseRule>;
};

/** The defaults (everything `ignore`), but no grace period. */
export function aPolicy({ unscanned, security, license, ...rest }: PolicyOverrides = {}): Policy {
  return {
    ...defaultPolicy,
    ...rest,
    unscanned: { ...defaultPolicy.unscanned, gracePeriod: 0, ...unscanned },
    security: { ...defaultPolicy.security, ...security },
    license: { ...defaultPolicy.license, ...license },
  };
}

/** Covers CVE-2026-1 everywhere and for ever, unless said otherwise. */
export function anException(overrides: Partial<Exception> = {}): Exception {
  return {
    covers: { cve: 'CVE-2026-1' },
    namespaces: null,
    workloads: null,
    image: null,
    until: null,
    reason: 'not reachable',
    by: 'ana',
    ...overrides,
  };
}

/** We scaled it down, by the policy. */
export function anAct(overrides: Partial<Acted> = {}): Acted {
  return { action: 'scaledown', at: '', by: 'ana', previous: 2, id: 'act-1', automatic: true, ran: [], ...overrides };
}

/** It was restored, and is held without an end. */
export function aHold(overrides: Partial<Held> = {}): Held {
  return { until: '', by: 'ana', digests: [], conditions: [], ...overrides };
}

export function circumstances(overrides: Partial<Circumstances> = {}): Circumstances {
  return { now, firstSeen: () => null, contested: () => null, ownNamespaces: [], ...overrides };
}
