// Whether a digest that Xray knows may be an index, which is judged by its children, and where its manifest would lie.
import type { Digest } from '../core/image.ts';
import type { Spot } from './repositories.ts';
import type { Room, Sought } from './room.ts';
import type { Place } from './search.ts';
import type { ArtifactSummary } from './wire-summary.ts';

/**
 * Null where it is a single image for certain. What Xray tells of it and a search in batches come first: a manifest is a
 * request for each digest.
 */
export async function whereAnIndexMayLie(
  room: Room,
  digest: Digest,
  summary: ArtifactSummary,
  { since, location }: Sought,
): Promise<readonly Spot[] | null> {
  const copies = summary.folders.map(spotOf);
  const spots = copies.length > 0 ? copies : location.spots;
  if (summary.empty || summary.looksLikeIndex) return spots;
  if (summary.showsLayers) return null;
  const search = await room.search.ask(digest, since);
  const places = search.is === 'answered' ? search.places : [];
  if (places.some(({ file }) => file === 'manifest.json')) return null;
  const indexes = indexesAmong(places);
  return indexes.length > 0 ? indexes : spots;
}

export function indexesAmong(places: readonly Place[]): readonly Spot[] {
  return places
    .filter(({ file }) => file === 'list.manifest.json')
    .map(({ repository, folder }) => spotOf(`${repository}/${folder}`));
}

/** `REPOSITORY/IMAGE/TAG`, where IMAGE may have slashes; what Xray and the search name is never virtual. */
function spotOf(folder: string): Spot {
  const parts = folder.split('/');
  return { repository: parts[0] ?? '', image: parts.slice(1, -1).join('/'), isStore: true };
}
