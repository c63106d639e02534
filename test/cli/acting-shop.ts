// A namespace of the real control plane with an Xray beside it, for tests that act through the built program. What it keeps
// on the machine lies in one home for all runs of a test file, as it does for a user.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalLine } from '../../src/core/act.ts';
import type { OpenControlPlane } from '../control-plane/access.ts';
import { listObjects, type KubeObject, type Stored } from '../control-plane/requests.ts';
import { runPods } from '../control-plane/run-pods.ts';
import { removePod } from '../control-plane/kubelet.ts';
import type { StoredImage, World } from '../xray-server/data.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { imageIds, objectsIn, referenceTo, running } from './objects.ts';
import type { Objects } from './objects.ts';
import { type CliOptions, type Ended, runCli, startCli, type StartedCli } from './run-cli.ts';
import { images, installation, stored, token } from './stand-in.ts';

export interface ActingShop extends Objects {
  readonly namespace: string;
  readonly server: XrayServer;
  /** Holds what is kept on this machine: `config`, `state`. */
  readonly home: string;
  readonly options: CliOptions;
  /** Runs it in the namespace. */
  readonly run: (words: string, options?: CliOptions) => Promise<Ended>;
  readonly start: (words: string, options?: CliOptions) => StartedCli;
  /** The reference of an image that the stand-in knows. */
  readonly image: (name: keyof typeof images) => string;
  /** A pod's spec with one container of that image. */
  readonly running: (name: keyof typeof images) => object;
  /** The same of an image that the shop was opened with. */
  readonly referenceTo: (stored: StoredImage) => string;
  readonly runningImage: (stored: StoredImage) => object;
  /** Applies objects and waits until their pods run. */
  readonly apply: (...objects: readonly KubeObject[]) => Promise<void>;
  readonly runPods: (options?: { readonly selector?: string; readonly expected?: number }) => Promise<void>;
  /** Merges into an object: `apps/v1 deployments cart`. */
  readonly patch: (resource: string, change: object) => Promise<void>;
  readonly remove: (resource: string) => Promise<void>;
  /** `apps/v1 deployments cart`; undefined where it is gone. */
  readonly get: (resource: string) => Promise<Stored | undefined>;
  /** `apps/v1 deployments`. */
  readonly list: (resource: string) => Promise<readonly Stored[]>;
  /** The home of another machine. */
  readonly another: (machine: string) => string;
  /** config.yaml, and files beside it by name. */
  readonly writeConfig: (text: string, files: Readonly<Record<string, string>>) => void;
  readonly writePolicy: (text: string) => void;
  readonly readPolicy: () => string;
  /** Of the only cluster that this home knows. */
  readonly journal: (home?: string) => readonly JournalLine[];
  readonly end: () => Promise<void>;
}

/** Everything that is condemned is stopped, however many that is. */
export const stopping = `
scanPolicy:
  security: { default: scaledown }
limits: { actionsPerMinute: 100, shareOfWorkloads: 100% }
`;

/** `more`: images beside those of every stand-in, and what else differs of Xray's world. */
export async function anActingShop(
  plane: OpenControlPlane,
  name: string,
  more: { readonly images?: readonly StoredImage[]; readonly world?: Partial<World> } = {},
): Promise<ActingShop> {
  const all = [...stored, ...(more.images ?? [])];
  const server = await startXrayServer({ token, world: installation({ images: all, ...more.world }) });
  const host = new URL(server.url).host;
  const namespace = await plane.aNamespace(name);
  const home = mkdtempSync(join(tmpdir(), 'kubectl-xray-acting-'));
  const imageIdFor = imageIds(host, all);
  const image = (one: keyof typeof images): string => referenceTo(host, images[one]);
  const options: CliOptions = {
    env: { KUBECONFIG: 'kubeconfig', JF_URL: server.url, JF_ACCESS_TOKEN: token, KUBECTL_XRAY_HOME: home },
    files: { kubeconfig: plane.kubeconfig({ namespace }) },
    secrets: [plane.admin.token],
  };
  const withOptions = (more: CliOptions = {}): CliOptions => ({
    ...options,
    ...more,
    env: { ...options.env, ...more.env },
  });
  const write = (files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(home, 'config'), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, 'config', name), text, { mode: 0o600 });
  };
  const path = (resource: string): string => {
    const [version = '', plural = '', object = ''] = resource.split(' ');
    return `${version === 'v1' ? '/api' : '/apis'}/${version}/namespaces/${namespace}/${plural}${object === '' ? '' : `/${object}`}`;
  };
  return {
    ...objectsIn(namespace),
    namespace,
    server,
    home,
    options,
    run: (words, more) => runCli(argumentsIn(words), withOptions(more)),
    start: (words, more) => startCli(argumentsIn(words), withOptions(more)),
    image,
    running: (one) => running({ app: image(one) }),
    referenceTo: (one) => referenceTo(host, one),
    runningImage: (one) => running({ app: referenceTo(host, one) }),
    apply: async (...objects) => {
      await plane.apply(objects);
      await runPods(plane, { namespace, imageIdFor });
    },
    runPods: async (which) => {
      await runPods(plane, { namespace, imageIdFor, ...which });
    },
    patch: async (resource, change) => {
      await plane.request('PATCH', path(resource), change);
    },
    remove: async (resource) => {
      await plane.request('DELETE', path(resource), { propagationPolicy: 'Foreground' });
    },
    get: async (resource) => (await plane.request('GET', path(resource)).catch(() => undefined)) as Stored | undefined,
    list: async (resource) => listObjects(plane, path(resource)),
    another: (machine) => join(home, machine),
    writeConfig: (text, files) => write({ 'config.yaml': text, ...files }),
    writePolicy: (text) => write({ 'policy.yaml': text }),
    readPolicy: () => readFileSync(join(home, 'config', 'policy.yaml'), 'utf8'),
    journal: (at = home) => journalIn(join(at, 'state')),
    end: async () => {
      await server.stop();
      const pods = await listObjects(plane, `/api/v1/namespaces/${namespace}/pods`);
      await plane.request('DELETE', `/api/v1/namespaces/${namespace}`);
      for (const pod of pods) await removePod(plane, pod).catch(() => {});
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** At blanks, or at `§` where a word is to hold some. */
function argumentsIn(words: string): string[] {
  return words.split(words.includes('§') ? '§' : ' ');
}

function journalIn(state: string): readonly JournalLine[] {
  const [file] = globSync('cluster-*/journal.jsonl', { cwd: state });
  if (file === undefined) return [];
  const lines = readFileSync(join(state, file), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalLine);
}
