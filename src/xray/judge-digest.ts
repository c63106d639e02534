// What Xray and Artifactory together say about one digest: the states and reasons of a scan. An index is judged by its
// children; "could not ask" is never "unscanned", and an empty answer is not yet clean.
import type { Digest } from '../core/image.ts';
import { nothingFound } from '../core/scan.ts';
import type { Scan, ScanContents } from '../core/scan.ts';
import { pending, scanned, unknown, unscanned } from './answers.ts';
import type { About } from './answers.ts';
import { childrenFor, together } from './children.ts';
import { evaluate } from './evaluate.ts';
import { nonsense, notInTime } from './failure.ts';
import { indexesAmong, whereAnIndexMayLie } from './index-or-image.ts';
import type { Manifest, ManifestAnswer } from './manifests.ts';
import type { Room, Sought } from './room.ts';
import type { Place } from './search.ts';
import { askStatusOfCopies } from './status.ts';
import type { ScanStatus } from './status.ts';
import { placesOf } from './tagged.ts';
import type { ArtifactSummary } from './wire-summary.ts';

const day = 24 * 60 * 60 * 1000;
const deepest = 3;

/** Never rejects for want of time: what is not answered by then is unknown, of an index child by child. */
export async function judgeDigest(room: Room, digest: Digest, sought: Sought): Promise<Scan> {
  const signal = room.signal();
  try {
    return await judgeInTime(room, digest, sought);
  } catch (error) {
    if (!signal.aborted) throw error;
    return unknown({ digest, platform: sought.platform, askedAt: room.client.clock.now(), paths: [] }, notInTime);
  }
}

async function judgeInTime(room: Room, digest: Digest, sought: Sought): Promise<Scan> {
  const answer = await room.summaries.ask(digest, sought.since);
  const { askedAt } = answer;
  const about: About = { digest, platform: sought.platform, askedAt, paths: [] };
  switch (answer.is) {
    case 'failed':
      return unknown(about, answer.failure);
    case 'notIndexed':
      return await judgeUnknown(room, about, sought);
    case 'known':
      return await judgeKnown(room, { ...about, paths: filesIn(answer.summary.folders) }, answer.summary, sought);
    default:
      return answer satisfies never;
  }
}

async function judgeKnown(room: Room, about: About, summary: ArtifactSummary, sought: Sought): Promise<Scan> {
  const signal = room.signal();
  const contents = summary.empty ? nothingFound : await evaluate(room, summary, sought);
  try {
    return await judgeContents(room, about, summary, sought, contents);
  } catch (error) {
    if (!signal.aborted) throw error;
    return unknown(about, notInTime, contents);
  }
}

async function judgeContents(
  room: Room,
  about: About,
  summary: ArtifactSummary,
  sought: Sought,
  contents: ScanContents,
): Promise<Scan> {
  if (summary.damage !== null) {
    return unknown(about, nonsense(summary.damage, room.client.named('xray')), contents);
  }
  const spots = await whereAnIndexMayLie(room, about.digest, summary, sought);
  if (spots === null) return scanned(about, contents);
  const found = await room.manifests.find(spots, about.digest, room.signal());
  if (found.is === 'failed' || found.is === 'refused') return unknown(about, found.failure, contents);
  if (found.is === 'absent') return unknown(about, summary.empty ? unconfirmable : perhapsAnIndex, contents);
  if (found.manifest.children !== null) return await judgeIndex(room, about, found.manifest, sought, contents);
  if (!summary.empty) return scanned(about, contents);
  const status = await askStatusOfCopies(room.client, about.paths, room.signal());
  return await byStatus(room, about, status, async () => scanned(about, await evaluate(room, summary, sought)));
}

const perhapsAnIndex = {
  reason: 'badAnswer',
  message:
    'Artifactory has no manifest of the image, and what Xray says of it does not tell whether it is an index of others',
} as const;

const unconfirmable = {
  reason: 'badAnswer',
  message:
    'Xray has nothing on an image that Artifactory no longer has: it cannot be told whether it is clean, not scanned, or an index of others',
} as const;

/** Xray does not know it: where is it, and how far is its scan? */
async function judgeUnknown(room: Room, about: About, sought: Sought): Promise<Scan> {
  const { location } = sought;
  const search = await room.search.ask(about.digest, sought.since);
  if (search.is === 'failed') return unknown(about, search.failure);
  if (search.is === 'answered' && search.places.length > 0) {
    return await judgeStored(room, about, search.places, sought);
  }
  if (location.failure !== null) return unknown(about, location.failure);
  if (!location.ours) {
    if (search.is === 'answered') return unscanned(about, 'foreign');
    const cause = `its host is not Artifactory's, and it could not be searched for there: ${search.failure.message}`;
    return unscanned(about, 'unconfirmed', cause);
  }
  // The reference names no repository: nothing is left to be asked.
  if (location.spots.length === 0) {
    return search.is === 'answered' ? unscanned(about, 'gone') : unknown(about, search.failure);
  }
  return await byManifest(room, about, sought);
}

async function judgeStored(room: Room, about: About, places: readonly Place[], sought: Sought): Promise<Scan> {
  const found = { ...about, paths: places.map(pathOf).toSorted() };
  const singles = places.filter(({ file }) => file === 'manifest.json').map(pathOf);
  if (singles.length > 0) return await refine(room, found, preferred(singles, sought), sought);
  const spots = indexesAmong(places);
  if (spots.length === 0) return unknown(found, notAManifest);
  const manifest = await room.manifests.find(spots, about.digest, room.signal());
  if (manifest.is === 'absent') return unknown(found, nonsense(contradiction, room.client.named('artifactory')));
  return await byManifestAnswer(room, found, manifest, sought);
}

const contradiction = 'its search names an image that its registry does not know';

const notAManifest = {
  reason: 'configDigest',
  message: 'the digest is not that of a manifest: it names a layer or a configuration',
} as const;

async function byManifest(room: Room, about: About, sought: Sought): Promise<Scan> {
  const answer = await room.manifests.find(sought.location.spots, about.digest, room.signal());
  return await byManifestAnswer(room, about, answer, sought);
}

async function byManifestAnswer(room: Room, about: About, answer: ManifestAnswer, sought: Sought): Promise<Scan> {
  switch (answer.is) {
    case 'absent':
      return unscanned(about, 'gone');
    case 'refused':
      return unknown(about, { ...answer.failure, reason: 'forbidden' });
    case 'failed':
      return unknown(about, answer.failure);
    case 'found': {
      const { manifest } = answer;
      if (manifest.children !== null) return await judgeIndex(room, about, manifest, sought, nothingFound);
      const places = about.paths.length > 0 ? about.paths : await placesOf(room, manifest, sought);
      return await refine(room, { ...about, paths: places }, places, sought);
    }
    default:
      return answer satisfies never;
  }
}

/** Artifactory has it, Xray does not know it: how far is it? */
async function refine(room: Room, about: About, places: readonly string[], sought: Sought): Promise<Scan> {
  const status = await askStatusOfCopies(room.client, places, room.signal());
  if (status.is === 'absent') {
    return unscanned(
      about,
      'neverScanned',
      'that it was never scanned could not be confirmed: Xray has no status for it',
    );
  }
  return await byStatus(room, about, status, async () => {
    // Scanned between the two questions, perhaps: the summary must know it by now.
    const again = await room.summaries.ask(about.digest, room.client.clock.now());
    if (again.is === 'failed') return unknown(about, again.failure);
    if (again.is === 'known' && !again.summary.empty) return await judgeKnown(room, about, again.summary, sought);
    return unknown(
      about,
      nonsense('it says that an image is scanned, and knows nothing of it', room.client.named('xray')),
    );
  });
}

/** What a status means; `whenDone` for one that says scanned. */
async function byStatus(room: Room, about: About, status: ScanStatus, whenDone: () => Promise<Scan>): Promise<Scan> {
  if (status.is === 'failed') return unknown(about, status.failure);
  if (status.is === 'absent') {
    const done = await whenDone();
    return done.state === 'scanned' ? { ...done, cause: 'that it is scanned could not be confirmed' } : done;
  }
  switch (status.word) {
    case 'DONE':
      return await whenDone();
    case 'PARTIAL': {
      const done = await whenDone();
      return done.state === 'scanned' ? { ...done, reason: 'partial' } : done;
    }
    case 'PENDING':
      return pendingOrTooLong(room, about, 'indexing');
    case 'SCANNING':
    case 'IN_PROGRESS':
      return pendingOrTooLong(room, about, 'scanning');
    case 'NOT_SCANNED':
      return unscanned(about, 'neverScanned');
    case 'FAILED':
      return unscanned(about, 'failed', 'Xray tried to scan it and failed');
    case 'NOT_SUPPORTED':
      return unscanned(about, 'unsupported', 'Xray cannot scan it');
    default: {
      const what = `the status of a scan is "${room.client.connection.scrub(status.word).slice(0, 40)}"`;
      return unknown(about, nonsense(what, room.client.named('xray')));
    }
  }
}

function pendingOrTooLong(room: Room, about: About, reason: 'indexing' | 'scanning'): Scan {
  const since = room.pendingSince(about.digest);
  if (since === null || room.client.clock.now() - since < day) return pending(about, reason);
  const message = 'its scan has been pending for more than 24 hours: ask Xray to scan it again';
  return unknown(about, { reason: 'pendingTooLong', message });
}

async function judgeIndex(
  room: Room,
  about: About,
  manifest: Manifest,
  sought: Sought,
  own: ScanContents,
): Promise<Scan> {
  const { children, platform } = childrenFor(manifest.children ?? [], sought.platform);
  if (sought.depth >= deepest || children.length === 0) {
    return unknown(about, nonsense('an index holds no image', room.client.named('artifactory')), own);
  }
  // Children lie beside their index.
  const location = { ours: true, spots: [manifest.spot], failure: null };
  const below = { ...sought, location, depth: sought.depth + 1 };
  const scans = await Promise.all(children.map(({ digest }) => judgeDigest(room, digest, below)));
  return together(scans, platform, own);
}

// The copy the reference names first: it is the one that was pulled.
function preferred(places: readonly string[], { location }: Sought): readonly string[] {
  const named = (place: string): boolean =>
    location.spots.some(({ repository, image }) => place.startsWith(`${repository}/${image}/`));
  return places.toSorted((a, b) => Number(named(b)) - Number(named(a)));
}

function filesIn(folders: readonly string[]): readonly string[] {
  return folders.map((folder) => `${folder}/manifest.json`).toSorted();
}

function pathOf({ repository, folder, file }: Place): string {
  return `${repository}/${folder}/${file}`;
}
