// A reader that has read enough, as `| head` or `| grep -q`: it ends quietly, and the exit code is what it would be otherwise.
import { describe, expect, test } from 'vitest';
import { launcher, runCli, startCli } from './run-cli.ts';

const piped = (words: string) =>
  runCli(['-c', `"${launcher}" ${words} | head -c 1; echo " \${PIPESTATUS[0]}"`], { program: 'bash' });

describe.concurrent('where nobody reads on', () => {
  const cases: readonly (readonly [words: string, code: number])[] = [
    ['demo -o json', 0],
    ['demo -o json --fail-on security', 10],
    ['demo -o html --fail-on security', 10],
    ['demo -o html --fail-on license -n platform', 11],
    ['demo status deploy/cart deploy/nobody -o html', 1],
    ['demo explain deployment', 0],
    ['demo watch -o json', 0],
  ];
  for (const [words, code] of cases) {
    test(words, async () => {
      const { stdout, stderr } = await piped(words);
      expect(stdout.split(' ').at(-1)).toBe(`${code}\n`);
      expect(stderr).not.toMatch(/EPIPE|fault/);
    });
  }

  test('of what is wrong neither, the exit code still tells', async () => {
    const { child, ended } = startCli(['status'], {
      env: { JF_URL: 'http://127.0.0.1:1', JF_ACCESS_TOKEN: 'nobodys' },
    });
    child.stdout.destroy();
    child.stderr.destroy();
    expect((await ended).code).toBe(1);
  });
});
