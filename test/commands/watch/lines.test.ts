import { describe, expect, test } from 'vitest';
import { watchOptions } from '../../../src/commands/watch.ts';
import { watchInLines } from '../../../src/commands/watch/lines.ts';
import { untilQuiet } from '../../support/acting-run.ts';
import { aFinding, aPolicy, aScan, unknown } from '../../support/builders.ts';
import { deployed, stopped } from '../../support/runs.ts';
import { aWatchRun, policyPath } from '../../support/watch-run.ts';
import type { WatchParts } from '../../support/watch-run.ts';

const bad = aScan({ findings: [aFinding()] });
const strict = aPolicy({ source: policyPath, security: { default: 'scaledown' } });

/** Followed until nothing more comes; `said` are its lines without their time. */
async function watched(parts: WatchParts = {}) {
  const made = aWatchRun({ facts: deployed('cart', 1), policy: strict, answer: () => bad, ...parts });
  const ended = watchInLines('text', made.run);
  ended.catch(() => {});
  await untilQuiet();
  const said = (): string[] =>
    made
      .stdout()
      .split('\n')
      .filter(Boolean)
      .map((line) => line.slice(9));
  return { ...made, ended, said };
}

describe('the flags', () => {
  const terminal = { keys: true, screen: true, term: 'xterm' };
  const cases: [name: string, shows: string, argv: Record<string, unknown>, terminals: Partial<typeof terminal>][] = [
    ['a terminal shows the screen', 'screen', {}, {}],
    ['no terminal to draw on: lines', 'text', {}, { screen: false }],
    ['no terminal to read keys from: lines', 'text', {}, { keys: false }],
    ['a dumb terminal: lines', 'text', {}, { term: 'dumb' }],
    ['-o asks for lines on a terminal too', 'json', { output: 'json' }, {}],
  ];
  for (const [name, shows, argv, terminals] of cases) {
    test(name, () => expect(watchOptions(argv, { ...terminal, ...terminals }).shows).toBe(shows));
  }
  test('what is asked for beside it', () =>
    expect(watchOptions({ readonly: true, ascii: true }, terminal)).toEqual({
      shows: 'screen',
      readonly: true,
      ascii: true,
      wide: false,
    }));
  test('another form than these is refused', () =>
    expect(() => watchOptions({ output: 'wide' }, terminal)).toThrow('--output does not know "wide"'));
  test('the token cannot come from where the keys do', () => {
    expect(() => watchOptions({ 'xray-token-stdin': true }, terminal)).toThrow('reads keys from stdin');
    expect(watchOptions({ 'xray-token-stdin': true, output: 'text' }, terminal).shows).toBe('text');
  });
});

describe('lines', () => {
  test('say what is watched, what holds, what changes, what is done and what is gone, until stopped', async () => {
    const made = await watched();
    expect(made.stderr()).toBe(
      'watching prod, namespace shop; Xray https://acme.example; policy /c/policy.yaml, not carried out\n',
    );
    made.happen(...stopped('cart'));
    await untilQuiet();
    made.happen({ type: 'ObjectGone', uid: 'deployment-cart' });
    await untilQuiet();
    made.interrupt();
    expect(await made.ended).toBe(0);
    expect(made.said()).toEqual([
      'shop/deployment/cart security, scaledown is due: security (scanPolicy.security.default): CVE-2026-1 (Critical) ' +
        'in npm://event-stream:3.3.6',
      'shop/deployment/cart is gone (it was security)',
    ]);
    expect([made.performed, made.written]).toEqual([[], []]);
  });
  test('are none of what is clean from the first', async () => {
    const { said } = await watched({ answer: () => aScan() });
    expect(said()).toEqual([]);
  });
  test('tell what becomes clean, and what it was', async () => {
    let scan = bad;
    const made = await watched({ answer: () => scan });
    scan = aScan();
    const nothing = { digests: [], folders: [], repositories: [] };
    made.clock.advance(1000);
    made.run.engine.report([
      { type: 'ImagesNews', at: made.clock.now(), ...nothing, everything: true, from: 'violations' },
    ]);
    await untilQuiet();
    expect(made.said().at(-1)).toBe('shop/deployment/cart clean (was security)');
  });
  test('tell what could not be asked: it is not clean', async () => {
    const { said } = await watched({ answer: () => unknown('timeout', 'no answer within 20 s') });
    expect(said()).toEqual(['shop/deployment/cart unknown: timeout']);
  });
  test('wait for the answer', async () => {
    const { said } = await watched({ answer: () => null });
    expect(said()).toEqual([]);
  });
  test('are JSON where that is asked for', async () => {
    const made = aWatchRun({ facts: deployed('cart', 1), policy: strict, answer: () => bad });
    const ended = watchInLines('json', made.run);
    await untilQuiet();
    made.interrupt();
    await ended;
    expect(JSON.parse(made.stdout())).toMatchObject({
      type: 'verdict',
      workload: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      action: 'scaledown',
      outcome: null,
      message: 'security',
    });
  });
  test('end with the error where nothing can be read', async () => {
    const { ended } = await watched({ unreadable: new Error('the journal cannot be read') });
    await expect(ended).rejects.toThrow('the journal cannot be read');
  });
  test('are not begun where the user is gone already', async () => {
    const made = aWatchRun({ facts: deployed('cart', 1), answer: () => bad });
    made.interrupt();
    expect(await watchInLines('text', made.run)).toBe(0);
    expect(made.stdout()).toBe('');
  });
});
