// Xray or Artifactory down, slow, refusing or talking nonsense: what is proven stays, nothing is clean or unscanned
// because of it, and the cause is said once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorkloadItem, WorkloadVerdictList } from '../../src/core/report.ts';
import { runPods } from '../control-plane/run-pods.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import type { Fault } from '../xray-server/faults.ts';
import { startXrayServer } from '../xray-server/server.ts';
import { imageIds, objectsIn, referenceTo, running } from './objects.ts';
import { itemOf, workloadsIn } from './reports.ts';
import { type CliOptions, type Ended, runCli } from './run-cli.ts';
import { images, installation, stored, token } from './stand-in.ts';

const host = 'registry.acme.example';
const nobodys = `sha256:${'e'.repeat(64)}`;
// The registry has a name of its own, so that any stand-in may answer for it.
const config = `default: { registries: [ { host: ${host}, repository: docker-local } ] }\n`;
const policy = 'scanPolicy: { unscanned: { gracePeriod: 0s }, security: { default: scaledown } }\n';

withControlPlane('when Xray or Artifactory fails', (plane) => {
  let namespace = '';
  let kubeconfig = '';

  beforeAll(async () => {
    namespace = await plane.aNamespace('failures');
    kubeconfig = plane.kubeconfig({ namespace });
    const { apps } = objectsIn(namespace);
    await plane.apply([
      apps('Deployment', 'proven', running({ bad: image('bad'), good: image('good') })),
      apps('Deployment', 'clean', running({ good: image('good') })),
      apps('Deployment', 'unscanned', running({ never: image('never') })),
      apps('Deployment', 'elsewhere', running({ tool: 'quay.example.com/team/tool:7' })),
      apps('Deployment', 'licensed', running({ copyleft: image('copyleft') })),
    ]);
    const known = stored.map((one) => ({ ...one, repo: 'team' }));
    const imageIdFor: Parameters<typeof runPods>[1]['imageIdFor'] = (container, pod) =>
      imageIds(host, known)(container, pod) || `x@${nobodys}`;
    await runPods(plane, { namespace, imageIdFor });
  });

  afterAll(() => plane.request('DELETE', `/api/v1/namespaces/${namespace}`));

  const optionsFor = (url: string, env: Readonly<Record<string, string>> = {}): CliOptions => ({
    env: { KUBECONFIG: 'kubeconfig', JF_URL: url, JF_ACCESS_TOKEN: token, ...env },
    files: { kubeconfig, 'xray/config/config.yaml': config, 'xray/config/policy.yaml': policy },
    secrets: [plane.admin.token, token],
  });

  /** Runs against a stand-in of its own, which misbehaves. */
  const against = async (fault: Fault | null, args: readonly string[]): Promise<Ended> => {
    const server = await startXrayServer({ token, world: installation() });
    if (fault !== null) server.fault(fault);
    try {
      return await runCli(['status', ...args], optionsFor(server.url));
    } finally {
      await server.stop();
    }
  };

  describe('nothing answers', () => {
    const cases: readonly (readonly [when: string, fault: Fault, reason: string, says: RegExp])[] = [
      ['credentials are refused', { status: 401 }, 'unauthorized', /refused the credentials \(401.*give a new token/],
      ['the right is missing', { status: 403 }, 'forbidden', /may not ask for the summary.*403.*needs that right/],
      ['another server is there', { status: 404 }, 'notXray', /answered 404.*check the address/],
      ['it throttles', { status: 429 }, 'throttled', /answered 429.*again and again.*later/],
      ['it throttles and says until when', { status: 429, retryAfter: '1' }, 'throttled', /answered 429/],
      ['it fails', { status: 500 }, 'badAnswer', /answered 500/],
      ['a gateway stands before nothing', { status: 502, body: '<html>' }, 'unreachable', /answered 502/],
      ['it is starting', { status: 503 }, 'unreachable', /answered 503.*down or starting/],
      ['a gateway gives up', { status: 504 }, 'timeout', /answered 504/],
      ['it answers with a web page', { kind: 'html' }, 'notXray', /a web page in place of JSON.*check the address/],
      ['it answers with nothing', { kind: 'emptyBody' }, 'badAnswer', /answered with nothing/],
      ['it answers with a text', { kind: 'bareString' }, 'badAnswer', /makes no sense/],
      ['bodies end in the middle', { kind: 'halfBody' }, 'badAnswer', /cut short/],
      ['connections are reset', { kind: 'reset' }, 'unreachable', /connection was reset/],
      ['it redirects elsewhere', { kind: 'redirect' }, 'notXray', /redirects to .*, which is not followed/],
      ['its Cloud instance sleeps', { kind: 'reactivate' }, 'unreachable', /inactive.*reactivate/],
      ['bodies stall', { kind: 'stallInBody' }, 'timeout', /--wait/],
      ['it never answers', { kind: 'stallBeforeHeaders' }, 'timeout', /--wait/],
    ];
    for (const [when, fault, reason, says] of cases) {
      test.concurrent(`where ${when}, all is unknown, and the cause is said once (${reason})`, async () => {
        const ended = await against(fault, ['--wait', '10s', '--fail-on', 'unscanned,security,license']);
        expect(conditionsIn(ended)).toEqual(allUnknown);
        expect(ended.code).toBe(11);
        const [coverage = '', incomplete] = ended.stderr.split('\n');
        expect(coverage).toContain(`5 workloads, 5 pods, 5 images: 0 scanned, 5 unknown; ${reason} (5 images): `);
        expect(coverage).toMatch(says);
        expect(coverage.split('(5 images)')).toHaveLength(2);
        expect(incomplete).toBe('--fail-on: nothing matched, but the answer is incomplete');
      });
    }

    test.concurrent('where nothing listens, all is unknown, and the exit code is 0 without --fail-on', async () => {
      const server = await startXrayServer();
      await server.stop();
      const ended = await runCli(['status'], optionsFor(server.url));
      expect(conditionsIn(ended)).toEqual(allUnknown);
      expect(ended.code).toBe(0);
      expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(ended.stderr).toMatch(/unreachable \(5 images\): .*nothing listens there; check the address/);
    });

    test.concurrent('where the token is wrong, it is not printed, and one question is asked', async () => {
      const server = await startXrayServer({ token: 'another', world: installation() });
      const ended = await runCli(['status', '-o', 'json'], optionsFor(server.url));
      await server.stop();
      const list = workloadsIn(ended);
      expect(new Set(reasonsIn(list))).toEqual(new Set(['unauthorized']));
      expect(list.metadata.coverage.causes).toMatchObject([{ cause: 'unauthorized', images: 5 }]);
      expect(server.requests).toHaveLength(1);
    });

    test.concurrent('--request-timeout bounds a request, its whole body included', async () => {
      const ended = await against({ kind: 'stallInBody' }, ['--request-timeout', '1s', '-o', 'json']);
      const list = workloadsIn(ended);
      expect(new Set(reasonsIn(list))).toEqual(new Set(['timeout']));
      expect(list.metadata.coverage.causes.map(({ message }) => message).join()).toMatch(/no whole answer within 1 s/);
    });
  });

  describe('Artifactory alone fails', () => {
    const faults: readonly (readonly [when: string, fault: Fault, cause: string])[] = [
      ['it refuses the credentials', { status: 401 }, 'unauthorized'],
      ['it throttles', { status: 429 }, 'throttled'],
      ['it fails', { status: 500 }, 'badAnswer'],
      ['it is starting', { status: 503 }, 'unreachable'],
      ['it answers with a web page', { kind: 'html' }, 'notXray'],
      ['bodies end in the middle', { kind: 'halfBody' }, 'badAnswer'],
      ['it stalls', { kind: 'stallInBody' }, 'timeout'],
    ];
    for (const [when, fault, cause] of faults) {
      test.concurrent(`where ${when}, what Xray knows stands, and the rest is not unscanned (${cause})`, async () => {
        const args = ['--wait', '10s', '-o', 'json', '--fail-on', 'unscanned'];
        const ended = await against({ ...fault, path: /^\/artifactory\// }, args);
        expect(ended.code).toBe(11);
        const list = workloadsIn(ended);
        for (const name of ['unscanned', 'elsewhere']) {
          expect(itemOf(list, `deployment/${name}`)).toMatchObject(unanswered(cause));
        }
        expect(itemOf(list, 'deployment/proven')).toMatchObject({ settled: false, conditions: [{ type: 'security' }] });
        // Without a finding in a layer only Artifactory can tell an image from an index, whose children may be worse.
        expect(itemOf(list, 'deployment/clean')).toMatchObject({ settled: false, conditions: [] });
        expect(itemOf(list, 'deployment/licensed')).toMatchObject({
          settled: false,
          conditions: [{ type: 'license' }],
        });
        expect(list.metadata.coverage.causes.map((one) => one.cause)).toEqual([cause]);
      });
    }

    test.concurrent('where it may not be searched, our image is unknown, and a foreign one is unconfirmed', async () => {
      const ended = await against({ status: 403, path: /^\/artifactory\// }, ['-o', 'json', '--fail-on', 'unscanned']);
      const list = workloadsIn(ended);
      expect(itemOf(list, 'deployment/unscanned')).toMatchObject(unanswered('forbidden'));
      expect(itemOf(list, 'deployment/elsewhere')).toMatchObject({
        settled: true,
        conditions: [{ type: 'unscanned', evidence: [{ reason: 'unconfirmed' }] }],
        decision: { action: 'ignore' },
      });
      // `unconfirmed` is not among the reasons that count unless the policy says so.
      expect(ended.code).toBe(11);
    });
  });

  describe('a part fails', () => {
    test.concurrent('nothing: 10 for what holds, 0 for what does not', async () => {
      expect((await against(null, ['--fail-on', 'security'])).code).toBe(10);
      const sure = await against(null, ['deployment/clean', '--fail-on', 'unscanned,security,license']);
      expect(sure.code).toBe(0);
      expect(sure.stderr).toBe('1 workload, 1 pod, 1 image: 1 scanned\n');
    });

    test.concurrent('slowness alone changes nothing', async () => {
      const ended = await against({ latency: 300 }, ['-o', 'json']);
      const { coverage } = workloadsIn(ended).metadata;
      expect(coverage).toMatchObject({ scanned: 3, unscanned: 2, unknown: 0, causes: [] });
    });

    test.concurrent('one bad digest spoils its own answer alone, and what is proven beside it is shown', async () => {
      const fault: Fault = { status: 500, matching: (body) => body.includes(images.good.digest.slice(7)) };
      const ended = await against(fault, ['-o', 'json', '--fail-on', 'security']);
      const list = workloadsIn(ended);
      expect(ended.code).toBe(10);
      expect(itemOf(list, 'deployment/clean')).toMatchObject(unanswered('badAnswer'));
      expect(itemOf(list, 'deployment/proven')).toMatchObject({
        settled: false,
        conditions: [{ type: 'security', severity: 'High' }],
        unanswered: [{ image: images.good.digest, reason: 'badAnswer' }],
        decision: { action: 'scaledown', condition: 'security' },
      });
      expect(itemOf(list, 'deployment/unscanned')).toMatchObject({
        settled: true,
        conditions: [{ type: 'unscanned' }],
      });
      expect(list.metadata.coverage).toMatchObject({ unknown: 1, causes: [{ cause: 'badAnswer', images: 1 }] });
    });

    test.concurrent('the table says so with a question mark beside what is proven', async () => {
      const fault: Fault = { status: 500, matching: (body) => body.includes(images.good.digest.slice(7)) };
      const ended = await against(fault, []);
      expect(ended.code).toBe(0);
      expect(conditionsIn(ended)).toMatchObject({ 'deployment/proven': 'security,?', 'deployment/clean': 'unknown' });
    });

    const violations: readonly (readonly [when: string, fault: Fault, cause: string])[] = [
      ['fails', { status: 500 }, 'badAnswer'],
      ['is forbidden', { status: 403 }, 'forbidden'],
      ['is answered with a web page', { kind: 'html' }, 'notXray'],
    ];
    for (const [when, fault, cause] of violations) {
      test.concurrent(`where the question for violations ${when}, licenses are unanswered and findings stand`, async () => {
        const args = ['-o', 'json', '--fail-on', 'license'];
        const ended = await against({ ...fault, path: /\/violations$/ }, args);
        const list = workloadsIn(ended);
        expect(ended.code).toBe(11);
        expect(itemOf(list, 'deployment/clean')).toMatchObject({ settled: false, conditions: [] });
        expect(itemOf(list, 'deployment/licensed')).toMatchObject({ settled: false, conditions: [] });
        expect(itemOf(list, 'deployment/proven')).toMatchObject({
          settled: false,
          conditions: [{ type: 'security', severity: 'High' }],
        });
        expect(list.metadata.coverage).toMatchObject({ scanned: 3, causes: [{ cause: `violations: ${cause}` }] });
      });
    }

    test.concurrent('where violations stall until the time is over, what was found is shown', async () => {
      const args = ['--wait', '3s', '-o', 'json', '--fail-on', 'security'];
      const ended = await against({ kind: 'stallInBody', path: /\/violations$/ }, args);
      const list = workloadsIn(ended);
      expect(ended.code).toBe(10);
      expect(itemOf(list, 'deployment/proven')).toMatchObject({
        settled: false,
        conditions: [{ type: 'security', severity: 'High' }],
        decision: { action: 'scaledown' },
      });
      expect(itemOf(list, 'deployment/clean')).toMatchObject({ settled: false, conditions: [] });
      expect(itemOf(list, 'deployment/unscanned')).toMatchObject({
        settled: true,
        conditions: [{ type: 'unscanned' }],
      });
    });

    test.concurrent('a credential that Xray takes for one question and not for another is said once', async () => {
      const ended = await against({ status: 401, path: /\/violations$/ }, []);
      expect(conditionsIn(ended)).toMatchObject({ 'deployment/proven': 'security,?', 'deployment/clean': 'unknown' });
      expect(ended.stderr.split('refused the credentials')).toHaveLength(2);
    });

    test.concurrent('where watches may not be read, licenses are not evaluated, and --fail-on license is incomplete', async () => {
      const ended = await against({ status: 403, path: /\/watches/ }, [
        '-o',
        'json',
        '--fail-on',
        'license',
        'deployment/clean',
      ]);
      expect(ended.code).toBe(11);
      expect(itemOf(workloadsIn(ended), 'deployment/clean')).toMatchObject({
        settled: true,
        conditions: [],
        notEvaluated: ['license'],
      });
    });
  });
});

function image(name: keyof typeof images): string {
  return referenceTo(host, { ...images[name], repo: 'team' });
}

const allUnknown = Object.fromEntries(
  ['proven', 'clean', 'unscanned', 'elsewhere', 'licensed'].map((name) => [`deployment/${name}`, 'unknown']),
);

/** Not clean, not unscanned: nobody could say. */
function unanswered(reason: string) {
  return {
    settled: false,
    conditions: [],
    unanswered: [{ reason, cause: expect.any(String) as string }],
    decision: { action: 'ignore' },
    images: [{ scan: 'unknown', reason }],
  };
}

/** CONDITIONS of each row of a table. */
function conditionsIn({ stdout }: Ended): Readonly<Record<string, string>> {
  const [headings = '', ...rows] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ +/));
  const at = headings.indexOf('CONDITIONS');
  return Object.fromEntries(rows.map((row) => [row[0] ?? '', row[at] ?? '']));
}

function reasonsIn({ items }: WorkloadVerdictList): readonly (string | null)[] {
  return items.flatMap((item: WorkloadItem) => item.images.map(({ reason }) => reason));
}
