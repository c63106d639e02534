import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { XrayNotice } from '../../src/notify/xray-notice.ts';
import { anActRecord, anOrder, aSavedManifest } from '../support/acts.ts';
import { digest } from '../support/builders.ts';
import { aCertificate } from '../xray-server/certificate.ts';
import { aHook, aNotifier, listen, nowhere } from './receiving.ts';

const act = (id: string, overrides: Parameters<typeof anActRecord>[0] = {}) =>
  anActRecord({ order: anOrder({ id }), ...overrides });
const acts = (count: number) => Array.from({ length: count }, (_, index) => act(`act-${index}`));
const ample = 100_000;

const told = async (settings: 'slackUrl' | 'webhookUrl', ...records: ReturnType<typeof act>[]) => {
  const hook = await aHook();
  const notifier = aNotifier({ [settings]: hook.url });
  for (const record of records) notifier.notify(record);
  await notifier.flush(ample);
  return hook.messages[0]?.body ?? {};
};

const noticed = async (...records: ReturnType<typeof act>[]): Promise<readonly XrayNotice[]> => {
  const notices: XrayNotice[] = [];
  const notifier = aNotifier({}, { sendXrayNotice: async (notice) => void notices.push(notice) });
  for (const record of records) notifier.notify(record);
  await notifier.flush(ample);
  return notices;
};

const secure = async () => {
  const { key, cert } = aCertificate();
  const received: string[] = [];
  const server = createTlsServer({ key, cert }, (request, response) => {
    received.push(request.url ?? '');
    response.end();
  });
  return { url: (await listen(server)).replace('http:', 'https:'), cert, received };
};

describe('a receiver that is not there', () => {
  test('is said once, by its host alone, and throws nothing', async () => {
    const url = await nowhere();
    const notifier = aNotifier({ slackUrl: `${url}/services/T0/B0/s3cret?token=s3cret` });
    notifier.notify(act('act-1'));
    await notifier.flush(ample);
    expect(notifier.warnings).toEqual([`Slack (${url.slice(7)}) could not be told of what was done: ECONNREFUSED`]);
  });
  test('keeps no other from being told', async () => {
    const hook = await aHook();
    const notifier = aNotifier({ slackUrl: await nowhere(), webhookUrl: hook.url });
    notifier.notify(act('act-1'));
    await notifier.flush(ample);
    expect(hook.messages).toHaveLength(1);
  });
});

describe('a receiver that fails', () => {
  const cases: [name: string, statuses: number[], tries: number, warnings: string[]][] = [
    ['is tried three more times', [500], 4, ['it answers 500']],
    ['is not asked again once it takes it', [503, 429, 200], 3, []],
    ['is not asked again where that is no use', [404], 1, ['it answers 404']],
    ['is not followed elsewhere', [302], 1, ['it answers 302']],
    ['has ten seconds for an answer', [0], 4, ['no answer within 10 seconds']],
  ];
  for (const [name, statuses, tries, warnings] of cases) {
    test(name, async () => {
      const hook = await aHook(...statuses);
      const notifier = aNotifier({ webhookUrl: hook.url });
      notifier.notify(act('act-1'));
      await notifier.flush(ample);
      expect(hook.messages).toHaveLength(tries);
      const where = `the webhook (${new URL(hook.url).host}) could not be told of what was done`;
      expect(notifier.warnings).toEqual(warnings.map((why) => `${where}: ${why}`));
    });
  }
  test('is complained of once, however much is lost', async () => {
    const hook = await aHook(404);
    const notifier = aNotifier({ webhookUrl: hook.url });
    for (const record of acts(120)) notifier.notify(record);
    await notifier.flush(ample);
    expect([hook.messages.length, notifier.warnings.length]).toEqual([3, 1]);
  });
  test('does not hold up the end of a run', async () => {
    const hook = await aHook(0);
    const notifier = aNotifier({ webhookUrl: hook.url });
    notifier.notify(act('act-1'));
    await notifier.flush(1_000);
    expect(notifier.warnings).toEqual([expect.stringContaining('was not told of everything: there was no more time')]);
  });
  test('is told at once what came up while it was slow', async () => {
    const hook = await aHook(500, 200);
    const notifier = aNotifier({ webhookUrl: hook.url });
    notifier.notify(act('act-1'));
    await expect.poll(() => hook.messages.length, { interval: 1 }).toBeGreaterThan(0);
    notifier.notify(act('act-2'));
    await expect.poll(() => hook.messages.length).toBe(3);
    expect(hook.messages.map(({ body }) => idsIn(body))).toEqual([['act-1'], ['act-1'], ['act-2']]);
  });
});

describe('a burst', () => {
  test('is one message, two seconds after its first act', async () => {
    const hook = await aHook();
    const notifier = aNotifier({ webhookUrl: hook.url });
    for (const record of acts(50)) notifier.notify(record);
    await expect.poll(() => hook.messages.length).toBe(1);
    expect(idsIn(hook.messages[0]?.body)).toHaveLength(50);
  });
  test('of more than fifty is several, and none is lost', async () => {
    const hook = await aHook();
    const notifier = aNotifier({ webhookUrl: hook.url });
    for (const record of acts(120)) notifier.notify(record);
    await notifier.flush(ample);
    expect(hook.messages.map(({ body }) => idsIn(body).length)).toEqual([50, 50, 20]);
    expect(hook.messages.flatMap(({ body }) => idsIn(body))).toEqual(acts(120).map(({ id }) => id));
  });
  test('tells of each act as it stands in the end', async () => {
    const hook = await aHook();
    const notifier = aNotifier({ webhookUrl: hook.url });
    notifier.notify(act('act-1', { outcome: 'accepted' }));
    notifier.notify(act('act-1', { outcome: 'effective' }));
    await notifier.flush(ample);
    expect(hook.messages.map(({ body }) => body['items'])).toMatchObject([[{ outcome: 'effective' }]]);
  });
});

describe('a message', () => {
  test('for Slack says what, where, why, by whom, and what undoing brings back', async () =>
    expect(await told('slackUrl', act('act-1', { outcome: 'stuck', message: 'pod cart-0 is not ready' }))).toEqual({
      text: [
        '*kubectl-xray* in prod',
        '• scaledown *deployment/cart* in shop: stuck: pod cart-0 is not ready. security (scanPolicy.security.deployments): CVE-2026-1 in npm://a:1; by policy, on desk. Undo (full): sets its replicas to 3 again.',
      ].join('\n'),
    }));
  test('for Slack lets no name mention, link or begin a line', async () => {
    const target = { ...anOrder().target, name: 'a\n<!channel> & <http://evil|x>\u202e' };
    const { text } = await told('slackUrl', anActRecord({ order: anOrder({ target }) }));
    expect(text).toContain('deployment/a &lt;!channel&gt; &amp; &lt;http://evil|x&gt; *');
    expect(String(text).split('\n')).toHaveLength(2);
  });
  test('for Slack stays short enough, however long a message is', async () => {
    const { text } = await told('slackUrl', ...acts(50).map((one) => ({ ...one, message: 'x'.repeat(10_000) })));
    expect(String(text).length).toBeLessThan(40_000);
  });
  test('for a webhook is what history prints', async () =>
    expect(await told('webhookUrl', act('act-1'))).toMatchObject({
      apiVersion: 'kubectl-xray/v1',
      kind: 'ActionRecordList',
      items: [{ id: 'act-1', action: 'scaledown', outcome: 'effective', workload: { name: 'cart' } }],
    }));
  for (const receiver of ['slackUrl', 'webhookUrl'] as const) {
    test(`never holds what was saved: ${receiver}`, async () => {
      const saved = aSavedManifest('t0psecret');
      const restore = { undoes: 'act-0', saved, holdUntil: null, release: false };
      const order = anOrder({ id: 'act-1', action: 'restore', restore });
      const body = await told(receiver, act('act-2', { saved }), anActRecord({ order, saved }));
      expect(JSON.stringify(body)).not.toMatch(/t0psecret|annotations|manifest"/);
    });
  }
  test('goes with the user that stands in its address', async () => {
    const hook = await aHook();
    const notifier = aNotifier({ webhookUrl: hook.url.replace('://', '://ana:s%C3%A9sam@') });
    notifier.notify(act('act-1'));
    await notifier.flush(ample);
    const expected = `Basic ${Buffer.from('ana:sésam').toString('base64')}`;
    expect(hook.messages[0]?.headers.authorization).toBe(expected);
  });
});

describe("Xray's notice", () => {
  test("is KubeXray's", async () =>
    expect(await noticed(act('act-1'))).toEqual([
      {
        pod_name: 'cart',
        namespace: 'shop',
        action: 'scaledown',
        cluster_url: 'https://api.example',
        components: [{ component_name: digest(1), component_sha: digest(1).slice(7) }],
      },
    ]));
  test('is not sent for what was not done, nor for what was undone', async () => {
    const order = anOrder({ id: 'act-9', action: 'restore' });
    const records = (['intended', 'refused', 'failed'] as const).map((outcome) => act(outcome, { outcome }));
    expect(await noticed(...records, anActRecord({ order }))).toEqual([]);
  });
  test('is tried again, and not repeated for an act that went on', async () => {
    const posted: string[] = [];
    const sendXrayNotice = async ({ pod_name }: XrayNotice): Promise<void> => {
      posted.push(pod_name);
      if (posted.length === 1) throw new Error('503');
    };
    const notifier = aNotifier({}, { sendXrayNotice });
    notifier.notify(act('act-1', { outcome: 'accepted' }));
    await expect.poll(() => posted.length).toBe(2);
    notifier.notify(act('act-1', { outcome: 'effective' }));
    await notifier.flush(ample);
    expect(posted).toHaveLength(2);
  });
});

describe('on its way', () => {
  test('a certificate that is not trusted is not taken', async () => {
    const { url, received } = await secure();
    const notifier = aNotifier({ webhookUrl: `${url}/s3cret` });
    notifier.notify(act('act-1'));
    await notifier.flush(ample);
    expect(received).toEqual([]);
    expect(notifier.warnings).toEqual([
      expect.stringMatching(/^the webhook \(127.0.0.1:\d+\) could not be told .*SELF_SIGNED/),
    ]);
  });
  test('one of an authority that was handed in is', async () => {
    const { url, cert, received } = await secure();
    const notifier = aNotifier({ webhookUrl: `${url}/hook` }, { ca: cert });
    notifier.notify(act('act-1'));
    await notifier.flush(ample);
    expect([received, notifier.warnings]).toEqual([['/hook'], []]);
  });
  test('a proxy is used where the environment names one', async () => {
    const asked: string[] = [];
    // Whatever is asked for, it answers: a proxy resolves names.
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    const notifier = aNotifier(
      { webhookUrl: 'http://hooks.invalid/hook' },
      { env: { HTTP_PROXY: await listen(proxy) } },
    );
    notifier.notify(act('act-1'));
    await notifier.flush(ample);
    expect([notifier.warnings, asked]).toEqual([[], ['http://hooks.invalid/hook']]);
  });
});

function idsIn(body: Readonly<Record<string, unknown>> | undefined): string[] {
  const items = (body?.['items'] ?? []) as readonly { readonly id: string }[];
  return items.map(({ id }) => id);
}
