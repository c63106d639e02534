// What a change to a text is, for a change in one place: the lines that go and the lines that come, with one line around.

/** Lines that stay the same begin with a blank, those that go with `-`, those that come with `+`. Empty where none does. */
export function textDiff(before: string, after: string): string {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  const gone = old.slice(start, old.length - end);
  const came = fresh.slice(start, fresh.length - end);
  if (gone.length === 0 && came.length === 0) return '';
  const lines = [
    ...fresh.slice(Math.max(0, start - 1), start).map((line) => ` ${line}`),
    ...gone.map((line) => `-${line}`),
    ...came.map((line) => `+${line}`),
    ...fresh.slice(fresh.length - end, fresh.length - end + 1).map((line) => ` ${line}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
