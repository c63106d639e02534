// What is done by hand through the built program: stopped, deleted, brought back, excepted, and told of.
import { spawnSync } from 'node:child_process';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { again } from '../control-plane/kubelet.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { definition } from './objects.ts';
import { type Ended, launcher } from './run-cli.ts';

interface Workload {
  readonly metadata: { readonly uid: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly replicas?: number; readonly suspend?: boolean; readonly template?: object };
}

function isThere(program: string): boolean {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return (stdout ?? '').includes('util-linux');
}

/** The API server at another address, until it is stopped. */
async function aForwarder(url: string) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname);
    for (const socket of [incoming, outgoing]) sockets.add(socket.on('error', () => {}));
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

withControlPlane('by hand', (plane) => {
  let shop: ActingShop;
  const get = async (resource: string) => (await shop.get(resource)) as Workload | undefined;
  const typing = async (words: string, stdin: string) =>
    shop.run(`-qec§${launcher} ${words}§/dev/null`, { program: 'script', stdin });
  const deployment = (name: string) => get(`apps/v1 deployments ${name}`);

  beforeAll(async () => {
    shop = await anActingShop(plane, 'hand');
    const { apps, cronJob } = shop;
    const names = ['cart', 'pay', 'one', 'two', 'dry', 'asked', 'lonely', 'excused', 'colleague'];
    await shop.apply(
      ...names.map((name) => apps('Deployment', name, shop.running(name === 'cart' ? 'bad' : 'good'), { replicas: 2 })),
      cronJob('nightly', shop.running('good')),
    );
  });
  afterAll(async () => shop.end());

  describe('wrong usage ends with 2 and changes nothing', () => {
    const cases: [words: string, says: string][] = [
      ['scaledown deployment/cart', 'error: scaledown asks before it acts, and there is no terminal to ask on'],
      ['delete deployment/cart', 'Add --yes, or look first with --dry-run=client.'],
      ['restore deployment/cart', 'error: restore asks before it acts'],
      ['scaledown deployments --yes', 'error: scaledown needs a workload by its name'],
      ['scaledown', 'error: scaledown needs a workload by its name'],
      ['scaledown deploy/cart --dry-run=perhaps', 'error: --dry-run does not know "perhaps"'],
      ['restore deploy/cart --yes --hold soon', 'error: --hold soon is no duration'],
      ['ignore deploy/cart --yes --cve CVE-2026-1234', 'error: ignore needs a reason'],
      ['ignore deploy/cart --yes --cve CVE-26 --reason x', '"CVE-26" is not a CVE; write it as CVE-2023-1234'],
    ];
    for (const [words, says] of cases) {
      test(words, async () => {
        const ended = await shop.run(words);
        expect(ended).toMatchObject({ code: 2, stdout: '' });
        expect(ended.stderr).toContain(says);
      });
    }
  });

  test('a name that is not there ends with 1, in kubectl’s words', async () => {
    const ended = await shop.run('scaledown deployment/nobody --yes');
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('Error from server (NotFound): deployments.apps "nobody" not found\n');
  });

  test('a dry run says what it would do, and changes nothing', async () => {
    const before = await deployment('dry');
    const client = await shop.run('scaledown deploy dry --dry-run=client');
    expect(client).toMatchObject({ code: 0, stdout: 'deployment/dry scaled down (dry run)\n' });
    expect(client.stderr).toContain('  does:     sets its replicas from 2 to 0\n');
    expect(client.stderr).toContain('  undo:     full: sets its replicas to 2 again');
    const server = await shop.run('delete deploy dry --dry-run=server');
    expect(server).toMatchObject({ code: 0, stdout: 'deployment/dry deleted (server dry run)\n' });
    expect(await deployment('dry')).toEqual(before);
  });

  test('scaledown stops it, says how to undo that, and restore brings it back', async () => {
    const before = await deployment('cart');
    const stopped = await shop.run('scaledown deployment/cart --yes');
    expect(stopped).toMatchObject({ code: 0, stdout: 'deployment/cart scaled down\n' });
    expect(stopped.stderr).toContain('  why:      by hand; CVE-2026-0001 (High) in npm://minimist:1.2.5\n');
    expect(stopped.stderr).toContain(`undo with: kubectl xray restore deployment/cart -n ${shop.namespace}\n`);
    expect((await deployment('cart'))?.spec.replicas).toBe(0);
    const again = await shop.run('scaledown deployment/cart --yes');
    expect(again).toMatchObject({ code: 0, stdout: '' });
    const back = await shop.run('restore deploy/cart --yes --hold 1h');
    expect(back).toMatchObject({ code: 0, stdout: 'deployment/cart restored\n' });
    const after = await deployment('cart');
    expect(after?.spec).toEqual(before?.spec);
    expect(after?.metadata.annotations).toHaveProperty(['kubectl-xray/held']);
    expect(await shop.run('restore deploy/cart --yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error: nothing to restore of deployments/cart') as string,
    });
  });

  test('a pod stands for its workload', async () => {
    const set = await eventually('a ReplicaSet', async () => {
      const sets = await shop.list('apps/v1 replicasets');
      return sets.find(({ metadata }) => metadata.name.startsWith('one-'));
    });
    const ended = await shop.run(`scaledown rs/${set.metadata.name} --dry-run=client`);
    expect(ended).toMatchObject({ code: 0, stdout: 'deployment/one scaled down (dry run)\n' });
  });

  test('a deleted object comes back from the journal, as it was', async () => {
    const before = await deployment('pay');
    const gone = await shop.run('delete deployment/pay --yes');
    expect(gone).toMatchObject({ code: 0, stdout: 'deployment/pay deleted\n' });
    expect(gone.stderr).toContain('  undo:     partial: creates it again from its saved manifest');
    expect(await deployment('pay')).toBeUndefined();
    const back = await shop.run('restore deployment/pay --yes');
    expect(back).toMatchObject({ code: 0, stdout: 'deployment/pay restored\n' });
    const after = await deployment('pay');
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
    expect(after?.spec).toEqual(before?.spec);
  });

  test('what was stopped on another machine is brought back by its annotation', async () => {
    expect((await shop.run('scaledown deployment/colleague --yes')).code).toBe(0);
    const elsewhere = { env: { KUBECTL_XRAY_HOME: shop.another('laptop') } };
    const back = await shop.run('restore deployment/colleague --yes', elsewhere);
    expect(back).toMatchObject({ code: 0, stdout: 'deployment/colleague restored\n' });
    expect((await deployment('colleague'))?.spec.replicas).toBe(2);
  });

  test('a custom kind without pods is brought back by its annotation, though no list shows it', async () => {
    await plane.apply([definition('Sprocket', 'Namespaced')]);
    const sprocket = { apiVersion: 'cli.example.com/v1', kind: 'Sprocket' };
    const mark = {
      action: 'scaledown',
      id: 'elsewhere',
      field: 'scale',
      previous: 3,
      value: 0,
      others: [],
      digests: [],
      conditions: [],
      time: '2026-11-20T09:00:00Z',
      actor: 'bob',
      machine: 'laptop',
      by: 'hand',
    };
    const [made] = await eventually('the kind is served', () =>
      plane.apply([{ ...shop.object(sprocket.apiVersion, sprocket.kind, 'gear', { replicas: 0 }) }]),
    );
    const path = `/apis/cli.example.com/v1/namespaces/${shop.namespace}/sprockets/gear`;
    const acted = JSON.stringify({ ...mark, uid: made?.metadata.uid });
    await plane.request('PATCH', path, { metadata: { annotations: { 'kubectl-xray/acted': acted } } });
    const ended = await shop.run('restore sprockets.cli.example.com gear --yes --wait-timeout 1s');
    expect(ended.stdout).toBe('sprocket.cli.example.com/gear restored\n');
    expect((await again(plane, path)) as unknown).toMatchObject({ spec: { replicas: 3 } });
  });

  test('without an Xray it warns, and acts all the same', async () => {
    const ended = await shop.run('scaledown deployment/lonely --yes', { env: { JF_URL: '', JF_ACCESS_TOKEN: '' } });
    expect(ended).toMatchObject({ code: 0, stdout: 'deployment/lonely scaled down\n' });
    expect(ended.stderr).toContain('warning: no Xray is configured: nothing is known of any image\n');
    expect(ended.stderr).toContain('  warning:  Xray has not answered about ');
    expect(ended.stderr).not.toContain('nothing that is known of it calls for it');
  });

  test('ignore writes the exception, keeps the rest, and history tells of it', async () => {
    shop.writePolicy('# ours\nscanPolicy:\n  security: { deployments: scaledown }\n');
    const words = 'ignore deployment/excused --cve CVE-2026-0001 --reason excused --until 2099-01-31 --by ana --yes';
    const dry = await shop.run(words.replace('--yes', '--dry-run=client'));
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout).toMatch(/^\+.*CVE-2026-0001/m);
    expect(shop.readPolicy()).not.toContain('CVE-2026-0001');
    const ended = await shop.run(words);
    expect(ended.stdout).toMatch(/deployment\/excused ignored\n$/);
    expect(shop.readPolicy()).toMatch(/^# ours\nscanPolicy:\n {2}security: { deployments: scaledown }\nexceptions:\n/);
    expect(shop.readPolicy()).toContain('workloads: [deployment/excused]');
    expect((await shop.run('policy check')).code).toBe(0);
    const told = await shop.run('history deployment/excused -o json');
    expect((JSON.parse(told.stdout) as { items: object[] }).items).toMatchObject([
      { action: 'ignore', reason: 'CVE-2026-0001 until 2099-01-31: excused', by: 'admin' },
    ]);
  });

  // util-linux's script gives a program a terminal.
  describe.skipIf(!isThere('script'))('on a terminal', () => {
    test('it asks, and does nothing without a yes', async () => {
      const ended = await typing('scaledown deployment/asked', 'n\n');
      expect(ended).toMatchObject({ code: 1 });
      expect(ended.stdout).toContain(`Scale down deployment/asked in namespace ${shop.namespace}? [y/N]`);
      expect(ended.stdout).toContain('nothing was changed');
      expect((await deployment('asked'))?.spec.replicas).toBe(2);
    });

    test('it does it after a yes', async () => {
      const ended = await typing('scaledown deployment/asked', 'y\n');
      expect(ended).toMatchObject({ code: 0 });
      expect(ended.stdout).toContain('deployment/asked scaled down\r\n');
      expect((await deployment('asked'))?.spec.replicas).toBe(0);
    });

    test('to delete several, their number is to be typed', async () => {
      const refused = await typing('delete deployment/one deployment/two', 'y\n');
      expect(refused.stdout).toContain('Delete 2 objects? Type 2 to go on:');
      expect(await deployment('one')).toBeDefined();
      const agreed = await typing('delete deployment/one deployment/two', '2\n');
      expect(agreed).toMatchObject({ code: 0 });
      expect([await deployment('one'), await deployment('two')]).toEqual([undefined, undefined]);
    });

    test('enforce speaks in lines for a person', async () => {
      const ended = await typing('enforce --once', '');
      expect(ended.code).toBe(0);
      expect(ended.stdout).toContain('mode:    says what it would do and changes nothing');
    });
  });

  describe('history', () => {
    let told: Ended;
    beforeAll(async () => {
      told = await shop.run('history deployment/cart');
    });

    test('tells what was done, newest last', () => {
      const rows = told.stdout.trimEnd().split('\n').slice(1);
      expect(rows.map((row) => row.split(/ +/).slice(1, 4).join(' '))).toEqual([
        'scaledown deployment/cart effective',
        'restore deployment/cart effective',
      ]);
    });

    test('needs no answer of a cluster that has answered before, and says so', async () => {
      const forwarder = await aForwarder(plane.url);
      const words = `history deployment/cart --server ${forwarder.url}`;
      expect(await shop.run(words)).toMatchObject({ code: 0, stdout: told.stdout });
      await forwarder.stop();
      const { code, stdout, stderr } = await shop.run(words);
      expect([code, stdout]).toEqual([0, told.stdout]);
      expect(stderr).toMatch(/^warning: .*; this is what was done in the cluster that last answered there\n$/);
    });

    test('of another machine is empty', async () => {
      const elsewhere = { env: { KUBECTL_XRAY_HOME: shop.another('empty') } };
      const { code, stdout, stderr } = await shop.run('history -A', elsewhere);
      expect([code, stdout]).toEqual([0, '']);
      expect(stderr).toMatch(/^Nothing was done or seen to change \(/);
    });
  });
});
