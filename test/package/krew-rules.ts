// What krew accepts, said again in our words: of a manifest as its `validation` has it and its index asks for, of an archive
// as its `download` unpacks it.
import { posix } from 'node:path';
import type { ReadEntry } from '../../plugin/package/tar.ts';

export interface KrewPlatform {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly uri?: string;
  readonly sha256?: string;
  readonly bin?: string;
}

export interface KrewManifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: {
    readonly version?: string;
    readonly shortDescription?: string;
    readonly description?: string;
    readonly caveats?: string;
    readonly platforms?: readonly KrewPlatform[];
  };
}

const supported = ['linux/amd64', 'linux/arm64', 'darwin/amd64', 'darwin/arm64', 'windows/amd64'];

/** Every broken rule, in words. */
export function faultsOfManifest({ apiVersion, kind, metadata, spec = {} }: KrewManifest): readonly string[] {
  const { version = '', shortDescription = '', description = '', caveats = '', platforms = [] } = spec;
  const places = platforms.map(({ selector }) => `${selector?.matchLabels?.['os']}/${selector?.matchLabels?.['arch']}`);
  return [
    ...when(apiVersion !== 'krew.googlecontainertools.github.com/v1alpha2', 'apiVersion'),
    ...when(kind !== 'Plugin', 'kind'),
    ...when(!/^[\w-]+$/.test(metadata?.name ?? ''), 'name'),
    ...when(!/^v\d+\.\d+\.\d+(-[\w.]+)?$/.test(version), 'version'),
    ...when(
      shortDescription === '' || shortDescription.length > 50 || /[\r\n]/.test(shortDescription),
      'shortDescription',
    ),
    ...when(description === '' || longest(description) > 80, 'description'),
    ...when(longest(caveats) > 80, 'caveats'),
    ...when(platforms.length === 0, 'no platforms'),
    ...places.flatMap((place, at) => [
      ...when(!supported.includes(place), `platform ${place}`),
      ...when(places.indexOf(place) !== at, `platform ${place} twice`),
    ]),
    ...platforms.flatMap((platform, at) => faultsOfPlatform(platform).map((fault) => `${places[at]}: ${fault}`)),
  ];
}

function faultsOfPlatform({ selector, uri = '', sha256 = '', bin = '' }: KrewPlatform): readonly string[] {
  const keys = Object.keys(selector?.matchLabels ?? {});
  const { os = '', arch = '' } = selector?.matchLabels ?? {};
  return [
    ...when(
      keys.some((key) => key !== 'os' && key !== 'arch'),
      'selector',
    ),
    ...when(!uri.startsWith('https://') || !/\.(tar\.gz|zip)$/.test(uri), 'uri'),
    ...when(!uri.includes(os) || !uri.includes(arch), 'uri does not name its platform'),
    ...when(!/^[a-f0-9]{64}$/.test(sha256), 'sha256'),
    ...when(bin === '' || bin.endsWith('.exe') !== (os === 'windows'), 'bin'),
  ];
}

/** `entries` of an archive, out of which `bin` is linked. */
export function faultsOfArchive(entries: readonly ReadEntry[], bin: string): readonly string[] {
  const program = entries.find(({ path }) => path === bin);
  return [
    ...entries.flatMap(({ path, type }) => [
      ...when(!['0', '5'].includes(type), `${path} is no plain file and no folder`),
      ...when(path.startsWith('/') || path.startsWith('\\') || path.split(/[/\\]/).includes('..'), `${path} leads out`),
      ...when(posix.normalize(path) !== path, `${path} is not plain`),
    ]),
    ...when(new Set(entries.map(({ path }) => path.toLowerCase())).size !== entries.length, 'a path twice'),
    ...when(!entries.some(({ path, bytes }) => path === 'LICENSE' && bytes.length > 0), 'no LICENSE'),
    ...when(program === undefined || !program.executable, `no ${bin} that can be run`),
  ];
}

function longest(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

function when(isBroken: boolean, fault: string): readonly string[] {
  return isBroken ? [fault] : [];
}
