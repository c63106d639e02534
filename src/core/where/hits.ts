// What is hit: in which image of which workload something that is looked for was found, and how that counts.
import { compareText, actionText } from '../rows.ts';
import { actions } from '../policy.ts';
import type { Image } from '../image.ts';
import type { Judgement } from '../judgement.ts';
import { contentsOf, imageIdentity } from '../scan.ts';
import type { Applicability, Finding, License, Scan, ScanContents, Violation } from '../scan.ts';
import { severityRank, worstOf } from '../severity.ts';
import type { Severity } from '../severity.ts';
import type { Evidence } from '../verdict.ts';
import type { ContainerImage } from '../workload.ts';
import { isComponent, parseComponent } from './component.ts';
import type { Sought } from './sought.ts';

/** What was found in an image. */
export interface Found {
  /** As it was looked for. */
  readonly sought: string;
  readonly as: 'vulnerability' | 'component' | 'license';
  /** Xray's ids of the issues: of a component, of everything known of it. */
  readonly ids: readonly string[];
  readonly cves: readonly string[];
  /** Null of what has none: a license, a component of which nothing bad is known. */
  readonly severity: Severity | null;
  readonly cvss: number | null;
  /** One, but for a license. */
  readonly components: readonly string[];
  readonly fixedIn: readonly string[];
  readonly applicability: Applicability | null;
  readonly license: string | null;
}

export interface Hit extends Found {
  readonly judgement: Judgement;
  readonly entry: ContainerImage;
  /** What exempts it: `exceptions[0]`, `whitelist`; null: nothing. */
  readonly exempt: string | null;
  /** When Xray was asked, ms since the epoch. */
  readonly askedAt: number;
}

/** Worst first. An image that runs under several keys is one. */
export function hitsIn(
  judged: readonly Judgement[],
  all: readonly Sought[],
  scanOf: (image: Image) => Scan | null,
): readonly Hit[] {
  const hits = new Map<string, Hit>();
  // An image may run in thousands of workloads: it is searched once.
  const searched = new Map<Scan, readonly Found[]>();
  const search = (scan: Scan): readonly Found[] => {
    const known = searched.get(scan);
    if (known !== undefined) return known;
    const contents = contentsOf(scan);
    const found = all.flatMap((sought) => foundIn(contents, sought));
    searched.set(scan, found);
    return found;
  };
  for (const judgement of judged) {
    for (const entry of judgement.workload.images) {
      const scan = scanOf(entry.image);
      if (scan === null) continue;
      const identity = [
        judgement.workload.uid,
        entry.container,
        imageIdentity(entry.image, scan),
        entry.image.reference,
      ];
      for (const found of search(scan)) {
        const key = [
          ...identity,
          found.sought,
          found.as,
          found.ids.join(),
          found.components.join(),
          found.license,
        ].join('\n');
        if (hits.has(key)) continue;
        hits.set(key, {
          ...found,
          judgement,
          entry,
          exempt: exemptionOf(found, entry, judgement),
          askedAt: scan.askedAt,
        });
      }
    }
  }
  return [...hits.values()].toSorted(worstFirst);
}

function foundIn(contents: ScanContents, sought: Sought): readonly Found[] {
  if (sought.is !== 'word') return issuesIn(contents, sought.text);
  const { text, component } = sought;
  const isMeant = (id: string): boolean => isComponent(component, parseComponent(id));
  const licenses = licensesIn(contents, text);
  // Every component has a license, if only an unknown one: that list is what an image is made of.
  const known = [
    ...contents.licenses.flatMap(({ components }) => components),
    ...contents.findings.map((one) => one.component),
    ...contents.violations.flatMap(({ components }) => components),
  ];
  const components = [...new Set(known)].filter(isMeant).map((id) => componentFound(contents, text, id));
  return [...licenses, ...components];
}

function issuesIn({ findings, violations }: ScanContents, id: string): readonly Found[] {
  const isMeant = (one: Pick<Finding, 'id' | 'cves'>): boolean =>
    [one.id, ...one.cves].some((name) => isSame(name, id));
  const found = findings.filter(isMeant).map((one) => issueFound(one, id));
  // What breaks a policy of Xray's is there, also where the summary does not show it.
  const hidden = found.length > 0 ? [] : violations.filter((one) => one.type === 'security' && isMeant(one));
  return [...found, ...hidden.map((one) => violationFound(one, id))];
}

function issueFound({ id, cves, severity, cvss, component, fixedIn, applicability }: Finding, sought: string): Found {
  return {
    sought,
    as: 'vulnerability',
    ids: id === '' ? [] : [id],
    cves,
    severity,
    cvss,
    components: component === '' ? [] : [component],
    fixedIn,
    applicability,
    license: null,
  };
}

function violationFound({ id, cves, severity, components }: Violation, sought: string): Found {
  return { ...nothingMore, sought, as: 'vulnerability', ids: [id], cves, severity, components };
}

const nothingMore = { cvss: null, fixedIn: [], applicability: null, license: null } as const;

function licensesIn({ licenses, violations }: ScanContents, name: string): readonly Found[] {
  const broken = violations
    .filter(({ type }) => type === 'license')
    .map(({ id, components }): License => ({ name: id, components }));
  const named = [...licenses, ...broken].filter((one) => isSame(one.name, name));
  const [first] = named;
  if (first === undefined) return [];
  const components = [...new Set(named.flatMap((one) => one.components))];
  return [
    { ...nothingMore, sought: name, as: 'license', ids: [], cves: [], severity: null, components, license: first.name },
  ];
}

function componentFound({ findings }: ScanContents, sought: string, id: string): Found {
  const known = findings.filter(({ component }) => component === id);
  const scores = known.flatMap(({ cvss }) => cvss ?? []);
  return {
    sought,
    as: 'component',
    ids: known.flatMap((one) => (one.id === '' ? [] : [one.id])),
    cves: [...new Set(known.flatMap(({ cves }) => cves))],
    severity: worstOf(known.map(({ severity }) => severity)),
    cvss: scores.length === 0 ? null : Math.max(...scores),
    components: [id],
    fixedIn: [...new Set(known.flatMap(({ fixedIn }) => fixedIn))],
    applicability: null,
    license: null,
  };
}

/** What exempts it from what the policy calls for; an exception only where it covers everything that was found. */
function exemptionOf(found: Found, { image }: ContainerImage, { decided }: Judgement): string | null {
  const name = image.digest ?? image.reference;
  const about = decided.conditions.flatMap(({ evidence, exempt }) =>
    evidence
      .filter((one) => one.image === name && isAbout(one, found))
      .map(({ excepted }) => excepted ?? exempt?.by ?? null),
  );
  return about.length > 0 && !about.includes(null) ? (about[0] ?? null) : null;
}

function isAbout(evidence: Evidence, { license, ids, cves, components }: Found): boolean {
  switch (evidence.type) {
    case 'unscanned':
      return false;
    case 'license':
      return license !== null && isSame(evidence.license, license);
    case 'security':
      return (
        (components.length === 0 || components.includes(evidence.component)) &&
        (ids.includes(evidence.id) || evidence.cves.some((cve) => cves.includes(cve)))
      );
    default:
      return evidence satisfies never;
  }
}

function worstFirst(one: Hit, other: Hit): number {
  const { workload } = one.judgement;
  const second = other.judgement.workload;
  return (
    rankOf(other) - rankOf(one) ||
    actionRank(other) - actionRank(one) ||
    Number(one.exempt !== null) - Number(other.exempt !== null) ||
    compareText(workload.namespace, second.namespace) ||
    compareText(workload.name, second.name) ||
    compareText(workload.kind, second.kind) ||
    compareText(one.entry.image.reference, other.entry.image.reference) ||
    compareText(one.components.join(), other.components.join())
  );
}

function rankOf({ severity }: Hit): number {
  return severity === null ? -1 : severityRank(severity);
}

function actionRank({ judgement }: Hit): number {
  return actions.findIndex((one) => one === actionText(judgement));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
