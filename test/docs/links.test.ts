import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const pages = [...globSync(join(root, '*.md')), ...globSync(join(root, 'docs/**/*.md'))];

interface Link {
  readonly from: string;
  readonly to: string;
}

/** Without what stands in code. */
const plain = (page: string): string => readFileSync(page, 'utf8').replaceAll(/```.*?```|`[^`\n]*`/gs, '');

/** Links into the repository; those to the web are nobody's to check here. */
const links: readonly Link[] = pages.flatMap((page) =>
  [...plain(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to = '']) => ({ from: page, to }))
    .filter(({ to }) => !/^[a-z]+:/.test(to)),
);

/** As GitHub and GitLab name a heading. */
const anchorsOf = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

function isBroken({ from, to }: Link): boolean {
  const [path = '', anchor] = to.split('#');
  const page = path === '' ? from : join(dirname(from), path);
  if (!existsSync(page)) return true;
  return anchor !== undefined && !anchorsOf(page).includes(anchor);
}

describe('the pages', () => {
  test('name no file and no heading that is not there', () => {
    expect(links.length).toBeGreaterThan(100);
    const broken = links.filter(isBroken).map(({ from, to }) => `${relative(root, from)}: ${to}`);
    expect(broken).toEqual([]);
  });

  test('are each named by the README, but for decisions, which have a page of their own', () => {
    const named = links.filter(({ from }) => from === join(root, 'README.md')).map(({ to }) => to.split('#')[0]);
    const all = globSync('docs/*.md', { cwd: root });
    expect(all.filter((page) => !named.includes(page))).toEqual([]);
  });
});
