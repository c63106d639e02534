// On a real cluster: whatever is looked at and done, the program speaks to the API server, to Xray and Artifactory, and to the
// receivers that config.yaml names. To nobody else, by no name and by no datagram.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop, stopping } from './acting-shop.ts';
import { observed } from './observed-network.ts';

withControlPlane('the network', (plane) => {
  let shop: ActingShop;
  let receiver: Server;
  const told: string[] = [];

  beforeAll(async () => {
    shop = await anActingShop(plane, 'network');
    await shop.apply(shop.apps('Deployment', 'cart', shop.running('bad')));
    receiver = createServer((request, response) => {
      told.push(request.url ?? '');
      response.end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    shop.writePolicy(stopping);
    shop.writeConfig('notify: { webhookUrlFile: receiver }\n', { receiver: `http://${receiverHost()}/acts` });
  });
  afterAll(async () => {
    receiver?.close();
    await shop?.end();
  });

  const receiverHost = (): string => `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const connections = (): { readonly cluster: string; readonly xray: string; readonly receiver: string } => ({
    cluster: `connect ${new URL(plane.url).host}`,
    xray: `connect ${new URL(shop.server.url).host}`,
    receiver: `connect ${receiverHost()}`,
  });

  for (const words of [
    'status',
    'status --images -o json',
    'explain deployment/cart',
    'where CVE-2021-44228',
    'enforce --once',
  ]) {
    test(`kubectl xray ${words} speaks to the cluster and to Xray`, async () => {
      const { network, code, stderr } = await observed(words.split(' '), shop.options);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(network).toEqual([connections().cluster, connections().xray].toSorted());
    });
  }

  test('kubectl xray watch goes on with that, and listens where it is told to alone', async () => {
    const { cluster, xray } = connections();
    const plain = await observed(['watch', '-o', 'text'], shop.options, /cart security/);
    expect(plain).toMatchObject({ code: 0, network: [cluster, xray].toSorted() });
    const listening = ['watch', '-o', 'text', '--webhook-listen', '127.0.0.1:0'];
    const { network, code } = await observed(listening, shop.options, /cart security/);
    expect({ network, code }).toEqual({ network: [cluster, xray, 'listen 127.0.0.1:0'].toSorted(), code: 0 });
  });

  test('kubectl xray history speaks to the cluster alone', async () => {
    const { network } = await observed(['history'], shop.options);
    expect(network).toEqual([connections().cluster]);
  });

  test('kubectl xray doctor starts kubectl besides, where there is one', async () => {
    const { network } = await observed(['doctor'], shop.options);
    const { cluster, xray } = connections();
    expect(network).toEqual(expect.arrayContaining([cluster, xray]));
    expect(network.filter((one) => one !== cluster && one !== xray && !/^start \S*kubectl$/.test(one))).toEqual([]);
  });

  test('what is done is told to the receiver that is configured, and to nobody else', async () => {
    const { network, stderr } = await observed(['enforce', '--once', '--confirm'], shop.options);
    expect({ told, stderr }).toMatchObject({ told: expect.arrayContaining(['/acts']) as string[] });
    const { cluster, xray, receiver: configured } = connections();
    expect(network).toEqual([cluster, xray, configured].toSorted());
  });
});
