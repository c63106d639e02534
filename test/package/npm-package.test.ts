import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../plugin/bundle.ts';
import { asScripts } from '../../plugin/package/scripts.ts';
import { nodeVersion } from '../../plugin/package/targets.ts';

describe('package.json', () => {
  const { dependencies, devDependencies, bin, files } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as {
    readonly dependencies?: object;
    readonly devDependencies: Readonly<Record<string, string>>;
    readonly bin: object;
    readonly files: readonly string[];
  };

  test('has no dependencies: all that runs is bundled, and is for development only', () => {
    expect(dependencies).toBeUndefined();
  });

  test('names the Node that is in the executables', () => expect(devDependencies['node']).toBe(nodeVersion));

  test('hands out the bundle, and no more', () => {
    expect([bin, files]).toEqual([
      { 'kubectl-xray': 'dist/kubectl-xray.js' },
      ['dist/*.js', 'dist/THIRD-PARTY-LICENSES.txt'],
    ]);
  });
});

describe('a module becomes a script', () => {
  const script = async (text: string): Promise<string> => (await asScripts([{ name: 'a.js', text }]))[0]?.[1] ?? '';

  test('strict, in one byte a letter, with its late imports asked of the loader', async () => {
    const text = await script(
      `import{x}from"./b.js";export const late=()=>[import("./c.js"),import("node:tls"),x,"é"];`,
    );
    expect(text).toMatch(/^"use strict";/);
    expect(text).toContain('require("./b.js")');
    expect(text).toContain('__late("./c.js")');
    expect(text).toContain('__late("node:tls")');
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('and one that cannot is refused', async () => {
    await expect(script('export const a=await 1;')).rejects.toThrow('Top-level await');
    await expect(script('export const a=import("other");')).rejects.toThrow('a.js imports what is no file');
  });
});
