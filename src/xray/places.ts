// Paths of Artifactory as Xray's news name them.

/**
 * The folders `REPOSITORY/IMAGE/TAG` that a path may mean. It names the folder, or the manifest in it, mostly behind the
 * Artifactory's id (`default/`, older installations have others; API.md sections 2 and 5), so both readings are given: no
 * image lies below the wrong one.
 */
export function foldersNamed(path: string): readonly string[] {
  const folder = path.replaceAll(/^\/+|\/+$/g, '').replace(/\/(?:list\.)?manifest\.json$/, '');
  const first = folder.indexOf('/');
  if (first < 0) return [];
  const below = folder.slice(first + 1);
  if (!below.includes('/')) return [folder];
  return folder.startsWith('default/') ? [below] : [folder, below];
}
