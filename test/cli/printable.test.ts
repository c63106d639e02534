// What others wrote (names in files, messages of servers) reaches the terminal as text that only shows it.
import { describe, expect, test } from 'vitest';
import { anApiServer, json, refuse } from '../cluster/api-server.ts';
import { type CliOptions, type Ended, runCli } from './run-cli.ts';

const evil = '\u001b]0;owned\u0007\u001b[2J\u202e';
const shown = String.raw`\x1b]0;owned\x07\x1b[2J\u202e`;
// eslint-disable-next-line no-control-regex -- that none is left is what is asked
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

const xray = { JF_URL: 'http://127.0.0.1:1', JF_ACCESS_TOKEN: 'a-token-of-nobody' };

function kubeconfig(server: string): string {
  const [name, namespace] = [evil, evil];
  return JSON.stringify({
    'current-context': name,
    clusters: [{ name, cluster: { server } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    users: [{ name, user: {} }],
  });
}

async function run(args: readonly string[], more: CliOptions = {}): Promise<Ended> {
  const ended = await runCli(args, { env: { ...xray, KUBECONFIG: 'kubeconfig' }, ...more });
  expect(ended.stdout + ended.stderr).not.toMatch(control);
  expect(ended.stdout + ended.stderr).toContain(shown);
  return ended;
}

describe('no control character reaches the terminal', () => {
  test('from a flag', async () => {
    const ended = await run(['status', '--context', evil], { files: { kubeconfig: '{}' } });
    expect(ended.stderr).toMatch(/^error: context .* does not exist/);
    await run(['version', evil]);
    await run(['status', '-o', evil]);
  });

  test('from the names of a kubeconfig', async () => {
    const ended = await run(['status'], { files: { kubeconfig: kubeconfig('http://127.0.0.1:1') } });
    expect(ended.stderr).toMatch(/^error: Unable to connect to the server/);
  });

  test('from a refusal of the API server', async () => {
    const { url } = await anApiServer({
      '/api/v1/namespaces/shop/pods': (_, response) => refuse(response, 403, `pods is forbidden: ${evil}`),
    });
    const ended = await run(['status', '-n', 'shop'], { files: { kubeconfig: kubeconfig(url) } });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^Error from server \(Forbidden\): pods is forbidden/m);
  });

  test('from a namespace and a name that are not there', async () => {
    const empty = { metadata: {}, items: [] };
    const path = `/api/v1/namespaces/${encodeURIComponent(evil)}/pods`;
    const { url } = await anApiServer({ [path]: (_, response) => json(response, empty) });
    const files = { kubeconfig: kubeconfig(url) };
    expect((await run(['status'], { files })).stderr).toMatch(/^No resources found in /m);
    expect((await run(['status', `pod/${evil}`], { files })).stderr).toMatch(/^Error from server \(NotFound\)/m);
  });

  test('from a policy file', async () => {
    const files = {
      'p.yaml': `scanPolicy: {}\n"${JSON.stringify(evil).slice(1, -1)}": 1\n`,
      'q.yaml': `scanPolicy: { "${JSON.stringify(evil).slice(1, -1)}": {} }\n`,
    };
    expect((await run(['policy', 'check', 'p.yaml'], { files })).stderr).toContain('warning: ');
    expect(await run(['policy', 'check', 'q.yaml'], { files })).toMatchObject({ code: 1 });
    expect((await run(['status', '-f', '-', '--policy', 'p.yaml'], { files, stdin: '' })).stderr).toMatch(/^warning: /);
  });
});
