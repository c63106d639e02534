// Whether an image can still be pulled: where Artifactory has its manifest.
import { parseImageReference } from '../core/image.ts';
import type { XrayClient } from './client.ts';
import { createManifests } from './manifests.ts';
import { createRepositories } from './repositories.ts';
import type { RegistryMapping } from './repositories.ts';

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
  const begin = () => {
    const repositories = createRepositories(client, registries);
    return { repositories, manifests: createManifests(client, repositories) };
  };
  let asking = begin();
  const ask = async (written: string, until: AbortSignal): Promise<boolean | null> => {
    const { repositories, manifests } = asking;
    const reference = parseImageReference(written);
    if (reference === null) return null;
    const { ours, spots, failure } = await repositories.locate(reference, until);
    if (!ours || failure !== null) return null;
    const found = await manifests.find(spots, reference.digest ?? reference.tag ?? 'latest', until);
    if (found.is === 'found') return true;
    return found.is === 'absent' ? false : null;
  };
  return async (written) => {
    const late = new AbortController();
    const cancel = client.clock.after(patience, () => late.abort());
    try {
      return await ask(written, AbortSignal.any([signal, late.signal]));
    } catch (error) {
      signal.throwIfAborted();
      if (!isAbort(error)) throw error;
      // What was broken off is not remembered as an answer.
      asking = begin();
      return null;
    } finally {
      cancel();
    }
  };
}

/** Our own, or of another question that the same answer was for. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
