// How answers stand in a file: each distinct text, list, finding and license once, as most images share most of theirs, and
// findings as one list of numbers, which is read several times as fast as many small ones.
import type { Digest } from '../core/image.ts';
import { nothingFound } from '../core/scan.ts';
import type { Applicability, Finding, License, Scan, ScanContents, Violation } from '../core/scan.ts';
import { severities } from '../core/severity.ts';
import type { KeptScan } from './kept-scan.ts';

/** By key of the image. */
export type Answers = Map<string, KeptScan>;

/** Of the form of files, and of the folder that holds them. */
export const version = 1;

export interface ShardFile {
  readonly texts: readonly string[];
  /** Indexes of texts. */
  readonly lists: readonly (readonly number[])[];
  /** So many numbers for each finding as `numbersOf` gives. */
  readonly findings: readonly (number | null)[];
  /** Text and list for each license. */
  readonly licenses: readonly number[];
  readonly answers: readonly PackedAnswer[];
}

/** Indexes of texts and lists, but for cvss and severity; null where there is none. */
type PackedFinding = readonly [
  id: number,
  cves: number,
  cvss: number | null,
  severity: number,
  component: number,
  fixedIn: number,
  applicability: number | null,
  summary: number,
];
const numbersOfFinding = 8;

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

/** How one file is written and read. What was packed once is not packed again, so that adding an answer costs little. */
export interface ShardForm {
  /** Packs one that will be written, while there is time. */
  prepare(key: string, answer: KeptScan): void;
  encode(answers: Answers): ShardFile;
  /** Throws where anything of it is missing or of another kind. */
  decode(file: ShardFile): Answers;
}

export function shardForm(): ShardForm {
  let packer = createPacker(nothing);
  /** How many answers the packer knows, also those that are no more. */
  let known = 0;

  const prepare = (key: string, answer: KeptScan): void => {
    if (packer.knows(answer)) return;
    known += 1;
    packer.pack(key, answer);
  };
  const encode = (answers: Answers): ShardFile => {
    known += [...answers.values()].filter((one) => !packer.knows(one)).length;
    // What is only left of answers that are no more is dropped in time.
    if (known > 2 * answers.size) {
      packer = createPacker(nothing);
      known = answers.size;
    }
    const packed = Array.from(answers, ([key, one]) => packer.pack(key, one));
    return { ...packer.tables(), answers: packed };
  };
  const decode = (file: ShardFile): Answers => {
    const answers = unpackAll(file);
    packer = createPacker(file);
    for (const one of file.answers) packer.learn(present(answers.get(one.key)), one);
    known = answers.size;
    return answers;
  };
  return { prepare, encode, decode };
}

type Tables = Omit<ShardFile, 'answers'>;

const nothing: Tables = { texts: [], lists: [], findings: [], licenses: [] };

interface Packer {
  knows(answer: KeptScan): boolean;
  learn(answer: KeptScan, packed: PackedAnswer): void;
  pack(key: string, answer: KeptScan): PackedAnswer;
  tables(): Tables;
}

/** Goes on with the tables of a file. */
function createPacker(from: Tables): Packer {
  const known = new WeakMap<KeptScan, PackedAnswer>();
  const texts = table<string, string>(from.texts, {
    pack: (text) => text,
    nameOf: (text) => text,
    back: (text) => text,
  });
  const lists = table<readonly string[], readonly number[]>(from.lists, {
    pack: (list) => list.map(texts.at),
    nameOf: (list) => list.join('\n'),
    back: (packed) => packed.map((index) => texts.all[index] ?? ''),
  });
  const findings = findingTable(from.findings, texts.at, lists.at);
  const licenses = table<License, readonly [number, number]>(inPairs(from.licenses), {
    pack: ({ name, components }) => [texts.at(name), lists.at(components)],
    nameOf: ({ name, components }) => `${name}\n${components.join('\n')}`,
    back: ([name, components]) => ({
      name: texts.all[name] ?? '',
      components: (lists.all[components] ?? []).map((index) => texts.all[index] ?? ''),
    }),
  });
  const pack = (key: string, { scan, kinds, at, seen }: KeptScan): PackedAnswer => {
    const { state, reason, platform, digest, judged, askedAt, paths, cause } = scan;
    const about = { key, at, seen, kinds: Number(kinds.security) + 2 * Number(kinds.license) };
    const details = { state, reason, platform, digest, judged, askedAt, paths, cause };
    if (scan.state === 'unscanned') return { ...about, ...details };
    return {
      ...about,
      ...details,
      findings: scan.findings.map(findings.at),
      licenses: scan.licenses.map(licenses.at),
      ...(scan.violations.length === 0 ? {} : { violations: scan.violations }),
      evaluated: scan.evaluated,
      ...(scan.violationsCause === null ? {} : { violationsCause: scan.violationsCause }),
    };
  };
  return {
    knows: (answer) => known.has(answer),
    learn: (answer, packed) => known.set(answer, packed),
    pack: (key, answer) => {
      const packed = known.get(answer) ?? pack(key, answer);
      known.set(answer, packed);
      return packed;
    },
    tables: () => ({
      texts: texts.all,
      lists: lists.all,
      findings: findings.numbers(),
      licenses: licenses.all.flat(),
    }),
  };
}

function unpackAll(file: ShardFile): Answers {
  const { texts } = file;
  const lists = file.lists.map((list) => list.map((index) => present(texts[index])));
  const findings: Finding[] = [];
  for (let at = 0; at < file.findings.length; at += numbersOfFinding) {
    findings.push(findingAt(file.findings, at, texts, lists));
  }
  const licenses: License[] = [];
  for (let at = 0; at < file.licenses.length; at += 2) {
    const [name, components] = [texts[file.licenses[at] ?? -1], lists[file.licenses[at + 1] ?? -1]];
    licenses.push({ name: present(name), components: present(components) });
  }
  return new Map(file.answers.map((one) => [one.key, unpack(one, findings, licenses)]));
}

function findingAt(
  numbers: ShardFile['findings'],
  at: number,
  texts: readonly string[],
  lists: readonly (readonly string[])[],
): Finding {
  const numberAt = (offset: number): number => numbers[at + offset] ?? -1;
  const applicability = numbers[at + 6] ?? null;
  return {
    id: present(texts[numberAt(0)]),
    cves: present(lists[numberAt(1)]),
    cvss: numbers[at + 2] ?? null,
    severity: present(severities[numberAt(3)]),
    component: present(texts[numberAt(4)]),
    fixedIn: present(lists[numberAt(5)]),
    applicability: applicability === null ? null : (present(texts[applicability]) as Applicability),
    summary: present(texts[numberAt(7)]),
  };
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

interface Table<T, P> {
  readonly all: readonly P[];
  /** Where it stands. */
  readonly at: (this: void, one: T) => number;
}

interface Packing<T, P> {
  readonly pack: (one: T) => P;
  /** Another one has another name. */
  readonly nameOf: (one: T) => string;
  readonly back: (packed: P) => T;
}

/** `from`: what is packed already; looked at only where more comes. */
function table<T, P>(from: Iterable<P>, { pack, nameOf, back }: Packing<T, P>): Table<T, P> {
  const begun: { all: P[]; known: Map<string, number> } = { all: [], known: new Map() };
  let left: Iterable<P> | null = from;
  const begin = (): void => {
    if (left === null) return;
    begun.all = [...left];
    left = null;
    begun.known = new Map(begun.all.map((packed, index) => [nameOf(back(packed)), index]));
  };
  return {
    get all() {
      begin();
      return begun.all;
    },
    at: (one) => {
      begin();
      const name = nameOf(one);
      const index = begun.known.get(name);
      if (index !== undefined) return index;
      begun.known.set(name, begun.all.length);
      return begun.all.push(pack(one)) - 1;
    },
  };
}

interface FindingTable {
  readonly at: (this: void, one: Finding) => number;
  /** So many for each as `PackedFinding` has. */
  readonly numbers: () => (number | null)[];
}

/** There are many of them, and most have an id and a component of their own: those are compared first. */
function findingTable(
  from: ShardFile['findings'],
  textAt: (text: string) => number,
  listAt: (list: readonly string[]) => number,
): FindingTable {
  let begun: { readonly numbers: (number | null)[]; readonly known: Map<number, number[]> } | null = null;
  const begin = (): NonNullable<typeof begun> => {
    if (begun !== null) return begun;
    begun = { numbers: [...from], known: new Map() };
    for (let at = 0; at < from.length; at += numbersOfFinding) learn(begun, at);
    return begun;
  };
  const learn = ({ numbers, known }: NonNullable<typeof begun>, at: number): void => {
    const key = keyOf(numbers[at] ?? 0, numbers[at + 4] ?? 0);
    const alike = known.get(key);
    if (alike === undefined) known.set(key, [at]);
    else alike.push(at);
  };
  return {
    numbers: () => begin().numbers,
    at: (one) => {
      const all = begin();
      const packed: PackedFinding = [
        textAt(one.id),
        listAt(one.cves),
        one.cvss,
        severities.indexOf(one.severity),
        textAt(one.component),
        listAt(one.fixedIn),
        one.applicability === null ? null : textAt(one.applicability),
        textAt(one.summary),
      ];
      const alike = all.known.get(keyOf(packed[0], packed[4])) ?? [];
      const known = alike.find((at) => packed.every((number, offset) => all.numbers[at + offset] === number));
      if (known !== undefined) return known / numbersOfFinding;
      all.numbers.push(...packed);
      learn(all, all.numbers.length - numbersOfFinding);
      return all.numbers.length / numbersOfFinding - 1;
    },
  };
}

/** Of two indexes, each below 2^26. */
function keyOf(id: number, component: number): number {
  return id * 2 ** 26 + component;
}

function* inPairs(numbers: readonly number[]): Generator<readonly [number, number], void, undefined> {
  for (let at = 0; at < numbers.length; at += 2) yield [numbers[at] ?? -1, numbers[at + 1] ?? -1];
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
