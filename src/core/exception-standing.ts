// How exceptions stand: which have ended or will soon, and which match nothing of what runs.
import type { Image } from './image.ts';
import type { Judgement } from './judgement.ts';
import { exceptionEnds, exceptionMatches } from './policy.ts';
import type { Exception } from './policy.ts';
import { contentsOf } from './scan.ts';
import type { Scan } from './scan.ts';
import { workloadLabel } from './workload.ts';

const week = 7 * 24 * 60 * 60 * 1000;

/** `now` in ms since the epoch. Null: it holds for more than a week. */
export function timeStanding(exception: Exception, now: number): 'expired' | 'expiring' | null {
  const left = exceptionEnds(exception) - now;
  if (left > week) return null;
  return left <= 0 ? 'expired' : 'expiring';
}

/** The judgements in which it covers something now; `index` is its place in the policy. */
export function coveredBy(index: number, judged: readonly Judgement[]): readonly Judgement[] {
  const rule = `exceptions[${index}]`;
  return judged.filter(({ decided }) =>
    decided.conditions.some(({ evidence }) => evidence.some(({ excepted }) => excepted === rule)),
  );
}

export type MatchStanding =
  /** So many workloads have what it covers. */
  | { readonly is: 'matching'; readonly workloads: number }
  /** No workload, or no image of one, is of those that it names. */
  | { readonly is: 'nowhere' }
  /** Such workloads run, and nothing of what it covers was found in them. */
  | { readonly is: 'nothing' }
  /** The same, but of so many of their images it is not known. */
  | { readonly is: 'unanswered'; readonly images: number };

/**
 * Whether what it covers is found at all, whatever it calls for and whichever exception comes first: one that has expired is
 * looked at alike.
 */
export function matchStanding(
  exception: Exception,
  judged: readonly Judgement[],
  scanOf: (image: Image) => Scan | null,
): MatchStanding {
  let isNamed = false;
  const unanswered = new Set<string>();
  const found = judged.filter((judgement) => {
    const { workload } = judgement;
    const about = { namespace: workload.namespace, label: workloadLabel(workload) };
    const images = workload.images.map(({ image }) => image).filter((one) => exceptionMatches(exception, about, one));
    if (images.length > 0) isNamed = true;
    for (const image of images) if (!isAnswered(scanOf(image))) unanswered.add(image.key);
    return images.some((image) => isFoundIn(exception.covers, image, judgement, scanOf(image)));
  });
  if (found.length > 0) return { is: 'matching', workloads: found.length };
  if (!isNamed) return { is: 'nowhere' };
  return unanswered.size > 0 ? { is: 'unanswered', images: unanswered.size } : { is: 'nothing' };
}

function isAnswered(scan: Scan | null): boolean {
  return scan?.state === 'scanned' || scan?.state === 'unscanned';
}

function isFoundIn(covers: Exception['covers'], image: Image, { verdict }: Judgement, scan: Scan | null): boolean {
  if ('condition' in covers) {
    const name = image.digest ?? image.reference;
    const condition = verdict.conditions.find(({ type }) => type === covers.condition);
    return condition?.evidence.some((one) => one.image === name) === true;
  }
  if (scan === null) return false;
  const { findings, licenses, violations } = contentsOf(scan);
  if ('license' in covers) {
    const named = [...licenses.map(({ name }) => name), ...violations.map(({ id }) => id)];
    return named.some((one) => isSame(one, covers.license));
  }
  return [...findings, ...violations].some(({ id, cves }) => [id, ...cves].some((one) => isSame(one, covers.cve)));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
