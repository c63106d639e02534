// Reads a world from JSON. Images, violations and behaviour may be given in part: the builders fill in the rest.

import { isObject } from './answer.ts';
import { aViolation, anImage } from './builders.ts';
import { aBehaviour } from './data.ts';
import type { Account, CannedAnswer, JsonObject, Repository, StoredImage, World, XrayViolation } from './data.ts';

/** The parts of a world that `value` gives. Throws an Error that names the first part that is not as it should be. */
export function worldParts(value: unknown): Partial<World> {
  if (!isObject(value)) throw new Error('A world is a JSON object');
  const parts: Partial<World> = {};
  for (const [key, given] of Object.entries(value)) Object.assign(parts, { [key]: partOf(key, given) });
  return parts;
}

function partOf(key: string, given: unknown): World[keyof World] {
  switch (key) {
    case 'images':
      return objects(key, given).map((one) => anImage(one as Partial<StoredImage>));
    case 'violations':
      return objects(key, given).map((one) => aViolation(one as Partial<XrayViolation>));
    case 'repositories':
      return objects(key, given) as readonly unknown[] as readonly Repository[];
    case 'accounts':
      return objects(key, given) as readonly unknown[] as readonly Account[];
    case 'canned':
      return objects(key, given) as readonly unknown[] as readonly CannedAnswer[];
    case 'policies':
    case 'watches':
    case 'webhooks':
      return objects(key, given);
    case 'entitlements':
      return texts(key, given);
    case 'behaviour':
      if (!isObject(given)) throw new Error('behaviour is not an object');
      return aBehaviour(given);
    default:
      throw new Error(`A world has no "${key}"`);
  }
}

function objects(key: string, given: unknown): readonly JsonObject[] {
  if (!Array.isArray(given) || !given.every(isObject)) throw new Error(`${key} is not a list of objects`);
  return given;
}

function texts(key: string, given: unknown): readonly string[] {
  if (!Array.isArray(given) || !given.every((one) => typeof one === 'string')) {
    throw new Error(`${key} is not a list of texts`);
  }
  return given;
}
