import { describe, expect, test } from 'vitest';
import type { ExemptBy } from '../../src/core/decide.ts';
import { builtinKinds } from '../../src/core/kind.ts';
import { coverage, imageItem, judgeAll, scanOf } from '../../src/core/report.ts';
import type { ImageItem, Judgement } from '../../src/core/report.ts';
import { actionText, conditionsText } from '../../src/core/rows.ts';
import { everything } from '../../src/core/selection.ts';
import { workloadLabel } from '../../src/core/workload.ts';
import { demoCluster, demoPolicy, demoScanner } from '../../src/demo/shop.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Clock } from '../../src/engine/ports.ts';

const now = Date.parse('2026-11-21T20:00:00Z');
const day = 24 * 60 * 60_000;

const clock: Clock = {
  now: () => now,
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

async function visit(namespace: string | null = null) {
  const parts = { cluster: demoCluster(now, namespace), scanner: demoScanner(now), policy: demoPolicy() };
  const engine = createEngine({ ...parts, clock, selection: everything });
  const ended = await engine.settle(5000);
  engine.stop();
  const state = engine.getState();
  const circumstances = { now, firstSeen: () => null, contested: () => null, ownNamespaces: [] };
  const judgements = judgeAll(state, engine.workloads(), circumstances);
  const images: ImageItem[] = judgements.flatMap(({ workload }) =>
    workload.images.map((entry) => imageItem(entry, scanOf(state)(entry.image))),
  );
  const row = (name: string): Judgement => {
    const found = judgements.find(({ workload }) => `${workload.namespace}/${workloadLabel(workload)}` === name);
    if (found === undefined) throw new Error(`the shop has no ${name}`);
    return found;
  };
  return { ended, state, judgements, images, row };
}

const shop = await visit();

describe('what is not known', () => {
  test('never reads clean', () => {
    const unanswered = shop.judgements.filter(({ verdict }) => verdict.unanswered.length > 0);
    expect(unanswered.length).toBeGreaterThan(2);
    expect(unanswered.map(conditionsText)).not.toContain('clean');
    expect(shop.judgements.filter(({ verdict }) => !verdict.settled)).toEqual(unanswered);
  });

  test('calls for nothing by itself, and takes nothing away from what is proven', () => {
    expect(conditionsText(shop.row('platform/deployment/mailer'))).toBe('unknown');
    expect(actionText(shop.row('platform/deployment/mailer'))).toBe('ignore');
    expect(conditionsText(shop.row('platform/deployment/chat'))).toBe('security,?');
    expect(actionText(shop.row('platform/deployment/chat'))).toBe('scaledown');
  });

  test('is no image that was forgotten among the answers', () => {
    expect(shop.images.filter((image) => image.reason === 'badAnswer')).toEqual([]);
  });
});

describe('the event-stream case', () => {
  const { verdict, decided } = shop.row('payments/deployment/wallet-web');
  const condition = decided.conditions.find((one) => one.type === 'security');

  test('reads security, Critical, and is due to be scaled down by the rule for deployments', () => {
    expect(verdict.settled).toBe(true);
    expect(condition?.severity).toBe('Critical');
    expect(decided.decision).toEqual({
      action: 'scaledown',
      condition: 'security',
      rule: 'scanPolicy.security.deployments',
      exempt: null,
    });
  });

  test('names the malicious packages and the version without them', () => {
    const evidence = condition?.evidence.flatMap((one) => (one.type === 'security' ? [one] : []));
    expect(evidence?.find((one) => one.component === 'npm://event-stream:3.3.6')).toMatchObject({
      severity: 'Critical',
      fixedIn: ['4.0.0'],
    });
    expect(evidence?.map((one) => one.component)).toContain('npm://flatmap-stream:0.1.1');
  });
});

describe('the shop', () => {
  test('settles', () => expect(shop.ended).toBe('settled'));

  test('is the same in every run', async () => {
    expect((await visit()).judgements).toEqual(shop.judgements);
  });

  test('can be looked at by namespace', async () => {
    const { judgements } = await visit('payments');
    expect(new Set(judgements.map(({ workload }) => workload.namespace))).toEqual(new Set(['payments']));
    expect(judgements.length).toBeGreaterThan(3);
  });

  test.each(builtinKinds.map((one) => one.kind))('has a %s at the top', (kind) => {
    expect(shop.judgements.map(({ workload }) => workload.kind)).toContain(kind);
  });

  test('has a mirror pod and a custom kind that owns pods', () => {
    expect(shop.row('kube-system/pod/kube-apiserver-control-1').workload.mirror).toBe(true);
    expect(shop.row('payments/settlement.acme.example/month-end').workload.pods).toBe(1);
  });

  test('has every owner chain whole', () => {
    expect(shop.judgements.filter(({ workload }) => workload.ownerChain !== 'complete')).toEqual([]);
  });

  const words = ['clean', 'pending', 'unknown', 'unscanned', 'security', 'license', 'security,license', 'security,?'];
  test.each([...words, '[unscanned]', '[security]', '[license]'])('shows the conditions %s', (text) => {
    expect(shop.judgements.map(conditionsText)).toContain(text);
  });

  test.each(['ignore', 'scaledown', 'delete', 'scaled-down'])('shows the action %s', (text) => {
    expect(shop.judgements.map(actionText)).toContain(text);
  });

  test.each(['container', 'sidecar', 'init', 'ephemeral', 'volume'])('has an image in the role of %s', (role) => {
    expect(shop.images.map((image) => image.role)).toContain(role);
  });

  test.each(['digest', 'config', 'reference'])('has an image known by its %s', (basis) => {
    expect(shop.images.map((image) => image.basis)).toContain(basis);
  });

  const scans = [
    ['scanned', null],
    ['scanned', 'partial'],
    ['scanned', 'expired'],
    ['unscanned', 'foreign'],
    ['unscanned', 'neverScanned'],
    ['unscanned', 'unconfirmed'],
    ['unscanned', 'failed'],
    ['pending', 'indexing'],
    ['pending', 'scanning'],
    ['unknown', 'timeout'],
    ['unknown', 'configDigest'],
  ] as const;
  test.each(scans)('has an image that is %s (%s)', (scan, reason) => {
    expect(shop.images.some((image) => image.scan === scan && image.reason === reason)).toBe(true);
  });

  test('names the repository where licenses are not evaluated, and each cause once', () => {
    const { notEvaluated, causes } = coverage(shop.judgements, shop.state);
    expect(notEvaluated).toEqual([{ condition: 'license', repository: 'docker-staging' }]);
    expect(causes.map((one) => one.cause).toSorted()).toEqual(['configDigest', 'expired', 'timeout', 'unconfirmed']);
  });

  test('has a license violation with its watch and policy', () => {
    const { conditions } = shop.row('shop/deployment/catalog').decided;
    expect(conditions.find((one) => one.type === 'license')?.evidence).toMatchObject([
      { license: 'AGPL-3.0-only', watch: 'prod-licenses', policy: 'no-copyleft-in-products' },
    ]);
  });
});

describe('exemptions', () => {
  const cases: [name: string, by: ExemptBy, rule: string, until: string | null][] = [
    ['kube-system/deployment/coredns', 'protect', 'kube-system', null],
    ['vault/statefulset/vault', 'protect', 'protect.namespaces', null],
    ['platform/deployment/autoscaler', 'protect', 'priorityClass system-cluster-critical', null],
    ['payments/deployment/gateway', 'managed', 'onManaged (argocd)', null],
    ['platform/deployment/ingress', 'held', 'kubectl-xray/held', iso(now + 2 * day)],
    ['search/statefulset/elastic', 'exception', 'exceptions[0]', null],
    ['shop/cronjob/price-import', 'exception', 'exceptions[1]', null],
    ['staging/deployment/preview-42', 'gracePeriod', 'scanPolicy.unscanned.gracePeriod', null],
    ['payments/deployment/fraud-check', 'gracePeriod', 'scanPolicy.license.gracePeriod', iso(now + 5 * day)],
  ];
  test.each(cases)('%s is exempt by %s', (name, by, rule, until) => {
    const { decision } = shop.row(name).decided;
    expect(decision).toMatchObject({ action: 'ignore', exempt: { by, rule, until } });
  });

  test('a whitelist excuses its own condition and no other', () => {
    const [unscanned] = shop.row('monitoring/daemonset/node-exporter').decided.conditions;
    expect(unscanned).toMatchObject({ type: 'unscanned', exempt: { by: 'whitelist' } });
    expect(shop.row('monitoring/deployment/grafana').decided.decision.action).toBe('scaledown');
  });
});

describe('what is shown and decides nothing', () => {
  test('an injected sidecar with Critical findings', () => {
    const [entry] = flagged('shop/deployment/storefront', 'injected');
    expect(entry && imageItem(entry, scanOf(shop.state)(entry.image)).severities.critical).toBe(1);
    expect(conditionsText(shop.row('shop/deployment/storefront'))).toBe('clean');
  });

  test('the pods that a rollout of the fix replaces', () => {
    const [entry] = flagged('shop/deployment/cart', 'outdated');
    expect(entry && imageItem(entry, scanOf(shop.state)(entry.image)).severities.critical).toBe(1);
    expect(conditionsText(shop.row('shop/deployment/cart'))).toBe('clean');
  });

  test('an unscanned debug container', () => {
    const { workload } = shop.row('staging/deployment/beta');
    expect(workload.images.map((entry) => entry.role)).toContain('ephemeral');
    expect(conditionsText(shop.row('staging/deployment/beta'))).toBe('clean');
  });
});

describe('what cannot or need not be done', () => {
  test('a workload at zero, a suspended one and one that we stopped are left alone', () => {
    expect(shop.row('shop/deployment/promo')).toMatchObject({ obstacle: 'atZero', workload: { idle: 'zero' } });
    expect(shop.row('shop/cronjob/nightly-report')).toMatchObject({ obstacle: 'suspended' });
    const stopped = shop.row('shop/deployment/gift-cards').workload.acted;
    expect(stopped).toMatchObject({ action: 'scaledown', by: 'ana', previous: 3 });
  });

  test('an index is judged by the child of each node, and the worst one counts', () => {
    const images = shop.images.filter((image) => image.container === 'log-agent');
    const critical = images.map((image) => [image.platform, image.severities.critical]);
    expect(new Map(critical as [string, number][])).toEqual(
      new Map([
        ['linux/amd64', 0],
        ['linux/arm64', 1],
      ]),
    );
    expect(new Set(images.map((image) => image.digest)).size).toBe(1);
    expect(conditionsText(shop.row('platform/daemonset/log-agent'))).toBe('security');
  });
});

function flagged(name: string, mark: 'injected' | 'outdated') {
  return shop.row(name).workload.images.filter((entry) => entry[mark]);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
