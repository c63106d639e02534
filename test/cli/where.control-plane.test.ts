// `where` on a real cluster with an Xray beside it, and exceptions held against what runs there.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReachedList } from '../../src/core/where/report.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';

withControlPlane('where', (plane) => {
  let shop: ActingShop;

  beforeAll(async () => {
    shop = await anActingShop(plane, 'where');
    shop.writePolicy(
      'scanPolicy: { security: { default: scaledown } }\nexceptions:\n' +
        '- { license: GPL-3.0-only, workloads: [deployment/report] }\n' +
        '- { cve: CVE-2023-9999 }\n' +
        '- { cve: XRAY-666, namespaces: [nowhere] }\n',
    );
    const { apps } = shop;
    await shop.apply(
      apps('Deployment', 'cart', shop.running('worse')),
      apps('Deployment', 'pay', shop.running('good')),
      apps('Deployment', 'report', shop.running('copyleft')),
    );
  });
  afterAll(async () => shop?.end());

  test('a finding, a component and a license reach the workloads that run them', async () => {
    const ended = await shop.run('where xray-666 left-pad GPL-3.0-only -o json');
    expect(ended.code).toBe(0);
    const { items, metadata } = JSON.parse(ended.stdout) as ReachedList;
    expect(items.map(({ workload, reachedBy }) => [workload.name, ...reachedBy.map((one) => one.sought)])).toEqual([
      ['cart', 'XRAY-666'],
      ['report', 'left-pad', 'GPL-3.0-only'],
    ]);
    expect(metadata.where).toMatchObject({ complete: true, namespaces: [shop.namespace] });
    expect(ended.stderr).toMatch(/^XRAY-666: 1 workload hit, by 1 image\n/);
    expect(ended.stderr).toContain(`looked at namespace ${shop.namespace}, `);
  });

  test('what was answered within ten minutes is not asked for again, and without anybody to ask it still counts', async () => {
    await shop.run('where XRAY-666');
    shop.server.clearRequests();
    expect(await shop.run('where XRAY-666 --no-headers')).toMatchObject({ code: 0 });
    expect(shop.server.count('summary/artifact')).toBe(0);
    const offline = await shop.run('where XRAY-666 --offline');
    expect(offline.code).toBe(0);
    expect(offline.stdout).toMatch(/deployment\/cart .* Critical/);
    shop.server.fault({ path: '/xray/', status: 503 });
    const failing = await shop.run('where XRAY-666 --refresh');
    shop.server.clearFaults();
    expect(failing.stdout).toMatch(/deployment\/cart .* Critical/);
    expect(failing.stderr).toMatch(/1 workload hit, by 1 image; there may be more: could not ask about 3 images/);
  });

  test('nothing is hit only where everybody was asked', async () => {
    const nothing = await shop.run('where CVE-1999-0001 -n ' + shop.namespace);
    expect(nothing).toMatchObject({ code: 0, stdout: '' });
    expect(nothing.stderr).toMatch(/^CVE-1999-0001: nothing is hit\n/);
    shop.server.fault({ path: 'summary/artifact', status: 403 });
    const refused = await shop.run('where CVE-1999-0001 --refresh');
    shop.server.clearFaults();
    expect(refused).toMatchObject({ code: 11, stdout: '' });
    expect(refused.stderr).toMatch(/^CVE-1999-0001: nothing found, but could not ask about 3 images/);
  });

  test('what is kept is told, cleared, and asked for again', async () => {
    await shop.run('cache clear');
    await shop.run('where XRAY-666');
    const { stdout } = await shop.run('cache info -o json');
    expect(JSON.parse(stdout)).toMatchObject({ items: [{ server: shop.server.url, answers: 3 }] });
    const cleared = await shop.run('cache clear');
    expect(cleared).toMatchObject({ code: 0, stderr: '' });
    expect(cleared.stdout).toMatch(/^cache\/http:\/\/127\.0\.0\.1:\d+ cleared: 3 answers, [\d.]+k?B\n$/);
    expect((await shop.run('cache info')).stderr).toMatch(/^nothing is kept in /);
    shop.server.clearRequests();
    expect((await shop.run('where XRAY-666')).code).toBe(0);
    expect(shop.server.count('summary/artifact')).toBeGreaterThan(0);
  });

  test('exceptions that match nothing of what runs are told, with their places', async () => {
    const ended = await shop.run('policy check --wait 100s');
    expect(ended.code).toBe(0);
    expect(ended.stderr).not.toContain('exceptions[0]');
    expect(ended.stderr).toMatch(/policy\.yaml:4:3: warning: exceptions\[1\] \(CVE-2023-9999\) m/);
    expect(ended.stderr).toMatch(
      /policy\.yaml:5:3: warning: exceptions\[2\] \(XRAY-666\) matches nothing: no workload/,
    );
  });
});
