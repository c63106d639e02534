// The flags that lead another command to the same cluster and the same journal, as a shell takes them: what is undone by a
// command that is shown has to be what was done.
import { printable } from '../output/printable.ts';
import { last, listed } from './flags.ts';

const withValues = [
  'kubeconfig',
  'context',
  'cluster',
  'user',
  'server',
  'as',
  'as-uid',
  'client-certificate',
  'client-key',
  'certificate-authority',
  'tls-server-name',
  'journal',
] as const;

/** Empty, or with a blank before it. Of a token, which is never shown, only that it has to be given again. */
export function sameFlags(argv: Readonly<Record<string, unknown>>): string {
  const given = withValues.flatMap((flag) => {
    const value = last(argv[flag]);
    return value === null || value === '' ? [] : [`--${flag} ${forShell(value)}`];
  });
  const groups = argv['as-group'] === undefined ? [] : listed(argv['as-group']);
  const words = [
    ...given,
    ...groups.map((group) => `--as-group ${forShell(group)}`),
    ...(argv['insecure-skip-tls-verify'] === true ? ['--insecure-skip-tls-verify'] : []),
    ...(last(argv['token']) ? ["--token '<the same token>'"] : []),
  ];
  return words.map((word) => ` ${word}`).join('');
}

function forShell(word: string): string {
  const shown = printable(word);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}
