// The little that is read of what makes an address of the cluster's: the hosts and paths of Ingresses, and where a
// LoadBalancer Service is reached.
import type { PbfReader } from 'pbf';
import { emptyNames, namesOf, readNames } from './decode-other.ts';
import { eachField, eachFieldHere } from './protobuf.ts';
import { list, text, tree } from './tree.ts';

export interface IngressSeen {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly {
    /** Empty: any host. */
    readonly host: string;
    /** Empty: any path. */
    readonly paths: readonly string[];
  }[];
}

export interface LoadBalancerSeen {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Addresses and host names. */
  readonly addresses: readonly string[];
}

/** Ingress { 2: IngressSpec { 3: rules { 1: host, 2: IngressRuleValue { 1: http { 1: paths { 1: path } } } } } }. */
export function readIngressProtobuf(pbf: PbfReader, end: number): IngressSeen {
  const names = emptyNames();
  const rules: IngressSeen['rules'][number][] = [];
  eachField(pbf, end, (field) => {
    if (field === 1) readNames(pbf, names);
    else if (field === 2) {
      eachFieldHere(pbf, (field) => {
        if (field === 3) rules.push(readRule(pbf));
      });
    }
  });
  return { ...names, rules };
}

function readRule(pbf: PbfReader): IngressSeen['rules'][number] {
  const paths: string[] = [];
  let host = '';
  eachFieldHere(pbf, (field) => {
    if (field === 1) host = pbf.readString();
    else if (field === 2) {
      eachFieldHere(pbf, (field) => {
        if (field !== 1) return;
        eachFieldHere(pbf, (field) => {
          if (field === 1) paths.push(readPath(pbf));
        });
      });
    }
  });
  return { host, paths };
}

function readPath(pbf: PbfReader): string {
  let path = '';
  eachFieldHere(pbf, (field) => {
    if (field === 1) path = pbf.readString();
  });
  return path;
}

export function readIngressJson(value: unknown): IngressSeen {
  const rules = list(tree(tree(value)['spec'])['rules']).map((rule) => ({
    host: text(tree(rule)['host']),
    paths: list(tree(tree(rule)['http'])['paths']).map((path) => text(tree(path)['path'])),
  }));
  return { ...namesOf(value), rules };
}

/** Service { 3: ServiceStatus { 1: LoadBalancerStatus { 1: ingress { 1: ip, 2: hostname } } } }. */
export function readLoadBalancerProtobuf(pbf: PbfReader, end: number): LoadBalancerSeen {
  const names = emptyNames();
  const addresses: string[] = [];
  eachField(pbf, end, (field) => {
    if (field === 1) readNames(pbf, names);
    else if (field === 3) {
      eachFieldHere(pbf, (field) => {
        if (field !== 1) return;
        eachFieldHere(pbf, (field) => {
          if (field !== 1) return;
          eachFieldHere(pbf, (field) => {
            if (field === 1 || field === 2) addresses.push(pbf.readString());
          });
        });
      });
    }
  });
  return { ...names, addresses: addresses.filter((one) => one !== '') };
}

export function readLoadBalancerJson(value: unknown): LoadBalancerSeen {
  const ingress = list(tree(tree(tree(value)['status'])['loadBalancer'])['ingress']).map(tree);
  const addresses = ingress.flatMap((one) => [text(one['ip']), text(one['hostname'])]);
  return { ...namesOf(value), addresses: addresses.filter((one) => one !== '') };
}
