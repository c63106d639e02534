// The commands that README and docs/ show, as they stand there. A block that cannot be run here says so in a comment before
// it: `<!-- not run: REASON -->`.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface DocBlock {
  /** `docs/policy.md:12`: where its first line stands. */
  readonly at: string;
  readonly commands: readonly DocCommand[];
  /** Why it is not run; null: it is. */
  readonly notRun: string | null;
}

export interface DocCommand {
  readonly text: string;
  /** The lines that are shown below it, where it stands after `$ `. */
  readonly output: readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every block of `sh` and `console`, in the order in which they are read. */
export function docBlocks(): readonly DocBlock[] {
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: root }).toSorted()];
  return pages.flatMap((page) => blocksIn(page, readFileSync(`${root}/${page}`, 'utf8')));
}

/** The same of one page. */
export function blocksIn(page: string, text: string): readonly DocBlock[] {
  const blocks = text.matchAll(/(?:<!-- not run: ([^\n]*?) -->\s*)?^( *)```(?:sh|console)\n(.*?)^ *```$/gms);
  return [...blocks].map((block) => {
    const [whole, notRun = null, indent = '', inner = ''] = block;
    const line = text.slice(0, block.index + whole.lastIndexOf(inner)).split('\n').length;
    return {
      at: `${page}:${line}`,
      commands: commandsIn(inner.replaceAll(new RegExp(`^${indent}`, 'gm'), '')),
      notRun,
    };
  });
}

function commandsIn(block: string): readonly DocCommand[] {
  const lines = block
    .replaceAll(/\\\n\s*/g, '')
    .trimEnd()
    .split('\n');
  if (!block.startsWith('$ ')) {
    return lines.filter((text) => text.trim() !== '' && !text.startsWith('#')).map((text) => ({ text, output: [] }));
  }
  const starts = lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []));
  return starts.map((start, index) => ({
    text: (lines[start] ?? '').slice(2),
    output: lines.slice(start + 1, starts[index + 1]),
  }));
}

/** What is missing of the lines that are shown, in their order; `…` in them is anything. Null: nothing is. */
export function missingOf(shown: readonly string[], printed: string): string | null {
  const lines = printed.split('\n').map((line) => line.trimEnd());
  let from = 0;
  for (const line of shown.filter((one) => one !== '…')) {
    const parts = line
      .trimEnd()
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
    const wanted = new RegExp(`^${parts.join('.*')}$`);
    const found = lines.findIndex((one, index) => index >= from && wanted.test(one));
    if (found < 0) return line;
    from = found + 1;
  }
  return null;
}
