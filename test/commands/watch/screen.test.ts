// The screen's run from its beginning to its end, with a screen that only writes down what it is told.
import { describe, expect, onTestFinished, test } from 'vitest';
import { watchOnScreen } from '../../../src/commands/watch/screen.ts';
import type { Place, ScreenParts } from '../../../src/commands/watch/screen.ts';
import type { WatchRun } from '../../../src/commands/watch/run.ts';
import type { Performed } from '../../../src/core/act.ts';
import { UsageError } from '../../../src/core/errors.ts';
import type { Picture } from '../../../src/ui/picture.ts';
import type { Effect, Message } from '../../../src/ui/view.ts';
import { aReady, untilQuiet } from '../../support/acting-run.ts';
import { anOrder } from '../../support/acts.ts';
import { aFinding, aPolicy, aScan } from '../../support/builders.ts';
import { deployed, stopped } from '../../support/runs.ts';
import { aWatchRun } from '../../support/watch-run.ts';
import type { MadeUpWatch, WatchParts } from '../../support/watch-run.ts';

interface Shown {
  readonly ended: Promise<number>;
  readonly perform: (effect: Effect) => Promise<void>;
  readonly look: () => Picture;
  readonly flashes: () => string[];
  /** What happened to the terminal and the process, in order. */
  readonly log: string[];
  readonly opened: readonly Place[];
  readonly interrupt: () => void;
  readonly warn: (text: string) => void;
  readonly signal: (name: string) => Promise<void>;
  readonly cannotBeDrawn: (error: Error) => void;
  readonly turns: () => number;
}

const shop: WatchParts = {
  facts: [...deployed('cart', 1), ...deployed('shop', 2)],
  policy: aPolicy({ source: 'policy.yaml' }),
  answer: () => aScan({ findings: [aFinding()] }),
  follows: ({ target }) => stopped(target.name),
};

async function shown(
  made: MadeUpWatch = aWatchRun(shop),
  open: (place: Place) => Promise<WatchRun> = () => Promise.reject(new Error('nowhere')),
  overrides: Partial<ScreenParts> = {},
): Promise<Shown> {
  const messages: Message[] = [];
  const log: string[] = [];
  const opened: Place[] = [];
  const interruption = new AbortController();
  const drawing = Promise.withResolvers<void>();
  const signals = new Map<string, () => void>();
  const seen: { look: (() => Picture) | null; perform: ((effect: Effect) => void) | null; turns: number } = {
    look: null,
    perform: null,
    turns: 0,
  };
  let warn = (_text: string): void => {};
  const ended = watchOnScreen({
    clock: made.clock,
    readonly: false,
    contexts: ['prod', 'test'],
    interruption: interruption.signal,
    mount: (look, perform) => {
      Object.assign(seen, { look, perform });
      return {
        turned: () => void (seen.turns += 1),
        tell: (message) => messages.push(message),
        write: (sequence) => log.push(`write ${JSON.stringify(sequence)}`),
        suspend: async () => void log.push('suspend'),
        resume: async () => void log.push('resume'),
        end: () => log.push('end'),
        ended: drawing.promise,
      };
    },
    open: async (place) => {
      if (place === null) return made.run;
      opened.push(place);
      return open(place);
    },
    save: (name, text) => {
      log.push(`save ${name}: ${text}`);
      return `/here/${name}`;
    },
    stop: () => log.push('stop'),
    onSignal: (signal, call) => {
      signals.set(signal, call);
      return () => signals.delete(signal);
    },
    onWarning: (call) => {
      warn = call;
      return () => (warn = () => {});
    },
    endAtOnce: () => log.push('end at once'),
    ...overrides,
  });
  ended.catch(() => {});
  onTestFinished(async () => {
    made.run.engine.stop();
    interruption.abort();
    await ended.catch(() => {});
  });
  await untilQuiet();
  return {
    ended,
    log,
    opened,
    perform: async (effect) => {
      seen.perform?.(effect);
      await untilQuiet();
    },
    look: () => {
      if (seen.look === null) throw new Error('there is no screen');
      return seen.look();
    },
    flashes: () => messages.flatMap((one) => (one.type === 'Flashed' ? (one.flash?.text ?? []) : [])),
    interrupt: () => interruption.abort(),
    warn: (text) => warn(text),
    signal: async (name) => {
      signals.get(name)?.();
      await untilQuiet();
    },
    cannotBeDrawn: drawing.reject,
    turns: () => seen.turns,
  };
}

const to = (context: string | null, namespace: string | null = null): Effect => ({
  type: 'Switch',
  context,
  namespace,
});

describe('what the screen looks at', () => {
  test('is the run with all that stands around it', async () => {
    const { look } = await shown();
    expect(look()).toMatchObject({
      now: expect.any(Number) as number,
      about: {
        context: 'prod',
        namespace: 'shop',
        xray: { url: 'https://acme.example', version: '3.119.3' },
        policyFile: 'policy.yaml',
        readonly: false,
        enforcing: null,
        paused: false,
        asking: 0,
        fleeting: null,
        doing: null,
        contexts: ['prod', 'test'],
      },
    });
    expect(look().state?.judged.size).toBe(2);
  });
  test('counts the images that are being asked about', async () => {
    const { look } = await shown(
      aWatchRun({ ...shop, answer: (reference) => (reference.endsWith('1') ? aScan() : null) }),
    );
    expect(look().about.asking).toBe(1);
  });
  test('has a version that grows when something changes, and only then', async () => {
    const made = aWatchRun(shop);
    const { look, turns } = await shown(made);
    const [version, before] = [look().version, turns()];
    await untilQuiet();
    expect([look().version, turns()]).toEqual([version, before]);
    made.happen(...deployed('pay', 3));
    await untilQuiet();
    expect(look().version).toBeGreaterThan(version);
    expect(turns()).toBeGreaterThan(before);
  });
});

describe('the end', () => {
  test('comes with 0 when one quits, and the terminal is given back', async () => {
    const { perform, ended, log } = await shown();
    await perform({ type: 'Quit' });
    expect(await ended).toBe(0);
    expect(log).toEqual(['end']);
  });
  test('comes with 0 after SIGTERM', async () => {
    const { interrupt, ended, log } = await shown();
    interrupt();
    expect(await ended).toBe(0);
    expect(log).toEqual(['end']);
  });
  test('waits for what is under way, and says so; a second ctrl-c does not', async () => {
    const made = aWatchRun(shop);
    const slow = Promise.withResolvers<void>();
    const accepted: Performed = { is: 'accepted', says: 'set replicas from 1 to 0' };
    Object.assign(made.run.acting, { perform: () => slow.promise.then(() => accepted) });
    const { perform, ended, log, flashes } = await shown(made);
    const order = anOrder({ by: 'hand', target: { ...anOrder().target, uid: 'deployment-cart' } });
    made.run.engine.report([{ type: 'ActionAsked', order }]);
    await untilQuiet();
    await perform({ type: 'Quit' });
    expect(flashes()).toEqual(['ending when what is under way is done; ctrl-c ends at once']);
    expect(log).toEqual([]);
    await perform({ type: 'Quit' });
    expect(log).toEqual(['end', 'end at once']);
    slow.resolve();
    expect(await ended).toBe(0);
    expect(made.written.map(({ type }) => type)).toEqual(['Intended', 'Ended']);
  });
  test('is the error where nothing can be read at all', async () => {
    const { ended, log } = await shown(aWatchRun({ unreadable: new Error('the journal cannot be read') }));
    await expect(ended).rejects.toThrow('the journal cannot be read');
    expect(log).toEqual(['end']);
  });
  test('is the fault of ours where the screen cannot be drawn', async () => {
    const { ended, log, cannotBeDrawn } = await shown();
    cannotBeDrawn(new Error('undefined is not a row'));
    await expect(ended).rejects.toThrow('undefined is not a row');
    expect(log).toEqual(['end']);
  });
});

describe('another context or namespace', () => {
  test('that cannot be reached is said by its name, and what is shown goes on', async () => {
    const { perform, flashes, look, opened } = await shown(aWatchRun(shop), () =>
      Promise.reject(new UsageError('the cluster does not answer', 'Is the VPN up?')),
    );
    await perform(to('test'));
    expect(opened).toEqual([{ context: 'test', namespace: null }]);
    expect(flashes()).toEqual([
      'connecting to context test',
      'context test: the cluster does not answer; Is the VPN up?',
    ]);
    expect(look().state?.judged.size).toBe(2);
    await perform(to(null, ''));
    expect(opened.at(-1)).toEqual({ context: 'prod', namespace: '' });
    expect(flashes().at(-1)).toMatch(/^context prod, all namespaces: /);
  });
  test('is shown in place of the first, which ends', async () => {
    const log: string[] = [];
    const other = aWatchRun({ ...shop, facts: deployed('pay', 3) });
    const made = aWatchRun({ ...shop, onEnd: () => log.push('the first has ended') });
    const { perform, look } = await shown(made, async () => ({ ...other.run, context: 'test', namespace: '' }));
    await perform({ type: 'Enforce', on: true });
    expect(look().about.enforcing).toBe('none');
    await perform(to('test'));
    expect(log).toEqual(['the first has ended']);
    expect(look()).toMatchObject({ about: { context: 'test', namespace: '', enforcing: null, doing: null } });
    expect([...(look().state?.judged.keys() ?? [])]).toEqual(['deployment-pay']);
    made.happen(...deployed('late', 4));
    await untilQuiet();
    expect(look().state?.judged.size).toBe(1);
    other.run.engine.stop();
  });
  test('is not looked for twice at a time', async () => {
    const slow = Promise.withResolvers<WatchRun>();
    const { perform, flashes, opened } = await shown(aWatchRun(shop), () => slow.promise);
    await perform(to('test'));
    await perform(to('test'));
    expect(opened).toHaveLength(1);
    expect(flashes().at(-1)).toBe('another place is being looked for already');
    slow.reject(new Error('no'));
  });
  test('that ends of itself is said, and one can turn to another', async () => {
    const other = aWatchRun({ unreadable: new Error('the journal cannot be read') });
    const { perform, look, flashes, opened } = await shown(aWatchRun(shop), async () => other.run);
    await perform(to('test'));
    expect(look().about.doing).toBe('not followed any more: the journal cannot be read');
    expect(flashes().at(-1)).toBe('the journal cannot be read');
    await perform(to('prod'));
    expect(opened).toHaveLength(2);
  });
});

describe('what leaves the screen', () => {
  test('goes to the clipboard by OSC 52', async () => {
    const { perform, log, flashes } = await shown();
    await perform({ type: 'Copy', text: 'shop/deployment/cärt' });
    const encoded = Buffer.from('shop/deployment/cärt').toString('base64');
    expect(log).toEqual([`write ${JSON.stringify(`\u001B]52;c;${encoded}\u0007`)}`]);
    expect(flashes()).toEqual(['copied: shop/deployment/cärt']);
  });
  test('is not copied where it is too much', async () => {
    const { perform, log, flashes } = await shown();
    await perform({ type: 'Copy', text: 'x'.repeat(80_000) });
    expect(log).toEqual([]);
    expect(flashes()).toEqual([expect.stringContaining('too much for the clipboard')]);
  });
  test('goes to a file of a name without folders', async () => {
    const { perform, log, flashes } = await shown();
    await perform({ type: 'Save', name: '../.workloads shop', lines: ['a', 'b'] });
    expect(log).toEqual(['save workloads-shop: a\nb\n']);
    expect(flashes()).toEqual(['saved: /here/workloads-shop']);
  });
  test('and cannot be written is said', async () => {
    const save = (): string => {
      throw new UsageError('/here/x cannot be written: EACCES');
    };
    const { perform, flashes } = await shown(aWatchRun(shop), undefined, { save });
    await perform({ type: 'Save', name: 'x', lines: [] });
    expect(flashes()).toEqual(['/here/x cannot be written: EACCES']);
  });
});

describe('stopped and continued', () => {
  for (const [name, how] of [
    ['as one asks', ({ perform }: Shown) => perform({ type: 'Suspend' })],
    ['as somebody else asks', ({ signal }: Shown) => signal('SIGTSTP')],
  ] as const) {
    test(`${name}, the terminal is given back meanwhile`, async () => {
      const one = await shown();
      await how(one);
      expect(one.log).toEqual(['suspend', 'stop', 'resume']);
    });
  }
  test('by force, all is drawn again', async () => {
    const { signal, log } = await shown();
    await signal('SIGCONT');
    expect(log).toEqual(['suspend', 'resume']);
  });
});

test('warnings are flashes: nothing else writes to the terminal', async () => {
  const { warn, flashes } = await shown();
  warn('line one\nline \u001B[2Jtwo');
  expect(flashes()).toEqual(['line one; line \\x1b[2Jtwo']);
});

test('an act by the policy, a changed policy and a pause are told for a moment', async () => {
  const policy = aPolicy({
    source: 'policy.yaml',
    security: { default: 'scaledown' },
    limits: { actionsPerMinute: 100, shareOfWorkloads: 0.1 },
  });
  const facts = ['a', 'b', 'c', 'd', 'e'].flatMap((name, index) => deployed(name, index + 1));
  const made = aWatchRun({ ...shop, policy, facts, inspect: () => aReady() });
  const { flashes } = await shown(made);
  made.run.engine.carryOut('none');
  await untilQuiet();
  expect(flashes().filter((one) => one.includes('scaled down: security'))).toHaveLength(3);
  expect(flashes().some((one) => one.startsWith('paused, nothing more is done by policy'))).toBe(true);
});

test('an act by hand that fails is told, though nobody may look at its dialog any more', async () => {
  const made = aWatchRun({ ...shop, performed: () => ({ is: 'failed', says: 'admission webhook says no' }) });
  const { flashes } = await shown(made);
  const order = anOrder({ by: 'hand', target: { ...anOrder().target, uid: 'deployment-cart' } });
  made.run.engine.report([{ type: 'ActionAsked', order }]);
  await untilQuiet();
  expect(flashes()).toEqual(['shop/deployment/cart failed: not scaled down: admission webhook says no']);
});

test('what was asked for is answered before other things are told', async () => {
  const made = aWatchRun(shop);
  const { perform, flashes } = await shown(made);
  await perform({ type: 'Whitelist', namespace: 'shop', condition: 'security' });
  expect(flashes()).toEqual(['shop is whitelisted for security: written into /c/policy.yaml']);
  made.clock.advance(4_000);
  made.run.engine.report([{ type: 'PolicyRead', policy: aPolicy({ source: 'policy.yaml' }) }]);
  await untilQuiet();
  expect(flashes().at(-1)).toBe('policy changed: policy.yaml');
});
