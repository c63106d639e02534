// Pods, from protobuf (k8s.io/api/core/v1) and from JSON, in the smallest shape that still answers every question.
import type { PbfReader } from 'pbf';
import type { Role } from '../core/image.ts';
import type { Labels, OwnerReference, Pod, PodContainer, PodTemplate } from '../core/workload.ts';
import type { Interning } from './interning.ts';
import { isKept } from './kept-annotations.ts';
import { eachFieldHere, endOf, nextField, readEntry, readTime, skipField } from './protobuf.ts';
import { list, text, textOrNull, texts, time, tree } from './tree.ts';

/** Labels that differ from pod to pod or from revision to revision, and select nothing that is asked for. */
const fleeting = new Set([
  'pod-template-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'controller-uid',
]);
const revisionLabel = 'controller-revision-hash';
const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** A pod's or a template's `spec`, before its statuses are known. */
export interface PodSpecDraft {
  containers: { name: string; role: Role; reference: string; imageID: string }[];
  node: string | null;
  priorityClass: string | null;
}

interface PodDraft extends PodSpecDraft {
  uid: string;
  namespace: string;
  name: string;
  owner: OwnerReference | null;
  createdAt: number;
  terminating: boolean;
  labels: string[];
  revision: string | null;
  mirror: boolean;
  annotations: string[];
  phase: string;
  ready: boolean;
  /** Name and imageID in turn. */
  imageIDs: string[];
  /** Of image volumes: name and imageRef in turn; only newer servers tell. */
  volumeImages: string[];
}

export function readPodProtobuf(pbf: PbfReader, end: number, interning: Interning): Pod {
  const draft = emptyPod();
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field === 1) readPodMetadata(pbf, draft, interning);
    else if (field === 2) readPodSpec(pbf, draft, interning);
    else if (field === 3) readPodStatus(pbf, draft, interning);
    else skipField(pbf);
  }
  return finished(draft, interning);
}

/** PodTemplateSpec { 1: ObjectMeta, 2: PodSpec }. */
export function readTemplateProtobuf(pbf: PbfReader, interning: Interning): PodTemplate {
  const draft: PodSpecDraft = { containers: [], node: null, priorityClass: null };
  const labels: string[] = [];
  eachFieldHere(pbf, (field) => {
    if (field === 1) {
      eachFieldHere(pbf, (field) => {
        if (field === 11) readEntry(pbf, interning.text, (key, value) => labels.push(key, value()));
      });
    } else if (field === 2) readPodSpec(pbf, draft, interning);
  });
  return {
    labels: interning.labels(labels),
    priorityClass: draft.priorityClass,
    containers: interning.containers(draft.containers),
  };
}

/** The owner with `controller: true` among metadata's references; null for any other. */
export function readOwnerProtobuf(pbf: PbfReader, interning: Interning): OwnerReference | null {
  let apiVersion = '';
  let kind = '';
  let name = '';
  let uid = '';
  let controller = false;
  const end = endOf(pbf);
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field === 1) kind = interning.text(pbf);
    else if (field === 3) name = interning.text(pbf);
    else if (field === 4) uid = interning.text(pbf);
    else if (field === 5) apiVersion = interning.text(pbf);
    else if (field === 6) controller = pbf.readBoolean();
    else skipField(pbf);
  }
  return controller ? interning.owner({ apiVersion, kind, name, uid }) : null;
}

export function readPodJson(value: unknown, interning: Interning): Pod {
  const [metadata, spec, status] = [
    tree(tree(value)['metadata']),
    tree(tree(value)['spec']),
    tree(tree(value)['status']),
  ];
  const draft = emptyPod();
  for (const [key, label] of Object.entries(texts(metadata['labels']))) takeLabel(draft, key, () => label);
  fillSpec(draft, spec);
  const { same } = interning;
  draft.uid = text(metadata['uid']);
  draft.namespace = same(text(metadata['namespace']));
  draft.name = text(metadata['name']);
  draft.owner = ownerOfJson(metadata['ownerReferences'], interning);
  draft.createdAt = time(metadata['creationTimestamp']);
  draft.terminating = textOrNull(metadata['deletionTimestamp']) !== null;
  for (const [key, value] of Object.entries(texts(metadata['annotations'])))
    takeAnnotation(draft, key, () => same(value));
  draft.phase = text(status['phase']);
  draft.ready = list(status['conditions']).some(
    (one) => tree(one)['type'] === 'Ready' && tree(one)['status'] === 'True',
  );
  for (const key of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']) {
    for (const one of list(status[key]).map(tree)) {
      draft.imageIDs.push(text(one['name']), same(text(one['imageID'])));
      for (const mount of list(one['volumeMounts']).map(tree)) {
        const imageRef = text(tree(tree(mount['volumeStatus'])['image'])['imageRef']);
        if (imageRef !== '') draft.volumeImages.push(text(mount['name']), same(imageRef));
      }
    }
  }
  return finished(draft, interning);
}

export function templateOfJson(value: unknown, interning: Interning): PodTemplate {
  const draft: PodSpecDraft = { containers: [], node: null, priorityClass: null };
  fillSpec(draft, tree(tree(value)['spec']));
  const labels = Object.entries(texts(tree(tree(value)['metadata'])['labels']))
    .flat()
    .map(interning.same);
  return {
    labels: interning.labels(labels),
    priorityClass: draft.priorityClass,
    containers: interning.containers(draft.containers),
  };
}

export function ownerOfJson(references: unknown, interning: Interning): OwnerReference | null {
  const owner = list(references)
    .map(tree)
    .find((one) => one['controller'] === true);
  if (owner === undefined) return null;
  const [apiVersion, kind, name, uid] = ['apiVersion', 'kind', 'name', 'uid'].map((key) =>
    interning.same(text(owner[key])),
  );
  return interning.owner({ apiVersion: apiVersion ?? '', kind: kind ?? '', name: name ?? '', uid: uid ?? '' });
}

function emptyPod(): PodDraft {
  return {
    uid: '',
    namespace: '',
    name: '',
    owner: null,
    createdAt: 0,
    terminating: false,
    labels: [],
    revision: null,
    mirror: false,
    annotations: [],
    phase: '',
    ready: false,
    imageIDs: [],
    volumeImages: [],
    containers: [],
    node: null,
    priorityClass: null,
  };
}

function takeLabel(draft: PodDraft, key: string, value: () => string): void {
  if (key === revisionLabel) draft.revision = value();
  else if (!fleeting.has(key)) draft.labels.push(key, value());
}

function takeAnnotation(draft: PodDraft, key: string, value: () => string): void {
  if (key === mirrorAnnotation) draft.mirror = true;
  else if (isKept(key)) draft.annotations.push(key, value());
}

function readPodMetadata(pbf: PbfReader, draft: PodDraft, interning: Interning): void {
  const end = endOf(pbf);
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field === 1) draft.name = pbf.readString();
    else if (field === 3) draft.namespace = interning.text(pbf);
    else if (field === 5) draft.uid = pbf.readString();
    else if (field === 8) draft.createdAt = readTime(pbf);
    else if (field === 11) readLabel(pbf, draft, interning);
    else if (field === 12) readEntry(pbf, interning.text, (key, value) => takeAnnotation(draft, key, value));
    else if (field === 13) {
      const owner = readOwnerProtobuf(pbf, interning);
      draft.owner ??= owner;
    } else {
      if (field === 9) draft.terminating = true;
      skipField(pbf);
    }
  }
}

/** An entry of the labels; the values of some are not even decoded. */
function readLabel(pbf: PbfReader, draft: PodDraft, interning: Interning): void {
  let key = '';
  const end = endOf(pbf);
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field === 1) key = interning.text(pbf);
    else if (field === 2 && key === revisionLabel) draft.revision = interning.text(pbf);
    else if (field === 2 && !fleeting.has(key)) draft.labels.push(key, interning.text(pbf));
    else skipField(pbf);
  }
}

function readPodSpec(pbf: PbfReader, draft: PodSpecDraft, interning: Interning): void {
  const end = endOf(pbf);
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field === 1) readVolume(pbf, draft, interning);
    else if (field === 2) readContainer(pbf, draft, 'container', interning);
    else if (field === 10) draft.node = interning.text(pbf) || null;
    else if (field === 20) readContainer(pbf, draft, 'init', interning);
    else if (field === 24) draft.priorityClass = interning.text(pbf) || null;
    else if (field === 34) {
      // EphemeralContainer { 1: EphemeralContainerCommon }, which is numbered as Container is.
      eachFieldHere(pbf, (field) => {
        if (field === 1) readContainer(pbf, draft, 'ephemeral', interning);
      });
    } else skipField(pbf);
  }
}

function readContainer(pbf: PbfReader, draft: PodSpecDraft, as: Role, interning: Interning): void {
  let name = '';
  let reference = '';
  let role = as;
  const end = endOf(pbf);
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field === 1) name = interning.text(pbf);
    else if (field === 2) reference = interning.text(pbf);
    else if (field === 24 && as === 'init') role = interning.text(pbf) === 'Always' ? 'sidecar' : as;
    else skipField(pbf);
  }
  draft.containers.push({ name, role, reference, imageID: '' });
}

/** Volume { 1: name, 2: VolumeSource { 30: ImageVolumeSource { 1: reference } } }. */
function readVolume(pbf: PbfReader, draft: PodSpecDraft, interning: Interning): void {
  let nameAt = -1;
  let reference = '';
  const end = endOf(pbf);
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field === 2) reference = readVolumeSource(pbf, interning) || reference;
    else {
      if (field === 1) nameAt = pbf.pos;
      skipField(pbf);
    }
  }
  // Most volumes hold no image, and their names are made up for each pod: they are not even decoded.
  if (reference === '' || nameAt < 0) return;
  const after = pbf.pos;
  pbf.pos = nameAt;
  draft.containers.push({ name: interning.text(pbf), role: 'volume', reference, imageID: '' });
  pbf.pos = after;
}

function readVolumeSource(pbf: PbfReader, interning: Interning): string {
  let reference = '';
  const end = endOf(pbf);
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field !== 30) skipField(pbf);
    else {
      eachFieldHere(pbf, (field) => {
        if (field === 1) reference = interning.text(pbf);
      });
    }
  }
  return reference;
}

function readPodStatus(pbf: PbfReader, draft: PodDraft, interning: Interning): void {
  const end = endOf(pbf);
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field === 1) draft.phase = interning.text(pbf);
    else if (field === 2) draft.ready = readReady(pbf, interning) || draft.ready;
    else if (field === 8 || field === 10 || field === 13) readContainerStatus(pbf, draft, interning);
    else skipField(pbf);
  }
}

function readReady(pbf: PbfReader, interning: Interning): boolean {
  let type = '';
  let status = '';
  const end = endOf(pbf);
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field === 1) type = interning.text(pbf);
    else if (field === 2) status = interning.text(pbf);
    else skipField(pbf);
  }
  return type === 'Ready' && status === 'True';
}

function readContainerStatus(pbf: PbfReader, draft: PodDraft, interning: Interning): void {
  let name = '';
  let imageID = '';
  const end = endOf(pbf);
  for (let field = nextField(pbf, end); field !== 0; field = nextField(pbf, end)) {
    if (field === 1) name = interning.text(pbf);
    else if (field === 7) imageID = interning.text(pbf);
    else if (field === 12) readVolumeMountStatus(pbf, draft, interning);
    else skipField(pbf);
  }
  draft.imageIDs.push(name, imageID);
}

/** VolumeMountStatus { 1: name, 5: VolumeStatus { 1: ImageVolumeStatus { 1: imageRef } } }: which image a volume holds. */
function readVolumeMountStatus(pbf: PbfReader, draft: PodDraft, interning: Interning): void {
  if (draft.containers.every(({ role }) => role !== 'volume')) return skipField(pbf);
  let name = '';
  eachFieldHere(pbf, (field) => {
    if (field === 1) name = interning.text(pbf);
    else if (field === 5) {
      eachFieldHere(pbf, (field) => {
        if (field !== 1) return;
        eachFieldHere(pbf, (field) => {
          if (field === 1) draft.volumeImages.push(name, interning.text(pbf));
        });
      });
    }
  });
}

function fillSpec(draft: PodSpecDraft, spec: Readonly<Record<string, unknown>>): void {
  const take = (key: string, as: Role): void => {
    for (const one of list(spec[key]).map(tree)) {
      const role = as === 'init' && one['restartPolicy'] === 'Always' ? 'sidecar' : as;
      draft.containers.push({ name: text(one['name']), role, reference: text(one['image']), imageID: '' });
    }
  };
  for (const volume of list(spec['volumes']).map(tree)) {
    const reference = text(tree(volume['image'])['reference']);
    if (reference !== '') draft.containers.push({ name: text(volume['name']), role: 'volume', reference, imageID: '' });
  }
  take('containers', 'container');
  take('initContainers', 'init');
  take('ephemeralContainers', 'ephemeral');
  draft.node = textOrNull(spec['nodeName']);
  draft.priorityClass = textOrNull(spec['priorityClassName']);
}

function finished(draft: PodDraft, interning: Interning): Pod {
  const { uid, namespace, name, owner, createdAt, terminating, ready, node, revision, mirror, priorityClass } = draft;
  for (const container of draft.containers) {
    container.imageID = lastOf(container.role === 'volume' ? draft.volumeImages : draft.imageIDs, container.name);
  }
  const labels: Labels = interning.labels(draft.labels);
  const list: readonly PodContainer[] = interning.containers(draft.containers);
  const phase = phaseOf(draft.phase);
  return {
    uid,
    namespace,
    name,
    owner,
    createdAt,
    phase,
    terminating,
    ready,
    node,
    revision,
    mirror,
    priorityClass,
    labels,
    annotations: interning.labels(draft.annotations),
    containers: list,
  };
}

function lastOf(pairs: readonly string[], name: string): string {
  for (let i = pairs.length - 2; i >= 0; i -= 2)
    if (pairs[i] === name && pairs[i + 1] !== '') return pairs[i + 1] ?? '';
  return '';
}

function phaseOf(phase: string): Pod['phase'] {
  switch (phase) {
    case 'Pending':
    case 'Running':
    case 'Succeeded':
    case 'Failed':
      return phase;
    default:
      return 'Unknown';
  }
}
