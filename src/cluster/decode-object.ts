// Owners of pods: the six built-in kinds and ControllerRevisions, and any other kind by its metadata. What protobuf and
// JSON say is gathered in one draft, so that both end in the same object.
import type { PbfReader } from 'pbf';
import { resourceOf } from '../core/kind.ts';
import type { OwnerObject, OwnerReference, PodTemplate, Rollout } from '../core/workload.ts';
import { isKept } from './kept-annotations.ts';
import { ownerOfJson, readOwnerProtobuf, readTemplateProtobuf, templateOfJson } from './decode-pod.ts';
import type { Interning } from './interning.ts';
import { eachField, eachFieldHere, readEntry, readTime } from './protobuf.ts';
import { integer, list, text, textOrNull, texts, time, tree, type Tree } from './tree.ts';

/** How an object's kind is written; `plural` by discovery where the kind is not built in. */
export interface KindOfObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural?: string;
  readonly scalable: boolean | null;
}

interface ObjectDraft {
  uid: string;
  namespace: string;
  name: string;
  owner: OwnerReference | null;
  createdAt: number;
  generation: number;
  terminating: boolean;
  labels: string[];
  annotations: string[];
  fieldManagers: string[];
  scaledBy: string;
  template: PodTemplate | null;
  /** spec.replicas or spec.parallelism; -1 where unset. */
  wanted: number;
  /** A DaemonSet's desiredNumberScheduled. */
  scheduled: number;
  paused: boolean;
  suspended: boolean;
  strategy: string;
  partition: number;
  observedGeneration: number;
  replicas: number;
  updated: number;
  available: number;
  ready: number;
  updateRevision: string;
  deadlineExceeded: boolean;
  finished: boolean;
  revision: number;
}

type Field =
  | 'wanted'
  | 'scheduled'
  | 'template'
  | 'jobTemplate'
  | 'paused'
  | 'suspended'
  | 'updateStrategy'
  | 'observedGeneration'
  | 'replicas'
  | 'updated'
  | 'available'
  | 'ready'
  | 'updateRevision'
  | 'conditions';

interface Shape {
  readonly spec: Readonly<Record<number, readonly [json: string, field: Field]>>;
  readonly status: Readonly<Record<number, readonly [json: string, field: Field]>>;
}

/** Field numbers and JSON names side by side, from the published API types (k8s.io/api/apps/v1, batch/v1, batch/v1beta1). */
const shapes: Readonly<Record<string, Shape>> = {
  Deployment: {
    spec: { 1: ['replicas', 'wanted'], 3: ['template', 'template'], 7: ['paused', 'paused'] },
    status: {
      1: ['observedGeneration', 'observedGeneration'],
      2: ['replicas', 'replicas'],
      3: ['updatedReplicas', 'updated'],
      4: ['availableReplicas', 'available'],
      6: ['conditions', 'conditions'],
      7: ['readyReplicas', 'ready'],
    },
  },
  ReplicaSet: {
    spec: { 1: ['replicas', 'wanted'], 3: ['template', 'template'] },
    status: { 4: ['readyReplicas', 'ready'] },
  },
  StatefulSet: {
    spec: { 1: ['replicas', 'wanted'], 3: ['template', 'template'], 7: ['updateStrategy', 'updateStrategy'] },
    status: {
      1: ['observedGeneration', 'observedGeneration'],
      2: ['replicas', 'replicas'],
      3: ['readyReplicas', 'ready'],
      5: ['updatedReplicas', 'updated'],
      7: ['updateRevision', 'updateRevision'],
      11: ['availableReplicas', 'available'],
    },
  },
  DaemonSet: {
    spec: { 2: ['template', 'template'], 3: ['updateStrategy', 'updateStrategy'] },
    status: {
      3: ['desiredNumberScheduled', 'scheduled'],
      4: ['numberReady', 'ready'],
      5: ['observedGeneration', 'observedGeneration'],
      6: ['updatedNumberScheduled', 'updated'],
      7: ['numberAvailable', 'available'],
    },
  },
  Job: {
    spec: { 1: ['parallelism', 'wanted'], 6: ['template', 'template'], 10: ['suspend', 'suspended'] },
    status: { 1: ['conditions', 'conditions'], 9: ['ready', 'ready'] },
  },
  CronJob: { spec: { 4: ['suspend', 'suspended'], 5: ['jobTemplate', 'jobTemplate'] }, status: {} },
};

export function readObjectProtobuf(pbf: PbfReader, end: number, of: KindOfObject, interning: Interning): OwnerObject {
  const draft = emptyObject();
  const shape = shapes[of.kind];
  eachField(pbf, end, (field) => {
    if (field === 1) readMetadata(pbf, draft, interning);
    else if (field === 2 && shape !== undefined) readPart(pbf, shape.spec, draft, interning);
    else if (field === 3 && shape !== undefined) readPart(pbf, shape.status, draft, interning);
    else if (field === 3 && of.kind === 'ControllerRevision') draft.revision = pbf.readVarint(true);
  });
  return finished(draft, of, interning);
}

/** PartialObjectMetadata: nothing but metadata, whatever the kind. */
export function readMetadataProtobuf(pbf: PbfReader, end: number, of: KindOfObject, interning: Interning): OwnerObject {
  const draft = emptyObject();
  eachField(pbf, end, (field) => {
    if (field === 1) readMetadata(pbf, draft, interning);
  });
  return { ...finished(draft, of, interning), template: null, replicas: null, rollout: null };
}

export function readObjectJson(value: unknown, of: KindOfObject, interning: Interning): OwnerObject {
  const draft = emptyObject();
  fillMetadata(draft, tree(tree(value)['metadata']), interning);
  const shape = shapes[of.kind];
  for (const part of ['spec', 'status'] as const) {
    const from = tree(tree(value)[part]);
    for (const [name, field] of Object.values(shape?.[part] ?? {})) fill(draft, field, from[name], interning);
  }
  if (of.kind === 'ControllerRevision') draft.revision = integer(tree(value)['revision']);
  return finished(draft, of, interning);
}

export function readMetadataJson(value: unknown, of: KindOfObject, interning: Interning): OwnerObject {
  const draft = emptyObject();
  fillMetadata(draft, tree(tree(value)['metadata']), interning);
  return { ...finished(draft, of, interning), template: null, replicas: null, rollout: null };
}

function emptyObject(): ObjectDraft {
  return {
    uid: '',
    namespace: '',
    name: '',
    owner: null,
    createdAt: 0,
    generation: 0,
    terminating: false,
    labels: [],
    annotations: [],
    fieldManagers: [],
    scaledBy: '',
    template: null,
    wanted: -1,
    scheduled: 0,
    paused: false,
    suspended: false,
    strategy: '',
    partition: 0,
    observedGeneration: 0,
    replicas: 0,
    updated: 0,
    available: 0,
    ready: 0,
    updateRevision: '',
    deadlineExceeded: false,
    finished: false,
    revision: 0,
  };
}

function takeManager(draft: ObjectDraft, manager: string, subresource: string): void {
  if (manager === '') return;
  // Whose entry is of `scale` set the number that holds now; as it bears no time, the server lists it first.
  if (subresource === 'scale') draft.scaledBy = manager;
  if (!draft.fieldManagers.includes(manager)) draft.fieldManagers.push(manager);
}

/** The last to have changed it comes last. */
function managersOf({ fieldManagers, scaledBy }: ObjectDraft): string[] {
  return scaledBy === '' ? fieldManagers : [...fieldManagers.filter((one) => one !== scaledBy), scaledBy];
}

function readMetadata(pbf: PbfReader, draft: ObjectDraft, interning: Interning): void {
  eachFieldHere(pbf, (field) => {
    if (field === 1) draft.name = pbf.readString();
    else if (field === 3) draft.namespace = interning.text(pbf);
    else if (field === 5) draft.uid = interning.text(pbf);
    else if (field === 7) draft.generation = pbf.readVarint(true);
    else if (field === 8) draft.createdAt = readTime(pbf);
    else if (field === 9) draft.terminating = true;
    else if (field === 11) readEntry(pbf, interning.text, (key, value) => draft.labels.push(key, value()));
    else if (field === 12) {
      readEntry(pbf, interning.text, (key, value) => {
        if (isKept(key)) draft.annotations.push(key, value());
      });
    } else if (field === 13) draft.owner ??= readOwnerProtobuf(pbf, interning);
    else if (field === 17) {
      let [manager, subresource] = ['', ''];
      eachFieldHere(pbf, (field) => {
        if (field === 1) manager = interning.text(pbf);
        else if (field === 8) subresource = interning.text(pbf);
      });
      takeManager(draft, manager, subresource);
    }
  });
}

function readPart(pbf: PbfReader, fields: Shape['spec'], draft: ObjectDraft, interning: Interning): void {
  eachFieldHere(pbf, (number) => {
    const field = fields[number]?.[1];
    if (field !== undefined) readField(pbf, field, draft, interning);
  });
}

function readField(pbf: PbfReader, field: Field, draft: ObjectDraft, interning: Interning): void {
  switch (field) {
    case 'template':
      draft.template = readTemplateProtobuf(pbf, interning);
      return;
    case 'jobTemplate':
      // JobTemplateSpec { 2: JobSpec { 6: PodTemplateSpec } }.
      eachFieldHere(pbf, (field) => {
        if (field !== 2) return;
        eachFieldHere(pbf, (field) => {
          if (field === 6) draft.template = readTemplateProtobuf(pbf, interning);
        });
      });
      return;
    case 'paused':
    case 'suspended':
      draft[field] = pbf.readBoolean();
      return;
    case 'updateRevision':
      draft.updateRevision = pbf.readString();
      return;
    case 'updateStrategy':
      // { 1: type, 2: RollingUpdateStatefulSetStrategy { 1: partition } }; a DaemonSet's second field is an IntOrString.
      eachFieldHere(pbf, (field) => {
        if (field === 1) draft.strategy = interning.text(pbf);
        else if (field === 2) {
          eachFieldHere(pbf, (field) => {
            if (field === 1 && pbf.type === 0) draft.partition = pbf.readVarint(true);
          });
        }
      });
      return;
    case 'conditions':
      readCondition(pbf, draft, interning);
      return;
    default:
      draft[field] = pbf.readVarint(true);
  }
}

/** { 1: type, 2: status, 4: reason }: a Deployment's; a Job's has no reason there but a time, and needs none. */
function readCondition(pbf: PbfReader, draft: ObjectDraft, interning: Interning): void {
  let [type, status, reason] = ['', '', ''];
  eachFieldHere(pbf, (field) => {
    if (field === 1) type = interning.text(pbf);
    else if (field === 2) status = interning.text(pbf);
    else if (field === 4 && type === 'Progressing') reason = interning.text(pbf);
  });
  takeCondition(draft, type, status, reason);
}

function takeCondition(draft: ObjectDraft, type: string, status: string, reason: string): void {
  if (type === 'Progressing' && reason === 'ProgressDeadlineExceeded') draft.deadlineExceeded = true;
  if ((type === 'Complete' || type === 'Failed') && status === 'True') draft.finished = true;
}

function fillMetadata(draft: ObjectDraft, metadata: Tree, interning: Interning): void {
  draft.uid = interning.same(text(metadata['uid']));
  draft.namespace = interning.same(text(metadata['namespace']));
  draft.name = text(metadata['name']);
  draft.owner = ownerOfJson(metadata['ownerReferences'], interning);
  draft.createdAt = time(metadata['creationTimestamp']);
  draft.generation = integer(metadata['generation']);
  draft.terminating = textOrNull(metadata['deletionTimestamp']) !== null;
  draft.labels = Object.entries(texts(metadata['labels'])).flat();
  draft.annotations = Object.entries(texts(metadata['annotations']))
    .filter(([key]) => isKept(key))
    .flat();
  for (const one of list(metadata['managedFields']).map(tree)) {
    takeManager(draft, text(one['manager']), text(one['subresource']));
  }
}

function fill(draft: ObjectDraft, field: Field, value: unknown, interning: Interning): void {
  if (value === undefined || value === null) return;
  switch (field) {
    case 'template':
      draft.template = templateOfJson(value, interning);
      return;
    case 'jobTemplate':
      draft.template = templateOfJson(tree(tree(value)['spec'])['template'], interning);
      return;
    case 'paused':
    case 'suspended':
      draft[field] = value === true;
      return;
    case 'updateRevision':
      draft.updateRevision = text(value);
      return;
    case 'updateStrategy':
      draft.strategy = text(tree(value)['type']);
      draft.partition = integer(tree(tree(value)['rollingUpdate'])['partition']);
      return;
    case 'conditions':
      for (const one of list(value).map(tree)) {
        takeCondition(draft, text(one['type']), text(one['status']), text(one['reason']));
      }
      return;
    default:
      draft[field] = integer(value);
  }
}

function finished(draft: ObjectDraft, of: KindOfObject, interning: Interning): OwnerObject {
  const { uid, name, owner, createdAt, generation, terminating, template, ready, suspended } = draft;
  return {
    uid,
    apiVersion: of.apiVersion,
    kind: of.kind,
    resource: resourceOf(of.apiVersion, of.kind, of.plural),
    namespace: draft.namespace === '' ? null : draft.namespace,
    name,
    owner,
    createdAt,
    generation,
    terminating,
    labels: interning.labels(draft.labels),
    annotations: interning.labels(draft.annotations),
    fieldManagers: managersOf(draft),
    template,
    replicas: replicasOf(draft, of.kind),
    ready,
    rollout: rolloutOf(draft, of.kind),
    finished: draft.finished,
    suspended,
    revision: revisionOf(draft, of.kind),
    scalable: of.scalable,
  };
}

function replicasOf(draft: ObjectDraft, kind: string): number | null {
  if (kind === 'DaemonSet') return draft.scheduled;
  const counted = ['Deployment', 'StatefulSet', 'ReplicaSet', 'Job'].includes(kind);
  return counted ? (draft.wanted < 0 ? 1 : draft.wanted) : null;
}

function rolloutOf(draft: ObjectDraft, kind: string): Rollout | null {
  if (kind !== 'Deployment' && kind !== 'StatefulSet' && kind !== 'DaemonSet') return null;
  const { observedGeneration, updated, available, paused, deadlineExceeded } = draft;
  return {
    observedGeneration,
    replicas: kind === 'DaemonSet' ? draft.scheduled : draft.replicas,
    updated,
    available,
    paused,
    deadlineExceeded,
    byHand: draft.strategy === 'OnDelete' || draft.partition > 0,
    updateRevision: kind === 'StatefulSet' ? draft.updateRevision || null : null,
  };
}

function revisionOf(draft: ObjectDraft, kind: string): number | null {
  if (kind === 'ControllerRevision') return draft.revision;
  if (kind !== 'ReplicaSet') return null;
  const at = draft.annotations.indexOf('deployment.kubernetes.io/revision');
  const revision = Number(at < 0 ? Number.NaN : draft.annotations[at + 1]);
  return Number.isInteger(revision) ? revision : null;
}
