// New violations: asked for by time of creation, from a mark that moves on with what was read.
import type { XrayClient } from './client.ts';
import { nonsense } from './failure.ts';
import type { Failure } from './failure.ts';
import { askForNews } from './heard.ts';
import type { Heard } from './heard.ts';
import { violationsSeen } from './wire-news.ts';
import type { ViolationSeen } from './wire-news.ts';

/** Milliseconds that a violation may appear later than one created after it. */
const overlap = 5 * 60_000;
/** Where nothing new is created, the mark follows the time at this distance (milliseconds). */
const idle = 60 * 60_000;
const perPage = 100;
const mostPages = 200;
const mostRemembered = 50_000;

/** `since`: what was created before it is no news (ms since the epoch). */
export function createViolationNews(
  client: XrayClient,
  since: number,
): (signal: AbortSignal) => Promise<Heard | Failure> {
  const seen = new Map<string, number>();
  let mark = since;
  let first = true;

  return async (signal) => {
    const read = await readFrom(client, mark - overlap, signal);
    if ('reason' in read) return read;
    if (first) mark = Math.min(mark, read.at);
    // Known before the start, by Xray's clock, which its first answer tells: whoever asked since then was told of it.
    const oldBefore = first ? mark : 0;
    first = false;
    const folders = new Set<string>();
    let newest = mark;
    for (const row of read.rows) {
      const created = Number.isNaN(row.created) ? read.at : row.created;
      newest = Math.max(newest, created);
      if (seen.has(row.identity)) continue;
      seen.set(row.identity, created);
      if (created >= oldBefore) for (const folder of row.folders) folders.add(folder);
    }
    // A time in the future would hide what comes until then.
    mark = Math.max(mark, Math.min(newest, read.at), read.at - idle);
    forget(seen, mark - overlap);
    return { folders: [...folders], repositories: [], everything: read.cut };
  };
}

interface Read {
  readonly rows: readonly ViolationSeen[];
  /** There are more than could be read. */
  readonly cut: boolean;
  /** By Xray's clock, ms since the epoch. */
  readonly at: number;
  /** Milliseconds that Xray's clock is ahead of ours; below 0: it is behind. */
  readonly ahead: number;
}

export async function readFrom(client: XrayClient, from: number, signal: AbortSignal): Promise<Read | Failure> {
  const rows: ViolationSeen[] = [];
  let time: Pick<Read, 'at' | 'ahead'> | null = null;
  let read = 0;
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await askForNews(client, signal, {
      method: 'POST',
      path: '/api/v1/violations',
      doing: 'ask for new violations',
      json: {
        filters: { created_from: new Date(from).toISOString() },
        // `offset` is the page's number, from 1.
        pagination: { order_by: 'created', direction: 'asc', limit: perPage, offset: page },
      },
    });
    if (!answer.ok) return answer.failure;
    const list = violationsSeen(answer.body);
    if (list === null) return nonsense('it is no list of violations', client.named('xray'));
    time ??= timesBy(timeIn(answer.header('date')), client.clock.now());
    rows.push(...list.rows);
    read += list.count;
    const more = list.total === null ? list.count >= perPage : read < list.total;
    if (!more || list.count === 0) return { rows, cut: false, ...time };
  }
  return { rows, cut: true, ...(time ?? timesBy(null, client.clock.now())) };
}

function timesBy(told: number | null, now: number): Pick<Read, 'at' | 'ahead'> {
  return told === null ? { at: now, ahead: 0 } : { at: told, ahead: told - now };
}

function timeIn(date: string | null): number | null {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? null : time;
}

/** What the next question does not bring again; of the rest the oldest, where they are too many. */
function forget(seen: Map<string, number>, before: number): void {
  for (const [identity, created] of seen) if (created < before) seen.delete(identity);
  for (const identity of seen.keys()) {
    if (seen.size <= mostRemembered) return;
    seen.delete(identity);
  }
}
