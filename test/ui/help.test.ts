import { expect, test } from 'vitest';
import { commandTable } from '../../src/ui/command-line.ts';
import { helpOf } from '../../src/ui/help.ts';
import { bindingsOn } from '../../src/ui/keys.ts';

function textOf(of: Parameters<typeof helpOf>[0]): string {
  return helpOf(of)
    .lines.map(({ cells }) => cells.map(({ text }) => text).join(''))
    .join('\n');
}

test('help of a page does not offer what does not hold there', () => {
  expect(textOf('cves')).not.toContain('ctrl-d');
  expect(textOf('explain')).not.toContain('shift + letter');
});

test('a screen that may change nothing offers no key and no command that would, and says why', () => {
  const text = helpOf('workloads', true)
    .lines.map(({ cells }) => cells.map((cell) => cell.text).join(''))
    .join('\n');
  expect(text).toContain('This screen was started with --readonly');
  expect(text).not.toMatch(/^(s|ctrl-d|i|u|w|E) /m);
  expect(text).not.toMatch(/^:(scaledown|delete|ignore|undo|whitelist|enforce)/m);
  expect(text).toMatch(/^ctrl-r /m);
  expect(text).toMatch(/^:pause /m);
});

test('a command is offered where its key would hold', () => {
  expect(textOf('cves')).not.toContain(':scaledown');
  expect(textOf('workloads')).toMatch(/^:scaledown +scale down the workload/m);
  for (const { does } of commandTable) expect(textOf('workloads')).toContain(does);
});

test.each(['workloads', 'images', 'cves', 'actions', 'history', 'policy', 'record'] as const)(
  'help of %s says every key of it, in words',
  (page) => {
    const text = textOf(page);
    for (const { does } of bindingsOn(page)) expect(text).toContain(does);
  },
);

test('keys in a row are told as one', () => {
  expect(textOf('workloads')).toMatch(/^1\.\.9 +show one of the namespaces chosen lately$/m);
});
