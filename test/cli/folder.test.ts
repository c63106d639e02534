// Where the folder is gone that one is in (a workspace that was cleaned, a branch without it): as kubectl, only what needs a
// relative path fails.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { objectsIn, running } from './objects.ts';
import { type CliOptions, type Ended, launcher, runCli } from './run-cli.ts';

/** The shell is in it while it goes. */
function runFromNowhere(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-gone-'));
  const script = 'rmdir "$PWD" && exec "$0" "$@"';
  return runCli(['-c', script, launcher, ...args], { ...options, program: '/bin/sh', folder });
}

describe.concurrent('in a folder that is gone', () => {
  const manifest = stringify(objectsIn('').apps('Deployment', 'cart', running({ app: 'acme/cart:1' })));

  const work: [name: string, args: string[], options?: CliOptions][] = [
    ['version', ['version']],
    ['help', ['status', '--help']],
    ['the made-up shop', ['demo']],
    ['a policy by default', ['policy', 'show']],
    ['completion', ['__complete', 'sta']],
    [
      'a manifest on stdin',
      ['status', '-f', '-', '--offline'],
      { stdin: manifest, env: { JF_URL: 'http://127.0.0.1:1', JF_ACCESS_TOKEN: 's3cret' } },
    ],
  ];
  for (const [name, args, options] of work) {
    test(`${name}: works`, async () => {
      const ended = await runFromNowhere(args, options);
      expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/\w/) as string });
      expect(ended.stderr).not.toMatch(/ENOENT|fault/);
    });
  }

  const relative: [name: string, args: string[], code: number, says: string][] = [
    [
      'a policy',
      ['policy', 'show', '--policy', 'p.yaml'],
      2,
      'p.yaml is a relative path, and the current folder is gone',
    ],
    ['a template', ['demo', '-o', 'jsonpath-file=t'], 2, 't is a relative path, and the current folder is gone'],
    ['a manifest', ['status', '-f', 'm.yaml'], 1, 'cannot read the manifest m.yaml: the current folder is gone'],
    ['a kubeconfig', ['history', '--kubeconfig', 'k'], 1, 'error loading config file "k": no such file'],
  ];
  for (const [name, args, code, says] of relative) {
    test(`${name} with a relative path: fails in words`, async () => {
      const env = { JF_URL: 'http://127.0.0.1:1', JF_ACCESS_TOKEN: 's3cret' };
      expect(await runFromNowhere(args, { env })).toMatchObject({
        code,
        stderr: expect.stringContaining(says) as string,
      });
    });
  }
});
