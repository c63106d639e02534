// A journal that cannot be written, and a state that does not last: what cannot be undone is not done, and it is said why.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import type { Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { type RanThrough, ranThrough } from './ran-through.ts';
import { type CliOptions, launcher, startCli } from './run-cli.ts';

type Deployment = Stored & { readonly spec: { readonly replicas: number } };

const stop = 'scanPolicy: { security: { default: scaledown } }\n';
const remove = 'scanPolicy: { security: { default: delete } }\n';
const soon = 'scanPolicy: { security: { default: scaledown, gracePeriod: 1s } }\n';
const inMemory = '/dev/shm';

withControlPlane('a journal', (plane) => {
  let shop: ActingShop;
  const folders: string[] = [];

  beforeAll(async () => {
    shop = await anActingShop(plane, 'journal');
    const names = ['full', 'later', 'nowhere', 'memory', 'graced'];
    await shop.apply(...names.map((name) => shop.apps('Deployment', name, shop.running('bad'))));
  });
  afterAll(async () => {
    await shop.end();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const aFolder = (below = tmpdir()): string => {
    const folder = mkdtempSync(join(below, 'kubectl-xray-journal-'));
    folders.push(folder);
    return folder;
  };
  const replicasOf = async (name: string) =>
    ((await shop.get(`apps/v1 deployments ${name}`)) as Deployment | undefined)?.spec.replicas;
  const optionsWith = (policy: string, env: CliOptions['env'] = {}): CliOptions => ({
    env: { ...shop.options.env, KUBECTL_XRAY_HOME: aFolder(), ...env },
    files: { ...shop.options.files, 'policy.yaml': policy },
    secrets: shop.options.secrets ?? [],
  });
  const wordsFor = (name: string, ...more: readonly string[]) => [
    'enforce',
    '--once',
    '--confirm',
    '--policy',
    'policy.yaml',
    '-l',
    `app=${name}`,
    ...more,
  ];
  const enforce = async (name: string, options: CliOptions, ...more: readonly string[]): Promise<RanThrough> =>
    ranThrough(startCli(wordsFor(name, ...more), options));
  /** As on a disk that takes so many blocks of 512 bytes into a file and no more. */
  const enforceWithin = async (blocks: number, name: string, options: CliOptions): Promise<RanThrough> => {
    const limited = `ulimit -f ${blocks}; exec "$0" "$@"`;
    return ranThrough(startCli(['-c', limited, launcher, ...wordsFor(name)], { ...options, program: '/bin/sh' }));
  };

  test('that takes no whole line keeps from acting, and holds nothing of it; later it is done', async () => {
    const options = optionsWith(stop);
    const ended = await enforceWithin(1, 'full', options);
    expect([ended.code, ended.acts]).toEqual([1, ['deployment/full failed']]);
    expect(ended.said[0]?.message).toMatch(/the journal .*journal\.jsonl cannot be written: .*--journal DIR/);
    expect(await replicasOf('full')).toBe(1);
    expect(shop.journal(options.env?.['KUBECTL_XRAY_HOME'])).toEqual([]);
    const next = await enforce('full', options);
    expect([next.code, next.acts]).toEqual([0, ['deployment/full accepted', 'deployment/full effective']]);
  });

  test('that cannot be written at all is said at the start, and nothing is done', async () => {
    const ended = await enforceWithin(0, 'later', optionsWith(stop));
    expect(ended.stderr).toMatch(/state: +does not last: .* cannot be written.*; no grace period ends/);
    expect([ended.code, ended.acts]).toEqual([1, ['deployment/later failed']]);
    expect(await replicasOf('later')).toBe(1);
  });

  test('in a folder that cannot be made ends the run, and acts by hand alike', async () => {
    const options = optionsWith(stop);
    const ended = await enforce('nowhere', options, '--journal', 'policy.yaml/journal');
    expect([ended.code, ended.said]).toEqual([1, []]);
    expect(ended.stderr).toMatch(
      /error: the journal .* cannot be read: a part of its path is no folder.*--journal DIR/,
    );
    const words = 'scaledown deployment/nowhere --yes --journal policy.yaml/journal';
    const byHand = await startCli(words.split(' '), options).ended;
    expect([byHand.code, byHand.stdout]).toEqual([1, '']);
    expect(byHand.stderr).toMatch(/error: the journal .* cannot be read/);
    expect(await replicasOf('nowhere')).toBe(1);
  });

  describe.skipIf(!existsSync(inMemory))('in memory', () => {
    /** Nobody named the folder: it is where the system has it. */
    const lying = (policy: string) => optionsWith(policy, { KUBECTL_XRAY_HOME: '', XDG_STATE_HOME: aFolder(inMemory) });

    test('is no reason to delete by policy', async () => {
      const ended = await enforce('memory', lying(remove));
      expect(ended.stderr).toMatch(/state: +does not last: .* lies in memory \(tmpfs\); no grace period ends/);
      expect([ended.code, ended.acts]).toEqual([1, ['deployment/memory refused']]);
      expect(ended.said[0]?.message).toMatch(/its manifest could not be kept .*--journal DIR/);
      expect(await replicasOf('memory')).toBe(1);
    });

    test('ends no grace period, which one that lasts does', async () => {
      const options = lying(soon);
      for (let run = 0; run < 2; run += 1) expect((await enforce('graced', options)).acts).toEqual([]);
      const lasting = optionsWith(soon);
      expect((await enforce('graced', lasting)).acts).toEqual([]);
      await eventually('the grace period ends', async () => (await enforce('graced', lasting)).accepted.length > 0);
      expect((await enforce('graced', options)).acts).toEqual([]);
      expect(await replicasOf('graced')).toBe(0);
    });
  });
});
