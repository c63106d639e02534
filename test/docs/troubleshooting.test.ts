// Every error that a user can come to see has its entry, and no entry is of an error that is gone.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { messagesIn } from '../../docs/reference/messages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/troubleshooting.md`, 'utf8');
const entries = [...page.matchAll(/^\| `(.+?)` +\| (.*?) *\|$/gm)].map(([, message = '', cure = '']) => ({
  message,
  cure,
}));
const sources = globSync('src/**/*.{ts,tsx}', { cwd: root }).map((path) => ({
  path: path.replaceAll('\\', '/'),
  ...messagesIn(readFileSync(`${root}/${path}`, 'utf8')),
}));

/** Errors whose words are not written where they are thrown: which entries they have. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  'src/cluster/connect.ts words': [
    '… "…" does not exist in … (there: …)',
    '… "…" does not exist: there is no kubeconfig',
  ],
  'src/cluster/connect.ts message': ['a certificate or key for cluster "…" cannot be used: …'],
  'src/cluster/http.ts message': [
    "You must be logged in to the server: … did not accept the credentials (401 Unauthorized). Log in again, or check the context's user, its token or certificate.",
  ],
  'src/cluster/list.ts message': ['cannot read … from …: the list was cut short … times, at last by: …'],
  'src/cluster/manifest-documents.ts …: …': ['…: …'],
  "src/command-line.ts inKubectlsWords(message || (error?.message ?? ''), world.argv)": [
    'no command is given',
    'unknown command or word: …',
    'unknown command "…"; did you mean …?',
    'unknown flag: …',
    'the flag … needs a value',
    '… needs …',
    '… does not know …; use one of: …',
  ],
  'src/command-line.ts wrong': ['… is true or false, not "…"'],
  'src/commands/late-format.ts what': [
    'custom-columns format specified but no custom columns given',
    'template format specified but no template given',
  ],
  'src/commands/late-format.ts …': ['error parsing jsonpath …', 'error executing jsonpath …'],
  'src/commands/policy.ts error: … …': [
    '… is there already and is left as it is; print a fresh one with: policy init -',
  ],
  'src/commands/where.ts reading.fault': ['"…" …'],
  'src/entries/doctor.ts late': ['… gave no answer within … s'],
  "src/settings/config-file.ts reading.mistakes.map((one) => mistakeLine(file, one)).join('\\n')": ['…:…:…: …'],
  'src/settings/connection.ts … …': [
    '… is not a whole address; write it with its scheme, such as https://acme.jfrog.io',
    '… is not an address; write it as https://acme.jfrog.io',
    '… has credentials in it; take them out and name a file by tokenFile or --xray-token-file',
    '… is neither https:// nor http://',
    '… has a query or a fragment; write the address up to the path',
  ],
  'src/settings/policy-edit.ts lines': ['…:…:…: …'],
  'src/settings/policy-source.ts lines': ['…:…:…: …'],
  'src/settings/xray-config.ts lines': ['…:…:…: …'],
  'src/state/errors.ts …: …. …': ['…: …. …'],
};

/** The words of two types of core/scan.ts. */
const scan = readFileSync(`${root}/src/core/scan.ts`, 'utf8');
const reasons = ['UnknownReason', 'UnscannedReason'].flatMap((type) => {
  const union = new RegExp(`type ${type} =([^;]*);`).exec(scan)?.[1] ?? '';
  return [...union.matchAll(/'(\w+)'/g)].map(([, reason = '']) => reason);
});

describe('troubleshooting', () => {
  const said = new Set(sources.flatMap((source) => source.said));
  const listed = new Set(entries.map(({ message }) => message));

  test('has an entry for every error that the source can make', () => {
    expect(said.size).toBeGreaterThan(100);
    expect([...said].filter((message) => !listed.has(message))).toEqual([]);
  });

  test('knows the errors whose words are made elsewhere, and has entries for those too', () => {
    const found = new Set(sources.flatMap(({ path, madeElsewhere }) => madeElsewhere.map((what) => `${path} ${what}`)));
    expect([...found].toSorted()).toEqual(Object.keys(elsewhere).toSorted());
    expect(
      Object.values(elsewhere)
        .flat()
        .filter((message) => !listed.has(message)),
    ).toEqual([]);
  });

  test('has no entry of an error that is gone', () => {
    const known = new Set([...said, ...Object.values(elsewhere).flat(), ...reasons, 'error:']);
    expect([...listed].filter((message) => !known.has(message))).toEqual([]);
  });

  test('has a cure in every entry', () => {
    expect(entries.filter(({ cure }) => cure.length < 4)).toEqual([]);
  });

  test('explains every reason for which there is no answer, and every one for which an image is unscanned', () => {
    expect(reasons.length).toBeGreaterThan(10);
    expect(reasons.filter((reason) => !listed.has(reason))).toEqual([]);
  });
});

describe('errors are read out of a source', () => {
  const cases: [name: string, source: string, said: readonly string[], madeElsewhere: readonly string[]][] = [
    ['a text', "throw new UsageError('no', 'do it')", ['no'], []],
    ['values', 'new UsageError(`--${flag} ${last(argv[flag])} is no pace`, `x`)', ['--… … is no pace'], []],
    ['a value with texts and templates in it', "new RunError(`bad ${all.map((a) => `${a}, '`)}!`)", ['bad …!'], []],
    ['one of two', "new UsageError(\n  a === 0 ? 'none yet' : 'too many',\n  'x')", ['none yet', 'too many'], []],
    ['behind a kind', "new ClusterError('answer', `cannot read ${a}: ${b}`, { cause })", ['cannot read …: …'], []],
    ['a call', "new UsageError(words('a text'), 'hint')", [], ["words('a text')"]],
    ['written as one', 'stderr.write(`error: nothing of ${a}\\n`)', ['nothing of …'], []],
    ['made harmless', 'stderr.write(`error: ${printable(`${a} belongs to ${b}`)}\\n`)', ['… belongs to …'], []],
    ['written otherwise', 'stderr.write(`warning: nothing of ${a}\\n`)', [], []],
    ['thrown before', 'stderr.write(`error: ${error.message}\\n`)', [], []],
    ['a definition', 'function cannot(doing: string) {}', [], []],
  ];
  for (const [name, source, said, madeElsewhere] of cases) {
    test(name, () => expect(messagesIn(source)).toEqual({ said, madeElsewhere }));
  }
});
