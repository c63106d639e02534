// How the files of a release are called.
import { platformOf } from './targets.ts';
import type { Target } from './targets.ts';

export function archiveName(version: string, target: Target): string {
  return `kubectl-xray-v${version}-${platformOf(target)}.tar.gz`;
}

export function sbomName(version: string, target: Target): string {
  return `kubectl-xray-v${version}-${platformOf(target)}.cdx.json`;
}

export function provenanceName(version: string): string {
  return `kubectl-xray-v${version}.intoto.json`;
}

export const sumsName = 'SHA256SUMS';
/** krew-index has it under the plugin's name. */
export const manifestName = 'xray.yaml';
