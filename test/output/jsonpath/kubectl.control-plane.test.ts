// The real kubectl and our own on the same object and the same template: they print the same, and say the same of what is
// wrong. `config view` prints a kubeconfig, whose extensions may hold anything, and asks no server.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnsFromSpec, printColumns } from '../../../src/output/jsonpath/custom-columns.ts';
import { parseTemplate } from '../../../src/output/jsonpath/parse.ts';
import { printTemplate, printTemplateAsJson } from '../../../src/output/jsonpath/print.ts';
import { withControlPlane } from '../../control-plane/shared.ts';

const run = promisify(execFile);

const extension = {
  name: 'a b',
  empty: [],
  n: 3,
  f: 9.8,
  big: 1e21,
  tiny: 0.00001,
  yes: true,
  nothing: null,
  html: '<&>',
  m: { b: 1, a: { c: ['x', 'y'] } },
  list: [
    { n: 1, s: 'one', k: { x: '1' } },
    { n: 2, s: 'two' },
    { n: 3, s: 'three', k: { x: '3' } },
  ],
  'x.y/z': 'dotted',
  deep: [[1, 2], [3]],
  quote: "it's",
};

const e = '.extensions[0].extension';

const templates: readonly string[] = [
  '{.}',
  '{@}',
  '$',
  'text',
  '{$.kind}',
  '{ .kind }',
  `{${e}.name}`,
  `{${e}.x\\.y/z}`,
  `{${e}['x\\.y/z']}`,
  `{${e}['x.y/z']}`,
  `{${e}.m}`,
  `{${e}.html}{${e}.m}`,
  `{${e}.nope.nope}`,
  `{${e}['name','n']}`,
  `{${e}.f} {${e}.big} {${e}.tiny} {${e}.yes} {${e}.nothing}`,
  `{${e}.name.*}`,
  `{${e}.empty}`,
  `{${e}.list[*].s}`,
  `{${e}.list[0:2].s}`,
  `{${e}.list[-1].s}`,
  `{${e}.list[-1:].s}`,
  `{${e}.list[::2].s}`,
  `{${e}.list[:-1].s}`,
  `{${e}.list[0,2].s}`,
  `{${e}.list[3:3]}`,
  `{${e}.deep[*][*]}`,
  `{${e}.deep[0][1]}`,
  `{${e}.list[?(@.n>1.5)].s}`,
  `{${e}.list[?(@.s=="two")].n}`,
  `{${e}.list[?(@.s!='two')].n}`,
  `{${e}.list[?(@.k)].s}`,
  `{${e}.list[?(@.k.x=="3")].s}`,
  `{${e}.list[?(@.s=="a)b")].n}`,
  '{..c}',
  '{..x}',
  `{${e}..s}`,
  `{${e}.list..n}`,
  `{range ${e}.list[*]}{.s}{"\\t"}{.n}{"\\n"}{end}`,
  `{range ${e}.list[*]}[{.s}, {.k.x}] {end}`,
  `a{range ${e}.empty[*]}{.x}{end}b`,
  `{range ${e}.deep[*]}{range [*]}{@},{end};{end}`,
  `{range ${e}.list[*]}{.s}`,
  `{'it\\'s'}`,
  '{"a\\u00e9\\x41\\101\\t"}',
  '{-5}{+5}{1.50}{true}',
  '{.a}}',
  '}',
  '{.a[?()]}',
];

const wrong: readonly string[] = [
  '{.a',
  '{.a[}',
  '{.a[?(@.b}',
  '{.a[?(@.b)}',
  '{.a[x]}',
  '{.a[1,}',
  '{.a[--1]}',
  '{!}',
  '{#}',
  '{\t}',
  '{....a}',
  '{"abc}',
  '{"\\q"}',
  `{"it\\'s"}`,
  '{1.2.3}',
  '{.a[?(@.s=="two"].s}',
  '{{.a}}',
  '{.a[\'b"]}',

  `{${e}.list[5].s}`,
  `{${e}.list[-4]}`,
  `{${e}.list[2:1].s}`,
  `{${e}.list[0:3:0]}`,
  `{${e}.name[0]}`,
  `{${e}.m[0]}`,
  '{foo}',
  '{end}',
  `{${e}.list[?(@.n>"a")].s}`,
  `{${e}.list[?(@.k=="a")].s}`,
  `{${e}.name[?(@.a)]}`,
];

withControlPlane('the real kubectl', (plane, { kubectl }) => {
  const read: { object: unknown; folder: string } = { object: null, folder: '' };

  const view = async (output: string): Promise<string> =>
    (await run(kubectl, ['config', 'view', `--kubeconfig=${join(read.folder, 'config')}`, '-o', output], { env: {} }))
      .stdout;

  beforeAll(async () => {
    const config = { apiVersion: 'v1', kind: 'Config', extensions: [{ name: 'e', extension }] };
    read.folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-jsonpath-'));
    writeFileSync(join(read.folder, 'config'), JSON.stringify(config));
    read.object = JSON.parse(await view('json'));
  });
  afterAll(() => rmSync(read.folder, { recursive: true }));

  describe('prints the same', () => {
    for (const template of templates) {
      test(template, async () => {
        const ours = printTemplate(parseTemplate(template), read.object);
        expect(ours).toBe(await view(`jsonpath=${template}`));
      });
    }
    test('as JSON', async () => {
      for (const template of [`{${e}.list[*].s}{${e}.m}`, `a{range ${e}.list[*]}{.n}{end}`, `{${e}.html}`]) {
        const ours = printTemplateAsJson(parseTemplate(template), read.object);
        expect(ours).toBe(await view(`jsonpath-as-json=${template}`));
      }
    });
  });

  describe('says the same of what is wrong', () => {
    for (const template of wrong) {
      test(template, async () => {
        const ours = said(() => printTemplate(parseTemplate(template), read.object));
        const theirs = await view(`jsonpath=${template}`).catch(
          (error: unknown) => (error as { stderr: string }).stderr,
        );
        expect(theirs).toMatch(/^error: error (parsing|executing) jsonpath /);
        expect(theirs).toContain(ours);
      });
    }
  });

  test('lays custom columns out in the same way', async () => {
    const namespace = await plane.aNamespace('columns');
    const named = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
    await plane.apply([{ ...named('a'), data: { key: 'value', l: 'w' } }, named('much-longer')]);
    const cluster = join(read.folder, 'cluster');
    plane.writeKubeconfig(cluster, { namespace });
    const get = async (output: string): Promise<string> =>
      (await run(kubectl, ['get', 'configmap', 'a', 'much-longer', `--kubeconfig=${cluster}`, '-o', output])).stdout;
    const list = JSON.parse(await get('json')) as { readonly items: readonly object[] };
    for (const spec of [
      'NAME:.metadata.name,KEY:.data.key,ALL:.data',
      'K:{kind},NAME:metadata.name',
      'X:.nothing,N:.data.l',
    ]) {
      expect(printColumns(columnsFromSpec(spec), list.items, true)).toBe(await get(`custom-columns=${spec}`));
    }
  });
});

function said(call: () => unknown): string {
  try {
    return `no error, but ${String(call())}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
