// What stands above every page: where one is, what is known and what is not, what keeps it from being known, and who acts.
// The most important line first: a small terminal shows only the first ones.
import { forbiddenWords } from '../core/forbidden.ts';
import type { Image } from '../core/image.ts';
import { roomThisMinute, roomToday } from '../core/limits.ts';
import type { DryRun } from '../core/plan-acts.ts';
import { ageText, wordsOf } from '../core/rows.ts';
import type { ConditionWord } from '../core/rows.ts';
import { contentsOf, imageIdentity } from '../core/scan.ts';
import type { UnknownReason } from '../core/scan.ts';
import type { State } from '../core/state.ts';
import { conditionTones } from './condition-tones.ts';
import { pageOf } from './frame.ts';
import type { Header } from './frame.ts';
import type { Picture } from './picture.ts';
import type { Cell, Line } from './table.ts';
import { trendLines } from './trend-lines.ts';
import type { View } from './view.ts';

const counted = { security: 0, license: 0, unscanned: 0, unknown: 0, pending: 0, clean: 0 };

interface Known {
  readonly state: State;
  readonly version: number;
  readonly counts: Readonly<Record<ConditionWord, number>>;
  readonly images: number;
  readonly scanned: number;
  /** When the oldest answer was asked for, ms since the epoch; null: there is none. */
  readonly oldest: number | null;
  readonly troubles: readonly string[];
}

/** Counts once for each version of a picture. `ascii`: sparklines are drawn with ASCII alone. */
export function createHeader({ ascii }: { readonly ascii: boolean } = { ascii: false }) {
  let known: Known | null = null;
  return (picture: Picture, view: View): Header => {
    const { state, version } = picture;
    if (state === null) return { lines: [placeLine(picture, view), ...meansLines(picture)] };
    if (known?.state !== state || known.version !== version) known = count(state, version);
    return {
      lines: [
        placeLine(picture, view),
        countsLine(known, state, view),
        ...troubleLines(known, state),
        ...(pageOf(view).at === 'history' ? trendLines(picture, known.counts, view, ascii) : []),
        answersLine(known, picture, view),
        policyLine(picture, state),
        ...fleetingLines(picture),
      ],
    };
  };
}

function count(state: State, version: number): Known {
  const counts: Record<ConditionWord, number> = { ...counted };
  for (const judgement of state.judged.values()) for (const word of wordsOf(judgement)) counts[word] += 1;
  return { state, version, counts, ...countImages(state), troubles: unansweredWords(state) };
}

/** Of all that run, also those about which nobody has been asked yet; counted as `status` counts them. */
function countImages(state: State): Pick<Known, 'images' | 'scanned' | 'oldest'> {
  const images = new Set<string>();
  const scanned = new Set<string>();
  let oldest = Infinity;
  for (const [key, uids] of state.usedBy) {
    const { image, scan } = state.lookUps.get(key) ?? { image: imageUsed(state, key, uids), scan: null };
    const identity = image === undefined ? key : imageIdentity(image, scan);
    images.add(identity);
    if (scan?.state === 'scanned') scanned.add(identity);
    if (scan !== null) oldest = Math.min(oldest, scan.askedAt);
  }
  return { images: images.size, scanned: scanned.size, oldest: oldest === Infinity ? null : oldest };
}

function imageUsed({ judged }: State, key: string, uids: ReadonlySet<string>): Image | undefined {
  for (const uid of uids) {
    const entry = judged.get(uid)?.workload.images.find(({ image }) => image.key === key);
    if (entry !== undefined) return entry.image;
  }
  return undefined;
}

/** Not being answered is no trouble where it is the image that cannot be answered for. */
const ofTheImage: readonly UnknownReason[] = ['configDigest', 'pendingTooLong', 'forgotten'];

/** Whoever could not be asked: each cause once. */
function unansweredWords({ usedBy, lookUps }: State): readonly string[] {
  const told = [...usedBy.keys()].flatMap((key) => {
    const scan = lookUps.get(key)?.scan ?? null;
    if (scan === null) return [];
    if (scan.state === 'unknown') {
      const cause = scan.cause ?? scan.reason;
      return ofTheImage.includes(scan.reason) ? [] : [{ what: 'could not ask about', reason: scan.reason, cause }];
    }
    const { violationsCause } = contentsOf(scan);
    if (violationsCause === null) return [];
    return [{ what: 'violations unknown of', reason: violationsCause.reason, cause: violationsCause.message }];
  });
  const alike = Map.groupBy(told, ({ what, reason }) => `${what} ${reason}`);
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const many = others.length === 0 ? 'an image' : `${others.length + 1} images`;
    return [`${first.what} ${many}: ${first.cause}`];
  });
}

function placeLine({ about, state }: Picture, view: View): Line {
  const namespace = view.namespace ?? (about.namespace === '' ? 'all namespaces' : about.namespace);
  const doing =
    about.doing ?? (state !== null && !state.clusterRead ? `reading: ${state.pods.size} pods so far` : null);
  return spaced([
    { text: about.context, tone: 'heading' },
    { text: namespace },
    ...(about.enforcing === null ? [] : [enforcingCell(about.enforcing)]),
    ...(about.paused ? [{ text: 'questions paused', tone: 'due' } as const] : []),
    ...(about.readonly ? [{ text: 'read-only', tone: 'due' } as const] : []),
    ...(view.faultsOnly ? [{ text: 'faults only', tone: 'due' } as const] : []),
    ...(doing === null ? [] : [{ text: doing, tone: 'unknown' } as const]),
  ]);
}

/**
 * Nothing is left out where it is zero but what nobody would miss; what a narrow terminal cuts off is never that something
 * is not known, and clean comes last.
 */
function countsLine({ counts }: Known, { judged }: State, { columns }: View): Line {
  const order = ['security', 'unknown', 'license', 'unscanned', 'pending', 'clean'] as const;
  const all = order.filter((word) => counts[word] > 0 || word === 'security' || word === 'clean');
  return spaced(
    [
      ...all.map((word): Cell => ({
        text: `${word} ${counts[word]}`,
        tone: counts[word] === 0 ? 'muted' : conditionTones[word],
      })),
      { text: `of ${judged.size}`, tone: 'muted' },
    ],
    columns,
  );
}

function troubleLines(known: Known, state: State): Line[] {
  const streams = Map.groupBy(state.lostStreams, ({ cause }) => cause);
  const troubles = [
    ...[...streams].map(
      ([cause, all]) => `may be stale: the watch of ${all.map(({ resource }) => resource).join(', ')} broke (${cause})`,
    ),
    ...[...state.newsFaults].map(([from, message]) => `no news of ${from}: ${message}`),
    ...known.troubles,
    ...(state.policyFault === null
      ? []
      : [`the policy file is not in force, the one before it is: ${state.policyFault}`]),
    ...(state.forbidden.length === 0 ? [] : [`may not be read: ${forbiddenWords(state.forbidden)}`]),
    ...(state.acting.history.pause === null
      ? []
      : [`automatic acts are paused: ${state.acting.history.pause.message}`]),
  ];
  return troubles.map((text) => ({ cells: [{ text: `! ${text}`, tone: 'fault' }] }));
}

/** What is done is undone from memory alone once this ends. */
function fleetingLines({ about }: Picture): Line[] {
  return about.fleeting === null ? [] : [{ cells: [{ text: `nothing is kept: ${about.fleeting}`, tone: 'due' }] }];
}

function answersLine({ images, scanned, oldest }: Known, { about, now }: Picture, { columns }: View): Line {
  const [server, asking] = xrayCells(about);
  const isCalm = about.xray !== null && !about.paused;
  const answers: readonly Cell[] = [
    { text: `${scanned}/${images} images scanned` },
    ...(oldest === null ? [] : [{ text: `oldest answer ${ageText(now - oldest)}`, tone: 'muted' } as const]),
  ];
  // The address has no bound: what it would push out of sight stands before it, and first why nothing is asked.
  const cells = isCalm ? [...answers, asking, server] : [asking, ...answers, server];
  return spaced(
    cells.filter((cell) => cell !== undefined),
    columns,
  );
}

/** The server, and what it is asked. */
function xrayCells({ xray, paused, asking }: Picture['about']): readonly [Cell | undefined, Cell] {
  if (xray === null) return [undefined, { text: 'no Xray is asked', tone: 'unknown' }];
  const asks = asking > 0 ? `asking about ${asking}` : 'asking nothing';
  return [
    { text: `Xray ${xray.url}${xray.version === null ? '' : ` ${xray.version}`}` },
    paused
      ? { text: `questions paused, ${asking} wait`, tone: 'due' }
      : { text: asks, tone: asking > 0 ? 'plain' : 'muted' },
  ];
}

function policyLine({ about, now }: Picture, state: State): Line {
  const file: Cell =
    about.policyFile === null ? { text: 'no policy: every action is ignore' } : { text: `policy ${about.policyFile}` };
  if (about.enforcing === null) return spaced([file, { text: 'enforcement off', tone: 'muted' }]);
  const { room } = roomThisMinute(state, now);
  const { allowed, done } = roomToday(state, now);
  const limits = `${room} more this minute, ${done}/${allowed} today`;
  return spaced([file, enforcingCell(about.enforcing), { text: limits }]);
}

/** Also in the first line: who acts by itself is seen on the lowest terminal. */
function enforcingCell(enforcing: DryRun): Cell {
  return { text: enforcing === 'none' ? 'ENFORCING' : 'enforcing, dry run', tone: 'due' };
}

function meansLines({ about }: Picture): Line[] {
  const [server, asking] = xrayCells(about);
  return [{ cells: [server ?? asking] }];
}

/** Closer together where there is little room. */
function spaced(cells: readonly Cell[], columns = 80): Line {
  const gap = columns < 80 ? ' ' : '  ';
  return { cells: cells.flatMap((cell, at) => (at === 0 ? [cell] : [{ text: gap }, cell])) };
}
