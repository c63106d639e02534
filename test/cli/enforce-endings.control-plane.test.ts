// However `enforce` is told to end, it ends as it should: what is under way comes to its line in the journal, nothing is
// begun any more, and the exit code says what the user did. A proxy before the API server holds an act where it is to be.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { type FaultyProxy, startFaultyProxy } from '../control-plane/faulty-proxy.ts';
import { kubeconfigText } from '../control-plane/kubeconfig.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop, stopping } from './acting-shop.ts';
import { listenTo, type RunningEnforce } from './running-enforce.ts';
import type { CliOptions } from './run-cli.ts';

withControlPlane('enforce ends', (plane) => {
  let shop: ActingShop;
  let proxy: FaultyProxy;
  const names = ['idle', 'read', 'called', 'unanswered', 'told', 'piped', 'once', 'hand', 'twice'] as const;
  type Name = (typeof names)[number];

  beforeAll(async () => {
    shop = await anActingShop(plane, 'endings');
    proxy = await startFaultyProxy(plane.access);
    shop.writePolicy(stopping);
    await shop.apply(...names.map((name) => shop.apps('Deployment', name, shop.running('bad'))));
  });
  afterAll(async () => {
    await proxy?.close();
    await shop?.end();
  });

  /** Through the proxy, about one workload or those that have their name in common. */
  const start = (words: string, options: CliOptions = {}): RunningEnforce => {
    const kubeconfig = kubeconfigText(proxy.access, { namespace: shop.namespace });
    return listenTo(shop.start(`enforce ${words}`, { files: { kubeconfig }, ...options }));
  };
  const callOf = (name: Name): RegExp => new RegExp(`^PATCH .*/deployments/${name}\\b`);
  const untilAsked = async (what: RegExp, from: number): Promise<void> => {
    await eventually(`${what} is asked`, () => proxy.asked.slice(from).some((one) => what.test(one)));
  };
  const replicasOf = async (name: Name) => {
    const spec = (await shop.get(`apps/v1 deployments ${name}`))?.['spec'];
    return (spec as { replicas: number } | undefined)?.replicas;
  };
  /** What the journal has of a workload: `Intended`, `effective`. */
  const written = (name: string): string[] => {
    const lines = shop.journal();
    const ids = lines.flatMap((line) => ('order' in line && line.order.target.name === name ? [line.order.id] : []));
    return lines.flatMap((line) => {
      if (line.type === 'Intended' && ids.includes(line.order.id)) return ['Intended'];
      return line.type === 'Ended' && ids.includes(line.id) ? [line.outcome] : [];
    });
  };

  describe('with 0', () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      test(`on ${signal}, where nothing is under way`, async () => {
        const enforce = await start('-l app=idle').begun();
        await enforce.untilAct('deployment/idle', 'wouldAct');
        expect(await enforce.stop(signal)).toMatchObject({ code: 0, signal: null });
      });
    }

    test('on SIGTERM while an act is looked at: it is not begun', async () => {
      const [lift, from] = [proxy.hang(/\/selfsubjectaccessreviews/), proxy.asked.length];
      const enforce = start('--confirm --resume -l app=read');
      await untilAsked(/\/selfsubjectaccessreviews/, from);
      expect(await enforce.stop()).toMatchObject({ code: 0, stdout: '' });
      lift();
      expect(written('read')).toEqual([]);
      expect(await replicasOf('read')).toBe(1);
    });

    test('on SIGTERM while an act is carried out whose answer never comes: restore knows what to look for', async () => {
      const lift = proxy.swallow(callOf('called'));
      const enforce = start('--confirm --resume -l app=called --request-timeout 2s');
      await eventually('it is carried out', async () => (await replicasOf('called')) === 0);
      expect(written('called')).toEqual(['Intended']);
      const ended = await enforce.stop();
      lift();
      expect(ended).toMatchObject({ code: 0, signal: null });
      expect(enforce.acts()).toEqual(['deployment/called failed']);
      expect(enforce.said()[0]?.message).toContain('it is not known whether it happened');
      expect(written('called')).toEqual(['Intended']);
      expect(await shop.run('restore deployment/called --yes')).toMatchObject({ code: 0 });
      expect(await replicasOf('called')).toBe(1);
    });

    test('on SIGTERM while an act is asked for and never taken: nothing was done, and restore says so', async () => {
      const lift = proxy.hang(callOf('unanswered'));
      const enforce = start('--confirm --resume -l app=unanswered --request-timeout 2s');
      await untilAsked(callOf('unanswered'), 0);
      const ended = await enforce.stop();
      lift();
      expect(ended).toMatchObject({ code: 0, signal: null });
      expect(written('unanswered')).toEqual(['Intended']);
      expect(await replicasOf('unanswered')).toBe(1);
      const nothing = await shop.run('restore deployment/unanswered --yes');
      expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('is not as it was left') as string });
    });

    test('on SIGTERM in the middle of an act: it comes to its end, which is told and written down', async () => {
      const lift = proxy.hang(/^POST .*\/events/);
      const enforce = start('--confirm --resume -l app=told --request-timeout 2s');
      await eventually('it is carried out', async () => (await replicasOf('told')) === 0);
      const ended = await enforce.stop();
      lift();
      expect(ended).toMatchObject({ code: 0, signal: null });
      expect(written('told')).toEqual(['Intended', 'accepted']);
      expect(enforce.acts()).toEqual(['deployment/told accepted']);
    });

    test('where nobody reads on, as before head, and an act is under way: it comes to its end', async () => {
      const lift = proxy.hang(/^POST .*\/events/);
      const files = { kubeconfig: kubeconfigText(proxy.access, { namespace: shop.namespace }) };
      const words = 'enforce --confirm --resume -l app=piped --request-timeout 2s';
      const { child, ended } = shop.start(words, { files });
      await eventually('it is carried out', async () => (await replicasOf('piped')) === 0);
      child.stdout.destroy();
      shop.writePolicy('what is: [ wrong is told at once');
      const { code, stderr } = await ended;
      lift();
      shop.writePolicy(stopping);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('EPIPE') as string });
      expect(written('piped')).toEqual(['Intended', 'accepted']);
    });
  });

  describe('with what came of it where nobody reads on, and it ends by itself', () => {
    const unread = async (words: string) => {
      const { child, ended } = shop.start(words);
      child.stdout.destroy();
      child.stderr.destroy();
      return (await ended).code;
    };

    test('enforce --once does all that is due', async () => {
      expect(await unread('enforce --once --confirm --resume -l app=once')).toBe(0);
      expect(written('once')).toContain('Intended');
      expect(await replicasOf('once')).toBe(0);
    });

    test('what was asked for by hand is done, and what could not be done is not green', async () => {
      expect(await unread('scaledown deploy/hand deploy/nobody --yes')).toBe(1);
      expect(await replicasOf('hand')).toBe(0);
    });
  });

  test('with 130 on the second Ctrl-C, at once', async () => {
    const lift = proxy.hang(callOf('twice'));
    const enforce = start('--confirm --resume -l app=twice');
    await untilAsked(callOf('twice'), 0);
    void enforce.stop('SIGINT');
    await eventually('the first was heard', () => enforce.stderr().includes('a second Ctrl-C ends at once'));
    expect(await enforce.stop('SIGINT')).toMatchObject({ code: 130, signal: null });
    lift();
    expect(written('twice')).toEqual(['Intended']);
  });

  test('with 1, and words, where there is no cluster', async () => {
    const gone = await startFaultyProxy(plane.access);
    await gone.close();
    const kubeconfig = kubeconfigText(gone.access, { namespace: shop.namespace });
    const ended = await shop.run('enforce --confirm', { files: { kubeconfig } });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(new URL(gone.url).host);
    expect(ended.stderr).toMatch(/refused/);
  });
});
