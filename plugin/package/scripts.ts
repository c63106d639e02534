// Makes scripts of the bundle's modules, to be loaded by `plugin/sea/chunks.ts`.
import { transform } from 'esbuild';

interface Module {
  readonly name: string;
  readonly text: string;
}

/** By name, in the same order. Throws where a module waits at its top: scripts cannot. */
export async function asScripts(modules: readonly Module[]): Promise<readonly (readonly [string, string])[]> {
  return Promise.all(modules.map(async ({ name, text }) => [name, await asScript(name, text)] as const));
}

/** `import()` becomes a call of the loader's own: in a script, Node would look for a file. */
async function asScript(name: string, text: string): Promise<string> {
  const { code } = await transform(text.replaceAll(/\bimport\(("(?:\.\/[\w.-]+|node:[\w/]+)")\)/g, '__late($1)'), {
    sourcefile: name,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // One byte a letter.
    charset: 'ascii',
    minifySyntax: true,
    minifyWhitespace: true,
    define: { 'import.meta.url': '__url' },
    banner: text.includes('import.meta.url')
      ? "const __url=process.getBuiltinModule('node:url').pathToFileURL(process.execPath).href;"
      : '',
    legalComments: 'none',
  });
  if (/\bimport\(/.test(code)) throw new Error(`${name} imports what is no file`);
  // Modules are strict.
  return `"use strict";${code}`;
}
