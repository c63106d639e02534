// Every workload of the made-up shop, by namespace. One line adds one; see `Wants` for what it can say.
import { debugging, init, injected, sidecar, volume } from './containers.ts';
import { images as i } from './images.ts';
import { barePod, cronJob, custom, daemonSet, deployment, job, mirrorPod, replicaSet, statefulSet } from './kinds.ts';
import type { Piece } from './kinds.ts';
import { days, hours, minutes } from './made-up.ts';

export const workloads: readonly Piece[] = [
  // The mesh's proxy is put into the pods by a webhook: its Critical finding is shown and decides nothing.
  deployment('shop', 'storefront', { runs: [i.storefront, injected(i.meshProxy)], pods: 4 }),
  // The fix is being rolled out: the old pod still runs, and decides nothing.
  deployment('shop', 'cart', { runs: [i.cart], replaces: [i.cartOld], pods: 3 }),
  deployment('shop', 'catalog', { runs: [i.catalog], pods: 3, age: days(90) }),
  deployment('shop', 'invoices', { runs: [i.invoices], age: days(60) }),
  statefulSet('shop', 'orders-db', { runs: [i.ordersDb, init(i.ordersMigrate)], pods: 1, age: days(400) }),
  deployment('shop', 'gift-cards', { runs: [i.giftCards], stopped: { by: 'ana', age: hours(5), previous: 3 } }),
  deployment('shop', 'promo', { runs: [i.promo], pods: 0, age: days(800) }),
  cronJob('shop', 'nightly-report', { runs: [i.nightlyReport], suspended: true, age: days(200) }),
  cronJob('shop', 'price-import', { runs: [i.priceImport], age: days(60) }),

  // The npm package event-stream, which stole wallets in 2018.
  deployment('payments', 'wallet-web', { runs: [i.walletWeb], pods: 3, age: days(3) }),
  deployment('payments', 'gateway', {
    runs: [i.gateway],
    annotations: { 'argocd.argoproj.io/tracking-id': 'payments:apps/Deployment:payments/gateway' },
  }),
  deployment('payments', 'fraud-check', { runs: [i.fraudCheck], age: days(45) }),
  custom('acme.example/v1', 'Settlement', 'payments', 'month-end', { runs: [i.settlement], age: hours(3) }),
  job('payments', 'backfill', { runs: [i.backfill], age: minutes(6) }),

  statefulSet('search', 'elastic', { runs: [i.elastic], pods: 3, age: days(300) }),
  deployment('search', 'search-api', { runs: [i.searchApi], starting: true, age: minutes(2) }),
  replicaSet('search', 'indexer', { runs: [i.indexer], age: days(1000) }),
  deployment('search', 'suggest', { runs: [i.suggest, volume(i.suggestModel)], age: days(12) }),

  deployment('platform', 'ingress', { runs: [i.ingress], held: { by: 'ben', until: days(2) } }),
  deployment('platform', 'autoscaler', {
    runs: [i.autoscaler],
    priorityClass: 'system-cluster-critical',
    age: days(250),
  }),
  // An index, of which the child for arm64 has a finding and the one for amd64 has none.
  daemonSet('platform', 'log-agent', { runs: [i.logAgent], age: days(70) }),
  deployment('platform', 'mailer', { runs: [i.mailer] }),
  deployment('platform', 'chat', { runs: [i.chat, sidecar(i.chatBridge)] }),

  deployment('monitoring', 'grafana', { runs: [i.grafana], pods: 1, age: days(500) }),
  daemonSet('monitoring', 'node-exporter', { runs: [i.nodeExporter], age: days(500) }),

  statefulSet('vault', 'vault', { runs: [i.vault], pods: 3, age: days(365) }),

  mirrorPod('kube-system', 'kube-apiserver', { runs: [i.apiServer], priorityClass: 'system-node-critical' }),
  deployment('kube-system', 'coredns', { runs: [i.coredns], priorityClass: 'system-cluster-critical' }),

  deployment('staging', 'preview-42', { runs: [i.preview], pods: 1, age: hours(1) }),
  deployment('staging', 'beta', { runs: [i.beta, debugging(i.netshoot)], pods: 1, age: days(5) }),
  statefulSet('staging', 'notebook', { runs: [i.notebook], pods: 1, age: days(9) }),
  deployment('staging', 'partner-mock', { runs: [i.partnerMock], pods: 1, age: days(14) }),
  barePod('staging', 'load-test', { runs: [i.loadTest], age: hours(26) }),
];
