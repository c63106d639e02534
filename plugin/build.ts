// Makes dist/: the program for the Node of a checkout, or of whoever installs the npm package.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, root } from './bundle.ts';
import { bundledPackages, licensesText } from './package/bundled.ts';

// Some dependencies are CommonJS and ask for `require` at run time, which ES modules do not have.
const banner = "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);";

const outdir = join(root, 'dist');
const { files, metafile } = await bundle({ outdir, entryPoints: { 'kubectl-xray': 'plugin/start.ts' }, banner });
rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir);
for (const { name, text } of files) writeFileSync(join(outdir, name), text);
writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licensesText(bundledPackages(metafile), null));
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.error(`built dist/ (${Math.round(bytes / 1024)} KiB)`);
