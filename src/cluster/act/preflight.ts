// What else is to be known before an act, in words: who scales the workload, what guards it, what rests on it, and whether
// its images can be pulled again. Nothing of it stops an act; what could not be read is said.
import type { ActAction, PreflightFinding, Target } from '../../core/act.ts';
import { groupOf } from '../../core/kind.ts';
import type { Labels, Pod } from '../../core/workload.ts';
import { integer, list, text, texts, tree, type Tree } from '../tree.ts';
import { listObjects } from './ask.ts';
import { type Context, pathOf } from './context.ts';
import type { Family } from './family.ts';
import { metadataOf } from './live.ts';
import { matches } from './selector.ts';

export interface Subject {
  readonly target: Target;
  readonly action: ActAction;
  /** The pod template's labels, of a custom kind those of its pods; empty where there are none to know. */
  readonly labels: readonly Labels[];
  readonly family: Family;
  /** Images that would have to be pulled again. */
  readonly references: readonly string[];
}

export async function preflight(context: Context, subject: Subject): Promise<readonly PreflightFinding[]> {
  const { target, family } = subject;
  const findings = await Promise.all([
    autoscalers(context, target, subject.action),
    budgets(context, subject),
    backends(context, subject),
    pulls(context, subject.references, subject.action),
  ]);
  const unread = family.unread.toSorted().join(', ');
  if (unread === '') return findings.flat();
  return [...findings.flat(), unreadFinding(unread, 'which pods it has and what rests on them')];
}

export function unreadFinding(what: string, unknown: string): PreflightFinding {
  return { topic: 'unread', says: `${what} could not be read: ${unknown} is not known` };
}

interface Autoscaler {
  readonly says: string;
  /** It has set the replicas to 0 itself, so the workload is idle. */
  readonly idle: boolean;
}

/** HorizontalPodAutoscalers and KEDA's ScaledObjects that name the target. */
export async function autoscalers(
  context: Context,
  target: Target,
  action: ActAction,
): Promise<readonly PreflightFinding[]> {
  const { found, unread } = await readAutoscalers(context, target, action);
  return [
    ...found.map(({ says }): PreflightFinding => ({ topic: 'autoscaler', says })),
    ...unread.map((what) => unreadFinding(what, 'whether one scales it')),
  ];
}

/** Who has scaled the target to 0, in words; null where nobody is known to. */
export async function idleWords(context: Context, target: Target): Promise<string | null> {
  const { found } = await readAutoscalers(context, target, 'scaledown');
  return found.find(({ idle }) => idle)?.says ?? null;
}

async function readAutoscalers(context: Context, target: Target, action: ActAction) {
  const unread: string[] = [];
  const read = async (apiVersion: string, kind: string, words: (object: Tree) => Autoscaler) => {
    const objects = await ofKind(context, target, apiVersion, kind, unread);
    return objects.filter((one) => names(tree(tree(one['spec'])['scaleTargetRef']), target)).map(words);
  };
  const found = await Promise.all([
    read('autoscaling/v2', 'HorizontalPodAutoscaler', (object) => horizontal(object, action)),
    read('keda.sh/v1alpha1', 'ScaledObject', keda),
  ]);
  return { found: found.flat(), unread };
}

/** Kubernetes: an autoscaler is disabled while its target is at 0, unless it has scaled it there itself. */
function horizontal(object: Tree, action: ActAction): Autoscaler {
  const spec = tree(object['spec']);
  const range = `${integer(spec['minReplicas'] ?? 1)} to ${integer(spec['maxReplicas'])} replicas`;
  const who = `HorizontalPodAutoscaler/${metadataOf(object).name} (${range})`;
  const conditions = list(tree(object['status'])['conditions']).map(tree);
  const idle = conditions.some((one) => one['type'] === 'ScaledToZero' && one['status'] === 'True');
  if (idle) return { idle, says: `${who} has scaled it to 0: it is idle, not stopped` };
  return { idle, says: `${who} scales it; ${after[action]}` };
}

const after: Readonly<Record<ActAction, string>> = {
  scaledown: 'it leaves it alone while it is at 0',
  delete: 'it stays and has nothing to scale',
  restore: 'it chooses the number again from then on',
};

function keda(object: Tree): Autoscaler {
  const says = `ScaledObject/${metadataOf(object).name} of KEDA scales it, may raise it again, and at 0 means that it is idle, not stopped`;
  return { idle: true, says };
}

function names(reference: Tree, { apiVersion, kind, name }: Target): boolean {
  const named = { kind: text(reference['kind']) || 'Deployment', group: groupOf(text(reference['apiVersion'])) };
  const anyGroup = text(reference['apiVersion']) === '';
  return text(reference['name']) === name && named.kind === kind && (anyGroup || named.group === groupOf(apiVersion));
}

async function budgets(context: Context, { target, labels }: Subject): Promise<readonly PreflightFinding[]> {
  const unread: string[] = [];
  const objects = await ofKind(context, target, 'policy/v1', 'PodDisruptionBudget', unread);
  const selecting = objects.filter((one) => labels.some((some) => matches(tree(one['spec'])['selector'], some)));
  return [
    ...selecting.map((one): PreflightFinding => {
      const says = `PodDisruptionBudget/${metadataOf(one).name} selects its pods but does not guard them: it stops evictions only`;
      return { topic: 'budget', says };
    }),
    ...unread.map((what) => unreadFinding(what, 'whether one selects its pods')),
  ];
}

async function backends(context: Context, subject: Subject): Promise<readonly PreflightFinding[]> {
  const { target, labels, family } = subject;
  const unread: string[] = [];
  const services = await ofKind(context, target, 'v1', 'Service', unread);
  const podsUnread = family.unread.includes('pods');
  const left = services.filter((service) => {
    const selector = texts(tree(service['spec'])['selector']);
    const selects = (some: Labels): boolean => selectsBy(selector, some);
    if (!labels.some(selects) || podsUnread) return false;
    return !family.pods.some((pod) => serves(pod) && !family.own.has(pod.uid) && selects(pod.labels));
  });
  return [
    ...left.map((one): PreflightFinding => {
      const says = `Service/${metadataOf(one).name} has no other ready pod: it is left without a backend`;
      return { topic: 'backend', says };
    }),
    ...unread.map((what) => unreadFinding(what, 'whether it is the last backend of one')),
  ];
}

function selectsBy(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function serves({ ready, terminating }: Pod): boolean {
  return ready && !terminating;
}

/** `restore` is not told of images about which nothing is known: it needs nobody to ask. */
export async function pulls(
  context: Context,
  references: readonly string[],
  action: ActAction,
): Promise<readonly PreflightFinding[]> {
  const distinct = [...new Set(references)];
  const answers = await Promise.all(
    distinct.map(async (reference): Promise<PreflightFinding | null> => {
      const pullable = await context.parts.pullable(reference);
      if (pullable === true || (pullable === null && action === 'restore')) return null;
      if (pullable === null)
        return { topic: 'pull', says: `whether ${reference} can be pulled again could not be asked` };
      return { topic: 'pull', says: `${reference} cannot be pulled any more: pods made anew may not start` };
    }),
  );
  return answers.filter((one) => one !== null);
}

/** All objects of a kind in the target's namespace; none where the server does not have the kind. */
async function ofKind(
  context: Context,
  { namespace }: Target,
  apiVersion: string,
  kind: string,
  unread: string[],
): Promise<readonly Tree[]> {
  const api = await context.discovery.findOrThrow(apiVersion, kind);
  if (api === null) return [];
  const listed = await listObjects(context, pathOf(api, namespace), false);
  if (listed.is === 'refused' || !listed.whole) unread.push(`${kind}s`);
  return listed.is === 'refused' ? [] : listed.items;
}
