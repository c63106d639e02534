// The commands of the documentation that need no cluster do what the page says, and none is left out without a reason.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environment } from '../../docs/reference/surroundings.ts';
import { blocksIn, docBlocks, missingOf } from '../support/doc-blocks.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { aDesk, codesOf, enoughOf, isSetting, needsCluster } from './doc-commands.ts';
import { docFiles } from './doc-files.ts';
import { installation, token } from './stand-in.ts';

const blocks = docBlocks();
const run = blocks.filter(({ notRun }) => notRun === null);
const known = /^(export |([A-Z_]+=\S+ )*(kubectl xray|(kustomize|helm) [^|]*\| kubectl xray) )/;

describe('blocks of the documentation', () => {
  test('hold commands that this test knows how to run, or say why they are not run', () => {
    const commands = run.flatMap(({ at, commands }) =>
      commands.filter(({ text }) => !known.test(text)).map(({ text }) => `${at}: ${text}`),
    );
    expect(commands).toEqual([]);
  });

  test('are left out only for a reason, and most are not', () => {
    const left = blocks.filter(({ notRun }) => notRun !== null);
    expect(left.filter(({ notRun }) => !/\w+ \w+|\w{4,}/.test(notRun ?? ''))).toEqual([]);
    expect(left.length).toBeLessThan(blocks.length / 2);
  });

  test('set no variable that the program does not read', () => {
    const names = run.flatMap(({ commands }) =>
      commands.filter(({ text }) => isSetting(text)).flatMap(({ text }) => text.match(/[A-Z][A-Z_]+(?==)/g) ?? []),
    );
    expect(names.filter((name) => !environment.some((one) => one.name === name))).toEqual([]);
  });
});

describe.concurrent('without a cluster', () => {
  let server: XrayServer;
  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation() });
  });
  afterAll(() => server.stop());

  for (const { at, commands } of run) {
    const own = commands.filter(({ text }) => known.test(text) && !isSetting(text) && !needsCluster(text));
    if (own.length === 0) continue;
    test(at, async () => {
      const desk = aDesk({
        env: { JF_URL: server.url, JF_ACCESS_TOKEN: token, KUBECONFIG: 'none' },
        files: docFiles(server),
      });
      try {
        for (const { text, output } of own) {
          const ended = await desk.run(text, enoughOf(text));
          expect(codesOf(text), `${text}\n${ended.stderr}`).toContain(ended.code);
          expect(missingOf(output, `${ended.stderr}${ended.stdout}`), `${text}\n${ended.stdout}`).toBeNull();
        }
      } finally {
        desk.end();
      }
    });
  }
});

describe('a page is read', () => {
  const page = [
    'Text',
    '<!-- not run: needs a terminal -->',
    '',
    '```console',
    'kubectl xray watch',
    '```',
    '```sh',
    '# a word before',
    'kubectl xray status \\',
    '  -A   # all',
    '```',
    '```yaml',
    'kubectl: xray',
    '```',
    '   ```console',
    '   $ kubectl xray demo',
    '   one … three',
    '   $ kubectl xray version',
    '   ```',
  ].join('\n');

  test('with places, reasons, long lines and outputs', () => {
    expect(blocksIn('page.md', page)).toEqual([
      { at: 'page.md:5', notRun: 'needs a terminal', commands: [{ text: 'kubectl xray watch', output: [] }] },
      { at: 'page.md:8', notRun: null, commands: [{ text: 'kubectl xray status -A   # all', output: [] }] },
      {
        at: 'page.md:16',
        notRun: null,
        commands: [
          { text: 'kubectl xray demo', output: ['one … three'] },
          { text: 'kubectl xray version', output: [] },
        ],
      },
    ]);
  });

  test('and what it shows is held against what was printed', () => {
    expect(missingOf(['one … three', '…', 'five'], 'zero\none 2 three\nfour\nfive\n')).toBeNull();
    expect(missingOf(['five', 'one'], 'one\nfive\n')).toBe('one');
    expect(missingOf(['a.c'], 'abc\n')).toBe('a.c');
  });
});
