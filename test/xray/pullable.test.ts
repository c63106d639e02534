import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectToXray } from '../../src/xray/connect.ts';
import { createScanner } from '../../src/xray/lookup.ts';
import { createPullable } from '../../src/xray/pullable.ts';
import { eventually } from '../control-plane/eventually.ts';
import { aManualClock } from '../support/manual-clock.ts';
import { anImage } from '../xray-server/builders.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';

const token = 'a-token';
const image = anImage({ path: 'cart/1' });
const clock = {
  now: () => Date.now(),
  after: (milliseconds: number, call: () => void) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

describe('whether an image can be pulled again', () => {
  let server: XrayServer;
  let host = '';
  beforeAll(async () => {
    server = await startXrayServer({ token, world: { images: [image] } });
    host = new URL(server.url).host;
  });
  afterAll(() => server.stop());

  const pullable = (reference: string, given = token, by = clock): Promise<boolean | null> => {
    const connection = connectToXray({ url: server.url, credentials: { kind: 'bearer', token: given } });
    const { client } = createScanner(connection, { clock: by });
    return createPullable(client, [], new AbortController().signal)(reference);
  };

  test('one that is there, by its tag and by its digest', async () => {
    expect(await pullable(`${host}/docker-local/cart:1`)).toBe(true);
    expect(await pullable(`${host}/docker-local/cart@${image.digest}`)).toBe(true);
  });
  test('one that is not', async () => expect(await pullable(`${host}/docker-local/cart:2`)).toBe(false));
  test('of a registry that is not ours nobody was asked', async () =>
    expect(await pullable('quay.example.com/team/tool:7')).toBeNull());
  test('without the right to it, it is not known', async () =>
    expect(await pullable(`${host}/docker-local/cart:1`, 'another')).toBeNull());
  test('who does not answer is waited for five seconds, not for as long as a request may take', async () => {
    server.fault({ path: '/artifactory/', kind: 'stallBeforeHeaders' });
    server.clearRequests();
    const manual = aManualClock();
    const answer = pullable(`${host}/docker-local/cart:1`, token, manual);
    await eventually('it is asked', () => server.count(' /artifactory/') > 0);
    manual.advance(5000);
    expect(await answer).toBeNull();
    // Nothing of it keeps the program from ending.
    expect(manual.waits()).toEqual([]);
    server.clearFaults();
  });
  test('what is no reference is not known', async () => expect(await pullable('::')).toBeNull());
});
