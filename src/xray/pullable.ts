// Whether an image can still be pulled: where Artifactory has its manifest.
import { parseImageReference } from '../core/image.ts';
import type { XrayClient } from './client.ts';
import { createManifests } from './manifests.ts';
import { createRepositories } from './repositories.ts';
import type { RegistryMapping } from './repositories.ts';
import { wait } from './wait.ts';

/** Nothing rests on the answer: so long an act waits for it at most, milliseconds. */
const patience = 5000;

/**
 * Null where that could not be asked: of a registry that is not ours, or for want of an answer within five seconds, for
 * whoever stops a workload while Xray stalls must not wait for this.
 */
export function createPullable(
  client: XrayClient,
  registries: readonly RegistryMapping[],
  signal: AbortSignal,
): (reference: string) => Promise<boolean | null> {
  const repositories = createRepositories(client, registries);
  const manifests = createManifests(client, repositories);
  const ask = async (written: string): Promise<boolean | null> => {
    const reference = parseImageReference(written);
    if (reference === null) return null;
    const { ours, spots, failure } = await repositories.locate(reference, signal);
    if (!ours || failure !== null) return null;
    const found = await manifests.find(spots, reference.digest ?? reference.tag ?? 'latest', signal);
    if (found.is === 'found') return true;
    return found.is === 'absent' ? false : null;
  };
  return async (written) => {
    const asked = new AbortController();
    const late = wait(client.clock, patience, asked.signal).then(() => null);
    try {
      return await Promise.race([ask(written), late]);
    } finally {
      asked.abort();
    }
  };
}
