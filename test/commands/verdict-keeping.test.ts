import { describe, expect, test } from 'vitest';
import { enforce } from '../../src/commands/enforce.ts';
import { keepVerdicts } from '../../src/commands/verdict-keeping.ts';
import type { VerdictsKept } from '../../src/commands/verdicts.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { Scan } from '../../src/core/scan.ts';
import { changesIn } from '../../src/core/verdict-lines.ts';
import { aMadeUpRun, untilQuiet } from '../support/acting-run.ts';
import type { MadeUpRun, Parts } from '../support/acting-run.ts';
import { aFinding, aScan, anImage, hour, minute } from '../support/builders.ts';
import { deployed, stopped } from '../support/runs.ts';
import { scanRead } from '../support/states.ts';
import { aVerdictLog } from '../support/verdicts.ts';

const bad = aScan({ findings: [aFinding()] });

/** Followed until `end`. */
function followed(parts: Parts) {
  const log = aVerdictLog();
  const made: MadeUpRun = aMadeUpRun(parts);
  const verdicts: VerdictsKept = { scope: { namespace: 'shop', selection: '' }, log, readFile: () => '' };
  let counts = 0;
  const keeping = keepVerdicts({ ...made.run, verdicts }, 'watch', () => (counts += 1));
  const over = made.run.engine.follow({ once: false });
  const pass = async (milliseconds: number): Promise<void> => {
    await untilQuiet();
    made.clock.advance(milliseconds);
    await untilQuiet();
  };
  const end = async (): Promise<void> => {
    await made.run.engine.finish();
    await over;
    await keeping.end();
  };
  const told = (): string[] => changesIn(log.lines).map(({ workload, change }) => `${workload.name} ${change}`);
  return { ...made, log, keeping, pass, end, told, counts: () => counts };
}

function answeredNow(image: number, scan: Scan): Fact {
  return scanRead(anImage(image), scan);
}

describe('a run that goes on', () => {
  test('writes down what it sees first, and then what comes to read otherwise', async () => {
    const run = followed({ facts: [...deployed('cart', 1), ...deployed('pay', 2)] });
    await run.pass(minute);
    expect(run.log.lines).toMatchObject([{ by: 'watch', base: false, seen: [{}, {}], changed: [] }]);
    run.happen(answeredNow(1, bad));
    await run.pass(minute);
    run.happen(...stopped('pay', { terminating: true }), { type: 'ObjectGone', uid: 'deployment-pay' });
    await run.pass(minute);
    expect(run.told()).toEqual(['cart worse', 'pay gone']);
    await run.end();
  });
  test('gathers what changes within seconds into one line', async () => {
    const run = followed({ facts: [...deployed('cart', 1), ...deployed('pay', 2)] });
    await run.pass(minute);
    run.happen(answeredNow(1, bad));
    await run.pass(1000);
    run.happen(answeredNow(2, bad));
    await run.pass(1000);
    expect(run.log.lines).toHaveLength(1);
    await run.pass(5000);
    expect(run.log.lines).toMatchObject([{}, { changed: [{}, {}] }]);
    await run.end();
  });
  test('writes nothing before all is asked about: not asked is no verdict', async () => {
    const run = followed({
      facts: [...deployed('cart', 1), ...deployed('pay', 2)],
      answer: (reference) => (reference.endsWith(':1') ? aScan() : null),
    });
    await run.pass(minute);
    expect(run.log.lines).toEqual([]);
    run.happen(answeredNow(2, bad));
    await run.pass(minute);
    expect(run.log.lines).toMatchObject([{ seen: [{}, {}], changed: [] }]);
    expect(run.told()).toEqual([]);
    await run.end();
  });
  test('writes now and then that it looked, though nothing changes', async () => {
    const run = followed({ facts: deployed('cart', 1) });
    await run.pass(minute);
    for (let quarter = 0; quarter < 4; quarter += 1) {
      // oxlint-disable-next-line no-await-in-loop -- time passes
      await run.pass(hour / 4);
    }
    expect(run.log.lines.length).toBeGreaterThanOrEqual(4);
    expect(run.log.lines.slice(1).every(({ seen, changed }) => seen.length + changed.length === 0)).toBe(true);
    await run.end();
  });
  test('writes down the last of it when it ends, and leaves no timer', async () => {
    const run = followed({ facts: deployed('cart', 1) });
    await run.pass(minute);
    run.happen(answeredNow(1, bad));
    await untilQuiet();
    await run.end();
    expect(run.told()).toEqual(['cart worse']);
    expect(run.clock.waits()).toEqual([]);
  });
  test('counts over time, once there is more', async () => {
    const run = followed({ facts: deployed('cart', 1) });
    await run.pass(minute);
    run.happen(answeredNow(1, bad));
    await run.pass(2 * minute);
    await run.pass(2 * minute);
    expect(run.keeping.seenBefore().samples.map(({ counts }) => counts.security)).toEqual([0, 1]);
    expect(run.keeping.seenBefore().changes).toMatchObject([{ change: 'worse', by: 'watch' }]);
    expect(run.counts()).toBeGreaterThan(0);
    await run.end();
  });
});

test('enforce --once writes down what it saw', async () => {
  const log = aVerdictLog();
  const made = aMadeUpRun({ facts: deployed('cart', 1), answer: () => bad });
  const verdicts: VerdictsKept = { scope: { namespace: 'shop', selection: '' }, log, readFile: () => '' };
  const about = { cluster: 'prod', policy: 'none', xray: 'none', state: '/state' };
  const options = { dryRun: 'client', once: true, resume: false, output: 'json' } as const;
  await enforce(options, { ...made.run, about, verdicts });
  expect(log.lines).toMatchObject([{ by: 'enforce', seen: [{}] }]);
});
