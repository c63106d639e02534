// `where` over manifests, in a pipeline that has no cluster, and over the made-up shop.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { objectsIn, referenceTo, running } from './objects.ts';
import { type Ended, runCli } from './run-cli.ts';
import { images, installation, token } from './stand-in.ts';

describe('where', () => {
  let server: XrayServer;

  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation() });
  });
  afterAll(() => server.stop());

  const where = (...args: readonly string[]): Promise<Ended> => {
    const { host } = new URL(server.url);
    const { apps } = objectsIn('shop');
    const app = (name: keyof typeof images) => running({ app: referenceTo(host, images[name]) });
    const objects = [apps('Deployment', 'cart', app('worse')), apps('Deployment', 'report', app('copyleft'))];
    const stdin = objects.map((one) => stringify(one)).join('---\n');
    return runCli(['where', '-f', '-', ...args], { stdin, env: { JF_URL: server.url, JF_ACCESS_TOKEN: token } });
  };

  test('manifests are searched before they are deployed', async () => {
    const ended = await where('left-pad', '--no-headers', '-n', 'shop');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/^shop +deployment\/report +\S+copyleft\S+ +present +npm:\/\/left-pad:1\.0\.0 /);
  });

  test('for a pipeline: 10 where it is found, 0 where it is not', async () => {
    expect((await where('XRAY-666', '--fail-on', 'found')).code).toBe(10);
    expect((await where('CVE-1999-0001', '--fail-on', 'found')).code).toBe(0);
  });

  test('what cannot be looked for ends with 2, and asks nobody', async () => {
    server.clearRequests();
    for (const words of [[], ['CVE-12'], ['GHSA-jfh8-c2jp-5v3q']]) {
      const ended = await where(...words);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toMatch(/^error: .*\nWrite/);
    }
    expect(server.requests).toEqual([]);
  });

  test('the made-up shop has one that is exempt', async () => {
    const found = await runCli(['demo', 'where', 'event-stream', 'GPL-3.0-only', '--no-headers']);
    expect(found.code).toBe(0);
    expect(found.stdout).toMatch(/wallet-web .* npm:\/\/event-stream:3\.3\.6 +4\.0\.0 +Critical +scaledown\n/);
    expect(found.stdout).toMatch(/price-import .* \[GPL-3\.0-only\] /);
  });
});
