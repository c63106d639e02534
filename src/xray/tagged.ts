// The path of a manifest that only the registry could show, for where searching is refused.
import { asDigest } from '../core/image.ts';
import { spotsIn } from './manifests.ts';
import type { Manifest } from './manifests.ts';
import type { Room, Sought } from './room.ts';
import { fieldsOf, textOf } from './wire.ts';

/**
 * `REPOSITORY/IMAGE/TAG/manifest.json`, for each folder it may lie in whose checksum is its digest: tags move, so a
 * tag's folder may hold another image by now.
 */
export async function placesOf(room: Room, manifest: Manifest, sought: Sought): Promise<readonly string[]> {
  const { digest, spot } = manifest;
  const stores = await room.repositories.storesOf(spot.repository, room.signal());
  const known = stores !== null && !('failure' in stores) && stores.length <= 3 ? stores : [spot.repository];
  const tag = sought.tag === null ? [] : [sought.tag];
  const folders = [...tag, digest, digest.replace(':', '__')];
  const candidates = known
    .flatMap((store) => spotsIn(store, spot))
    .flatMap(({ repository, image }) => folders.map((folder) => `${repository}/${image}/${folder}/manifest.json`));
  const checked = await Promise.all(candidates.map((path) => holds(room, path, digest)));
  return candidates.filter((_, at) => checked[at] === true);
}

async function holds(room: Room, path: string, digest: string): Promise<boolean> {
  const at = path.split('/').map(encodeURIComponent).join('/');
  const doing = 'read the checksum of a manifest';
  const request = { to: 'artifactory', method: 'GET', path: `/api/storage/${at}`, doing } as const;
  const answer = await room.client.ask(request, room.signal());
  if (!answer.ok) return false;
  return asDigest(textOf(fieldsOf(fieldsOf(answer.body)?.['checksums'])?.['sha256'])) === digest;
}
