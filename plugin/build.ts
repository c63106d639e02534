// Bundles the program into dist/: ES modules in chunks, so that a command loads only what it needs.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const outdir = join(root, 'dist');

// Some dependencies are CommonJS and ask for `require` at run time, which ES modules do not have.
const banner = "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);";

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { 'kubectl-xray': 'plugin/start.ts' },
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
  banner: { js: banner },
  define: {
    'process.env.NODE_ENV': '"production"',
    'globalThis.kubectlXrayBuild': JSON.stringify({ version, id: sourceId() }),
  },
  plugins: [plainHelp(), noDevTools(), builtins()],
  metafile: true,
  logLevel: 'warning',
});
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.error(`built dist/ (${Math.round(bytes / 1024)} KiB)`);

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

/** Names a build by what it was made from, so that compiled code is never used for another one. */
function sourceId(): string {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(version).update(lock).digest('hex').slice(0, 12);
}
