// A made-up world for runs that act: one cluster of Deployments, one Xray, one journal and one memory on disk, and any number
// of processes that share them.
import type { ActOrder, Inspection, JournalLine, Performed, Ready, Refusal } from '../../src/core/act.ts';
import type { Fact, ImagesNews } from '../../src/core/inventory.ts';
import { nothingRemembered } from '../../src/core/memory.ts';
import type { Remembered } from '../../src/core/memory.ts';
import type { DryRun } from '../../src/core/plan-acts.ts';
import type { Question } from '../../src/core/plan.ts';
import type { Policy } from '../../src/core/policy.ts';
import { defaultMaxAge } from '../../src/core/refresh-look-ups.ts';
import type { Scan } from '../../src/core/scan.ts';
import { everything } from '../../src/core/selection.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Acting, Cluster, Journal, LiveCluster, Memory, News, Scanner } from '../../src/engine/ports.ts';
import { createRejudge } from '../../src/engine/rejudge.ts';
import { aFinding, aPolicy, aScan, anImage, hour, minute, now } from '../support/builders.ts';
import { deployed, stopped } from '../support/runs.ts';
import { clusterRead, nodeSeen, scanRead } from '../support/states.ts';
import { fakeClock } from './fake-clock.ts';
import type { FakeClock } from './fake-clock.ts';

interface App {
  readonly name: string;
  uid: string;
  image: number;
  replicas: number;
  version: number;
  /** Pods go on running after it was stopped. */
  lingers: boolean;
}

/** What is made to go wrong, or to wait, for a call of the cluster. */
export interface Hooks {
  beforeInspect?: (order: ActOrder) => Promise<void> | void;
  beforePerform?: (order: ActOrder) => Promise<void> | void;
  /** After the cluster has done it, before anybody knows. */
  afterPerform?: (order: ActOrder) => Promise<void> | void;
  /** Null: as the made-up cluster has it. */
  performed?: (order: ActOrder) => Performed | null;
  refusals?: readonly Refusal[];
}

export interface World {
  readonly clock: FakeClock;
  readonly apps: Map<string, App>;
  /** Every line on disk. */
  readonly lines: JournalLine[];
  readonly hooks: Hooks;
  readonly remembered: { value: Remembered };
  /** By image number; null: never answered. */
  readonly answers: Map<number, (askedAt: number) => Scan | null>;
  /** What the cluster was told to do: `scaledown cart`, `dry scaledown cart`. */
  readonly done: string[];
  /** Every question that was asked, with the time. */
  readonly asked: (Question & { readonly at: number })[];
  /** Null: it can be written. */
  diskError: Error | null;
  deploy(name: string, image: number, overrides?: Partial<App>): void;
  change(name: string, change: Partial<App>): void;
  remove(name: string): void;
  news(news: Partial<ImagesNews>): void;
  start(options?: Partial<Options>): Process;
}

export interface Options {
  readonly policy: Policy;
  readonly byPolicy: DryRun | null;
  readonly byHand: DryRun;
  readonly once: boolean;
  readonly memory: boolean;
  readonly stuckAfter: number;
  /** What its cache says of everything, where any answer does. */
  readonly cached: ((askedAt: number) => Scan) | null;
  readonly runName: string;
}

export interface Process {
  readonly engine: Engine;
  /** Resolves when `follow` does. */
  readonly ended: Promise<void>;
  /** `scaledown cart: effective`, as facts said it. */
  readonly said: string[];
  readonly warnings: string[];
  /** Its memory and timers are gone, and it does nothing more. */
  kill(): void;
}

export const bad = (askedAt: number): Scan => aScan({ askedAt, findings: [aFinding()] });
export const clean = (askedAt: number): Scan => aScan({ askedAt });
/** Scales down what has a Critical finding, without limits. */
export const strict = aPolicy({
  security: { default: 'scaledown' },
  limits: { actionsPerMinute: 1000, shareOfWorkloads: 1 },
});

export function aWorld(): World {
  const clock = fakeClock();
  const apps = new Map<string, App>();
  const followers = new Set<(facts: readonly Fact[]) => void>();
  const lines: JournalLine[] = [];
  const hooks: Hooks = {};
  const remembered = { value: nothingRemembered };
  const answers = new Map<number, (askedAt: number) => Scan | null>();
  const done: string[] = [];
  const asked: World['asked'] = [];
  const images = new Map(Array.from({ length: 1000 }, (_, image) => [anImage(image).key, image]));
  const lock = createLock();
  const tell = (facts: readonly Fact[]): void => {
    for (const follower of followers) follower(facts);
  };
  const change = (name: string, changed: Partial<App>): void => {
    const app = appNamed(name);
    Object.assign(app, changed, { version: app.version + 1 });
    tell(factsOf(app));
  };
  const appNamed = (name: string): App => {
    const app = apps.get(name);
    if (app === undefined) throw new Error(`no app ${name}`);
    return app;
  };
  const remove = (name: string): void => {
    const { uid } = appNamed(name);
    apps.delete(name);
    tell([
      { type: 'ObjectGone', uid },
      { type: 'PodGone', uid: `pod-${uid}` },
    ]);
  };
  const all = (): Fact[] => [nodeSeen(), ...[...apps.values()].flatMap(factsOf)];

  const cluster: LiveCluster = {
    async *read() {
      yield [...all(), clusterRead];
    },
    async *follow(signal) {
      const stream = createStream<readonly Fact[]>(signal);
      followers.add(stream.push);
      stream.push([...all(), clusterRead]);
      yield* stream.items();
      followers.delete(stream.push);
    },
  };
  const clusterOf = (): Cluster => cluster;
  const scanner: Scanner = {
    async *ask(questions) {
      for (const question of questions) {
        asked.push({ ...question, at: clock.now() });
        const number = images.get(question.image.key) ?? Number.NaN;
        const scan = (answers.get(number) ?? clean)(clock.now());
        if (scan !== null) yield scanRead(question.image, scan);
      }
    },
  };
  const acting: Acting = {
    inspect: async (order, signal) => {
      await unlessAborted(hooks.beforeInspect?.(order), signal);
      return inspected(apps.get(order.target.name), order, hooks.refusals ?? []);
    },
    perform: async (order, ready, { dryRun }) => {
      if (dryRun) {
        done.push(`dry ${order.action} ${order.target.name}`);
        return { is: 'accepted', says: 'checked' };
      }
      await hooks.beforePerform?.(order);
      const made = hooks.performed?.(order) ?? null;
      if (made !== null) return made;
      const app = apps.get(order.target.name);
      if (app === undefined || app.uid !== order.target.uid) return { is: 'failed', says: 'not found' };
      if (String(app.version) !== ready.resourceVersion)
        return { is: 'conflict', says: 'the object has been modified' };
      done.push(`${order.action} ${order.target.name}`);
      if (order.action === 'delete') remove(app.name);
      else change(app.name, { replicas: order.action === 'restore' ? 1 : 0 });
      await hooks.afterPerform?.(order);
      return { is: 'accepted', says: 'done' };
    },
    blockers: async () => ['pod cart-1 is held by a finalizer'],
  };
  const world: World = {
    clock,
    apps,
    lines,
    hooks,
    remembered,
    answers,
    done,
    asked,
    diskError: null,
    deploy: (name, image, overrides = {}) => {
      const app = { name, uid: `deployment-${name}`, image, replicas: 1, version: 1, lingers: false, ...overrides };
      apps.set(name, app);
      tell(factsOf(app));
    },
    change,
    remove,
    news: (said) => {
      const nothing = { digests: [], folders: [], repositories: [], everything: false, from: 'violations' };
      tell([{ type: 'ImagesNews', at: clock.now(), ...nothing, ...said }]);
    },
    start: (options = {}) => startIn(world, { cluster, clusterOf, scanner, acting, lock }, options),
  };
  return world;
}

async function unlessAborted(work: Promise<void> | void, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', onAbort));
}

/** `Intended scaledown cart`, `Ended accepted`, `Paused limit`. */
function inShort(line: JournalLine): string {
  switch (line.type) {
    case 'Intended':
    case 'Refused':
      return `${line.type} ${line.order.action} ${line.order.target.name}`;
    case 'Ended':
      return `Ended ${line.outcome}`;
    case 'Paused':
      return `Paused ${line.by}`;
    default:
      return line.type;
  }
}

export const journal = ({ lines }: World): string[] => lines.map(inShort);

/** Cart runs image 1, which is condemned. */
export function condemned(): World {
  const world = aWorld();
  world.answers.set(1, bad);
  world.deploy('cart', 1);
  return world;
}

interface Parts {
  readonly cluster: LiveCluster;
  readonly clusterOf: () => Cluster;
  readonly scanner: Scanner;
  readonly acting: Acting;
  readonly lock: Lock;
}

function startIn(
  world: World,
  { cluster, clusterOf, scanner, acting, lock }: Parts,
  options: Partial<Options>,
): Process {
  const {
    policy = strict,
    byPolicy = 'none',
    byHand = 'none',
    once = false,
    memory = true,
    stuckAfter = 2 * minute,
    cached = null,
    runName = 'run',
  } = options;
  const { clock } = world;
  const [said, warnings]: [string[], string[]] = [[], []];
  const life = { alive: true };
  /** A process that was killed does not come back from a call. */
  const whileAlive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!life.alive) await new Promise(() => {});
    const result = await work();
    if (!life.alive) await new Promise(() => {});
    return result;
  };
  const surroundings = { ownNamespaces: [] };
  const asking = cached === null ? scanner : cachedScanner(scanner, cached);
  const rejudge = createRejudge({ clusterOf, scanner: asking, clock, surroundings, wait: hour });
  const engine = createEngine({
    cluster,
    scanner: asking,
    clock,
    policy,
    selection: everything,
    ongoing: {
      cluster,
      news: [] satisfies News[],
      surroundings,
      ongoing: { refreshing: { maxAge: defaultMaxAge }, byPolicy, byHand },
      acting: {
        inspect: (...args) => whileAlive(() => acting.inspect(...args)),
        perform: (...args) => whileAlive(() => acting.perform(...args)),
        blockers: (...args) => whileAlive(() => acting.blockers(...args)),
      },
      journal: journalOf(world, lock, life, whileAlive),
      memory: memory ? memoryOf(world) : null,
      identity: { actor: 'ana', machine: 'desk' },
      runName,
      rejudge: (...args) => whileAlive(() => rejudge(...args)),
      stuckAfter,
      warn: (message) => warnings.push(message),
    },
  });
  engine.subscribe(({ facts }) => {
    for (const fact of facts) {
      if (fact.type !== 'ActEnded') continue;
      const { order, end, message } = fact;
      said.push(`${order.action} ${order.target.name}: ${end}${end === 'effective' ? '' : `, ${message ?? ''}`}`);
    }
  });
  const ended = engine.follow({ once });
  ended.catch(() => {});
  const kill = (): void => {
    life.alive = false;
    lock.release(life);
    engine.stop();
  };
  return { engine, ended, said, warnings, kill };
}

function factsOf({ name, uid, image, replicas, lingers }: App): Fact[] {
  const facts = replicas > 0 || lingers ? deployed(name, image, { uid, replicas }) : stopped(name, { uid });
  return facts;
}

function inspected(app: App | undefined, order: ActOrder, refusals: readonly Refusal[]): Inspection {
  if (order.action === 'restore' && app !== undefined) return ready(app, refusals);
  if (app === undefined || app.uid !== order.target.uid) return { is: 'gone', says: 'it is not there any more' };
  if (order.action === 'scaledown' && app.replicas === 0) return { is: 'done', says: 'it is at 0 already' };
  return ready(app, refusals);
}

function ready({ version, replicas }: App, refusals: readonly Refusal[]): Ready {
  return {
    is: 'ready',
    resourceVersion: String(version),
    generation: version,
    saved: { is: 'field', field: 'replicas', before: replicas, after: 0, others: [] },
    does: `sets its replicas from ${replicas} to 0`,
    undo: { grade: 'full', means: `sets its replicas to ${replicas} again` },
    findings: [],
    refusals,
  };
}

function journalOf(
  world: World,
  lock: Lock,
  life: object,
  whileAlive: <T>(work: () => Promise<T>) => Promise<T>,
): Journal {
  let read = 0;
  const failing = (): void => {
    if (world.diskError !== null) throw world.diskError;
  };
  return {
    news: () =>
      whileAlive(async () => {
        const fresh = world.lines.slice(read);
        read = world.lines.length;
        return fresh;
      }),
    append: (line) =>
      whileAlive(async () => {
        failing();
        world.lines.push(line);
      }),
    exclusively: (work) => whileAlive(() => lock.exclusively(life, work)),
  };
}

function memoryOf({ remembered }: World): Memory {
  return {
    read: async () => remembered.value,
    merge: async ({ firstSeen, standings, measure }) => {
      const { value } = remembered;
      const kept = value.measure === measure ? value.standings : {};
      remembered.value = {
        firstSeen: { ...firstSeen, ...value.firstSeen },
        standings: { ...kept, ...standings },
        measure,
      };
      return remembered.value;
    },
  };
}

/** Answers from what it has kept where any answer does, a minute old. */
function cachedScanner(scanner: Scanner, kept: (askedAt: number) => Scan): Scanner {
  return {
    async *ask(questions, signal) {
      const [known, open] = [
        questions.filter((one) => one.notOlderThan === 0),
        questions.filter((one) => one.notOlderThan > 0),
      ];
      for (const { image } of known) yield scanRead(image, kept(now - minute));
      yield* scanner.ask(open, signal);
    },
  };
}

interface Lock {
  exclusively<T>(owner: object, work: () => Promise<T>): Promise<T>;
  /** Whoever held it was killed. */
  release(owner: object): void;
}

interface Holder {
  readonly owner: object;
  readonly released: PromiseWithResolvers<void>;
}

function createLock(): Lock {
  const waiting: Holder[] = [];
  const free = (own: Holder): void => {
    if (waiting.includes(own)) waiting.splice(waiting.indexOf(own), 1);
    own.released.resolve();
  };
  const exclusively = async <T>(owner: object, work: () => Promise<T>): Promise<T> => {
    const own = { owner, released: Promise.withResolvers<void>() };
    waiting.push(own);
    while (waiting[0] !== own) await waiting[0]?.released.promise;
    try {
      return await work();
    } finally {
      free(own);
    }
  };
  return { exclusively, release: (owner) => waiting.filter((one) => one.owner === owner).forEach(free) };
}

/** What is pushed comes out, until the signal aborts. */
function createStream<T>(signal: AbortSignal): { push: (item: T) => void; items: () => AsyncIterable<T> } {
  const waiting: T[] = [];
  let wake = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => wake.resolve());
  return {
    push: (item) => {
      waiting.push(item);
      wake.resolve();
    },
    items: async function* () {
      while (!signal.aborted) {
        await wake.promise;
        wake = Promise.withResolvers<void>();
        yield* waiting.splice(0);
      }
    },
  };
}
