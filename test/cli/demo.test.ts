// The demo: what a newcomer sees first, with no cluster, no license and no network.
import { describe, expect, test } from 'vitest';
import { asPublished, labelsIn, workloadsIn } from './reports.ts';
import { runCli } from './run-cli.ts';

describe.concurrent('demo', () => {
  test('ends by itself with a table of the whole shop, worst first', async () => {
    const ended = await runCli(['demo']);
    expect(ended.code).toBe(0);
    const [headings = '', ...rows] = ended.stdout.trimEnd().split('\n');
    expect(headings).toMatch(/^NAMESPACE +NAME +PODS +CRIT +HIGH +MED +LOW +CONDITIONS +ACTION +AGE$/);
    expect(rows.length).toBeGreaterThanOrEqual(25);
    expect(rows[0]).toMatch(/ security .*(scaledown|delete) /);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('prints the published JSON', async () => {
    const list = workloadsIn(await runCli(['demo', 'status', '-o', 'json']));
    expect(list.metadata.context).toBe('demo');
    expect(new Set(labelsIn(list)).size).toBeGreaterThanOrEqual(25);
    const [first] = list.items;
    const { kind = '', name = '' } = first?.workload ?? {};
    const explained = await runCli(['demo', 'explain', `${kind.toLowerCase()}/${name}`, '-ojson']);
    expect(asPublished(JSON.parse(explained.stdout))).toMatchObject({
      kind: 'WorkloadExplanation',
      workload: { name },
    });
  });

  test('shows event-stream, of which KubeXray’s announcement spoke', async () => {
    expect((await runCli(['demo', '-o', 'json'])).stdout).toContain('event-stream:3.3.6');
  });

  test('compares with a report that was kept, and with nothing else', async () => {
    const kept = await runCli(['demo', 'status', 'deploy', '-o', 'json']);
    const options = { files: { 'a.json': kept.stdout } };
    const same = await runCli(['demo', 'status', '--diff=a.json', 'deploy', '--fail-on', 'new'], options);
    expect([same.stdout, same.code]).toEqual(['', 11]);
    expect(same.stderr).toContain('No change since a.json, ');
    const more = await runCli(['demo', 'status', '--diff=a.json', '--fail-on', 'new', '--no-headers'], options);
    expect(more.code).toBe(10);
    expect(more.stdout).toMatch(/ appeared +<none> +security /);
    const alone = await runCli(['demo', 'status', '--diff', 'deploy']);
    expect([alone.code, alone.stderr]).toEqual([
      2,
      'error: no earlier run is kept of this, so there is none to compare with\nName a file that was made with status -o json: --diff=FILE\n',
    ]);
  });

  test('takes the flags of status', async () => {
    expect((await runCli(['demo', '--fail-on', 'security=critical'])).code).toBe(10);
    const one = await runCli(['demo', 'status', '-n', 'shop', 'deploy', '--no-headers', '-o', 'name']);
    expect(one.stdout).toMatch(/^(deployment\.apps\/\S+\n)+$/);
    const all = await runCli(['demo', 'status', '-A', '--condition', 'clean', '-o', 'name']);
    expect(all.code).toBe(0);
  });

  test('every example in its help works', async () => {
    const { stdout } = await runCli(['demo', '--help']);
    const examples = (stdout.split('Examples:')[1] ?? '').match(/(?<=^ {2})kubectl xray demo.*$/gm) ?? [];
    expect(examples.length).toBeGreaterThan(0);
    // The screen stays until it is ended.
    for (const example of examples.filter((one) => !one.endsWith(' watch'))) {
      const ended = await runCli(example.replace('kubectl xray ', '').split(' '));
      expect([example, ended.code]).toEqual([example, 0]);
    }
  });
});
