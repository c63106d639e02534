// How answers stand in a file: each distinct finding, license and summary once, as most images share most of theirs.
import type { Digest } from '../core/image.ts';
import { nothingFound } from '../core/scan.ts';
import type { Finding, License, Scan, ScanContents, Violation } from '../core/scan.ts';
import { severities } from '../core/severity.ts';
import type { Severity } from '../core/severity.ts';
import type { KeptScan } from './kept-scan.ts';

/** By key of the image. */
export type Answers = Map<string, KeptScan>;

/** Of the form of files, and of the folder that holds them. */
export const version = 1;

export interface ShardFile {
  readonly summaries: readonly string[];
  readonly findings: readonly PackedFinding[];
  readonly licenses: readonly License[];
  readonly answers: readonly PackedAnswer[];
}

type PackedFinding = readonly [
  id: string,
  cves: readonly string[],
  cvss: number | null,
  severity: number,
  component: string,
  fixedIn: readonly string[],
  applicability: Finding['applicability'],
  summary: number,
];

interface PackedAnswer {
  readonly key: string;
  readonly at: number;
  readonly seen: number;
  /** 1: tells of security violations, 2: of license violations. */
  readonly kinds: number;
  readonly state: Scan['state'];
  readonly reason: Scan['reason'];
  readonly platform: string | null;
  readonly digest: Digest | null;
  readonly judged: readonly Digest[];
  readonly askedAt: number;
  readonly paths: readonly string[];
  readonly cause: string | null;
  readonly findings?: readonly number[];
  readonly licenses?: readonly number[];
  readonly violations?: readonly Violation[];
  readonly evaluated?: ScanContents['evaluated'];
  readonly violationsCause?: ScanContents['violationsCause'];
}

export function encode(answers: Answers): ShardFile {
  const [summaries, findings, licenses] = [table<string>(), table<Finding>(), table<License>()];
  const packed = Array.from(answers, ([key, { scan, kinds, at, seen }]): PackedAnswer => {
    const { state, reason, platform, digest, judged, askedAt, paths, cause } = scan;
    const about = { key, at, seen, kinds: Number(kinds.security) + 2 * Number(kinds.license) };
    const details = { state, reason, platform, digest, judged, askedAt, paths, cause };
    if (scan.state === 'unscanned') return { ...about, ...details };
    return {
      ...about,
      ...details,
      findings: scan.findings.map((one) => findings.at(one, nameOfFinding)),
      licenses: scan.licenses.map((one) => licenses.at(one, nameOfLicense)),
      ...(scan.violations.length === 0 ? {} : { violations: scan.violations }),
      evaluated: scan.evaluated,
      ...(scan.violationsCause === null ? {} : { violationsCause: scan.violationsCause }),
    };
  });
  const packedFindings = findings.all.map((one): PackedFinding => {
    const { id, cves, cvss, severity, component, fixedIn, applicability, summary } = one;
    const [rank, text] = [severities.indexOf(severity), summaries.at(summary, String)];
    return [id, cves, cvss, rank, component, fixedIn, applicability, text];
  });
  return { summaries: summaries.all, findings: packedFindings, licenses: licenses.all, answers: packed };
}

/** Throws where anything of it is missing or of another kind. */
export function decode({ summaries, findings, licenses, answers }: ShardFile): Answers {
  const unpacked = findings.map(([id, cves, cvss, severity, component, fixedIn, applicability, summary]): Finding => {
    const text = present(summaries[summary]);
    return { id, cves, cvss, severity: severityAt(severity), component, fixedIn, applicability, summary: text };
  });
  return new Map(answers.map((one) => [one.key, unpack(one, unpacked, licenses)]));
}

function unpack(packed: PackedAnswer, findings: readonly Finding[], licenses: readonly License[]): KeptScan {
  const { key: _key, at, seen, kinds, state, reason, platform, digest, judged, askedAt, paths, cause } = packed;
  if (!isTime(at) || !isTime(seen) || !isTime(askedAt)) throw new Error('a time is none');
  const details = { state, reason, platform, digest, judged, askedAt, paths, cause };
  const told = { security: kinds % 2 === 1, license: kinds >= 2 };
  if (state === 'unscanned') return { scan: details as Scan, kinds: told, at, seen };
  const contents: ScanContents = {
    findings: present(packed.findings).map((index) => present(findings[index])),
    licenses: present(packed.licenses).map((index) => present(licenses[index])),
    violations: packed.violations ?? nothingFound.violations,
    evaluated: present(packed.evaluated),
    violationsCause: packed.violationsCause ?? null,
  };
  return { scan: { ...details, ...contents } as Scan, kinds: told, at, seen };
}

interface Table<T> {
  readonly all: readonly T[];
  /** Where it stands, under its name. */
  readonly at: (one: T, nameOf: (one: T) => string) => number;
}

/** What was read from a file is the same object wherever it is the same: its name is made once. */
function table<T>(): Table<T> {
  const all: T[] = [];
  const [byObject, byName] = [new Map<T, number>(), new Map<string, number>()];
  return {
    all,
    at: (one, nameOf) => {
      const known = byObject.get(one);
      if (known !== undefined) return known;
      const name = nameOf(one);
      const index = byName.get(name) ?? all.push(one) - 1;
      byName.set(name, index);
      byObject.set(one, index);
      return index;
    },
  };
}

function nameOfFinding(one: Finding): string {
  const { id, cves, cvss, severity, component, fixedIn, applicability, summary } = one;
  return JSON.stringify([id, cves, cvss, severity, component, fixedIn, applicability, summary]);
}

function nameOfLicense({ name, components }: License): string {
  return JSON.stringify([name, components]);
}

function severityAt(index: number): Severity {
  return present(severities[index]);
}

/** Milliseconds since the epoch that a date can have (ECMAScript). */
const latest = 8.64e15;

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= latest;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not whole');
  return value;
}
