// Makes the program ready to be put into an executable, which holds scripts and no ES modules: every chunk of the bundle
// becomes a CommonJS script, to be loaded by `plugin/sea/chunks.ts`.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';
import { bundle, root } from '../bundle.ts';
import { asScripts } from './scripts.ts';

export interface Program {
  /** The text of the script that the executable starts with. */
  readonly start: string;
  /** The texts of its chunks, by name. */
  readonly chunks: ReadonlyMap<string, string>;
  /** What went into it. */
  readonly metafile: Metafile;
}

export async function makeProgram(): Promise<Program> {
  const { files, metafile } = await bundle({
    // Names of chunks depend on it; nothing is written there.
    outdir: join(root, 'release', 'modules'),
    entryPoints: { main: 'src/main.ts' },
    plugins: [lateYoga()],
  });
  const texts = await asScripts(files);
  const id = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
  return { start: await makeStart(id), chunks: new Map(texts), metafile };
}

async function makeStart(id: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['plugin/sea/start.ts'],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    minify: true,
    legalComments: 'none',
    define: { 'globalThis.kubectlXrayChunks': JSON.stringify(id) },
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
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
