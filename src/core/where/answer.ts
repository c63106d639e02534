// What a search comes to: hits, nothing, or no whole answer. Nothing is said to be hit by nothing before everybody was asked.
import type { Image } from '../image.ts';
import type { Judgement } from '../judgement.ts';
import { imageIdentity } from '../scan.ts';
import type { Scan } from '../scan.ts';
import type { Hit } from './hits.ts';
import type { Sought } from './sought.ts';

export interface Searched {
  /** Distinct images about which nobody could be asked. */
  readonly unanswered: number;
  /** Distinct images whose scan is under way. */
  readonly pending: number;
  /** Distinct images that Xray has not scanned: it knows nothing of them. */
  readonly unscanned: number;
  /** Distinct images that it has dropped: of what became known since, their older answers tell nothing. */
  readonly expired: number;
  /** When the oldest answer that counts was asked for, ms since the epoch; null of none. */
  readonly oldest: number | null;
  /** Where each image lies in Artifactory, `REPOSITORY/PATH/manifest.json`. */
  readonly paths: ReadonlySet<string>;
}

/** `scanOf`: what is answered now; `known`: the same, or what was answered before, by which images are still found. */
export function searchedIn(
  judged: readonly Judgement[],
  scanOf: (image: Image) => Scan | null,
  known: (image: Image) => Scan | null = scanOf,
): Searched {
  const scans = new Map<string, Scan | null>();
  const paths = new Set<string>();
  for (const { workload } of judged) {
    for (const { image } of workload.images) {
      const scan = scanOf(image);
      scans.set(imageIdentity(image, scan), scan);
      for (const path of known(image)?.paths ?? []) paths.add(path);
    }
  }
  const all = [...scans.values()];
  const answered = all.filter((one) => one !== null && one.state !== 'unknown');
  const times = answered.flatMap((one) => one?.askedAt ?? []);
  return {
    unanswered: all.length - answered.length,
    pending: answered.filter((one) => one?.state === 'pending').length,
    unscanned: answered.filter((one) => one?.state === 'unscanned').length,
    expired: answered.filter((one) => one?.reason === 'expired').length,
    oldest: times.length === 0 ? null : times.reduce((one, other) => Math.min(one, other)),
    paths,
  };
}

export interface Answer {
  readonly sought: string;
  /** Distinct workloads and images hit. */
  readonly workloads: number;
  readonly images: number;
}

/** In the order in which they were asked for. */
export function answersTo(all: readonly Sought[], hits: readonly Hit[]): readonly Answer[] {
  return [...new Set(all.map(({ text }) => text))].map((sought) => {
    const own = hits.filter((one) => one.sought === sought);
    const images = own.map(({ entry: { image } }) => image.digest ?? image.reference);
    const workloads = new Set(own.map(({ judgement }) => judgement.workload.uid));
    return { sought, workloads: workloads.size, images: new Set(images).size };
  });
}

/** What Xray's own search names, held against what runs. */
export interface Elsewhere {
  /** Artifacts that do not run here. */
  readonly others: number;
  /** Images here that it names, and whose own answers do not. */
  readonly contradicting: readonly string[];
}

/** `places`: `REPOSITORY/PATH`, as Xray's search names them. */
export function elsewhere(
  places: readonly string[],
  { paths }: Searched,
  hits: readonly Hit[],
  scanOf: (image: Image) => Scan | null,
): Elsewhere {
  const hit = new Set(hits.flatMap(({ entry: { image } }) => scanOf(image)?.paths ?? []));
  const distinct = [...new Set(places)];
  const here = distinct.filter((place) => paths.has(place));
  return { others: distinct.length - here.length, contradicting: here.filter((place) => !hit.has(place)) };
}
