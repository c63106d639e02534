// The policy carried out by the built program: not at all without --confirm, once, and until it is stopped.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import type { Stored } from '../control-plane/requests.ts';
import { aHook } from '../notify/receiving.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop, stopping } from './acting-shop.ts';
import { workloadsIn } from './reports.ts';
import type { Ended, StartedCli } from './run-cli.ts';

interface Line {
  readonly at: string;
  readonly type: string;
  readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string; readonly uid: string };
  readonly action: string;
  readonly outcome: string;
  readonly reason: string;
  readonly undo: { readonly grade: string };
}

const linesIn = (stdout: string): Line[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

const inShort = ({ stdout }: Pick<Ended, 'stdout'>): string[] =>
  linesIn(stdout).map(({ type, action, outcome, workload }) => [type, action, outcome, workload?.name].join(' '));

withControlPlane('enforce', (plane) => {
  let shop: ActingShop;
  const replicas = async (name: string): Promise<unknown> =>
    ((await shop.get(`apps/v1 deployments ${name}`)) as (Stored & { spec: { replicas: number } }) | undefined)?.spec
      .replicas;

  beforeAll(async () => {
    shop = await anActingShop(plane, 'enforce');
    const { apps } = shop;
    shop.writePolicy(stopping);
    await shop.apply(
      apps('Deployment', 'bad', shop.running('bad'), { replicas: 2 }),
      apps('Deployment', 'good', shop.running('good')),
    );
  });
  afterAll(async () => shop.end());

  describe('wrong usage ends with 2', () => {
    const cases: [words: string, says: string][] = [
      ['enforce --dry-run=maybe', 'error: --dry-run does not know "maybe"'],
      ['enforce --poll-interval soon', 'error: --poll-interval soon is no duration'],
      ['enforce --poll-interval 0s', 'error: --poll-interval 0s is no pace'],
      ['enforce --poll-interval 1ms', 'error: --poll-interval 1ms is no pace'],
      ['enforce --max-age 5ms', 'error: --max-age 5ms is no pace'],
      ['enforce --webhook-listen everywhere', 'error: --webhook-listen everywhere is not HOST:PORT'],
      ['enforce -f x.yaml', 'error: unknown flag: -f'],
    ];
    for (const [words, says] of cases) {
      test(words, async () => {
        const ended = await shop.run(words);
        expect(ended).toMatchObject({ code: 2, stdout: '' });
        expect(ended.stderr).toContain(says);
      });
    }
    test('no Xray is configured', async () => {
      const ended = await shop.run('enforce --once', { env: { JF_URL: '' } });
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('no Xray is configured') as string });
    });
  });

  describe('without --confirm, and with --dry-run beside it', () => {
    const cases: [words: string, mode: string][] = [
      ['enforce --once', 'says what it would do and changes nothing'],
      ['enforce --once --confirm --dry-run=client', 'says what it would do and changes nothing'],
      ['enforce --once --confirm --dry-run=server', 'lets the server check what it would do'],
    ];
    for (const [words, mode] of cases) {
      test(`${words} changes nothing and says what it would do`, async () => {
        const ended = await shop.run(words);
        expect(ended.code).toBe(0);
        expect(inShort(ended)).toEqual(['act scaledown wouldAct bad']);
        expect(ended.stderr).toContain(`mode:    ${mode}`);
        expect(await replicas('bad')).toBe(2);
        expect(shop.journal()).toEqual([]);
      });
    }
  });

  test('it says first what is enforced, where, and by what', async () => {
    const { stderr } = await shop.run('enforce --once');
    const lines = stderr.split('\n').map((line) => line.split(/ +/, 1)[0]);
    expect(lines.slice(0, 5)).toEqual(['cluster:', 'policy:', 'xray:', 'state:', 'mode:']);
    expect(stderr).toContain(`namespace ${shop.namespace}\n`);
    expect(stderr).toMatch(/policy: {2}\S+policy\.yaml \(beside config\.yaml\)\n/);
    expect(stderr).toContain('2 workloads, 3 pods, 2 images: 2 scanned\n');
  });

  test('with --confirm it acts once, and a second run finds nothing to do', async () => {
    const first = await shop.run('enforce --once --confirm');
    expect(first.code).toBe(0);
    expect(inShort(first)).toEqual(['act scaledown accepted bad', 'act scaledown effective bad']);
    const [line] = linesIn(first.stdout);
    expect(line).toMatchObject({
      workload: { kind: 'Deployment', namespace: shop.namespace, name: 'bad' },
      reason: 'security (scanPolicy.security.default): CVE-2026-0001 (High) in npm://minimist:1.2.5',
      undo: { grade: 'full' },
    });
    expect([await replicas('bad'), await replicas('good')]).toEqual([0, 1]);
    expect(shop.journal().map(({ type }) => type)).toEqual(['Intended', 'Ended', 'Ended']);
    expect(await shop.run('enforce --once --confirm')).toMatchObject({ code: 0, stdout: '' });
  });

  test('what somebody brings up again is left alone, and told', async () => {
    const path = `/apis/apps/v1/namespaces/${shop.namespace}/deployments/bad`;
    await plane.request('PATCH', `${path}?fieldManager=somebody`, { spec: { replicas: 1 } });
    await shop.apply();
    // So shortly after an act nothing counts as contested: then the act is not repeated either.
    const ended = await eventually(
      'it is contested',
      async () => {
        const once = await shop.run('enforce --once --confirm');
        return once.stdout !== '' && once;
      },
      { deadline: 30_000, interval: 1000 },
    );
    expect(inShort(ended)).toEqual(['contested   bad']);
    expect(ended.stdout).toContain('somebody');
    expect(await replicas('bad')).toBe(1);
    const { items } = workloadsIn(await shop.run('status deploy/bad -o json'));
    expect(items[0]?.decision).toMatchObject({ action: 'ignore', exempt: { by: 'contested' } });
  });

  test('a grace period has the same end for whoever looks, from the first look on', async () => {
    const waiting = `scanPolicy: { security: { default: scaledown, gracePeriod: 24h } }\n`;
    shop.writePolicy(waiting);
    await shop.apply(shop.apps('Deployment', 'graced', shop.running('worse')));
    const exempt = async (): Promise<unknown> =>
      workloadsIn(await shop.run('status deploy/graced -o json')).items[0]?.decision.exempt;
    const first = await exempt();
    expect(first).toMatchObject({ by: 'gracePeriod', until: expect.stringMatching(/^20/) as string });
    expect((await shop.run('enforce --once --confirm -l app=graced')).code).toBe(0);
    expect(await exempt()).toEqual(first);
    expect(await replicas('graced')).toBe(1);
    await plane.request('DELETE', `/apis/apps/v1/namespaces/${shop.namespace}/deployments/graced`);
    await eventually('it is gone', async () => (await shop.get('apps/v1 deployments graced')) === undefined);
    shop.writePolicy(stopping);
  });

  test('others are told of what was done, once it is over', async () => {
    const hook = await aHook(200);
    shop.writeConfig(`notify: { webhookUrlFile: hook }\n`, { hook: hook.url });
    await shop.apply(shop.apps('Deployment', 'told', shop.running('bad')));
    expect((await shop.run('enforce --once --confirm')).code).toBe(0);
    const items = hook.messages.flatMap(
      ({ body }) => body['items'] as { workload: { name: string }; outcome: string }[],
    );
    expect(items.map(({ workload, outcome }) => `${workload.name} ${outcome}`)).toEqual(['told effective']);
    shop.writeConfig('', {});
  });

  describe('until it is stopped', () => {
    let started: StartedCli;
    const out: string[] = [];
    const err: string[] = [];
    const stdout = (): string => out.join('');
    const told = async (what: string, words: string): Promise<void> =>
      void (await eventually(what, () => stdout().includes(words), { deadline: 20_000 }));

    beforeAll(async () => {
      started = shop.start('enforce --confirm -o text --poll-interval 2s');
      started.child.stdout.on('data', (piece: Buffer) => out.push(piece.toString()));
      started.child.stderr.on('data', (piece: Buffer) => err.push(piece.toString()));
      await eventually('it has begun', () => err.join('').includes('mode:'));
    });
    afterAll(() => void started.child.kill('SIGKILL'));

    test('what comes is acted upon, in lines for a person', async () => {
      await shop.apply(shop.apps('Deployment', 'worse', shop.running('worse')));
      await told('it has stopped', `${shop.namespace}/deployment/worse has stopped`);
      expect(await replicas('worse')).toBe(0);
      expect(stdout()).toMatch(
        /\d\d:\d\d:\d\d \S+\/deployment\/worse scaled down: security \(scanPolicy\.security\.default\): CVE-2026-0001 \(Critical\) in npm:\/\/minimist:1\.2\.5 \(undo: full\)\n/,
      );
    });

    test('a broken policy is refused and told, the last good one stays in force', async () => {
      shop.writePolicy('scanPolicy: { security: { default: stop } }\n');
      await told('the refusal', 'policy refused: ');
      await shop.apply(shop.apps('Deployment', 'later', shop.running('bad')));
      await told('it has stopped', `${shop.namespace}/deployment/later has stopped`);
      shop.writePolicy(`${stopping}protect: { namespaces: [${shop.namespace}] }\n`);
      await told('the change', 'policy changed: ');
    });

    test('the new policy counts', async () => {
      await shop.apply(shop.apps('Deployment', 'spared', shop.running('bad')));
      const status = await shop.run('status deploy/spared --no-headers');
      expect(status.stdout).toMatch(/\[security\] +ignore/);
      expect(await replicas('spared')).toBe(1);
    });

    test('on SIGTERM it ends with 0, and everything it did is written down', async () => {
      started.child.kill('SIGTERM');
      const ended = await started.ended;
      expect([ended.code, ended.signal]).toEqual([0, null]);
      expect(ended.stdout).not.toContain('deployment/spared');
      const acts = shop.journal().filter(({ type }) => type === 'Intended');
      const ends = shop.journal().filter((line) => line.type === 'Ended' && line.outcome === 'effective');
      expect([acts.length, ends.length]).toEqual([4, 4]);
    });
  });
});
