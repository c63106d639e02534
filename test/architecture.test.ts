import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

interface Room {
  /** The rooms it may import, beside itself. */
  readonly rooms: readonly string[];
  /** The rooms of which it may import types alone. */
  readonly types?: readonly string[];
  /** The rooms that it may load only when they are needed, by `await import`. */
  readonly late?: readonly string[];
  /** Packages and what lies below them. */
  readonly packages: readonly string[];
  /** Packages of which it may import types, and load the rest only when it is needed. */
  readonly latePackages?: readonly string[];
  /** Packages of which it may import types alone. */
  readonly typePackages?: readonly string[];
}

/** Who may import whom. A room that is not listed here (main, its entries) may import anything, and nobody imports it. */
const house: Readonly<Record<string, Room>> = {
  core: { rooms: [], packages: [] },
  engine: { rooms: ['core'], packages: [] },
  cluster: {
    rooms: ['core'],
    packages: [
      'pbf',
      'socks',
      'yaml',
      'node:child_process',
      'node:fs',
      'node:http',
      'node:https',
      'node:net',
      'node:path',
      'node:stream',
      'node:tls',
    ],
    latePackages: ['@kubernetes/client-node'],
  },
  xray: {
    rooms: ['core'],
    packages: ['ky', 'node:crypto', 'node:events', 'node:http', 'node:https', 'node:zlib'],
    latePackages: ['undici', 'node:tls'],
  },
  settings: { rooms: ['core'], packages: ['yaml', 'node:fs', 'node:path'] },
  notify: { rooms: ['core'], packages: ['ky'], latePackages: ['undici', 'node:tls'] },
  state: { rooms: ['core'], packages: ['lowdb', 'node:crypto', 'node:fs', 'node:path'] },
  ui: { rooms: ['core'], types: ['engine'], packages: ['ink', 'react', 'string-width'] },
  output: { rooms: ['core'], packages: ['yaml', 'node:crypto'] },
  demo: { rooms: ['core'], packages: [] },
  commands: { rooms: ['core', 'engine', 'output'], late: ['ui'], packages: [], typePackages: ['yargs'] },
};

/** Where real things are built: files directly in src/, and what they load for one command. */
const isMain = (room: string): boolean => room === '' || room === 'entries';

/** What nobody reaches for: it is handed in. */
const handedIn: readonly [found: RegExp, name: string][] = [
  [/\bprocess\.(env|argv|exit|cwd|std(in|out|err)|platform)\b/, 'process'],
  [/\bDate\.now\b|\bnew Date\(\)/, 'the clock'],
  [/(?<!\.)\b(setTimeout|setInterval)\(/, 'a timer'],
];

const forbiddenWords: readonly [found: RegExp, name: string][] = [
  [/:\s*any\b|<any\b|\bas any\b|\bany\[\]|[|&]\s*any\b|\bany\s*[|&](?!&)|,\s*any\s*[,>]|=\s*any\s*;/, 'any'],
  [/^export default\b|\bas default\b/m, 'a default export'],
  [/^(export )?(let|var)\b/m, 'a variable of the module'],
  [/\bconsole\s*\./, 'console'],
  [/\bimport\((?!\s*')/, 'an import of a computed name'],
  [/\brequire\(/, 'require'],
];

interface Import {
  readonly from: string;
  /** What is written between the quotes. */
  readonly what: string;
  readonly how: 'static' | 'late' | 'type';
}

describe('the house', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const files = new Map(
    globSync('src/**/*.{ts,tsx}', { cwd: root }).map((path) => [
      path.replaceAll('\\', sep),
      readFileSync(join(root, path), 'utf8'),
    ]),
  );

  test('is read whole', () => {
    const rooms = new Set([...files.keys()].map(roomOf));
    expect([...rooms]).toEqual(expect.arrayContaining(['', 'core', 'engine', 'cluster', 'xray', 'output', 'commands']));
    const written = files.get('src/engine/engine.ts') ?? '';
    expect(importsOf('src/engine/engine.ts', written)).toHaveLength(written.match(/^import /gm)?.length ?? -1);
  });
  test('has every room in its table', () =>
    expect([...new Set([...files.keys()].map(roomOf))].filter((room) => !isMain(room) && !(room in house))).toEqual(
      [],
    ));
  test('keeps its rules', () => expect(faultsOf(files)).toEqual([]));
  test('takes no names of a CommonJS package that it imports late: a bundle knows none', () => {
    const named = [...files.values()].flatMap((text) => [...text.matchAll(/\}\s*=\s*await import\('([^'.][^']*)'\)/g)]);
    const packages = named.map(([, what = '']) => what).filter((what) => !what.startsWith('node:'));
    expect(packages.filter((what) => !isModule(root, what))).toEqual([]);
  });
});

describe('a house that breaks a rule is refused', () => {
  const cases: [name: string, fault: string, files: Record<string, string>][] = [
    [
      'core imports engine',
      'src/core/a.ts may not import ../engine/b.ts',
      { 'src/core/a.ts': "import { b } from '../engine/b.ts';" },
    ],
    [
      'core imports a type of engine',
      'src/core/a.ts may not import ../engine/b.ts',
      { 'src/core/a.ts': "import type { B } from '../engine/b.ts';" },
    ],
    [
      'core imports on several lines',
      'src/core/a.ts may not import ../xray/b.ts',
      { 'src/core/a.ts': "import {\n  b,\n  c,\n} from '../xray/b.ts';" },
    ],
    [
      'core passes on what is not its own',
      'src/core/a.ts may not import ../xray/b.ts',
      { 'src/core/a.ts': "export * from '../xray/b.ts';" },
    ],
    [
      'core imports for the effect',
      'src/core/a.ts may not import ../xray/b.ts',
      { 'src/core/a.ts': "import '../xray/b.ts';" },
    ],
    [
      'core imports late',
      'src/core/a.ts may not import ../xray/b.ts',
      { 'src/core/a.ts': "const b = await import('../xray/b.ts');" },
    ],
    [
      'core imports in a type',
      'src/core/a.ts may not import ../xray/b.ts',
      { 'src/core/a.ts': "let b: import('../xray/b.ts').B;" },
    ],
    [
      'core imports a module of Node',
      'src/core/a.ts may not import node:fs',
      { 'src/core/a.ts': "import { readFileSync } from 'node:fs';" },
    ],
    [
      'core imports a package',
      'src/core/a.ts may not import yaml',
      { 'src/core/a.ts': "import { parse } from 'yaml';" },
    ],
    [
      'an adapter imports the ports',
      'src/cluster/a.ts may not import ../engine/ports.ts',
      { 'src/cluster/a.ts': "import type { Cluster } from '../engine/ports.ts';" },
    ],
    [
      'a room imports main',
      'src/commands/a.ts may not import ../world.ts',
      { 'src/commands/a.ts': "import type { World } from '../world.ts';" },
    ],
    [
      'a command imports the screen at once',
      'src/commands/a.ts may not import ../ui/app.tsx',
      { 'src/commands/a.ts': "import { App } from '../ui/app.tsx';" },
    ],
    [
      'a command imports yargs itself',
      'src/commands/a.ts may not import yargs',
      { 'src/commands/a.ts': "import yargs from 'yargs';" },
    ],
    [
      'xray loads undici at once',
      'src/xray/a.ts may not import undici',
      { 'src/xray/a.ts': "import { Agent } from 'undici';" },
    ],
    [
      'the screen imports the engine itself',
      'src/ui/a.tsx may not import ../engine/engine.ts',
      { 'src/ui/a.tsx': "import { createEngine } from '../engine/engine.ts';" },
    ],
    [
      'a package that only begins alike',
      'src/output/a.ts may not import yaml-other',
      { 'src/output/a.ts': "import { parse } from 'yaml-other';" },
    ],
    [
      'a cycle of two',
      'a cycle: src/core/a.ts -> src/core/b.ts -> src/core/a.ts',
      { 'src/core/a.ts': "import { b } from './b.ts';", 'src/core/b.ts': "import { a } from './a.ts';" },
    ],
    [
      'a cycle of types',
      'a cycle: src/core/a.ts -> src/core/b.ts -> src/core/a.ts',
      { 'src/core/a.ts': "import type { B } from './b.ts';", 'src/core/b.ts': "import type { A } from './a.ts';" },
    ],
    [
      'a longer cycle, late',
      'a cycle: src/core/b.ts -> src/core/c.ts -> src/core/d.ts -> src/core/b.ts',
      {
        'src/core/a.ts': "import { b } from './b.ts';",
        'src/core/b.ts': "import { c } from './c.ts';",
        'src/core/c.ts': "await import('./d.ts');",
        'src/core/d.ts': "export { b } from './b.ts';",
      },
    ],
    ['any, of a parameter', 'src/core/a.ts has any', { 'src/core/a.ts': 'function a(b: any) {}' }],
    ['any, of a list', 'src/core/a.ts has any', { 'src/core/a.ts': 'type A = Map<string, any>;' }],
    ['any, asserted', 'src/core/a.ts has any', { 'src/core/a.ts': 'const a = b as any;' }],
    ['any, in main', 'src/main.ts has any', { 'src/main.ts': 'const a: any[] = [];' }],
    ['a default export', 'src/core/a.ts has a default export', { 'src/core/a.ts': 'export default 1;' }],
    ['a renamed default export', 'src/core/a.ts has a default export', { 'src/core/a.ts': 'export { a as default };' }],
    ['a variable of the module', 'src/core/a.ts has a variable of the module', { 'src/core/a.ts': 'let count = 0;' }],
    [
      'an exported variable of the module',
      'src/core/a.ts has a variable of the module',
      { 'src/core/a.ts': 'export let count = 0;' },
    ],
    ['console', 'src/main.ts has console', { 'src/main.ts': "console.log('x');" }],
    [
      'an import of a computed name',
      'src/main.ts has an import of a computed name',
      { 'src/main.ts': 'await import(name);' },
    ],
    [
      'the environment',
      'src/settings/a.ts reaches for process',
      { 'src/settings/a.ts': "const home = process.env['HOME'];" },
    ],
    ['the clock', 'src/xray/a.ts reaches for the clock', { 'src/xray/a.ts': 'const now = Date.now();' }],
  ];
  for (const [name, fault, files] of cases) {
    test(name, () => expect(faultsOf(new Map(Object.entries(files)))).toContain(fault));
  }
});

test('a house that keeps the rules is not', () => {
  const files = {
    'src/main.ts':
      "import yargs from 'yargs';\nimport process from 'node:process';\nconst now = Date.now();\nconst run = await import('./entries/run.ts');",
    'src/entries/run.ts': "import { a } from '../core/a.ts';\nimport { readFileSync } from 'node:fs';",
    'src/core/a.ts':
      "import type { B } from './b.ts';\n// any words: as any, console.log\nconst message = 'not as any other: any; console.x';",
    'src/core/b.ts': 'export interface B {}\nfunction b() {\n  let count = 0;\n}',
    'src/commands/a.ts': "import type { Options } from 'yargs';\nconst { App } = await import('../ui/app.tsx');",
    'src/ui/app.tsx': "import type { Engine } from '../engine/engine.ts';\nimport { Box } from 'ink';",
    'src/engine/engine.ts': "import { a } from '../core/a.ts';",
    'src/xray/a.ts': "import type { Agent } from 'undici';\nconst undici = await import('undici');",
    'src/cluster/a.ts': "const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');",
  };
  expect(faultsOf(new Map(Object.entries(files)))).toEqual([]);
});

function isModule(root: string, what: string): boolean {
  const name = what.split('/').slice(0, what.startsWith('@') ? 2 : 1);
  const text = readFileSync(join(root, 'node_modules', ...name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { type?: string }).type === 'module';
}

/** Every broken rule of some files (path below the project's folder to text), in words. */
function faultsOf(files: ReadonlyMap<string, string>): string[] {
  const imports = [...files].flatMap(([path, text]) => importsOf(path, text));
  const forbidden = imports.filter((one) => !isAllowed(one)).map(({ from, what }) => `${from} may not import ${what}`);
  const words = [...files].flatMap(([path, text]) => wordsOf(path, text));
  return [...new Set([...forbidden, ...words, ...cyclesOf(imports)])];
}

/** Static imports stand at the start of a line, as the formatter has them; late ones and those of types anywhere. */
function importsOf(from: string, text: string): Import[] {
  const statics = text.matchAll(/^(?:import|export)(\s+type\b)?(?:[^'";]*?\bfrom)?\s*'([^']+)'/gm);
  const late = text.matchAll(/\bimport\(\s*'([^']+)'/g);
  return [
    ...[...statics].map(([, type, what = '']): Import => ({ from, what, how: type === undefined ? 'static' : 'type' })),
    ...[...late].map(([, what = '']): Import => ({ from, what, how: 'late' })),
  ];
}

function isAllowed({ from, what, how }: Import): boolean {
  const room = roomOf(from);
  if (isMain(room)) return true;
  const rules = house[room];
  if (rules === undefined) return false;
  if (!what.startsWith('.')) return isPackageAllowed(rules, what, how);
  const target = roomOf(resolved(from, what));
  return (
    target === room ||
    rules.rooms.includes(target) ||
    (how === 'type' && rules.types?.includes(target) === true) ||
    (how !== 'static' && rules.late?.includes(target) === true)
  );
}

function isPackageAllowed(rules: Room, what: string, how: Import['how']): boolean {
  const within = (names: readonly string[] = []): boolean =>
    names.some((name) => what === name || what.startsWith(`${name}/`));
  return (
    within(rules.packages) ||
    (how !== 'static' && within(rules.latePackages)) ||
    (how === 'type' && within(rules.typePackages))
  );
}

function wordsOf(path: string, text: string): string[] {
  const code = withoutComments(text);
  const bare = code.replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
  const found = forbiddenWords.filter(([pattern]) => pattern.test(bare)).map(([, name]) => `${path} has ${name}`);
  if (isMain(roomOf(path))) return found;
  return [
    ...found,
    ...handedIn.filter(([pattern]) => pattern.test(bare)).map(([, name]) => `${path} reaches for ${name}`),
  ];
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}

/** Each cycle once, from the first of its files. */
function cyclesOf(imports: readonly Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, what } of imports) {
    if (what.startsWith('.')) targets.set(from, [...(targets.get(from) ?? []), resolved(from, what)]);
  }
  const cycles = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      cycles.add(`a cycle: ${[...trail.slice(at), path].join(' -> ')}`);
      return;
    }
    if (done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of [...targets.keys()].toSorted()) visit(path, []);
  return [...cycles];
}

function resolved(from: string, what: string): string {
  return normalize(join(dirname(from), what));
}

/** The room of a file; empty for one directly in src/. */
function roomOf(path: string): string {
  const [, room = '', ...rest] = path.split('/');
  return rest.length === 0 ? '' : room;
}
