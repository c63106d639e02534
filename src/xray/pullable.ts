// Whether an image can still be pulled: where Artifactory has its manifest.
import { parseImageReference } from '../core/image.ts';
import type { XrayClient } from './client.ts';
import { createManifests } from './manifests.ts';
import { createRepositories } from './repositories.ts';
import type { RegistryMapping } from './repositories.ts';

/** Null where that could not be asked: of a registry that is not ours, or for want of an answer. */
export function createPullable(
  client: XrayClient,
  registries: readonly RegistryMapping[],
  signal: AbortSignal,
): (reference: string) => Promise<boolean | null> {
  const repositories = createRepositories(client, registries);
  const manifests = createManifests(client, repositories);
  return async (written) => {
    const reference = parseImageReference(written);
    if (reference === null) return null;
    const { ours, spots, failure } = await repositories.locate(reference, signal);
    if (!ours || failure !== null) return null;
    const found = await manifests.find(spots, reference.digest ?? reference.tag ?? 'latest', signal);
    if (found.is === 'found') return true;
    return found.is === 'absent' ? false : null;
  };
}
