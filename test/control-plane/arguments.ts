import { join } from 'node:path';
import type { Access } from './access.ts';

interface Setting {
  readonly folder: string;
  readonly access: Access;
  readonly ports: readonly [etcd: number, etcdPeers: number, apiServer: number];
}

/** Nothing is synced to disk: the data lives as long as the test run. */
export function etcdArguments({ folder, access, ports: [, peers] }: Setting): readonly string[] {
  const peerUrl = `http://127.0.0.1:${peers}`;
  return [
    '--name=default',
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${access.etcdUrl}`,
    `--advertise-client-urls=${access.etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
    `--quota-backend-bytes=${8 * 1024 ** 3}`,
    '--log-level=warn',
  ];
}

export function apiServerArguments({ folder, access, ports: [, , port] }: Setting): readonly string[] {
  return [
    `--etcd-servers=${access.etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    // Else it looks for a network interface that is not loopback, and fails where there is none.
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/16',
    `--tls-cert-file=${join(folder, 'server.crt')}`,
    `--tls-private-key-file=${join(folder, 'server.key')}`,
    `--client-ca-file=${join(folder, 'ca.crt')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://control-plane.test',
    `--service-account-key-file=${join(folder, 'service-accounts.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'service-accounts.key')}`,
    // Pods need not wait for their namespace's account, and carry no token volume.
    '--disable-admission-plugins=ServiceAccount',
    '--max-requests-inflight=1000',
    '--max-mutating-requests-inflight=500',
    '--shutdown-delay-duration=0s',
    '--profiling=false',
  ];
}

/**
 * Off are the controllers that would take back what a test has set: those that miss a node's heartbeat, evict its pods,
 * or remove pods whose node does not exist.
 */
const controllersOff = [
  'node-lifecycle-controller',
  'taint-eviction-controller',
  'pod-garbage-collector-controller',
  'node-ipam-controller',
];

export function controllerManagerArguments({ folder }: Setting): readonly string[] {
  const syncs = ['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'gc', 'namespace'];
  return [
    `--kubeconfig=${join(folder, 'controller-manager.kubeconfig')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=2000',
    '--kube-api-burst=4000',
    `--controllers=${['*', ...controllersOff.map((name) => `-${name}`)].join(',')}`,
    ...syncs.map((name) => `--concurrent-${name}-syncs=20`),
  ];
}
