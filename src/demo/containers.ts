// Containers of made-up pods: which image plays which part.
import type { Role } from '../core/image.ts';
import type { PodContainer } from '../core/workload.ts';
import type { DemoImage } from './image.ts';

/** An image in a part other than that of a container; an image alone is one. */
export interface Part {
  readonly image: DemoImage;
  readonly name: string;
  readonly role: Role;
  /** In the template too; a webhook's sidecar and a debug container are in the pods alone. */
  readonly inTemplate: boolean;
}

export const init = (image: DemoImage): Part => part(image, 'init');
export const sidecar = (image: DemoImage): Part => part(image, 'sidecar');
export const volume = (image: DemoImage): Part => part(image, 'volume');
export const injected = (image: DemoImage): Part => part(image, 'container', false);
export const debugging = (image: DemoImage): Part => part(image, 'ephemeral', false);

function part(image: DemoImage, role: Role, inTemplate = true): Part {
  const name = role === 'ephemeral' ? 'debugger' : nameOf(image);
  return { image, name, role, inTemplate };
}

/** Containers of pods; `started` ones have a digest. */
export function containersOf(parts: readonly (DemoImage | Part)[], started: boolean): PodContainer[] {
  return asParts(parts).map(({ image, name, role }) => ({
    name,
    role,
    reference: image.reference,
    imageID: started ? image.imageID : '',
  }));
}

/** Containers of the template of such pods. */
export function templateOf(parts: readonly (DemoImage | Part)[]): PodContainer[] {
  return containersOf(
    asParts(parts).filter((one) => one.inTemplate),
    false,
  );
}

function asParts(parts: readonly (DemoImage | Part)[]): Part[] {
  return parts.map((one) => ('role' in one ? one : part(one, 'container')));
}

/** The last part of the path: `cart` of `acme.jfrog.io/docker-local/shop/cart:1.4`. */
function nameOf(image: DemoImage): string {
  return image.reference.replace(/^.*\//, '').replace(/:.*$/, '');
}
