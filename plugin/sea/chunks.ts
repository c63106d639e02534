// Loads the program's chunks one by one, each compiled when it is first asked for, with compiled code kept between runs.
// It must not know where chunks and compiled code lie.
import vm from 'node:vm';

export interface ChunkSource {
  /** The text of a chunk, in Latin-1: as one byte a letter it is held in half the memory. */
  readonly read: (name: string) => string;
  /** Where compiled code is kept; null: nowhere. */
  readonly compiled: CompiledCode | null;
  /** A module of Node's own. */
  readonly builtin: (name: string) => unknown;
  /** Does something under the engine's flags that every run begins with: compiled code is for the flags it was made under. */
  readonly asAtStart: <T>(work: () => T) => T;
}

export interface CompiledCode {
  /** Null where there is none yet. */
  readonly read: (name: string) => Buffer | null;
  readonly write: (name: string, code: Buffer) => void;
}

export interface Chunks {
  /** As `await import()` of that chunk does. */
  readonly late: (name: string) => Promise<unknown>;
  /** Keeps what was compiled in this run, with the functions that it used. */
  readonly keep: () => void;
}

type Chunk = (
  require: (id: string) => unknown,
  module: { exports: unknown },
  exports: unknown,
  late: Chunks['late'],
  until: (ready: Promise<unknown>) => void,
) => void;

export function createChunks({ read, compiled, builtin, asAtStart }: ChunkSource): Chunks {
  const modules = new Map<string, { exports: unknown }>();
  const fresh = new Map<string, vm.Script>();
  // What a chunk has to wait for before anybody uses it: CommonJS has no `await` of its own.
  const pending = new Set<Promise<unknown>>();

  const compile = (name: string): Chunk => {
    const cachedData = compiled?.read(name) ?? undefined;
    const source = `(function(require,module,exports,__late,__until){${read(name)}\n})`;
    const script = asAtStart(() => new vm.Script(source, { filename: `kubectl-xray:${name}`, cachedData }));
    if (cachedData === undefined || script.cachedDataRejected === true) fresh.set(name, script);
    return script.runInThisContext() as Chunk;
  };
  const load = (name: string): unknown => {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    modules.set(name, module);
    compile(name)(require, module, module.exports, late, (ready) => pending.add(ready));
    return module.exports;
  };
  const require = (id: string): unknown => (id.startsWith('./') ? load(id.slice(2)) : builtin(id));
  const late = async (name: string): Promise<unknown> => {
    // As Node has its own modules: by their names, and as a whole.
    if (name.startsWith('node:')) return Object.setPrototypeOf({ default: builtin(name) }, builtin(name) as object);
    const exports = load(name.replace(/^\.\//, ''));
    if (pending.size > 0) await Promise.all(pending);
    return exports;
  };
  const keep = (): void => {
    for (const [name, script] of fresh)
      compiled?.write(
        name,
        asAtStart(() => script.createCachedData()),
      );
    fresh.clear();
  };
  return { late, keep };
}
