// Whether somebody else on this machine may have put what lies in a folder there, or may exchange it. It only looks: nothing
// is made or changed, and nothing is read.
import { lstatSync, readlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';

/** Who runs this, in effect. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Null: the platform has no owners, as Windows. */
export function userOf(process: { readonly geteuid?: () => number; readonly getegid?: () => number }): User | null {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  return uid === undefined || gid === undefined ? null : { uid, gid };
}

/** A folder, or a link on the way to it, that is not of this user and root alone. */
export interface Opening {
  readonly path: string;
  /** What follows the path: `belongs to another user (uid 1000)`. */
  readonly why: string;
  /** Null where the user cannot close it to others: it is not theirs. */
  readonly cure: string | null;
}

/**
 * The first of a folder and all above it that another user owns or may write to; null: none. What is not there yet is
 * nobody's: ask again once it is made. `user` null: the platform has no owners.
 *
 * `from`: above this folder it does not matter who may write, as in a volume of a container: what others exchange there is
 * theirs, which is seen.
 */
export function openingOf(folder: string, user: User | null, from: string | null = null): Opening | null {
  if (user === null) return null;
  try {
    return firstOpening(folder, user, from);
  } catch {
    // What cannot be looked at cannot be read either.
    return null;
  }
}

type Owned = Pick<Stats, 'uid' | 'gid' | 'mode'>;

/** Why a file or folder is not of this user and root alone; null: it is. */
export function faultOf(status: Owned, user: User): string | null {
  return ownerFault(status, user) ?? writersFault(status, user);
}

interface Part {
  readonly name: string;
  /** It matters who may write to it. */
  readonly isWatched: boolean;
}

/** As many links as Linux follows. */
const mostLinks = 40;
const [byGroup, byAll, sticky] = [0o020, 0o002, 0o1000];

/** Part by part, so that no link is followed that another user has made. */
function firstOpening(folder: string, user: User, from: string | null): Opening | null {
  const path = resolve(folder);
  const above = from === null ? -1 : partsOf(resolve(from)).length - 1;
  let rest: readonly Part[] = ['.', ...partsOf(path)].map((name, index) => ({ name, isWatched: index > above }));
  let at = parse(path).root;
  for (let links = 0; links <= mostLinks;) {
    const [part, ...others] = rest;
    if (part === undefined) return null;
    const next = part.name === '..' ? dirname(at) : join(at, part.name);
    const status = lstatSync(next);
    const opening = openingAt(next, status, user, part.isWatched, others.length === 0);
    if (opening !== null) return opening;
    if (status.isSymbolicLink()) {
      const target = readlinkSync(next);
      rest = [...partsBehind(target, part, from === null), ...others];
      if (isAbsolute(target)) at = parse(target).root;
      links += 1;
    } else if (status.isDirectory()) {
      rest = others;
      at = next;
    } else return null;
  }
  return null;
}

function openingAt(path: string, status: Stats, user: User, isWatched: boolean, isLast: boolean): Opening | null {
  const owner = ownerFault(status, user);
  if (owner !== null) return { path, why: owner, cure: null };
  if (!isWatched || !status.isDirectory()) return null;
  // Where it is sticky, others may add something, but exchange nothing.
  if ((status.mode & sticky) !== 0 && !isLast) return null;
  const writers = writersFault(status, user);
  if (writers === null) return null;
  return { path, why: writers, cure: status.uid === user.uid ? `chmod go-w '${path}'` : null };
}

/** Of a link: unless everything is watched, of where it leads its end alone is. */
function partsBehind(target: string, link: Part, isAll: boolean): readonly Part[] {
  const names = partsOf(target);
  return names.map((name, index) => ({ name, isWatched: isAll || (link.isWatched && index === names.length - 1) }));
}

function partsOf(path: string): readonly string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((name) => name !== '' && name !== '.');
}

function ownerFault({ uid }: Owned, user: User): string | null {
  return uid === user.uid || uid === 0 ? null : `belongs to another user (uid ${uid})`;
}

function writersFault({ uid, gid, mode }: Owned, user: User): string | null {
  // Where each user has a group of the same number, many systems let it write: nobody else is in it. Root's is root's.
  const isOwnGroup = gid === 0 ? uid === 0 : gid === user.gid && gid === user.uid;
  if ((mode & (isOwnGroup ? byAll : byAll | byGroup)) === 0) return null;
  return `may be written by others (mode ${(mode & 0o7777).toString(8).padStart(4, '0')})`;
}
