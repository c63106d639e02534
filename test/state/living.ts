// A program of its own, for tests that kill it: writes the journal and answers of a made-up Xray, again and again, through
// what the real program writes them with. Says each line of the journal once it is acknowledged.
import process from 'node:process';
import { cachedScanner } from '../../src/state/cached-scanner.ts';
import { openJournal } from '../../src/state/journal.ts';
import { openScanCache } from '../../src/state/scan-cache.ts';
import { anIntended, anOrder } from '../support/acts.ts';
import { aFinding, anImage, aScan } from '../support/builders.ts';
import { about, acme, anAskedScanner, noNews, scansOf } from './caching.ts';
import { realClock } from './real-clock.ts';

const [, , folder = '', name = '', count = '0'] = process.argv;
const options = { clock: realClock, warn: (message: string) => say(`warning: ${message}`) };

await live();

async function live(): Promise<void> {
  const journal = openJournal(folder, options);
  const cache = openScanCache(folder, acme, options);
  const findings = [aFinding({ summary: 'z'.repeat(20_000) })];
  const xray = anAskedScanner(() => aScan({ askedAt: Date.now(), findings }));
  const parts = { cache, clock: realClock, maxAge: 60_000, notBefore: 0, news: noNews };
  for (let index = 1; index <= Number(count); index += 1) {
    // Lines long enough that some are cut in two.
    const saved = { is: 'manifest', manifest: { padding: 'x'.repeat(20_000) } } as const;
    await journal.append(anIntended({ order: anOrder({ id: `${name}-${index}` }), saved }));
    say(`${name}-${index}`);
    const scanner = cachedScanner(xray, parts);
    const images = [index, index + 1, index + 2].map((number) => about(anImage(number)));
    const scans = await scansOf(scanner.ask(images, new AbortController().signal));
    if (scans.size !== images.length) throw new Error(`${scans.size} answers for ${images.length} questions`);
    await scanner.settled();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
