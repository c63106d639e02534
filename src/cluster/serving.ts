// Which namespaces serve the configured Xray or Artifactory: by an Ingress for the host of its address, or by a
// LoadBalancer Service that is reached there. Stopping what serves Xray would blind whoever stops it. It costs two
// lists, and none where no address is to be looked for.
import type { Fact, Forbidden, Serving } from '../core/inventory.ts';
import type { IngressSeen, LoadBalancerSeen } from './decode-serving.ts';
import { ClusterError } from './errors.ts';
import { collectOnce, readInScope, type Reading, type Take } from './reading.ts';
import { ingressResource, loadBalancerResource, type Resource, resourceName } from './resource.ts';

/** What could be meant by an address: its host, and the paths below which Xray and Artifactory answer. */
interface Wanted {
  readonly host: string;
  readonly paths: readonly string[];
}

/**
 * Reports a `ServingRead` each time that it reads another answer than before. What may not be read is told in it, and is
 * no failure. It is read anew each time: addresses change too seldom for a watch.
 */
export function createServing(): (reading: Reading) => Promise<void> {
  let told: string | null = null;
  return async (reading) => {
    const wanted = (reading.scope.serving ?? []).map(wantedBy);
    if (wanted.length === 0) return;
    const serving = await servingOf(reading, wanted);
    const now = [...serving.namespaces, ...serving.unread]
      .map((one) => JSON.stringify(one))
      .toSorted()
      .join('\n');
    if (now === told) return;
    told = now;
    await reading.report([{ type: 'ServingRead', serving }]);
  };
}

async function servingOf(reading: Reading, wanted: readonly Wanted[]): Promise<Serving> {
  const namespaces = new Map<string, string>();
  const unread: Forbidden[] = [];
  const quiet: Reading = {
    ...reading,
    collect: collectOnce,
    fellBack: () => {},
    forbidden: async (resource, namespace, message) => void unread.push({ resource, namespace, message }),
  };
  await Promise.all([
    read(quiet, unread, [ingressResource()], ingresses(wanted, namespaces)),
    read(quiet, unread, [loadBalancerResource(false), loadBalancerResource(true)], balancers(wanted, namespaces)),
  ]);
  return { namespaces, unread };
}

/** The first way that the server knows. */
async function read<T extends { readonly uid: string }>(
  reading: Reading,
  unread: Forbidden[],
  ways: readonly Resource<T>[],
  take: Take<T>,
): Promise<void> {
  for (const [index, resource] of ways.entries()) {
    try {
      await readInScope(reading, resource, take);
      return;
    } catch (error) {
      if (reading.signal.aborted || !(error instanceof ClusterError)) throw error;
      // 400: a server before the field selector was known for this resource.
      if (error.status === 400 && index + 1 < ways.length) continue;
      unread.push({ resource: resourceName(resource), namespace: null, message: error.serverMessage });
      return;
    }
  }
}

function ingresses(wanted: readonly Wanted[], namespaces: Map<string, string>): Take<IngressSeen> {
  return taking((ingress) => {
    const found = wanted.find((one) => ingress.rules.some((rule) => answers(rule, one)));
    if (found !== undefined) note(namespaces, ingress.namespace, `serves ${found.host} (ingress ${ingress.name})`);
  });
}

function balancers(wanted: readonly Wanted[], namespaces: Map<string, string>): Take<LoadBalancerSeen> {
  return taking(({ namespace, name, addresses }) => {
    const found = wanted.find(({ host }) => addresses.some((one) => hostOf(one) === host));
    if (found !== undefined) note(namespaces, namespace, `serves ${found.host} (service ${name})`);
  });
}

/** Of several reasons always the same one. */
function note(namespaces: Map<string, string>, namespace: string, why: string): void {
  const known = namespaces.get(namespace);
  if (known === undefined || why < known) namespaces.set(namespace, why);
}

function taking<T>(look: (item: T) => void): Take<T> {
  const nothing: readonly Fact[] = [];
  return {
    seen: (items) => {
      for (const item of items) look(item);
      return nothing;
    },
    gone: () => nothing,
  };
}

/** `https://acme.example/jfrog` and `https://acme.example/jfrog/xray` mean the same platform. */
function wantedBy(address: string): Wanted {
  const { hostname, pathname } = new URL(address);
  const base = pathname.replace(/\/+$/, '').replace(/\/(xray|artifactory)$/, '');
  return { host: hostOf(hostname), paths: [`${base}/xray`, `${base}/artifactory`, `${base}/api`] };
}

function hostOf(text: string): string {
  return text.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}

/** `*.example.com` covers one label, as Ingress has it. A rule without a host says nothing of one. */
function answers({ host, paths }: IngressSeen['rules'][number], wanted: Wanted): boolean {
  const named = hostOf(host);
  const matches = named.startsWith('*.')
    ? wanted.host.slice(wanted.host.indexOf('.')) === named.slice(1)
    : wanted.host === named;
  return matches && (paths.length === 0 || paths.some((path) => wanted.paths.some((one) => meet(path, one))));
}

/** Whether one lies below the other; a path that is a pattern may mean anything. */
function meet(path: string, wanted: string): boolean {
  const plain = path.replace(/\/+$/, '');
  if (/[^\w\-./~%]/.test(plain)) return true;
  return isBelow(wanted, plain) || isBelow(plain, wanted);
}

function isBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}/`);
}
