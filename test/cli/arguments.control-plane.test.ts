// Words and flags as kubectl's users have them in their fingers, against a real cluster.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runPods } from '../control-plane/run-pods.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { controlledBy, definition, imageIds, objectsIn, referenceTo, running } from './objects.ts';
import { asPublished, imagesIn, labelsIn, workloadsIn } from './reports.ts';
import { type CliOptions, type Ended, runCli } from './run-cli.ts';
import { images, installation, stored, token } from './stand-in.ts';

withControlPlane('words and flags', (plane) => {
  let server: XrayServer;
  let [namespace, empty] = ['', ''];
  let options: CliOptions = {};
  let cartPod = '';
  let cartSet = '';

  const run = async (...args: readonly string[]): Promise<Ended> => runCli(args, options);
  const status = async (...args: readonly string[]): Promise<Ended> => run('status', ...args);

  const tableOf = async (...args: readonly string[]) => {
    const ended = await status(...args);
    expect(ended.code).toBe(0);
    return ended.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}| +(?=\S+$)/));
  };

  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation() });
    const { host } = new URL(server.url);
    [namespace, empty] = [await plane.aNamespace('args'), await plane.aNamespace('empty')];
    const image = (name: keyof typeof images) => running({ app: referenceTo(host, images[name]) });
    const { apps, object, pod, job } = objectsIn(namespace);
    const labelled = (tier: string, one: ReturnType<typeof pod>) => ({
      ...one,
      metadata: { ...one.metadata, labels: { ...one.metadata?.labels, tier } },
    });
    await plane.apply([definition('Gadget', 'Namespaced')]);
    const [gadget] = await plane.apply([object('cli.example.com/v1', 'Gadget', 'press', {})]);
    await plane.apply([
      labelled('web', apps('Deployment', 'cart', image('bad'), { replicas: 2 })),
      labelled('back', apps('Deployment', 'pay', image('good'))),
      labelled('back', apps('StatefulSet', 'store', image('worse'))),
      job('once', image('never')),
      pod('press-0', image('good'), controlledBy(gadget)),
    ]);
    const pods = await runPods(plane, { namespace, imageIdFor: imageIds(host, stored) });
    const ofCart = pods.find(({ metadata }) => metadata.name.startsWith('cart-'));
    cartPod = ofCart?.metadata.name ?? '';
    cartSet = ofCart?.metadata.ownerReferences?.[0]?.name ?? '';
    options = {
      env: { KUBECONFIG: 'kubeconfig', JF_URL: server.url, JF_ACCESS_TOKEN: token },
      files: { kubeconfig: plane.kubeconfig({ namespace }) },
      secrets: [plane.admin.token],
    };
  });

  afterAll(async () => {
    await server?.stop();
    for (const one of [namespace, empty]) await plane.request('DELETE', `/api/v1/namespaces/${one}`);
  });

  describe('which workloads', () => {
    const cases: readonly (readonly [words: string, names: readonly string[]])[] = [
      ['deployment/cart', ['deployment.apps/cart']],
      ['-- deploy/cart', ['deployment.apps/cart']],
      ['deploy -- cart pay', ['deployment.apps/cart', 'deployment.apps/pay']],
      ['deploy cart pay', ['deployment.apps/cart', 'deployment.apps/pay']],
      ['deploy/cart sts/store', ['statefulset.apps/store', 'deployment.apps/cart']],
      ['deploy,sts', ['statefulset.apps/store', 'deployment.apps/cart', 'deployment.apps/pay']],
      ['Deployments.apps', ['deployment.apps/cart', 'deployment.apps/pay']],
      ['deployments.v1.apps cart', ['deployment.apps/cart']],
      ['jobs', ['job.batch/once']],
      ['po/CART_POD', ['deployment.apps/cart']],
      ['rs/CART_SET', ['deployment.apps/cart']],
      ['pods', ['statefulset.apps/store', 'deployment.apps/cart', 'job.batch/once', 'deployment.apps/pay', PRESS]],
      ['gadgets', [PRESS]],
      ['gadx/press', [PRESS]],
      ['gadgets.cli.example.com/press', [PRESS]],
      ['-l tier=web', ['deployment.apps/cart']],
      ['-ltier!=web,app!=store', ['job.batch/once', 'deployment.apps/pay', PRESS]],
      ['deploy -l tier', ['deployment.apps/cart', 'deployment.apps/pay']],
      ['--selector=!tier', ['job.batch/once', PRESS]],
      ['--field-selector metadata.name=CART_POD', ['deployment.apps/cart']],
      ['--severity critical', ['statefulset.apps/store']],
      ['--severity=HIGH', ['statefulset.apps/store', 'deployment.apps/cart']],
      ['--condition unscanned', ['job.batch/once']],
      ['--condition unscanned,clean', ['job.batch/once', 'deployment.apps/pay', PRESS]],
      [
        '--condition unscanned --condition security --sort-by name',
        ['deployment.apps/cart', 'job.batch/once', 'statefulset.apps/store'],
      ],
    ];
    for (const [words, names] of cases) {
      test.concurrent(`status ${words}`, async () => {
        const args = words.replace('CART_POD', cartPod).replace('CART_SET', cartSet).split(' ');
        const ended = await status('-o', 'name', ...args);
        expect(ended.stderr).not.toMatch(/error/i);
        expect(ended.code).toBe(0);
        // Worst first, unless sorted otherwise; what is alike in that may stand in any order.
        expect(new Set(namesIn(ended))).toEqual(new Set(names));
        expect(namesIn(ended)[0]).toBe(names[0]);
      });
    }

    test.concurrent('a pod found by its field is judged with all pods of its workload', async () => {
      const ended = await status('--field-selector', `metadata.name=${cartPod}`, '-o', 'json');
      expect(workloadsIn(ended).items).toMatchObject([{ workload: { name: 'cart', pods: 2 }, images: [{ pods: 2 }] }]);
    });

    test.concurrent('-n before and after, glued and whole, and -A, choose namespaces', async () => {
      for (const args of [['-n', empty], [`-n${empty}`], [`--namespace=${empty}`]]) {
        expect(await status(...args)).toMatchObject({
          code: 0,
          stdout: '',
          stderr: expect.stringMatching(new RegExp(`^No resources found in ${empty} namespace.\n`)) as string,
        });
      }
      for (const args of [['-n', ''], ['--namespace='], ['-n', '', '--context=', '-l', '', '--field-selector', '']]) {
        const own = workloadsIn(await status(...args, '-ojson'));
        expect(own.metadata.namespace).toBe(namespace);
        expect(labelsIn(own)).toHaveLength(5);
      }
      const all = workloadsIn(await status('-A', '-ojson'));
      expect(all.metadata.namespace).toBe('');
      expect(labelsIn(all)).toEqual(expect.arrayContaining(['deployment/cart', 'gadget/press']) as string[]);
    });
  });

  describe('what is not there', () => {
    test.concurrent('a named object that is not there: kubectl’s words, and 1; the others are shown', async () => {
      const ended = await status('deploy', 'cart', 'nobody', '-o', 'name');
      expect(ended).toMatchObject({ code: 1, stdout: 'deployment.apps/cart\n' });
      expect(ended.stderr).toMatch(/^Error from server \(NotFound\): deployments\.apps "nobody" not found\n/);
      expect(ended.stderr).not.toContain('No resources found');
    });

    test.concurrent('it counts more than --fail-on', async () => {
      expect((await status('--fail-on', 'security', '--', 'deploy/nobody')).code).toBe(1);
      expect((await status('deploy/nobody', '--fail-on', 'security')).code).toBe(1);
      expect((await status('deploy/cart', 'deploy/nobody', '--fail-on', 'security')).code).toBe(1);
    });

    test.concurrent('a custom object that is not there', async () => {
      const ended = await status('gadgets/nobody');
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain('Error from server (NotFound): gadgets.cli.example.com "nobody" not found\n');
    });

    test.concurrent('a type that is not there', async () => {
      expect(await status('foos')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: 'error: the server doesn\'t have a resource type "foos"\n',
      });
    });

    test.concurrent('a namespace that is not there is empty, as for kubectl', async () => {
      const ended = await status('-n', 'not-there');
      expect(ended.code).toBe(0);
      expect(ended.stderr).toMatch(/^No resources found in not-there namespace\.\n/);
    });

    test.concurrent('explain of nothing', async () => {
      const ended = await run('explain', 'deployment/nobody');
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(/^Error from server \(NotFound\): deployments\.apps "nobody" not found\n/);
    });

    test.concurrent('explain of an empty namespace says so', async () => {
      const ended = await run('explain', 'deploy', '-n', empty);
      expect(ended).toMatchObject({ code: 0, stdout: '' });
      expect(ended.stderr).toMatch(new RegExp(`^No resources found in ${empty} namespace\\.\n`));
    });

    test.concurrent('a field selector that the API server does not know', async () => {
      const ended = await status('--field-selector', 'spec.wrong=1');
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(/^(error|Error from server).*field label not supported: spec\.wrong/);
    });

    test.concurrent('a context, a server and a kubeconfig that are not there end with 1 and say which', async () => {
      const context = await status('--context', 'nowhere');
      expect(context).toMatchObject({ code: 1, stdout: '' });
      expect(context.stderr).toMatch(/^error: .*"?nowhere"?/);
      const unreachable = await status('--server', 'https://127.0.0.1:1');
      expect(unreachable).toMatchObject({ code: 1, stdout: '' });
      expect(unreachable.stderr).toMatch(/127\.0\.0\.1:1/);
      const missing = await status('--kubeconfig', '/not/there');
      expect(missing).toMatchObject({ code: 1, stdout: '' });
      expect(missing.stderr).toMatch(/\/not\/there/);
      for (const { stderr } of [context, unreachable, missing]) expect(stderr).not.toMatch(/\n {4}at /);
    });
  });

  describe('how it is shown', () => {
    test.concurrent('the table: kubectl’s headings, worst first', async () => {
      const [headings, ...rows] = await tableOf();
      expect(headings).toEqual(['NAME', 'PODS', 'CRIT', 'HIGH', 'MED', 'LOW', 'CONDITIONS', 'ACTION', 'AGE']);
      expect(rows[0]?.slice(0, 8)).toEqual(['statefulset/store', '1', '1', '0', '0', '0', 'security', 'ignore']);
      expect(rows.map(([name]) => name)).toEqual([
        'statefulset/store',
        'deployment/cart',
        'job/once',
        'deployment/pay',
        'gadget.cli.example.com/press',
      ]);
    });

    test.concurrent('-v 6 shows a line for every request to the cluster and to Xray, and no secret', async () => {
      for (const args of [['-v', '6'], ['-v6'], ['--v=9']]) {
        const ended = await status(...args, '-o', 'json');
        expect(workloadsIn(ended).items).toHaveLength(5);
        const lines = ended.stderr.trimEnd().split('\n').slice(0, -1);
        for (const line of lines) expect(line).toMatch(/^(GET|POST|HEAD) https?:\/\/\S+ \d{3} in \d+ ms$/);
        expect(lines.filter((line) => line.includes('/pods?'))).not.toEqual([]);
        expect(lines.filter((line) => line.startsWith(`POST ${server.url}/xray/`))).not.toEqual([]);
      }
      const { stderr } = await status('-v', '5');
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    });

    test.concurrent('-A puts NAMESPACE first', async () => {
      const [headings] = await tableOf('-Al', 'app=cart');
      expect(headings?.slice(0, 2)).toEqual(['NAMESPACE', 'NAME']);
    });

    test.concurrent('-o wide adds columns and has no blanks inside one', async () => {
      const { stdout } = await status('-owide');
      const [headings = [], ...rows] = stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ +/));
      expect(headings).toEqual(expect.arrayContaining(['IMAGES', 'LICENSES', 'SCANNED', 'REASON']) as string[]);
      for (const row of rows) expect(row).toHaveLength(headings.length);
    });

    test.concurrent('--no-headers, --show-labels, --sort-by', async () => {
      const bare = await tableOf('--no-headers', '--sort-by=name', 'deploy,sts');
      expect(bare.map(([name]) => name)).toEqual(['deployment/cart', 'deployment/pay', 'statefulset/store']);
      const [headings, row] = await tableOf('deploy/cart', '--show-labels');
      expect(headings?.at(-1)).toBe('LABELS');
      expect(row?.at(-1)).toBe('app=cart,tier=web');
      const byPath = await tableOf('--no-headers', '--sort-by', '.workload.name');
      expect(byPath.map(([name = '']) => name.split('/')[1])).toEqual(['cart', 'once', 'pay', 'press', 'store']);
    });

    test.concurrent('colour only where it is asked for, off a terminal', async () => {
      expect((await status()).stdout).not.toContain('\u001B');
      expect((await status('--color=always')).stdout).toContain('\u001B');
      const forced = { ...options, env: { ...options.env, FORCE_COLOR: '1' } };
      expect((await runCli(['status'], forced)).stdout).toContain('\u001B');
      const never = { ...options, env: { ...options.env, FORCE_COLOR: '1', NO_COLOR: '1' } };
      expect((await runCli(['status'], never)).stdout).not.toContain('\u001B');
    });

    test.concurrent('-o yaml is -o json in YAML', async () => {
      const yaml = asPublished(parse((await status('-oyaml')).stdout)) as { items: unknown };
      expect(yaml.items).toEqual(workloadsIn(await status('-o=json')).items.map(expectTimesMayDiffer));
    });

    test.concurrent('--images has one row for each image', async () => {
      const { items } = imagesIn(await status('--images', '-o', 'json'));
      expect(items).toHaveLength(4);
      const [headings, ...rows] = await tableOf('--images');
      expect(headings?.[0]).toBe('IMAGE');
      expect(rows).toHaveLength(4);
    });

    test.concurrent('--images with --severity and --condition chooses images, whatever else their workloads run', async () => {
      const cases: [args: string[], chosen: readonly { readonly digest: string }[]][] = [
        [['--severity', 'critical'], [images.worse]],
        [
          ['--severity', 'high'],
          [images.worse, images.bad],
        ],
        [['--condition', 'clean'], [images.good]],
        [['--condition', 'security', '--severity', 'critical'], [images.worse]],
        [
          ['--condition', 'unscanned,clean'],
          [images.never, images.good],
        ],
      ];
      for (const [args, chosen] of cases) {
        const { items, metadata } = imagesIn(await status('--images', '-ojson', ...args));
        expect(items.map(({ digest }) => digest)).toEqual(chosen.map(({ digest }) => digest));
        expect(metadata.coverage.images).toBe(4);
      }
      const none = await status('--images', '--condition', 'license');
      expect(none.stderr).toMatch(/^No image has what --severity or --condition asks for\.\n/);
      const named = await status('--images', '--condition', 'clean', '-o', 'name');
      expect(named.stdout).toBe(`${new URL(server.url).host}/docker-local/good:1@${images.good.digest}\n`);
    });

    test.concurrent('-o json of nothing is an empty list, and says nothing more', async () => {
      const ended = await status('-n', empty, '-o', 'json');
      expect(workloadsIn(ended).items).toEqual([]);
      expect(ended.stderr).not.toContain('No resources found');
    });

    test.concurrent('explain tells why, what acting would do and what undoing would bring back', async () => {
      const ended = await run('explain', 'deploy/cart');
      expect(ended.code).toBe(0);
      for (const word of [images.bad.digest, 'XRAY-100001', 'CVE-2026-0001', 'npm://minimist:1.2.5', '1.2.6']) {
        expect(ended.stdout).toContain(word);
      }
      expect(ended.stdout).toContain('docker-local/bad/1/manifest.json');
    });
  });

  test('looking writes nothing to the cluster', async () => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/cart`;
    const before = await plane.request('GET', path);
    await status('-A');
    await run('explain', 'deploy/cart');
    expect(await plane.request('GET', path)).toEqual(before);
  });
});

const PRESS = 'gadget.cli.example.com/press';

/** Two runs ask at two times. */
function expectTimesMayDiffer<T extends { readonly images: readonly object[] }>(item: T): T {
  const images = item.images.map((one) => ({ ...one, askedAt: expect.any(String) as string }));
  return { ...item, images };
}

function namesIn({ stdout }: Ended): readonly string[] {
  return stdout.split('\n').filter((line) => line !== '');
}
