// What `--fail-on unscanned` says of images that nobody scanned and that do not count.
import { describe, expect, test } from 'vitest';
import { aPolicy, aScan, unscanned } from '../support/builders.ts';
import { deployed } from '../support/runs.ts';
import { statusPrinted } from '../support/status-run.ts';
import type { StatusParts } from '../support/status-run.ts';
import { aVerdictLog } from '../support/verdicts.ts';

const facts = [1, 2, 3].flatMap((number) => deployed(`w${number}`, number));
const shop = (policy: Parameters<typeof aPolicy>[0] = {}): StatusParts => ({
  facts,
  policy: aPolicy(policy),
  answer: (reference) => (reference.endsWith(':1') ? aScan() : unscanned(reference.endsWith(':2') ? 'gone' : 'failed')),
});
const said =
  '--fail-on unscanned: 2 images are unscanned and do not count, for unscanned.reasons of the policy leaves out:';

describe('images that are unscanned for a reason that the policy does not name', () => {
  test('pass, and are told of with reason and number', async () => {
    const { code, stderr } = await statusPrinted({ 'fail-on': ['unscanned'] }, shop());
    expect(code).toBe(0);
    expect(stderr).toContain(`${said} gone (1), failed (1)\n`);
  });
  test('are told of where any condition counts that is new', async () => {
    const verdicts = { scope: { namespace: '', selection: '' }, log: aVerdictLog(), readFile: () => '' };
    expect((await statusPrinted({ 'fail-on': ['new'] }, { ...shop(), verdicts })).stderr).toContain(said);
  });
  test('count once the policy names their reason, and the others are told of', async () => {
    const { code, stderr } = await statusPrinted(
      { 'fail-on': ['unscanned,security'] },
      shop({ unscanned: { reasons: ['foreign', 'gone'] } }),
    );
    expect(code).toBe(10);
    expect(stderr).toContain(
      '1 image is unscanned and does not count, for unscanned.reasons of the policy leaves out: failed (1)',
    );
  });
  test.each([{}, { 'fail-on': ['security'] }])('are not told of where they are not asked about: %j', async (argv) => {
    expect((await statusPrinted(argv, shop())).stderr).not.toContain('do not count');
  });
  test('are not told of where a whitelist covers them', async () => {
    const { stderr } = await statusPrinted(
      { 'fail-on': ['unscanned'] },
      shop({ unscanned: { whitelistNamespaces: ['shop'] } }),
    );
    expect(stderr).not.toContain('not count');
  });
});
