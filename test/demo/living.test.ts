import { describe, expect, test } from 'vitest';
import type { Scan } from '../../src/core/scan.ts';
import { actionText } from '../../src/core/rows.ts';
import type { LivingRun } from './living-run.ts';
import { allAnswered, watching } from './living-run.ts';

function scansOf({ engine, row }: LivingRun, name: string): (Scan | null)[] {
  return row(name).workload.images.map(({ image }) => engine.getState().lookUps.get(image.key)?.scan ?? null);
}

const newcomer = 'shop/deployment/loyalty';
const late = 'shop/deployment/checkout';

describe('within the first minute', () => {
  test('a new service reads pending, then security, since it holds a malicious package', async () => {
    const run = await watching();
    expect(run.has(newcomer)).toBe(false);
    expect(await run.until('it appears', () => run.has(newcomer))).toBeGreaterThan(5);
    await run.until('it is pending', () => run.conditions(newcomer) === 'pending', 2);
    expect(actionText(run.row(newcomer))).toBe('ignore');
    expect(await run.until('it is condemned', () => run.conditions(newcomer) === 'security')).toBeLessThan(16);
    const [condition] = run.row(newcomer).decided.conditions;
    expect(condition?.severity).toBe('Critical');
    expect(condition?.evidence).toMatchObject([{ component: 'npm://ua-parser-js:0.7.29' }]);
    expect(actionText(run.row(newcomer))).toBe('scaledown');
    expect(run.row(newcomer).workload.replicas).toEqual({ desired: 2, ready: 2 });
  });

  test('a CVE is published for what ran and was clean', async () => {
    const run = await watching();
    expect(run.conditions('shop/deployment/storefront')).toBe('clean');
    await run.until('storefront is condemned', () => run.conditions('shop/deployment/storefront') === 'security', 25);
    const [condition] = run.row('shop/deployment/storefront').decided.conditions;
    expect(condition?.evidence).toMatchObject([{ cves: ['CVE-2025-55182'], severity: 'Critical' }]);
  });

  test('the policy becomes stricter, and decides otherwise', async () => {
    const run = await watching();
    const due = 'payments/deployment/fraud-check';
    expect(run.row(due).decided.decision.exempt?.by).toBe('gracePeriod');
    expect(run.conditions('search/deployment/suggest')).toBe('clean');
    await run.until('another policy is in force', () => run.engine.getState().policy !== run.demo.policy, 30);
    await run.until('fraud-check is due', () => actionText(run.row(due)) === 'scaledown', 1);
    expect(run.conditions('search/deployment/suggest')).toContain('license');
  });

  test('Xray goes away: what is asked then is unknown, what was answered stays; and it comes back', async () => {
    const run = await watching();
    const { newsFaults } = run.engine.getState();
    await run.until('Xray is away', () => newsFaults.size > 0, 40);
    const before = run.conditions('shop/deployment/catalog');
    await run.until('a service comes meanwhile', () => run.has(late), 5);
    await run.until('it was asked about', () => scansOf(run, late).every((scan) => scan?.digest != null), 5);
    while (newsFaults.size > 0) {
      expect(run.conditions(late)).toBe('unknown');
      expect(actionText(run.row(late))).toBe('ignore');
      expect(scansOf(run, late)).toMatchObject([{ state: 'unknown', reason: 'unreachable' }]);
      expect(run.conditions('shop/deployment/catalog')).toBe(before);
      await run.clock.pass(500);
    }
    await run.until('it is answered for', () => run.conditions(late) === 'clean', 3);
    await run.until('the rest is', () => allAnswered(run), 3);
    expect(run.seconds()).toBeLessThan(60);
  });

  test('one thing comes after the other', async () => {
    const run = await watching();
    const times = [
      await run.until('the service', () => run.has(newcomer)),
      await run.until('its answer', () => run.conditions(newcomer) === 'security'),
      await run.until('the CVE', () => run.conditions('shop/deployment/storefront') === 'security'),
      await run.until('the policy', () => run.engine.getState().policy !== run.demo.policy),
      await run.until('away', () => run.engine.getState().newsFaults.size > 0),
      await run.until('back', () => run.engine.getState().newsFaults.size === 0),
    ];
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(new Set(times).size).toBe(times.length);
    expect(times.at(-1)).toBeLessThan(60);
  });
});
