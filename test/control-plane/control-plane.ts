// Starts a real Kubernetes control plane on loopback for tests: etcd, kube-apiserver and kube-controller-manager, with RBAC.
// It has no kubelet, no scheduler and no nodes: what a kubelet would report is set by hand (kubelet.ts), and nothing here
// takes it back. It must not outlive the process that started it, nor touch anybody's kubeconfig.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Access, type OpenControlPlane, openControlPlane, type User } from './access.ts';
import { issueServerCertificate, makeAuthority, makeSigningKeys } from './certificates.ts';
import type { Binaries } from './binaries.ts';
import { eventually } from './eventually.ts';
import { freePorts } from './free-ports.ts';
import { type GuardedProcess, startGuarded } from './guard.ts';
import { kubeconfigText, writeWhole } from './kubeconfig.ts';
import { getObject } from './requests.ts';
import { apiServerArguments, controllerManagerArguments, etcdArguments } from './arguments.ts';

export interface ControlPlaneOptions {
  readonly binaries: Binaries;
  readonly env: NodeJS.ProcessEnv;
  /** Later ones win where the API server takes a flag once. */
  readonly extraApiServerArgs?: readonly string[];
  /** Under which our folder is made; the system's unless given. */
  readonly temporaryFolder?: string;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

export interface ControlPlane extends OpenControlPlane {
  /** Holds data, certificates and logs; gone after `stop`. */
  readonly folder: string;
  /** Resolves with the name of the first program that ended without being asked to. */
  readonly broken: Promise<string>;
  /** At once, as a machine dies: a graceful end would wait a minute for the watches. Port and data stay. */
  readonly stopApiServer: () => Promise<void>;
  readonly startApiServer: () => Promise<void>;
  /** Resolves when it is ready again. */
  readonly restartApiServer: () => Promise<void>;
  /** Ends all processes and removes the folder. */
  readonly stop: () => Promise<void>;
}

interface Start extends ControlPlaneOptions {
  readonly folder: string;
  readonly access: Access;
  readonly ports: readonly [etcd: number, etcdPeers: number, apiServer: number];
}

const spareUserCount = 200;

/** Ready when it resolves, the controllers included. Throws with the last lines of the logs where it does not come up. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Between finding a free port and using it somebody else may have come.
      const portTaken = error instanceof Error && error.message.includes('address already in use');
      if (!portTaken || attempt === 3) throw error;
    }
  }
}

async function startOnce(options: ControlPlaneOptions): Promise<ControlPlane> {
  const folder = mkdtempSync(join(options.temporaryFolder ?? tmpdir(), 'kubectl-xray-control-plane-'));
  const processes = new Map<string, GuardedProcess>();
  try {
    const ports = await freePorts(3);
    const start: Start = { ...options, folder, ports, access: makeAccess(ports, options.binaries) };
    writeFiles(start);
    return await launch(start, processes);
  } catch (error) {
    const logs = [...processes.keys()].map((name) => `--- ${name}\n${tailOf(join(folder, `${name}.log`))}`);
    await stopAll(processes, folder);
    throw new Error(['the control plane did not start', String(error), ...logs].join('\n'), { cause: error });
  }
}

async function launch(start: Start, processes: Map<string, GuardedProcess>): Promise<ControlPlane> {
  const open = openControlPlane(start.access);
  const { promise: broken, resolve: breakDown } = Promise.withResolvers<string>();
  const asked = new WeakSet<GuardedProcess>();
  const run = (name: Program, args: readonly string[]) => {
    const one = runProgram(start, name, args);
    processes.set(name, one);
    void one.ended.then(() => (asked.has(one) ? undefined : breakDown(name)));
  };
  const startApiServer = async () => {
    run('kube-apiserver', [...apiServerArguments(start), ...(start.extraApiServerArgs ?? [])]);
    await ready(open, broken, start.signal);
  };
  const stopApiServer = async () => {
    const apiServer = processes.get('kube-apiserver');
    if (apiServer === undefined) return;
    asked.add(apiServer);
    await apiServer.kill();
  };
  run('etcd', etcdArguments(start));
  await startApiServer();
  run('kube-controller-manager', controllerManagerArguments(start));
  await controllersReady(open, broken, start.signal);
  return {
    ...open,
    folder: start.folder,
    broken,
    startApiServer,
    stopApiServer,
    restartApiServer: async () => {
      await stopApiServer();
      await startApiServer();
    },
    stop: async () => {
      for (const one of processes.values()) asked.add(one);
      open.close();
      await stopAll(processes, start.folder);
    },
  };
}

type Program = 'etcd' | 'kube-apiserver' | 'kube-controller-manager';

function runProgram({ binaries, folder, env }: Start, name: Program, args: readonly string[]): GuardedProcess {
  const logFile = join(folder, `${name}.log`);
  // Only etcd's guard removes the folder: etcd runs for as long as the control plane does.
  const folderToRemove = name === 'etcd' ? folder : undefined;
  return startGuarded({ name, command: binaries[name], args, logFile, env: withoutProxies(env), folderToRemove });
}

async function ready(open: OpenControlPlane, broken: Promise<string>, signal?: AbortSignal): Promise<void> {
  const look = async () => (await open.request('GET', '/readyz')) === 'ok';
  await untilBroken('the API server is ready', look, broken, signal);
}

/** The first thing that the controllers do: without them no namespace gets a service account. */
async function controllersReady(open: OpenControlPlane, broken: Promise<string>, signal?: AbortSignal): Promise<void> {
  const look = () => getObject(open, '/api/v1/namespaces/default/serviceaccounts/default');
  await untilBroken('the controllers run', look, broken, signal);
}

async function untilBroken(
  what: string,
  look: () => Promise<unknown>,
  broken: Promise<string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const over = new AbortController();
  const signals = signal === undefined ? [over.signal] : [over.signal, signal];
  const failure = broken.then((name) => Promise.reject(new Error(`${name} ended`)));
  const patience = { deadline: 60_000, interval: 50, signal: AbortSignal.any(signals) };
  try {
    await Promise.race([eventually(what, async () => (await look()) || undefined, patience), failure]);
  } finally {
    over.abort();
  }
}

async function stopAll(processes: Map<string, GuardedProcess>, folder: string): Promise<void> {
  await Promise.all([...processes.values()].map((one) => one.kill()));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function makeAccess([etcdPort, , port]: Start['ports'], binaries: Binaries): Access {
  return {
    url: `https://127.0.0.1:${port}`,
    etcdUrl: `http://127.0.0.1:${etcdPort}`,
    authority: makeAuthority('control-plane-test'),
    admin: makeUser('admin', ['system:masters']),
    spareUsers: Array.from({ length: spareUserCount }, (_, index) => makeUser(`user-${index + 1}`, [])),
    kubectlPath: binaries.kubectl,
  };
}

function makeUser(name: string, groups: readonly string[]): User {
  return { name, groups, token: randomBytes(16).toString('hex') };
}

function writeFiles({ folder, access }: Start): void {
  const { authority, admin, spareUsers } = access;
  const server = issueServerCertificate(authority, ['localhost', '127.0.0.1']);
  const serviceAccounts = makeSigningKeys();
  const lines = [admin, ...spareUsers].map(
    ({ name, token, groups }) => `${token},${name},${name},"${groups.join(',')}"`,
  );
  const files = {
    'ca.crt': authority.certificate,
    'server.crt': server.certificate,
    'server.key': server.key,
    'service-accounts.key': serviceAccounts.privateKey,
    'service-accounts.pub': serviceAccounts.publicKey,
    'tokens.csv': `${lines.join('\n')}\n`,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text, { mode: 0o600 });
  writeWhole(join(folder, 'controller-manager.kubeconfig'), kubeconfigText(access, {}));
}

function withoutProxies(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH: env['PATH'], HOME: env['HOME'], TZ: env['TZ'] };
}

function tailOf(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-20).join('\n');
}
