// `policy init|check|show` as a user has them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { runCli } from './run-cli.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-policy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const kubexray = `
scanPolicy:
  unscanned: { whiltelistNamespaces: "kube-system,kubexray", deployments: ignore, statefulSets: ignore }
  security: { deployments: scaledown, statefulSets: ignore }
  license: { deployments: ignore, statefulSets: ignore }
image: { tag: "1" }
`;

describe('policy', () => {
  test('init writes a file that check takes, for its owner alone, and never writes over it', async () => {
    const folder = aFolder();
    const env = { KUBECTL_XRAY_HOME: folder };
    const path = join(folder, 'config', 'policy.yaml');
    expect(await runCli(['policy', 'init'], { env })).toMatchObject({ code: 0, stdout: '' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await runCli(['policy', 'check'], { env })).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining(`${path} is in order`) as string,
    });
    const text = readFileSync(path, 'utf8');
    const again = await runCli(['policy', 'init'], { env });
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') as string });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('init writes the file that is in force for the context', async () => {
    const folder = aFolder();
    const files = { kubeconfig: 'current-context: prod\ncontexts: [{ name: prod, context: {} }]\n' };
    const env = { KUBECTL_XRAY_HOME: folder, KUBECONFIG: 'kubeconfig' };
    mkdirSync(join(folder, 'config'));
    writeFileSync(join(folder, 'config', 'config.yaml'), 'contexts: { prod: { policy: prod-policy.yaml } }\n');
    const missing = await runCli(['policy', 'check', '--local'], { env, files });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('kubectl xray policy init') as string });
    expect((await runCli(['policy', 'init'], { env, files })).code).toBe(0);
    expect((await runCli(['policy', 'check', '--local'], { env, files })).stdout).toContain(
      'prod-policy.yaml is in order',
    );
  });

  test('init - prints it, and init FILE writes there', async () => {
    const folder = aFolder();
    const printed = await runCli(['policy', 'init', '-']);
    expect(printed.code).toBe(0);
    expect(parse(printed.stdout)).toHaveProperty('scanPolicy');
    await runCli(['policy', 'init', 'mine.yaml'], { folder });
    expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe(printed.stdout);
  });

  test('KubeXray’s own values.yaml is a policy as it is, and its wrong spelling is warned of', async () => {
    const ended = await runCli(['policy', 'check', 'values.yaml'], { files: { 'values.yaml': kubexray } });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/values\.yaml:3:\d+: warning: .*whiltelistNamespaces/);
    expect(ended.stdout).toContain('security: deployments scaledown');
  });

  test('check names every mistake, and ends with 1; a file that is not there ends with 2', async () => {
    const files = { 'p.yaml': 'scanPolicy:\n  security: { minSeverity: awful }\n  licence: {}\n' };
    const ended = await runCli(['policy', 'check', 'p.yaml'], { files });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/p\.yaml:2:\d+: /);
    expect(ended.stderr).toMatch(/p\.yaml:3:3: .*did you mean license/);
    expect(ended.stderr).toMatch(/p\.yaml is refused: 2 mistakes\n$/);
    const missing = await runCli(['policy', 'check', 'nowhere.yaml']);
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toMatch(/nowhere\.yaml/);
  });

  test('show prints the policy in force, whole, and it reads back as the same', async () => {
    const files = { 'values.yaml': kubexray };
    const shown = await runCli(['policy', 'show', 'values.yaml'], { files });
    expect(shown.code).toBe(0);
    const again = await runCli(['policy', 'show', 'shown.yaml'], { files: { 'shown.yaml': shown.stdout } });
    expect(parse(again.stdout)).toEqual(parse(shown.stdout));
    expect(parse(shown.stdout)).toMatchObject({
      scanPolicy: { security: { deployments: 'scaledown', minSeverity: 'high' }, unscanned: { gracePeriod: '10m' } },
    });
    const json = await runCli(['policy', 'show', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'Policy', scanPolicy: { security: { default: 'ignore' } } });
  });
});
