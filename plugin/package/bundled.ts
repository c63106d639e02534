// Which packages are in the program, and under which licenses: from what the bundler says that it took.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { root } from '../bundle.ts';

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** The text of its license and notices, as it comes with the package. */
  readonly text: string;
}

/** Licenses that may be in what we hand out: none asks for more than to be named. */
export const allowedLicenses: readonly string[] = [
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
];

/** By name and version. Throws where a package does not say its license, or brings no text of one that needs it. */
export function bundledPackages({ outputs }: Metafile): readonly BundledPackage[] {
  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = new Set(inputs.flatMap((path) => packageFolder(path) ?? []));
  return [...folders]
    .map(readPackage)
    .toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
    .filter(({ name, version }, at, all) => all[at - 1]?.name !== name || all[at - 1]?.version !== version);
}

/** Every package whose license is not one of those that are allowed. */
export function forbiddenLicenses(packages: readonly BundledPackage[]): readonly string[] {
  return packages
    .filter(({ license }) => !isAllowed(license))
    .map(({ name, version, license }) => `${name} ${version}: ${license}`);
}

/** Of an expression with OR one is enough; with AND all are needed. */
export function isAllowed(expression: string): boolean {
  const bare = expression.replaceAll(/[()]/g, ' ').trim();
  return bare
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((one) => allowedLicenses.includes(one.trim())));
}

/** The text that goes with what we hand out. */
export function licensesText(packages: readonly BundledPackage[], node: string | null): string {
  const line = '='.repeat(80);
  const libraries = packages.map(({ name, version, license, text }) => [`${name} ${version} (${license})`, text]);
  const parts = node === null ? libraries : [...libraries, ['Node.js and what is in it', node]];
  const head =
    'kubectl-xray is licensed under the Apache License 2.0 (see LICENSE). It contains the following software of others.';
  return [head, ...parts.map(([title, text = '']) => `${line}\n${title}\n${line}\n\n${text.trim()}`), ''].join('\n\n');
}

/** `node_modules/a/node_modules/b/c.js` is of `node_modules/a/node_modules/b`. */
function packageFolder(input: string): string | null {
  return /^(?:[\w-]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input.replaceAll('\\', '/'))?.[1] ?? null;
}

function readPackage(folder: string): BundledPackage {
  const path = join(root, folder);
  const said = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as PackageJson;
  const { name, version, license } = said;
  if (name === undefined || version === undefined || typeof license !== 'string') {
    throw new Error(`${folder} does not say its name, version and license`);
  }
  const files = readdirSync(path).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
  const text = files
    .toSorted()
    .map((file) => readFileSync(join(path, file), 'utf8').trim())
    .join('\n\n');
  return { name, version, license, text: text || usualText(said) };
}

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly license?: unknown;
  readonly author?: string | { readonly name?: string };
}

/** Some packages say only in package.json that they are under the MIT license. */
function usualText({ name, license, author }: PackageJson): string {
  const holder = typeof author === 'string' ? author : author?.name;
  if (license !== 'MIT' || holder === undefined) throw new Error(`${name} brings no text of its license`);
  return `Copyright (c) ${holder}\n\n${mit}`;
}

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
