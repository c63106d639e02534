// Makes the program ready to be put into an executable, which holds scripts and no ES modules: every chunk of the bundle
// becomes a CommonJS script, to be loaded by `plugin/sea/chunks.ts`.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';
import { bundle, root } from '../bundle.ts';

export interface Program {
  /** The script that the executable starts with. */
  readonly start: string;
  /** Its chunks, by name: paths of files. */
  readonly chunks: ReadonlyMap<string, string>;
  /** What went into it. */
  readonly metafile: Metafile;
}

/** Writes the program into a folder, which is emptied first. */
export async function makeProgram(folder: string): Promise<Program> {
  rmSync(folder, { recursive: true, force: true });
  const modules = join(folder, 'modules');
  const metafile = await bundle({
    outdir: modules,
    entryPoints: { main: 'src/main.ts' },
    plugins: [lateYoga()],
  });
  const texts = await Promise.all(
    readdirSync(modules)
      .filter((name) => name.endsWith('.js'))
      .toSorted()
      .map(async (name) => [name, await asScript(readFileSync(join(modules, name), 'utf8'))] as const),
  );
  const chunks = new Map(texts.map(([name]) => [name, join(folder, name)]));
  for (const [name, text] of texts) writeFileSync(join(folder, name), text);
  const id = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
  return { start: await makeStart(folder, id), chunks, metafile };
}

async function makeStart(folder: string, id: string): Promise<string> {
  const outfile = join(folder, 'start.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['plugin/sea/start.ts'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node26',
    minify: true,
    legalComments: 'none',
    define: { 'globalThis.kubectlXrayChunks': JSON.stringify(id) },
    logLevel: 'warning',
  });
  return outfile;
}

/** `import()` becomes a call of the loader's own: in a script, Node would look for a file. */
async function asScript(text: string): Promise<string> {
  const { code } = await transform(text.replaceAll(/\bimport\(("\.\/[\w.-]+")\)/g, '__late($1)'), {
    format: 'cjs',
    platform: 'node',
    target: 'node26',
    // One byte a letter.
    charset: 'ascii',
    minifySyntax: true,
    minifyWhitespace: true,
    define: { 'import.meta.url': '__url' },
    banner: "const __url=process.getBuiltinModule('node:url').pathToFileURL(process.execPath).href;",
    legalComments: 'none',
  });
  if (/\bimport\(/.test(code)) throw new Error('a chunk still imports what is no file');
  return code;
}

/**
 * Ink's layout is WebAssembly, for which its package waits at once (`await` at the top of a module), and scripts cannot.
 * It is begun instead, and whoever loads the chunk waits for it.
 */
function lateYoga(): Plugin {
  return {
    name: 'late-yoga',
    setup: (bundler) => {
      bundler.onResolve({ filter: /^yoga-layout$/ }, ({ resolveDir }) => ({
        path: 'yoga-layout',
        namespace: 'late-yoga',
        pluginData: resolveDir,
      }));
      bundler.onLoad({ filter: /.*/, namespace: 'late-yoga' }, ({ pluginData }) => ({
        resolveDir: pluginData as string,
        contents: `import { loadYoga } from 'yoga-layout/load';
export * from 'yoga-layout/load';
const Yoga = {};
__until(loadYoga().then((loaded) => Object.assign(Yoga, loaded)));
export { Yoga as default };`,
      }));
    },
  };
}
