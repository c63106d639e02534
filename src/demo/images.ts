// Every image of the made-up shop, and what the made-up Xray answers about it.
// Repositories: docker-local (our own), docker-remote (cached from elsewhere), docker-staging (no license watch there).
import { expired, noAnswer, partly, pending, scanned, unscanned } from './answers.ts';
import * as flaws from './flaws.ts';
import { byConfig, elsewhere, image, index } from './image.ts';
import { days } from './made-up.ts';

const { alpine, debian } = flaws;
const mit = { MIT: ['npm://express:4.18.2', 'npm://debug:2.6.9'] };
const apache = { 'Apache-2.0': ['gav://org.springframework:spring-core:5.3.27'] };
const itext = 'gav://com.itextpdf:itext7-core:7.2.3';
const bsd = { 'BSD-3-Clause': ['go://golang.org/x/net:0.17.0'] };

export const images = {
  // shop
  storefront: image('docker-local/shop/storefront:7.2', scanned({ findings: alpine, licenses: mit })),
  cartOld: image(
    'docker-local/shop/cart:1.4',
    scanned({ findings: [flaws.spring4shell, ...debian], licenses: apache }),
  ),
  cart: image('docker-local/shop/cart:1.5', scanned({ findings: debian, licenses: apache })),
  catalog: image(
    'docker-local/shop/catalog:3.1',
    scanned({
      findings: [flaws.log4shell, flaws.jackson, ...debian],
      licenses: { ...apache, 'AGPL-3.0-only': [itext] },
      breaches: [{ license: 'AGPL-3.0-only', component: itext, severity: 'High', age: days(20) }],
    }),
  ),
  invoices: image(
    'docker-local/shop/invoices:2.2',
    scanned({
      findings: debian,
      licenses: { ...apache, 'AGPL-3.0-only': [itext] },
      breaches: [{ license: 'AGPL-3.0-only', component: itext, severity: 'High', age: days(20) }],
    }),
  ),
  ordersDb: image('docker-remote/postgres:15.3', scanned({ findings: debian, licenses: { PostgreSQL: [] } })),
  ordersMigrate: image(
    'docker-local/shop/orders-migrate:12',
    scanned({ findings: [flaws.looneyTunables, flaws.werkzeug, ...debian] }),
  ),
  giftCards: image(
    'docker-local/shop/gift-cards:0.9',
    scanned({ findings: [flaws.log4shell, ...debian], licenses: apache }),
  ),
  promo: image(
    'docker-local/shop/promo:2022',
    scanned({ findings: [flaws.lodashPollution, ...alpine], licenses: mit }),
  ),
  nightlyReport: image('docker-local/shop/report:2.0', scanned({ findings: [flaws.curlSocks, ...debian] })),
  priceImport: image(
    'docker-local/shop/price-import:4',
    scanned({
      findings: [flaws.requests],
      licenses: { 'GPL-3.0-only': ['pypi://unidecode:1.3.6'] },
      breaches: [{ license: 'GPL-3.0-only', component: 'pypi://unidecode:1.3.6', severity: 'Medium', age: days(40) }],
    }),
  ),

  // payments
  walletWeb: image(
    'docker-local/payments/wallet-web:2.8',
    scanned({
      findings: [...flaws.eventStream, flaws.lodashPollution, flaws.lodashInjection, flaws.toughCookie, ...alpine],
      licenses: { MIT: ['npm://event-stream:3.3.6', 'npm://flatmap-stream:0.1.1', 'npm://lodash:4.17.11'] },
    }),
  ),
  gateway: image(
    'docker-local/payments/gateway:5.0',
    scanned({ findings: [flaws.text4shell, ...debian], licenses: apache }),
  ),
  fraudCheck: image(
    'docker-local/payments/fraud-check:1.1',
    scanned({
      findings: debian,
      licenses: { 'AGPL-3.0-only': ['pypi://ultralytics:8.0.20'] },
      breaches: [{ license: 'AGPL-3.0-only', component: 'pypi://ultralytics:8.0.20', severity: 'High', age: days(2) }],
    }),
  ),
  settlement: image(
    'docker-local/payments/settlement:1.0',
    scanned({ findings: [flaws.jackson, flaws.springExpression], licenses: apache }),
  ),
  backfill: image('docker-local/payments/backfill:3', pending('scanning')),

  // search
  elastic: image('docker-remote/elasticsearch:7.16.1', scanned({ findings: [flaws.log4shell, ...debian] })),
  searchApi: image('docker-local/search/search-api:9.4', pending('indexing')),
  indexer: image(
    'docker-local/search/indexer:2021',
    expired(days(120), { findings: [flaws.rapidReset], licenses: bsd }),
  ),
  suggest: image(
    'docker-local/search/suggest:0.3',
    partly('only some of its layers were scanned', { findings: [flaws.requests] }),
  ),
  suggestModel: image('docker-local/search/suggest-model:11', scanned({ licenses: { 'CC-BY-4.0': [] } })),

  // platform
  ingress: image(
    'docker-local/platform/ingress:1.9.0',
    scanned({ findings: [flaws.rapidReset, ...alpine], licenses: bsd }),
  ),
  autoscaler: image(
    'docker-remote/cluster-autoscaler:1.28.0',
    scanned({ findings: [flaws.rapidReset], licenses: bsd }),
  ),
  logAgent: index('docker-local/platform/log-agent:2.9', {
    'linux/amd64': scanned({ findings: alpine, licenses: bsd }),
    'linux/arm64': scanned({ findings: [flaws.goNetip, ...alpine], licenses: bsd }),
  }),
  mailer: image(
    'docker-local/platform/mailer:6.6',
    noAnswer('timeout', 'Xray at acme.jfrog.io did not answer within 20s'),
  ),
  chat: image('docker-local/platform/chat:1.2', scanned({ findings: [flaws.lodashInjection], licenses: mit })),
  chatBridge: byConfig(
    'docker-local/platform/chat-bridge:1.2',
    noAnswer('configDigest', 'the node reports the digest of a configuration, and no manifest with it was found'),
  ),
  meshProxy: image(
    'docker-remote/mesh-proxy:1.17.0',
    scanned({ findings: [flaws.goNetip, flaws.rapidReset], licenses: bsd }),
  ),

  // monitoring, vault, kube-system
  grafana: image(
    'docker-remote/grafana:8.3.0',
    scanned({ findings: [flaws.grafanaTraversal, ...alpine], licenses: bsd }),
  ),
  nodeExporter: elsewhere('quay.io/prometheus/node-exporter:v1.7.0', unscanned('foreign')),
  vault: image(
    'docker-remote/vault:1.15.2',
    scanned({ findings: alpine, licenses: { 'BUSL-1.1': ['go://github.com/hashicorp/vault:1.15.2'] } }),
  ),
  apiServer: elsewhere('registry.k8s.io/kube-apiserver:v1.37.2', unscanned('foreign')),
  coredns: image('docker-remote/coredns:1.11.1', scanned({ findings: [flaws.rapidReset], licenses: bsd })),

  // staging
  preview: image('docker-staging/preview:pr-42', unscanned('neverScanned')),
  beta: image('docker-staging/beta:0.1', scanned({ findings: alpine, licenses: mit })),
  netshoot: elsewhere('docker.io/nicolaka/netshoot:v0.11', unscanned('foreign')),
  loadTest: image('docker-staging/load-test:sid', scanned({ findings: [flaws.xzBackdoor] })),
  notebook: image('docker-staging/notebook:5', unscanned('failed', 'Xray could not unpack a layer')),
  partnerMock: elsewhere(
    'registry.partner.example/mock:2',
    unscanned('unconfirmed', 'no right to search Artifactory for digests from other registries'),
  ),

  // what comes while one watches
  loyalty: image('docker-local/shop/loyalty:1.0', pending('indexing')),
  checkout: image('docker-local/shop/checkout:3.0', scanned({ findings: alpine, licenses: mit })),
  storefrontFixed: image('docker-local/shop/storefront:7.3', scanned({ findings: alpine, licenses: mit })),
  betaNext: image('docker-staging/beta:0.2', scanned({ findings: alpine, licenses: mit })),
};
