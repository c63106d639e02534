// The manifest that krew installs by: what is written by hand in krew-manifest.yaml, with the platforms, addresses and sums of
// one release.
import { parseDocument } from 'yaml';
import { archiveName } from './names.ts';
import { binOf } from './targets.ts';
import type { Target } from './targets.ts';

export interface ReleasedArchive {
  readonly target: Target;
  /** In hex. */
  readonly sha256: string;
}

/** `from`: the folder, as an address, that the archives are fetched from. Comments of the manifest stay. */
export function krewManifest(
  byHand: string,
  {
    version,
    from,
    archives,
  }: { readonly version: string; readonly from: string; readonly archives: readonly ReleasedArchive[] },
): string {
  const manifest = parseDocument(byHand);
  manifest.setIn(['spec', 'version'], `v${version}`);
  const platforms = archives.map(({ target, sha256 }) => ({
    selector: { matchLabels: { os: target.os, arch: target.arch } },
    uri: `${from.replace(/\/$/, '')}/v${version}/${archiveName(version, target)}`,
    sha256,
    bin: binOf(target),
  }));
  manifest.setIn(['spec', 'platforms'], manifest.createNode(platforms));
  return manifest.toString({ lineWidth: 0 });
}
