// Look-ups: what is known of images, by whom it was asked and answered, and which answers some news makes too old.
import type { Fact, ImagesNews } from './fact.ts';
import type { Image } from './image.ts';
import type { RestingOnViolations } from './policy.ts';
import { reachOf } from './reach.ts';
import type { Reach } from './reach.ts';
import type { Scan } from './scan.ts';
import type { Touching } from './touched.ts';
import type { Writable } from './writable.ts';

/** What is known of an image: nothing yet, being asked, or a scan. */
export interface LookUp {
  readonly image: Image;
  readonly asked: boolean;
  readonly scan: Scan | null;
  /** An answer asked for before this time does not do any more (ms since the epoch); 0: any does. */
  readonly notOlderThan: number;
  /** When this run last asked, ms since the epoch; 0: it has not. An answer may be older than its question. */
  readonly since: number;
  /** There is news, or the server that was not reached answers again: to be asked once more, whatever the answer's age. */
  readonly renew: boolean;
  /** Which violations the last question asked for, by the policy of that time. */
  readonly violations: RestingOnViolations;
}

/** Part of the state; written by the functions below alone. */
export interface LookUps {
  /** For answers that were under way when it came; what is older than ten minutes is dropped. */
  readonly recentNews: readonly { readonly at: number; readonly reach: Reach }[];
  /** By key. */
  readonly lookUps: ReadonlyMap<string, LookUp>;
  /** By key: images whose last question did not reach a server, or had no answer in time. */
  readonly unreached: ReadonlySet<string>;
  /** When news from Xray were last heard, ms since the epoch: what was answered before may be older. */
  readonly heardAt: number;
}

export function emptyLookUps(): LookUps {
  return { lookUps: new Map(), unreached: new Set(), recentNews: [], heardAt: 0 };
}

/** What is known of an image; nothing where nobody has asked. */
export function lookUpOf({ lookUps }: Pick<LookUps, 'lookUps'>, image: Image): LookUp {
  return lookUps.get(image.key) ?? { image, scan: null, notOlderThan: 0, ...neverAsked };
}

const neverAsked = { asked: false, since: 0, renew: false, violations: { security: false, license: false } };

/** Questions were asked, at a time (ms since the epoch) where that is known. */
export function recordStarted(
  state: Writable<LookUps>,
  { images, at }: Extract<Fact, { type: 'LookUpStarted' }>,
  violations: RestingOnViolations,
): void {
  for (const image of images) {
    const { scan, notOlderThan, since } = lookUpOf(state, image);
    const asking = { asked: true, since: at ?? since, renew: false, violations };
    state.lookUps.set(image.key, { image, scan, notOlderThan, ...asking });
  }
}

export function recordScan(
  state: Writable<LookUps>,
  { image, scan }: Extract<Fact, { type: 'ScanRead' }>,
  touched: Touching,
) {
  const { notOlderThan: known, since, renew, violations } = lookUpOf(state, image);
  // Only now its paths are known, by which the news may have named it.
  const missed = state.recentNews.filter(({ at, reach }) => at > scan.askedAt && reach(image, scan));
  const notOlderThan = missed.reduce((latest, { at }) => Math.max(latest, at), known);
  state.lookUps.set(image.key, { image, asked: false, scan, notOlderThan, since, renew, violations });
  touched.images.add(image.key);
  if (isUnreached(scan)) state.unreached.add(image.key);
  else if (state.unreached.delete(image.key)) renewUnreached(state, touched);
}

/** No server was there, or none that answered in time. */
function isUnreached(scan: Scan): boolean {
  return scan.state === 'unknown' && (scan.reason === 'unreachable' || scan.reason === 'timeout');
}

/** One was reached again: so the others may be. */
function renewUnreached(state: Writable<LookUps>, touched: Touching): void {
  for (const key of state.unreached) {
    const lookUp = state.lookUps.get(key);
    if (lookUp === undefined) continue;
    state.lookUps.set(key, { ...lookUp, renew: true });
    touched.images.add(key);
  }
}

/** An answer that was under way when the news came is older than the news, and is asked for once more. */
export function recordNews(state: Writable<LookUps>, news: ImagesNews, touched: Touching): void {
  const reach = reachOf(news);
  state.recentNews = [...state.recentNews.filter(({ at }) => at > news.at - longestUnderWay), { at: news.at, reach }];
  state.heardAt = Math.max(state.heardAt, news.at);
  for (const [key, lookUp] of state.lookUps) {
    if (!reach(lookUp.image, lookUp.scan)) continue;
    state.lookUps.set(key, { ...lookUp, renew: true, notOlderThan: Math.max(lookUp.notOlderThan, news.at) });
    touched.images.add(key);
  }
}

/** Milliseconds; no look-up takes longer. */
const longestUnderWay = 10 * 60_000;

/** What was refused may be allowed now. */
export function recordCredentials(state: Writable<LookUps>, at: number, touched: Touching): void {
  for (const [key, lookUp] of state.lookUps) {
    if (lookUp.scan === null || !wasRefused(lookUp.scan)) continue;
    state.lookUps.set(key, { ...lookUp, notOlderThan: Math.max(lookUp.notOlderThan, at) });
    touched.images.add(key);
  }
}

/** Watches that may not be read are unreadable for want of a right too. */
function wasRefused(scan: Scan): boolean {
  const reasons = [scan.reason, 'violationsCause' in scan ? scan.violationsCause?.reason : null];
  return reasons.includes('unauthorized') || reasons.includes('forbidden');
}

/** Nobody runs it any more. */
export function letGo(state: LookUps, key: string): void {
  const { lookUps, unreached } = state as Writable<LookUps>;
  lookUps.delete(key);
  unreached.delete(key);
}
