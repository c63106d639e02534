// Templates and reports of the built program, over the made-up shop.
import { describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

describe.concurrent('-o', () => {
  test('a template prints what kubectl would print of the JSON, and nothing after it', async () => {
    const ended = await runCli([
      'demo',
      'status',
      '-n',
      'shop',
      '-o',
      'jsonpath={.kind}:{.items[0].workload.namespace}',
    ]);
    expect(ended).toMatchObject({ code: 0, stdout: 'WorkloadVerdictList:shop' });
    const columns = await runCli([
      'demo',
      'status',
      '-n',
      'shop',
      '-ocustom-columns=NAME:.workload.name,NS:.workload.namespace',
    ]);
    expect(columns.stdout.split('\n')[0]).toMatch(/^NAME +NS$/);
    expect(columns.stdout.split('\n')[1]).toMatch(/^\S+ {3,}shop$/);
  });

  test('a template in a file', async () => {
    const files = { 't.txt': '{range .items[*]}{.workload.name}{"\\n"}{end}' };
    const ended = await runCli(['demo', 'status', '-o', 'jsonpath-file=t.txt'], { files });
    expect(ended.stdout.split('\n')).toContain('wallet-web');
    const nowhere = await runCli(['demo', 'status', '-o', 'jsonpath-file=nowhere.txt']);
    expect(nowhere).toMatchObject({ code: 2, stdout: '' });
    expect(nowhere.stderr).toMatch(/^error: there is no file .*nowhere\.txt \(named by -o\)\n/);
  });

  test('a wrong template ends with 2, before anything is asked', async () => {
    for (const command of [['status'], ['explain', 'deployment/x'], ['history'], ['demo']]) {
      const ended = await runCli([...command, '-o', 'jsonpath={.a[}'], { env: { KUBECONFIG: 'nowhere' } });
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toMatch(
        /^error: error parsing jsonpath \{\.a\[\}, unterminated array\nat character 4: \[\}\n/,
      );
    }
  });

  test('a template that does not fit ends with 1', async () => {
    const ended = await runCli(['demo', 'status', '-o', 'jsonpath={.items[1000]}']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/error executing jsonpath .*: array index out of bounds: index 1000, length \d+\n$/);
  });

  test('explain takes templates', async () => {
    const args = ['demo', 'explain', 'deployment/wallet-web', '-o'];
    expect((await runCli([...args, 'jsonpath={.workload.name} {.images[0].findings[0].cvss}'])).stdout).toMatch(
      /^wallet-web \S/,
    );
    expect((await runCli([...args, 'sarif'])).code).toBe(2);
  });

  const beginnings: [format: string, begins: RegExp][] = [
    ['sarif', /^\{"\$schema":"https:\/\/json\.schemastore\.org\/sarif-2\.1\.0\.json","version":"2\.1\.0"/],
    ['junit', /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="kubectl-xray" /],
    ['csv', /^namespace,kind,name,/],
    ['markdown', /^## kubectl xray: <code>demo<\/code>\n/],
    ['html', /^<!doctype html>\n/],
    ['cyclonedx', /^\{"\$schema":"[^"]*bom-1\.6\.schema\.json"/],
  ];
  for (const [format, begins] of beginnings) {
    test(`${format}, with the gate beside it`, async () => {
      const ended = await runCli(['demo', 'status', '-o', format, '--fail-on', 'security=critical']);
      expect(ended.code).toBe(10);
      expect(ended.stdout).toMatch(begins);
      expect(ended.stdout).toContain('wallet-web');
      expect(ended.stderr).toMatch(/^33 workloads, /);
    });
  }
});
