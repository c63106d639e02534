// `completion install|uninstall`: kubectl asks an executable named `kubectl_complete-xray` on PATH, and krew links only the
// plugin itself, so that a small one is written beside it. It must not ask the network, nor touch what it did not write.
import { UsageError } from '../../core/errors.ts';
import type { Output } from '../run.ts';

export interface Places {
  readonly isWindows: boolean;
  /** The folders on PATH, in their order. */
  readonly path: readonly string[];
  readonly home: string;
  readonly join: (folder: string, name: string) => string;
  /** Null: there is no such file. */
  readonly read: (path: string) => string | null;
  readonly isThere: (path: string) => boolean;
  readonly isWritable: (folder: string) => boolean;
  /** Makes it executable. Throws a UsageError where that cannot be. */
  readonly write: (path: string, text: string) => void;
  readonly remove: (path: string) => void;
}

interface Told {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** By this line a file is known to be ours. */
const mark = 'Completion of "kubectl xray", written by "kubectl xray completion install".';

const unix = `#!/bin/sh
# ${mark}
program=\${0%/*}/kubectl-xray
[ -x "$program" ] || program=kubectl-xray
exec "$program" __complete "$@"
`;

const windows = `@echo off
rem ${mark}
kubectl-xray __complete %*
`.replaceAll('\n', '\r\n');

export function installCompletion(folder: string | null, places: Places, { stdout, stderr }: Told): number {
  const path = places.join(folder ?? chosenFolder(places), fileName(places));
  const before = places.read(path);
  const text = places.isWindows ? windows : unix;
  if (before !== null && !before.includes(mark)) {
    throw new UsageError(`${path} is not of kubectl-xray`, 'Move it away, or choose another place with --folder.');
  }
  if (before === text) {
    stdout.write(`${path} unchanged\n`);
    return 0;
  }
  places.write(path, text);
  stdout.write(`${path} ${before === null ? 'created' : 'updated'}\n`);
  if (folder !== null && !places.path.includes(folder)) stderr.write(`warning: ${folder} is not on PATH\n`);
  stderr.write(
    'Where kubectl itself is completed (kubectl completion --help), kubectl 1.26 or newer now completes xray.\n',
  );
  return 0;
}

export function uninstallCompletion(folder: string | null, places: Places, { stdout, stderr }: Told): number {
  const paths = (folder === null ? places.path : [folder]).map((one) => places.join(one, fileName(places)));
  const ours = [...new Set(paths)].filter((path) => places.read(path)?.includes(mark) === true);
  for (const path of ours) {
    places.remove(path);
    stdout.write(`${path} removed\n`);
  }
  if (ours.length === 0) stderr.write('No completion is installed.\n');
  return 0;
}

function fileName({ isWindows }: Places): string {
  return isWindows ? 'kubectl_complete-xray.cmd' : 'kubectl_complete-xray';
}

/** Where kubectl finds the plugin; else the first folder of the user's own on PATH that may be written to. */
function chosenFolder({ path, home, isThere, isWritable, isWindows, join }: Places): string {
  const names = isWindows ? ['kubectl-xray.exe', 'kubectl-xray.cmd'] : ['kubectl-xray'];
  const withPlugin = path.find((folder) => names.some((name) => isThere(join(folder, name))));
  if (withPlugin !== undefined && isWritable(withPlugin)) return withPlugin;
  const own = path.find((folder) => folder.startsWith(home) && isWritable(folder));
  if (own !== undefined) return own;
  throw new UsageError(
    'no folder on PATH may be written to',
    'Name one with --folder, such as ~/.local/bin, and have it on PATH.',
  );
}
