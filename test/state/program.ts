// A program of its own, for tests of several processes: what it is told by its arguments, done on a state folder.
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { openJournal } from '../../src/state/journal.ts';
import { anIntended, anOrder } from '../support/acts.ts';
import { digest } from '../support/builders.ts';
import { realClock } from './real-clock.ts';

const [, , task = '', folder = '', name = '', count = '0', size = '0'] = process.argv;
const options = { clock: realClock, warn: (message: string) => say(`warning: ${message}`) };

switch (task) {
  case 'append':
    await append();
    break;
  case 'enter':
    await enter();
    break;
  case 'remember':
    await remember();
    break;
  case 'scan':
    await scan();
    break;
  case 'look':
    await look();
    break;
  default:
    throw new Error(`no such task: ${task}`);
}

/** Appends lines with ids NAME-1, NAME-2, ..., and says each once it is acknowledged. */
async function append(): Promise<void> {
  const journal = openJournal(folder, options);
  const saved = { is: 'manifest', manifest: { padding: 'x'.repeat(Number(size)) } } as const;
  for (let index = 1; index <= Number(count); index += 1) {
    const order = anOrder({ id: `${name}-${index}` });
    await journal.append(anIntended({ order, saved }));
    say(order.id);
  }
}

/** Goes in so many times, one process at a time; with a size of 1 it stays in, until it is killed. */
async function enter(): Promise<void> {
  const journal = openJournal(folder, options);
  for (let index = 1; index <= Number(count); index += 1) {
    await journal.exclusively(async () => {
      mkdirSync(join(folder, 'somebody-is-in'));
      say(`in ${index}`);
      if (size === '1') await delay(60_000);
      await delay(5);
      rmdirSync(join(folder, 'somebody-is-in'));
    });
  }
  say('done');
}

/** Remembers one more digest at a time, each first seen at its number. */
async function remember(): Promise<void> {
  const { openMemory } = await import('../../src/state/memory.ts');
  const memory = openMemory(folder, options);
  for (let index = 1; index <= Number(count); index += 1) {
    await memory.merge({ firstSeen: { [`${name}-${index}|XRAY-1`]: index }, standings: {}, measure: '' });
    say(`${name}-${index}`);
  }
}

/** Scans one more digest at a time, from number NAME on. */
async function scan(): Promise<void> {
  const { openScanned } = await import('../../src/state/scanned.ts');
  const scanned = await openScanned(folder, options);
  for (let index = 0; index < Number(count); index += 1) {
    const image = digest(Number(name) + index);
    scanned.see('scanned', image, Date.now());
    await scanned.flush();
    say(image);
  }
}

/** Sees one more workload with each look, in a log that is folded again and again. */
async function look(): Promise<void> {
  const { openVerdictLog } = await import('../../src/state/verdict-log.ts');
  const { lineOf } = await import('../../src/core/verdict-lines.ts');
  const { aLook, aRecord } = await import('../support/verdicts.ts');
  const log = openVerdictLog(folder, options, { most: 4_000, left: 1_000 });
  const whyGone = (): null => null;
  for (let index = 1; index <= Number(count); index += 1) {
    const seen = aLook([aRecord(`${name}-${index}`)], { whyGone });
    await log.add((known) => lineOf(known, seen, { base: true, always: true }));
    say(`${name}-${index}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
