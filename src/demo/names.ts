// What completion offers of the made-up shop: the names of what it shows, and the CVEs in it. Nothing is asked.
import { builtinKindOf, builtinKinds } from '../core/kind.ts';
import { contentsOf } from '../core/scan.ts';
import { runningAt } from './shop.ts';
import { knownImages, scanOf } from './scanning.ts';

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function demoNamespaces(): readonly string[] {
  return distinct(topmost().map(({ namespace }) => namespace));
}

/** `type`: as the user wrote it. `namespace` null: all. */
export function demoObjects(type: string, namespace: string | null): readonly string[] {
  const word = type.toLowerCase();
  const known = builtinKinds.find((one) => [one.resource, one.kind.toLowerCase(), ...one.shortNames].includes(word));
  const found = topmost().filter((one) => known !== undefined && builtinKindOf(one.apiVersion, one.kind) === known);
  return distinct(found.flatMap((one) => (namespace === null || one.namespace === namespace ? [one.name] : [])));
}

export function demoCves(): readonly string[] {
  const known = knownImages();
  const scans = [...known.values()].map(({ reference, digest }) =>
    scanOf(
      {
        image: { key: digest, basis: 'digest', reference, digest, platform: null },
        notOlderThan: 0,
        violations: { security: false, license: false },
      },
      known,
      { since: 0, now: 0 },
    ),
  );
  return distinct(scans.flatMap((scan) => contentsOf(scan).findings.flatMap(({ cves }) => cves)));
}

/** What nobody else owns. */
function topmost(): readonly Named[] {
  return runningAt(0).flatMap((fact): Named[] => {
    if (fact.type === 'PodSeen') {
      const { owner, namespace, name } = fact.pod;
      return owner === null ? [{ apiVersion: 'v1', kind: 'Pod', namespace, name }] : [];
    }
    if (fact.type !== 'ObjectSeen' || fact.object.owner !== null) return [];
    const { apiVersion, kind, namespace, name } = fact.object;
    return namespace === null ? [] : [{ apiVersion, kind, namespace, name }];
  });
}

function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words)].toSorted();
}
