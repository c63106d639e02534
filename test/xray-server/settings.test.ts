import { expect, test } from 'vitest';

import { aReceiver, aServer, bearer, get, post } from './asking.ts';
import { anImage, aPolicy, aWatch } from './builders.ts';
import { aBehaviour } from './data.ts';

test('policies and watches come as a list or by name, and 404 for another name', async () => {
  const policies = [aPolicy(), aPolicy({ type: 'license' })];
  const server = await aServer({ world: { policies, watches: [aWatch()] } });
  expect((await get(server, '/xray/api/v2/policies')).json).toEqual(policies);
  expect((await get(server, '/xray/api/v2/policies/license-policy')).json).toMatchObject({
    type: 'license',
    rules: [{ criteria: { banned_licenses: ['GPL-3.0-only'] } }],
    modified: expect.any(String),
  });
  expect((await get(server, '/xray/api/v2/policies/none')).status).toBe(404);
  expect((await get(server, '/xray/api/v2/watches')).json).toMatchObject([
    {
      general_data: { active: true },
      project_resources: { resources: [{ type: 'repository', name: 'docker-local' }] },
    },
  ]);
  expect((await get(server, '/xray/api/v2/watches/watch-all')).json).toMatchObject({
    general_data: { name: 'watch-all' },
  });
});

test('versions are as the world says', async () => {
  const server = await aServer({ world: { behaviour: aBehaviour({ xrayVersion: '3.85.5' }) } });
  expect((await get(server, '/xray/api/v1/system/version')).json).toMatchObject({ xray_version: '3.85.5' });
  expect((await get(server, '/artifactory/api/system/version')).json).toHaveProperty('version');
});

test('a feature is entitled only where the world says so', async () => {
  const server = await aServer({ world: { entitlements: ['contextual_analysis'] } });
  const feature = async (id: string): Promise<unknown> =>
    (await get(server, `/xray/api/v1/entitlements/feature/${id}`)).json;
  expect(await feature('contextual_analysis')).toEqual({ entitled: true, feature_id: 'contextual_analysis' });
  expect(await feature('secrets')).toMatchObject({ entitled: false });
});

test('impacted resources take the SBOM service, and come in pieces', async () => {
  const images = [anImage(), anImage({ path: 'other/1.0' }), anImage({ path: 'clean/1.0', issues: [] })];
  const server = await aServer({ world: { images } });
  const path = '/xray/api/v2/search/impactedResources?vulnerability=CVE-2026-0001&limit=1';
  expect((await get(server, path)).status).toBe(403);
  server.world.behaviour = aBehaviour({ sbom: true });
  const first = (await get(server, path)).json;
  expect(first).toMatchObject({ result: [{ type: 'Artifact', path: 'docker-local/app/1.0/manifest.json' }] });
  const { last_key: key } = first as { last_key: string };
  expect((await get(server, `${path}&last_key=${key}`)).json).toMatchObject({
    result: [{ repo: 'docker-local', path: 'docker-local/other/1.0/manifest.json' }],
    last_key: '',
  });
});

test('a repository that is virtual or not indexed has no indexing configuration', async () => {
  const repositories = [
    { key: 'docker-local', type: 'LOCAL', packageType: 'Docker' },
    { key: 'docker', type: 'VIRTUAL', packageType: 'Docker', members: ['docker-local'] },
    { key: 'dark', type: 'LOCAL', packageType: 'Docker', indexed: false },
  ] as const;
  const server = await aServer({ world: { repositories } });
  const status = async (key: string): Promise<number> => (await get(server, `/xray/api/v1/repos_config/${key}`)).status;
  expect([await status('docker-local'), await status('docker'), await status('dark')]).toEqual([200, 404, 404]);
});

test('a notice of the KubeXray era is taken and kept in the log', async () => {
  const server = await aServer();
  const notice = { pod_name: 'cart-1', namespace: 'shop', action: 'scaledown', cluster_url: '', components: [] };
  expect((await post(server, '/xray/api/v1/kube/metadata', notice)).status).toBe(200);
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(notice);
});

test('a webhook can be configured, and is delivered with its headers and credentials but no signature', async () => {
  const { url, received } = await aReceiver();
  const server = await aServer({ world: { accounts: [{ token: 'admin', rights: ['admin'] }] } });
  const hook = {
    name: 'kubectlxray',
    url,
    auth: { user_name: 'xray', password: 'open-sesame' },
    headers: { 'X-Auth-Token': 'secret' },
  };
  const created = await post(server, '/xray/api/v1/webhooks', hook, bearer('admin'));
  expect([created.status, created.json]).toEqual([201, { info: 'Webhook has been successfully created' }]);
  expect((await post(server, '/xray/api/v1/webhooks', { ...hook, name: 'not allowed!' }, bearer('admin'))).status).toBe(
    400,
  );

  expect(await server.deliverWebhook('kubectlxray', { watch_name: 'watch-all', issues: [] })).toBe(200);
  expect(received[0]?.body).toBe('{"watch_name":"watch-all","issues":[]}');
  expect(received[0]?.headers).toMatchObject({
    'user-agent': 'Xray/3.111.9',
    'x-xray-version': '3.111.9',
    'x-auth-token': 'secret',
    authorization: `Basic ${btoa('xray:open-sesame')}`,
  });
  expect(JSON.stringify(server.requests)).not.toContain('open-sesame');
});
