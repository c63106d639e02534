// Templates and reports of the built program, over the made-up shop.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, runCli } from './run-cli.ts';

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
    for (const flag of ['-o=', '--output=', '-o']) {
      expect((await runCli(['demo', `${flag}jsonpath={.metadata.context}`])).stdout).toBe('demo');
    }
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

  const examples = readFileSync(join(root, 'docs', 'reports.md'), 'utf8').match(/^kubectl xray .*$/gm) ?? [];
  for (const example of examples) {
    test(`docs/reports.md: ${example}`, async () => {
      const [, , command = '', ...words] = wordsOf(example.replace(/ > \S+$/, ''));
      const ended = await runCli(command === 'history' ? [command, ...words] : ['demo', command, ...inTheShop(words)]);
      // There is no cluster whose history could be told, which is found out once the template was read.
      if (command === 'history') expect(ended.stderr).toMatch(/^error: no cluster is configured/);
      else expect([0, 10]).toContain(ended.code);
    });
  }

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

/** As a shell takes it apart: single quotes, and no other quoting. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word.replaceAll("'", ''));
}

/** What the examples name, as it is in the made-up shop. */
function inTheShop(words: readonly string[]): string[] {
  const files = words.indexOf('-f');
  const ofShop = files < 0 ? words : words.filter((_, index) => index !== files && index !== files + 1);
  return ofShop.map((word) => word.replace('deployment/cart', 'deployment/wallet-web'));
}
