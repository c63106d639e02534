// The little that is read of nodes, services and whatever makes a service indispensable: webhooks and APIServices.
import type { PbfReader } from 'pbf';
import { eachField, eachFieldHere, readEntry } from './protobuf.ts';
import { list, text, textOrNull, texts, tree } from './tree.ts';

export interface NodeSeen {
  readonly uid: string;
  readonly name: string;
  /** `linux/amd64`; null where the kubelet has not said. */
  readonly platform: string | null;
}

export interface ServiceSeen {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
}

/** An object that asks a service; `serves` says what for. */
export interface Backed {
  readonly uid: string;
  readonly name: string;
  readonly backends: readonly { readonly namespace: string; readonly name: string; readonly serves: string }[];
}

interface Names {
  uid: string;
  namespace: string;
  name: string;
}

interface ServiceReference {
  namespace: string;
  name: string;
}

const plain = (pbf: PbfReader): string => pbf.readString();

/** Node { 3: NodeStatus { 7: NodeSystemInfo { 9: operatingSystem, 10: architecture } } }. */
export function readNodeProtobuf(pbf: PbfReader, end: number): NodeSeen {
  const names = emptyNames();
  let [os, architecture] = ['', ''];
  eachField(pbf, end, (field) => {
    if (field === 1) readNames(pbf, names);
    else if (field === 3) {
      eachFieldHere(pbf, (field) => {
        if (field !== 7) return;
        eachFieldHere(pbf, (field) => {
          if (field === 9) os = pbf.readString();
          else if (field === 10) architecture = pbf.readString();
        });
      });
    }
  });
  return { uid: names.uid, name: names.name, platform: platformOf(os, architecture) };
}

export function readNodeJson(value: unknown): NodeSeen {
  const { uid, name } = namesOf(value);
  const system = tree(tree(tree(value)['status'])['nodeInfo']);
  return { uid, name, platform: platformOf(text(system['operatingSystem']), text(system['architecture'])) };
}

/** Service { 2: ServiceSpec { 2: selector } }. */
export function readServiceProtobuf(pbf: PbfReader, end: number): ServiceSeen {
  const names = emptyNames();
  const selector: Record<string, string> = {};
  eachField(pbf, end, (field) => {
    if (field === 1) readNames(pbf, names);
    else if (field === 2) {
      eachFieldHere(pbf, (field) => {
        if (field === 2) readEntry(pbf, plain, (key, value) => (selector[key] = value()));
      });
    }
  });
  return { ...names, selector };
}

export function readServiceJson(value: unknown): ServiceSeen {
  return { ...namesOf(value), selector: texts(tree(tree(value)['spec'])['selector']) };
}

export function readNamespaceProtobuf(pbf: PbfReader, end: number): Names {
  const names = emptyNames();
  eachField(pbf, end, (field) => {
    if (field === 1) readNames(pbf, names);
  });
  return names;
}

/** Uid, namespace and name of any object. */
export function namesOf(value: unknown): Names {
  const metadata = tree(tree(value)['metadata']);
  return { uid: text(metadata['uid']), namespace: text(metadata['namespace']), name: text(metadata['name']) };
}

/** Validating- and MutatingWebhookConfiguration { 2: webhooks { 1: name, 2: WebhookClientConfig { 1: service } } }. */
export function readWebhooksProtobuf(pbf: PbfReader, end: number): Backed {
  const names = emptyNames();
  const backends: Backed['backends'][number][] = [];
  eachField(pbf, end, (field) => {
    if (field === 1) readNames(pbf, names);
    else if (field === 2) {
      let name = '';
      let service: ServiceReference | null = null;
      eachFieldHere(pbf, (field) => {
        if (field === 1) name = pbf.readString();
        else if (field === 2) service = readClientConfig(pbf);
      });
      backends.push(...backend(service, `admission webhook ${name}`));
    }
  });
  return { uid: names.uid, name: names.name, backends };
}

export function readWebhooksJson(value: unknown): Backed {
  const webhooks = list(tree(value)['webhooks']).map(tree);
  const { uid, name } = namesOf(value);
  const backends = webhooks.flatMap((one) =>
    backend(serviceOf(tree(one['clientConfig'])['service']), `admission webhook ${text(one['name'])}`),
  );
  return { uid, name, backends };
}

/** CustomResourceDefinition { 2: spec { 9: conversion { 2: webhook { 2: WebhookClientConfig } } } }. */
export function readDefinitionProtobuf(pbf: PbfReader, end: number): Backed {
  const names = emptyNames();
  let service: ServiceReference | null = null;
  eachField(pbf, end, (field) => {
    if (field === 1) readNames(pbf, names);
    else if (field === 2) {
      eachFieldHere(pbf, (field) => {
        if (field !== 9) return;
        eachFieldHere(pbf, (field) => {
          if (field !== 2) return;
          eachFieldHere(pbf, (field) => {
            if (field === 2) service = readClientConfig(pbf);
          });
        });
      });
    }
  });
  return { uid: names.uid, name: names.name, backends: backend(service, `conversion webhook of ${names.name}`) };
}

export function readDefinitionJson(value: unknown): Backed {
  const { uid, name } = namesOf(value);
  const webhook = tree(tree(tree(tree(value)['spec'])['conversion'])['webhook']);
  return {
    uid,
    name,
    backends: backend(serviceOf(tree(webhook['clientConfig'])['service']), `conversion webhook of ${name}`),
  };
}

/** APIService { 2: spec { 1: ServiceReference } }; one that the API server serves itself has none. */
export function readApiServiceProtobuf(pbf: PbfReader, end: number): Backed {
  const names = emptyNames();
  let service: ServiceReference | null = null;
  eachField(pbf, end, (field) => {
    if (field === 1) readNames(pbf, names);
    else if (field === 2) {
      eachFieldHere(pbf, (field) => {
        if (field === 1) service = readServiceReference(pbf);
      });
    }
  });
  return { uid: names.uid, name: names.name, backends: backend(service, `APIService ${names.name}`) };
}

export function readApiServiceJson(value: unknown): Backed {
  const { uid, name } = namesOf(value);
  return { uid, name, backends: backend(serviceOf(tree(tree(value)['spec'])['service']), `APIService ${name}`) };
}

export function emptyNames(): Names {
  return { uid: '', namespace: '', name: '' };
}

export function readNames(pbf: PbfReader, names: Names): void {
  eachFieldHere(pbf, (field) => {
    if (field === 1) names.name = pbf.readString();
    else if (field === 3) names.namespace = pbf.readString();
    else if (field === 5) names.uid = pbf.readString();
  });
}

/** WebhookClientConfig { 1: ServiceReference }; one with a URL has none. */
function readClientConfig(pbf: PbfReader): ServiceReference | null {
  let service: ServiceReference | null = null;
  eachFieldHere(pbf, (field) => {
    if (field === 1) service = readServiceReference(pbf);
  });
  return service;
}

/** ServiceReference { 1: namespace, 2: name }. */
function readServiceReference(pbf: PbfReader): ServiceReference {
  const service = { namespace: '', name: '' };
  eachFieldHere(pbf, (field) => {
    if (field === 1) service.namespace = pbf.readString();
    else if (field === 2) service.name = pbf.readString();
  });
  return service;
}

function serviceOf(value: unknown): ServiceReference | null {
  const [namespace, name] = [textOrNull(tree(value)['namespace']), textOrNull(tree(value)['name'])];
  return namespace === null || name === null ? null : { namespace, name };
}

function backend(service: ServiceReference | null, serves: string): Backed['backends'] {
  return service === null ? [] : [{ ...service, serves }];
}

function platformOf(os: string, architecture: string): string | null {
  return os === '' || architecture === '' ? null : `${os}/${architecture}`;
}
