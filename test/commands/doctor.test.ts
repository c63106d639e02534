import { describe, expect, test } from 'vitest';
import { doctor, doctorOptions } from '../../src/commands/doctor.ts';
import type { Check, DoctorRun } from '../../src/commands/doctor.ts';
import { failed, note, ok, warning } from '../../src/core/doctor/diagnosis.ts';
import type { Found } from '../../src/core/doctor/diagnosis.ts';
import { UsageError } from '../../src/core/errors.ts';
import { fakeClock } from '../engine/fake-clock.ts';

function check(name: string, run: Check['run'], over: Partial<Check> = {}): Check {
  return { area: 'xray', name, needs: [], run, ...over };
}

const finds = (name: string, found: Found, over: Partial<Check> = {}): Check => check(name, async () => [found], over);

const throws = (name: string, error: unknown): Check =>
  check(name, () => Promise.reject(error instanceof Error ? error : new Error(String(error))));

async function run(checks: readonly Check[], argv: Record<string, unknown> = {}, over: Partial<DoctorRun> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await doctor(doctorOptions(argv), {
    checks,
    clock: fakeClock(),
    limit: 1000,
    context: 'prod',
    scrub: (text) => text.replaceAll('s3cret', '***'),
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    colour: false,
    ...over,
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

describe('doctor', () => {
  test('ends with 1 where a check fails, and tells its cure', async () => {
    const ended = await run([finds('address', failed('nobody answers', 'check it')), finds('clock', ok('agrees'))]);
    expect(ended).toEqual({
      code: 1,
      stdout:
        'xray\n' +
        '  ✗ failed   address  nobody answers\n' +
        '                      cure: check it\n' +
        '  ✓ ok       clock    agrees\n',
      stderr: '1 failed, 0 warnings, 1 ok\n',
    });
  });

  test('ends with 0 where one only warns', async () => {
    const ended = await run([finds('clock', warning('a minute ahead', 'set it')), finds('policy', note('none'))]);
    expect(ended).toMatchObject({ code: 0, stderr: '0 failed, 1 warning, 0 ok, 1 note\n' });
  });

  test('with --ascii it is all ASCII, and no result is told by its symbol alone', async () => {
    const { stdout } = await run([finds('a', ok('x')), finds('b', failed('y', 'z'))], { ascii: true });
    expect(stdout).toBe('xray\n  + ok       a  x\n  x failed   b  y\n                cure: z\n');
  });

  test('what rests on a check that failed is skipped, and so is what rests on that', async () => {
    const asked: string[] = [];
    const asks = (name: string, ...needs: string[]): Check => {
      const look = async (): Promise<readonly Found[]> => {
        asked.push(name);
        return [ok(name)];
      };
      return check(name, look, { needs });
    };
    const ended = await run([
      finds('address', failed('nobody answers', 'check it')),
      asks('credentials', 'xray address'),
      asks('rights', 'xray credentials'),
      asks('other'),
    ]);
    expect(asked).toEqual(['other']);
    expect(ended.stdout).toMatch(/- skipped {2}credentials {2}not looked at, because of xray address\n/);
    expect(ended.stdout).toMatch(/- skipped {2}rights {7}not looked at, because of xray credentials\n/);
    expect(ended.code).toBe(1);
  });

  test('one that never answers fails when its time is over, and the others are told', async () => {
    const clock = fakeClock();
    let isAborted = false;
    const never = check('slow', (signal) => {
      signal.addEventListener('abort', () => (isAborted = true));
      return new Promise(() => {});
    });
    const running = run([never, finds('other', ok('fine'))], {}, { clock });
    await clock.pass(1000);
    const { code, stdout } = await running;
    expect([code, isAborted]).toEqual([1, true]);
    expect(stdout).toMatch(/failed {3}slow {3}there was no answer within 1 s\n.*cure: .*--request-timeout/);
    expect(stdout).toMatch(/ok {7}other {2}fine/);
  });

  test('all of them are under way at once', async () => {
    const second = Promise.withResolvers<readonly Found[]>();
    const first = check('first', () => second.promise);
    const last = check('second', async () => {
      second.resolve([ok('met')]);
      return [ok('met')];
    });
    const ended = await run([first, last]);
    expect(ended.code).toBe(0);
  });

  test('what is thrown is told, each in its way, and keeps no other check from being told', async () => {
    const { stdout, code } = await run([
      throws('usage', new UsageError('no Xray is configured', 'Set JF_URL')),
      throws('file', Object.assign(new Error('EACCES: /x'), { code: 'EACCES' })),
      throws('fault', new TypeError('x is undefined')),
      finds('other', ok('fine')),
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/usage {2}no Xray is configured\n +cure: Set JF_URL\n/);
    expect(stdout).toMatch(/file {3}EACCES: \/x\n/);
    expect(stdout).toMatch(/fault {2}a fault in kubectl-xray itself: x is undefined\n +cure: please report it\n/);
    expect(stdout).toMatch(/other {2}fine/);
  });

  test('no credential and no sequence of a terminal is printed', async () => {
    const found = failed('it said s3cret\u001b[2J\nand more', 'try not s3cret');
    for (const argv of [{}, { output: 'json' }, { output: 'yaml' }]) {
      const { stdout } = await run([finds('a', found)], argv);
      expect(stdout).toContain('***');
      expect(stdout).not.toContain('s3cret');
      expect(stdout).not.toContain('\u001b');
    }
  });

  test('-o json has everything that the list has', async () => {
    const { stdout, code } = await run([finds('a', warning('x', 'y'))], { output: 'json' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      apiVersion: 'kubectl-xray/v1',
      kind: 'DiagnosisList',
      metadata: {
        context: 'prod',
        generatedAt: '2026-11-21T20:00:00.000Z',
        results: { ok: 0, note: 0, warning: 1, failed: 0, skipped: 0 },
      },
      items: [{ area: 'xray', check: 'a', result: 'warning', message: 'x', cure: 'y' }],
    });
  });

  test('another output is refused', () => expect(() => doctorOptions({ output: 'wide' })).toThrow(UsageError));
});
