import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { VerdictsKept } from '../../src/commands/verdicts.ts';
import { historyList } from '../../src/core/history-list.ts';
import { changesIn } from '../../src/core/verdict-lines.ts';
import {
  aFinding,
  aPolicy,
  aScan,
  anException,
  hour,
  named,
  now,
  pending,
  unknown,
  unscanned,
} from '../support/builders.ts';
import { deployed } from '../support/runs.ts';
import { statusPrinted } from '../support/status-run.ts';
import type { StatusParts } from '../support/status-run.ts';
import { aVerdictLog } from '../support/verdicts.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../docs/status-diff.schema.json', import.meta.url), 'utf8'),
) as object;
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { 'date-time': true } });
const validate = ajv.compile(schema);
const validateChange = ajv.compile({ $ref: 'urn:kubectl-xray:v1:status-diff#/$defs/Change' });

function mistakes(report: unknown, by = validate): string[] {
  return by(report) ? [] : (by.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
}

const facts = [1, 2, 3, 4, 5, 6, 7].flatMap((image) => deployed(`w${image}`, image));
const bad = aScan({ findings: [aFinding()] });
const before: StatusParts = { facts, answer: () => bad };
const answers = [
  bad,
  aScan(),
  unknown(),
  pending(),
  unscanned(),
  aScan({ findings: [aFinding(), aFinding({ id: '', cves: [] })] }),
];
const after: StatusParts = {
  facts: [...facts.slice(0, -2), ...deployed('fresh', 1)],
  answer: (reference) => answers[Number(reference.split(':')[1]) - 1] ?? null,
  policy: aPolicy({
    security: { actions: named({ deployments: 'scaledown' }), gracePeriod: hour },
    exceptions: [anException({ workloads: ['deployment/w1'] })],
  }),
};

function aMachine() {
  const log = aVerdictLog();
  const verdicts: VerdictsKept = { scope: { namespace: '', selection: '' }, log, readFile: () => '' };
  return {
    log,
    run: (argv: Readonly<Record<string, unknown>>, parts: StatusParts, at = now) =>
      statusPrinted(argv, { ...parts, verdicts, at }),
  };
}

describe('what status --diff prints', () => {
  test('keeps to its schema, with one of every change', async () => {
    const { run, log } = aMachine();
    await run({}, before);
    const { stdout } = await run({ diff: '', output: 'json' }, after, now + hour);
    const report = JSON.parse(stdout) as { readonly items: readonly { readonly change: string }[] };
    expect(mistakes(report)).toEqual([]);
    expect(new Set(report.items.map(({ change }) => change))).toEqual(
      new Set(['worse', 'appeared', 'gone', 'better', 'unsettled']),
    );
    const changes = changesIn(log.lines);
    expect(changes).toHaveLength(report.items.length);
    for (const item of historyList([], [], changes).items) {
      expect(item).toMatchObject({ kind: 'VerdictChange', seenBy: 'status', at: new Date(now + hour).toISOString() });
      expect(
        mistakes(
          Object.fromEntries(Object.entries(item).filter(([key]) => !['kind', 'at', 'seenBy'].includes(key))),
          validateChange,
        ),
      ).toEqual([]);
    }
  });
  test('as YAML, and with nothing to compare with', async () => {
    const { stdout } = await aMachine().run({ diff: '', output: 'yaml' }, before);
    expect(mistakes(parse(stdout))).toEqual([]);
  });
  test('is refused by the schema where a field is gone or not known', async () => {
    const { run } = aMachine();
    await run({}, before);
    const { stdout } = await run({ diff: '', output: 'json' }, after);
    const more = JSON.parse(stdout) as { items: Record<string, unknown>[] };
    Object.assign(more.items[0] ?? {}, { more: 1 });
    expect(mistakes(more)).not.toEqual([]);
    const less = JSON.parse(stdout) as { items: Record<string, unknown>[] };
    Reflect.deleteProperty(less.items[0] ?? {}, 'causes');
    expect(mistakes(less)).not.toEqual([]);
  });
});
