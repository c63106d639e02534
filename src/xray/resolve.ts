// From what is asked to the digest that is judged: config digests and references without a digest go by way of the
// manifest at the reference, where its host is ours.
import type { Digest, Image, ImageReference } from '../core/image.ts';
import { unknownScan } from '../core/scan.ts';
import type { Scan, UnscannedReason } from '../core/scan.ts';
import { childrenFor } from './children.ts';
import type { Failure } from './failure.ts';
import type { Manifest, ManifestAnswer } from './manifests.ts';
import type { Room, Sought } from './room.ts';
import { silenceOfXray } from './summary.ts';

export type Resolved =
  | { readonly is: 'digest'; readonly digest: Digest }
  | { readonly is: 'settled'; readonly scan: Scan };

export async function resolveImage(
  room: Room,
  image: Image,
  reference: ImageReference | null,
  sought: Sought,
): Promise<Resolved> {
  switch (image.basis) {
    case 'digest':
      if (image.digest !== null) return { is: 'digest', digest: image.digest };
      return unanswered(room, image, { reason: 'badAnswer', message: 'the image has no digest' });
    case 'reference':
      return await byReference(room, image, reference, sought);
    case 'config':
      return await byConfig(room, image, reference, sought);
    default:
      return image.basis satisfies never;
  }
}

async function byReference(
  room: Room,
  image: Image,
  reference: ImageReference | null,
  sought: Sought,
): Promise<Resolved> {
  if (reference === null) {
    return unanswered(room, image, {
      reason: 'badAnswer',
      message: `"${image.reference}" is no reference to an image`,
    });
  }
  if (reference.digest !== null) return { is: 'digest', digest: reference.digest };
  const { location } = sought;
  if (location.failure !== null) return unanswered(room, image, location.failure);
  if (!location.ours) {
    // An answer about what is not ours rests on knowing what is: nobody there, nothing said.
    const silence = await room.repositories.silence(room.signal());
    if (silence !== null) return unanswered(room, image, silence);
    const silent = await silenceOfXray(room.summaries, sought.since);
    if (silent !== null) return unanswered(room, image, silent);
    return unscanned(room, image, 'foreign', 'not resolved to a digest: its host is not that of this Artifactory');
  }
  if (location.spots.length === 0) {
    const message = 'the reference names no repository of Artifactory: say under registries which its host means';
    return unanswered(room, image, { reason: 'badAnswer', message });
  }
  const found = await atReference(room, reference, sought);
  if (found.is === 'found') return { is: 'digest', digest: found.manifest.digest };
  if (found.is === 'absent') {
    const silent = await silenceOfXray(room.summaries, sought.since);
    if (silent !== null) return unanswered(room, image, silent);
    return unscanned(room, image, 'gone', 'Artifactory has no such tag in the repository that the reference names');
  }
  const refused = found.is === 'refused';
  return unanswered(room, image, refused ? { ...found.failure, reason: 'forbidden' } : found.failure);
}

async function byConfig(room: Room, image: Image, reference: ImageReference | null, sought: Sought): Promise<Resolved> {
  const { location } = sought;
  if (location.failure !== null) return unanswered(room, image, location.failure);
  if (reference === null || !location.ours) {
    return unanswered(
      room,
      image,
      config("the runtime tells only its configuration's digest, and its host is not ours"),
    );
  }
  const found = await atReference(room, reference, sought);
  if (found.is === 'failed') return unanswered(room, image, found.failure);
  if (found.is === 'refused') return unanswered(room, image, { ...found.failure, reason: 'forbidden' });
  if (found.is === 'absent') {
    return unanswered(
      room,
      image,
      config("the runtime tells only its configuration's digest, and its reference is gone"),
    );
  }
  const candidates = await singles(room, found.manifest, sought);
  for (const one of candidates) {
    if (one.is !== 'found' || one.manifest.config === null || one.manifest.config !== image.digest) continue;
    return { is: 'digest', digest: one.manifest.digest };
  }
  const unread = candidates.find((one) => one.is === 'failed' || one.is === 'refused');
  if (unread !== undefined) return unanswered(room, image, unread.failure);
  return unanswered(
    room,
    image,
    config("the runtime tells only its configuration's digest, and the reference now means another image"),
  );
}

// Those of the node's platform first: one of them is it, unless the tag has moved.
async function singles(room: Room, manifest: Manifest, { platform }: Sought): Promise<readonly ManifestAnswer[]> {
  if (manifest.children === null) return [{ is: 'found', manifest }];
  const { children } = childrenFor(manifest.children, platform);
  return await Promise.all(children.map(({ digest }) => room.manifests.find([manifest.spot], digest, room.signal())));
}

async function atReference(room: Room, reference: ImageReference, { location }: Sought): Promise<ManifestAnswer> {
  const at = reference.digest ?? reference.tag ?? 'latest';
  if (location.spots.length === 0) return { is: 'absent' };
  return await room.manifests.find(location.spots, at, room.signal());
}

function config(message: string): Failure {
  return { reason: 'configDigest', message };
}

function unanswered(room: Room, image: Image, { reason, message }: Failure): Resolved {
  const scan = unknownScan(reason, message, room.client.clock.now(), image.basis === 'digest' ? image.digest : null);
  return { is: 'settled', scan: { ...scan, platform: image.platform } };
}

function unscanned(room: Room, image: Image, reason: UnscannedReason, cause: string): Resolved {
  const askedAt = room.client.clock.now();
  const details = { platform: image.platform, digest: null, judged: [], askedAt, paths: [], cause };
  return { is: 'settled', scan: { state: 'unscanned', reason, ...details } };
}
