// The answer of summary/artifact in our types (API.md section 2), without loss. What cannot be read spoils the answer
// about its image, never silently makes it cleaner.
import { asDigest } from '../core/image.ts';
import type { Digest } from '../core/image.ts';
import type { Finding, License } from '../core/scan.ts';
import { findingsIn } from './wire-issues.ts';
import { fieldsOf, listOf, textOf, textsOf } from './wire.ts';
import type { Fields } from './wire.ts';

/** What Xray has on one digest, all copies together. */
export interface ArtifactSummary {
  readonly findings: readonly Finding[];
  readonly licenses: readonly License[];
  /** Folders `REPOSITORY/IMAGE/TAG` of its copies. */
  readonly folders: readonly string[];
  /** Some path is that of an index (`list.manifest.json`). */
  readonly looksLikeIndex: boolean;
  /** Some issue lies in a layer: an index has none of its own. */
  readonly showsLayers: boolean;
  /** 0 issues of any kind and 0 licenses: not yet clean. */
  readonly empty: boolean;
  /** In words, what could not be read; null where everything could. */
  readonly damage: string | null;
}

export interface SummaryBody {
  readonly known: ReadonlyMap<Digest, ArtifactSummary>;
  /** Xray says that it does not know them. */
  readonly notIndexed: ReadonlySet<Digest>;
  /** Another error of that one identifier, in Xray's words. */
  readonly refused: ReadonlyMap<Digest, string>;
}

/** Null where the body is not a summary at all. `before`: artifacts that were taken out of it, to be read first. */
export function readSummary(body: unknown, before: Iterable<unknown> = []): SummaryBody | null {
  const top = fieldsOf(body);
  const artifacts = top === null ? null : listOf(top['artifacts']);
  const errors = top === null ? null : listOf(top['errors']);
  if (artifacts === null || errors === null) return null;
  const known = new Map<Digest, ArtifactSummary>();
  for (const one of before) addArtifact(known, one);
  for (const one of artifacts) addArtifact(known, one);
  return { known, ...readErrors(errors) };
}

function addArtifact(known: Map<Digest, ArtifactSummary>, artifact: unknown): void {
  const fields = fieldsOf(artifact);
  const general = fieldsOf(fields?.['general']);
  const digest = asDigest(textOf(general?.['sha256']));
  // Paired by checksum, never by position: without one it is nobody's answer.
  if (fields === null || general === null || digest === null) return;
  const one = readArtifact(fields, general);
  const other = known.get(digest);
  known.set(digest, other === undefined ? one : fold(other, one));
}

function readErrors(errors: readonly unknown[]): Pick<SummaryBody, 'notIndexed' | 'refused'> {
  const notIndexed = new Set<Digest>();
  const refused = new Map<Digest, string>();
  for (const error of errors) {
    const fields = fieldsOf(error);
    const digest = asDigest(textOf(fields?.['identifier']).trim());
    if (digest === null) continue;
    const said = textOf(fields?.['error']);
    if (/exist/i.test(said) && /index/i.test(said)) notIndexed.add(digest);
    else refused.set(digest, said);
  }
  return { notIndexed, refused };
}

function readArtifact(fields: Fields, general: Fields): ArtifactSummary {
  const { findings, others, damage } = findingsIn(fields['issues']);
  const licenses = licensesIn(fields['licenses']);
  const place = placeOf(general);
  return {
    findings,
    licenses: licenses ?? [],
    folders: place === null ? [] : [place.folder],
    looksLikeIndex: place?.isIndex === true || someImpact(fields['issues'], '/list.manifest.json', listFile),
    showsLayers: someImpact(fields['issues'], '/sha256__', layerFile),
    empty: findings.length + others + (licenses?.length ?? 0) === 0,
    damage: damage ?? (licenses === null ? 'its licenses are not a list' : null),
  };
}

const layerFile = /\/sha256__[0-9a-f]+\.tar\.gz\//;
const listFile = /\/list\.manifest\.json(\/|$)/;

/** `start`: what the file begins with; most paths are told apart by it, without the expression. */
function someImpact(issues: unknown, start: string, file: RegExp): boolean {
  const list = listOf(issues) ?? [];
  const isMeant = (path: string): boolean => path.includes(start) && file.test(path);
  return list.some((issue) => textsOf(fieldsOf(issue)?.['impact_path']).some(isMeant));
}

function licensesIn(value: unknown): License[] | null {
  const list = listOf(value);
  if (list === null) return null;
  const licenses: License[] = [];
  for (const one of list) {
    const fields = fieldsOf(one);
    const name = fields === null ? textOf(one) : textOf(fields['name']) || textOf(fields['full_name']) || 'Unknown';
    if (name === '') return null;
    licenses.push({ name, components: textsOf(fields?.['components']) });
  }
  return licenses;
}

/**
 * `general.path` is `default/REPO/IMAGE/TAG/`, perhaps without the Artifactory id, perhaps with the file's name. The
 * name `IMAGE:TAG` tells where the repository ends, whatever the id is called.
 */
function placeOf(general: Fields): { readonly folder: string; readonly isIndex: boolean } | null {
  const path = textOf(general['path']).replaceAll(/^\/+|\/+$/g, '');
  const [, folder = path, file = ''] = /^(.*)\/((?:list\.)?manifest\.json)$/.exec(path) ?? [];
  if (!folder.includes('/')) return null;
  const isIndex = file.startsWith('list.') || textOf(general['name']).endsWith('list.manifest.json');
  return { folder: withoutId(folder, textOf(general['name'])), isIndex };
}

function withoutId(folder: string, name: string): string {
  const colon = name.lastIndexOf(':');
  const image = colon < 0 ? '' : `/${name.slice(0, colon)}/${name.slice(colon + 1)}`.replace('/sha256__', '/sha256:');
  const comparable = folder.replace('/sha256__', '/sha256:');
  if (image !== '' && comparable.endsWith(image)) {
    const before = comparable.slice(0, comparable.length - image.length);
    const slash = before.indexOf('/');
    if (slash > 0) return folder.slice(slash + 1);
    if (before !== 'default') return folder;
  }
  return folder.startsWith('default/') && folder.split('/').length > 2 ? folder.slice('default/'.length) : folder;
}

// One checksum may lie in several repositories: one entry, or one for each (API.md section 8). All are folded.
function fold(a: ArtifactSummary, b: ArtifactSummary): ArtifactSummary {
  return {
    findings: unionOfFindings([a.findings, b.findings]),
    licenses: unionOfLicenses([a.licenses, b.licenses]),
    folders: [...new Set([...a.folders, ...b.folders])].toSorted(),
    looksLikeIndex: a.looksLikeIndex || b.looksLikeIndex,
    showsLayers: a.showsLayers || b.showsLayers,
    empty: a.empty && b.empty,
    damage: a.damage ?? b.damage,
  };
}

/** Every finding once; of two that differ only in what analysis said, the one that excuses less. */
export function unionOfFindings(lists: readonly (readonly Finding[])[]): readonly Finding[] {
  const [first = [], ...more] = lists.filter((list) => list.length > 0);
  if (more.length === 0) return first;
  const all = new Map<string, Finding>();
  for (const finding of [first, ...more].flat()) {
    const key = `${finding.id}\n${finding.component}\n${finding.severity}\n${finding.id === '' ? finding.summary : ''}`;
    const other = all.get(key);
    if (other === undefined || other.applicability === 'not_applicable') all.set(key, finding);
  }
  return [...all.values()];
}

export function unionOfLicenses(lists: readonly (readonly License[])[]): readonly License[] {
  const [first = [], ...more] = lists.filter((list) => list.length > 0);
  if (more.length === 0) return first;
  const all = Map.groupBy([first, ...more].flat(), ({ name }) => name);
  return [...all].map(([name, same]) => ({
    name,
    components: [...new Set(same.flatMap(({ components }) => components))],
  }));
}
