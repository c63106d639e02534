// The real scanner against the stand-in, with the store that outlives it.
import { expect, onTestFinished, test } from 'vitest';
import type { Scanner } from '../../src/engine/ports.ts';
import { rememberScanned } from '../../src/state/once-scanned.ts';
import { openScanned } from '../../src/state/scanned.ts';
import { digest, hour } from '../support/builders.ts';
import { aClock, aScanner, question, running, secret } from '../xray/asking.ts';
import { anImage, aStatus } from '../xray-server/builders.ts';
import type { StoredImage } from '../xray-server/data.ts';
import { startXrayServer } from '../xray-server/server.ts';
import { aFolder } from './folders.ts';
import { realClock } from './real-clock.ts';

/** One run after the other on the same state: how Xray has the image by then, and after how many hours. */
async function runs(...all: readonly [hours: number, stored: Partial<StoredImage>][]): Promise<string[]> {
  const server = await startXrayServer({ token: secret });
  onTestFinished(() => server.stop());
  const folder = aFolder();
  const image = running(`${new URL(server.url).host}/docker-local/app:1.0`, digest(1));
  const verdicts: string[] = [];
  for (const [hours, stored] of all) {
    server.world.images = [anImage({ digest: digest(1), ...stored })];
    const clock = { ...aClock(10), now: () => Date.now() + hours * hour };
    const store = await openScanned(folder, { clock: realClock, warn: (message) => verdicts.push(message) });
    const xray = aScanner(server.url, { clock, pendingSince: (one) => store.pendingSince(one) });
    const scanner: Scanner = rememberScanned(xray, store);
    for await (const fact of scanner.ask([question(image)], new AbortController().signal)) {
      if (fact.type === 'ScanRead') verdicts.push(`${fact.scan.state} ${fact.scan.reason}`);
    }
    await store.flush();
  }
  return verdicts;
}

const pending = { scan: 'unknown', status: aStatus('PENDING') } as const;
const neverScanned = { scan: 'unknown', status: aStatus('NOT_SCANNED') } as const;

test('what Xray drops after it was scanned is forgotten, not unscanned', async () =>
  expect(await runs([0, {}], [24 * 90, neverScanned], [24 * 91, { scan: 'unknown', inArtifactory: false }])).toEqual([
    'scanned null',
    'unknown forgotten',
    'unknown forgotten',
  ]));
test('what was never scanned is', async () =>
  expect(await runs([0, neverScanned], [24, neverScanned])).toEqual([
    'unscanned neverScanned',
    'unscanned neverScanned',
  ]));
test('what is pending for more than a day, over several runs, is pending too long', async () =>
  expect(await runs([0, pending], [23, pending], [25, pending])).toEqual([
    'pending indexing',
    'pending indexing',
    'unknown pendingTooLong',
  ]));
test('what was scanned meanwhile is pending anew', async () =>
  expect(await runs([0, pending], [1, {}], [30, pending])).toEqual([
    'pending indexing',
    'scanned null',
    'pending indexing',
  ]));
