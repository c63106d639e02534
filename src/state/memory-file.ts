// How what is remembered stands in its file: by image, and by the time of first sight, as most findings of an image were
// first seen together. So 10,000 images with 50 findings each stay below 10 MB.
import type { Remembered, Standing } from '../core/memory.ts';

export const version = 1;

/** The file. `on`: the day (since the epoch) on which somebody last spoke of the image. */
export interface MemoryFile {
  readonly v: typeof version;
  readonly measure: string;
  readonly images: Readonly<Record<string, ImageEntry>>;
}

interface ImageEntry {
  readonly on: number;
  /** By ms since the epoch: the rest of the keys first seen then, behind `IMAGE|`. */
  readonly seen?: Readonly<Record<string, readonly string[]>>;
  readonly standing?: Standing;
}

/** The same, to be worked with. */
export interface Memories {
  measure: string;
  readonly images: Map<string, OfImage>;
  /** As everybody else has it, until something is new. */
  told: Remembered | null;
}

interface OfImage {
  on: number;
  readonly seen: Map<string, number>;
  standing: Standing | null;
}

export function noMemories(): Memories {
  return { measure: '', images: new Map(), told: null };
}

export function isMemoryFile(tree: Readonly<Record<string, unknown>>): boolean {
  const { measure, images } = tree;
  return typeof measure === 'string' && isTree(images) && Object.values(images).every(isEntry);
}

function isEntry(value: unknown): boolean {
  if (!isTree(value) || typeof value['on'] !== 'number') return false;
  const { seen = {}, standing } = value;
  const whole = isTree(seen) && Object.values(seen).every((keys) => Array.isArray(keys));
  return whole && (standing === undefined || (isTree(standing) && typeof standing['since'] === 'number'));
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function decode({ measure, images }: MemoryFile): Memories {
  const decoded = Object.entries(images).map(([image, { on, seen = {}, standing = null }]): [string, OfImage] => {
    const times = Object.entries(seen).flatMap(([at, keys]) => keys.map((key) => [key, Number(at)] as const));
    return [image, { on, seen: new Map(times), standing }];
  });
  return { measure, images: new Map(decoded), told: null };
}

/** Images of which nobody has spoken since a day are left out. */
export function encode({ measure, images }: Memories, since: number): MemoryFile {
  const entries = [...images].filter(([, { on }]) => on >= since).map(([image, of]) => [image, entryOf(of)] as const);
  return { v: version, measure, images: Object.fromEntries(entries) };
}

function entryOf({ on, seen, standing }: OfImage): ImageEntry {
  const byTime = Map.groupBy(seen.keys(), (key) => seen.get(key));
  return {
    on,
    ...(seen.size === 0 ? {} : { seen: Object.fromEntries(byTime) }),
    ...(standing === null ? {} : { standing }),
  };
}

/** As everybody else has it. */
export function remembered(memories: Memories): Remembered {
  memories.told ??= tell(memories);
  return memories.told;
}

function tell({ measure, images }: Memories): Remembered {
  const [firstSeen, standings]: [[string, number][], [string, Standing][]] = [[], []];
  for (const [image, { seen, standing }] of images) {
    for (const [rest, at] of seen) firstSeen.push([rest === '' ? image : `${image}|${rest}`, at]);
    if (standing !== null) standings.push([image, standing]);
  }
  return { measure, firstSeen: Object.fromEntries(firstSeen), standings: Object.fromEntries(standings) };
}

/** Days after which it is written again that an image is still spoken of. */
const confirmedFor = 30;

/**
 * Adds what somebody remembers: the earliest first sight wins, the latest standing, and another measure drops the
 * standings there were. Without a measure nothing is said about standings. True where anything is new.
 */
export function mergeInto(memories: Memories, more: Remembered, today: number): boolean {
  const isNew = addTo(memories, more, today);
  if (isNew) memories.told = null;
  return isNew;
}

function addTo(memories: Memories, { firstSeen, standings, measure }: Remembered, today: number): boolean {
  const { images } = memories;
  let isNew = false;
  const of = (image: string): OfImage => {
    const known = images.get(image) ?? { on: 0, seen: new Map<string, number>(), standing: null };
    if (Math.abs(today - known.on) > confirmedFor) {
      known.on = today;
      isNew = true;
    }
    images.set(image, known);
    return known;
  };
  for (const [key, at] of Object.entries(firstSeen)) {
    const bar = key.indexOf('|');
    const [image, rest] = bar < 0 ? [key, ''] : [key.slice(0, bar), key.slice(bar + 1)];
    const { seen } = of(image);
    if (at >= (seen.get(rest) ?? Infinity)) continue;
    seen.set(rest, at);
    isNew = true;
  }
  if (measure === '') return isNew;
  if (measure !== memories.measure) {
    for (const one of images.values()) one.standing = null;
    memories.measure = measure;
    isNew = true;
  }
  for (const [digest, standing] of Object.entries(standings)) {
    const known = of(digest);
    if (standing.since <= (known.standing?.since ?? -Infinity)) continue;
    known.standing = standing;
    isNew = true;
  }
  return isNew;
}
