// Which images some news may be about.
import type { Digest, Image } from './image.ts';
import type { Scan } from './scan.ts';

/** As `ImagesNews` has it. */
export interface Named {
  readonly digests: readonly Digest[];
  readonly folders: readonly string[];
  readonly repositories: readonly string[];
  /** Keys of images; absent: none. */
  readonly images?: readonly string[];
  readonly everything: boolean;
}

/** Whether an image, as it was last answered for, is among what is named: by digest, folder or repository. */
export type Reach = (image: Image, scan: Scan | null) => boolean;

/** Made once for some news, for it is tried on every image. */
export function reachOf(news: Named): Reach {
  const [digests, folders] = [new Set<string>(news.digests), new Set(news.folders)];
  const [repositories, images] = [new Set(news.repositories), new Set(news.images)];
  return (image, scan) => {
    if (news.everything || images.has(image.key)) return true;
    const own = [image.digest, scan?.digest ?? null, ...(scan?.judged ?? [])];
    if (digests.size > 0 && own.some((one) => one !== null && digests.has(one))) return true;
    return (scan?.paths ?? []).some(
      (path) => repositories.has(path.slice(0, path.indexOf('/'))) || liesBelow(folders, path),
    );
  };
}

function liesBelow(folders: ReadonlySet<string>, path: string): boolean {
  if (folders.size === 0) return false;
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) if (folders.has(at)) return true;
  return false;
}
