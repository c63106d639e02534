// Versions: what an older one cannot do, in words. Nothing else in the program is decided by a version.
import { note, ok, skipped, warning } from './diagnosis.ts';
import type { Found } from './diagnosis.ts';

/** By numbers, as far as both have them; suffixes do not count. */
export function isOlder(version: string, than: string): boolean {
  const [one, other] = [numbersOf(version), numbersOf(than)];
  for (const [at, wanted] of other.entries()) {
    const difference = (one[at] ?? 0) - wanted;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function numbersOf(version: string): number[] {
  const [plain = ''] = version.replace(/^v/i, '').split(/[-+ ]/, 1);
  return plain.split('.').map((part) => Number.parseInt(part, 10) || 0);
}

/** The vendor's documentation names the versions from which on a call is there. */
const lackingBefore: readonly (readonly [version: string, what: string])[] = [
  ['3.21.2', 'a project (--xray-project) does not narrow what is asked'],
  ['3.80.9', 'whether a scan is still under way cannot be asked, so an image may read clean before it is scanned'],
  ['3.88.10', 'violations cannot be asked for by image: every violation of a watch is read, which is slower'],
];

/** Null where it does not say. */
export function judgeXrayVersion(version: string | null, artifactory: string | null): Found {
  const beside = artifactory === null ? '' : `, Artifactory ${artifactory}`;
  if (version === null) return skipped(`Xray does not tell its version${beside}`);
  const lacking = lackingBefore.filter(([since]) => isOlder(version, since));
  const said = `Xray ${version}${beside}`;
  const newest = lacking.at(-1)?.[0];
  if (newest === undefined) return ok(said);
  return warning(`${said}: ${lacking.map(([, what]) => what).join('; ')}`, `upgrade Xray to ${newest} or newer`);
}

const oldestKubernetes = '1.20';

export function judgeKubernetesVersion(version: string | null): Found {
  if (version === null) return note('the API server answers, and does not tell its version');
  if (!isOlder(version, oldestKubernetes)) return ok(`Kubernetes ${version}`);
  const message = `Kubernetes ${version}: nothing before ${oldestKubernetes} was ever tried`;
  return warning(message, `upgrade the cluster to ${oldestKubernetes} or newer`);
}

/** `none`: there is no such program on PATH; `mute`: it does not tell its version. */
export type KubectlVersion =
  | { readonly is: 'version'; readonly version: string }
  | { readonly is: 'none' }
  | { readonly is: 'mute' };

const withPlugins = '1.12';
const withCompletion = '1.26';

/** `server` null: not known. kubectl is supported within one minor version of the server (Kubernetes' version skew policy). */
export function judgeKubectlVersion(kubectl: KubectlVersion, server: string | null): Found {
  if (kubectl.is === 'none') return note('there is no kubectl on PATH; this program does not need one');
  if (kubectl.is === 'mute') return skipped('kubectl does not tell its version');
  const { version } = kubectl;
  if (isOlder(version, withPlugins)) {
    return warning(
      `kubectl ${version} knows no plugins: it cannot start kubectl xray`,
      `upgrade kubectl to ${withCompletion} or newer`,
    );
  }
  if (isOlder(version, withCompletion)) {
    return warning(
      `kubectl ${version} cannot complete the words of plugins`,
      `upgrade kubectl to ${withCompletion} or newer`,
    );
  }
  const apart = server === null ? 0 : minorOf(version) - minorOf(server);
  if (Math.abs(apart) <= 1) return ok(`kubectl ${version}`);
  const way = apart > 0 ? 'newer' : 'older';
  return note(`kubectl ${version} is ${Math.abs(apart)} minor versions ${way} than the server (${server})`);
}

function minorOf(version: string): number {
  const [major = 0, minor = 0] = numbersOf(version);
  return major * 1000 + minor;
}

/** `node` is the version this program runs on. */
export function judgeOwnVersion(version: string, node: string, platform: string): Found {
  const said = `kubectl-xray ${version} (${platform}, Node ${node})`;
  if (!isOlder(node, '20')) return ok(said);
  return warning(`${said}: it is made for Node 20 or newer`, 'run it on a newer Node, or install a release of it');
}
