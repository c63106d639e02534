// Bundles the program: ES modules in chunks, so that a command loads only what it needs. It must not decide where the
// program runs: `build.ts` makes dist/ of it, `package/` the single executables.
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** As package.json has it, without a `v`. */
export function versionOf(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

export interface BundleOptions {
  /** Nothing is written there yet. */
  readonly outdir: string;
  /** The file that is called, below the project's folder, by the name it gets. */
  readonly entryPoints: Readonly<Record<string, string>>;
  /** Goes before the text of each file. */
  readonly banner?: string;
  readonly plugins?: readonly Plugin[];
}

export interface Bundle {
  /** By name. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** What went into which file. */
  readonly metafile: Metafile;
}

export async function bundle({ outdir, entryPoints, banner, plugins = [] }: BundleOptions): Promise<Bundle> {
  const options: BuildOptions = {
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // Names stay, for stack traces. `keepNames` would cost a call for every closure made at run time.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: banner === undefined ? {} : { js: banner },
    define: {
      'process.env.NODE_ENV': '"production"',
      'globalThis.kubectlXrayVersion': JSON.stringify(versionOf()),
    },
    plugins: [plainHelp(), noDevTools(), noCurrentFolder(), builtins(), ...plugins],
    logLevel: 'warning',
  };
  const { outputFiles, metafile } = await build({ ...options, metafile: true, write: false });
  const files = outputFiles.map(({ path, text }) => ({ name: basename(path), text }));
  return { files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)), metafile };
}

/** In what draws the help, and there alone, widths are those of ASCII. */
function plainHelp(): Plugin {
  return {
    name: 'plain-help',
    setup: (bundler) => {
      bundler.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
        /node_modules[/\\](yargs|cliui)[/\\]/.test(importer) ? { path: join(root, 'plugin', 'ascii-width.ts') } : null,
      );
    },
  };
}

/** What Ink does where DEV is set: a connection to React's developer tools, which are no dependency. */
function noDevTools(): Plugin {
  const asked = "process.env['DEV'] === 'true'";
  return {
    name: 'no-dev-tools',
    setup: (bundler) => {
      bundler.onLoad({ filter: /[/\\]ink[/\\]build[/\\](ink|reconciler)\.js$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!text.includes(asked)) throw new Error(`${path} does not ask for DEV as it did`);
        return { contents: text.replaceAll(asked, 'false') };
      });
    },
  };
}

/** What yargs would ask for as soon as it is loaded: the current folder, which may be gone. It is told of one when it is called. */
function noCurrentFolder(): Plugin {
  const asked = 'mainFilename || process.cwd()';
  return {
    name: 'no-current-folder',
    setup: (bundler) => {
      bundler.onLoad({ filter: /[/\\]yargs[/\\]lib[/\\]platform-shims[/\\]esm\.mjs$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!text.includes(asked)) throw new Error(`${path} does not ask for the current folder as it did`);
        return { contents: text.replaceAll(asked, 'mainFilename') };
      });
    },
  };
}

/**
 * An `import` of `node:http` reads every property of it, and so loads undici and more (30 ms); taken in this way, a
 * property is read when it is used.
 */
function builtins(): Plugin {
  const names = new Set(builtinModules);
  return {
    name: 'builtins',
    setup: (bundler) => {
      bundler.onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z0-9_]+)*$/ }, ({ path, kind }) => {
        const name = path.replace(/^node:/, '');
        if (!names.has(name)) return null;
        // What is imported late is read by its names, which a module made in this way would not have.
        if (kind === 'dynamic-import') return { path: `node:${name}`, external: true };
        return { path: `node:${name}`, namespace: 'builtin', sideEffects: false };
      });
      bundler.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule('${path}');`,
      }));
    },
  };
}
